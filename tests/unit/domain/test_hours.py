"""Opening hours: their text, nights, days off, and the days on which clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.domain.hours import (
    InvalidHoursError,
    InvalidTimeZoneError,
    opening_state,
    parse_hours,
    wall_time,
)


def state(text: str, local: str, zone: str = "Europe/Berlin") -> tuple[bool, str | None]:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    found = opening_state(parse_hours(text), zone, at)
    following = found.closes_at if found.open else found.opens_at
    return found.open, following.isoformat() if following else None


def test_it_is_open_from_the_first_minute_up_to_not_including_the_last() -> None:
    week = "Mo-Fr 07:00-20:00"
    assert state(week, "2026-05-04T06:59") == (False, "2026-05-04T07:00:00+02:00")
    assert state(week, "2026-05-04T07:00") == (True, "2026-05-04T20:00:00+02:00")
    assert state(week, "2026-05-04T20:00") == (False, "2026-05-05T07:00:00+02:00")


def test_a_weekend_off_is_skipped() -> None:
    assert state("Mo-Fr 07:00-20:00", "2026-05-08T21:00") == (False, "2026-05-11T07:00:00+02:00")


def test_a_night_goes_on_after_midnight() -> None:
    late = "Fr-Sa 18:00-02:00"
    assert state(late, "2026-05-09T01:59") == (True, "2026-05-09T02:00:00+02:00")
    assert state(late, "2026-05-09T02:00") == (False, "2026-05-09T18:00:00+02:00")


def test_a_siesta_splits_the_day() -> None:
    split = "Mo-Su 08:00-12:00,14:00-18:00"
    assert state(split, "2026-05-04T13:00") == (False, "2026-05-04T14:00:00+02:00")
    assert state(split, "2026-05-04T11:00") == (True, "2026-05-04T12:00:00+02:00")


def test_around_the_clock_never_closes() -> None:
    assert state("24/7", "2026-05-04T03:00") == (True, None)
    assert state("Mo-Tu 00:00-24:00", "2026-05-04T03:00") == (True, "2026-05-06T00:00:00+02:00")


def test_never_open_never_opens() -> None:
    assert state("Mo-Su off", "2026-05-04T03:00") == (False, None)


def test_a_store_opens_by_its_own_clock_on_the_day_clocks_change() -> None:
    # Berlin goes to summer time on 29 March 2026 and back on 25 October 2026.
    assert state("Mo-Su 07:00-20:00", "2026-03-29T01:30")[1] == "2026-03-29T07:00:00+02:00"
    assert state("Mo-Su 07:00-20:00", "2026-10-25T01:30")[1] == "2026-10-25T07:00:00+01:00"
    # A night that spans the change is an hour shorter, and still ends at 04:00 by the wall clock.
    assert state("Mo-Su 22:00-04:00", "2026-03-28T23:00")[1] == "2026-03-29T04:00:00+02:00"


def test_the_zone_of_the_question_does_not_matter() -> None:
    in_tokyo = datetime(2026, 5, 4, 14, 30, tzinfo=ZoneInfo("Asia/Tokyo"))  # 07:30 in Berlin
    assert opening_state(parse_hours("Mo 07:00-20:00"), "Europe/Berlin", in_tokyo).open


def test_later_rules_replace_earlier_ones_and_days_wrap() -> None:
    week = parse_hours("Mo-Su 08:00-20:00; We off; Sa-Mo 09:00-24:00")
    assert week.days[2] == ()
    assert week.days[5] == week.days[6] == week.days[0] == ((540, 1440),)
    assert week.days[1] == ((480, 1200),)


@pytest.mark.parametrize(
    "text",
    ["Mo", "Xx 08:00-09:00", "Mo 8-9", "Mo 08:60-09:00", "Mo 08:00-25:00", "Mo 08:00-08:00", "24"],
)
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(InvalidHoursError):
        parse_hours(text)


def test_an_unknown_zone_is_refused() -> None:
    for name in ("Mars/Base", "", "../etc/passwd"):
        with pytest.raises(InvalidTimeZoneError):
            opening_state(parse_hours("24/7"), name, datetime.now(ZoneInfo("UTC")))


def test_wall_times_wrap_but_midnight_closes_at_24() -> None:
    assert [wall_time(m) for m in (0, 450, 1439, 1440, 1500)] == [
        "00:00",
        "07:30",
        "23:59",
        "24:00",
        "01:00",
    ]


def test_hours_inside_a_clock_change_promise_no_opening_that_never_comes() -> None:
    # On 2026-03-29 clocks in Berlin go from 02:00 to 03:00.
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    inside = opening_state(parse_hours("Su 02:15-02:45"), "Europe/Berlin", before)
    assert inside.opens_at is not None
    assert inside.opens_at.date().isoformat() == "2026-04-05"
    across = opening_state(parse_hours("Su 02:30-04:00"), "Europe/Berlin", before)
    assert across.opens_at is not None
    assert across.opens_at.isoformat() == "2026-03-29T03:00:00+02:00"
