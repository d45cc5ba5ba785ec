"""Draw a picture as an SVG file that stands alone: cards on a grid, arrows with round corners."""

import json
from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Final

from infra_cdk.diagrams.icons import data_address
from infra_cdk.diagrams.model import Edge, Node, Picture

_CARD: Final = (196, 64)
_STEP: Final = (284, 108)
_MARGIN: Final = 42
_TITLE: Final = 46
_PAD: Final = 20
_ROUND: Final = 9
_LEVEL: Final = 3
_TIP: Final = (
    '<marker id="tip" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#52657a"/></marker>'
)
_STYLE: Final = """
text{font-family:-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#232f3e}
.title{font-size:20px;font-weight:650}.label{font-size:15px;font-weight:600}
.text{font-size:12px;fill:#5a6b7b}.frame{font-size:13px;font-weight:600;fill:#5a6b7b}
.says{font-size:12px;fill:#3b4a59;paint-order:stroke;stroke:#fff;stroke-width:4px;
stroke-linejoin:round}
.card{fill:#fff;stroke:#cfd8e0;stroke-width:1.2}
.group{fill:#f5f8fa;stroke:#b8c4cf;stroke-width:1.2;stroke-dasharray:6 4}
.edge{fill:none;stroke:#52657a;stroke-width:1.7}.quiet{stroke:#8796a5;stroke-dasharray:5 4}
"""


@dataclass(frozen=True, slots=True)
class Box:
    """The centre at which a card is drawn."""

    x: float
    y: float

    def side(self, name: str, shift: float) -> tuple[float, float]:
        """A point on a side, shifted along it."""
        half_width, half_height = _CARD[0] / 2, _CARD[1] / 2
        return {
            "right": (self.x + half_width, self.y + shift),
            "left": (self.x - half_width, self.y + shift),
            "bottom": (self.x + shift, self.y + half_height),
            "top": (self.x + shift, self.y - half_height),
        }[name]


def draw(picture: Picture) -> str:
    """The picture as SVG text. Its facts are in `<metadata>`.

    Raises:
        ValueError: a node has no place, or an edge has no node.
    """
    if lost := picture.unplaced():
        raise ValueError(f"{picture.title}: no place for {', '.join(lost)}")
    top = min(picture.places[node.key][1] for node in picture.nodes)
    boxes = {key: _box(column, row - top) for key, (column, row) in picture.places.items()}
    used = [boxes[node.key] for node in picture.nodes]
    width = max(box.x for box in used) + _CARD[0] / 2 + _MARGIN
    height = max(box.y for box in used) + _CARD[1] / 2 + _MARGIN
    body = [_group(boxes, group.label, group.members) for group in picture.groups]
    lines, words = _edges(picture.edges, boxes)
    body += [*lines, *(_card(node, boxes[node.key]) for node in picture.nodes), *words]
    icons = sorted({node.icon for node in picture.nodes})
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" role="img" aria-label="{escape(picture.title)}">'
    )
    return "\n".join(
        [
            opening,
            f"<title>{escape(picture.title)}</title>",
            f"<metadata>{escape(json.dumps(picture.facts()), quote=False)}</metadata>",
            f"<style>{_STYLE}</style>",
            f"<defs>{_TIP}",
            *(
                f'<image id="{_id(icon)}" width="40" height="40" href="{data_address(icon)}"/>'
                for icon in icons
            ),
            "</defs>",
            '<rect width="100%" height="100%" rx="14" fill="#fff"/>',
            f'<text class="title" x="{_MARGIN - _PAD}" y="34">{escape(picture.title)}</text>',
            *body,
            "</svg>\n",
        ]
    )


def _box(column: float, row: float) -> Box:
    return Box(
        _MARGIN + _CARD[0] / 2 + column * _STEP[0],
        _MARGIN + _TITLE + _CARD[1] / 2 + row * _STEP[1],
    )


def _card(node: Node, box: Box) -> str:
    left, top = box.x - _CARD[0] / 2, box.y - _CARD[1] / 2
    first = box.y + (5 if not node.text else -3)
    second = (
        f'<text class="text" x="{left + 58}" y="{box.y + 14:.0f}">{escape(node.text)}</text>'
        if node.text
        else ""
    )
    return (
        f'<rect class="card" x="{left:.0f}" y="{top:.0f}" width="{_CARD[0]}" height="{_CARD[1]}" '
        f'rx="10"/><use href="#{_id(node.icon)}" x="{left + 10:.0f}" y="{top + 11:.0f}"/>'
        f'<text class="label" x="{left + 58:.0f}" y="{first:.0f}">{escape(node.label)}</text>'
        f"{second}"
    )


def _group(boxes: dict[str, Box], label: str, members: tuple[str, ...]) -> str:
    inside = [boxes[key] for key in members]
    left = min(box.x for box in inside) - _CARD[0] / 2 - _PAD
    top = min(box.y for box in inside) - _CARD[1] / 2 - _PAD - 12
    width = max(box.x for box in inside) + _CARD[0] / 2 + _PAD - left
    height = max(box.y for box in inside) + _CARD[1] / 2 + _PAD - top
    return (
        f'<rect class="group" x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" rx="14"/>'
        f'<text class="frame" x="{left + 14:.0f}" y="{top + 20:.0f}">{escape(label)}</text>'
    )


def _edges(edges: tuple[Edge, ...], boxes: dict[str, Box]) -> tuple[list[str], list[str]]:
    """The arrows, and what they say, which is drawn over the cards."""
    ends = {edge: _sides(boxes[edge.source], boxes[edge.target]) for edge in edges}
    shifts = _shifts(edges, boxes, ends)
    lanes = _lanes(edges, boxes, ends)
    lines, words = [], []
    for edge in edges:
        out, into = ends[edge]
        start = boxes[edge.source].side(out, shifts[edge, "out"])
        stop = boxes[edge.target].side(into, shifts[edge, "in"])
        path, middle = _path(start, stop, lanes.get(edge))
        kind = "edge quiet" if edge.quiet else "edge"
        lines.append(f'<path class="{kind}" d="{path}" marker-end="url(#tip)"/>')
        if edge.label:
            words.append(_label_text(edge.label, start, stop, middle))
    return lines, words


def _label_text(
    label: str,
    start: tuple[float, float],
    stop: tuple[float, float],
    middle: tuple[float, float],
) -> str:
    """A word above a level line, or to the right of one that goes up or down."""
    if abs(start[1] - stop[1]) < _LEVEL:
        place = f'text-anchor="middle" x="{middle[0]:.0f}" y="{middle[1] - 7:.0f}"'
    else:
        place = f'x="{middle[0] + 7:.0f}" y="{middle[1] + 4:.0f}"'
    return f'<text class="says" {place}>{escape(label)}</text>'


def _sides(source: Box, target: Box) -> tuple[str, str]:
    """Leave and arrive where the other one is."""
    across, down = target.x - source.x, target.y - source.y
    if abs(across) >= _CARD[0]:
        return ("right", "left") if across > 0 else ("left", "right")
    return ("bottom", "top") if down > 0 else ("top", "bottom")


def _shifts(
    edges: tuple[Edge, ...], boxes: dict[str, Box], ends: dict[Edge, tuple[str, str]]
) -> dict[tuple[Edge, str], float]:
    """Spread the arrows of one side along it, in the order of where they come from."""
    sides: defaultdict[tuple[str, str], list[tuple[float, Edge, str]]] = defaultdict(list)
    for edge in edges:
        for key, other, side, end in (
            (edge.source, edge.target, ends[edge][0], "out"),
            (edge.target, edge.source, ends[edge][1], "in"),
        ):
            across = boxes[other].y if side in {"left", "right"} else boxes[other].x
            sides[key, side].append((across, edge, end))
    shifts = {}
    for (_, side), attached in sides.items():
        attached.sort(key=lambda one: (one[0], one[1].source, one[1].target, one[2]))
        spacing = 15 if side in {"left", "right"} else 42
        for index, (_, edge, end) in enumerate(attached):
            shifts[edge, end] = (index - (len(attached) - 1) / 2) * spacing
    return {key: _straight(key, shifts, boxes) for key in shifts}


def _lanes(
    edges: tuple[Edge, ...], boxes: dict[str, Box], ends: dict[Edge, tuple[str, str]]
) -> dict[Edge, float]:
    """Give each arrow between columns its own way up or down: the x at which it bends.

    The ways lie in the gap beside the card that it leaves.
    """
    gaps: defaultdict[float, list[Edge]] = defaultdict(list)
    for edge in edges:
        out, _ = ends[edge]
        if out in {"left", "right"}:
            side = (_STEP[0] - _CARD[0]) / 2
            x = boxes[edge.source].side(out, 0)[0] + (side if out == "right" else -side)
            gaps[round(x)].append(edge)
    lanes = {}
    for x, passing in gaps.items():
        bent = [one for one in passing if boxes[one.source].y != boxes[one.target].y]
        bent.sort(key=lambda one: (boxes[one.target].y, boxes[one.source].y, one.source))
        spacing = min(9.0, (_STEP[0] - _CARD[0] - 24) / max(1, len(bent)))
        for index, edge in enumerate(bent):
            lanes[edge] = x + (index - (len(bent) - 1) / 2) * spacing
        lanes |= {one: x for one in passing if one not in lanes}
    return lanes


def _straight(
    key: tuple[Edge, str], shifts: dict[tuple[Edge, str], float], boxes: dict[str, Box]
) -> float:
    """Let an arrow between neighbors of one row leave as high as it arrives."""
    edge, end = key
    level = boxes[edge.source].y == boxes[edge.target].y
    alone = shifts[edge, "out"] == 0
    return shifts[edge, "in"] if level and alone and end == "out" else shifts[key]


def _path(
    start: tuple[float, float], stop: tuple[float, float], lane: float | None
) -> tuple[str, tuple[float, float]]:
    """A line with at most two round corners, and its middle.

    Args:
        start: Where it leaves.
        stop: Where it arrives.
        lane: The x at which it goes up or down; None: it leaves a card up or down.
    """
    (x1, y1), (x2, y2) = start, stop
    if lane is not None:
        bend = lane
        corners = [(x1, y1), (bend, y1), (bend, y2), (x2, y2)]
        middle = (bend, (y1 + y2) / 2)
    else:
        bend = (y1 + y2) / 2
        corners = [(x1, y1), (x1, bend), (x2, bend), (x2, y2)]
        middle = ((x1 + x2) / 2, bend)
    if abs(x1 - x2) < _LEVEL or abs(y1 - y2) < _LEVEL:
        return f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", middle
    return _rounded(corners), middle


def _rounded(corners: list[tuple[float, float]]) -> str:
    text = f"M{corners[0][0]:.1f} {corners[0][1]:.1f}"
    for before, at, after in zip(corners, corners[1:], corners[2:], strict=False):
        near, far = _towards(at, before), _towards(at, after)
        text += f"L{near[0]:.1f} {near[1]:.1f}Q{at[0]:.1f} {at[1]:.1f} {far[0]:.1f} {far[1]:.1f}"
    return text + f"L{corners[-1][0]:.1f} {corners[-1][1]:.1f}"


def _towards(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    across, down = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(across), abs(down)) or 1
    share = min(_ROUND, length / 2) / length
    return corner[0] + across * share, corner[1] + down * share


def _id(icon: str) -> str:
    return icon.replace("/", "-")
