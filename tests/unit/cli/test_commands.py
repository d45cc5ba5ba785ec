"""The command line: quick to start, explained with examples, clear when it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import COMMANDS, application, overview
from cli.options import writing
from localcloud.layout import REPO_ROOT

APPLICATION = application()
HEAVY = ("boto3", "botocore", "rich", "strawberry", "aws_cdk", "pynamodb", "timezonefinder")


def carte(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_reader_that_has_enough_is_no_error() -> None:
    # As `carte ... | head` does: the pipe is closed before all is written.
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "--version"],
            cwd=REPO_ROOT,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.stderr, done.returncode) == ("", 1)


def test_a_closed_pipe_is_no_file_that_cannot_be_written() -> None:
    with pytest.raises(BrokenPipeError), writing(Path("-"), "FILE"):
        raise BrokenPipeError


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from cli.main import overview; overview();"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_help_lists_every_command_with_its_sentence() -> None:
    printed = CliRunner().invoke(overview(), ["--help"]).stdout
    lines = {line.split()[0]: line for line in printed.splitlines() if line.startswith("  ")}
    for name in COMMANDS:
        assert len(lines[name].split()) > 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example(name: str) -> None:
    done = CliRunner().invoke(APPLICATION, [name, "--help"])
    assert done.exit_code == 0
    assert f"  carte {name}" in done.stdout


def test_status_without_a_cloud_says_how_to_start_one(tmp_path: Path) -> None:
    done = carte("status", "--port", "9123", "--state-dir", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == (
        "error: there is no cloud at port 9123\nnext:  start one with `carte up --port 9123`\n"
    )


def test_down_without_a_cloud_is_fine(tmp_path: Path) -> None:
    done = carte("down", "--state-dir", str(tmp_path), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["stopped"] == 0


def test_down_wipes_a_cloud_whose_file_is_broken(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "cloud.json").write_text("{")
    done = carte("down", "--state-dir", str(state))
    assert done.returncode == 1
    assert "--wipe" in done.stderr
    assert carte("down", "--state-dir", str(state), "--wipe").returncode == 0
    assert not state.exists()


def test_a_missing_emulator_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTE_EMULATOR", str(tmp_path / "none"))
    done = carte("up", "--port", "9123", "--state-dir", str(tmp_path / "state"))
    assert done.returncode == 1
    assert "make setup" in done.stderr
    assert not (tmp_path / "state").exists()


def test_an_unknown_command_is_wrong_usage() -> None:
    done = carte("upp")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
