"""Bills live updates: open pages and boards, messages to them, and the Lambdas behind both.

A connection belongs to the region nearest to its store. A change of a store is seen in every
region, because the stream of each replica has it, and sent where the store's pages are open.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from loadtests.cost.bill import Bill
from loadtests.cost.demand import GB, GEOGRAPHY, MILLION, RegionDemand
from loadtests.cost.measured import Measured
from loadtests.cost.resources import Templates
from loadtests.cost.serving import WAIT_MS, vcpus
from loadtests.cost.traffic import DAYS, Traffic

LIVE_API: Final = "AWS::ApiGatewayV2::Api"
_SOCKETS: Final = "services.live.handler"
_FAN_OUT: Final = "services.live.fan_out_handler"
# API Gateway's pricing page, "WebSocket APIs": messages are metered in steps of 32 KB.
_STEP_BYTES: Final = 32 * 1024
_RAW_ITEM_BYTES: Final = 360  # of a menu's JSON, uncompressed: 21 kB for 60 items
_BOARD_BYTES: Final = 8 * 1024  # a day's orders of a store
_OPEN_HOURS: Final = 14.0  # of a store's day, in which its sales and its visits happen
_LONGEST_MINUTES: Final = 120.0  # API Gateway closes a connection after two hours
_SQS_CALLS: Final = 3  # of a message: sent, received, deleted
_WAIT_WINDOW_MS: Final = 120.0  # what the fan-out waits for the end of a window, on average
_CPU_MS: Final = 3.0  # of an evaluation, or of a message of a client, beside its waits
_POST_CPU_MS: Final = 0.4  # signing and sending a message


@dataclass(frozen=True, slots=True)
class LiveUnits:
    """What connections and changes use; `tests/unit/loadtests/cost/test_live_units.py` counts it.

    Attributes:
        messages: Messages of a client with one subscription: initialisation and its
            acknowledgement, subscription and first state.
        invocations: Calls of the Lambda for a connection: connect, two messages, disconnect.
        connection_requests: Requests to DynamoDB for a connection, from its opening to its end,
            by processes that remember nothing of it or of equal subscriptions.
        connection_writes: Write units of these in the table of connections.
        connection_reads: Read units of these there.
        change_requests: Requests to the table of connections for a change of a watched topic.
        unwatched_requests: Requests to it for a change of a topic that nobody watches.
    """

    messages: int
    invocations: int
    connection_requests: int
    connection_writes: int
    connection_reads: float
    change_requests: int
    unwatched_requests: int


UNITS: Final = LiveUnits(
    messages=4,
    invocations=4,
    connection_requests=9,
    connection_writes=13,
    connection_reads=1,
    change_requests=2,
    unwatched_requests=1,
)


@dataclass(frozen=True, slots=True)
class LiveDemand:
    """Live updates of one region in a month.

    Attributes:
        connections: Connections that are opened.
        minutes: Minutes that all of them are open.
        pings: Messages that keep connections alive, with their answers.
        changes: Changes that the region's stream shows; those of other regions included.
        watched: Changes of stores of which something is open in the region.
        sent: Messages with a new state, in steps of 32 KB.
        posts: Such messages, whatever their size.
        gigabytes: What viewers get, uncompressed: API Gateway compresses no WebSocket.
    """

    connections: float
    minutes: float
    pings: float
    changes: float
    watched: float
    sent: float
    posts: float
    gigabytes: float


def demand(traffic: Traffic, region: RegionDemand, all_stores: float) -> LiveDemand:
    """Return what a region's live updates do in a month.

    Args:
        traffic: The traffic of the chain.
        region: The demand of the region.
        all_stores: Stores of all regions.
    """
    live, edits = traffic.live, traffic.edits
    pages = (
        region.stores * traffic.visits.per_store_day * traffic.visits.page_loads * live.open_share
    ) * DAYS
    board_minutes = region.stores * live.board_hours * 60 * DAYS
    minutes = pages * live.minutes + board_minutes
    of_a_store_day = (
        edits.prices_per_store_day + edits.sales_per_store_day + edits.orders_per_store_day * 4
    )
    changes = all_stores * of_a_store_day * DAYS
    here = region.stores * of_a_store_day * DAYS
    # Open pages of one store at a time of its day, and whether there is one (Poisson).
    open_pages = (
        traffic.visits.per_store_day * traffic.visits.page_loads * live.open_share * live.minutes
    ) / (_OPEN_HOURS * 60)
    boards = min(1.0, live.board_hours / _OPEN_HOURS)
    watched = 1.0 - (1.0 - boards) * math.exp(-open_pages)
    menu_bytes = traffic.menu_items * _RAW_ITEM_BYTES
    menu_steps, board_steps = (math.ceil(one / _STEP_BYTES) for one in (menu_bytes, _BOARD_BYTES))
    renewed = board_minutes / _LONGEST_MINUTES
    to_pages, to_boards = here * open_pages, here * boards
    return LiveDemand(
        connections=pages + renewed,
        minutes=minutes,
        # Each ping is a message, and so is its answer.
        pings=2 * minutes / live.ping_minutes,
        changes=changes,
        watched=here * watched,
        sent=to_pages * menu_steps + to_boards * board_steps,
        posts=to_pages + to_boards,
        gigabytes=((to_pages + pages) * menu_bytes + (to_boards + renewed) * _BOARD_BYTES) / GB,
    )


def live(
    bill: Bill,
    templates: Templates,
    measured: Measured,
    traffic: Traffic,
    regions: Mapping[str, RegionDemand],
) -> None:
    """Add live updates to the bill, where the templates have them."""
    all_stores = sum(region.stores for region in regions.values())
    gigabytes = 0.0
    for name, region in regions.items():
        if templates.count(LIVE_API, name):
            done = demand(traffic, region, all_stores)
            gigabytes += done.gigabytes
            _gateway(bill, name, done)
            _lambdas(bill, templates, name, done)
            _tables(bill, measured, traffic, name, done)
    if templates.count("AWS::CloudFront::Distribution"):
        for geography in sorted({GEOGRAPHY[market] for market in traffic.markets}):
            share = sum(
                part for market, part in traffic.markets.items() if GEOGRAPHY[market] == geography
            )
            bill.add(
                *("CloudFront", f"live: data to viewers ({geography})", f"cdn_data_{geography}"),
                gigabytes * share,
                because="states of open menus and boards, uncompressed",
            )


def _gateway(bill: Bill, name: str, done: LiveDemand) -> None:
    bill.add(
        *("API Gateway", "live: connection minutes", "live_minutes", done.minutes / MILLION),
        because="open menus and boards of stores",
        region=name,
    )
    messages = done.connections * UNITS.messages + done.pings + done.sent
    bill.add(
        *("API Gateway", "live: messages", "live_messages", messages / MILLION),
        because=f"{UNITS.messages} a connection, pings, and each new state in steps of 32 KB",
        region=name,
    )


def _lambdas(bill: Bill, templates: Templates, name: str, done: LiveDemand) -> None:
    # A ping is a message of $default, so it is a call.
    calls = done.connections * UNITS.invocations + done.pings / 2
    bill.add(
        *("Lambda", "live requests", "lambda_requests", calls / MILLION),
        because=f"{UNITS.invocations} a connection, and the pings",
        region=name,
    )
    memory = templates.memory_mb(name, _SOCKETS) / 1024
    each = UNITS.connection_requests * WAIT_MS + UNITS.invocations * _CPU_MS / vcpus(memory)
    ms = done.connections * each + done.pings / 2 / vcpus(memory)
    bill.add(
        *("Lambda", "live compute", "lambda_compute", ms / 1000 * memory),
        because=f"{each:.0f} ms a connection and 1 ms a ping at {memory:g} GB",
        region=name,
    )
    bill.add(
        *("Lambda", "live-fan-out requests", "lambda_requests", done.changes / MILLION),
        because="a change of a store in any region, whether anything is open or not",
        region=name,
    )
    memory = templates.memory_mb(name, _FAN_OUT) / 1024
    unwatched = done.changes - done.watched
    looking = _WAIT_WINDOW_MS + UNITS.unwatched_requests * WAIT_MS
    sending = _WAIT_WINDOW_MS + (UNITS.change_requests + 1) * WAIT_MS + _CPU_MS / vcpus(memory)
    ms = unwatched * looking + done.watched * sending + done.posts * _POST_CPU_MS / vcpus(memory)
    bill.add(
        *("Lambda", "live-fan-out compute", "lambda_compute", ms / 1000 * memory),
        because=f"{sending:.0f} ms a change that is watched and {looking:.0f} ms another one, "
        f"at {memory:g} GB",
        region=name,
    )
    bill.add(
        *("SQS", "live: queue of topics", "fifo_requests", done.changes * _SQS_CALLS / MILLION),
        because=f"{_SQS_CALLS} a change: sent, received, deleted",
        region=name,
    )


def _tables(bill: Bill, measured: Measured, traffic: Traffic, name: str, done: LiveDemand) -> None:
    # A strongly consistent read of a store: one unit for each 4 KB.
    state = math.ceil(measured.scaled(measured.menu_read_bytes, traffic.menu_items) / 4096)
    reads = (
        done.connections * (UNITS.connection_reads + 2 * state)
        + done.watched * (UNITS.change_requests + state)
        + (done.changes - done.watched) * UNITS.unwatched_requests
    )
    bill.add(
        *("DynamoDB", "live: reads", "dynamodb_read", reads / MILLION),
        because=f"{UNITS.change_requests + state} RRU a change that is watched, 1 of another one",
        region=name,
    )
    writes = done.connections * UNITS.connection_writes
    bill.add(
        *("DynamoDB", "live: writes", "dynamodb_write", writes / MILLION),
        because=f"{UNITS.connection_writes} WRU a connection: its row, its topics, its group",
        region=name,
    )
