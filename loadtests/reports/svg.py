"""SVG shapes as text: what charts and timelines are drawn with."""

from collections.abc import Sequence
from html import escape
from typing import Final

from loadtests.reports.palette import FAINT, INK, RULE

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
    extra: str = "",
) -> str:
    """Return a line of text; `y` is its baseline, `extra` more attributes with a leading space."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{fill}"'
        f"{weight}{extra}>"
        f"{escape(words)}</text>"
    )


def rect(
    x: float, y: float, width: float, height: float, fill: str, *, title: str = "", extra: str = ""
) -> str:
    """Return a rectangle, with a tooltip if there is a title."""
    shape = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"{extra}'
    return f"{shape}><title>{escape(title)}</title></rect>" if title else f"{shape}/>"


def line(  # noqa: PLR0917 - two points
    x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, extra: str = ""
) -> str:
    """Return a straight line."""
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{stroke}"{extra}/>'


def dots(points: list[tuple[float, float]], fill: str, radius: float, opacity: float) -> str:
    """Return many small circles as one path: a page with thousands of elements is slow."""
    drawn = "".join(
        f"M{x - radius},{y}a{radius},{radius} 0 1,0 {2 * radius},0"
        f"a{radius},{radius} 0 1,0 {-2 * radius},0"
        for x, y in points
    )
    return f'<path d="{drawn}" fill="{fill}" fill-opacity="{opacity}"/>' if points else ""


def curves(points: Sequence[tuple[float, float | None]], stroke: str) -> str:
    """Return lines through points, interrupted where a point has no value."""
    drawn, part = [], list[str]()
    for x, y in (*points, (0.0, None)):
        if y is not None:
            part.append(f"{x:.1f},{y:.1f}")
        elif part:
            shape = f'points="{" ".join(part)}" fill="none" stroke="{stroke}" stroke-width="1.8"'
            drawn.append(f"<polyline {shape}/>")
            part = []
    return "".join(drawn)


def drawing(width: float, height: float, body: str, *, label: str, left: float = 0) -> str:
    """Return a whole SVG document that scales with its page.

    Args:
        width: Of the drawing, in its own units.
        height: The same.
        body: The shapes.
        label: What the drawing shows, for readers that cannot see it.
        left: Where the drawing begins, if not at 0.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} 0 {width:g} {height:g}" '
        f'role="img" aria-label="{escape(label, quote=True)}" '
        f'font-family="system-ui, sans-serif">{body}</svg>'
    )


def lane_title(y: float, title: str, subtitle: str = "") -> str:
    """Return the title of a lane, left of it."""
    lines = text(0, y, title, bold=True)
    return lines + (text(0, y + 14, subtitle, fill=FAINT, size=10) if subtitle else "")
