"""Curves over the seconds of a load run, as SVG."""

import math
from collections.abc import Callable
from typing import Final

from loadtests.load.recording import ANY, Cell, Recording
from loadtests.reports.palette import FAINT, RULE, colors
from loadtests.reports.svg import curves, drawing, line, rect, text

_WIDTH: Final = 960
_HEIGHT: Final = 220
_LEFT: Final = 56
_RIGHT: Final = 10
_BOTTOM: Final = 26
_TOP: Final = 30
_POINTS: Final = 120
_LAST_LABEL: Final = 6


def plot(
    recording: Recording,
    unit: str,
    value: Callable[[Cell], float | None],
    *,
    by_region: bool = True,
    per_second: bool = False,
) -> str:
    """Return an SVG of a value over the run.

    Args:
        recording: The run.
        unit: Label of the value.
        value: From the requests of some seconds to the value; None interrupts the curve.
        by_region: Draw a curve for each region that answered, else one for all requests.
        per_second: Divide the value by the number of seconds.
    """
    seconds = max(recording.seconds(), 2)
    width = max(1, seconds // _POINTS)
    names = [name for name in recording.regions() if name] if by_region else [ANY]
    series = {
        name: [
            (since, value(recording.total(region=name, since=since, until=until)))
            for since, until in recording.windows(width)
        ]
        for name in names
    }
    if per_second:
        series = {
            name: [(at, None if y is None else y / width) for at, y in points]
            for name, points in series.items()
        }
    measured = [y for points in series.values() for _, y in points if y is not None]
    top = _rounded(max(measured, default=0.0) or 1.0)
    x_of = (_WIDTH - _LEFT - _RIGHT) / seconds
    y_of = (_HEIGHT - _BOTTOM - _TOP) / top
    floor = _HEIGHT - _BOTTOM
    parts = _axes(seconds, top, x_of, y_of)
    x = float(_LEFT)
    by_name = colors(names)
    for name, points in series.items():
        drawn = [(_LEFT + at * x_of, None if y is None else floor - y * y_of) for at, y in points]
        label = unit if name == ANY else name
        parts.append(curves(drawn, by_name[name]))
        parts.append(rect(x, 8, 10, 10, by_name[name]))
        parts.append(text(x + 15, 17, label, fill=FAINT))
        x += 40 + 7 * len(label)
    parts.append(text(_WIDTH - _RIGHT, 17, unit, anchor="end", fill=FAINT))
    return drawing(_WIDTH, _HEIGHT, "".join(parts), label=f"{unit} over the run")


def _axes(seconds: float, top: float, x_of: float, y_of: float) -> list[str]:
    parts, floor = [], _HEIGHT - _BOTTOM
    for step in range(5):
        y = round(floor - y_of * top * step / 4, 1)
        parts.append(line(_LEFT, y, _WIDTH - _RIGHT, y, RULE))
        parts.append(text(_LEFT - 8, y + 4, f"{top * step / 4:,.6g}", anchor="end", fill=FAINT))
    for step in range(_LAST_LABEL + 1):
        x = round(_LEFT + x_of * seconds * step / _LAST_LABEL, 1)
        anchor = "end" if step == _LAST_LABEL else "middle"
        label = f"{seconds * step / _LAST_LABEL:.0f} s"
        parts.append(text(x, _HEIGHT - 8, label, anchor=anchor, fill=FAINT))
    return parts


def _rounded(top: float) -> float:
    """Return the next value above whose quarters are round numbers."""
    unit = 10 ** math.floor(math.log10(top / 4))
    return float(next(4 * unit * m for m in (1, 2, 2.5, 5, 10) if 4 * unit * m >= top))
