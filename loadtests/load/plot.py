"""Lines over the seconds of a run, as SVG."""

import math
from collections.abc import Callable
from html import escape
from typing import Any, Final

from loadtests.load.recording import ANY, Recording

_WIDTH: Final = 960
_HEIGHT: Final = 220
_LEFT: Final = 56
_BOTTOM: Final = 26
_COLORS: Final = ("#2f6fb0", "#e07b39", "#3d9970", "#8e5ea2", "#6b8e23", "#5d6d7e")


def plot(
    recording: Recording, unit: str, value: Callable[[Any], float], *, regions: bool = True
) -> str:
    """An SVG of a value over the run, a line per region that answered (or one for all)."""
    seconds = max(recording.seconds(), 2)
    width = max(1, seconds // 120)
    names = [name for name in recording.regions() if name] if regions else [ANY]
    lines = {
        name: [
            (since, value(recording.total(region=name, since=since, until=until)))
            for since, until in recording.windows(width)
        ]
        for name in names
    }
    if width > 1 and unit == "requests/s":
        lines = {name: [(at, y / width) for at, y in line] for name, line in lines.items()}
    top = _rounded(max((y for line in lines.values() for _, y in line), default=1.0) or 1.0)
    x_of = (_WIDTH - _LEFT - 10) / seconds
    y_of = (_HEIGHT - _BOTTOM - 30) / top
    floor = _HEIGHT - _BOTTOM
    style = 'font-size="12" font-family="system-ui,sans-serif" fill="#5b6675"'
    parts = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="100%" role="img" {style}>']
    for step in range(5):
        y = floor - y_of * top * step / 4
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e6eaee"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f"{top * step / 4:,.6g}</text>"
        )
    for step in range(7):
        x = _LEFT + x_of * seconds * step / 6
        label = f"{seconds * step / 6:.0f} s"
        anchor = "end" if step == 6 else "middle"  # noqa: PLR2004 - the last one
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 8}" text-anchor="{anchor}">{label}</text>')
    x = float(_LEFT)
    for number, (name, line) in enumerate(lines.items()):
        color = _COLORS[number % len(_COLORS)]
        points = " ".join(f"{_LEFT + at * x_of:.1f},{floor - y * y_of:.1f}" for at, y in line)
        label = unit if name == ANY else name
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.8"/>'
            f'<rect x="{x}" y="8" width="10" height="10" fill="{color}"/>'
            f'<text x="{x + 15}" y="17">{escape(label)}</text>'
        )
        x += 40 + 7 * len(label)
    parts.append(f'<text x="{_WIDTH - 10}" y="17" text-anchor="end">{unit}</text></svg>')
    return '<div class="plot">' + "".join(parts) + "</div>"


def _rounded(top: float) -> float:
    """The next value above whose quarters are round numbers."""
    unit = 10 ** math.floor(math.log10(top / 4))
    return float(next(4 * unit * m for m in (1, 2, 2.5, 5, 10) if 4 * unit * m >= top))
