"""The dated file of prices, and what so many units of a month cost."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from loadtests.cost.exceptions import CostError

PRICES: Final = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, slots=True)
class Tier:
    """A price that holds up to some units a month; None: for the rest."""

    up_to: float | None
    usd: float


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, in US dollars.

    Attributes:
        free: Units a month of the free tier that never ends.
        source: `documented` by AWS, or `secondary`.
    """

    name: str
    unit: str
    tiers: tuple[Tier, ...]
    source: str
    free: float = 0.0
    regional: bool = False
    factors: Mapping[str, float] = field(default_factory=dict)

    def monthly_usd(self, quantity: float, *, free: float = 0.0) -> float:
        """Dollars for so many units of one month, of which `free` cost nothing."""
        left = max(0.0, quantity - free)
        usd, below = 0.0, 0.0
        for tier in self.tiers:
            size = left if tier.up_to is None else min(left, tier.up_to - below)
            usd += size * tier.usd
            left -= size
            below = tier.up_to or below
        return usd


@dataclass(frozen=True, slots=True)
class Place:
    """A region's prices in relation to the base region's."""

    name: str
    factor: float
    between_regions_gb: float
    source: str


@dataclass(frozen=True, slots=True)
class PriceList:
    """All prices, as of the day on which they were looked up."""

    checked: date
    prices: Mapping[str, Price]
    places: Mapping[str, Place]

    def __getitem__(self, name: str) -> Price:
        try:
            return self.prices[name]
        except KeyError:
            raise CostError(
                f"there is no price {name!r} in {PRICES.name}", f"add a table [price.{name}]"
            ) from None

    def place(self, region: str) -> Place:
        """The prices of a region.

        Raises:
            CostError: Nobody has looked them up.
        """
        try:
            return self.places[region]
        except KeyError:
            raise CostError(
                f"there are no prices of {region} in {PRICES.name}",
                f"add a table [region.{region}]; it has {', '.join(self.places)}",
            ) from None

    def factor(self, price: Price, region: str | None) -> float:
        """Return what a price of the base region is multiplied by; 1 for what has no region."""
        if region is None or not price.regional:
            return 1.0
        return price.factors.get(region, self.place(region).factor)


def load(path: Path = PRICES) -> PriceList:
    """Read the file.

    Raises:
        CostError: It is not what the comments in it say.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return PriceList(
            checked=table["checked"],
            prices={name: _price(name, one) for name, one in table["price"].items()},
            places={name: Place(**one) for name, one in table["region"].items()},
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise CostError(f"{path.name} cannot be read: {error!r}", "see its first lines") from error


def _price(name: str, table: Mapping[str, Any]) -> Price:
    rest = {key: value for key, value in table.items() if key not in {"usd", "tiers"}}
    tiers = _tiers(table["tiers"]) if "tiers" in table else (Tier(None, float(table["usd"])),)
    return Price(name=name, tiers=tiers, **rest)


def _tiers(rows: Sequence[Sequence[float]]) -> tuple[Tier, ...]:
    *bounded, (last,) = rows
    return (*(Tier(float(up_to), float(usd)) for up_to, usd in bounded), Tier(None, float(last)))
