"""`python -m loadtests.subscriptions`: figures of live updates on a running local cloud."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any, Final

from loadtests.subscriptions.change_cost import change_costs
from loadtests.subscriptions.connection_cost import connection_costs
from loadtests.subscriptions.latency import latencies
from loadtests.subscriptions.prices import PriceWriter
from localcloud.layout import DEFAULT_PORT, CloudLayout, default_state_dir
from localcloud.state_file import load_layout
from localcloud.tables import use_local_key
from services.domain.errors import CarteError

_OPEN: Final = (1, 100, 2000)
_SUBSCRIBERS: Final = (1, 100, 5000)
_MOST: Final = 5_000
_CONNECTIONS: Final = 100  # of which the CPU is measured


def main() -> int:
    """Measure, and print tables or JSON; 1 if something could not be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.subscriptions",
        description="Time from an acknowledged write to the message of each subscriber, and what "
        "a change and a connection cost, on a running local cloud.",
        epilog="example: python -m loadtests.subscriptions --open 1 100 2000 --changes 10",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the cloud's edge")
    parser.add_argument("--open", type=int, nargs="+", default=_OPEN, help="open subscriptions")
    parser.add_argument(
        "--subscribers", type=int, nargs="+", default=_SUBSCRIBERS, help="of a store that changes"
    )
    parser.add_argument("--changes", type=int, default=10, help="prices set at each number")
    parser.add_argument("--json", action="store_true", help="answer for a program")
    options = parser.parse_args()
    if max(*options.open, *options.subscribers, options.changes) > _MOST:
        parser.error(f"at most {_MOST}")
    try:
        found = _measure(options, _layout(options.port))
    except CarteError as error:
        sys.stderr.write("\n".join(filter(None, (error.message, error.hint, error.detail))) + "\n")
        return 1
    sys.stdout.write(json.dumps(found, indent=1) + "\n" if options.json else _tables(found))
    return 0


def _layout(port: int) -> CloudLayout:
    layout = load_layout(default_state_dir(port))
    if layout is None:
        raise CarteError(f"no local cloud is up at port {port}", "carte up --detach")
    return layout


def _measure(options: argparse.Namespace, layout: CloudLayout) -> dict[str, Any]:
    use_local_key()
    writer = PriceWriter(layout, layout.primary)
    times = {
        number: {
            region: asdict(found)
            for region, found in latencies(
                layout.edge_url.replace("http", "ws", 1),
                writer,
                layout.region_names,
                subscriptions=number,
                changes=options.changes,
                on_progress=lambda text: sys.stderr.write(f"{text}\n"),
            ).items()
        }
        for number in options.open
    }
    costs = change_costs(layout, writer.store, options.subscribers)
    connection = connection_costs(layout, writer.store, _CONNECTIONS)
    return {
        "written_in": layout.primary,
        "ms": times,
        "changes": [asdict(one) for one in costs],
        "connection": asdict(connection),
    }


def _tables(found: dict[str, Any]) -> str:
    lines = [
        f"milliseconds from an acknowledged write in {found['written_in']} to the message",
        "| open subscriptions | region | messages | p50 | p95 | p99 |",
        "|---|---|---|---|---|---|",
    ]
    for number, regions in found["ms"].items():
        lines += [
            f"| {number:,} | {region} | {one['samples']:,} | {one['p50']:.0f} | {one['p95']:.0f} "
            f"| {one['p99']:.0f} |"
            for region, one in regions.items()
        ]
    lines += [
        "",
        "| subscribers of one operation | evaluations | posts | CPU, ms |",
        "|---|---|---|---|",
        *(
            f"| {one['subscriptions']:,} | {one['evaluations']} | {one['posts']:,} "
            f"| {one['cpu_ms']:.1f} |"
            for one in found["changes"]
        ),
    ]
    lines += ["", _connection(**found["connection"])]
    return "\n".join(lines) + "\n"


def _connection(connections: int, opened_ms: float, closed_ms: float, evaluations: float) -> str:
    return (
        f"a connection, of {connections}: {opened_ms:.1f} ms of CPU from handshake to first "
        f"state, {evaluations:g} evaluations, {closed_ms:.1f} ms of CPU at its end"
    )


if __name__ == "__main__":
    sys.exit(main())
