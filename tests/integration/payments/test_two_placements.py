"""A guest's two inputs under one operation id: what the local provider has in the end."""

import uuid
from dataclasses import replace

from services.domain.orders import facts as f
from services.domain.orders.payment_state import PaymentState, payment_state
from services.domain.orders.placing import Payer
from tests.support.fulfilment import World
from tests.support.local_payments import LocalPayments
from tests.support.order_story import REGIONS, place, wanted

EU, US, _ = REGIONS


def test_a_hold_is_released_where_the_store_accepted_the_order_to_be_paid_there(
    payments: LocalPayments,
) -> None:
    world = World(pays=payments.provider())
    operation = str(uuid.uuid4())
    card = replace(wanted(("flat-white", 1)), payer=Payer(f.CARD, "pm_card_visa"))
    at_store = wanted(("flat-white", 1), method=f.AT_STORE)
    order = place(world.replicas[US], operation, card).order.order_id
    assert place(world.replicas[EU], operation, at_store).order.order_id == order
    world.orders[EU].record(order, f.Accepted(), "ada")
    while world.tables.pending[US, EU]:
        world.tables.deliver((US, EU), 0)
    world.lose(US)

    def statuses() -> list[str]:
        return [one.status for one in payments.api().search(order)]

    world.work(US)  # cut off, it holds the money of its own placement
    assert "authorized/1" in world.order(US, order).facts
    assert statuses() == ["requires_capture"]
    world.work(EU)
    assert "authorized/1" not in world.order(EU, order).facts
    assert statuses() == ["canceled"]
    world.heal()
    world.work_everywhere()
    assert statuses() == ["canceled"]
    assert payment_state(world.state(US, order)) is PaymentState.AT_STORE
