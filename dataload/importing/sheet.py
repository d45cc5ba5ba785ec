"""A file as rows of known columns, and the rule that nothing stands in it twice."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dataload.importing.cells import Row
from dataload.importing.columns import Columns, Wishes, arrange
from dataload.importing.csv_file import read
from dataload.importing.problems import REPEAT, Problem


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose columns are known.

    Attributes:
        rows: the rows that are CSV of the header's width.
        broken: the others, with no values, each with its problem.
    """

    file: str
    header: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: tuple[Row, ...]
    broken: tuple[tuple[Row, Problem], ...]


def open_sheet(path: Path, columns: Columns, wished: Wishes) -> Sheet:
    """Read a file whole.

    Raises:
        FileRefusedError: it cannot be imported at all.
    """
    names = {name.casefold() for name in columns.names}
    names |= {source.casefold() for source in wished.sources.values()}
    content = read(path, lambda name: name.casefold() in names)
    arrangement = arrange(content.name, content.header, columns, wished)
    rows: list[Row] = []
    broken: list[tuple[Row, Problem]] = []
    for record in content.records:
        fault = record.error
        if fault is None and len(record.fields) != arrangement.width:
            fault = f"the row has {len(record.fields)} fields, the header {arrangement.width}"
        if fault is None:
            values = arrangement.values(record.fields)
            rows.append(Row(content.name, record.line, values, record.fields))
        else:
            row = Row(content.name, record.line, {}, record.fields)
            rule = "the row is no CSV" if record.error else "the row has another number of fields"
            broken.append((row, Problem(row.file, row.line, None, rule, fault)))
    return Sheet(content.name, content.header, arrangement.ignored, tuple(rows), tuple(broken))


class Once:
    """Remembers the good rows of one file by key, to refuse later ones with the same key."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._first: dict[Hashable, Row] = {}

    def refused(self, row: Row, key: Hashable, named: str) -> Problem | None:
        """The problem with a row whose key an earlier good row has; None makes it the first."""
        first = self._first.setdefault(key, row)
        if first is row:
            return None
        if _folded(first.values) == _folded(row.values):
            reason = f"{named} says the same as line {first.line}"
            return Problem(row.file, row.line, self._column, REPEAT, reason)
        reason = f"{named} stands in line {first.line} already, with other values"
        rule = "stands in an earlier row already"
        return Problem(row.file, row.line, self._column, rule, reason)


def _folded(values: Mapping[str, str]) -> dict[str, str]:
    return {column: " ".join(value.split()) for column, value in values.items()}
