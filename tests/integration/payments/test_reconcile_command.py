"""`carte reconcile` against the real local provider and a table that knows the orders, or not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import reconcile
from cli.main import application
from loadtests.checker.orders.plants import charge_again
from services.domain.orders import facts as f
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.identity import order_id, provider_key
from services.domain.orders.order import Order
from services.domain.stamp import Stamp
from services.storage import order_walk
from services.storage.orders import OrderRepository
from services.storage.table import Table
from tests.support.local_payments import LocalPayments
from tests.support.order_story import NOON, REGIONS, operation_id, place, write_store


@pytest.fixture
def world(
    payments: LocalPayments, table: Table, monkeypatch: pytest.MonkeyPatch
) -> OrderRepository:
    """Orders in a table of the test's process, and the provider as a process."""
    monkeypatch.setattr(reconcile, "binding", lambda *_, **__: table.binding)
    monkeypatch.setattr(reconcile, "the_cloud", lambda *_: payments.layout)
    known = {one.id for one in payments.api().intents(0)}
    api = type(payments.api())
    listed = api.intents
    # Payments of other tests belong to no order of this table.
    monkeypatch.setattr(
        api,
        "intents",
        lambda self, since: (one for one in listed(self, since) if one.id not in known),
    )
    write_store(table)
    return OrderRepository(table, REGIONS)


def run() -> tuple[int, Any]:
    # The orders of the story are of a fixed day, the payments of today.
    days = (datetime.now(UTC) - NOON).days + 2
    arguments = ["reconcile", "--json", "--grace", "0", "--days", str(days)]
    done = CliRunner().invoke(application(["reconcile"]), arguments)
    return done.exit_code, json.loads(done.stdout)


def effect(order: str, kind: DutyKind, amount: int) -> Duty:
    key = provider_key(order, kind.value, "1")
    token = "pm_card_visa"  # noqa: S105 - a test card
    return Duty(kind, key, 0, "eu-west-1", amount=amount, attempt=1, token=token, name="r1")


def test_a_hold_that_no_order_records_is_named(
    payments: LocalPayments, table: Table, world: OrderRepository
) -> None:
    name = order_id("operation-1")
    provider = payments.provider()
    place(table)
    outcome = provider.perform(name, "EUR", effect(name, DutyKind.AUTHORIZE, 300))
    found = world.record(name, outcome, "provider")
    assert [one.order_id for one in order_walk.all_orders(table)] == [found.order_id]
    assert run() == (0, {"payments": 1, "orders": 1, "differences": []})
    lost = order_id("operation-lost")
    provider.perform(lost, "EUR", effect(lost, DutyKind.AUTHORIZE, 700))
    code, answer = run()
    assert code == 1
    (difference,) = answer["differences"]
    assert difference["payment"].startswith("pi_")
    assert {name: difference[name] for name in ("kind", "order_id", "expected", "found")} == {
        "kind": "no-order",
        "order_id": lost,
        "expected": 0,
        "found": 700,
    }


def happened(orders: OrderRepository, name: str, data: f.Data) -> Order:
    """Record a fact, whatever time it is at the store."""

    def decide(_: Order, stamp: Stamp) -> list[f.Fact]:
        return [f.Fact(stamp, "x", data)]

    return orders.record_all(name, decide)


def test_a_second_charge_and_a_second_refund_are_named_by_it_alone(
    payments: LocalPayments, table: Table, world: OrderRepository
) -> None:
    operation = operation_id("paid twice")
    name = order_id(operation)
    provider, api = payments.provider(), payments.api()
    place(table, operation)

    def performed(kind: DutyKind, amount: int) -> Order:
        return happened(world, name, provider.perform(name, "EUR", effect(name, kind, amount)))

    performed(DutyKind.AUTHORIZE, 300)
    happened(world, name, f.Accepted())
    performed(DutyKind.CAPTURE, 300)
    happened(world, name, f.RefundAsked("r1", 100))
    paid = performed(DutyKind.REFUND, 100)
    assert run() == (0, {"payments": 1, "orders": 1, "differences": []})
    ((_, captured),) = paid.of_kind(f.Captured)
    api.refund("planted-refund", captured.reference, 100, "r1")
    assert charge_again(api, {"eu-west-1": {name: paid}})
    code, answer = run()
    assert code == 1
    found = {one["kind"]: (one["expected"], one["found"]) for one in answer["differences"]}
    assert found == {"capture-not-recorded": (0, 300), "refund-not-recorded": (0, 100)}
