"""The assortment: what a store sells, at which price, in which order; three registers an item."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

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

PROPERTIES: Final = ("price", "listed", "rank")
_UNSET: Final = -1

Line = Mapping[str, Register[Any]]


@dataclass(frozen=True, slots=True)
class Assortment:
    """Items of one store.

    Attributes:
        store_id: the store's id.
        lines: item id to registers of `price` (minor units of the market's currency; None means
            the catalog's price), `listed` (False is the tombstone) and `rank` (lower comes first
            within a category; None means the catalog's order).
    """

    store_id: str
    lines: Mapping[str, Line]

    def value(self, item_id: str, name: str) -> Any:
        """The value of one property of an item, None where it was never set."""
        cells = self.cells(item_id)
        return None if cells is None else cells[PROPERTIES.index(name)]

    def cells(self, item_id: str) -> tuple[Any, Any, Any] | None:
        """The values of `price`, `listed` and `rank` of an item; None: it has no line."""
        lines = self.lines
        if isinstance(lines, LazyEntries):
            row = lines.stored.get(item_id)
            return None if row is None else (row[0], row[2], row[4])
        line = lines.get(item_id)
        if line is None:
            return None
        price, listed, rank = (line.get(name) for name in PROPERTIES)
        return (price and price.value, listed and listed.value, rank and rank.value)

    @property
    def is_empty(self) -> bool:
        """Whether no item was ever set."""
        lines = self.lines
        return not (lines.stored if isinstance(lines, LazyEntries) else lines)

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
        """This assortment with properties set at `stamp`: item id to {property: value}.

        `again` as in `register.assign`.
        """
        lines = dict(self.lines)
        for item, properties in changes.items():
            lines[item] = assign(lines.get(item, {}), properties, stamp, again=again)
        return type(self)(self.store_id, dict(sorted(lines.items())))

    def stamps(self) -> list[Stamp]:
        """Every stamp in it."""
        return [register.stamp for line in self.lines.values() for register in line.values()]

    def dump(self) -> Body:
        """Its stored layout: item id to [price, stamp, listed, stamp, rank, stamp]; -1 is unset."""
        stamps = StampWriter(self.stamps())

        def cells(line: Line) -> list[Any]:
            row: list[Any] = []
            for name in PROPERTIES:
                register = line.get(name)
                row += (
                    [None, _UNSET] if register is None else [register.value, stamps[register.stamp]]
                )
            return row

        return {
            STAMPS: stamps.table(),
            ENTRIES: {item: cells(line) for item, line in sorted(self.lines.items())},
        }

    @classmethod
    def read(cls, store_id: str, body: Body) -> Self:
        """Like `load`, but its registers are made when they are asked for.

        Raises:
            InvalidDocumentError: the body has another shape; also later, where it shows later.
        """
        return cls(store_id, LazyEntries(entries(body), lambda: cls.load(store_id, body).lines))

    @classmethod
    def load(cls, store_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: the body has another shape.
        """
        stamps = read_stamps(body)
        try:
            lines = {
                item: {
                    name: Register(row[at], stamps[row[at + 1]])
                    for at, name in zip((0, 2, 4), PROPERTIES, strict=True)
                    if row[at + 1] != _UNSET
                }
                for item, row in body[ENTRIES].items()
            }
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise InvalidDocumentError(f"not an assortment: {error!r}") from error
        return cls(store_id, lines)
