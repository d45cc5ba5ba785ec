"""What a live connection and a change use is counted, and billed as counted."""

from collections import Counter
from typing import Any

import pytest

from loadtests.cost import demand, live, traffic
from loadtests.cost.estimate import Estimate
from loadtests.cost.live import UNITS, LiveUnits
from loadtests.cost.prices import load as load_prices
from loadtests.cost.resources import Resource, Templates
from services.storage.table import Table
from tests.support.live_region import LiveRegion
from tests.unit.live.test_subscriptions import MENU, region
from tests.unit.loadtests.cost.test_cost import EU, MEASURED, US, lambda_of, line

__all__ = ["region"]


class Counted:
    """Counts the requests to the table of connections, and their units.

    Attributes:
        used: `requests`, `writes` and `reads`, the latter in units of strongly consistent reads.
    """

    def __init__(self, client: Any) -> None:
        self.used: Counter[str] = Counter()
        client.meta.events.register("provide-client-params.dynamodb", self._count)

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.used["requests"] += 1
        if model.name == "BatchWriteItem":
            self.used["writes"] += sum(len(rows) for rows in params["RequestItems"].values())
        elif model.name == "TransactWriteItems":
            # DynamoDB's pricing page, "Write request unit": two for a transactional write of 1 KB.
            self.used["writes"] += 2 * len(params["TransactItems"])
        elif model.name in {"PutItem", "UpdateItem", "DeleteItem"}:
            self.used["writes"] += 1
        else:
            self.used["reads"] += 1


def counted(region: LiveRegion) -> LiveUnits:
    """Open a page, change its store, close the page; count what a new process needs."""
    table = Counted(region.client)
    messages = invocations = 0
    one = region.connect()
    for message in (
        {"type": "connection_init"},
        {"id": "1", "type": "subscribe", "payload": {"query": MENU, "variables": {"id": "de-1"}}},
    ):
        assert region.say(one, message) is not None
        messages += 2
        invocations += 1
    opened = table.used.copy()
    assert region.changed("store:de-1") == []
    changed = table.used - opened
    assert region.changed("store:de-2") == []
    unwatched = table.used - opened - changed
    table.used = opened
    region.event("DISCONNECT", one)
    return LiveUnits(
        messages=messages,
        invocations=invocations + 2,
        connection_requests=table.used["requests"],
        connection_writes=table.used["writes"],
        connection_reads=table.used["reads"],
        change_requests=changed["requests"],
        unwatched_requests=unwatched["requests"],
    )


def test_the_bill_has_what_is_counted(region: LiveRegion) -> None:
    assert counted(region) == UNITS


def templates(*regions: str, with_live: bool = True) -> Templates:
    handlers = {
        "services.menu_api.handler.handler": 1769,
        "services.convergence.handler.handler": 512,
        "services.live.handler.handler": 1024,
        "services.live.fan_out_handler.handler": 1024,
    }
    found = [
        Resource(name, "AWS::Lambda::Function", lambda_of(handler, memory))
        for name in regions
        for handler, memory in handlers.items()
    ]
    if with_live:
        found += [Resource(name, "AWS::ApiGatewayV2::Api", {}) for name in regions]
    return Templates(found, {})


def test_a_region_without_a_websocket_api_is_billed_nothing_for_it(table: Table) -> None:
    del table
    chain = traffic.load("pilot")
    for with_live in (True, False):
        found = Estimate(
            chain, MEASURED, templates(US, with_live=with_live), load_prices(), (US,)
        ).bill()
        assert any(one.item.startswith("live") for one in found.lines) is with_live


def test_minutes_and_messages_by_hand() -> None:
    chain = traffic.load("pilot")
    (found,) = demand.regions(chain, [US]).values()
    done = live.demand(chain, found, found.stores)
    pages = 30 * 300 * 0.6 * traffic.DAYS
    assert done.minutes == pytest.approx(pages * 3 + 30 * 12 * 60 * traffic.DAYS)
    assert done.connections == pytest.approx(pages + 30 * 12 * 60 * traffic.DAYS / 120)
    # 150 sales and 0.5 edits a store and day; 30 * 0.6 * 300 * 3 / 840 pages are open meanwhile.
    assert done.changes == pytest.approx(30 * 150.5 * traffic.DAYS)
    open_pages = 300 * 0.6 * 3 / 840
    assert done.posts == pytest.approx(done.changes * (open_pages + 12 / 14))
    assert done.sent == done.posts  # a menu of 60 items is below 32 KB


def test_a_menu_of_more_than_32_kilobytes_is_two_messages() -> None:
    chain = traffic.load("pilot")
    large = traffic.Traffic(
        **{name: getattr(chain, name) for name in chain.__dataclass_fields__} | {"menu_items": 120}
    )
    (found,) = demand.regions(chain, [US]).values()
    one, two = (live.demand(each, found, found.stores) for each in (chain, large))
    boards = one.changes * 12 / 14
    assert two.sent - boards == pytest.approx(2 * (one.sent - boards))


def test_a_change_is_seen_in_every_region_and_sent_in_one() -> None:
    chain = traffic.load("national")  # all of its stores are near us-east-1
    bill = Estimate(chain, MEASURED, templates(US, EU), load_prices(), (US, EU)).bill()
    here, there = (line(bill, "SQS", "live: queue of topics", name) for name in (US, EU))
    assert here.quantity == there.quantity
    assert line(bill, "API Gateway", "live: messages").quantity > 0
    assert not [one for one in bill.lines if one.item == "live: messages" and one.region == EU]
