"""The figures of a drill's orders: the invariants I1 to I6, orders, charges and pieces."""

from typing import Final

from loadtests.checker.orders.evidence import PLACE, Evidence
from loadtests.checker.orders.invariants import judge, pieces_sold
from loadtests.measurement.measurement import Measurement

_NO_ORDER: Final = "no order was placed"
_NOT_LOST: Final = "no region was lost with orders of its own, or they were not carried on in time"
INVARIANTS: Final = ("I1", "I2", "I3", "I4", "I5", "I6")
NAMES: Final = (
    "order_violations",
    *(f"order_violations.{one}" for one in INVARIANTS),
    "orders_acknowledged",
    "orders_refused",
    "orders_failed",
    "orders_charged",
    "orders_settled",
    "orders_of_lost_region",
    "orders_carried_on_s",
    "pieces_sold",
    "pieces_sold_at_once",
)


def figures_of(
    evidence: Evidence, carried_on_s: float | None, *, settled: bool
) -> dict[str, Measurement]:
    """Return every figure of orders that an objective may name.

    Args:
        evidence: Of the run.
        carried_on_s: Seconds until other regions had done what a lost one left; None: never, or
            none was lost.
        settled: Whether replication came to rest in time.
    """
    judged = judge(evidence)
    orders = len(evidence.orders())
    attempts = [
        one
        for one in evidence.history.attempts
        if evidence.history.operations[one.operation].action == PLACE
    ]
    sold, at_once = pieces_sold(evidence)
    counted = len(evidence.counted)

    def of_orders(value: float) -> Measurement:
        return Measurement.of(value, orders, _NO_ORDER)

    acknowledged = sum(one.action == PLACE for one, _ in evidence.acknowledged())
    refused = sum(one.outcome == "refused" for one in attempts)
    return {
        "order_violations": Measurement.of(
            sum(len(one.breaches) for one in judged),
            min(one.observations for one in judged),
            "an invariant of orders was not observed",
        ),
        **{
            f"order_violations.{one.name}": Measurement.of(
                len(one.breaches), one.observations, f"{one.name} was not observed"
            )
            for one in judged
        },
        "orders_acknowledged": of_orders(acknowledged),
        "orders_refused": Measurement.of(refused, len(attempts), _NO_ORDER),
        # Whose guests insisted and never got an acknowledgement of the order.
        "orders_failed": Measurement.of(
            len({one.operation for one in attempts}) - acknowledged, len(attempts), _NO_ORDER
        ),
        "orders_charged": of_orders(
            len({one.order_id for one in evidence.charges if one.received})
        ),
        "orders_settled": of_orders(float(settled)),
        "orders_of_lost_region": of_orders(len(evidence.left_by_lost)),
        "orders_carried_on_s": Measurement.of(carried_on_s, len(evidence.left_by_lost), _NOT_LOST),
        "pieces_sold": Measurement.of(sum(sold.values()), counted, _NO_ORDER),
        "pieces_sold_at_once": Measurement.of(sum(at_once.values()), counted, _NO_ORDER),
    }
