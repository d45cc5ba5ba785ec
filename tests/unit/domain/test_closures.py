"""Days on which a store is closed whatever its hours say: what edits may do, and what follows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.domain.closures import Closures, closures_of
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.journal import JournalEntry
from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.profile import StoreProfile
from services.domain.edits import edit_store
from services.domain.hours import open_spans, opening_state, parse_hours
from services.domain.stamp import Stamp
from services.domain.validation import InvalidFieldsError
from services.storage import evidence, keys
from tests.support.chain import PROFILE

TODAY = datetime(2026, 12, 20, 12, tzinfo=UTC)
WEEK = parse_hours("Mo-Su 07:00-20:00")
CHRISTMAS = Closures(frozenset({date(2026, 12, 24), date(2026, 12, 25)}), None)


def stamp(more: int = 0, at: datetime = TODAY, region: str = "eu-west-1") -> Stamp:
    return Stamp((int(at.timestamp() * 1000) << 16) + more, region)


def store(**changes: Any) -> StoreProfile:
    return StoreProfile("de-1", {}).assign({**PROFILE, **changes}, stamp())


def edited(
    before: StoreProfile, fields: dict[str, Any], more: int = 1, at: datetime = TODAY
) -> StoreProfile:
    return edit_store(before, "de-1", fields, stamp(more, at), again=True)[0]


def closures(profile: StoreProfile) -> Closures | None:
    return closures_of(profile.values())


def test_days_are_closed_and_opened_again_one_by_one() -> None:
    days = edited(store(), {"closed_days": ["2026-12-25", "2026-12-24"]})
    assert closures(days) == CHRISTMAS
    one = edited(days, {"open_days": ["2026-12-24"]}, 2)
    assert closures(one) == Closures(frozenset({date(2026, 12, 25)}), None)
    assert closures(edited(days, {"closed_days": None}, 2)) is None


def test_a_store_that_was_never_closed_has_no_register_of_closures() -> None:
    profile = edited(store(), {"name": "Carte Berlin"})
    assert not any(field.startswith(("closed", "hidden")) for field in profile.registers)


def test_two_people_who_close_two_days_at_once_both_succeed() -> None:
    start = store()
    here = edit_store(start, "de-1", {"closed_days": ["2026-12-24"]}, stamp(1), again=True)[0]
    there = edit_store(
        start, "de-1", {"closed_days": ["2026-12-25"]}, stamp(1, region="us-east-1"), again=True
    )[0]
    gone = edit_store(start, "de-1", {"closed_from": "2027-01-01"}, stamp(0), again=True)[0]
    both = here.merge(there).merge(gone)
    assert closures(both) == Closures(CHRISTMAS.days, date(2027, 1, 1))


def test_the_same_day_of_the_next_year_takes_the_place_of_the_past_one() -> None:
    profile = edited(store(), {"closed_days": ["2026-12-24"]})
    later = datetime(2027, 11, 1, tzinfo=UTC)
    profile = edited(profile, {"closed_days": ["2027-12-24"]}, at=later)
    assert closures(profile) == Closures(frozenset({date(2027, 12, 24)}), None)
    # What is opened again is the day that was named.
    profile = edited(profile, {"open_days": ["2026-12-24"]}, 2, at=later)
    assert closures(profile) == Closures(frozenset({date(2027, 12, 24)}), None)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"closed_days": ["2026-12-18"]}, "lies in the past"),
        ({"closed_days": ["2025-12-24"]}, "lies in the past"),
        ({"closed_days": ["2027-12-19"]}, "is too far ahead"),
        ({"closed_days": ["2026-12-24"], "open_days": ["2026-12-24"]}, "is closed and opened"),
        ({"closed_days": ["24.12.2026"]}, "is no day"),
        ({"closed_days": ["2026-02-30"]}, "is no day"),
        ({"closed_days": ["2026-W52-4"]}, "is no day"),
        ({"closed_days": [f"2027-{month:02}-{day:02}" for month in range(1, 6)
                          for day in range(1, 22)]}, "names more than 100 days"),
        ({"closed_from": "tomorrow"}, "is no day"),
        ({"closed_from": "0001-01-01"}, "is too far away"),
        ({"closed_from": "2005-12-31"}, "is too far away"),
        ({"closed_from": "2027-12-19"}, "is too far away"),
        ({"closed_from": "9999-12-31"}, "is too far away"),
        ({"hidden": "yes"}, "is not true or false"),
        ({"hidden": None}, "cannot be empty"),
    ],
)  # fmt: skip
def test_what_no_edit_may_do(fields: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        edited(store(), fields)
    assert refused.value.errors[0].rule == rule


def test_a_file_of_the_past_changes_nothing_when_it_is_imported_again() -> None:
    profile = edited(store(), {"closed_days": ["2026-12-24"]})
    later = datetime(2027, 2, 1, tzinfo=UTC)
    again, changes = edit_store(
        profile, "de-1", {"closed_days": ["2026-12-24"], "hidden": False}, stamp(at=later)
    )
    assert again.dump() == profile.dump()
    assert changes == ()


def test_a_closed_day_has_no_opening_and_what_began_before_it_goes_on() -> None:
    at = datetime(2026, 12, 23, 20, 0, tzinfo=UTC)
    found = opening_state(WEEK, "Europe/Berlin", at, CHRISTMAS)
    assert found.opens_at is not None
    assert found.opens_at.isoformat() == "2026-12-26T07:00:00+01:00"
    late = parse_hours("Mo-Su 18:00-02:00")
    night = datetime(2026, 12, 24, 0, 30, tzinfo=UTC)  # 01:30 on the closed day
    assert opening_state(late, "Europe/Berlin", night, CHRISTMAS).open
    assert not opening_state(late, "Europe/Berlin", night.replace(hour=20), CHRISTMAS).open
    spans = open_spans(late, "Europe/Berlin", date(2026, 12, 24), CHRISTMAS)
    assert [start.day for start, _ in spans] == [23, 26]


def test_a_store_without_hours_of_rest_closes_at_midnight_before_a_closed_day() -> None:
    at = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
    found = opening_state(parse_hours("24/7"), "Europe/Berlin", at, CHRISTMAS)
    assert found.closes_at is not None
    assert found.closes_at.isoformat() == "2026-12-24T00:00:00+01:00"


@pytest.mark.parametrize("days", [1, 7, 8, 9, 10, 40, 360])
def test_a_store_that_closes_for_long_says_when_it_opens_again(days: int) -> None:
    closed = Closures(frozenset(TODAY.date() + timedelta(days=at) for at in range(days)), None)
    hours = parse_hours("Mo-Su 07:00-20:00")
    found = opening_state(hours, "Europe/Berlin", TODAY, closed)
    assert found.opens_at is not None
    assert found.opens_at.date() == TODAY.date() + timedelta(days=days)
    assert f"{found.opens_at:%H:%M}" == "07:00"
    for_good = closed._replace(closed_from=TODAY.date() + timedelta(days=days))
    assert opening_state(hours, "Europe/Berlin", TODAY, for_good).opens_at is None


def test_a_store_that_opens_on_sundays_and_is_closed_on_two_of_them_opens_on_the_third() -> None:
    sunday = TODAY.date() + timedelta(days=6 - TODAY.weekday())
    closed = Closures(frozenset({sunday, sunday + timedelta(days=7)}), None)
    found = opening_state(parse_hours("Su 10:00-12:00"), "Europe/Berlin", TODAY, closed)
    assert found.opens_at is not None
    assert found.opens_at.date() == sunday + timedelta(days=14)


def test_a_store_closed_for_good_never_opens_again() -> None:
    closed = Closures(frozenset(), date(2026, 12, 24))
    before = opening_state(WEEK, "Europe/Berlin", datetime(2026, 12, 23, 12, tzinfo=UTC), closed)
    after = opening_state(WEEK, "Europe/Berlin", datetime(2026, 12, 24, 12, tzinfo=UTC), closed)
    assert before.open
    assert (after.open, after.opens_at) == (False, None)


def test_the_directory_has_no_row_of_a_hidden_store() -> None:
    assert DirectoryEntry.of(store()).row() is not None
    assert DirectoryEntry.of(edited(store(), {"hidden": True})).row() is None


def test_what_the_journal_restores_is_seen_by_the_next_read() -> None:
    """A profile whose closing another region's write dropped gets it back from the journal."""
    before = store()
    _, changes = edit_store(before, "de-1", {"closed_days": ["2026-12-24"]}, stamp(1), again=True)
    entry = JournalEntry(keys.profile("de-1"), stamp(1), "op", "ada", "close", changes)
    ((_, proven),) = evidence.of_entry(entry)
    assert isinstance(proven, StoreProfile)
    assert closures(before.merge(proven)) == Closures(frozenset({date(2026, 12, 24)}), None)


def test_a_damaged_closure_is_reported_as_a_damaged_document() -> None:
    with pytest.raises(InvalidDocumentError):
        closures_of({"closed_from": None, "closed:12-24": "Christmas"})
    with pytest.raises(InvalidDocumentError):
        closures_of({"closed_from": 7})
