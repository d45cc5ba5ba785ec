"""The figures of the last day: every ten seconds of the last hour, every minute of the day.

What is kept is bounded: 360 points, 1440 minutes and 1000 events, whatever the traffic.
"""

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from localcloud.histogram import Histogram

SAMPLE_S: Final = 10.0
MINUTE_S: Final = 60.0
DAY_S: Final = 86_400.0
MOST_MINUTES: Final = 1440
"""Of a reading; also how many minutes are kept."""
MOST_EVENTS: Final = 1000
_POINTS_OF_AN_HOUR: Final = 360
_MOST_BINS: Final = 180
_EVENTS_SHOWN: Final = 300
_STEPS_S: Final = (10, 30, 60, 120, 300, 600)
_TEXT: Final = 120  # characters of a detail of an event
_LISTED: Final = 5  # values of a detail that is a list

# From the best to the worst: a longer time has the worst state of its parts.
STATES: Final = ("healthy", "drained", "unhealthy")


class RegionFigures(NamedTuple):
    """The figures of one region in some seconds.

    Attributes:
        requests: Sent to the region, second attempts included, health checks not.
        failed: Of these, answered with a status from 500 on, or not at all.
        answers: Given to clients from this region, those of the cache included.
        hits: Of these, given by the cache without asking the region.
        p50: Median time of the region's answers, in milliseconds; None: there was none.
        p95: 95th percentile.
        p99: 99th percentile.
        state: The place of its state in `STATES`.
        lag: Seconds that the slowest write took to arrive here, or waits to; None: not known.
        repairs: Documents that convergence repaired here; None: not read in this time.
        orders: Steps of orders done here (`DutiesDone`); None: not read in this time.
    """

    requests: int = 0
    failed: int = 0
    answers: int = 0
    hits: int = 0
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    state: int = 0
    lag: float | None = None
    repairs: int | None = None
    orders: int | None = None

    def with_times(self, times: Histogram) -> "RegionFigures":
        """Return the figures with the percentiles of these times."""
        return self._replace(
            p50=_rounded(times.percentile(0.50)),
            p95=_rounded(times.percentile(0.95)),
            p99=_rounded(times.percentile(0.99)),
        )


class Point(NamedTuple):
    """The figures of all regions in some seconds.

    Attributes:
        at: When they begin, seconds of the epoch.
        seconds: How long they are about.
        regions: Region to figures.
    """

    at: float
    seconds: float
    regions: Mapping[str, RegionFigures]

    @property
    def middle(self) -> float:
        """The moment that says to which minute or step it belongs, however late it was made."""
        return self.at + self.seconds / 2

    @property
    def minute(self) -> int:
        """The number of the minute of the epoch to which it belongs."""
        return math.floor(self.middle / MINUTE_S)


@dataclass(slots=True)
class _OpenMinute:
    number: int
    points: list[Point] = field(default_factory=list)
    times: dict[str, Histogram] = field(default_factory=dict)

    def close(self) -> Point:
        merged = merge(self.points)
        return merged._replace(
            regions={
                name: figures.with_times(self.times.get(name, Histogram()))
                for name, figures in merged.regions.items()
            }
        )


class History:
    """Keeps the figures and the events of the last day."""

    def __init__(
        self,
        minutes: Iterable[Point] = (),
        events: Iterable[Mapping[str, Any]] = (),
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Begin with what an earlier run of the edge kept.

        Args:
            minutes: In order of time; those that are older than a day, or to come, are left out.
            events: The same.
            clock: Seconds of the epoch.
        """
        self._clock = clock
        now = clock()
        self._points: deque[Point] = deque(maxlen=_POINTS_OF_AN_HOUR)
        self._minutes: deque[Point] = deque(
            (one for one in minutes if now - DAY_S < one.at <= now), maxlen=MOST_MINUTES
        )
        self._open: _OpenMinute | None = None
        self._events: deque[dict[str, Any]] = deque(
            (dict(one) for one in events if now - DAY_S < one["at"] <= now), maxlen=MOST_EVENTS
        )

    @property
    def points(self) -> Sequence[Point]:
        """The samples of the last hour, in order of time."""
        return tuple(self._points)

    @property
    def minutes(self) -> Sequence[Point]:
        """The minutes that are over, in order of time."""
        return tuple(self._minutes)

    @property
    def events(self) -> Sequence[Mapping[str, Any]]:
        """The events, in the order in which they were noted."""
        return tuple(self._events)

    def add(self, point: Point, times: Mapping[str, Histogram]) -> Point | None:
        """Add the figures of the last seconds; return the minute that is over with them, if any.

        Args:
            point: The figures, without percentiles.
            times: Region to the times of its answers.
        """
        closed = None
        number = point.minute
        if self._open is not None and self._open.number != number:
            closed = self.close_minute()
        if self._open is None:
            self._open = _OpenMinute(number)
        self._open.points.append(point)
        for name, more in times.items():
            self._open.times.setdefault(name, Histogram()).merge(more)
        self._points.append(
            point._replace(
                regions={
                    name: figures.with_times(times.get(name, Histogram()))
                    for name, figures in point.regions.items()
                }
            )
        )
        return closed

    def close_minute(self) -> Point | None:
        """End the minute that is under way, as when the edge stops; return it, if there is one."""
        if self._open is None:
            return None
        closed, self._open = self._open.close(), None
        self._minutes.append(closed)
        return closed

    def note(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Keep an event; return what is kept of it: long texts and lists are shortened.

        Args:
            event: `at` in seconds of the epoch, `kind`, and details.
        """
        kept = {name: _short(value) for name, value in event.items()}
        self._events.append(kept)
        return kept

    def reading(self, minutes: int, regions: Iterable[str]) -> dict[str, Any]:
        """Return the figures of the last minutes, in at most 181 steps, as JSON values.

        `at` is when each step begins and `seconds` how much of it was observed; what was not
        observed, as while no edge ran, is null. The percentiles of a step are those of its slowest
        part, the one with the highest p99. Times of the epoch are in seconds.

        Args:
            minutes: 1 to 1440.
            regions: The regions of the cloud.
        """
        now = self._clock()
        begin = now - minutes * MINUTE_S
        older, fine = self._since(begin)
        # A minute from before the edge was started is not spread over steps of seconds.
        least = MINUTE_S if older else SAMPLE_S
        step = next(
            one for one in _STEPS_S if one >= least and minutes * MINUTE_S <= one * _MOST_BINS
        )
        first = math.floor(begin / step)
        steps: list[list[Point]] = [[] for _ in range(math.floor(now / step) - first + 1)]
        for point in (*older, *fine):
            number = math.floor(point.middle / step) - first
            if 0 <= number < len(steps):
                steps[number].append(point)
        merged = [merge(one) if one else None for one in steps]
        return {
            "now": round(now, 3),
            "minutes": minutes,
            "step_seconds": step,
            "at": [(first + number) * step for number in range(len(steps))],
            "seconds": [round(one.seconds, 1) if one else 0 for one in merged],
            "regions": {name: _columns(merged, name) for name in regions},
            "events": [one for one in self._events if one["at"] >= begin][-_EVENTS_SHOWN:],
        }

    def _since(self, begin: float) -> tuple[list[Point], list[Point]]:
        """The points from a moment on: by minute what is older than those by ten seconds."""
        fine = [one for one in self._points if one.at >= begin]
        until = self._points[0].at if self._points else math.inf
        older = [one for one in self._minutes if begin <= one.at < until - 1]
        if older and fine and older[-1].at + older[-1].seconds > fine[0].at + 1:
            # The first points of this minute are gone, and the minute has the others too.
            number = older[-1].minute
            fine = [one for one in fine if one.minute != number]
        return older, fine


def merge(points: Sequence[Point]) -> Point:
    """Return several points, one after the other, as one.

    Args:
        points: At least one.
    """
    names = dict.fromkeys(name for one in points for name in one.regions)
    return Point(
        points[0].at,
        sum(one.seconds for one in points),
        {
            name: _merged([one.regions[name] for one in points if name in one.regions])
            for name in names
        },
    )


def _merged(parts: Sequence[RegionFigures]) -> RegionFigures:
    slowest = max(parts, key=lambda one: -1.0 if one.p99 is None else one.p99)
    return RegionFigures(
        requests=sum(one.requests for one in parts),
        failed=sum(one.failed for one in parts),
        answers=sum(one.answers for one in parts),
        hits=sum(one.hits for one in parts),
        p50=slowest.p50,
        p95=slowest.p95,
        p99=slowest.p99,
        state=max(one.state for one in parts),
        lag=max((one.lag for one in parts if one.lag is not None), default=None),
        repairs=_total([one.repairs for one in parts]),
        orders=_total([one.orders for one in parts]),
    )


def _total(values: Iterable[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    return sum(known) if known else None


def _columns(points: Sequence[Point | None], name: str) -> dict[str, list[Any]]:
    figures = [one.regions.get(name) if one else None for one in points]
    columns: dict[str, list[Any]] = {
        field_name: [None if one is None else one[at] for one in figures]
        for at, field_name in enumerate(RegionFigures._fields)
    }
    columns["state"] = [None if one is None else STATES[one.state] for one in figures]
    return columns


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _TEXT else value[: _TEXT - 1] + "…"
    if isinstance(value, list | tuple):
        return [_short(str(one)) for one in value[:_LISTED]]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _short(str(value))
