"""Which region performs a duty: exactly one while regions see the same heartbeats."""

from itertools import chain, combinations

import pytest

from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.takeover import HEARTBEAT_OLD_MS, OVERDUE_MS, alive, performs

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
LIVING = [
    frozenset(one)
    for one in chain.from_iterable(combinations(REGIONS, count) for count in (1, 2, 3))
]


@pytest.mark.parametrize("living", LIVING)
@pytest.mark.parametrize("responsible", [*REGIONS, "eu-central-1"])
def test_exactly_one_living_region_performs_a_duty(
    living: frozenset[str], responsible: str
) -> None:
    duty = Duty(DutyKind.CAPTURE, "key", 0, responsible)
    doers = [one for one in sorted(living) if performs(duty, one, living, REGIONS, 1)]
    assert len(doers) == 1
    assert (doers == [responsible]) == (responsible in living)


def test_a_duty_that_a_living_region_does_not_perform_is_taken_over_too() -> None:
    duty = Duty(DutyKind.CAPTURE, "key", 0, "eu-west-1")
    doers = [
        one for one in REGIONS if performs(duty, one, frozenset(REGIONS), REGIONS, OVERDUE_MS + 1)
    ]
    assert doers == ["us-east-1", "eu-west-1"]


@pytest.mark.parametrize("living", LIVING)
def test_what_only_one_region_may_do_no_other_does(living: frozenset[str]) -> None:
    duty = Duty(DutyKind.SETTLE, "key", 0, "us-east-1", only="eu-west-1")
    doers = [one for one in REGIONS if performs(duty, one, living, REGIONS, OVERDUE_MS * 9)]
    assert doers == ["eu-west-1"]


def test_a_region_without_a_fresh_heartbeat_does_not_live_but_oneself_does() -> None:
    beats = {"us-east-1": 1_000, "eu-west-1": 1_001}
    now = 1_000 + HEARTBEAT_OLD_MS
    assert alive(beats, "ap-southeast-1", REGIONS, now) == {"eu-west-1", "ap-southeast-1"}
