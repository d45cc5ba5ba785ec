"""The few shapes that the timeline is drawn with."""

from html import escape
from typing import Final

from loadtests.drills.report.palette import FAINT, INK, RULE

FONT: Final = 11


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: int = FONT,
    bold: bool = False,
) -> str:
    """A line of text; `y` is its baseline."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{fill}"{weight}>'
        f"{escape(words)}</text>"
    )


def rect(
    x: float, y: float, width: float, height: float, fill: str, *, title: str = "", extra: str = ""
) -> str:
    """A rectangle, with a tooltip if there is a title."""
    shape = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"{extra}'
    return f"{shape}><title>{escape(title)}</title></rect>" if title else f"{shape}/>"


def line(  # noqa: PLR0917 - two points
    x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, extra: str = ""
) -> str:
    """A straight line."""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{stroke}"{extra}/>'


def dots(points: list[tuple[float, float]], fill: str, radius: float, opacity: float) -> str:
    """Many small circles, as one path: a page with thousands of elements is slow."""
    drawn = "".join(
        f"M{x - radius},{y}a{radius},{radius} 0 1,0 {2 * radius},0"
        f"a{radius},{radius} 0 1,0 {-2 * radius},0"
        for x, y in points
    )
    return f'<path d="{drawn}" fill="{fill}" fill-opacity="{opacity}"/>' if points else ""


def lane_title(y: float, title: str, subtitle: str = "") -> str:
    """What a lane shows, left of it."""
    lines = text(0, y, title, bold=True)
    return lines + (text(0, y + 14, subtitle, fill=FAINT, size=10) if subtitle else "")
