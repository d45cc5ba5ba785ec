"""CSV files as people save them: what is read, what is refused whole, and on which line."""

from pathlib import Path

import pytest

from dataload.importing.columns import ColumnOptions, Columns, UsageError, column_options
from dataload.importing.problems import FileRefusedError
from dataload.importing.sheet import Sheet, open_sheet, open_sheets

COLUMNS = Columns(required=("id", "name"), optional=("street", "state"), localized=("name",))
NOTHING = ColumnOptions({}, {})


def opened(folder: Path, content: str | bytes, options: ColumnOptions = NOTHING) -> Sheet:
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_sheet(path, COLUMNS, options)


def refusal(
    folder: Path, content: str | bytes, options: ColumnOptions = NOTHING
) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as refused:
        opened(folder, content, options)
    assert refused.value.hint
    return refused.value


def test_lines_are_where_records_start_whatever_fields_hold(tmp_path: Path) -> None:
    sheet = opened(tmp_path, 'id,name\n\n1,"two\nlines, ""quoted"""\r\n2,b\n,\n"3\n\n",c\n4,d')
    assert [(row.line, row.values["name"]) for row in sheet.rows] == [
        (3, 'two\nlines, "quoted"'),
        (5, "b"),
        (7, "c"),
        (10, "d"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_that_makes_columns(tmp_path: Path, delimiter: str) -> None:
    content = delimiter.join(["id", "name", "x;y,z"[:1]]) + "\n" + delimiter.join("1ab")
    assert opened(tmp_path, content).rows[0].values == {"id": "1", "name": "a"}


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert opened(tmp_path, b"\xef\xbb\xbfid,name\n1,a").rows[0].values["id"] == "1"


def test_header_names_are_trimmed_and_in_any_case_and_the_rest_is_named(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "ID, Name ,type,\n1,a,b,\n")
    assert sheet.rows[0].values == {"id": "1", "name": "a"}
    assert sheet.ignored == ("type",)


def test_columns_are_mapped_and_set(tmp_path: Path) -> None:
    options = column_options(COLUMNS, ["id=No,name=shop name"], ["state=a, b", "street="])
    sheet = opened(tmp_path, "no,shop name,name,state\n1,a,other,c\n", options)
    assert sheet.rows[0].values == {"id": "1", "name": "a", "state": "a, b", "street": ""}
    assert sheet.ignored == ("name", "state")


def test_texts_may_come_in_languages(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "id,name,name_fr,name_xx\n1,a,b,c\n")
    assert sheet.rows[0].values == {"id": "1", "name": "a", "name_fr": "b"}


def test_rows_of_another_width_and_broken_quotes_are_refused_one_by_one(tmp_path: Path) -> None:
    sheet = opened(tmp_path, 'id,name\n1\n2,b\n3,"c"d\n4,e,f\n5,g"h\n')
    assert [row.line for row in sheet.rows] == [3, 6]
    assert sheet.rows[1].values["name"] == 'g"h'
    assert [(row.line, problem.rule) for row, problem in sheet.broken] == [
        (2, "the row has another number of fields"),
        (4, "the row is no CSV"),
        (5, "the row has another number of fields"),
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" \r\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is empty" in refusal(tmp_path, content).reason


def test_windows_1252_is_recognized_and_told(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "id,name\n1,a\n2,Café €\n".encode("cp1252"))
    assert [row.values["name"] for row in sheet.rows] == ["a", "Café €"]
    assert sheet.encoding == "Windows-1252"


def test_columns_are_found_by_other_usual_names_and_joined(tmp_path: Path) -> None:
    columns = Columns(("id",), ("street", "name"), aliases={"id": ("Filialnummer",)})
    path = tmp_path / "stores.csv"
    path.write_text("Filialnummer;Straße;Nr;name\n7;Am Markt;3;Mitte\n", encoding="utf-8")
    sheet = open_sheet(path, columns, ColumnOptions({"street": "Straße+Nr"}, {}))
    assert sheet.rows[0].values == {"id": "7", "street": "Am Markt 3", "name": "Mitte"}
    assert sheet.ignored == ()


def test_utf_16_says_what_it_is_and_is_read(tmp_path: Path) -> None:
    sheet = opened(tmp_path, "id,name\n1,é".encode("utf-16"))
    assert [row.values["name"] for row in sheet.rows] == ["é"]


def test_ids_of_stores_can_be_given_a_prefix(tmp_path: Path) -> None:
    columns = Columns(required=("id", "name"), prefixed="id")
    (tmp_path / "file.csv").write_text("id,name\n1,a\n,b\n")
    sheet = open_sheet(tmp_path / "file.csv", columns, column_options(columns, [], [], "b2-"))
    assert [row.values["id"] for row in sheet.rows] == ["b2-1", ""]
    with pytest.raises(UsageError, match="ids of stores"):
        column_options(COLUMNS, [], [], "b2-")


def test_a_quote_that_is_never_closed_refuses_its_row_and_no_other(tmp_path: Path) -> None:
    sheet = opened(tmp_path, 'id,name\n1,a\n2,"b\n3,c\n')
    assert [row.line for row in sheet.rows] == [2, 4]
    assert [(row.line, problem.rule) for row, problem in sheet.broken] == [(3, "the row is no CSV")]


def test_a_missing_column_is_named_with_a_likely_source(tmp_path: Path) -> None:
    refused = refusal(tmp_path, "shopid,shopname\n1,a\n")
    assert refused.reason.startswith("line 1: missing are 'id', 'name'")
    assert "--map id=shopid" in refused.hint


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    assert "'NAME' stands in the header twice" in refusal(tmp_path, "id,name,NAME\n1,a,b").reason


def test_an_unknown_source_of_a_mapping_is_refused_with_close_ones(tmp_path: Path) -> None:
    options = column_options(COLUMNS, ["name=shopnam"], [])
    assert "did you mean 'shopname'" in refusal(tmp_path, "id,shopname\n1,a\n", options).reason


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="cannot be read"):
        open_sheet(tmp_path / "none.csv", COLUMNS, NOTHING)


@pytest.mark.parametrize(
    ("maps", "sets", "message"),
    [
        (["nam=x"], [], "did you mean 'name'"),
        (["name"], [], "not like column=value"),
        (["name=a", "name=b"], [], "twice"),
        (["name=a"], ["name=b"], "both mapped and set"),
        (["name="], [], "names no column"),
        ([], ["nope=b"], "no column 'nope'"),
    ],
)
def test_options_that_cannot_be_understood(maps: list[str], sets: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        column_options(COLUMNS, maps, sets)


def test_more_rows_than_memory_holds_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path in paths:
        path.write_text("id,name\n1,a\n2\n3,c\n")
    sheets = open_sheets(paths, COLUMNS, NOTHING, most=6)
    assert [len(one.rows) for one in sheets] == [2, 2]
    with pytest.raises(
        FileRefusedError, match=r"two\.csv: line 4: .* more than 400,000"
    ) as refused:
        open_sheets(paths, COLUMNS, NOTHING, most=5)
    assert "each with the header row" in refused.value.hint
