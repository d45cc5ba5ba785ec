"""A dry run of count files: it says what would change, by the code that loads them."""

from pathlib import Path

from dataload.importing.stock import CountChange, preview
from services.domain.stock_files.columns import ColumnNames
from services.storage import keys
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_stock

ROWS = "store,item,count\nde-1,glazed,12\nde-1,latte,x\nde-1,Echo Dot,3\nBerlin,latte,0\n"


def test_a_preview_tells_each_change_and_writes_nothing(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    add_store(table, "de-1")
    set_stock(table, "de-1", {"glazed": 7})
    before = table.partition("STORE#de-1"), table.partition(keys.UNKNOWN)
    path = tmp_path / "night.csv"
    path.write_bytes(ROWS.encode("utf-16"))
    found = preview(table, path, None, ColumnNames())
    assert found.changes == [
        CountChange("de-1", "echo-dot", None, 3),
        CountChange("de-1", "glazed", 7, 12),
        CountChange("Berlin", "latte", None, 0),
    ]
    fates = found.fates
    assert (fates.loaded, fates.unknown, fates.refused, found.encoding) == (1, 2, 1, "UTF-16")
    assert (table.partition("STORE#de-1"), table.partition(keys.UNKNOWN)) == before
    assert table.partition("STORE#Berlin") == []


def test_a_preview_of_what_is_no_csv_says_so(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(b"PK\x03\x04 and more")
    error = preview(table, path, None, ColumnNames()).error
    assert error is not None
    assert "spreadsheet" in error.message


def test_a_preview_of_what_cannot_be_read_says_so(table: Table, tmp_path: Path) -> None:
    for path in (tmp_path / "gone.csv", Path("/proc/self/mem")):  # not there; fails when it is read
        found = preview(table, path, None, ColumnNames())
        assert found.error is not None
        assert "cannot be read: " in found.error.message
        assert found.error.hint


def test_an_empty_file_is_shown_a_header_that_it_could_have(tmp_path: Path, table: Table) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    for store, header in ((None, "store,item,pieces"), ("de-1", "item,pieces")):
        error = preview(table, path, store, ColumnNames()).error
        assert error is not None
        assert error.hint == f"its first line must name the columns, such as {header}"
