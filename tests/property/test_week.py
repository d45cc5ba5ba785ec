"""The text of a week of opening hours reads back as that week, and every edit may write it."""

from hypothesis import given
from hypothesis import strategies as st

from services.domain.hours import WeekHours, parse_hours
from services.domain.validation import MAX_HOURS, opening_hours
from services.domain.week import MAX_SPANS, week_text


def _apart(times: list[int]) -> tuple[tuple[int, int], ...]:
    """Return spans between times that differ, the last of which may end on the next day."""
    ordered = sorted(times)
    return tuple(zip(ordered[::2], ordered[1::2], strict=False))


times = st.lists(st.integers(0, 1440), unique=True, max_size=2 * MAX_SPANS)
nights = st.tuples(st.integers(720, 1439), st.integers(1, 719)).map(
    lambda night: ((night[0], night[1] + 1440),)
)
weeks = st.lists(times.map(_apart) | nights, min_size=7, max_size=7).map(
    lambda week: WeekHours(tuple(week))
)


@given(weeks)
def test_the_text_of_a_week_reads_back_as_that_week(week: WeekHours) -> None:
    text = week_text(week)
    assert parse_hours(text) == week
    assert len(text) <= MAX_HOURS
    assert opening_hours("hours", text) == text
