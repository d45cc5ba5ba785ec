"""Bills orders: what one uses of each service, times how many a region takes.

The fees of the payment provider are no part of the bill.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from loadtests.cost.bill import Bill
from loadtests.cost.demand import HOURS, MILLION, RegionDemand
from loadtests.cost.measured import Measured
from loadtests.cost.resources import Templates
from loadtests.cost.serving import WAIT_MS, vcpus

# Assumed, not measured: seconds are the payment provider's and the mail service's.
_EFFECT_MS: Final = 600.0  # two requests to the payment provider
_NOTICE_MS: Final = 100.0
_CPU_MS: Final = 4.0  # of a message, beside its waits
_POLLS_A_SECOND: Final = 5 / 20  # Lambda's five pollers of a queue, 20 s a poll
_SQS_CALLS: Final = 3  # of a message: sent, received, deleted
_SWEEPS: Final = HOURS * 60  # of a month
_SWEEP_READS: Final = 16 * 0.5  # read units: a Query of each shard
_SWEEP_MS: Final = 16 * WAIT_MS + 20.0
_FULFILMENT: Final = "services.fulfilment.handler"
_SWEEPER: Final = "services.fulfilment.sweeper"


@dataclass(frozen=True, slots=True)
class OrderUnits:
    """What one order uses, from the quote to the guest who has the goods.

    `tests/unit/loadtests/cost/test_order_units.py` counts all of it.

    Attributes:
        api_calls: Requests of guest and staff to the API: quote, placing, three steps of the store.
        api_requests: Requests to DynamoDB that the menu Lambda makes for them.
        requests: Requests to DynamoDB of the fulfilment Lambda in the order's region.
        read_units: Read units of both, in the order's region.
        write_units: Write units of both there, with transactions and indexes.
        replicated_units: Write units in each other region, with indexes.
        elsewhere_requests: Requests to DynamoDB that each other region makes.
        elsewhere_read_units: Read units in each other region.
        messages: Messages of the queue of orders in the order's region.
        elsewhere_messages: Such messages in each other region.
        effects: Requests to the payment provider: authorize and capture.
        mails: Mails to the guest.
        notices: Messages to the store.
    """

    api_calls: int
    api_requests: int
    requests: int
    read_units: float
    write_units: int
    replicated_units: int
    elsewhere_requests: int
    elsewhere_read_units: float
    messages: int
    elsewhere_messages: int
    effects: int
    mails: int
    notices: int


BY_CARD: Final = OrderUnits(
    api_calls=5,
    api_requests=23,
    requests=46,
    read_units=54,
    write_units=56,
    replicated_units=47,
    elsewhere_requests=4,
    elsewhere_read_units=4,
    messages=8,
    elsewhere_messages=2,
    effects=2,
    mails=3,
    notices=1,
)


def orders(
    bill: Bill, templates: Templates, measured: Measured, regions: Mapping[str, RegionDemand]
) -> None:
    """Add what orders by card use, and the sweepers that look for overdue work."""
    if not any(region.orders for region in regions.values()):
        return
    total = sum(region.orders for region in regions.values())
    for name, region in regions.items():
        here, elsewhere = region.orders, total - region.orders
        _api(bill, templates, measured, name, here)
        _table(bill, name, here, elsewhere)
        _fulfilment(bill, templates, name, here, elsewhere)
        _sweeper(bill, templates, name)


def _api(bill: Bill, templates: Templates, measured: Measured, name: str, here: float) -> None:
    memory = templates.memory_mb(name, "services.menu_api") / 1024
    calls = here * BY_CARD.api_calls
    cpu_ms = BY_CARD.api_calls * measured.edit_cpu_ms / vcpus(memory)
    ms = cpu_ms + BY_CARD.api_requests * WAIT_MS
    because = f"{BY_CARD.api_calls} requests an order: quote, placing, three steps"
    bill.add("API Gateway", "orders", "api_requests", calls / MILLION, because=because, region=name)
    bill.add(
        *("Lambda", "orders: menu_api requests", "lambda_requests", calls / MILLION),
        because=because,
        region=name,
    )
    bill.add(
        *("Lambda", "orders: menu_api compute", "lambda_compute", here * ms / 1000 * memory),
        because=f"{ms:.0f} ms an order at {memory:g} GB, each request as dear as an edit",
        region=name,
    )


def _table(bill: Bill, name: str, here: float, elsewhere: float) -> None:
    reads = here * BY_CARD.read_units + elsewhere * BY_CARD.elsewhere_read_units
    bill.add(
        *("DynamoDB", "orders: reads", "dynamodb_read", reads / MILLION),
        because=f"{BY_CARD.read_units:g} RRU an order here, {BY_CARD.elsewhere_read_units:g} of "
        "another region",
        region=name,
    )
    bill.add(
        *("DynamoDB", "orders: writes", "dynamodb_write", here * BY_CARD.write_units / MILLION),
        because=f"{BY_CARD.write_units} WRU an order: all items, both indexes, notices",
        region=name,
    )
    replicated = elsewhere * BY_CARD.replicated_units
    bill.add(
        *("DynamoDB", "orders: replicated writes", "dynamodb_write", replicated / MILLION),
        because=f"{BY_CARD.replicated_units} WRU an order of another region",
        region=name,
    )


def _fulfilment(bill: Bill, templates: Templates, name: str, here: float, elsewhere: float) -> None:
    memory = templates.memory_mb(name, _FULFILMENT) / 1024
    messages = here * BY_CARD.messages + elsewhere * BY_CARD.elsewhere_messages
    waits = here * BY_CARD.requests + elsewhere * BY_CARD.elsewhere_requests
    notices = here * (BY_CARD.mails + BY_CARD.notices)
    ms = messages * _CPU_MS / vcpus(memory) + waits * WAIT_MS
    ms += here * BY_CARD.effects * _EFFECT_MS + notices * _NOTICE_MS
    because = f"{BY_CARD.messages} messages an order here, {BY_CARD.elsewhere_messages} elsewhere"
    bill.add(
        *("Lambda", "fulfilment requests", "lambda_requests", messages / MILLION),
        because=because,
        region=name,
    )
    bill.add(
        *("Lambda", "fulfilment compute", "lambda_compute", ms / 1000 * memory),
        because=f"{ms / max(messages, 1):.0f} ms a message at {memory:g} GB, most of it waiting",
        region=name,
    )
    polls = HOURS * 3600 * _POLLS_A_SECOND
    bill.add(
        "SQS",
        "messages about orders",
        "fifo_requests",
        (messages * _SQS_CALLS + polls) / MILLION,
        because="sent, received, deleted; Lambda's five pollers wait 20 s at a time",
        region=name,
    )
    bill.add(
        *("SES", "mails to guests", "mails", here * BY_CARD.mails / 1000),
        because=f"{BY_CARD.mails} an order: taken, accepted, ready",
        region=name,
    )
    bill.add(
        *("SNS", "notices to stores", "topic_requests", here * BY_CARD.notices / MILLION),
        because="one an order",
        region=name,
    )


def _sweeper(bill: Bill, templates: Templates, name: str) -> None:
    memory = templates.memory_mb(name, _SWEEPER) / 1024
    because = "once a minute, also without orders"
    bill.add(
        *("Lambda", "sweeper requests", "lambda_requests", _SWEEPS / MILLION),
        because=because,
        region=name,
    )
    bill.add(
        *("Lambda", "sweeper compute", "lambda_compute", _SWEEPS * _SWEEP_MS / 1000 * memory),
        because=f"{_SWEEP_MS:.0f} ms a sweep at {memory:g} GB",
        region=name,
    )
    bill.add(
        *("DynamoDB", "sweeper reads", "dynamodb_read", _SWEEPS * _SWEEP_READS / MILLION),
        because=f"{_SWEEP_READS:g} RRU a sweep: 16 shards",
        region=name,
    )
