"""The chart of docs/performance.md: CPU of one menu by subject, on a logarithmic scale, as SVG."""

from math import ceil, floor, log10
from typing import Any, Final

from loadtests.bench.subject_specs import CHAINS
from loadtests.reports.palette import FAINT
from loadtests.reports.svg import drawing, line, rect, text

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
    """Return an SVG with a bar for each measured subject and scenario, the cheapest first.

    Raises:
        ValueError: Nothing was measured.
    """
    rows = sorted(_rows(report), key=lambda row: row[2])
    if not rows:
        raise ValueError("the report has no measured subject to draw")
    low = floor(log10(min(row[2] for row in rows)))
    high = max(low + 1, ceil(log10(max(row[2] for row in rows))))
    height = _TOP + _ROW * len(rows) + _BOTTOM
    title = "CPU of one 60-item menu, microseconds (logarithmic; shorter is better)"
    parts = [f"<style>{_STYLE}</style>", text(8, 22, title, extra=' class="title"')]
    parts += _grid(low, high, height)
    for number, row in enumerate(rows):
        parts += _bar(number, row, low, high)
    label = "CPU time of one menu by implementation"
    width, body = _WIDTH + _OVERHANG, "\n".join(parts)
    return drawing(width, height, body, label=label, left=-_OVERHANG) + "\n"


Row = tuple[str, str, float, float | None]


def _rows(report: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for name, subject in report.get("subjects", {}).items():
        if name in CHAINS:
            continue  # these are no menus
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
        x = round(_x(10**power, low, high), 1)
        foot = height - _BOTTOM + 6
        parts.append(line(x, _TOP - 8, x, foot, extra=' class="grid"'))
        parts.append(text(x, height - 12, f"{10**power:,}", anchor="middle"))
    return parts


def _bar(number: int, row: Row, low: int, high: int) -> list[str]:
    label, kind, middle, spread = row
    y = _TOP + number * _ROW
    end = _x(middle, low, high)
    center = y + _ROW / 2 - 3
    width = round(end - _LABELS, 1)
    parts = [
        text(_LABELS - 8, y + 14, label, anchor="end"),
        rect(_LABELS, y, width, _ROW - 7, FAINT, extra=f' class="{kind}" rx="2"'),
    ]
    if spread is not None:
        first, end = _x(max(middle - spread, 1e-3), low, high), _x(middle + spread, low, high)
        parts.append(line(round(first, 1), center, round(end, 1), center, extra=' class="spread"'))
    return [*parts, text(round(end + 6, 1), y + 14, f"{middle:,.0f}")]
