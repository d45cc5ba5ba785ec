"""The bars that carte's hot path has to meet, as ratios of CPU within one run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from loadtests.bench.figures import Figure

MET, MISSED, NOT_MEASURED = "met", "missed", "not measured"


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio and the most that it may be; None: it is only reported.

    Attributes:
        mine: Subject and scenario of the numerator.
        other: Of the denominator.
    """

    name: str
    says: str
    mine: tuple[str, str]
    other: tuple[str, str]
    limit: float | None


COLD: Final = "cold"
COLD_LITERALS: Final = "cold, literals"  # the first request is a query of no known shape
BARS: Final = (
    Bar(
        "miss_vs_stock",
        "miss <= 1/40 of the same stack used naively",
        ("carte", "miss"),
        ("stock", "miss"),
        1 / 40,
    ),
    Bar(
        "miss_vs_node",
        "miss <= 1/8 of Mercurius with jit + SDK v3",
        ("carte", "miss"),
        ("mercurius", "miss"),
        1 / 8,
    ),
    Bar("miss_vs_floor", "miss <= 2.2x the floor", ("carte", "miss"), ("floor", "miss"), 2.2),
    Bar(
        "checked_hit_vs_floor",
        "version-checked hit <= 1.25x the floor",
        ("carte", "checked-hit"),
        ("floor", "miss"),
        1.25,
    ),
    Bar(
        "pure_hit_vs_floor",
        "pure hit <= 0.2x the floor",
        ("carte", "pure-hit"),
        ("floor", "miss"),
        0.2,
    ),
    Bar(
        "cold_vs_stock",
        "cold start <= 1/6 of the naive stack's",
        ("carte", COLD),
        ("stock", COLD),
        1 / 6,
    ),
    Bar(
        "cold_literals_vs_stock",
        "cold start of an ad-hoc query <= 1/2 of the naive stack's",
        ("carte", COLD_LITERALS),
        ("stock", COLD),
        1 / 2,
    ),
    Bar(
        "graphql_vs_graphql_jit",
        "GraphQL layer <= 1.3x graphql-jit, with serialization",
        ("carte-graphql", "graphql-layer"),
        ("jit", "graphql-layer"),
        1.3,
    ),
)
_PEERS: Final = ("ariadne", "graphene", "apollo")
REPORTED: Final = (
    *(Bar(f"miss_vs_{name}", "", ("carte", "miss"), (name, "miss"), None) for name in _PEERS),
    Bar("literals_vs_stock", "", ("carte", "literals"), ("stock", "literals"), None),
    Bar("miss_vs_node_document", "", ("carte", "miss"), ("mercurius-document", "miss"), None),
    Bar("cold_vs_node", "", ("carte", COLD), ("mercurius", COLD), None),
)

Measured = Callable[[str, str], "Figure | str"]


def judge(measured: Measured) -> tuple[dict[str, float | None], list[dict[str, Any]]]:
    """The ratios by name, and a verdict on each bar.

    Args:
        measured: Subject and scenario to the figure, or to a sentence on why there is none.
    """
    ratios: dict[str, float | None] = {}
    verdicts: list[dict[str, Any]] = []
    for bar in (*BARS, *REPORTED):
        found = _ratio(bar, measured)
        ratios[bar.name] = None if isinstance(found, str) else round(found.median, 4)
        if bar.limit is not None:
            verdicts.append(_verdict(bar, bar.limit, found))
    return ratios, verdicts


def _ratio(bar: Bar, measured: Measured) -> Figure | str:
    mine, other = measured(*bar.mine), measured(*bar.other)
    if isinstance(mine, str):
        return mine
    return other if isinstance(other, str) else mine.over(other)


def _verdict(bar: Bar, limit: float, found: Figure | str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": bar.name, "says": bar.says, "limit": round(limit, 4)}
    if isinstance(found, str):
        return row | {
            "ratio": None,
            "spread": None,
            "observations": 0,
            "verdict": NOT_MEASURED,
            "why": found,
        }
    verdict = MET if found.median <= limit else MISSED
    return row | {
        "ratio": round(found.median, 4),
        "spread": None if found.spread is None else round(found.spread, 4),
        "observations": len(found.samples),
        "verdict": verdict,
        "why": None,
    }


def lookup(figures: Mapping[tuple[str, str], Figure], reasons: Mapping[str, str]) -> Measured:
    """Return the lookup function for `judge` from the figures and the reasons for missing ones."""

    def measured(name: str, scenario: str) -> Figure | str:
        found = figures.get((name, scenario))
        if found is not None:
            return found
        why = reasons.get(f"{name} {scenario}") or reasons.get(name)
        return why or f"{name} ({scenario}) was not part of this run"

    return measured
