"""A file of stock counts: CSV with the columns store_id, item_id and pieces.

A header row, in any order and case; other columns are ignored. What is wrong in a row refuses that
row, what is wrong with the file refuses the file before anything is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.domain import validation
from services.domain.csv_table import Record, UnreadableFileError, columns, decode, open_table
from services.domain.validation import InvalidFieldError, shown

COLUMNS: Final = ("store_id", "item_id", "pieces")
ALIASES: Final = {"store": "store_id", "item": "item_id", "count": "pieces", "quantity": "pieces"}
MAX_BYTES: Final = 64 * 1024 * 1024
_WHOLE: Final = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused.

    Attributes:
        line: Physical line, from 1, the header included, on which the row starts.
        reason: What is wrong and what to write instead.
        column: The column that is wrong; None where the row as a whole is meant.
    """

    line: int
    reason: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class CountedPieces:
    """Pieces of one item, and the line that states them."""

    pieces: int
    line: int


@dataclass(slots=True)
class CountFile:
    """The content of a file; each row is in exactly one of stores, repeated and problems.

    Attributes:
        rows: Number of rows below the header, without empty ones.
        stores: Store id to item id to what was counted.
        repeated: Lines of the rows that state the same as an earlier row.
        problems: The rows that were refused.
    """

    rows: int = 0
    stores: dict[str, dict[str, CountedPieces]] = field(default_factory=dict)
    repeated: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes) -> CountFile:
    """Return what a file counts.

    Raises:
        UnreadableFileError: It is too large, not text, or lacks a column.
    """
    if len(content) > MAX_BYTES:
        mb = MAX_BYTES // 1024 // 1024
        raise UnreadableFileError(f"the file is larger than {mb} MB", "split it by stores")
    table = open_table(decode(content), [*COLUMNS, *ALIASES])
    at = columns(table.header, COLUMNS, ALIASES)
    missing = [name for name in COLUMNS if name not in at]
    if missing:
        names = ", ".join(name[:40] for name in table.header[:20] if name)
        raise UnreadableFileError(
            f"the first line must name the columns {', '.join(COLUMNS)}; "
            f"{', '.join(missing)} missing, it names {names}",
            "write these names into the first line",
        )
    file = CountFile()
    for record in table.records:
        file.rows += 1
        _take(file, at, record)
    return file


def _take(file: CountFile, at: Mapping[str, int], record: Record) -> None:
    """Put one row where it belongs."""
    line = record.line
    if record.fault is not None:
        file.problems.append(Problem(line, record.fault))
        return
    store_id, item_id, written = (record.fields[at[name]].strip() for name in COLUMNS)
    try:
        validation.identifier("store_id", store_id)
        validation.identifier("item_id", item_id)
        pieces = _pieces(written)
    except InvalidFieldError as error:
        file.problems.append(Problem(line, str(error), error.field))
        return
    items = file.stores.setdefault(store_id, {})
    first = items.setdefault(item_id, CountedPieces(pieces, line))
    if first.line == line:
        return
    if first.pieces == pieces:
        file.repeated.append(line)
        return
    reason = f"store and item stand in line {first.line} already, with {first.pieces} pieces"
    file.problems.append(Problem(line, reason))


def _pieces(written: str) -> int:
    if not _WHOLE.fullmatch(written):
        rule = f"is not a whole number from 0 to {validation.MAX_PIECES}"
        hint = "write such a number, without a thousands separator"
        raise InvalidFieldError("pieces", rule, f"{shown(written, 30)} {rule}", hint)
    return validation.pieces("pieces", int(written))
