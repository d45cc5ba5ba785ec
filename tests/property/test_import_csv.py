"""Whatever a CSV file holds, import reads it right or refuses it; it never trips over it."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataload.importing import stores
from dataload.importing.cells import Row
from dataload.importing.columns import ColumnOptions, Columns
from dataload.importing.problems import FileRefusedError
from dataload.importing.sheet import FirstRows, Sheet, open_sheet
from dataload.importing.stores import StoreRow
from services.domain.csv_table import SWALLOWING, open_table

COLUMNS = Columns(required=("id", "name"), optional=("street",))
# Anything a text can hold in UTF-8, with more than its share of what CSV finds difficult.
texts = st.text(
    st.sampled_from('",;\t\n\r |#\u2028\x85') | st.characters(codec="utf-8"), max_size=12
)
rows = st.lists(st.tuples(texts, texts, texts), max_size=8)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("csv") / "file.csv"


def opened(path: Path, content: bytes) -> Sheet:
    path.write_bytes(content)
    return open_sheet(path, COLUMNS, ColumnOptions({}, {}))


@given(
    written=rows,
    delimiter=st.sampled_from([",", ";", "\t"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quoted=st.booleans(),
)
@settings(max_examples=150)
def test_what_a_csv_writer_wrote_is_read_back(
    path: Path, written: list[tuple[str, str, str]], delimiter: str, end: str, *, quoted: bool
) -> None:
    out = io.StringIO(newline="")
    if quoted:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, delimiter=delimiter, lineterminator=end)
    else:
        # With \n for an end, Python's writer would leave a field's own \r unquoted.
        writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(COLUMNS.names)
    lines = []
    for row in written:
        lines.append(_physical_lines(out.getvalue()) + 1)
        writer.writerow(row)

    sheet = opened(path, out.getvalue().encode("utf-8-sig" if quoted else "utf-8"))

    if any(problem.reason == SWALLOWING for _, problem in sheet.broken):
        return  # a text of several lines that each look like a row may be refused, never lost
    assert sheet.broken == ()
    expected = [
        (line, row) for line, row in zip(lines, written, strict=True) if any(map(str.strip, row))
    ]
    assert [(row.line, tuple(row.values.values())) for row in sheet.rows] == expected


@given(st.lists(st.text(st.sampled_from('ab",;\r '), max_size=12), min_size=1, max_size=4))
@example([';,,"', '"'])  # a line break in a field that no column takes
@settings(max_examples=200)
def test_records_have_the_fields_that_pythons_reader_finds(rows: list[str]) -> None:
    text = "".join(f"{row.replace(chr(13), ' ')}\n" for row in ["a,b", *rows])
    table = open_table(io.StringIO(text, newline=""), ("a", "b"))
    lines = text.split("\n")
    for record in table.records:
        if record.fault is None and record.fields[-1].count("\n") == 0:
            rest = [f"{line}\n" for line in lines[record.line - 1 :]]
            fields = next(csv.reader(rest, delimiter=",", strict=True))
            assert record.fields == tuple(fields[:2])


def _physical_lines(text: str) -> int:
    return len(io.StringIO(text, newline="").readlines())


@given(st.binary(max_size=200) | texts.map(lambda text: ("id,name\n" + text).encode()))
@settings(max_examples=300)
def test_any_bytes_are_rows_or_refused(path: Path, content: bytes) -> None:
    try:
        sheet = opened(path, content)
    except FileRefusedError:
        return
    assert all(len(row.fields) <= len(sheet.header) for row in sheet.rows)


fields = texts | st.sampled_from(
    ["1", "fr", "48.85", "Europe/Paris", "24/7", "Mo off", "FR", "-0", "1e400", "\u0663"]
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(stores.COLUMNS.names, fields)))
@settings(max_examples=300)
def test_any_row_is_a_valid_store_or_has_reasons(values: dict[str, str]) -> None:
    parsed = stores.parse(Row("f", 2, values), FirstRows("id"), lambda *_: "Europe/Paris")
    if isinstance(parsed, StoreRow):
        assert -90 <= parsed.fields["latitude"] <= 90
        assert parsed.fields["name"].strip() == parsed.fields["name"] != ""
    else:
        assert parsed
        assert all(problem.reason and problem.line == 2 for problem in parsed)
