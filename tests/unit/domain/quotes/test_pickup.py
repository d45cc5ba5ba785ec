"""Pickup slots: opening hours, preparation, closing soon, and the days on which clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.domain.quotes.pickup import (
    OpeningTimes,
    PickupRules,
    Slot,
    asap_slots,
    chosen_slot,
    slots,
)
from services.domain.quotes.refusals import InvalidOrder, StoreClosed

RULES = PickupRules(preparation_s=600, piece_s=0)
WEEK = OpeningTimes("Mo-Fr 07:00-20:00; Sa 08:00-18:00", "Europe/Berlin")


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def starts(found: list[Slot], zone: str = "Europe/Berlin") -> list[str]:
    return [f"{datetime.fromtimestamp(one.start, ZoneInfo(zone)):%H:%M}" for one in found]


def test_slots_are_quarters_of_opening_hours_after_the_preparation() -> None:
    today = starts(slots(WEEK, date(2026, 11, 27), at("2026-11-27T19:01"), RULES))
    assert today == ["19:15", "19:30", "19:45"]
    tomorrow = starts(slots(WEEK, date(2026, 11, 28), at("2026-11-27T19:01"), RULES))
    assert (tomorrow[0], tomorrow[-1], len(tomorrow)) == ("08:15", "17:45", 39)


def test_a_larger_order_takes_longer() -> None:
    rules = PickupRules(preparation_s=600, piece_s=60)
    now, day = at("2026-11-27T12:00"), date(2026, 11, 27)
    assert starts(slots(WEEK, day, now, rules, 1))[0] == "12:15"
    assert starts(slots(WEEK, day, now, rules, 30))[0] == "12:45"


def test_days_off_in_the_past_and_too_far_ahead_have_no_slots() -> None:
    now = at("2026-11-27T12:00")
    for day in (date(2026, 11, 26), date(2026, 11, 29), date(2026, 12, 5)):
        assert slots(WEEK, day, now, RULES) == []
    assert slots(WEEK, date(2026, 12, 4), now, RULES)


def test_a_night_belongs_to_both_days_of_the_calendar() -> None:
    late = OpeningTimes("Fr 18:00-02:00", "Europe/Berlin")
    now = at("2026-11-27T08:00")
    friday = starts(slots(late, date(2026, 11, 27), now, RULES))
    saturday = starts(slots(late, date(2026, 11, 28), now, RULES))
    assert (friday[0], friday[-1]) == ("18:15", "23:45")
    assert (saturday[0], saturday[-1]) == ("00:00", "01:45")


def test_the_hour_that_comes_twice_has_twice_the_slots() -> None:
    always = OpeningTimes("24/7", "Europe/Berlin")
    found = slots(always, date(2026, 10, 25), at("2026-10-24T12:00"), RULES)
    assert len(found) == 25 * 4
    assert len({one.id for one in found}) == len(found)
    assert starts(found).count("02:30") == 2


def test_the_hour_that_never_comes_has_none() -> None:
    night = OpeningTimes("Mo-Su 00:00-04:00", "Europe/Berlin")
    found = slots(night, date(2026, 3, 29), at("2026-03-28T20:00"), RULES)
    shown = starts(found)
    assert len(found) == 3 * 4 - 1  # the first quarter is the preparation
    assert not [one for one in shown if one.startswith("02:")]
    assert shown.index("03:00") == shown.index("01:45") + 1


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney"])
def test_slots_are_whole_quarters_of_the_wall_clock(zone: str) -> None:
    opening = OpeningTimes("Mo-Su 09:10-23:00", zone)
    found = starts(slots(opening, date(2026, 11, 28), at("2026-11-27T12:00", zone), RULES), zone)
    assert found[0] == "09:30"  # 09:10 and ten minutes of preparation
    assert {one[-2:] for one in found} == {"00", "15", "30", "45"}


def test_as_soon_as_possible_is_the_preparation_from_now() -> None:
    found = asap_slots(WEEK, at("2026-11-27T12:07"), RULES, 1)
    slot, ready = found[0]
    assert datetime.fromtimestamp(ready, UTC) == at("2026-11-27T12:17")
    assert starts([slot]) == ["12:15"]
    assert [one for _, one in found[1:3]] == [slot.end, slot.end + 900]
    assert found[-1][0].start < ready + RULES.asap_within_s


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-11-27T19:49", True),
        ("2026-11-27T19:51", False),  # ready after closing
        ("2026-11-27T19:55", False),
        ("2026-11-27T20:00", False),
        ("2026-11-27T06:59", False),
        ("2026-11-29T12:00", False),
    ],
)
def test_nothing_is_promised_that_the_store_cannot_make_before_it_closes(
    now: str, *, found: bool
) -> None:
    assert bool(asap_slots(WEEK, at(now), RULES, 1)) is found


def test_as_soon_as_possible_goes_on_after_midnight() -> None:
    late = OpeningTimes("Fr 18:00-02:00", "Europe/Berlin")
    found = asap_slots(late, at("2026-11-27T23:55"), RULES, 1)
    assert starts([found[0][0]]) == ["00:00"]
    assert found[0][0].day == date(2026, 11, 28)


def test_a_chosen_slot_is_one_that_was_offered() -> None:
    now = at("2026-11-27T12:00")
    for day in (date(2026, 11, 27), date(2026, 11, 28)):
        for one in slots(WEEK, day, now, RULES):
            assert chosen_slot(WEEK, one.id, now, RULES, 1) == one


def test_a_slot_outside_opening_hours_is_refused_with_the_next_one() -> None:
    now = at("2026-11-27T19:55")
    closed = str(int(at("2026-11-27T20:00").timestamp()))
    found = chosen_slot(WEEK, closed, now, RULES, 1)
    assert isinstance(found, StoreClosed)
    assert found.next_slot == at("2026-11-28T08:15")
    assert "Saturday 08:15" in found.message


@pytest.mark.parametrize("slot_id", ["", "x", "-1", "1e9", "٣", "9" * 13, "1000000000", "0"])
def test_a_text_that_is_no_slot_of_the_next_days_is_refused(slot_id: str) -> None:
    found = chosen_slot(WEEK, slot_id, at("2026-11-27T12:00"), RULES, 1)
    assert isinstance(found, InvalidOrder)


def test_a_time_that_is_not_the_start_of_a_slot_is_refused() -> None:
    now = at("2026-11-27T12:00")
    between = int(at("2026-11-27T13:00").timestamp()) + 60
    assert isinstance(chosen_slot(WEEK, str(between), now, RULES, 1), StoreClosed)


def test_a_store_that_never_opens_has_no_next_slot() -> None:
    never = OpeningTimes("Mo-Su off", "Europe/Berlin")
    now = at("2026-11-27T12:00")
    found = chosen_slot(never, str(int(now.timestamp()) + 900), now, RULES, 1)
    assert isinstance(found, StoreClosed)
    assert found.next_slot is None
