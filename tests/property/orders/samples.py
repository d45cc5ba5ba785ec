"""Facts of one small order, made by kind and region, for the tests of orders."""

from services.domain.orders import facts as f
from services.domain.orders.contradictions import CLAIMS
from services.domain.orders.facts import Data, Fact
from services.domain.quotes.line import Line
from services.domain.stamp import COUNTER_BITS, Stamp

A, B = "ap-southeast-1", "eu-west-1"
TOTAL = 1000
ACCEPT_BY = 600_000
ORDER = "a" * 26


def placed(*, fingerprint: str = "f", method: str = f.CARD) -> f.Placed:
    lines = (Line("glazed", 2, 500, TOTAL, 0),)
    reserved = (f.Reserved("glazed", 2, 2),)
    head = (fingerprint, "s1", "EUR", lines, TOTAL, method, "pm_1")
    return f.Placed(*head, pickup_at=900, accept_by=ACCEPT_BY, reserved=reserved)


def data_of(kind: str) -> Data:
    """Data of a claim, of the first attempt where it is about one."""
    match kind:
        case "placed":
            return placed()
        case "authorized" | "declined" | "captured" | "voided":
            outcome = f.KINDS[kind]
            return outcome(1, TOTAL)  # type: ignore[call-arg,arg-type]  # all four take these
        case "refunded":
            return f.Refunded("r1", TOTAL)
        case _:
            return f.KINDS[kind]()  # type: ignore[call-arg]  # acts of people take nothing


def fact(kind: str, region: str = A, at: int | None = None) -> Fact:
    ms = (CLAIMS.index(kind) if kind in CLAIMS else 50) if at is None else at
    return Fact(Stamp(ms << COUNTER_BITS, region), "someone", data_of(kind))
