"""Closures of a store converge in every region to what each edit said of each day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.closures import Closures, closures_of
from services.domain.documents.profile import StoreProfile
from services.domain.edits import edit_store
from services.domain.hours import open_spans, opening_state, parse_hours
from services.domain.stamp import HybridClock
from tests.support.chain import PROFILE

REGIONS = ("eu-west-1", "us-east-1")
NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)
DAYS = [NOW.date() + timedelta(days=offset) for offset in (0, 1, 2, 12, 360)]
dates = st.sampled_from(DAYS)
texts = st.lists(dates.map(date.isoformat), max_size=3)
edits = st.one_of(
    st.fixed_dictionaries({"closed_days": texts}),
    st.fixed_dictionaries({"open_days": texts}),
    st.fixed_dictionaries({"closed_from": dates.map(date.isoformat) | st.none()}),
    st.fixed_dictionaries({"hidden": st.booleans()}),
    st.just({"closed_days": None}),
)
steps = st.lists(st.tuples(st.sampled_from(REGIONS), edits, st.booleans()), max_size=12)


def _store() -> StoreProfile:
    clock = HybridClock("ap-southeast-1", lambda: int(NOW.timestamp() * 1000) - 1)
    return StoreProfile("de-1", {}).assign(PROFILE, clock.tick())


@given(steps)
@settings(max_examples=80)
def test_regions_agree_and_each_day_stands_as_its_last_edit_said(
    course: list[tuple[str, dict[str, Any], bool]],
) -> None:
    """Each step: a region, an edit there, and whether the two replicas meet after it."""
    clocks = {name: HybridClock(name, lambda: int(NOW.timestamp() * 1000)) for name in REGIONS}
    replicas = dict.fromkeys(REGIONS, _store())
    last_set: dict[str, tuple[Any, Any]] = {}  # register to the last stamp and value set
    for region, fields, meet in course:
        before = replicas[region]
        stamp = clocks[region].tick(*before.stamps())
        replicas[region], changes = edit_store(before, "de-1", fields, stamp, again=True)
        assert before.merge(replicas[region]).dump() == replicas[region].dump()
        for change in changes:
            last_set[change.entry] = max(last_set.get(change.entry, (stamp, change.value)),
                                     (stamp, change.value), key=lambda one: one[0])  # fmt: skip
        if meet:
            replicas = dict.fromkeys(REGIONS, replicas[REGIONS[0]].merge(replicas[REGIONS[1]]))
    here, there = (replicas[name].merge(replicas[other]) for name, other in
                   (REGIONS, REGIONS[::-1]))  # fmt: skip
    assert here.dump() == there.dump()
    values = here.values()
    for entry, (_, value) in last_set.items():
        assert values[entry] == value
    closed = {day for day in DAYS if values.get(f"closed:{day:%m-%d}") == day.isoformat()}
    found = closures_of(values) or Closures(frozenset(), None)
    assert found.days == closed
    assert found.closed_from == (values.get("closed_from") and date.fromisoformat(
        values["closed_from"]))  # fmt: skip


@given(
    st.sets(dates, max_size=3),
    st.none() | dates,
    st.sampled_from(["Mo-Su 07:00-20:00", "Fr-Su 18:00-02:00", "24/7", "Mo-Su 00:00-04:00"]),
    st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"]),
    st.integers(0, 15 * 24 * 4),
)
@settings(max_examples=80)
def test_a_store_is_open_if_its_hours_say_so_and_the_span_began_on_a_day_that_is_not_closed(
    days: set[date], closed_from: date | None, hours: str, zone: str, quarter: int
) -> None:
    closures = Closures(frozenset(days), closed_from)
    at = NOW - timedelta(days=2) + timedelta(minutes=15 * quarter)
    week = parse_hours(hours)
    state = opening_state(week, zone, at, closures)
    if hours != "24/7":  # its spans are joined, so they do not show on which day they began
        begun = [
            start
            for day in (at.date() - timedelta(days=1), at.date(), at.date() + timedelta(days=1))
            for start, end in open_spans(week, zone, day)
            if start <= at < end
        ]
        local = [start.astimezone(tz) for start in begun if (tz := _zone(zone))]
        assert state.open == any(not closures.cover(start.date()) for start in local)
    else:
        assert state.open == (not closures.cover(at.astimezone(_zone(zone)).date()))
    if state.opens_at is not None:
        assert not closures.cover(state.opens_at.date())
        assert opening_state(week, zone, state.opens_at, closures).open


def _zone(name: str) -> Any:
    from services.domain.hours import zone

    return zone(name)
