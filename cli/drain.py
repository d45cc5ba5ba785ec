"""`carte drain`: take a region out of traffic by its drain switch in the table."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    print_json,
    the_cloud,
)
from cli.target import AwsOption, TableOption, binding
from services.domain.errors import CarteError, UnknownNameError
from services.domain.orders.takeover import PROBED_MS, alive
from services.domain.stamp import unix_ms

if TYPE_CHECKING:
    from services.storage.regions import RegionRepository, RegionStates

_BEAT_MS: Final = 65_000  # a sweeper's minute, and the time its heartbeat takes to arrive
_AGAIN_S: Final = 2.0

EXAMPLES: Final = (
    "carte drain eu-west-1",
    "carte drain eu-west-1 --end",
    "carte drain eu-west-1 --aws",
    "carte drain eu-west-1 --end --aws --via us-east-1",
)


def command(
    region: Annotated[
        str, typer.Argument(metavar="REGION", help="The region to drain, such as eu-west-1.")
    ],
    *,
    end: Annotated[
        bool, typer.Option("--end", help="Clear the switch: the region takes part again.")
    ] = False,
    via: Annotated[
        str | None,
        typer.Option(
            "--via",
            metavar="REGION",
            help="Write in this region's replica instead; replication takes it to the others.",
            show_default="REGION itself",
        ),
    ] = None,
    aws: AwsOption = False,
    table_name: TableOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a region out of traffic, or put it back.

    This sets or clears its drain switch in the table.

    While the switch is set, `/ready` of the region answers 503, so health checks leave it; live
    updates move to other regions at the pings of their clients; `regionStatus` says so in every
    region. The region goes on serving whoever asks it. The edge's drain list and the metric Drained
    are other switches (docs/operations.md, "Drain a region").

    It is refused where no other region would be left that takes part and has written a heartbeat
    within the last 30 seconds; it waits a minute for one. End a drain with --end.
    """
    from dataload.reaching import check_region, reaching
    from services.storage.regions import RegionRepository
    from services.storage.table import Table

    if not aws:
        the_cloud(port, state_dir).region(region)  # raises for a region that the cloud lacks
    target = binding(via or region, port=port, state_dir=state_dir, aws=aws, table=table_name)
    check_region(target)
    regions = RegionRepository(Table(target))
    with reaching(target):
        _check(region, _read_states(regions, region, drains=not end), drains=not end)
        regions.set_drained(region, drained=not end)
        drained = sorted(regions.states().drained)
    if as_json:
        print_json({"region": region, "drained": not end, "allDrained": drained})
        return
    print(f"{region}: {'drained' if not end else 'takes part again'}, written in {target.region}")
    print(f"drained by the table now: {', '.join(drained) or 'none'}")
    if not end:
        print(f"until `carte drain {region} --end`, with the same options, ends it")


def _read_states(regions: "RegionRepository", region: str, *, drains: bool) -> "RegionStates":
    """Return the heartbeats; waits for a new one where it is not clear that another region lives.

    Without health checks only a sweeper writes them, once a minute.
    """
    until = unix_ms() + _BEAT_MS
    announced = False
    while True:
        states = regions.states()
        perhaps = alive(states.heartbeats, region, states.heartbeats, unix_ms()) - {region}
        waits = drains and perhaps - states.drained and not _left(region, states)
        if not waits or unix_ms() > until:
            return states
        if not announced:
            names = ", ".join(sorted(perhaps - states.drained))
            print(f"waiting for a heartbeat of {names} ...", file=sys.stderr, flush=True)
            announced = True
        time.sleep(_AGAIN_S)


def _left(region: str, states: "RegionStates") -> frozenset[str]:
    """Return the regions that would be left: they take part, and wrote a heartbeat just now."""
    living = alive(states.heartbeats, region, states.heartbeats, unix_ms(), PROBED_MS)
    return living - {region} - states.drained


def _check(region: str, states: "RegionStates", *, drains: bool) -> None:
    """Refuse a region that does not exist, and to drain the last one.

    Raises:
        CarteError: No heartbeat of the region is known, or all others are drained or silent.
    """
    if region not in states.heartbeats and region not in states.drained:
        raise UnknownNameError(
            "region",
            region,
            sorted(states.heartbeats),
            where="that has ever written a heartbeat into this table",
            more="is it the right table, and is the region deployed?",
        )
    if drains and not _left(region, states):
        living = alive(states.heartbeats, region, states.heartbeats, unix_ms(), PROBED_MS)
        others = sorted(states.heartbeats.keys() - {region})
        remarks = [
            f"{one} {'is drained' if one in living else 'has been silent for 30 s or more'}"
            for one in others
        ]
        raise CarteError(
            f"no region would be left beside {region}; the others: {', '.join(remarks) or 'none'}",
            "end the drain of another region first (carte drain REGION --end), or, where others "
            "are silent only to this one, write in the table of one of them (--via)",
        )
