"""The chart of docs/performance.md: CPU of one menu by subject, on a logarithmic scale, as SVG."""

from math import ceil, floor, log10
from typing import Any, Final
from xml.sax.saxutils import escape

_WIDTH: Final = 860
_LABELS: Final = 330
_OVERHANG: Final = 40  # of the longest label, to the left
_ROW: Final = 26
_TOP: Final = 44
_BOTTOM: Final = 34
_RIGHT: Final = 70
# Readable on a light and on a dark page: GitHub shows the file on either.
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#57606a}"
    ".title{font-weight:600;font-size:14px}.own{fill:#b4543a}.other{fill:#8c959f}"
    ".floor{fill:#3d7a5a}.grid{stroke:#8c959f;stroke-opacity:.3}.spread{stroke:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#9198a1}.spread{stroke:#c9d1d9}}"
)


def draw(report: dict[str, Any]) -> str:
    """One bar for each subject and scenario that was measured, the cheapest first.

    Raises:
        ValueError: nothing was measured.
    """
    rows = sorted(_rows(report), key=lambda row: row[2])
    if not rows:
        raise ValueError("the report has no measured subject to draw")
    low = floor(log10(min(row[2] for row in rows)))
    high = max(low + 1, ceil(log10(max(row[2] for row in rows))))
    height = _TOP + _ROW * len(rows) + _BOTTOM
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="-{_OVERHANG} 0 {_WIDTH + _OVERHANG} {height}" role="img" '
        f'aria-labelledby="t"><title id="t">CPU time of one menu by implementation</title>'
    )
    title = "CPU of one 60-item menu, microseconds (logarithmic; shorter is better)"
    parts = [
        head,
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="8" y="22">{title}</text>',
    ]
    parts += _grid(low, high, height)
    for number, row in enumerate(rows):
        parts += _bar(number, row, low, high)
    return "\n".join((*parts, "</svg>")) + "\n"


Row = tuple[str, str, float, float]


def _rows(report: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for name, subject in report.get("subjects", {}).items():
        for scenario, one in subject["scenarios"].items():
            if one["problem"] or scenario == "graphql-layer":
                continue
            only = len(subject["scenarios"]) == 1
            title = subject["title"].partition(":")[0]
            label = title if only else f"{title}, {scenario.replace('-', ' ')}"
            kind = {"carte": "own", "floor": "floor"}.get(name, "other")
            figure = one["cpu_us"]
            rows.append((label, kind, figure["median"], figure["spread"]))
    return rows


def _x(value: float, low: int, high: int) -> float:
    share = (log10(max(value, 10**low)) - low) / (high - low)
    return _LABELS + share * (_WIDTH - _LABELS - _RIGHT)


def _grid(low: int, high: int, height: int) -> list[str]:
    parts = []
    for power in range(low, high + 1):
        x = _x(10**power, low, high)
        parts.append(
            f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" '
            f'y2="{height - _BOTTOM + 6}"/>'
            f'<text x="{x:.1f}" y="{height - 12}" text-anchor="middle">{10**power:,}</text>'
        )
    return parts


def _bar(number: int, row: Row, low: int, high: int) -> list[str]:
    label, kind, middle, spread = row
    y = _TOP + number * _ROW
    end = _x(middle, low, high)
    first, last = _x(max(middle - spread, 1e-3), low, high), _x(middle + spread, low, high)
    centre = y + _ROW / 2 - 3
    place = f'x="{_LABELS}" y="{y}" width="{end - _LABELS:.1f}" height="{_ROW - 7}"'
    return [
        f'<text x="{_LABELS - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>',
        f'<rect class="{kind}" {place} rx="2"/>',
        f'<line class="spread" x1="{first:.1f}" y1="{centre}" x2="{last:.1f}" y2="{centre}"/>',
        f'<text x="{last + 6:.1f}" y="{y + 14}">{middle:,.0f}</text>',
    ]
