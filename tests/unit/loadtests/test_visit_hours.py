"""Visits by hour: one table, cut at the domain's dayparts."""

import pytest

from loadtests.visit_hours import VISITS_BY_HOUR
from services.domain.dayparts import Daypart


def test_the_hours_are_a_whole_day_from_midnight() -> None:
    assert len(VISITS_BY_HOUR) == 24
    assert sum(VISITS_BY_HOUR) == pytest.approx(1)
    assert VISITS_BY_HOUR[7] == max(VISITS_BY_HOUR)
    assert VISITS_BY_HOUR[3] == min(VISITS_BY_HOUR)


def test_breakfast_and_lunch_are_where_the_domain_puts_them() -> None:
    def mean(daypart: Daypart) -> float:
        shares = [VISITS_BY_HOUR[hour] for hour in range(24) if daypart.covers(hour * 60)]
        return sum(shares) / len(shares)

    by_demand = sorted(Daypart, key=mean, reverse=True)
    assert by_demand == [Daypart.BREAKFAST, Daypart.LUNCH, Daypart.AFTERNOON, Daypart.EVENING]
