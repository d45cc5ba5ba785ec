"""`carte load`: run a load test with locust, write a report, judge it by objectives."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    address,
    finite,
    print_json,
)
from services.domain.errors import CarteError, UnknownNameError, UnusableInputError

if TYPE_CHECKING:
    from rich.console import Console

    from loadtests.load.comparing import Comparison
    from loadtests.load.recording import Recording
    from loadtests.load.results import Results
    from loadtests.load.session import LoadPlan
    from loadtests.load.slo import Objectives
    from localcloud.layout import CloudLayout

EXAMPLES: Final = (
    "carte load --profile lunch-rush",
    "carte load --profile spike --users 200 --workers 2",
    "carte load --profile steps --rate 400   # an open loop: requests come whatever happens",
    "carte load --url https://menu.example.com --profile steady --slo aws",
    "carte load --profile steady --compare .carte/8080/load/20261121-120000-steady",
)
_TOKEN: Final = "CARTE_STAFF_TOKEN"  # noqa: S105 - the name of a variable
# `rate_limit` of infra_cdk/config/sections.py, in requests a second: five minutes.
_ONE_ADDRESS: Final = 5000 / 300
_BOTTLENECK: Final = 3


def command(
    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            metavar="PROFILE",
            help="How the load changes over time: steady, lunch-rush (a whole day with meal times "
            "around the world), spike (ten times the users within ten seconds), soak (half an "
            "hour) or steps (eight steps up).",
        ),
    ] = "lunch-rush",
    *,
    users: Annotated[
        int,
        typer.Option(
            "--users",
            min=0,
            metavar="USERS",
            help="Largest number of simulated users at once, each of which waits for an answer "
            "before it sends the next request; 0 for the profile's own number (40 to 320).",
        ),
    ] = 0,
    rate: Annotated[
        float | None,
        typer.Option(
            "--rate",
            callback=finite,
            min=0.1,
            metavar="REQUESTS",
            help="Open loop instead of users: send up to this many requests per second, however "
            "late the answers come.",
        ),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            callback=finite,
            min=0,
            metavar="SECONDS",
            help="Length of the run in seconds; 0 for the profile's own (60 to 1,800).",
        ),
    ] = 0,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            min=0,
            max=64,
            metavar="PROCESSES",
            help="Worker processes that generate the load; 0 for one process in all.",
        ),
    ] = 0,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            callback=address,
            metavar="URL",
            help="Test this deployed site instead of the local cloud, such as "
            "https://menus.example.com.",
        ),
    ] = None,
    runtime: Annotated[
        Literal["lambda", "direct"],
        typer.Option(
            "--runtime",
            help="If no local cloud runs, start one with this runtime; see `carte up --help`.",
        ),
    ] = "direct",
    slo: Annotated[
        str | None,
        typer.Option(
            "--slo",
            metavar="TABLE",
            help="Objectives to judge by: the name of a table in --slo-file; local or aws in the "
            "file that comes with carte.",
            show_default="aws with --url, else local",
        ),
    ] = None,
    slo_file: Annotated[
        Path | None,
        typer.Option(
            "--slo-file",
            metavar="FILE",
            help="TOML file of objectives: percentiles in milliseconds, share of failures, "
            "seconds of staleness.",
            show_default="loadtests/load/slo.toml",
        ),
    ] = None,
    compare_with: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            metavar="FOLDER",
            help="Folder of an earlier run; report what became slower or faster.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            help="Folder for the report of this run.",
            show_default="load/TIME-PROFILE in the cloud's folder",
        ),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a load test with locust and judge it by objectives.

    Tests the local cloud, which is started if none runs, or a deployed site. Warms it up, then
    writes a report (HTML, JSON, CSV). Exits with 1 if an objective was missed, with 3 if the load
    generator itself was the bottleneck. Edits by staff are part of the load; on a deployed site
    only with a staff token in the environment variable CARTE_STAFF_TOKEN.
    """
    from rich.console import Console

    from loadtests.load import session
    from loadtests.load.comparing import Comparison, compare
    from loadtests.load.shapes import PROFILES
    from loadtests.load.slo import FILE
    from loadtests.load.slo import load as objectives_of
    from loadtests.load.terminal import show

    console = Console(highlight=False, stderr=as_json)
    if profile not in PROFILES:
        raise UnknownNameError("profile", profile, PROFILES)
    shape = PROFILES[profile]
    objectives = objectives_of(slo or ("aws" if url else "local"), slo_file or FILE)
    earlier = _recording(compare_with) if compare_with else None
    layout = None if url else _cloud(port, state_dir, runtime, console)
    plan = session.LoadPlan(
        url=(url or (layout.edge_url if layout else "")).rstrip("/"),
        profile=profile,
        seconds=seconds or shape.seconds,
        users=users or shape.users,
        rate=rate,
        workers=workers,
        token=_token(layout),
        s3={one.name: one.endpoint for one in layout.regions} if layout else {},
        folder=_folder(out, layout, profile),
    )
    if url and _most_a_second(plan.rate, plan.users) > _ONE_ADDRESS:
        console.print(
            f"note: a deployed site takes {_ONE_ADDRESS:.1f} requests a second of one address "
            "unless `[edge] rate_limit` says more; what is above is answered 429 by its firewall "
            "(docs/loadtests.md)"
        )
    console.print(f"warmed up with {session.warm_up(plan.url)} menus of {plan.url}")
    most = f"{plan.rate:g} requests per second" if plan.rate else f"{plan.users} users"
    console.print(f"{profile}, {shape.title}: {plan.seconds:g} s, at most {most}")
    results = _run(plan, layout, objectives)
    found = compare(earlier, results.recording) if earlier else Comparison()
    _keep(results, found, plan.folder)
    if as_json:
        print_json({**_answer(results, found), "report": str(plan.folder / "report.html")})
    else:
        show(console, results, found, plan.folder)
    if results.problem:
        raise typer.Exit(_BOTTLENECK)
    if not results.passed:
        raise typer.Exit(1)


def _most_a_second(rate: float | None, users: int) -> float:
    """Return how many requests a second a run may send: a user sends one."""
    return float(users) if rate is None else rate


def _run(plan: "LoadPlan", layout: "CloudLayout | None", objectives: "Objectives") -> "Results":
    from loadtests.load import session, slo
    from loadtests.load.costing import usd_per_million
    from loadtests.load.dynamodb_usage import NO_LOCAL_CLOUD, DynamoDBUsage, ServiceLog
    from loadtests.load.processes import ProcessWatch, bottleneck
    from loadtests.load.results import Results

    watch = ProcessWatch(layout) if layout else None
    log = ServiceLog(layout) if layout else None
    if watch:
        watch.start()
    try:
        generator = session.run(plan)
    finally:
        if watch:
            watch.stop()
    recording = generator.recording
    usage = log.usage(generator.began) if log else None
    return Results(
        profile=plan.profile,
        target=plan.url,
        runtime=layout.runtime if layout else "deployed",
        loop="open" if plan.rate is not None else "closed",
        workers=plan.workers,
        recording=recording,
        verdicts=slo.judge(objectives, recording),
        usage=usage,
        bottleneck=bottleneck(watch.usage, generator.cpu_s, max(recording.seconds(), 1))
        if watch
        else None,
        generator_cpu_s=generator.cpu_s,
        problem=generator.problem,
        cost_per_million_usd=usd_per_million(
            recording,
            usage or DynamoDBUsage(reason=NO_LOCAL_CLOUD),
            len(layout.regions) if layout else 1,
        ),
        extra={"rate": plan.rate, "users": plan.users},
    )


def _answer(results: "Results", found: "Comparison") -> dict[str, Any]:
    return {
        **results.to_json(),
        "changes": [one.to_json() for one in found.changes],
        "not_compared": dict(found.not_compared),
    }


def _cloud(port: int, state_dir: Path | None, runtime: str, console: "Console") -> "CloudLayout":
    """Return the running cloud; start one if none runs."""
    import subprocess
    import sys

    from localcloud.layout import default_state_dir
    from localcloud.probe import is_ok
    from localcloud.state_file import load_layout

    folder = state_dir or default_state_dir(port)
    layout = load_layout(folder)
    if layout is None or not is_ok(f"{layout.edge_url}/health"):
        console.print(f"no cloud at port {port}: starting one, runtime {runtime}")
        command = [sys.executable, "-m", "cli.main", "up", "--detach", "--port", str(port)]
        command += ["--state-dir", str(folder), "--runtime", runtime]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        layout = load_layout(folder)
        if done.returncode or layout is None:
            raise CarteError(
                "no cloud could be started", "see what `carte up` says", detail=done.stderr[-2000:]
            )
    return layout


def _token(layout: "CloudLayout | None") -> str | None:
    if layout is None:
        return os.environ.get(_TOKEN)
    from localcloud.issuer import this_machines

    return this_machines().token(["chain:admin"], subject="load-test", lifetime_s=6 * 3600)


def _folder(out: Path | None, layout: "CloudLayout | None", profile: str) -> Path:
    if out is None:
        base = layout.state_dir if layout else Path(".carte")
        out = base / "load" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{profile}"
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CarteError(f"{out} cannot be made: {error}", "name another --out") from error
    return out


def _recording(folder: Path) -> "Recording":
    import json

    from loadtests.load.recording import Recording

    path = folder / "recording.json"
    try:
        return Recording.of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(
            f"{path} is no earlier run: {error!r}", "name a folder that `carte load` wrote"
        ) from error


def _keep(results: "Results", found: "Comparison", folder: Path) -> None:
    import json

    from loadtests.load.page import page

    recorded = json.dumps(results.recording.to_json())
    (folder / "recording.json").write_text(recorded, encoding="utf-8")
    answer = json.dumps(_answer(results, found), indent=2)
    (folder / "results.json").write_text(answer, encoding="utf-8")
    results.write_csv(folder / "seconds.csv")
    html = page(results, found, folder / "locust.html")
    (folder / "report.html").write_text(html, encoding="utf-8")
