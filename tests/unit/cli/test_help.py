"""Help texts and usage errors: complete for a newcomer, and with a next step."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.main import COMMANDS, application, overview
from cli.options import writing
from dataload.chain.placement import LARGEST_CHAIN
from loadtests.bench.settings import PARTS
from loadtests.bench.subject_specs import NAMES
from loadtests.checker.settings import FAULTS
from loadtests.cost import traffic
from loadtests.drills import protections
from loadtests.load.shapes import PROFILES
from localcloud.faults.kinds import KINDS, LONGEST_S
from localcloud.layout import REPO_ROOT
from services.domain.errors import CarteError

# What a number can count; each numeric option names one of them in its help.
UNITS = re.compile(
    r"seconds|minutes|days|milliseconds|requests per second|users|stores|clients|processes|rounds"
    r"|TCP port|hour of the day|how many times|factor|share|seed number|minor unit|orders by card",
    re.IGNORECASE,
)
# Options whose values are listed elsewhere in the code: the help must list all of them.
CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("load", "--profile"): tuple(PROFILES),
    ("bench", "--only"): NAMES,
    ("bench", "--parts"): PARTS,
    ("check", "--faults"): ("all", "none", *FAULTS),
    ("cost", "--scenario"): tuple(traffic.names()),
    ("capacity", "--scenario"): tuple(traffic.names()),
    ("drill run", "--without"): protections.NAMES,
}


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command and subcommand, with the words that call it."""
    if not hasattr(command, "commands"):
        yield " ".join(words), command
        return
    for name, inner in command.commands.items():
        yield from leaves(inner, (*words, name))


APPLICATION = application()
LEAVES = dict(leaves(typer.main.get_command(APPLICATION)))
OPTIONS = [
    (name, option)
    for name, command in LEAVES.items()
    for option in command.params
    if not option.hidden
]


def help_of(*words: str) -> str:
    app = APPLICATION if words else overview()
    done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"})
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("words", [(), ("fault",), ("drill",), ("schema",)])
def test_no_summary_of_a_command_is_cut(words: tuple[str, ...]) -> None:
    assert "..." not in help_of(*words).partition("Commands:")[2].replace("COMMAND [ARGS]...", "")


def test_every_command_is_in_the_overview_with_the_summary_of_its_own_help() -> None:
    printed = help_of()
    for name in COMMANDS:
        summary = help_of(name).partition("\n\n")[2].strip().splitlines()[0]
        assert re.search(
            rf"^  {name} +{re.escape(summary.partition('. ')[0])}", printed, re.MULTILINE
        ), name


def test_the_overview_lists_the_exit_codes() -> None:
    listed = help_of().partition("Exit codes:")[2]
    assert re.findall(r"^ +(\d+) ", listed, re.MULTILINE) == ["0", "1", "2", "130"]


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_and_subcommand_shows_an_example_of_itself(name: str) -> None:
    assert f"  carte {name}" in help_of(*name.split())


def test_every_option_says_what_it_means() -> None:
    for name, option in OPTIONS:
        text = option.help or ""
        assert len(text.split()) >= 3, f"carte {name} {option.opts[0]}: {text!r}"
        assert text.endswith("."), f"carte {name} {option.opts[0]}: {text!r}"


def test_every_number_has_a_unit() -> None:
    numbers = [
        (name, option)
        for name, option in OPTIONS
        if re.search(r"\b(int|float)\b", str(option.type_descriptor.annotation))
    ]
    assert len(numbers) > len(COMMANDS)
    for name, option in numbers:
        assert UNITS.search(option.help), f"carte {name} {option.opts[0]}: {option.help!r}"


@pytest.mark.parametrize(("where", "values"), CHOICES.items())
def test_the_help_lists_all_values(where: tuple[str, str], values: tuple[str, ...]) -> None:
    name, opt = where
    (option,) = (one for one in LEAVES[name].params if opt in one.opts)
    missing = [one for one in values if one not in re.findall(r"[\w-]+", option.help)]
    assert not missing, f"carte {name} {opt} does not name {missing}"


def test_the_help_of_faults_names_every_kind_and_limits() -> None:
    printed = help_of("fault", "inject")
    assert all(f"  {kind} " in printed for kind in KINDS)
    assert f"to {LONGEST_S:g}" in " ".join(printed.split())
    assert "e+0" not in printed


def test_the_greatest_chain_is_the_one_that_can_be_made() -> None:
    for name in ("up", "seed"):
        (stores,) = (one for one in LEAVES[name].params if "--stores" in one.opts)
        assert stores.max == LARGEST_CHAIN


@pytest.mark.parametrize(
    ("arguments", "message", "command"),
    [
        ("upp", "No such command 'upp'. Did you mean 'up'?", "carte"),
        ("up --prt 1", "No such option: --prt", "carte up"),
        ("up --port many", "valid integer", "carte up"),
        ("up --runtime docker", "'lambda', 'direct'", "carte up"),
        ("import stores", "Missing argument 'FILE...'", "carte import"),
        ("fault inject", "Missing argument 'KIND'", "carte fault inject"),
        ("order show", "Missing argument 'ORDER'", "carte order show"),
        ("people grant ada", "Missing argument 'ROLE'", "carte people grant"),
        ("order place x y --nothing", "No such option: --nothing", "carte order place"),
        ("drill run", "name one drill of `carte drill list`, or add --all", "carte drill run"),
        ("bench --only nginx", "none of carte, stock", "carte bench"),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_which_help_to_read(
    arguments: str, message: str, command: str
) -> None:
    done = _carte(*arguments.split())
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert done.stderr.endswith(f"`{command} --help` shows what it takes\n")
    assert done.stderr.count("\nnext:  ") == 1
    assert not done.stdout


def test_a_missing_argument_is_described() -> None:
    assert _carte("order", "show").stderr.partition("\nnext:  ")[2] == (
        "ORDER: Id of the order, as `carte order place` prints it; `carte order show --help` shows "
        "what it takes\n"
    )


FLOATS = [
    (name, option)
    for name, command in LEAVES.items()
    for option in command.params
    if re.search(r"\bfloat\b", str(option.type_descriptor.annotation))
]


@pytest.mark.parametrize(("name", "option"), FLOATS, ids=[f"{n} {o.opts[0]}" for n, o in FLOATS])
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999"])
def test_no_number_is_none_or_infinite(name: str, option: Any, value: str) -> None:
    done = CliRunner().invoke(APPLICATION, [*name.split(), f"{option.opts[0]}={value}"])
    assert done.exit_code == 2, done.output
    assert option.opts[0] in done.output


def test_without_arguments_the_help_is_shown() -> None:
    done = _carte()
    assert done.returncode == 2
    assert "Usage: carte" in done.stdout + done.stderr
    assert "\nnext:" not in done.stderr


def test_a_file_that_cannot_be_written_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    path = tmp_path / "none" / "bill.csv"
    with (
        pytest.raises(CarteError, match="cannot be written: No such file") as caught,
        writing(path, "--csv"),
    ):
        path.write_text("", encoding="utf-8")
    assert caught.value.hint == "name a file in an existing folder by --csv"


def _carte(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
