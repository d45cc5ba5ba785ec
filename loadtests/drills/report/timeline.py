"""The picture of a drill: everything over one axis of time, as SVG."""

from typing import Final

from loadtests.drills.report.events_lane import decisions_lane, faults_lane, shading
from loadtests.drills.report.judged_run import JudgedRun
from loadtests.drills.report.lanes import latency_lane, requests_lane, staleness_lane
from loadtests.drills.report.scale import LEFT, RIGHT, WIDTH, TimeAxis
from loadtests.reports.palette import CACHE, FAILED, FAINT, INK, RULE, colors
from loadtests.reports.svg import dots, line, rect, text

_LANE: Final = 66
_LATENCY: Final = 150
_STALENESS: Final = 90
_GAP: Final = 22


def draw(run: JudgedRun) -> str:
    """The timeline of a run."""
    evidence, found = run.evidence, run.findings
    records, marks = evidence.records, evidence.marks
    begin = records[0].intended if records else found.begins
    end = max((one.intended for one in records), default=found.begins) + 0.5
    axis = TimeAxis(found.begins, begin, end)
    by_region = colors(evidence.regions)
    body: list[str] = []
    y = 26.0
    drawn, height = faults_lane(marks, axis, y)
    body.append(drawn)
    y += height + 8
    decided_top = y
    _, height = decisions_lane(marks, axis, y, y)
    y += height + 14
    lanes_top = y
    for place in evidence.regions:
        body.append(requests_lane(records, place, axis, by_region, y, height=_LANE))
        y += _LANE + _GAP
    body.append(latency_lane(records, axis, y, _LATENCY))
    y += _LATENCY + _GAP
    body.append(staleness_lane(records, found.written, axis, y, _STALENESS))
    y += _STALENESS
    decided, _ = decisions_lane(marks, axis, decided_top, y)
    behind = shading(marks, axis, 20, y)
    total = round(y + 46)
    return (
        f'<svg viewBox="0 0 {WIDTH} {total}" role="img" xmlns="http://www.w3.org/2000/svg" '
        f'aria-label="Timeline of {run.drill.name}">'
        f"{behind}{_axis(axis, lanes_top, y)}{decided}{''.join(body)}{_legend(by_region, y + 40)}"
        "</svg>"
    )


def _axis(axis: TimeAxis, top: float, foot: float) -> str:
    drawn = [line(LEFT, foot, WIDTH - RIGHT, foot, FAINT)]
    for tick in axis.ticks():
        x = axis.x(tick)
        seconds = tick - axis.zero
        drawn.append(line(x, top, x, foot, RULE))
        word = "first fault" if round(seconds) == 0 else f"{seconds:+.0f} s"
        drawn.append(text(x, foot + 15, word, anchor="middle", fill=FAINT))
        drawn.append(text(x, 12, word, anchor="middle", fill=FAINT))
    return "".join(drawn)


def _legend(by_region: dict[str, str], y: float) -> str:
    x: float = LEFT
    drawn = []
    boxes = [(colour, name) for name, colour in by_region.items()]
    boxes += [(CACHE, "edge cache"), (FAILED, "failed")]
    for colour, name in boxes:
        drawn += [rect(x, y - 9, 10, 10, colour), text(x + 14, y, name)]
        x += 30 + 6.3 * len(name)
    points = (("#486581", "read"), ("#7048E8", "mutation"), ("#0B7285", "staleness, regional"))
    for colour, name in points:
        drawn += [dots([(x + 5, y - 4)], colour, 3, 0.9), text(x + 14, y, name)]
        x += 28 + 6.3 * len(name)
    for colour, name in ((INK, "p50"), ("#D9480F", "p99")):
        drawn += [
            line(x, y - 4, x + 12, y - 4, colour, ' stroke-width="2"'),
            text(x + 16, y, name),
        ]
        x += 34 + 6.3 * len(name)
    return "".join(drawn)
