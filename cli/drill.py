"""Run failure drills and report what users noticed."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    finite,
    print_json,
    the_cloud,
)
from loadtests.drills.runs import DrillOptions, run_all, runs_of
from services.domain.errors import CarteError, UnknownNameError, UnusableInputError

if TYPE_CHECKING:
    from loadtests.drills.experiments import Drill
    from localcloud.layout import CloudLayout

_EXAMPLES: Final = """\b
Examples:
  carte drill list
  carte drill run sudden-loss
  carte drill report --html"""
_MOST_LISTED: Final = 20  # runs, of which there may be many
_RUN_EXAMPLES: Final = """\b
Examples:
  carte drill run sudden-loss
  carte drill run --all --rounds 3 --json
  carte drill run sudden-loss --without origin-failover
  carte drill run replication-paused --target aws --plan"""

app = typer.Typer(
    no_args_is_help=True,
    help=f"{__doc__}\n\nA drill takes a region of the running local cloud away on purpose, "
    "measures what users notice, and judges it by objectives.",
    epilog=_EXAMPLES,
    rich_markup_mode=None,
)


@app.command("list", epilog="\b\nExample:\n  carte drill list")
def list_(*, as_json: JsonOption = False) -> None:
    """List the drills."""
    drills = [_load(name) for name in _names()]
    if as_json:
        print_json(
            {
                "drills": [
                    {
                        "name": drill.name,
                        "title": drill.title,
                        "description": drill.description,
                        "objectives": {one.figure: one.limit for one in drill.objectives},
                    }
                    for drill in drills
                ]
            }
        )
        return
    for drill in drills:
        print(f"{drill.name:<22} {drill.title}")


@app.command("run", epilog=_RUN_EXAMPLES)
def run(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[DRILL]",
            help="A name that `carte drill list` prints, or the path of a YAML file.",
            show_default=False,
        ),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Run every drill.")] = False,
    rounds: Annotated[
        int,
        typer.Option(
            min=1, max=100, metavar="TIMES", help="How many times to run the drill or drills."
        ),
    ] = 1,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROTECTION",
            help="Switch off a protection, so that the drill fails: origin-failover, "
            "health-checks or convergence; repeatable.",
        ),
    ] = None,
    region: Annotated[
        str,
        typer.Option(
            metavar="REGION",
            help="The region to take away, such as eu-west-1.",
            show_default="the drill's own",
        ),
    ] = "",
    rate: Annotated[
        float,
        typer.Option(
            min=0.1,
            max=50,
            callback=finite,
            metavar="FACTOR",
            help="Multiply the drill's request rates by this factor.",
        ),
    ] = 1.0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the stores that the drill created.")
    ] = False,
    target: Annotated[
        Literal["local", "aws"],
        typer.Option(help="Where to run it; aws only together with --plan."),
    ] = "local",
    plan: Annotated[
        bool,
        typer.Option("--plan", help="With --target aws: print the AWS calls, and make none."),
    ] = False,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run drills, and judge what users noticed.

    Injects faults into a running local cloud, sends requests from the location of every region at
    a fixed rate meanwhile, and heals all faults at the end, also after an error. Exits with 0 only
    when every objective was met. Start the cloud with `carte up --detach --time-scale 10`.
    """
    from loadtests.drills.protections import check_names

    if everything == (name is not None):
        raise typer.BadParameter("name one drill of `carte drill list`, or add --all")
    drills = [_load(one) for one in (_names() if name is None else [name])]
    if target == "aws" or plan:
        # All that AWS can make; by name, the error says why it cannot.
        drills = [one for one in drills if not everything or not one.is_local]
        _aws(drills, target, plan=plan, as_json=as_json)
        return
    check_names(without or ())
    options = DrillOptions(tuple(without or ()), region, rate, keep)
    layout = _cloud(port, state_dir)
    if region:
        layout.region(region)  # raises for a region that the cloud lacks
    with _status(quiet=as_json) as on_progress:
        reports = run_all(
            layout,
            drills,
            options,
            rounds=rounds,
            on_progress=on_progress,
            on_report=_on_report(quiet=as_json),
        )
    failed = [one for one in reports if one["verdict"] != "pass"]
    if as_json:
        several = {"verdict": "fail" if failed else "pass", "runs": reports}
        print_json(reports[0] if len(reports) == 1 else several)
    elif len(reports) > 1:
        _console().print(_rounds(reports))
    if failed:
        raise typer.Exit(1)


@app.command("report", epilog="\b\nExample:\n  carte drill report sudden-loss --html")
def report(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]",
            help="Name of a run's folder, or of a drill, for its last run; the last of all "
            "runs without it.",
        ),
    ] = "",
    *,
    html: Annotated[
        bool, typer.Option("--html", help="Print the path of the run's HTML page.")
    ] = False,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the report of the last run, or of another one."""
    from loadtests.drills.report.summary import show

    kept = runs_of(the_cloud(port, state_dir))
    found = [one for one in kept if wanted in one.name]
    if not found:
        again = "`carte drill run sudden-loss` makes one"
        if kept and wanted:
            newest = [one.name for one in reversed(kept)][:_MOST_LISTED]
            raise UnknownNameError("run", wanted, newest, more=again)
        raise CarteError("no drill was run yet", again)
    content: dict[str, Any] = json.loads((found[-1] / "report.json").read_text(encoding="utf-8"))
    if as_json:
        print_json(content)
    elif html:
        print(found[-1] / "report.html")
    else:
        show(content, _console())


def _cloud(port: int, state_dir: Path | None) -> "CloudLayout":
    from localcloud.exceptions import NotRunningError

    try:
        return the_cloud(port, state_dir)
    except NotRunningError as error:
        start = "start one with `carte up --detach --time-scale 10`"
        raise CarteError(error.message, start) from error


def _names() -> list[str]:
    from loadtests.drills import experiments

    return experiments.names()


def _load(name: str) -> "Drill":
    from loadtests.drills import experiments

    return experiments.load(name)


def _aws(drills: "Sequence[Drill]", target: str, *, plan: bool, as_json: bool) -> None:
    from loadtests.drills.aws.planning import describe, plan_of
    from loadtests.drills.exceptions import DrillError

    if target != "aws":
        raise UnusableInputError(
            "--plan prints AWS calls, and --target is local", "add --target aws"
        )
    if not plan:
        raise UnusableInputError(
            "drills on AWS are run step by step with the Chaos Toolkit",
            "read docs/drills.md, or add --plan to see the AWS calls",
        )
    try:
        plans = {drill.name: plan_of(drill) for drill in drills}
    except DrillError as error:
        raise CarteError(error.message, error.hint) from error
    if as_json:
        print_json({name: [call.to_json() for call in calls] for name, calls in plans.items()})
        return
    for name, calls in plans.items():
        print(f"# {name}")
        print("\n".join(describe(calls)))


def _rounds(reports: Sequence[dict[str, Any]]) -> Any:
    from loadtests.drills.report.summary import rounds_table

    return rounds_table(reports)


def _on_report(*, quiet: bool) -> Any:
    """Return the function that prints each report when its run ends."""
    from loadtests.drills.report.summary import show

    return (lambda _report: None) if quiet else (lambda report: show(report, _console()))


def _console() -> Any:
    from rich.console import Console

    width = None if sys.stdout.isatty() else 140
    return Console(width=width, highlight=False)


@contextmanager
def _status(*, quiet: bool) -> Iterator[Any]:
    """Show a line on stderr that says what is being done; yields the function that changes it."""
    from rich.console import Console

    console = Console(stderr=True, quiet=quiet)
    with console.status("starting") as status:
        yield status.update
