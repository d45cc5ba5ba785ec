"""A table of dated tax rates: which of them hold for goods in a place on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from typing import Final, NamedTuple

from services.domain.errors import CarteError
from services.domain.taxes.goods import Goods

PERCENT: Final = 1_000  # a rate of 6.875 % is 6,875
STORE_PLACE: Final = "store:"


class Rounding(Enum):
    """Where a tax is rounded to the currency's minor unit; a half is rounded up."""

    LINE = "line"  # on each line of an order
    RATE = "rate"  # once for all lines of one rate, then shared out to the lines


class Source(NamedTuple):
    """Where a rate was found.

    Attributes:
        text: Law or publication.
        url: Its address.
        primary: It is the law itself or a publication of the authority that levies the tax.
    """

    text: str
    url: str
    primary: bool


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One row of the table.

    Attributes:
        market: Id of the market.
        place: Empty for the whole market; a code of a state or province; `store:` and a store's id.
        levy: Name of the tax, as a receipt shows it.
        goods: Kind of goods.
        rate: Thousandths of a percent: 6875 is 6.875 %.
        included: Prices on the menu include the tax; otherwise it is added to them.
        rounding: Where the tax is rounded.
        valid_from: First day on which the rate is known to hold, in the store's time zone: the day
            it came into force, or the day of the source where the source does not say.
        source: Where the rate was found.
        from_pieces: Pieces of this kind in one order from which the rate holds.
    """

    market: str
    place: str
    levy: str
    goods: Goods
    rate: int
    included: bool
    rounding: Rounding
    valid_from: date
    source: Source
    from_pieces: int = 1


class Sale(NamedTuple):
    """Where and when goods are handed out.

    Attributes:
        market: Id of the market.
        state: The store's state or province as its profile has it, or None.
        store_id: The store's id.
        day: Day of the pickup, in the store's time zone.
    """

    market: str
    state: str | None
    store_id: str
    day: date


class NoTaxRateError(CarteError):
    """The table has no rate for goods in a place on a day."""

    def __init__(self, market: str, place: str, goods: Goods, day: date) -> None:
        where = f"{market}/{place}" if place else market
        super().__init__(
            f"no tax rate of {goods.value} in {where} on {day.isoformat()} is known",
            "check the store's state, or add a row to the tax table; see docs/orders.md, Taxes",
        )


class InvalidTaxTableError(CarteError, ValueError):
    """Rows of a tax table contradict each other."""


@dataclass(frozen=True)
class TaxTable:
    """Rates of any number of markets.

    Of the rows of one levy that match, the one for the narrowest place holds, then the one for the
    most pieces, then the latest. Different levies are added up.

    Attributes:
        rows: All rows.
        by_place: Markets whose rates depend on the state or province: a store whose state is
            unknown to the table has no rate there, rather than that of the whole market.
    """

    rows: tuple[TaxRate, ...]
    by_place: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the rows.

        Raises:
            InvalidTaxTableError: Two rows are about the same, or a rate is below zero.
        """
        seen = set()
        for row in self.rows:
            key = _key(row)
            if key in seen:
                raise InvalidTaxTableError(f"the tax table has two rows of {key}")
            if row.rate < 0 or row.from_pieces < 1:
                raise InvalidTaxTableError(f"the rate or the pieces of {key} are below zero")
            seen.add(key)

    def with_rows(self, rows: Iterable[TaxRate]) -> "TaxTable":
        """Return a table in which an operator's rows replace those about the same.

        Raises:
            InvalidTaxTableError: Two of the new rows are about the same.
        """
        added = tuple(rows)
        replaced = {_key(row) for row in added}
        kept = tuple(row for row in self.rows if _key(row) not in replaced)
        return TaxTable(kept + added, self.by_place)

    @cached_property
    def _rows_of(self) -> dict[tuple[str, Goods], list[TaxRate]]:
        found: dict[tuple[str, Goods], list[TaxRate]] = {}
        for row in self.rows:
            found.setdefault((row.market, row.goods), []).append(row)
        return found

    def rates(self, sale: Sale, goods: Goods, pieces: int) -> tuple[TaxRate, ...]:
        """Return the rows that hold, one a levy, sorted by the levy's name.

        Args:
            sale: Where and when.
            goods: Kind of goods.
            pieces: Pieces of this kind in the order.

        Raises:
            NoTaxRateError: No row holds.
            InvalidTaxTableError: Rows of different levies disagree on whether prices include
                tax, or on the rounding.
        """
        market, day = sale.market, sale.day
        code = (sale.state or "").strip().upper()
        store = STORE_PLACE + sale.store_id
        places = ("", code, store) if code else ("", store)
        best: dict[str, TaxRate] = {}
        local = market not in self.by_place
        for row in self._rows_of.get((market, goods), ()):
            if row.place not in places or row.valid_from > day or row.from_pieces > pieces:
                continue
            local = local or row.place != ""
            known = best.get(row.levy)
            if known is None or _rank(row, places) > _rank(known, places):
                best[row.levy] = row
        if not best or not local:
            raise NoTaxRateError(market, code, goods, day)
        found = tuple(best[levy] for levy in sorted(best))
        if len({(row.included, row.rounding) for row in found}) > 1:
            raise InvalidTaxTableError(
                f"levies of {market}/{code} disagree on prices with tax, or on rounding"
            )
        return found


def _rank(row: TaxRate, places: Sequence[str]) -> tuple[int, int, date]:
    return places.index(row.place), row.from_pieces, row.valid_from


def _key(row: TaxRate) -> tuple[str, str, str, str, int, str]:
    where = (row.market, row.place, row.levy)
    return (*where, row.goods.value, row.from_pieces, row.valid_from.isoformat())
