"""`carte bench`: measure the CPU time of menus and mutations, beside other servers."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.options import JsonOption, finite, print_json
from services.domain.errors import CarteError

if TYPE_CHECKING:
    from loadtests.bench.settings import Settings

EXAMPLES: Final = (
    "carte bench --quick",
    "carte bench --only carte,stock,floor --parts requests,cold --json",
    "carte bench --rounds 25 --write-docs",
)

_Names = str | None
_WIDTH: Final = 140


def command(
    *,
    rounds: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            metavar="ROUNDS",
            help="How many rounds; in each, every server is timed once. More rounds give "
            "narrower confidence intervals.",
            show_default="15, or 5 with --quick",
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Measure roughly: shorter rounds, at most 3,000 stores."),
    ] = False,
    only: Annotated[
        _Names,
        typer.Option(
            metavar="NAME,NAME,...",
            help="Measure only these servers: carte, stock (Strawberry, Mangum and PynamoDB as "
            "installed), carte-chain and stock-chain (stores, mutations, orders), ariadne, "
            "graphene, apollo, mercurius, mercurius-document, floor (one signed request and "
            "orjson), carte-graphql, jit.",
            show_default="all",
        ),
    ] = None,
    skip: Annotated[
        _Names,
        typer.Option(
            metavar="NAME,NAME,...",
            help="Leave these servers out; names as for --only.",
            show_default="none",
        ),
    ] = None,
    parts: Annotated[
        _Names,
        typer.Option(
            metavar="PART,PART,...",
            help="What to measure: requests (CPU of a request), cold (cold starts), scaling (menu "
            "and chain sizes), emulator (one local cloud), memory (which Lambda size; needs "
            "requests and cold).",
            show_default="all",
        ),
    ] = None,
    goal_ms: Annotated[
        float,
        typer.Option(
            "--goal-ms",
            callback=finite,
            min=1,
            metavar="MILLISECONDS",
            help="The p99 response time in milliseconds that the Lambda memory size is chosen for.",
        ),
    ] = 50,
    write_docs: Annotated[
        bool,
        typer.Option(
            "--write-docs", help="Write figures and chart into docs/performance.md and .svg."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare the CPU time of carte with that of other servers.

    It measures menus, lists of stores, mutations and orders.

    Each server has a process of its own and answers the same menus from the same recorded DynamoDB
    responses; one with a different answer is an error. Rounds are interleaved, ratios are taken
    within a round, and CPU is the user and system time of the process. Exits with 0 only when
    every chosen server was measured and every limit of docs/performance.md is met. Run `make
    bench` first: it installs the other servers.
    """
    try:
        from loadtests.bench.equality import UnequalAnswerError
        from loadtests.bench.memory_choice import Goal
        from loadtests.bench.process import SubjectError
        from loadtests.bench.run import run
    except ModuleNotFoundError as error:
        raise CarteError(
            f"the bench is not here: {error}",
            "it belongs to a checkout of the repository; run `make bench` in one",
        ) from error
    from dataload.progress import Bars

    settings = _settings(rounds, quick, only, skip, parts)
    try:
        with Bars(visible=not as_json) as bars:
            report = run(settings, progress=bars, goal=Goal(p99_ms=goal_ms))
    except UnequalAnswerError as error:
        raise CarteError(
            f"nothing was timed: {error}", "a subject must answer what carte answers"
        ) from error
    except SubjectError as error:
        first, _, rest = str(error).partition("\n")
        raise CarteError(
            first, "run it again; leave a subject out with --skip", detail=rest
        ) from error
    _print(report, as_json=as_json)
    if write_docs:
        from loadtests.bench.docs_page import write

        write(report)
    if not _complete(report):
        raise typer.Exit(1)


def _settings(
    rounds: int | None, quick: bool, only: _Names, skip: _Names, parts: _Names
) -> "Settings":
    from loadtests.bench.settings import PARTS, QUICK, Settings
    from loadtests.bench.subject_specs import NAMES

    settings = QUICK if quick else Settings()
    if rounds is not None:
        settings = replace(settings, rounds=rounds)
    chosen = _among(only, NAMES, "--only") if only else NAMES
    left_out = _among(skip, NAMES, "--skip") if skip else ()
    settings = replace(settings, subjects=tuple(one for one in chosen if one not in left_out))
    if parts:
        settings = replace(settings, parts=_among(parts, PARTS, "--parts"))
        if "memory" in settings.parts and not {"requests", "cold"} <= {*settings.parts}:
            raise typer.BadParameter(
                "memory is computed from requests and cold: name them, too", param_hint="--parts"
            )
    return settings


def _among(text: str, known: Sequence[str], option: str) -> tuple[str, ...]:
    names = tuple(filter(None, (part.strip() for part in text.split(","))))
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise typer.BadParameter(
            f"{', '.join(unknown) or text!r} is none of {', '.join(known)}", param_hint=option
        )
    return names


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    from rich.console import Console

    from loadtests.bench.terminal import show

    # Into a file or a pipe the tables go unbroken.
    show(report, Console(width=None if sys.stdout.isatty() else _WIDTH))


def _complete(report: dict[str, Any]) -> bool:
    """Return whether every chosen subject was measured and no limit was exceeded."""
    return not report["missing"] and all(one["verdict"] != "missed" for one in report["bars"])
