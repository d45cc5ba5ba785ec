"""A file as rows of known columns, and the rule that nothing stands in it twice."""

import sys
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from dataload.importing.cells import Row
from dataload.importing.columns import ColumnOptions, Columns, arrange
from dataload.importing.problems import REPEAT, SURPLUS, TEXT, FileRefusedError, Problem
from services.domain.csv_source import UTF_8, TextSource, UnreadableFileError
from services.domain.csv_table import folded, open_table

STDIN: Final = Path("-")
# Of all files of an import: they are kept until they are written, at about a kilobyte a row.
MAX_ROWS: Final = 400_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose columns are known.

    Attributes:
        file: The file's path as it was given; `-` is the standard input.
        header: Names of all columns, as the file spells them.
        ignored: Names of the columns that nothing is read from.
        rows: The rows that are CSV of the header's width.
        broken: The others, with no values, each with its problem.
        encoding: As in `TextSource`.
        own_names: Another usual name of a column, as the header has it, to the column's own name.
    """

    file: str
    header: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: tuple[Row, ...]
    broken: tuple[tuple[Row, Problem], ...]
    encoding: str = UTF_8
    own_names: Mapping[str, str] = field(default_factory=dict)


def open_sheets(
    paths: Iterable[Path], columns: Columns, options: ColumnOptions, *, most: int = MAX_ROWS
) -> list[Sheet]:
    """Read the files of one import, all of them before anything is written.

    Args:
        paths: The files; `-` is the standard input.
        columns: The columns that they have.
        options: Where the files name columns differently.
        most: Rows that all of them may have together.

    Raises:
        FileRefusedError: One of them cannot be imported at all, or they have more rows.
    """
    sheets: list[Sheet] = []
    for path in paths:
        left = most - sum(len(one.rows) + len(one.broken) for one in sheets)
        sheets.append(open_sheet(path, columns, options, most=left))
    return sheets


def open_sheet(
    path: Path, columns: Columns, options: ColumnOptions, *, most: int = MAX_ROWS
) -> Sheet:
    """Read a file whole; the path `-` is the standard input.

    Raises:
        FileRefusedError: It cannot be imported at all, or has more than `most` rows.
    """
    file = str(path)
    try:
        if path == STDIN:
            return _read_sheet(file, sys.stdin.buffer, columns, options, most)
        with path.open("rb") as stream:
            return _read_sheet(file, stream, columns, options, most)
    except OSError as error:
        raise FileRefusedError(file, f"cannot be read: {error.strerror}", "name a file") from error
    except UnreadableFileError as error:
        raise FileRefusedError(file, error.message, error.hint) from error


def _read_sheet(
    file: str, stream: BinaryIO, columns: Columns, options: ColumnOptions, most: int
) -> Sheet:
    source = TextSource(stream)
    needed = [one for one in columns.required if one not in options.constants]
    example = ",".join(options.sources.get(one, one) for one in needed)
    names = [*columns.spellings, *options.sources.values()]
    table = open_table(source, names, example=example)
    arrangement = arrange(file, table.header, columns, options)
    # A row that is imported again before these are empty would be loaded with shifted values, or
    # refused for the columns that nobody filled.
    surplus = [
        at
        for at, name in enumerate(table.header)
        if folded(name).startswith(SURPLUS) or folded(name) == TEXT
    ]
    rows: list[Row] = []
    broken: list[tuple[Row, Problem]] = []
    for number, record in enumerate(table.records):
        if number == most:
            raise FileRefusedError(
                file,
                f"line {record.line}: the files have more than {MAX_ROWS:,} rows together",
                "split them into parts, each with the header row, and import one after the other",
            )
        left = [
            table.header[at]
            for at in surplus
            if at < len(record.fields) and record.fields[at].strip()
        ]
        if record.fault is None and left:
            row = Row(file, record.line, {}, record.fields)
            rule = "what stood below no column is left"
            reason = f"{rule}; move what {', '.join(left)} holds to its columns, and empty it"
            broken.append((row, Problem(file, row.line, None, rule, reason)))
        elif record.fault is None:
            values = arrangement.values(record.fields)
            rows.append(Row(file, record.line, values, record.fields))
        else:
            row = Row(file, record.line, {}, record.fields, record.text)
            rule = "the row has another number of fields" if record.fields else "the row is no CSV"
            broken.append((row, Problem(file, row.line, None, rule, record.fault)))
    own_names = {
        table.header[places[0]]: column
        for column, places in arrangement.fields.items()
        if column not in options.sources and folded(table.header[places[0]]) != folded(column)
    }
    return Sheet(
        file,
        table.header,
        arrangement.ignored,
        tuple(rows),
        tuple(broken),
        source.encoding,
        own_names,
    )


class FirstRows:
    """The first good row of each key in one file, so that later rows with the key are refused."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._first: dict[Hashable, Row] = {}

    def repeated(self, row: Row, key: Hashable, named: str) -> Problem | None:
        """Return the problem of a row whose key an earlier row has; else make it the first."""
        first = self._first.setdefault(key, row)
        if first is row:
            return None
        if _folded(first.values) == _folded(row.values):
            reason = f"{named} has the same values in line {first.line}"
            return Problem(row.file, row.line, self._column, REPEAT, reason)
        reason = f"{named} stands in line {first.line} already, with other values"
        rule = "stands in an earlier row already"
        return Problem(row.file, row.line, self._column, rule, reason)


def _folded(values: Mapping[str, str]) -> dict[str, str]:
    return {column: " ".join(value.split()) for column, value in values.items()}
