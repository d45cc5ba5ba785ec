"""Processes are known by pid with creation time, by their group and by their mark."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from localcloud.layout import ANY_KEY, CloudLayout
from localcloud.plan import make_layout
from localcloud.processes import (
    Child,
    base_environment,
    ending_with_us,
    environment_of,
    find,
    is_frozen,
    marked,
    own_record,
    resident_bytes,
    signal_group,
    spawn,
    stop_all,
)
from localcloud.state_file import load_layout, save_layout
from tests.support.local_cloud import wait_until

# Starts a child of its own, as an emulator starts Lambda workers, and says when both run.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("both run", flush=True)
time.sleep(600)
"""


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[CloudLayout]:
    made = make_layout(9000, state_dir=tmp_path)
    yield made
    stop_all(marked(made.state_dir), grace=0)


@pytest.fixture
def family(layout: CloudLayout) -> Iterator[Child]:
    """A process with a child of its own."""
    child = start(layout, PARENT)
    wait_until(lambda: "both run" in layout.log("emulator-us-east-1").read_text(), "both run")
    yield child
    stop_all(marked(layout.state_dir), grace=0)
    child.process.wait()


def start(layout: CloudLayout, code: str) -> Child:
    return spawn(
        layout,
        "emulator",
        [sys.executable, "-c", code],
        region="us-east-1",
        environment=base_environment(layout),
        cwd=layout.state_dir,
    )


def test_a_record_finds_its_process(family: Child) -> None:
    found = find(family.record)
    assert found is not None
    assert found.pid == family.process.pid


def test_a_pid_that_was_given_away_is_not_the_recorded_process(family: Child) -> None:
    earlier = replace(family.record, started_at=family.record.started_at - 60)
    assert find(earlier) is None
    assert not signal_group(earlier, signal.SIGKILL)
    assert family.exit_status() is None


def test_a_record_finds_its_process_after_the_clock_of_the_machine_was_set(
    family: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    booted = psutil.boot_time()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted + 60)
    assert find(family.record) is not None


def test_a_record_of_an_earlier_version_finds_its_process(
    layout: CloudLayout, family: Child
) -> None:
    save_layout(layout.with_process(family.record))
    document = json.loads(layout.path.read_text())
    (record,) = document["processes"]
    del record["started_at"]
    record["create_time"] = psutil.Process(family.record.pid).create_time()
    layout.path.write_text(json.dumps(document))
    loaded = load_layout(layout.state_dir)
    assert loaded is not None
    found = find(loaded.processes[0])
    assert found is not None
    assert found.pid == family.process.pid


def test_freezing_takes_the_children_along(layout: CloudLayout, family: Child) -> None:
    members = marked(layout.state_dir)
    assert len(members) == 2
    assert signal_group(family.record, signal.SIGSTOP)
    wait_until(lambda: all(is_frozen(member) for member in members), "both are frozen")
    assert signal_group(family.record, signal.SIGCONT)
    wait_until(lambda: not any(is_frozen(member) for member in members), "both run again")


def test_the_mark_finds_children_whose_parent_is_gone(layout: CloudLayout, family: Child) -> None:
    family.process.kill()
    family.process.wait()
    assert family.exit_status() == "was ended by SIGKILL"
    (orphan,) = marked(layout.state_dir)
    assert [process.pid for process in marked(layout.state_dir, "emulator-us-east-1")] == [
        orphan.pid
    ]
    assert not marked(layout.state_dir, "edge")
    assert not marked(layout.state_dir / "another")


def test_the_mark_finds_a_process_whose_program_is_being_loaded(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux shows no environment then: seen in one of eighty reads on a busy machine."""
    child = start(layout, "import time; time.sleep(600)")
    real = psutil.Process.environ
    reads: Iterator[dict[str, str]] = iter([{}, {}])

    def environ(process: psutil.Process) -> dict[str, str]:
        return next(reads, real(process)) if process.pid == child.record.pid else real(process)

    with monkeypatch.context() as loading:
        loading.setattr(psutil.Process, "environ", environ)
        assert [process.pid for process in marked(layout.state_dir)] == [child.record.pid]
    assert not list(reads)
    stop_all(marked(layout.state_dir), grace=0)
    child.process.wait()


def test_a_process_without_an_environment_is_told_from_one_that_is_loaded(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", "import time; time.sleep(600)"]
    with subprocess.Popen(command, env={}, cwd=tmp_path) as bare:
        assert environment_of(psutil.Process(bare.pid)) == {}
        bare.kill()


def test_stopping_ends_what_is_frozen(layout: CloudLayout, family: Child) -> None:
    signal_group(family.record, signal.SIGSTOP)
    stop_all(marked(layout.state_dir), grace=5)
    assert not marked(layout.state_dir)
    assert family.exit_status() == "was ended by SIGTERM"


def test_memory_counts_the_children(family: Child) -> None:
    process = psutil.Process(family.record.pid)
    assert resident_bytes(process) > process.memory_info().rss


def test_a_child_ends_with_its_parent_even_if_that_is_killed(layout: CloudLayout) -> None:
    save_layout(layout)
    code = (
        "import sys, time; from pathlib import Path\n"
        "from localcloud.state_file import load_layout\n"
        "from localcloud.processes import base_environment, spawn\n"
        f"layout = load_layout(Path({str(layout.state_dir)!r}))\n"
        "spawn(layout, 'edge', [sys.executable, '-c', 'import time; time.sleep(600)'],"
        " environment=base_environment(layout), cwd=Path('/'))\n"
        "print('started', flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        wait_until(lambda: len(marked(layout.state_dir)) == 1, "the child runs")
        parent.kill()
        parent.wait()
    wait_until(lambda: not marked(layout.state_dir), "the child is gone")


def test_a_closed_terminal_ends_what_is_no_process_of_a_cloud(layout: CloudLayout) -> None:
    """Elsewhere than on Linux nothing else would end a load generator then."""
    code = "import signal; print(signal.getsignal(signal.SIGHUP), flush=True)"
    words = ending_with_us([sys.executable, "-c", code])
    # Whoever runs the tests behind `nohup` has it ignored, and children inherit that.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert done.stdout == f"{signal.SIG_DFL}\n"
    # A frozen one gets it when its supervisor dies, before the SIGTERM that saves its state.
    assert start(layout, code).process.wait(60) == 0
    assert layout.log("emulator-us-east-1").read_text() == f"{signal.SIG_IGN}\n"


def test_the_user_s_own_aws_settings_stay_out(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the real one")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    environment = base_environment(layout)
    assert "AWS_PROFILE" not in environment
    assert "PYTHONPATH" not in environment
    assert environment["AWS_SECRET_ACCESS_KEY"] == ANY_KEY


def test_the_calling_process_is_not_among_the_marked(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTE_CLOUD", str(layout.state_dir))
    assert not marked(layout.state_dir)
    assert find(own_record("supervisor")) is not None
