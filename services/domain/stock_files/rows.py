"""The rows of a count file: which store counted how many pieces of which item, and when."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.domain import validation
from services.domain.csv_source import Readable, TextSource
from services.domain.csv_table import CsvTable, Record, open_table
from services.domain.edits import unknown_market
from services.domain.formulas import is_formula, unescaped
from services.domain.market_names import market_named
from services.domain.stock_files.columns import (
    COUNTED_AT,
    ITEM,
    MARKET,
    PIECES,
    REQUIRED,
    STORE,
    ColumnNames,
    holds_ids,
)
from services.domain.validation import InvalidFieldError, shown

MAX_NAME: Final = 200  # characters of a store or an item as a file names it
_FUTURE_MS: Final = 10 * 60 * 1000  # that the clock of a till may be ahead
# `12,0` and `12.00` are what spreadsheets make of 12; three zeros might be thousands.
_WHOLE: Final = re.compile(r"\+?(\d{1,18})(?:[.,]0{1,2})?", re.ASCII)
_LOOKS_LIKE_A_COUNT: Final = re.compile(r"\d{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CountRow:
    """A row that counts something.

    Attributes:
        line: Physical line, from 1, the header included, on which the row starts.
        store: The store as the file names it: its id or its name.
        item: The item as the file names it.
        pieces: Pieces that were counted.
        counted_ms: When, in Unix milliseconds; None: when the file was uploaded.
        market: Id of the market in which the store is looked for; None: in all.
    """

    line: int
    store: str
    item: str
    pieces: int
    counted_ms: int | None = None
    market: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row was refused.

    Attributes:
        line: Physical line, from 1, the header included, on which the row starts.
        reason: What is wrong and what to write instead.
        column: The column that is wrong; None where the row as a whole is meant.
        store_id: The store that the row is about; None: it was refused before that was found.
    """

    line: int
    reason: str
    column: str | None = None
    store_id: str | None = None


class CountFile:
    """A count file whose header was read; its rows are read as they are taken, once.

    Attributes:
        source: The file's lines; shows its encoding.
        table: The header and the delimiter.
        ignored: Names of the columns that are not used.
    """

    def __init__(
        self,
        stream: Readable,
        names: ColumnNames,
        now_ms: int,
        *,
        store: str = "",
        pulse: Callable[[], None] | None = None,
    ) -> None:
        """Read the header.

        Args:
            stream: The file's bytes.
            names: The names of columns.
            now_ms: The time, Unix milliseconds; counts of the future are refused.
            store: The store of rows that name none; empty: each row must name one.
            pulse: Called after every megabyte; what it raises ends the reading.

        Raises:
            UnreadableFileError: It is no text, or lacks a column.
        """
        self.source = TextSource(stream, pulse)
        required = [column for column in REQUIRED if column != STORE or not store]
        self.table: CsvTable = open_table(
            self.source, names.all, example=",".join(required), texts_span_lines=False
        )
        self._store = store
        self._at = names.positions(self.table.header, required)
        self._latest_ms = now_ms + _FUTURE_MS
        self._numbers_are_items = holds_ids(self.table.header[self._at[ITEM]])
        used = set(self._at.values())
        self.ignored = tuple(
            name for at, name in enumerate(self.table.header) if at not in used and name
        )

    def __iter__(self) -> Iterator[CountRow | Refusal]:
        """Yield the rows.

        Raises:
            UnreadableFileError: The file is damaged from here on.
        """
        for record in self.table.records:
            yield self._row(record)

    def may_be_a_count(self, item: str) -> bool:
        """Return whether a text in the column of items is more likely a count in a wrong place."""
        return not self._numbers_are_items and bool(_LOOKS_LIKE_A_COUNT.fullmatch(item))

    def _row(self, record: Record) -> CountRow | Refusal:
        if record.fault is not None:
            return Refusal(record.line, record.fault)
        try:
            store = self._store
            if not store or self._cell(record, STORE):
                store = self._named(record, STORE)
            item = self._named(record, ITEM)
            self._refuse_count_as_item(item, self._cell(record, PIECES))
            return CountRow(
                record.line,
                store,
                item,
                _pieces(self._cell(record, PIECES)),
                self._counted_ms(self._cell(record, COUNTED_AT)),
                self._market(record),
            )
        except InvalidFieldError as error:
            return Refusal(record.line, str(error), error.field)

    def _market(self, record: Record) -> str | None:
        written = self._cell(record, MARKET)
        if not written:
            return None
        market = market_named(written)
        if market is None:
            raise unknown_market(MARKET, written)
        return market.id

    def _cell(self, record: Record, column: str) -> str:
        at = self._at.get(column)
        return "" if at is None else unescaped(record.fields[at].strip())

    def _named(self, record: Record, column: str) -> str:
        written = self._cell(record, column)
        if is_formula(written):
            rule = "is a formula of a spreadsheet"
            hint = "write the name, or the id"
            raise InvalidFieldError(column, rule, f"{shown(written)} {rule}", hint)
        text = validation.text(column, written, MAX_NAME)
        if text.count('"') % 2 and text.strip('"') != text:
            rule = "has a stray quote"
            raise InvalidFieldError(column, rule, f"{shown(text)} {rule}", "remove it")
        return text

    def _refuse_count_as_item(self, item: str, pieces: str) -> None:
        if self.may_be_a_count(item) and not _WHOLE.fullmatch(pieces):
            raise InvalidFieldError(
                ITEM,
                "is a count",
                f"{shown(item)} is a count, and stands in the column of items",
                "put the columns in the order of the header",
            )

    def _counted_ms(self, written: str) -> int | None:
        if not written:
            return None
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            rule = "is no time with a zone"
            hint = "write it like 2026-11-28T22:15:00+01:00, or 21:15:00Z for UTC"
            raise InvalidFieldError(COUNTED_AT, rule, f"{shown(written, 40)} {rule}", hint)
        unix_ms = int(at.timestamp() * 1000)
        if not 0 < unix_ms <= self._latest_ms:
            rule = "is in the future" if unix_ms > 0 else "is before 1970"
            raise InvalidFieldError(
                COUNTED_AT, rule, f"{shown(written, 40)} {rule}", "mend the clock that wrote it"
            )
        return unix_ms


def _pieces(written: str) -> int:
    found = _WHOLE.fullmatch(written)
    if not found:
        rule = f"is not a whole number from 0 to {validation.MAX_PIECES}"
        hint = "write such a number, without a thousands separator"
        message = f"{shown(written, 30)} {rule}" if written else "is empty"
        raise InvalidFieldError(PIECES, rule, message, hint)
    return validation.pieces(PIECES, int(found[1]))
