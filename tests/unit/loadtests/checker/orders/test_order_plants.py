"""Each planted bug does what it says, and the invariant that it breaks finds it."""

from contextlib import suppress
from typing import Any

from loadtests.checker.history import Attempt, CheckOperation, History
from loadtests.checker.orders.evidence import Charge, Evidence
from loadtests.checker.orders.invariants import judge
from loadtests.checker.orders.plants import beat_for, record_again, rights_off
from loadtests.checker.orders.shops import Shops
from services.domain.orders import facts as f
from services.domain.orders.duty import DutyKind
from services.domain.orders.identity import order_id
from services.domain.quotes.refusals import OrderRefusedError
from services.domain.stamp import unix_ms
from services.storage import keys
from services.storage.keys import Key
from services.storage.regions import RegionRepository
from services.storage.table import Table
from tests.support.fulfilment import World
from tests.support.order_story import REGIONS, operation_id, place, wanted

EU, US, AP = REGIONS
SHOPS = Shops("n", "de", ("s1",), "s1", "ring", "flat-white", 5)


def history_of(*names: str, pieces: int, card: bool) -> History:
    """The history of guests who placed these orders, and of the answers that they got."""
    history = History()
    for name in names:
        about = order_id(name)
        given = {"storeId": "s1", "payment": "CARD" if card else "AT_STORE"}
        document = Key(keys.order_partition(about), "")
        history.add(CheckOperation(name, 0, "placeOrder", document, given, sold={"ring": pieces}))
        answer = {"order": {"id": about, "status": "PLACED"}}
        history.attempt(Attempt(name, 0, EU, 0.0, 0.1, "ok", answer))
    return history


def broken(evidence: Evidence) -> list[str]:
    return [one.name for one in judge(evidence) if one.breaches]


def test_a_webhook_that_counts_twice_has_the_guests_money_given_back() -> None:
    world = World()
    name = operation_id("operation-1")
    order = place(world.replicas[EU], name).order.order_id
    world.work_everywhere()
    world.orders[EU].record(order, f.Accepted(), "ada")
    world.work_everywhere()

    def evidence(refunded: int) -> Evidence:
        regions = {region: {order: world.order(region, order)} for region in REGIONS}
        charge = Charge("pi_1", order, 300, refunded)
        return Evidence(
            history_of(name, pieces=2, card=True), regions, (charge,), {("s1", "ring"): 5}
        )

    assert broken(evidence(0)) == []
    assert record_again(world.orders[EU], evidence(0).regions)
    world.work_everywhere()
    refunds = [key for key in world.provider.effects if DutyKind.REFUND.value in key]
    assert len(refunds) == 1
    assert broken(evidence(300)) == ["I4"]


def test_without_a_charge_there_is_nothing_to_count_twice() -> None:
    world = World()
    order = place(world.replicas[EU]).order.order_id
    assert not record_again(world.orders[EU], {EU: {order: world.order(EU, order)}})


def sold_everywhere(world: World) -> tuple[list[str], Evidence]:
    """Order every piece in each region while nothing replicates; then everything arrives."""
    want = wanted(("ring", 1), method=f.AT_STORE)
    taken = []
    for region in REGIONS:
        for at in range(SHOPS.pieces):
            name = operation_id(f"{region}-{at}")
            with suppress(OrderRefusedError):
                place(world.replicas[region], name, want)
                taken.append(name)
    world.tables.deliver_all()
    orders = {order_id(name): world.order(EU, order_id(name)) for name in taken}
    history = history_of(*taken, pieces=1, card=False)
    return taken, Evidence(history, dict.fromkeys(REGIONS, orders), (), {("s1", "ring"): 5})


def test_without_rights_regions_that_are_apart_sell_every_piece_once_each() -> None:
    world = World(counted=5)
    taken, evidence = sold_everywhere(world)
    assert len(taken) <= 5
    assert "I3" not in broken(evidence)
    world = World(counted=5)
    table: Any = world.replicas[EU]
    rights_off(table, SHOPS, REGIONS)
    world.tables.deliver_all()
    taken, evidence = sold_everywhere(world)
    assert len(taken) == 3 * 5
    assert "I3" in broken(evidence)


def test_a_lost_regions_heartbeat_stays_fresh_in_the_others(table: Table) -> None:
    lost: Any = None  # its table cannot be reached, and is not
    beat_for(US, {EU: table, US: lost})
    assert unix_ms() - RegionRepository(table).states().heartbeats[US] < 60_000
