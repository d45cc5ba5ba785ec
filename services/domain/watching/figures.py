"""Figures of the regions of a deployed chain over a time, in a bounded number of steps."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, Self

MAX_MINUTES: Final = 1440
MAX_STEPS: Final = 60
MAX_REASON: Final = 500  # characters of what is said of an alarm
MAX_ALARMS: Final = 50
"""Alarms of a region that are shown."""

_MINUTE_S: Final = 60


class Span(NamedTuple):
    """Steps of equal length that end with the last whole minute.

    Attributes:
        begin_s: When the first one begins, Unix seconds; a multiple of `step_s`.
        end_s: When the last one ends, Unix seconds; it may be shorter than the others.
        step_s: Seconds of a step, a multiple of 60.
    """

    begin_s: int
    end_s: int
    step_s: int

    @classmethod
    def until(cls, now: datetime, minutes: int) -> Self:
        """Return the steps of the last minutes: at most MAX_STEPS.

        They begin at multiples of their length, as CloudWatch takes them, so the first one may
        begin a part of a step later than so many minutes ago.

        Args:
            now: With a time zone.
            minutes: From 1 to MAX_MINUTES.
        """
        step_s = -(-minutes // MAX_STEPS) * _MINUTE_S
        end_s = int(now.timestamp()) // _MINUTE_S * _MINUTE_S
        begin_s = -(-(end_s - minutes * _MINUTE_S) // step_s) * step_s
        return cls(begin_s, end_s, step_s)

    @property
    def starts_s(self) -> range:
        """When each step begins, Unix seconds."""
        return range(self.begin_s, self.end_s, self.step_s)

    def index_of(self, at: datetime) -> int | None:
        """Return the step that a moment lies in; None: none of them."""
        seconds = at.timestamp()
        if not self.begin_s <= seconds < self.end_s:
            return None
        return int(seconds - self.begin_s) // self.step_s


Column = Sequence[float | None]
"""A value for each step; None: CloudWatch has none."""


class Alarm(NamedTuple):
    """An alarm that rings.

    Attributes:
        name: Such as `carte-menu-errors`.
        since: When it began to ring, UTC.
        reason: What CloudWatch says of it.
    """

    name: str
    since: datetime
    reason: str


class RegionAnswer(NamedTuple):
    """What the CloudWatch of one region answered.

    Attributes:
        columns: `requests`, `errors`, `p50`, `p95`, `p99`, `repairs` and `order_steps`.
        sent: Receiving region to the milliseconds that writes of this region took there.
        alarms: Those that ring and notify somebody.
        problem: Why there is no answer; None: there is one.
    """

    columns: Mapping[str, Column]
    sent: Mapping[str, Column]
    alarms: Sequence[Alarm]
    problem: str | None = None

    @classmethod
    def missing(cls, problem: str) -> Self:
        """Return what is known of a region that did not answer."""
        return cls({}, {}, (), problem)


class Step(NamedTuple):
    """Figures of a region in one step; None: CloudWatch has no value.

    Attributes:
        at: When it begins, UTC.
        seconds: How long it is.
        requests: Requests to its API.
        errors: Those that were answered 5xx.
        p50: Milliseconds, of the answers at the API, by percentile.
        p95: The same.
        p99: The same.
        lag: Milliseconds that writes of the slowest other region took to arrive, on average.
        repairs: Documents that convergence repaired.
        order_steps: Steps of orders that were done.
    """

    at: datetime
    seconds: int
    requests: int | None
    errors: int | None
    p50: float | None
    p95: float | None
    p99: float | None
    lag: float | None
    repairs: int | None
    order_steps: int | None


def steps_of(region: str, span: Span, answers: Mapping[str, RegionAnswer]) -> list[Step]:
    """Return the figures of a region in each step.

    How late writes arrive there is what the other regions say, so it may be known of a region that
    does not answer.

    Args:
        region: The AWS region.
        span: The steps.
        answers: Each region to the answer of its CloudWatch.
    """
    columns = answers[region].columns
    arrivals = [one.sent[region] for one in answers.values() if region in one.sent]

    def value(name: str, index: int) -> float | None:
        return columns[name][index] if name in columns else None

    def count(name: str, index: int) -> int | None:
        found = value(name, index)
        return None if found is None else round(found)

    found = []
    for index, start_s in enumerate(span.starts_s):
        lags = [lag for one in arrivals if (lag := one[index]) is not None]
        found.append(
            Step(
                at=datetime.fromtimestamp(start_s, UTC),
                seconds=min(span.step_s, span.end_s - start_s),
                requests=count("requests", index),
                errors=count("errors", index),
                p50=value("p50", index),
                p95=value("p95", index),
                p99=value("p99", index),
                lag=max(lags, default=None),
                repairs=count("repairs", index),
                order_steps=count("order_steps", index),
            )
        )
    return found
