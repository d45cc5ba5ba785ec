"""The bars that carte's hot path has to meet: ratios of CPU within one run, and a few counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from loadtests.bench.figures import Figure
from loadtests.bench.subject import (
    CHECKED,
    CONFLICT,
    EDIT,
    FIRST_PAGE,
    HIT,
    LAYER,
    LITERALS,
    MISS,
    NEAR,
    ORDER,
    POSTED,
    SALE,
    STORES,
)

MET, MISSED, NOT_MEASURED = "met", "missed", "not measured"


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio, or a count, and the most that it may be; None: it is only reported.

    Attributes:
        mine: Subject and scenario of the numerator.
        other: Of the denominator; None: what was measured of the numerator counts by itself.
    """

    name: str
    claim: str
    mine: tuple[str, str]
    other: tuple[str, str] | None
    limit: float | None


COLD: Final = "cold"
"""The scenario of a first request for a menu, by the way that a subject has for it."""
REQUESTS: Final = " requests"
READ_UNITS: Final = " read units"
"""What is added to the name of a scenario for its DynamoDB requests and read request units."""


def cold(scenario: str) -> str:
    """Return the scenario of a cold start whose first request is that of `scenario`."""
    return f"{COLD}, {scenario}"


_MISS: Final = ("carte", MISS)
_FLOOR: Final = ("floor", MISS)
_STARTS: Final = {
    STORES: "`stores`",
    NEAR: "`storesNear`",
    EDIT: "`updateAssortment`",
    SALE: "`recordSale`",
    ORDER: "`placeOrder`",
    FIRST_PAGE: "the page's first four requests",
}
_MUTATIONS: Final = {
    EDIT: "`updateAssortment`",
    CONFLICT: "`updateAssortment` that meets a conflict",
    SALE: "`recordSale`",
    ORDER: "`placeOrder`",
}
_WORDS: Final = {POSTED: "its text by POST", LITERALS: "a text with literals"}


def _slug(scenario: str) -> str:
    return "_".join(scenario.replace(",", "").replace("-", " ").split()).lower()


BARS: Final = (
    Bar(
        "miss_vs_stock",
        "miss <= 1/40 of the same stack used naively",
        _MISS,
        ("stock", MISS),
        1 / 40,
    ),
    Bar(
        "miss_vs_node",
        "miss <= 1/8 of Mercurius with jit + SDK v3",
        _MISS,
        ("mercurius", MISS),
        1 / 8,
    ),
    Bar("miss_vs_floor", "miss <= 2.2x the floor", _MISS, _FLOOR, 2.2),
    Bar(
        "checked_hit_vs_floor",
        "version-checked hit <= 1.25x the floor",
        ("carte", CHECKED),
        _FLOOR,
        1.25,
    ),
    Bar("pure_hit_vs_floor", "pure hit <= 0.2x the floor", ("carte", HIT), _FLOOR, 0.2),
    Bar("menu_requests", "DynamoDB requests of a menu <= 1", ("carte", MISS + REQUESTS), None, 1.1),
    Bar(
        "menu_read_units",
        "DynamoDB read units of a menu <= 1",
        ("carte", MISS + READ_UNITS),
        None,
        1.1,
    ),
    Bar(
        "cold_vs_stock",
        "cold start, persisted menu <= 1/6 of the naive stack's",
        ("carte", COLD),
        ("stock", COLD),
        1 / 6,
    ),
    *(
        Bar(
            f"cold_{_slug(scenario)}_vs_stock",
            f"cold start, menu by {words} <= 1/2 of the naive stack's",
            ("carte", cold(scenario)),
            ("stock", COLD),
            1 / 2,
        )
        for scenario, words in _WORDS.items()
    ),
    *(
        Bar(
            f"cold_{_slug(scenario)}_vs_stock",
            f"cold start, {words} <= 1/2 of the naive stack's",
            ("carte-chain", cold(scenario)),
            ("stock-chain", cold(scenario)),
            1 / 2,
        )
        for scenario, words in _STARTS.items()
    ),
    *(
        Bar(
            f"{_slug(scenario)}_vs_stock",
            f"{words} <= 1/6 of the naive stack's",
            ("carte-chain", scenario),
            ("stock-chain", scenario),
            1 / 6,
        )
        for scenario, words in _MUTATIONS.items()
    ),
    Bar(
        "place_order_requests",
        "DynamoDB requests of `placeOrder` <= 2, and 2 for its answer",
        ("carte-chain", ORDER + REQUESTS),
        None,
        4.1,
    ),
    Bar(
        "graphql_vs_graphql_jit",
        "GraphQL layer <= 1.3x graphql-jit, with serialization",
        ("carte-graphql", LAYER),
        ("jit", LAYER),
        1.3,
    ),
)
_PEERS: Final = ("ariadne", "graphene", "apollo")
REPORTED: Final = (
    *(Bar(f"miss_vs_{name}", "", _MISS, (name, MISS), None) for name in _PEERS),
    *(
        Bar(f"literals_vs_{name}", "", ("carte", LITERALS), (name, LITERALS), None)
        for name in ("stock", *_PEERS, "mercurius")
    ),
    Bar("ad_hoc_vs_stock", "", ("carte", POSTED), ("stock", MISS), None),
    *(
        Bar(
            f"{_slug(scenario)}_vs_stock",
            "",
            ("carte-chain", scenario),
            ("stock-chain", scenario),
            None,
        )
        for scenario in (STORES, NEAR)
    ),
    Bar("miss_vs_node_document", "", _MISS, ("mercurius-document", MISS), None),
    Bar("cold_vs_node", "", ("carte", COLD), ("mercurius", COLD), None),
)

Measured = Callable[[str, str], "Figure | str"]


def judge(measured: Measured) -> tuple[dict[str, float | None], list[dict[str, Any]]]:
    """The ratios and counts by name, and a verdict on each bar.

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
    mine = measured(*bar.mine)
    if isinstance(mine, str) or bar.other is None:
        return mine
    other = measured(*bar.other)
    return other if isinstance(other, str) else mine.over(other)


def _verdict(bar: Bar, limit: float, found: Figure | str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": bar.name, "says": bar.claim, "limit": round(limit, 4)}
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
