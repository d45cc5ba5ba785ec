"""`carte up`: start the local cloud, in the foreground or as a daemon."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, finite, print_json
from localcloud import layout as layouts
from localcloud.plan import MOST_REGIONS, make_layout
from localcloud.state_file import layout_as_json, load_layout
from services.domain.errors import CarteError, UnusableInputError

EXAMPLES: Final = (
    "carte up",
    "carte up --detach --port 9090 --stores 3000",
    "carte up --regions us-east-1,eu-central-1 --runtime direct",
    "carte up --time-scale 20",
)

_OPERATOR: Final = "chain:operator"
_SIGNED_IN_HOURS: Final = 12


def command(
    *,
    port: PortOption = DEFAULT_PORT,
    regions: Annotated[
        str,
        typer.Option(
            metavar="REGION,REGION,...",
            help=f"AWS names of 1 to {MOST_REGIONS} regions to run; the first is the primary.",
        ),
    ] = ",".join(layouts.DEFAULT_REGIONS),
    region_port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            help="TCP port of the first region; the other regions use the ports above it.",
            show_default="--port + 20000",
        ),
    ] = None,
    runtime: Annotated[
        Literal["lambda", "direct"],
        typer.Option(
            help="How the API is served. `lambda`: by emulated API Gateway and Lambda. `direct`: "
            "by the same service under an ASGI server, for load tests."
        ),
    ] = "lambda",
    place: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            help="The nearest region of clients that send no x-carte-place header.",
            show_default="the primary",
        ),
    ] = None,
    time_scale: Annotated[
        float,
        typer.Option(
            min=0.1,
            max=100,
            callback=finite,
            metavar="FACTOR",
            help="How many times as fast as on AWS the edge's health checks, DNS answers and drain "
            "flags work. After the loss of a region reads go on at once; writes go on within 92 "
            "seconds with 1, as on AWS, and within 7 seconds with 20.",
        ),
    ] = 1.0,
    stores: Annotated[
        int,
        typer.Option(
            min=0,
            max=31_000,
            metavar="STORES",
            help="Stores of the demo chain that an empty cloud is filled with; 0 for none.",
        ),
    ] = 300,
    detach: Annotated[
        bool,
        typer.Option(
            "--detach",
            help="Return when everything is ready, and run in the background until `carte down`.",
        ),
    ] = False,
    state_dir: StateDirOption = None,
    assembly: Annotated[
        Path | None,
        typer.Option(
            help="Deploy these synthesized templates instead of making them.", hidden=True
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Start the local cloud: regions, replication, API, edge and site.

    Stays in the foreground until Ctrl-C, which stops everything and keeps the data for the next
    start: run other commands in a second terminal, or add --detach. A cloud that runs already is
    not changed.
    """
    from localcloud import launch
    from localcloud.startup import StartOptions

    wanted = make_layout(
        port,
        regions=[name.strip() for name in regions.split(",") if name.strip()],
        state_dir=state_dir,
        region_port=region_port,
        runtime=runtime,
        place=place,
        time_scale=time_scale,
    )
    if as_json and not detach:
        raise UnusableInputError("--json answers once, so it needs --detach", "add --detach")
    options = StartOptions(stores, _seeding(wanted, stores), assembly, terminal=not detach)
    say = _silent if as_json else _say
    existing = launch.running(wanted.state_dir)
    if existing is not None:
        _already(existing, wanted, say)
    elif detach:
        launch.run_detached(wanted, options, say)
    else:
        launch.run_foreground(wanted, options, say, lambda: _ready(wanted))
        return
    if as_json:
        print_json(_answer(wanted.state_dir))
    elif existing is None:
        _ready(wanted)
        _say(f"  stop it with `carte down{_which(wanted)}`")


def _seeding(layout: layouts.CloudLayout, stores: int) -> tuple[str, ...]:
    """Return the command that fills an empty cloud with stores."""
    return (
        *(sys.executable, "-m", "cli.main", "seed", "--stores", str(stores)),
        *("--port", str(layout.port), "--state-dir", str(layout.state_dir)),
    )


def _already(
    existing: layouts.CloudLayout, wanted: layouts.CloudLayout, say: Callable[[str], None]
) -> None:
    from localcloud import launch, status

    if not launch.same_shape(existing, wanted):
        raise CarteError(
            f"a cloud runs at port {existing.port} already, with other options "
            f"({existing.runtime}, {','.join(existing.region_names)}, "
            f"time scale {existing.time_scale:g})",
            f"`carte down{_which(existing)}` first, or choose another --port",
        )
    state = status.collect(existing)
    if not state.healthy:
        raise CarteError(
            f"the cloud at port {existing.port} runs already, but not all of it is healthy",
            f"`carte status{_which(existing)}` shows what, `carte down{_which(existing)}` stops it",
        )
    say(f"  {'operations':<16} {_operations(existing)}")
    say(f"already running and healthy: {existing.url}")


def _ready(layout: layouts.CloudLayout) -> None:
    for region in layout.regions:
        _say(f"  {region.name:<16} {region.endpoint}  api {region.api_url}")
    _say(f"  {'replicator':<16} {layout.replicator_url}/status")
    _say(f"  {'edge':<16} {layout.edge_url}  time scale {layout.time_scale:g}")
    _say(f"  {'state and logs':<16} {layout.state_dir}")
    _say(f"  {'operations':<16} {_operations(layout)}")
    _say(f"ready: {layout.url}")


def _operations(layout: layouts.CloudLayout) -> str:
    """Return the address of `/ops` for a person of this machine, who is signed in by opening it.

    A token of the development issuer follows `#`, which browsers send to no server. It opens local
    clouds of this checkout and nothing else.
    """
    from localcloud.issuer import this_machines

    token = this_machines().token(
        [_OPERATOR], subject="local-operator", lifetime_s=_SIGNED_IN_HOURS * 3600
    )
    return f"{layout.url}/ops#token={token}"


def _answer(state_dir: Path) -> dict[str, object]:
    layout = load_layout(state_dir)
    return {"url": layout.url, **layout_as_json(layout)} if layout else {}


def _which(layout: layouts.CloudLayout) -> str:
    """The options that name this cloud in another command."""
    words = "" if layout.port == DEFAULT_PORT else f" --port {layout.port}"
    if layout.state_dir != layouts.default_state_dir(layout.port).resolve():
        words += f" --state-dir {layout.state_dir}"
    return words


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:  # `| head` has seen enough; that is no reason to stop a cloud
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _silent(_line: str) -> None:
    return
