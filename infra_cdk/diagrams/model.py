"""A picture before it is drawn: nodes, edges, groups, and where they stand on a grid."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a picture.

    Attributes:
        key: names it in edges and in the layout.
        icon: file below the icon folder, without its ending: `compute/lambda`.
        label: its name, short.
        text: what is to know about it, one short line.
    """

    key: str
    icon: str
    label: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow.

    Attributes:
        source: key of the node that it leaves.
        target: key of the node that it reaches.
        label: what goes along it; empty where that is plain.
        quiet: drawn as a dashed line: what happens beside the requests.
    """

    source: str
    target: str
    label: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A frame around nodes."""

    label: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture.

    Attributes:
        title: what it shows.
        nodes: all things.
        edges: all arrows.
        groups: frames.
        places: key of a node to its column and row; halves are fine.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...] = ()
    places: dict[str, tuple[float, float]] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """What the picture claims, without how it looks: compared with the templates by a test."""
        return {
            "nodes": sorted(f"{one.key}: {one.label}. {one.text}" for one in self.nodes),
            "edges": sorted(_arrow(one) for one in self.edges),
        }

    def unplaced(self) -> list[str]:
        """Return nodes without a position, and edges without an end."""
        keys = {one.key for one in self.nodes}
        lost = [key for key in keys if key not in self.places]
        lost += [_arrow(one) for one in self.edges if not {one.source, one.target} <= keys]
        return sorted(lost)


def _arrow(edge: Edge) -> str:
    return f"{edge.source} -> {edge.target}" + (f" ({edge.label})" if edge.label else "")


def unique(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Edges in order, each pair of ends once."""
    seen: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        seen.setdefault((edge.source, edge.target), edge)
    return tuple(seen.values())
