"""The lanes of the timeline: requests by region, latency, staleness."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from loadtests.drills.analysis.staleness import AcknowledgedPrices
from loadtests.drills.analysis.writes import WriteOperation
from loadtests.drills.records import Record
from loadtests.drills.report.scale import LEFT, RIGHT, WIDTH, LogAxis, TimeAxis
from loadtests.measurement.percentiles import percentile
from loadtests.reports.palette import CACHE, FAILED, FAINT, INK, RULE
from loadtests.reports.svg import dots, lane_title, line, rect, text

BIN_S: Final = 1.0
_END: Final = WIDTH - RIGHT
_PERCENTILE_BIN_S: Final = 1.0
_LOW_S: Final = 0.002
_HIGH_S: Final = 20.0


def requests_lane(
    records: Sequence[Record],
    place: str,
    axis: TimeAxis,
    colours: Mapping[str, str],
    top: float,
    *,
    height: float,
) -> str:
    """Return how many requests of a place's clients each region answered; failed ones on top."""
    bins: dict[int, Counter[str]] = defaultdict(Counter)
    for one in records:
        if one.place == place:
            answerer = "failed" if not one.ok else "cache" if one.from_cache else one.region
            bins[int((one.intended - axis.begin) / BIN_S)][answerer] += 1
    most = max((sum(counts.values()) for counts in bins.values()), default=1)
    order = [*colours, "cache", "failed"]
    fills = {**colours, "cache": CACHE, "failed": FAILED}
    drawn = [
        lane_title(top + 12, place, "clients near it, / s"),
        line(LEFT, top + height, _END, top + height),
        text(LEFT - 6, top + 8, f"{most / BIN_S:.0f}", anchor="end", fill=FAINT, size=10),
        text(LEFT - 6, top + height, "0", anchor="end", fill=FAINT, size=10),
    ]
    for number, counts in sorted(bins.items()):
        begin = axis.begin + number * BIN_S
        x, width = axis.x(begin), axis.x(begin + BIN_S) - axis.x(begin) - 0.6
        foot = top + height
        for answerer in order:
            if counts[answerer]:
                tall = round(counts[answerer] / most * height, 1)
                foot = round(foot - tall, 1)
                at = begin - axis.zero
                title = f"{at:+.1f} s: {counts[answerer]} {_answered(answerer)}"
                drawn.append(rect(x, foot, max(width, 0.5), tall, fills[answerer], title=title))
    return "".join(drawn)


def _answered(answerer: str) -> str:
    return {"failed": "failed", "cache": "answered by the edge's cache"}.get(
        answerer, f"answered by {answerer}"
    )


def latency_lane(records: Sequence[Record], axis: TimeAxis, top: float, height: float) -> str:
    """Every request past the cache at its latency, with the median and the 99th percentile."""
    scale = LogAxis(top, height, _LOW_S, _HIGH_S)
    forwarded = [one for one in records if not one.from_cache]
    drawn = [lane_title(top + 12, "latency", "from intended send"), _grid(scale)]
    groups = (
        ([one for one in forwarded if one.ok and one.route != "mutation"], "#486581", 0.35),
        ([one for one in forwarded if one.ok and one.route == "mutation"], "#7048E8", 0.45),
        ([one for one in forwarded if not one.ok], FAILED, 0.85),
    )
    for group, fill, opacity in groups:
        points = [(axis.x(one.intended), scale.y(one.latency)) for one in group]
        drawn.append(dots(points, fill, 1.7, opacity))
    for share, stroke in ((0.50, INK), (0.99, "#D9480F")):
        drawn.append(_percentiles([one for one in forwarded if one.ok], axis, scale, share, stroke))
    return "".join(drawn)


def staleness_lane(
    records: Sequence[Record],
    written: Sequence[WriteOperation],
    axis: TimeAxis,
    top: float,
    height: float,
) -> str:
    """Return how old what readers saw was; answers of the edge's cache are grey."""
    prices = AcknowledgedPrices(written)
    scale = LogAxis(top, height, 0.01, 60.0)
    drawn = [lane_title(top + 12, "staleness", "of prices read"), _grid(scale)]
    reads = [one for one in records if one.ok and one.route != "mutation"]
    for from_cache, fill in ((True, CACHE), (False, "#0B7285")):
        points = [
            (axis.x(one.intended), scale.y(behind))
            for one in reads
            if one.from_cache is from_cache and (behind := prices.staleness(one)) > 0
        ]
        drawn.append(dots(points, fill, 1.7, 0.8))
    return "".join(drawn)


def _grid(scale: LogAxis) -> str:
    drawn = []
    for tick in scale.ticks():
        y = scale.y(tick)
        drawn.append(line(LEFT, y, _END, y, RULE))
        word = f"{tick:g} s" if tick >= 1 else f"{tick * 1000:g} ms"
        drawn.append(text(LEFT - 6, y + 3, word, anchor="end", fill=FAINT, size=10))
    return "".join(drawn)


def _percentiles(
    records: Sequence[Record], axis: TimeAxis, scale: LogAxis, share: float, stroke: str
) -> str:
    bins: dict[int, list[float]] = defaultdict(list)
    for one in records:
        bins[int((one.intended - axis.begin) / _PERCENTILE_BIN_S)].append(one.latency)
    path = []
    for number, latencies in sorted(bins.items()):
        begin = axis.begin + number * _PERCENTILE_BIN_S
        value = percentile(sorted(latencies), share)
        if value is None:
            continue
        y = scale.y(value)
        path.append(f"M{axis.x(begin)},{y}H{axis.x(begin + _PERCENTILE_BIN_S)}")
    return f'<path d="{"".join(path)}" stroke="{stroke}" stroke-width="1.6" fill="none"/>'
