"""Steps of time, and figures of regions in them."""

from datetime import UTC, datetime, timedelta

import pytest

from services.domain.watching.figures import MAX_MINUTES, MAX_STEPS, RegionAnswer, Span, steps_of

NOW = datetime(2026, 5, 4, 10, 7, 42, tzinfo=UTC)


@pytest.mark.parametrize("minutes", range(1, MAX_MINUTES + 1, 7))
def test_steps_are_few_whole_and_end_with_the_last_whole_minute(minutes: int) -> None:
    span = Span.until(NOW, minutes)
    assert 1 <= len(span.starts_s) <= MAX_STEPS
    assert span.step_s % 60 == 0
    assert span.begin_s % span.step_s == 0
    assert span.end_s == NOW.replace(second=0).timestamp()
    assert span.end_s - minutes * 60 <= span.begin_s < span.end_s - minutes * 60 + span.step_s
    assert span.starts_s[-1] < span.end_s


def test_a_moment_lies_in_one_step_or_in_none() -> None:
    span = Span.until(NOW, 3)
    begin = datetime.fromtimestamp(span.begin_s, UTC)
    assert [span.index_of(begin + timedelta(seconds=s)) for s in (-1, 0, 59, 60, 179, 180)] == [
        *(None, 0, 0, 1, 2, None)
    ]


def test_the_last_step_is_as_long_as_it_is() -> None:
    span = Span.until(NOW, 120)
    steps = steps_of("a", span, {"a": RegionAnswer.missing("x")})
    assert [steps[0].seconds, steps[-1].seconds] == [120, 60]
    assert steps[0].at == datetime(2026, 5, 4, 8, 8, tzinfo=UTC)


def test_lag_is_that_of_the_slowest_way_to_a_region_and_needs_no_answer_of_it() -> None:
    span = Span.until(NOW, 2)
    answers = {
        "a": RegionAnswer({"requests": [1.0, None]}, {"b": [9.0, None], "c": [5.0, None]}, ()),
        "b": RegionAnswer.missing("late"),
        "c": RegionAnswer({}, {"a": [7.0, 8.0], "b": [10.0, None]}, ()),
    }
    assert [step.lag for step in steps_of("b", span, answers)] == [10.0, None]
    assert [step.lag for step in steps_of("a", span, answers)] == [7.0, 8.0]
    assert [step.requests for step in steps_of("a", span, answers)] == [1, None]
    assert [step.requests for step in steps_of("b", span, answers)] == [None, None]
