"""The report of a check of orders, for people and for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadtests.checker.history import History
from loadtests.checker.orders.invariants import Breach, Judged
from loadtests.checker.report import Verdict, attempts_of
from loadtests.checker.schedule import never_set

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class OrdersReport:
    """The outcome of one check of orders.

    Attributes:
        seed: What clients and faults drew from.
        name: A part of the id of every store that the check wrote.
        seconds: How long the check took.
        clients: How many there were.
        plant: The planted bug, or `none`.
        orders: Orders that the tables hold.
        acknowledged: Orders that some region acknowledged.
        unknown: Operations whose outcome their clients never learned.
        attempts: Requests for operations, retries included.
        unanswered: Of them, without an answer in time.
        refused: Type of error to the number of requests that were refused by it.
        charged: Orders that the provider charged.
        overruled: Facts that do not hold because another region's fact overrules them.
        faults: The kinds of faults that were to be set.
        windows: How often each kind of fault was set.
        rushed: Orders for the last pieces of a store that were acknowledged while nothing
            replicated; None where that was not tried.
        left_by_lost: Orders whose region was lost before it had worked on them.
        lost_s: Seconds until the other regions had carried them on; None where none was lost.
        settled: Replication and all effects came to rest in time.
        invariants: I1 to I6.
        history: The file of the history.
    """

    seed: int
    name: str
    seconds: float
    clients: int
    plant: str
    orders: int
    acknowledged: int
    unknown: int
    attempts: int
    unanswered: int
    refused: Mapping[str, int]
    charged: int
    overruled: int
    faults: Sequence[str]
    windows: Mapping[str, int]
    rushed: int | None
    left_by_lost: int
    lost_s: float | None
    settled: bool
    invariants: tuple[Judged, ...]
    history: str

    @property
    def verdict(self) -> Verdict:
        """`ok` only when every invariant held, of something, under every fault that was wanted."""
        if any(one.breaches for one in self.invariants):
            return "violated"
        if not self.settled:
            return "unsettled"
        return "inconclusive" if self.missing else "ok"

    @property
    def missing(self) -> list[str]:
        """Return why an `ok` would show nothing, as texts; empty where it shows something."""
        found = never_set(self.faults, self.windows)
        if not self.charged:
            found.append("no order was charged")
        if self.rushed == 0:
            found.append("no last piece was sold while nothing replicated")
        if self.lost_s is not None and not self.left_by_lost:
            found.append("the region that was lost had no orders")
        looked = (one for one in self.invariants if not one.observations)
        return found + [f"nothing was observed of {one.name}" for one in looked]

    def to_json(self) -> dict[str, Any]:
        """Return the answer of `carte check --workload orders --json`."""
        return {
            "workload": "orders",
            "seed": self.seed,
            "verdict": self.verdict,
            "orders": self.orders,
            "acknowledged": self.acknowledged,
            "unknown": self.unknown,
            "attempts": self.attempts,
            "unanswered": self.unanswered,
            "refused": dict(self.refused),
            "charged": self.charged,
            "overruled": self.overruled,
            "lastPiecesSold": self.rushed,
            "ordersOfLostRegion": self.left_by_lost,
            "lostRegionSeconds": None if self.lost_s is None else round(self.lost_s, 1),
            "settled": self.settled,
            "seconds": round(self.seconds, 1),
            "clients": self.clients,
            "faults": dict(self.windows),
            "missing": self.missing,
            "plant": self.plant,
            "invariants": {
                one.name: {
                    "promise": one.promise,
                    "observations": one.observations,
                    "violations": len(one.breaches),
                    "examples": [_example(breach) for breach in one.breaches[:_SHOWN]],
                }
                for one in self.invariants
            },
            "history": self.history,
        }


def describe(report: OrdersReport, history: History) -> Iterator[str]:
    """The report for people, line by line."""
    yield f"seed         {report.seed} ({report.name})"
    yield (
        f"orders       {report.orders:,}: {report.acknowledged:,} acknowledged, "
        f"{report.charged:,} charged, {report.overruled:,} facts overruled"
    )
    yield (
        f"requests     {report.attempts:,}, {report.unanswered:,} without an answer in time, "
        f"{report.unknown:,} operations of unknown outcome"
    )
    refused = ", ".join(f"{number} x {kind}" for kind, number in report.refused.items())
    yield f"refused      {refused or 'none'}"
    faults = ", ".join(f"{number} x {kind}" for kind, number in report.windows.items())
    yield f"faults       {faults or 'none'}"
    if report.rushed is not None:
        yield f"last pieces  {report.rushed:,} orders got them while nothing replicated"
    if report.lost_s is not None:
        yield f"lost region  {report.left_by_lost:,} orders, watched for {report.lost_s:.0f} s"
    for one in report.invariants:
        looked = f"{one.observations:,} observed, {len(one.breaches):,} violations"
        yield f"{one.name:<12} {looked}: {one.promise}"
    for one in report.invariants:
        for breach in one.breaches[:_SHOWN]:
            yield ""
            yield f"{one.name}: {breach.subject}"
            yield f"  {breach.detail}"
            yield from attempts_of(breach.operations[-_SHOWN:], history)
        if len(one.breaches) > _SHOWN:
            yield f"... and {len(one.breaches) - _SHOWN:,} more of {one.name}"
    for lacking in report.missing:
        yield f"missing      {lacking}"
    yield f"history      {report.history}"
    yield f"verdict      {report.verdict}"


def _example(breach: Breach) -> dict[str, Any]:
    return {
        "subject": breach.subject,
        "detail": breach.detail,
        "operations": list(breach.operations[:_SHOWN]),
    }
