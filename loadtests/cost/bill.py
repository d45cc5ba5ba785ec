"""Lines of a bill, and their sums."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from loadtests.cost.prices import Price, PriceList

MONTHS: Final = 12
WORLD: Final = "global"


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of the bill: a quantity, and its price.

    Attributes:
        region: An AWS region; `global` for what has none.
        quantity: Units of a year.
        yearly_usd: Without the free tier.
        free_usd: What the free tier takes off.
        because: How the quantity comes about.
    """

    service: str
    item: str
    region: str
    unit: str
    quantity: float
    price: Price
    factor: float
    yearly_usd: float
    free_usd: float
    because: str

    def to_json(self, checked: date) -> dict[str, Any]:
        """Return it as an object."""
        return {
            "service": self.service,
            "item": self.item,
            "region": self.region,
            "unit": self.unit,
            "quantity": self.quantity,
            "usd_per_unit": [
                [tier.up_to, round(tier.usd * self.factor, 12)] for tier in self.price.tiers
            ],
            "source": self.price.source,
            "price_checked": checked.isoformat(),
            "yearly_usd": round(self.yearly_usd, 2),
            "free_tier_usd": round(self.free_usd, 2),
            "because": self.because,
        }


class Bill:
    """The lines of a year."""

    def __init__(self, prices: PriceList) -> None:
        self.prices = prices
        self.lines: list[BillLine] = []
        # The free tier is the account's, not the region's.
        self._free_left = {price.name: price.free for price in prices.prices.values()}

    def add(
        self,
        service: str,
        item: str,
        price: str | Price,
        monthly: float,
        *,
        because: str,
        region: str | None = None,
    ) -> None:
        """Bill units of a month, twelve times; nothing of them makes no line."""
        if monthly <= 0:
            return
        found = self.prices[price] if isinstance(price, str) else price
        factor = self.prices.factor(found, region)
        free = min(self._free_left.get(found.name, 0.0), monthly)
        if free:
            self._free_left[found.name] -= free
        full = found.monthly_usd(monthly) * factor * MONTHS
        self.lines.append(
            BillLine(
                service=service,
                item=item,
                region=region or WORLD,
                unit=found.unit,
                quantity=monthly * MONTHS,
                price=found,
                factor=factor,
                yearly_usd=full,
                free_usd=full - found.monthly_usd(monthly, free=free) * factor * MONTHS,
                because=because,
            )
        )

    @property
    def yearly_usd(self) -> float:
        """Dollars a year, without the free tier."""
        return sum(line.yearly_usd for line in self.lines)

    @property
    def free_usd(self) -> float:
        """Dollars a year that the free tier takes off."""
        return sum(line.free_usd for line in self.lines)

    def largest(self, number: int = 5) -> list[BillLine]:
        """The lines that dominate."""
        return sorted(self.lines, key=lambda line: -line.yearly_usd)[:number]

    def by_service(self) -> Mapping[str, float]:
        """Dollars a year by service, the largest first."""
        return _sums((line.service, line.yearly_usd) for line in self.lines)

    def by_region(self) -> Mapping[str, float]:
        """Dollars a year by region, the largest first."""
        return _sums((line.region, line.yearly_usd) for line in self.lines)


def _sums(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: Counter[str] = Counter()
    for name, usd in pairs:
        sums[name] += usd  # type: ignore[assignment]
    return dict(sums.most_common())
