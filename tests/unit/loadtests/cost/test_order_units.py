"""What one order uses is counted; docs/orders.md and the bill have the counted numbers."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from loadtests.cost import demand, prices, traffic
from loadtests.cost.bill import Bill
from loadtests.cost.estimate import Estimate
from loadtests.cost.orders import BY_CARD, OrderUnits
from loadtests.cost.resources import Resource, Templates
from localcloud.layout import REPO_ROOT
from services.domain.orders import facts as f
from services.domain.orders.state import Status
from tests.support.counted_replica import CountedReplica
from tests.support.fulfilment import World
from tests.support.order_story import REGIONS, place, wanted
from tests.support.service import Service
from tests.unit.graphql_schema import test_orders
from tests.unit.graphql_schema.test_orders import shop
from tests.unit.loadtests.cost.test_cost import EU, MEASURED, US, lambda_of, line

__all__ = ["shop"]

HERE, THERE, _ = REGIONS
STEPS = ("acceptOrder", "markOrderReady", "markOrderCollected")


class Life:
    """An order of two counted pieces from the guest's order to the guest's goods."""

    def __init__(self, method: str) -> None:
        self.world = World(replica=CountedReplica)
        for replica in self._replicas():
            replica.used.clear()
        self.rows: list[tuple[str, Counter[str], Counter[str]]] = []
        self.name = ""
        want = wanted(("ring", 2), method=method)
        self._row("placed", lambda: self._place(want))
        self._row("then its region works on it", self.world.work_everywhere)
        steps: tuple[tuple[str, f.Data], ...] = (
            ("accepted", f.Accepted()),
            ("ready", f.Ready()),
            ("collected", f.Collected()),
        )
        for what, fact in steps:
            self._row(what, partial(self._record, fact))

    def _replicas(self) -> list[CountedReplica]:
        return [one for one in self.world.replicas.values() if isinstance(one, CountedReplica)]

    def _place(self, want: Any) -> None:
        self.name = place(self.world.replicas[HERE], want=want).order.order_id

    def _record(self, fact: f.Data) -> None:
        self.world.orders[HERE].record(self.name, fact, "ada")
        self.world.work_everywhere()

    def _row(self, what: str, act: Callable[[], object]) -> None:
        before = [Counter(one.used) for one in self._replicas()]
        act()
        here, there, other = (
            Counter({name: one.used[name] - was[name] for name in one.used})
            for one, was in zip(self._replicas(), before, strict=True)
        )
        assert there == other
        self.rows.append((what, here, there))

    def sums(self) -> tuple[Counter[str], Counter[str]]:
        here: Counter[str] = Counter()
        there: Counter[str] = Counter()
        for _, one, other in self.rows:
            here += one
            there += other
        return here, there


def markdown(life: Life) -> str:
    lines = [
        "| order by card | requests | RRU | WRU | WRU in each other region | requests, RRU there |",
        "|---|---|---|---|---|---|",
    ]
    for what, here, there in [*life.rows, ("together", *life.sums())]:
        lines.append(
            f"| {what} | {here['requests']} | {here['half_reads'] / 2:g} | {here['writes']} "
            f"| {here['replicated']} | {there['requests']}, {there['half_reads'] / 2:g} |"
        )
    return "\n".join(lines)


def test_an_order_uses_what_the_page_says() -> None:
    life = Life(f.CARD)
    assert life.world.state(HERE, life.name).status is Status.COLLECTED
    assert life.rows[0][1]["requests"] == 2
    page = (REPO_ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
    assert markdown(life) in page, f"docs/orders.md: replace the table by\n{markdown(life)}"


def test_the_bill_has_what_is_counted(shop: Service) -> None:
    life = Life(f.CARD)
    here, there = life.sums()
    world = life.world
    api = _api_requests(shop)
    # The API places the order, and records each step after one read.
    by_the_api = life.rows[0][1]["requests"] + 2 * len(STEPS)
    notices = world.mailbox.notices
    assert {one.audience for one in notices} == {f.GUEST, f.STORE}
    assert (
        OrderUnits(
            api_calls=2 + len(STEPS),
            api_requests=api,
            # Each notice looks the store's name up.
            requests=here["requests"] - by_the_api + len(notices),
            read_units=here["half_reads"] / 2,
            write_units=here["writes"],
            replicated_units=here["replicated"],
            elsewhere_requests=there["requests"],
            elsewhere_read_units=there["half_reads"] / 2,
            messages=world.messages[HERE],
            elsewhere_messages=world.messages[THERE],
            effects=len(world.provider.calls),
            mails=len(world.mailbox.topics(f.GUEST)),
            notices=len(world.mailbox.topics(f.STORE)),
        )
        == BY_CARD
    )


def _api_requests(shop: Service) -> int:
    """Requests to DynamoDB of a quote, placing and the steps of the store."""
    shop.lines.clear()
    shop.ask(
        """{ quote(input: { storeId: "de-1", lines: [{ itemId: "glazed", quantity: 2 }] }) {
          quote { total { amountMinor } } errors { message } } }"""
    )
    assert test_orders.place(shop)["errors"] == []
    for action in STEPS:
        assert test_orders.step(shop, action)["errors"] == []
    assert len(shop.lines) == 2 + len(STEPS)
    return sum(one["dynamodb"]["requests"] for one in shop.lines)


def bill_of(orders: float) -> Bill:
    handlers = ("menu_api", "convergence", "fulfilment.handler", "fulfilment.sweeper")
    found = [
        Resource(region, "AWS::Lambda::Function", lambda_of(f"services.{handler}", 512))
        for region in (US, EU)
        for handler in handlers
    ]
    where = (US, EU)
    taken = traffic.load("pilot").with_orders(orders)
    return Estimate(taken, MEASURED, Templates(found, {}), prices.load(), where).bill()


def test_orders_are_on_the_bill_where_they_are_taken_and_where_they_are_replicated() -> None:
    bill = bill_of(20)
    orders = 30 * 20 * 365 / 12 * 12  # all of the pilot's stores are in the US
    writes = line(bill, "DynamoDB", "orders: writes")
    assert writes.quantity * 1e6 == orders * BY_CARD.write_units
    replicated = line(bill, "DynamoDB", "orders: replicated writes", EU)
    assert replicated.quantity * 1e6 == orders * BY_CARD.replicated_units
    mails = line(bill, "SES", "mails to guests")
    assert mails.yearly_usd == orders * BY_CARD.mails / 1000 * 0.10
    assert not [one for one in bill.lines if one.region == EU and one.service == "SES"]


def test_without_orders_the_bill_has_no_line_of_them() -> None:
    assert traffic.load("pilot").edits.orders_per_store_day == 0
    (region,) = demand.regions(traffic.load("pilot"), [US]).values()
    assert region.orders == 0
    items = {one.item for one in bill_of(0).lines}
    assert not [one for one in items if "order" in one or "sweeper" in one]
