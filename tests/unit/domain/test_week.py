"""Opening hours as edits write them: what a day may have, and the one text of a week."""

import pytest

from services.domain.hours import InvalidHoursError, parse_hours
from services.domain.setting_hours import DaySpan, hours_text
from services.domain.validation import InvalidFieldError, InvalidFieldsError, opening_hours
from services.domain.week import MAX_SPANS, check_week, week_text


def test_days_that_are_alike_are_written_once_and_every_day_is_named() -> None:
    week = parse_hours("Mo-Th 07:00-20:00; Sa 18:00-02:00; Fr 08:00-12:00,14:00-18:00")
    assert week_text(week) == (
        "Mo-Th 07:00-20:00; Fr 08:00-12:00,14:00-18:00; Sa 18:00-02:00; Su off"
    )
    assert week_text(parse_hours("24/7")) == "Mo-Su 00:00-24:00"
    assert week_text(parse_hours("Tu off")) == "Mo-Su off"
    assert week_text(parse_hours("Mo,We,Fr 08:00-12:00")) == "Mo,We,Fr 08:00-12:00; Tu,Th,Sa-Su off"


@pytest.mark.parametrize(
    "text",
    [
        "Mo 08:00-12:00,11:59-18:00",
        "Mo 18:00-02:00,20:00-21:00",
        "Mo 00:00-24:00,08:00-12:00",
        "Mo 01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00",
    ],
)
def test_a_day_whose_spans_overlap_or_are_too_many_is_refused_by_every_way_in(text: str) -> None:
    with pytest.raises(InvalidHoursError):
        check_week(parse_hours(text))
    with pytest.raises(InvalidFieldError, match=r"overlap|at most 4 a day"):
        opening_hours("hours", text)


@pytest.mark.parametrize(
    "text",
    [
        "Mo 08:00-12:00,12:00-18:00",
        "Fr 18:00-02:00; Sa 00:00-24:00",
        "Mo 00:00-02:00,18:00-02:00",
        "24/7",
    ],
)
def test_spans_that_meet_and_nights_that_go_on_into_another_day_are_taken(text: str) -> None:
    assert opening_hours("hours", text) == text


def test_spans_of_an_edit_make_the_text_whatever_their_order() -> None:
    given_spans = [DaySpan(0, "14:00", "18:00"), DaySpan(0, "08:00", "12:00")]
    given_spans.append(DaySpan(4, "18:00", "2:00"))
    assert hours_text(given_spans) == "Mo 08:00-12:00,14:00-18:00; Tu-Th,Sa-Su off; Fr 18:00-02:00"
    assert hours_text([DaySpan(day, "00:00", "24:00") for day in range(7)]) == "Mo-Su 00:00-24:00"
    assert hours_text([]) == "Mo-Su off"


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("08:00", "08:00"),
        ("24:00", "08:00"),
        ("08:00", "24:01"),
        ("08:60", "09:00"),
        ("", "09:00"),
        ("8", "9"),
        ("07:00-08:00,09:00", "10:00"),
        ("x" * 10_000, "09:00"),
    ],
)
def test_what_is_no_wall_time_is_refused_at_its_place_and_bounded(opens: str, closes: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        hours_text([DaySpan(0, "07:00", "20:00"), DaySpan(1, opens, closes)])
    (error,) = refused.value.errors
    assert error.field == "hours/1"
    assert len(str(error)) < 200


def test_more_spans_than_a_week_can_have_are_refused_before_they_are_read() -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        hours_text([DaySpan(0, "x", "y")] * (7 * MAX_SPANS + 1))
    (error,) = refused.value.errors
    assert error.field == "hours"
    assert "at most 28 spans, not 29" in str(error)
