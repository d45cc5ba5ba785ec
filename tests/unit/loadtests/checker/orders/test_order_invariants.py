"""Each invariant of orders against a good run, and against the ways in which it can be broken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from loadtests.checker.history import Attempt, CheckOperation, History
from loadtests.checker.orders.evidence import Charge, Evidence
from loadtests.checker.orders.invariants import judge
from services.domain.orders.facts import (
    CARD,
    Accepted,
    Authorized,
    Cancelled,
    Captured,
    Data,
    Fact,
    Placed,
    Ready,
    RefundAsked,
    Refunded,
    Settled,
)
from services.domain.orders.identity import order_id, refund_id
from services.domain.orders.order import Order
from services.domain.quotes.line import Line
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key

EU: Final = "eu-west-1"
US: Final = "us-east-1"
NAME: Final = "check-1:c0-1"
ORDER: Final = order_id(NAME)
PLACED: Final = Placed(
    "f", "s1", "EUR", (Line("ring", 2, 150, 150, 20),), 300, CARD, "pm_1", 1_700_000_000, 10**15
)


def order(*data: Data, region: str = EU, name: str = ORDER, at: int = 1) -> Order:
    facts: Iterable[Fact] = [
        Fact(Stamp((at + number) << 16, region), "carte", one) for number, one in enumerate(data)
    ]
    return Order.of(name, facts)


PAID: Final = order(PLACED, Authorized(1, 300, "pi_1"), Accepted(), Captured(1, 300, "pi_1"))
OWN: Final = f"accepted/{EU}"
CHARGE: Final = Charge("pi_1", ORDER, 300)


def placing(name: str = NAME, pieces: int = 2) -> CheckOperation:
    given = {"storeId": "s1", "payment": "CARD"}
    document = Key(keys.order_partition(order_id(name)), "")
    return CheckOperation(name, 0, "placeOrder", document, given, sold={"ring": pieces})


def act(action: str) -> CheckOperation:
    document = Key(keys.order_partition(ORDER), "")
    return CheckOperation(f"{NAME}-{action}", 0, action, document, {"orderId": ORDER})


def history_of(*operations: CheckOperation, answer: str | None = None) -> History:
    history = History()
    for one in operations:
        history.add(one)
        name = answer or one.document.pk.removeprefix(keys.ORDER_PREFIX)
        shown: dict[str, Any] = {"order": {"id": name, "status": "PLACED"}}
        history.attempt(Attempt(one.id, 0, EU, 0.0, 0.1, "ok", shown))
    return history


def both(found: Order) -> dict[str, dict[str, Order]]:
    return {region: {found.order_id: found} for region in (EU, US)}


GOOD: Final = Evidence(
    history_of(placing(), act("acceptOrder")),
    both(PAID),
    (CHARGE,),
    {("s1", "ring"): 2},
    {EU: {ORDER: "ACCEPTED"}, US: {ORDER: "ACCEPTED"}},
)


@dataclass
class Found:
    broken: list[str]
    details: str


def judged(evidence: Evidence) -> Found:
    results = judge(evidence)
    details = "; ".join(one.detail for result in results for one in result.breaches)
    return Found([one.name for one in results if one.breaches], details)


def test_a_paid_order_that_all_regions_have_breaks_nothing_and_all_of_it_is_observed() -> None:
    results = judge(GOOD)
    assert [one.name for one in results] == ["I1", "I2", "I3", "I4", "I5", "I6"]
    assert [one.breaches for one in results] == [()] * 6
    # Two regions; one operation; one item; order and payment; order and act; order.
    assert [one.observations for one in results] == [2, 1, 1, 2, 2, 1]


def test_an_acknowledged_order_that_a_region_lacks() -> None:
    found = judged(replace(GOOD, regions={EU: {ORDER: PAID}, US: {}}))
    assert found.broken == ["I1", "I5"]
    assert f"{US} lacks it" in found.details
    # Its facts are not its placement.
    orphan = Order(ORDER, {one.id: one for one in PAID.facts.values() if one.kind != "placed"})
    assert "I1" in judged(replace(GOOD, regions=both(orphan))).broken


def test_an_order_that_no_one_acknowledged_need_not_be_anywhere() -> None:
    history = History()
    history.add(placing())
    history.attempt(Attempt(NAME, 0, EU, 0.0, 3.0, "unknown"))
    assert judged(Evidence(history, {EU: {}, US: {}})).broken == []


def test_a_second_charge_for_one_order() -> None:
    found = judged(replace(GOOD, charges=(CHARGE, replace(CHARGE, payment="pi_2"))))
    assert found.broken == ["I2", "I4"]
    assert "the guest pays 2 times" in found.details
    held = replace(CHARGE, payment="pi_2", received=0, held=300)
    assert judged(replace(GOOD, charges=(CHARGE, held))).broken == ["I2"]
    given_back = replace(CHARGE, payment="pi_2", refunded=300)
    assert judged(replace(GOOD, charges=(CHARGE, given_back))).broken == []


def test_an_answer_that_names_another_order() -> None:
    history = history_of(placing(), answer="another")
    assert judged(replace(GOOD, history=history)).broken == ["I2"]


def test_more_pieces_than_were_counted() -> None:
    found = judged(replace(GOOD, counted={("s1", "ring"): 1}))
    assert found.broken == ["I3"]
    assert "1 pieces were counted; 2 were sold at once, 2 in the end" in found.details


def test_pieces_are_sold_twice_although_one_of_the_orders_was_cancelled_later() -> None:
    other = "check-1:c0-2"
    first = order(PLACED, Cancelled(), Settled(given_back=True), at=1)
    after = order(PLACED, name=order_id(other), at=9)
    between = order(PLACED, name=order_id(other), at=2)
    for second, broken in ((after, []), (between, ["I3"])):
        orders = {ORDER: first, second.order_id: second}
        found = judged(
            replace(
                GOOD, history=history_of(placing(), placing(other)), charges=(), shown={},
                regions={EU: orders, US: orders},
            )
        )  # fmt: skip
        assert found.broken == broken


def test_money_that_was_not_taken_or_not_given_back() -> None:
    assert judged(replace(GOOD, charges=())).broken == ["I4"]
    less = judged(replace(GOOD, charges=(replace(CHARGE, received=200),)))
    assert less.broken == ["I4"]
    assert "the guest paid 200 of 300" in less.details
    ended = order(PLACED, Authorized(1, 300, "pi_1"), Cancelled())
    kept = replace(GOOD, history=history_of(placing()), regions=both(ended), shown={})
    assert judged(kept).broken == ["I4"]
    held = replace(kept, charges=(replace(CHARGE, received=0, held=300),))
    assert "300 are still held" in judged(held).details
    assert judged(replace(kept, charges=(replace(CHARGE, received=0),))).broken == []


def test_a_payment_that_belongs_to_no_order_and_a_difference_of_the_reconciliation() -> None:
    stray = replace(CHARGE, payment="pi_9", order_id="nobody")
    assert judged(replace(GOOD, charges=(CHARGE, stray))).broken == ["I4"]
    found = judged(replace(GOOD, differences=((ORDER, "paid-too-much"),)))
    assert found.broken == ["I4"]
    assert "paid-too-much" in found.details


def test_histories_that_differ_and_statuses_that_are_shown_wrong() -> None:
    more = PAID.merge(order(Ready(), region=US, at=9))
    found = judged(replace(GOOD, regions={EU: {ORDER: PAID}, US: {ORDER: more}}, shown={}))
    assert found.broken == ["I5"]
    assert "ready/us-east-1" in found.details
    wrong = {EU: {ORDER: "ACCEPTED"}, US: {ORDER: "AUTHORIZED"}}
    assert judged(replace(GOOD, shown=wrong)).broken == ["I5"]


def test_an_acknowledged_act_of_which_no_fact_is_left() -> None:
    history = history_of(placing(), act("markOrderReady"))
    found = judged(replace(GOOD, history=history))
    assert found.broken == ["I5"]
    assert f"no fact `ready/{EU}`" in found.details


def test_an_act_is_kept_by_the_region_that_acknowledged_it_or_one_that_did_before() -> None:
    def judged_with(region: str, sent: float, ended: float) -> list[str]:
        """Judge an order that the US has accepted, and whose acceptance the EU acknowledged."""
        accepted = PAID.merge(order(Accepted(), region=US, at=9))
        kept = Order(ORDER, {one.id: one for one in accepted.facts.values() if one.id != OWN})
        history = history_of(placing(), act("acceptOrder"))
        other = replace(act("acceptOrder"), id="another")
        history.add(other)
        history.attempt(Attempt(other.id, 1, region, sent, ended, "ok", {}))
        return judged(replace(GOOD, history=history, regions=both(kept), shown={})).broken

    # The EU's acknowledgement, at 0.1 s, may have been of the fact of the US.
    assert judged_with(US, 0.0, 0.2) == []
    # The US recorded the same act later, and what the EU had acknowledged is gone.
    assert judged_with(US, 0.2, 0.3) == ["I5"]


def test_one_of_two_acknowledged_refunds_is_gone() -> None:
    operations = [replace(act("refundOrder"), id=f"{NAME}-refund-{number}") for number in (1, 2)]
    names = [refund_id(one.id) for one in operations]
    history = history_of(placing(), act("acceptOrder"), *operations)
    made = [data for name in names for data in (RefundAsked(name, 100), Refunded(name, 100, name))]
    whole = PAID.merge(order(*made, at=9))
    good = replace(
        GOOD, history=history, regions=both(whole), charges=(replace(CHARGE, refunded=200),)
    )
    assert judged(good).broken == []
    # Lost before it was carried out: the provider never had it.
    kept = {name: fact for name, fact in whole.facts.items() if names[1] not in name}
    charges = (replace(CHARGE, refunded=100),)
    found = judged(replace(good, regions=both(Order(ORDER, kept)), charges=charges))
    assert found.broken == ["I5"]
    assert f"refundOrder was acknowledged; the order has no fact `refund-asked/{names[1]}`" in (
        found.details
    )


def test_an_effect_that_was_not_carried_out() -> None:
    found = judged(replace(GOOD, unfinished={ORDER: ("capture carte-x-capture-1",)}))
    assert found.broken == ["I6"]
    assert "not done: capture" in found.details


def test_an_order_of_a_lost_region_that_no_other_one_carried_on() -> None:
    done = judge(replace(GOOD, left_by_lost={ORDER: ""}))[-1]
    assert (done.observations, done.breaches) == (2, ())
    found = judged(replace(GOOD, left_by_lost={ORDER: "us-east-1 does not show it"}))
    assert found.broken == ["I6"]
    assert "while its region was away: us-east-1 does not show it" in found.details
