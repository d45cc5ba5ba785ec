"""Exported files: importing them changes nothing, also after a spreadsheet saved them anew."""

import csv
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dataload.exporting.rows import STORE_COLUMNS
from dataload.exporting.writing import KINDS, export
from dataload.importing import assortments, catalog, stores
from dataload.importing.columns import ColumnOptions
from dataload.importing.loading import import_assortments, import_stores
from dataload.importing.loading_catalogs import import_catalog
from dataload.importing.report import ImportReport
from dataload.importing.sheet import open_sheet
from dataload.progress import NoProgress
from services.domain.closing import OPEN_DAYS
from services.domain.formulas import is_formula
from services.domain.validation import STORE_RULES
from services.storage import keys
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_assortment, set_draft
from tests.support.count_bucket import CountBucket

PROGRESS = NoProgress()
IMPORTS: Mapping[str, Any] = {
    "stores": (stores, import_stores, {}),
    "catalog": (catalog, import_catalog, {"publish": True}),
    "assortments": (assortments, import_assortments, {}),
}
Rewrite = Callable[[list[list[str]]], bytes]


def plain(rows: list[list[str]]) -> bytes:
    """As it was written."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def libreoffice_english(rows: list[list[str]]) -> bytes:
    """Without needless quotes, numbers as numbers, no byte order mark."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_number(one) for one in row] for row in rows])
    return out.getvalue().encode()


def libreoffice_german(rows: list[list[str]]) -> bytes:
    """Semicolons, decimal commas, and in Windows-1252 where it can be."""
    out = io.StringIO()
    cells = [[_number(one).replace(".", ",") if _is_number(one) else one for one in row]
             for row in rows]  # fmt: skip
    csv.writer(out, delimiter=";").writerows(cells)
    return out.getvalue().encode("cp1252", "ignore")


def excel_unicode_text(rows: list[list[str]]) -> bytes:
    """Tabs, in UTF-16."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows(rows)
    return out.getvalue().encode("utf-16")


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).replace("-", "", 1).isdecimal()


def _number(cell: str) -> str:
    """What a spreadsheet makes of a number: leading and trailing zeros are gone."""
    if not _is_number(cell):
        return cell
    return f"{float(cell):.15g}"


@pytest.fixture
def chain(table: Table) -> Table:
    publish_small_catalog(table)
    set_draft(table, "de", "old", category="donuts", names={"en": '@Old; and, quoted "one"'},
              price=5, rank=7, allergens=[], withdrawn=True, image_url=None)  # fmt: skip
    set_draft(table, "de", "glazed", diet="VEGETARIAN")
    set_draft(table, "de", "latte", diet=None)
    add_store(table, "0017", name="Führende Null", postal_code="01067", street='Am "Markt", 3')
    add_store(table, "de-2", hidden=True, closed_from=None, name="=1+1")
    lines: dict[str, dict[str, Any]] = {
        "glazed": {"price": 150, "listed": True},
        "latte": {"listed": False, "rank": None},
    }
    set_assortment(table, "0017", lines)
    return table


def exported(table: Table, kind: str, folder: Path) -> list[list[str]]:
    path = folder / f"{kind}.csv"
    count = export(table, kind, None, path, PROGRESS, pytest.fail)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == count + 1
    assert not list(folder.glob("*.partial"))
    return rows


def imported(table: Table, kind: str, content: bytes, folder: Path) -> ImportReport:
    (folder / "edited.csv").write_bytes(content)
    module, load, more = IMPORTS[kind]
    sheet = open_sheet(folder / "edited.csv", module.COLUMNS, ColumnOptions({}, {}))
    report = ImportReport(table.region, dry_run=False, files=[])
    load(table, [sheet], PROGRESS, report, **more)
    return report


@pytest.mark.parametrize(
    "rewrite", [plain, libreoffice_english, libreoffice_german, excel_unicode_text]
)
@pytest.mark.parametrize("kind", sorted(IMPORTS))
def test_a_file_that_was_only_saved_anew_changes_nothing(
    chain: Table, tmp_path: Path, kind: str, rewrite: Rewrite
) -> None:
    rows = exported(chain, kind, tmp_path)
    report = imported(chain, kind, rewrite(rows), tmp_path)
    (file,) = report.files
    assert file.problems == []
    assert [(one.subject, one.changes) for one in file.good if one.fate != "unchanged"] == []
    assert file.count("unchanged") == len(rows) - 1 > 0


def test_hours_that_an_older_version_took_do_not_keep_the_rest_of_a_row_out(
    table: Table, tmp_path: Path
) -> None:
    old = "Mo-Fr 08:00-14:00,13:00-20:00"
    add_store(table, "de-1", hours=old)
    add_store(table, "de-2")
    rows = exported(table, "stores", tmp_path)
    named, open_at = rows[0].index("name"), rows[0].index("hours")
    rows[1][named] = "Carte Mitte"
    rows[2][open_at] = old
    (file,) = imported(table, "stores", plain(rows), tmp_path).files
    changes = [str(change) for one in file.good for change in one.changes]
    assert changes == ["name: 'Carte Berlin Mitte' -> 'Carte Mitte'"]
    # No other store takes them.
    assert [(one.line, one.column) for one in file.problems] == [(3, "hours")]
    assert "overlap" in file.problems[0].reason


def test_a_row_of_a_category_that_is_withdrawn_says_how_to_bring_it_back(
    table: Table, tmp_path: Path
) -> None:
    publish_small_catalog(table)
    rows = exported(table, "catalog", tmp_path)
    without_names = [
        [cell for name, cell in zip(rows[0], row, strict=True) if "category_name" not in name]
        for row in rows
    ]
    set_draft(table, "de", "category:drinks", withdrawn=True)
    (file,) = imported(table, "catalog", plain(without_names), tmp_path).files
    (problem,) = file.problems
    assert problem.column == "category"
    assert "is withdrawn; bring it back with editCatalogCategory" in problem.reason


def test_every_field_of_a_store_has_a_column_in_imports_and_exports() -> None:
    # Days are opened again by an edit, not by a file: `closed_days` is `none` there.
    fields = {*STORE_RULES} - {OPEN_DAYS}
    importable = {*stores.COLUMNS.required, *stores.COLUMNS.optional}
    assert fields - importable == set()
    assert fields - {*STORE_COLUMNS} == set()


def test_no_cell_is_a_formula(chain: Table, tmp_path: Path) -> None:
    CountBucket(chain).load('store,item,count\n0017,"Echo =1",3\n')
    cells = [cell for kind in KINDS for row in exported(chain, kind, tmp_path) for cell in row]
    assert {"'=1+1", '\'@Old; and, quoted "one"'} <= set(cells)
    assert [cell for cell in cells if is_formula(cell)] == []


def test_an_edited_cell_is_the_only_change(chain: Table, tmp_path: Path) -> None:
    rows = exported(chain, "assortments", tmp_path)
    at = rows[0].index("price")
    (row,) = (one for one in rows if one[1] == "glazed")
    row[at] = "1,75"
    report = imported(chain, "assortments", libreoffice_german(rows), tmp_path)
    changes = [str(change) for one in report.files[0].good for change in one.changes]
    assert changes == ["glazed/price: 150 -> 175"]


def test_exported_stock_counts_nothing_anew_and_an_emptied_time_counts_now(
    chain: Table, tmp_path: Path
) -> None:
    bucket = CountBucket(chain)
    bucket.load("store,item,count\n0017,glazed,12\n0017,Echo Dot,3\nBerlin,Echo Plus,0\n")
    chain.change(keys.stock("0017"), lambda stock, _: stock.sold("glazed", 5, "eu-west-1"))  # type: ignore[union-attr]  # it is a stock
    rows = exported(chain, "stock", tmp_path)
    assert [row[:3] for row in rows[1:]] == [
        ["0017", "Echo Dot", "3"],
        ["0017", "glazed", "12"],
        ["Berlin", "Echo Plus", "0"],
    ]
    report = bucket.load(plain(rows), "counts/again.csv")
    assert (report["unchanged"], report["unknown"], report["refused"]) == (1, 2, 0)
    assert bucket.left("0017", "glazed") == 7, "sales since are not undone"
    rows[2][2:4] = ["30", ""]
    assert bucket.load(libreoffice_german(rows), "counts/edited.csv")["loaded"] == 1
    assert bucket.left("0017", "glazed") == 30
