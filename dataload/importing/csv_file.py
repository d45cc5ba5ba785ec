"""Reading a CSV file: UTF-8, quoted fields, and the line on which each record starts."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dataload.importing.problems import FileRefusedError

_DELIMITERS: Final = (",", ";", "\t")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
# One quoted field may hold whatever the file holds; columns bound the length of their values.
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the physical line it starts on, and its fields as written.

    `error` says why the line is no CSV; it has no fields then.
    """

    line: int
    fields: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that was read: its header, trimmed, and its records without the blank ones."""

    name: str
    header: tuple[str, ...]
    records: tuple[Record, ...]


def read(path: Path, recognized: Callable[[str], bool]) -> CsvFile:
    """Read a file, in full, before anything is made of it.

    The delimiter is the one of comma, semicolon and tab under which the most column names of the
    header are `recognized`; the comma if that tells nothing.

    Raises:
        FileRefusedError: it cannot be read, is empty, not UTF-8, or ends inside quotes.
    """
    name = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefusedError(name, f"cannot be read: {error.strerror}", "name a file") from error
    text = _decoded(name, content)
    delimiter = max(_DELIMITERS, key=lambda one: _recognized(text, one, recognized))
    records = _records(name, text, delimiter)
    first = next(records, None)
    if first is None:
        raise FileRefusedError(
            name, "is empty", "its first line must name the columns, such as id,name,market"
        )
    if first.error:
        raise FileRefusedError(name, f"line {first.line}: {first.error}", "mend the header row")
    header = tuple(" ".join(field.split()) for field in first.fields)
    return CsvFile(name, header, tuple(records))


def _recognized(text: str, delimiter: str, recognized: Callable[[str], bool]) -> int:
    """How many names of the header are columns, if this is the delimiter."""
    try:
        fields = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return 0
    return sum(recognized(" ".join(field.split())) for field in fields)


def _decoded(name: str, content: bytes) -> str:
    if content.startswith(_UTF16):
        raise FileRefusedError(name, "line 1: is UTF-16, not UTF-8", _convert(name, "UTF-16"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The offset counts from after a byte order mark, as error.object does.
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        place = error.start - (before.rfind(b"\n") + 1) + 1
        byte = error.object[error.start]
        raise FileRefusedError(
            name,
            f"line {line}, byte {place} of the line: 0x{byte:02x} is not UTF-8",
            _convert(name, "WINDOWS-1252"),
        ) from error


def _convert(name: str, encoding: str) -> str:
    return (
        f"convert it, for example `iconv -f {encoding} -t UTF-8 {name} > converted.csv` "
        f"(if it is in {encoding}), or save it as CSV UTF-8"
    )


def _records(name: str, text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise FileRefusedError(
                    name,
                    f"line {line}: a quote is opened in this row and never closed, "
                    "so the rest of the file cannot be told from it",
                    'close the quote; a quote within quotes is written twice: "12"" pizza"',
                ) from error
            # The reader drops the rest of that line and goes on with the next one.
            yield Record(line, (), f"the row is no CSV: {error}")
            continue
        if any(field.strip() for field in fields):
            yield Record(line, tuple(fields))
