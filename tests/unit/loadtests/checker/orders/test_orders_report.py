"""The verdict of a check of orders: `ok` only of what was there to be judged."""

from dataclasses import replace
from typing import Any, Final

import pytest

from loadtests.checker.history import History
from loadtests.checker.orders.invariants import Breach, Judged
from loadtests.checker.orders.report import OrdersReport, describe

INVARIANTS: Final = tuple(Judged(f"I{number}", "a promise", 1, ()) for number in range(1, 7))
REPORT: Final = OrdersReport(
    seed=7, name="check-7-abc", seconds=80.0, clients=4, plant="none", orders=9, acknowledged=9,
    unknown=0, attempts=9, unanswered=0, refused={}, charged=3, overruled=0,
    faults=("replication-pause", "freeze"), windows={"replication-pause": 2, "freeze": 1},
    rushed=5, left_by_lost=4, lost_s=160.0, settled=True, invariants=INVARIANTS, history="7.jsonl",
)  # fmt: skip


def test_all_that_was_wanted_happened() -> None:
    assert (REPORT.verdict, REPORT.missing) == ("ok", [])
    no_faults = replace(REPORT, faults=(), windows={}, rushed=None, left_by_lost=0, lost_s=None)
    assert no_faults.verdict == "ok"


@pytest.mark.parametrize(
    ("lacking", "text"),
    [
        ({"windows": {"freeze": 1}}, "the fault replication-pause was never set"),
        ({"rushed": 0}, "no last piece was sold while nothing replicated"),
        ({"left_by_lost": 0}, "the region that was lost had no orders"),
        ({"charged": 0}, "no order was charged"),
        (
            {"invariants": (*INVARIANTS[:5], replace(INVARIANTS[5], observations=0))},
            "nothing was observed of I6",
        ),
    ],
)
def test_what_did_not_happen_makes_it_inconclusive(lacking: dict[str, Any], text: str) -> None:
    report = replace(REPORT, **lacking)
    assert report.verdict == report.to_json()["verdict"] == "inconclusive"
    assert report.to_json()["missing"] == [text]
    assert f"missing      {text}" in list(describe(report, History()))


def test_a_violation_counts_whatever_is_missing() -> None:
    broken = replace(INVARIANTS[0], breaches=(Breach("o1", "it is gone"),))
    report = replace(REPORT, rushed=0, invariants=(broken, *INVARIANTS[1:]))
    assert report.verdict == "violated"
    assert replace(REPORT, rushed=0, settled=False).verdict == "unsettled"
