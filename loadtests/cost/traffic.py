"""Reads traffic files: numbers of reads and writes, by market and time."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Self

from loadtests.cost.exceptions import CostError
from services.domain.errors import UnknownNameError
from services.domain.markets import MARKETS

SCENARIOS: Final = Path(__file__).with_name("scenarios")
DAYS: Final = 365 / 12  # of a month


@dataclass(frozen=True, slots=True)
class Visits:
    """The behavior of customers; `scenarios/global.toml` explains each figure."""

    per_store_day: float
    menus: float
    queries: float
    page_loads: float
    app_share: float


@dataclass(frozen=True, slots=True)
class Hits:
    """Shares of GETs that never reach the next layer; see a scenario's comments."""

    edge: float
    stage: float
    lambda_: float
    not_modified: float


@dataclass(frozen=True, slots=True)
class Edits:
    """The behavior of staff and tills; `scenarios/global.toml` explains each figure.

    Attributes:
        orders_per_store_day: Orders of guests; 0 where a file does not say.
    """

    prices_per_store_day: float
    sales_per_store_day: float
    counted_items_per_store_day: float
    catalog_per_day: float
    publications_per_week: float
    staff: float
    orders_per_store_day: float = 0.0


@dataclass(frozen=True, slots=True)
class Live:
    """Open pages and boards; `scenarios/pilot.toml` explains each figure.

    Attributes:
        open_share: Share of the page loads whose menu is open with live updates.
        minutes: Minutes that such a page stays open.
        board_hours: Hours a day that a store's board is open.
        ping_minutes: Minutes between two pings of a client.
    """

    open_share: float = 0.0
    minutes: float = 0.0
    board_hours: float = 0.0
    ping_minutes: float = 1.0

    def __post_init__(self) -> None:
        """Raise CostError for clients that ping all the time."""
        if self.ping_minutes <= 0:
            raise CostError(f"live.ping_minutes is {self.ping_minutes}", "give minutes above 0")


@dataclass(frozen=True, slots=True)
class Traffic:
    """The traffic of a chain, for a cost estimate or a simulation.

    Attributes:
        markets: Share of the stores (and of what happens in them) by market id; they sum to 1.
    """

    name: str
    title: str
    stores: int
    menu_items: int
    visits: Visits
    cache: Hits
    edits: Edits
    markets: Mapping[str, float]
    live: Live = Live()

    def with_orders(self, per_store_day: float) -> Self:
        """The same with so many orders a store and day."""
        if not 0 <= per_store_day < math.inf:
            raise CostError(f"{per_store_day} orders a day", "give a number of at least 0")
        return replace(self, edits=replace(self.edits, orders_per_store_day=per_store_day))

    def with_edge_hits(self, share: float) -> Self:
        """The same with another hit ratio of CloudFront."""
        _share("the hit ratio", share)
        return replace(self, cache=replace(self.cache, edge=share))


def names() -> list[str]:
    """The scenarios that are here."""
    return sorted(path.stem for path in SCENARIOS.glob("*.toml"))


def load(named: str) -> Traffic:
    """A scenario by its name, or a file of one's own by its path.

    Raises:
        UnknownNameError: There is none.
        CostError: Something in it is wrong; the message says what.
    """
    path = SCENARIOS / f"{named}.toml" if named in names() else Path(named)
    if not path.exists():
        file = f"or give the path of a TOML file like {SCENARIOS.name}/*.toml"
        raise UnknownNameError("scenario", named, names(), more=file)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CostError(f"{path}: {reason}", "name a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CostError(f"{path} is not TOML: {error}", "correct the file") from error
    try:
        return _traffic(path.stem, table)
    except CostError as error:
        raise CostError(f"{path}: {error.message}", error.hint) from error


def _traffic(name: str, table: Mapping[str, Any]) -> Traffic:
    cache = {"lambda_" if key == "lambda" else key: value for key, value in _of(table, "cache")}
    markets = dict(_of(table, "markets"))
    unknown = [market for market in markets if market not in MARKETS]
    if unknown:
        raise CostError(f"markets has {unknown[0]!r}", f"carte sells in {', '.join(MARKETS)}")
    return Traffic(
        name=name,
        title=str(table.get("title", name)),
        stores=int(_number(table, "stores", 1)),
        menu_items=int(_number(table, "menu_items", 1)),
        visits=_section(Visits, "visits", dict(_of(table, "visits")), shares={"app_share"}),
        cache=_section(Hits, "cache", cache, shares=set(cache)),
        edits=_section(Edits, "edits", dict(_of(table, "edits"))),
        markets=_shares("markets", markets),
        live=_section(Live, "live", dict(table.get("live", {})), shares={"open_share"}),
    )


def _of(table: Mapping[str, Any], section: str) -> list[tuple[str, Any]]:
    found = table.get(section)
    if not isinstance(found, dict):
        raise CostError(f"there is no table [{section}]", "copy one from a ready scenario")
    return list(found.items())


def _section(kind: Any, name: str, table: dict[str, Any], shares: set[str] | None = None) -> Any:
    wanted = [one.name for one in fields(kind)]
    shown = {one: one.rstrip("_") for one in wanted}
    for key in table:
        if key not in wanted:
            raise CostError(f"[{name}] has {key!r}", f"it takes {', '.join(shown.values())}")
    optional = {one.name for one in fields(kind) if one.default is not MISSING}
    for key in wanted:
        if key in optional and key not in table:
            continue
        value = _number(table, key, 0, f"{name}.{shown[key]}")
        if shares and key in shares:
            _share(f"{name}.{shown[key]}", value)
    return kind(**{key: float(value) for key, value in table.items()})


def _number(table: Mapping[str, Any], key: str, least: float, name: str | None = None) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
        raise CostError(f"{name or key} is {value!r}", f"give a number of at least {least}")
    return value


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise CostError(f"{name} is {value}", "a share is 0 to 1")


def _shares(name: str, table: Mapping[Any, Any]) -> dict[Any, float]:
    for key in table:
        _number(table, key, 0, f"{name}.{key}")
    total = sum(table.values())
    if not total > 0:
        raise CostError(f"{name} sums to {total}", "give shares that sum to 1, or weights")
    return {key: value / total for key, value in table.items()}
