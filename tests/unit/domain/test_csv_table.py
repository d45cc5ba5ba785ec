"""CSV text as records: each line belongs to one record, and a bad row costs itself only."""

import csv
import io
import sys
from itertools import islice
from types import FrameType

import pytest

from services.domain.csv_source import TextSource, UnreadableFileError
from services.domain.csv_table import (
    CsvTable,
    Record,
    columns,
    open_table,
)

NAMES = ("store_id", "item_id", "pieces")
HEADER = "store_id,item_id,pieces\n"


def table(text: str) -> CsvTable:
    return open_table(io.StringIO(text, newline=""), NAMES)


def rows(text: str) -> list[Record]:
    return list(table(text).records)


def test_a_stray_quote_costs_its_own_line_and_not_the_lines_up_to_the_next_quote() -> None:
    found = rows(HEADER + 'a,"glazed,1\nb,latte,2\nc,muffin",3\nd,ring,4\n')
    assert [one.line for one in found] == [2, 3, 4, 5]
    assert [one.fault is None for one in found] == [False, True, True, True]
    assert found[1].fields == ("b", "latte", "2")
    assert found[0].fault is not None
    assert "rows of their own" in found[0].fault


def test_a_quote_that_is_never_closed_costs_its_own_line() -> None:
    found = rows(HEADER + '1,"glazed-ring,12\n1,maple-bar,3\n')
    assert [(one.line, one.fault is None) for one in found] == [(2, False), (3, True)]


def test_text_of_several_lines_stays_one_record() -> None:
    text = 'store_id,item_id,"note\nof the count",pieces\n1,ring,"a\nb",12\n1,bar,"x",oops\n'
    found = rows(text)
    assert [(one.line, one.fields) for one in found] == [
        (3, ("1", "ring", "a\nb", "12")),
        (5, ("1", "bar", "x", "oops")),
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,ring,1,234", "4 fields, the header 3; a field that holds the delimiter, such as 1,234"),
        ("1,ring", "2 fields, the header 3"),
        ('1,"ring"x,2', "text follows a closing quote"),
    ],
)
def test_a_row_that_does_not_fit_the_header_is_refused(row: str, fault: str) -> None:
    (found,) = rows(HEADER + row)
    assert found.fault is not None
    assert fault in found.fault


def test_empty_fields_at_the_end_of_a_row_or_header_do_not_matter() -> None:
    assert [one.fields for one in rows("store_id,item_id,pieces,,\n1,ring,2,,\n,,,,\n1,bar,3")] == [
        ("1", "ring", "2"),
        ("1", "bar", "3"),
    ]
    assert rows(HEADER + "1,ring,2,\n")[0].fields == ("1", "ring", "2")


def test_quotes_inside_a_field_are_text_and_quoted_delimiters_are_no_delimiters() -> None:
    found = rows(HEADER + '1,glazed "ring",12\n1,ring,"1,234"\n')
    assert [one.fields for one in found] == [("1", 'glazed "ring"', "12"), ("1", "ring", "1,234")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_columns(delimiter: str) -> None:
    assert table(HEADER.replace(",", delimiter)).delimiter == delimiter


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match=r"line 1: .*'Pieces' stands in the header twice"):
        table("store_id,item_id,pieces,Pieces\n")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n  \n", b",,\n"])
def test_a_file_without_a_header_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="is empty"):
        open_table(TextSource(io.BytesIO(content)), NAMES)


def test_columns_are_found_whatever_their_case_and_blanks_and_by_other_names() -> None:
    aliases = {"count": "pieces", "Menge": "pieces"}
    assert columns(("Store ID", "", "menge"), NAMES, aliases) == {"store_id": 0, "pieces": 2}
    assert columns(("count", "Pieces"), NAMES, aliases) == {"pieces": 1}


def test_a_long_field_is_read_and_python_reads_other_files_as_before() -> None:
    before = csv.field_size_limit(131_072)
    note = "n" * 131_073
    (found,) = rows(f'store_id,item_id,pieces,note\n1,ring,2,"{note}"\n')
    assert found.fields == ("1", "ring", "2", note)
    assert csv.field_size_limit(before) == 131_072


def test_a_hundred_thousand_stray_quotes_are_read_in_linear_work() -> None:
    # Each line would otherwise be looked at once more for every line before it.
    text = HEADER + '1,"ring,2\n' * 100_000
    assert sum(one.fault is not None for one in rows(text)) == 100_000
    text = HEADER + '1,"ring,2\n' + "1,ring,2\n" * 100_000
    assert sum(one.fault is None for one in rows(text)) == 100_000


def calls_of(text: str, *, texts_span_lines: bool) -> tuple[int, str]:
    """Return the number of calls in `csv_table` that reading takes, and why it ended early."""
    count = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and frame.f_code.co_filename.endswith("csv_table.py")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        found = open_table(io.StringIO(text), NAMES, texts_span_lines=texts_span_lines)
        for _ in found.records:
            pass
    except UnreadableFileError as error:
        return count, str(error)
    finally:
        sys.setprofile(before)
    return count, ""


@pytest.mark.parametrize("texts_span_lines", [True, False])
@pytest.mark.parametrize("row", ['x",,"\n', 'x,"y\n' + 'a,"",b\n' * 30, '"\n""\n""\n'])
def test_rows_that_open_one_quote_after_another_are_read_in_linear_work(
    row: str,
    texts_span_lines: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    lines = 6_000
    text = HEADER + row * (lines // row.count("\n"))
    work, error = calls_of(text, texts_span_lines=texts_span_lines)
    assert work < 40 * lines, error


def test_a_file_of_open_quotes_is_refused_with_its_line() -> None:
    found = open_table(io.StringIO(HEADER + 'x",,"\n' * 5_000), NAMES)
    message = r"line \d+: too many rows up to here open a quote"
    with pytest.raises(UnreadableFileError, match=message):
        list(found.records)


def test_long_texts_one_after_another_are_no_reason_to_refuse_a_file() -> None:
    note = "word\n" * 900
    found = rows(HEADER + f'1,ring,"{note}"\n' * 20)
    assert [one.fault for one in found] == [None] * 20
    stray = open_table(io.StringIO(HEADER + '1,"ring,2\n' + "1,ring,2\n" * 900), NAMES).records
    assert [one.line for one in islice(stray, 2)] == [2, 3]
