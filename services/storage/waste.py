"""Reads what stores threw away: records by day, and by operation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from services.domain.documents.assortment import Assortment
from services.domain.documents.waste import WasteRecord
from services.domain.stamp import Stamp
from services.storage import keys

if TYPE_CHECKING:
    from services.storage.replica import Stored
    from services.storage.table import Table

SPAN_AT_MOST: Final = 1_000  # lines after which a span ends with the day that is being read
DAY_AT_MOST: Final = 500  # records of a day; a day with more is not read whole


class WasteSpan(NamedTuple):
    """Records of a span of days, or of its beginning.

    Attributes:
        records: As all regions wrote them, with the Unix milliseconds of when they did.
        taken_back: Day and operation of the records that were taken back.
        unread: The first day of which nothing was read; None: there is none.
        partial: Days that have more records than one request reads.
    """

    records: Mapping[WasteRecord, int]
    taken_back: frozenset[tuple[date, str]]
    unread: str | None
    partial: frozenset[str] = frozenset()


class WasteRepository:
    """What stores threw away, in one region's replica."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def assortment(self, store_id: str) -> Assortment | None:
        """Return what a store sells, with its own prices; None: it sells what the catalog has."""
        stored = self._table.get(keys.assortment(store_id), consistent=True)
        return None if stored is None else Assortment.read(store_id, stored.body)

    def span(self, store_id: str, days: Sequence[str]) -> WasteSpan:
        """Return what a store threw away on days; makes a Query for each day.

        Ends with the day on which `SPAN_AT_MOST` lines are read.

        Args:
            store_id: The store's id.
            days: Days by the store's calendar, ascending.
        """
        rows: list[Stored] = []
        lines = 0
        partial: set[str] = set()
        unread: str | None = None
        for day in days:
            if lines >= SPAN_AT_MOST:
                unread = day
                break
            found = self._rows(store_id, day, None, DAY_AT_MOST + 1)
            if len(found) > DAY_AT_MOST:
                partial.add(day)
            rows += found[:DAY_AT_MOST]
            lines += sum(_lines_in(row) for row in found)
        return _span(rows, unread, partial)

    def of_operation(self, store_id: str, day: str, operation_id: str) -> WasteSpan:
        """Return what an operation recorded as thrown away on a day, as all regions wrote it."""
        return _span(self._rows(store_id, day, operation_id, DAY_AT_MOST), None, set())

    def _rows(
        self, store_id: str, day: str, operation_id: str | None, at_most: int
    ) -> "list[Stored]":
        pk = keys.waste_partition(store_id)
        return self._table.partition(
            pk,
            prefix=keys.waste_of_day(day, operation_id),
            newest=at_most,
            consistent=operation_id is not None or self._table.wrote_lately(pk),
        )


def _span(rows: "Sequence[Stored]", unread: str | None, partial: set[str]) -> WasteSpan:
    records: dict[WasteRecord, int] = {}
    taken_back: set[tuple[date, str]] = set()
    for row in rows:
        day, operation_id, region = keys.of_waste(row.key)
        if keys.of_taking_back(region):
            taken_back.add((date.fromisoformat(day), operation_id))
        else:
            record = WasteRecord.load(day, operation_id, region, row.body)
            records[record] = Stamp.parse(row.rev).unix_ms
    return WasteSpan(records, frozenset(taken_back), unread, frozenset(partial))


def _lines_in(row: "Stored") -> int:
    lines = row.body.get("lines")
    return len(lines) if isinstance(lines, list) else 0
