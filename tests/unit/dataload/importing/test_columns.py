"""Every column of an import can be emptied, and is named where people look for it."""

import re
from typing import Any

import pytest

from cli.import_csv import command
from dataload.importing import assortments, catalog, stores
from dataload.importing.catalog import CatalogRow
from dataload.importing.cells import NONE, Row
from dataload.importing.columns import Columns
from dataload.importing.sheet import FirstRows
from dataload.importing.stores import StoreRow
from services.domain.documents.catalog import CatalogDraft
from services.domain.edits import edit_draft
from services.domain.stamp import Stamp
from tests.support.sources import ROOT

STORE = {
    "id": "a1",
    "name": "Carte",
    "market": "fr",
    "city": "Paris",
    "latitude": "48.85",
    "longitude": "2.35",
}
ITEM = {"id": "eclair", "market": "fr", "category": "bites", "name": "Éclair", "price": "2.10"}
STAMP, LATER = Stamp(1_793_000_000_000, "eu-west-1"), Stamp(1_793_000_000_001, "eu-west-1")
FILES = {"stores": stores.COLUMNS, "catalog": catalog.COLUMNS, "assortments": assortments.COLUMNS}

# Optional columns that no file can empty, and why.
STORES_KEEP = {
    "time_zone": "a store has one: that of its place, if none is given",
    "hours": "a store has them: those of its market, if none are given",
    "country": "is compared with the market, and not kept",
    "hidden": "yes or no",
}
CATALOG_KEEPS = {
    "category": "an item is in one",
    "name": "an item has one",
    "price": "an item has one",
    "category_name": "a category has one",
    "description": "texts are taken away on the page of the item, not by a file",
    "standard": "yes or no",
    "withdrawn": "yes or no",
}


def emptied(column: str, parsed: StoreRow | CatalogRow | list[Any]) -> bool:
    """Whether a row with `none` in a column empties the field of that name."""
    if isinstance(parsed, list):
        return False
    return column in parsed.fields and parsed.fields[column] in (None, [])


@pytest.mark.parametrize("column", stores.COLUMNS.optional)
def test_a_file_of_stores_can_empty_every_optional_column(column: str) -> None:
    row = stores.parse(Row("f", 2, STORE | {column: NONE}), FirstRows("id"))
    assert emptied(column, row) == (column not in STORES_KEEP), (
        f"put {column} in STORE_CLEARABLE of services/domain/edits.py, or in STORES_KEEP with why "
        "no file can empty it"
    )
    if isinstance(row, StoreRow) and column not in STORES_KEEP:
        whole = stores.parse(Row("f", 2, STORE), FirstRows("id"))
        assert isinstance(whole, StoreRow)
        row.edit(whole.edit(None, STAMP)[0], LATER)  # the domain does not refuse it


@pytest.mark.parametrize("column", catalog.COLUMNS.optional)
def test_a_file_of_a_catalog_can_empty_every_optional_column(column: str) -> None:
    row = catalog.parse(Row("f", 2, ITEM | {column: NONE}), FirstRows("id"))
    assert emptied(column, row) == (column not in CATALOG_KEEPS), (
        f"let {column} be emptied (`_options` of dataload/importing/catalog.py, CLEARABLE of "
        "services/domain/edits.py), or put it in CATALOG_KEEPS with why no file can empty it"
    )
    if isinstance(row, CatalogRow) and column not in CATALOG_KEEPS:
        draft = CatalogDraft("fr", "eclair", {}).assign({"rank": 1}, STAMP)
        edit_draft(draft, "fr", "eclair", {column: row.fields[column]}, LATER)


def test_no_column_is_listed_as_kept_that_is_not_there() -> None:
    assert STORES_KEEP.keys() - {*stores.COLUMNS.optional} == set()
    assert CATALOG_KEEPS.keys() - {*catalog.COLUMNS.optional} == set()


def test_none_empties_an_address_and_an_empty_cell_keeps_it() -> None:
    address = {"street": "1 Rue A", "state": "IDF", "postal_code": "75001"}

    def edited(before: Any, **cells: str) -> Any:
        row = stores.parse(Row("f", 2, STORE | cells), FirstRows("id"))
        assert isinstance(row, StoreRow)
        return row.edit(before, STAMP if before is None else LATER)[0]

    store = edited(None, **address)
    kept = edited(store, **dict.fromkeys(address, ""))
    emptied = edited(store, **dict.fromkeys(address, "None"))
    assert [kept[name] for name in address] == [*address.values()]
    assert [emptied[name] for name in address] == [None, None, None]


def stated(columns: Columns) -> set[str]:
    """The columns as texts name them: what must be there with a star, one language for all."""
    required = (f"{name}*" for name in columns.required)
    return {*required, *columns.optional, *(f"{name}_fr" for name in columns.localized)}


@pytest.mark.parametrize("kind", FILES)
def test_every_column_is_in_the_page_of_files(kind: str) -> None:
    text = (ROOT / "docs" / "files.md").read_text()
    (table,) = re.findall(rf"^\| {kind} \| \|\n((?:\|.*\n)+)", text, re.MULTILINE)
    cells = " ".join(line.split("|")[1] for line in table.splitlines())
    found = {name + star for name, star in re.findall(r"`(\w+)`(\*?)", cells)}
    assert found == stated(FILES[kind]), f"docs/files.md, the table of {kind}"


@pytest.mark.parametrize("kind", FILES)
def test_every_column_is_in_the_help_of_the_command(kind: str) -> None:
    (listed,) = re.findall(rf"^ *{kind}: ([^.]+)\.", command.__doc__ or "", re.MULTILINE)
    missing = stated(FILES[kind]) - {*re.findall(r"\w+\*?", listed)}
    assert missing == set(), f"name them in the help of cli/import_csv.py, after `{kind}:`"
