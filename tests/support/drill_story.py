"""Made-up records of a drill, so that a wrong computation of a figure shows."""

from collections.abc import Iterable
from typing import Any

from loadtests.drills.analysis.bounds import Bounds
from loadtests.drills.analysis.evidence import DrillEvidence
from loadtests.drills.records import Cell, Record, Route
from loadtests.drills.timeline import Mark

LOST = "eu-west-1"
OTHER = "us-east-1"
REGIONS = (OTHER, LOST)
BOUNDS = Bounds(10, 1.0, 3, 3, 6.0, 1.0, 0.3)


def read(at: float, *, route: Route = "persisted", took: float = 0.01, **more: Any) -> Record:
    """A read that was to be sent `at` seconds after zero, by a client next to the lost region."""
    values = {"place": LOST, "store": "s1", "status": 200, "region": LOST, "why": "nearest", **more}
    sent = values.pop("sent", at)
    return Record(route=route, intended=at, sent=sent, done=at + took, **values)


def failed(at: float, *, route: Route = "persisted", took: float = 0.01, **more: Any) -> Record:
    """A read without success."""
    return read(at, route=route, took=took, **{"status": 504, "error": "status 504", **more})


def write(
    at: float, operation: str, cell: Cell, *, attempt: int = 1, took: float = 0.01, **more: Any
) -> Record:
    """One attempt of a mutation."""
    return read(
        at,
        route="mutation",
        took=took,
        operation=operation,
        attempt=attempt,
        cell=cell,
        **{"store": cell.store, **more},
    )


def price(value: int, store: str = "s1", item: str = "i1") -> Cell:
    """A price that is set."""
    return Cell("price", store, item, value)


def sale(pieces: int, item: str = "i1") -> Cell:
    """A sale."""
    return Cell("sale", "s1", item, pieces)


def fault(at: float, region: str = LOST, kind: str = "freeze") -> Mark:
    """Something is taken away."""
    return Mark(at, "fault", kind, region)


def heal(at: float, region: str = LOST, kind: str = "freeze") -> Mark:
    """It is given back."""
    return Mark(at, "heal", kind, region)


def edge(at: float, kind: str, region: str = LOST, **details: Any) -> Mark:
    """The edge decides something."""
    return Mark(at, "edge", kind, region, "", details)


def evidence(records: Iterable[Record], marks: Iterable[Mark], **more: Any) -> DrillEvidence:
    """A drill that is over; everything not named went well."""
    ordered = sorted(records, key=lambda one: one.intended)
    ended = max((one.done for one in ordered), default=0.0)
    values = {
        "bounds": BOUNDS,
        "regions": REGIONS,
        "slow_s": 1.0,
        "switches": (),
        "contents": {},
        "caught_up": None,
        "agreed": None,
        "doubled_meanwhile": 0,
        "traffic_ended": ended,
        "at_rest": ended + 1,
        "unequal": 0,
        "compared": 1,
        "deviated": False,
        "lag_p99_s": 0.001,
        "lag_max_s": 0.002,
        "skipped": 0,
        **more,
    }
    return DrillEvidence(records=ordered, marks=sorted(marks, key=lambda one: one.at), **values)
