"""A file of stock counts: UTF-8 CSV with the columns store_id, item_id and pieces.

A header row, in any order and case, more columns are ignored; comma, semicolon or tab. What is
wrong in a row refuses that row, what is wrong with the file refuses it before anything is written.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.domain.edits import MAX_PIECES
from services.inventory.exceptions import WrongFileError

COLUMNS: Final = ("store_id", "item_id", "pieces")
MAX_BYTES: Final = 64 * 1024 * 1024
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused. `line` counts from 1, the header included."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class CountedPieces:
    """Pieces of one item, and the line that says so."""

    pieces: int
    line: int


@dataclass(slots=True)
class CountFile:
    """What a file says.

    Attributes:
        rows: rows below the header, empty ones left out.
        stores: store id to item id to what was counted.
        problems: the rows that were refused.
    """

    rows: int = 0
    stores: dict[str, dict[str, CountedPieces]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes) -> CountFile:
    """Read a file.

    Raises:
        WrongFileError: it is too large, not UTF-8, or lacks a column.
    """
    if len(content) > MAX_BYTES:
        mb = MAX_BYTES // 1024 // 1024
        raise WrongFileError(f"the file is larger than {mb} MB; split it by stores")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise WrongFileError(f"line {line} is not UTF-8; save the file as UTF-8") from error
    return _rows(text)


def _rows(text: str) -> CountFile:
    header, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    file = CountFile()
    try:
        at = _columns(next(reader, []))
        for row in reader:
            if any(cell.strip() for cell in row):
                file.rows += 1
                problem = _take(file, at, row, reader.line_num)
                if problem is not None:
                    file.problems.append(Problem(reader.line_num, problem))
    except csv.Error as error:
        raise WrongFileError(f"line {reader.line_num} is not CSV: {error}") from error
    return file


def _columns(header: list[str]) -> Mapping[str, int]:
    names = [cell.strip().lower() for cell in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        told = ", ".join(cell for cell in names if cell) or "nothing"
        raise WrongFileError(
            f"the first line must name the columns {', '.join(COLUMNS)}; "
            f"{', '.join(missing)} missing, it names {told}"
        )
    return {name: names.index(name) for name in COLUMNS}


def _take(file: CountFile, at: Mapping[str, int], row: list[str], line: int) -> str | None:
    """Put one row where it belongs; or the reason why not."""
    if len(row) <= max(at.values()):
        return f"has {len(row)} cells, fewer than the header"
    store_id, item_id, told = (row[at[name]].strip() for name in COLUMNS)
    if not store_id or not item_id:
        return "store_id and item_id must not be empty"
    if not (told.isascii() and told.isdigit() and len(told) <= len(str(MAX_PIECES))):
        return f"pieces is a whole number from 0 to {MAX_PIECES}, not {told[:20]!r}"
    pieces = int(told)
    if pieces > MAX_PIECES:
        return f"pieces is at most {MAX_PIECES}, not {pieces}"
    items = file.stores.setdefault(store_id, {})
    if item_id in items:
        return f"store and item stand in line {items[item_id].line} already"
    items[item_id] = CountedPieces(pieces, line)
    return None
