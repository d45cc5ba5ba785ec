"""The assortment: what a store sells, at which price, in which order; three registers an item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from services.domain.documents.assortment_rows import (
    LISTED,
    PRICE,
    PROPERTIES,
    RANK,
    UNSET,
    AssortmentRows,
    Line,
    Row,
)
from services.domain.documents.layout import (
    ENTRIES,
    STAMPS,
    Body,
    InvalidDocumentError,
    StampWriter,
    entries,
    read_stamps,
)
from services.domain.documents.lazy import LazyEntries
from services.domain.register import Register, assign, merge_registers
from services.domain.stamp import Stamp

__all__ = ["LISTED", "PRICE", "PROPERTIES", "RANK", "STANDARD", "Assortment", "Line", "Row"]

# Of an item that is sold as the catalog has it.
STANDARD: Final[Row] = (None, UNSET, True, UNSET, None, UNSET)


@dataclass(frozen=True, slots=True)
class Assortment:
    """Items of one store.

    Attributes:
        store_id: The store's id.
        lines: Item id to registers of `price` (minor units of the market's currency; None means
            the catalog's price), `listed` (False is the tombstone) and `rank` (lower comes first
            within a category; None means the catalog's order).
    """

    store_id: str
    lines: Mapping[str, Line]

    def value(self, item_id: str, name: str) -> Any:
        """Return the value of one property of an item, None where it was never set."""
        lines = self.lines
        if isinstance(lines, LazyEntries | AssortmentRows):
            row = lines.stored.get(item_id)
            return None if row is None else row[2 * PROPERTIES.index(name)]
        register = lines.get(item_id, {}).get(name)
        return None if register is None else register.value

    def rows(self) -> Mapping[str, Row]:
        """Return the stored row of each item by its id; the stamp indexes in it are meaningless.

        A menu wants nothing else, and where the document was just read they need not be made.
        """
        lines = self.lines
        if isinstance(lines, LazyEntries | AssortmentRows):
            return lines.stored
        return {item: _row(line, lambda _: UNSET) for item, line in lines.items()}

    def merge(self, other: Self) -> Self:
        """Join two versions, property by property."""
        return type(self)(
            self.store_id,
            {
                item: merge_registers(self.lines.get(item, {}), other.lines.get(item, {}))
                for item in sorted(self.lines.keys() | other.lines.keys())
            },
        )

    def assign(
        self, changes: Mapping[str, Mapping[str, Any]], stamp: Stamp, *, again: bool = False
    ) -> Self:
        """Return this assortment with properties set at `stamp`: item id to {property: value}.

        `again` as in `register.assign`.
        """
        if isinstance(self.lines, AssortmentRows):
            rows = self.lines.assign(changes, stamp, again=again)
            if rows is not None:
                return type(self)(self.store_id, rows)
        lines = dict(self.lines)
        for item, properties in changes.items():
            lines[item] = assign(lines.get(item, {}), properties, stamp, again=again)
        return type(self)(self.store_id, dict(sorted(lines.items())))

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        if isinstance(self.lines, AssortmentRows):
            return [*self.lines.stamps]
        return [register.stamp for line in self.lines.values() for register in line.values()]

    def dump(self) -> Body:
        """Its stored layout: item id to [price, stamp, listed, stamp, rank, stamp]; -1 is unset."""
        if isinstance(self.lines, AssortmentRows):
            return self.lines.dump()
        stamps = StampWriter(self.stamps())
        return {
            STAMPS: stamps.table(),
            ENTRIES: {
                item: _row(line, stamps.__getitem__) for item, line in sorted(self.lines.items())
            },
        }

    @classmethod
    def read(cls, store_id: str, body: Body) -> Self:
        """Like `load`, but its registers are made at their first use.

        Raises:
            InvalidDocumentError: The body has another shape; also later, where it shows later.
        """
        return cls(store_id, LazyEntries(entries(body), lambda: cls.load(store_id, body).lines))

    @classmethod
    def load(cls, store_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        rows = AssortmentRows.of(body)
        if rows is not None:
            return cls(store_id, rows)
        stamps = read_stamps(body)
        try:
            lines = {
                item: {
                    name: Register(row[at], stamps[row[at + 1]])
                    for at, name in zip((PRICE, LISTED, RANK), PROPERTIES, strict=True)
                    if row[at + 1] != UNSET
                }
                for item, row in body[ENTRIES].items()
            }
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise InvalidDocumentError(f"not an assortment: {error!r}") from error
        return cls(store_id, lines)


def _row(line: Line, index_of: Callable[[Stamp], int]) -> list[Any]:
    row: list[Any] = []
    for name in PROPERTIES:
        register = line.get(name)
        row += [None, UNSET] if register is None else [register.value, index_of(register.stamp)]
    return row
