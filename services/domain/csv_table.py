"""Reading CSV text as a header and numbered records, for imports and count files alike.

`csv_source` makes lines of a file's bytes. Nothing is lost between the lines and the records: each
physical line belongs to exactly one record, and a record that is no CSV carries the reason instead
of its fields. A stray quote costs the line it is in, not the lines up to the next quote
(OpenRefine#690 describes how rows vanish otherwise).
"""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from services.domain.csv_source import MAX_LINE, FaultyLine, UnreadableFileError

DELIMITERS: Final = (",", ";", "\t", "|")
MAX_RECORD_LINES: Final = 1_000  # of one record; a quote that stays open longer is a stray one
_MAX_PLAIN_LINES: Final = 20  # the same where texts have no lines with delimiters in them
# Lines that a file's open quotes may make the reader look at ahead. A quote that is closed costs
# as many as its record has; only lines that open one quote after another cost more.
_AHEAD: Final = 1_000  # of a file, and so many for each line taken:
_AHEAD_EACH: Final = 3
_HEAD: Final = 50  # lines in which the header is looked for
_QUOTE: Final = '"'
_MARK: Final = "\ufeff"  # a byte order mark; programs that join files write a second one
# Excel's own line before the header: it names the delimiter, and is no row.
_SEP: Final = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)

UNCLOSED: Final = "a quote is opened in this row and never closed; remove it, or close it"
SWALLOWING: Final = (
    "a quote is opened in this row and closed in a later one, and lines in between look like rows "
    "of their own; remove the quote, or write the text in one line"
)
STRAY: Final = (
    'text follows a closing quote; within quotes, a quote is written twice, as in "12"" pizza"'
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record below the header.

    Attributes:
        line: Physical line, from 1, on which the record starts.
        fields: The fields as written; empty where the record is no CSV.
        fault: Why the record is no CSV of the header's width; None where it is.
        text: The physical line of a record that is no CSV, as far as it could be read, without its
            end; else empty.
    """

    line: int
    fields: tuple[str, ...]
    fault: str | None = None
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file whose header was read.

    Attributes:
        header: Names of the columns, trimmed, blanks folded, as the file spells them.
        width: Number of columns up to the last one that has a name.
        delimiter: The character between fields.
        records: The records that are not blank, in the order of the file; can be read once.
    """

    header: tuple[str, ...]
    width: int
    delimiter: str
    records: Iterator[Record] = field(repr=False)


def folded(name: str) -> str:
    """Return a column name as names are compared: `Store ID` and `store_id` are the same."""
    return "_".join(name.replace("_", " ").replace("-", " ").split()).casefold()


def open_table(
    lines: Iterable[str],
    names: Collection[str],
    *,
    example: str = "",
    texts_span_lines: bool = True,
) -> CsvTable:
    """Read the header and return the table, whose records are read as they are taken.

    Args:
        lines: The file's lines with their ends, such as a `TextSource`.
        names: The names of columns that a header may hold. The delimiter is the one that a line
            `sep=;` before the header names, or else the one under which the header holds the most
            of these names; the comma where none does.
        example: A header, for people whose file is empty; without one, the first three names.
        texts_span_lines: Whether a quoted text may have several lines with delimiters in them.
            Where False, such a record is refused, and so is one of more than 20 lines: it is more
            likely a stray quote.

    Raises:
        UnreadableFileError: The file is empty, or its header is no CSV or names a column twice.
            The records raise it, too, where rows open quotes one after another.
    """
    known = {folded(name) for name in names}
    rest = iter(lines)
    head = list(islice(rest, _HEAD))
    if head and not isinstance(head[0], FaultyLine):
        head[0] = head[0].lstrip(_MARK)
    sep = _SEP.fullmatch(head[0]) if head else None
    delimiter = sep[1] if sep else max(DELIMITERS, key=lambda one: _recognized(head, one, known))
    source = _Lines(chain(head, rest))
    if sep:
        source.take()
    records = _records(source, delimiter, texts_span_lines=texts_span_lines)
    first = next(records, None)
    if first is None:
        shown = example or ",".join(list(names)[:3])
        raise UnreadableFileError(
            "the file is empty", f"its first line must name the columns, such as {shown}"
        )
    if first.fault:
        raise UnreadableFileError(first.fault, "mend the header row", line=first.line)
    header = tuple(" ".join(name.split()) for name in first.fields)
    _refuse_repeated(header, first.line)
    width = max(at for at, name in enumerate(header, 1) if name)
    return CsvTable(header, width, delimiter, (_fitted(one, width) for one in records))


def columns(
    header: Sequence[str], wanted: Collection[str], aliases: Mapping[str, str]
) -> dict[str, int]:
    """Return where each wanted column is, for those that the header has.

    Args:
        header: As `CsvTable.header`.
        wanted: The columns' own names.
        aliases: Another name of a column to its own name; the own name wins.
    """
    positions = {folded(name): at for at, name in enumerate(header) if name}
    found: dict[str, int] = {}
    for name in wanted:
        spellings = [name, *(alias for alias, own in aliases.items() if own == name)]
        at = next((positions[folded(one)] for one in spellings if folded(one) in positions), None)
        if at is not None:
            found[name] = at
    return found


def _recognized(head: Sequence[str], delimiter: str, known: Collection[str]) -> int:
    first = next(_records(_Lines(head), delimiter), None)
    return 0 if first is None else sum(folded(name) in known for name in first.fields)


def _refuse_repeated(header: Sequence[str], line: int) -> None:
    positions: dict[str, int] = {}
    for at, name in enumerate(header, 1):
        if not name:
            continue  # a trailing delimiter makes a column without a name
        first = positions.setdefault(folded(name), at)
        if first != at:
            raise UnreadableFileError(
                f"the column {name[:60]!r} stands in the header twice (fields {first} and {at})",
                "rename or remove one of them",
                line=line,
            )


def _fitted(record: Record, width: int) -> Record:
    """Return the record with as many fields as the header names, or with the reason why not."""
    if record.fault is not None:
        return record
    fields = record.fields
    if len(fields) < width:
        fault = f"the row has {len(fields)} fields, the header {width}"
    elif any(one.strip() for one in fields[width:]):
        fault = (
            f"the row has {len(fields)} fields, the header {width}; a field that holds the "
            "delimiter, such as 1,234, must stand in quotes"
        )
    else:
        return Record(record.line, fields[:width])
    return Record(record.line, fields, fault)


class _Lines:
    """The physical lines of a file, of which some can be looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest = iter(lines)
        self._ahead: deque[str] = deque()
        self._looked_at = 0
        self.taken = 0

    def take(self) -> str | None:
        """Return the next line; None at the end."""
        line = self._ahead.popleft() if self._ahead else next(self._rest, None)
        self.taken += line is not None
        return line

    def ahead(self, distance: int) -> str | None:
        """Return the line `distance` lines after the next one without taking it.

        Raises:
            UnreadableFileError: More lines were looked at than a file with closed quotes needs;
                each line would be read a thousand times.
        """
        self._looked_at += 1
        if self._looked_at > _AHEAD + _AHEAD_EACH * self.taken:
            raise UnreadableFileError(
                "too many rows up to here open a quote that is not closed in the same row",
                "save the file anew with the program that made it, each text in closed quotes",
                line=self.taken,
            )
        while len(self._ahead) <= distance:
            line = next(self._rest, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[distance]


def _records(lines: _Lines, delimiter: str, *, texts_span_lines: bool = True) -> Iterator[Record]:
    width = 0
    while (line := lines.take()) is not None:
        record = _record(line, lines, delimiter, width, texts_span_lines=texts_span_lines)
        if record.fault or any(one.strip() for one in record.fields):
            width = width or len(record.fields)  # of the header
            yield record


def _record(
    line: str, lines: _Lines, delimiter: str, width: int, *, texts_span_lines: bool
) -> Record:
    number = lines.taken
    if isinstance(line, FaultyLine):
        return _no_csv(number, line, line.fault)
    if _QUOTE not in line:
        return Record(number, tuple(line.rstrip("\r\n").split(delimiter)))
    most = MAX_RECORD_LINES if texts_span_lines else _MAX_PLAIN_LINES
    spanned = [line]
    size = len(line)
    is_open = _scan(line, delimiter, is_open=False)
    while is_open:
        following = lines.ahead(len(spanned) - 1) if len(spanned) < most else None
        if following is None or isinstance(following, FaultyLine) or size > MAX_LINE:
            return _no_csv(number, line, UNCLOSED)
        spanned.append(following)
        size += len(following)
        is_open = _scan(following, delimiter, is_open=True)
    if is_open is None:
        return _no_csv(number, line, STRAY)
    fields = tuple(_fields("".join(spanned).rstrip("\r\n"), delimiter))
    if len(spanned) > 1 and (
        _swallows(spanned, delimiter, width)
        if texts_span_lines
        else width and any(delimiter in one and "\n" in one.replace("\r", "\n") for one in fields)
    ):
        return _no_csv(number, line, SWALLOWING)
    for _ in spanned[1:]:
        lines.take()
    return Record(number, fields)


def _no_csv(number: int, line: str, fault: str) -> Record:
    return Record(number, (), fault, line.rstrip("\r\n"))


def _fields(text: str, delimiter: str) -> Iterator[str]:
    """Yield the fields of a record whose quotes `_scan` found right (RFC 4180).

    The standard library's reader would bound the length of a field for the whole process.
    """
    at = 0
    while at >= 0:
        if text.startswith(_QUOTE, at):
            end = at + 1
            while text.startswith(_QUOTE * 2, end := text.index(_QUOTE, end)):
                end += 2
            yield text[at + 1 : end].replace(_QUOTE * 2, _QUOTE)
            at = end + 1 if end + 1 < len(text) else -1
        else:
            end = text.find(delimiter, at)
            yield text[at:] if end < 0 else text[at:end]
            at = end
        if at >= 0:
            at += 1


def _scan(line: str, delimiter: str, *, is_open: bool) -> bool | None:
    """Whether a quoted field is open after this line; None where text follows a closing quote."""
    text = line.rstrip("\r\n")
    at = 0
    while True:
        if not is_open:
            if text.startswith(_QUOTE, at):
                at += 1
                is_open = True
            else:
                at = text.find(delimiter, at) + 1
                if not at:
                    return False
                continue
        at = text.find(_QUOTE, at)
        if at < 0:
            return True
        if text.startswith(_QUOTE, at + 1):  # a quote within quotes
            at += 2
            continue
        at += 1
        if at == len(text):
            return False
        if not text.startswith(delimiter, at):
            return None
        at += 1
        is_open = False


def _swallows(spanned: Sequence[str], delimiter: str, width: int) -> bool:
    """Return whether a record of several lines is more likely several records and a stray quote.

    A doubled quote shows that a program wrote the record, and programs close their quotes.
    """
    if any(_QUOTE * 2 in line for line in spanned):
        return False
    fields = [line.count(delimiter) + 1 for line in spanned]
    return width > 1 and fields[0] >= width and any(one == width for one in fields[1:])
