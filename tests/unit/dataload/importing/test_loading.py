"""Importing into a table: good rows whole, bad rows not at all, again and again the same."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dataload.importing import assortments, catalog, stores
from dataload.importing.columns import ColumnOptions, Columns
from dataload.importing.loading import import_assortments, import_stores
from dataload.importing.loading_catalogs import import_catalog
from dataload.importing.problems import FileRefusedError
from dataload.importing.report import ImportReport, lines, write_refused
from dataload.importing.sheet import Sheet, open_sheet
from dataload.progress import NoProgress
from services.domain import publishing
from services.domain.closures import Closures, closures_of
from services.domain.menu import assemble
from services.storage import bulk, keys
from services.storage.catalogs import CatalogRepository
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_draft

STORES = """id,name,market,city,latitude,longitude,street
a1,"Chez ""Toto"" 🍩",fr,Paris,48.85,2.35,1 Rue A
bad,Nowhere,fr,Paris,0,0,
b2,Lab,de,Köln,50.94,6.96,
a1,Again,fr,Paris,48.85,2.35,
"""
ITEMS = """id,market,category,category_name,name,price,allergens
pistachio,de,donuts,,Pistazie,2.19,GLUTEN|NUTS
strudel,de,cakes,Kuchen,Strudel,3.50,GLUTEN
free,de,donuts,,Gratis,-1,
lost,de,nowhere,,Verloren,1,none
"""
LINES = """store,item,price
a1,glazed,1.75
a1,latte,
a1,glazed,1.85
a1,nothing,1
"""
NO_PROGRESS = NoProgress()


def sheet(folder: Path, columns: Columns, content: str, name: str = "file.csv") -> Sheet:
    (folder / name).write_text(content, encoding="utf-8")
    return open_sheet(folder / name, columns, ColumnOptions({}, {}))


def empty_report(*, dry_run: bool = False) -> ImportReport:
    return ImportReport("eu-west-1", dry_run, [])


def load_stores(table: Table, folder: Path, content: str, *, dry_run: bool = False) -> ImportReport:
    opened = sheet(folder, stores.COLUMNS, content)
    report = empty_report(dry_run=dry_run)
    import_stores(table, [opened], NO_PROGRESS, report)
    return report


def load_catalog(
    table: Table,
    folder: Path,
    content: str,
    *,
    dry_run: bool = False,
    publish: bool = True,
    partial: bool = False,
) -> ImportReport:
    opened = sheet(folder, catalog.COLUMNS, content)
    report = empty_report(dry_run=dry_run)
    import_catalog(table, [opened], NO_PROGRESS, report, publish=publish, partial_files=partial)
    return report


def load_lines(table: Table, folder: Path, content: str, *, dry_run: bool = False) -> ImportReport:
    opened = sheet(folder, assortments.COLUMNS, content)
    report = empty_report(dry_run=dry_run)
    import_assortments(table, [opened], NO_PROGRESS, report)
    return report


def listed(table: Table) -> dict[str, tuple[str, str]]:
    page = DirectoryRepository(table).index().page(market=None, search=None, first=99, after=None)
    return {entry.store_id: (entry.market, entry.name) for entry, _ in page.entries}


def test_good_stores_are_written_and_listed_and_bad_ones_are_not(
    table: Table, tmp_path: Path
) -> None:
    report = load_stores(table, tmp_path, STORES)
    assert not report.good
    assert [(one.line, one.column) for one in report.files[0].problems] == [
        (3, "latitude"),
        (5, "id"),
    ]
    assert listed(table) == {"a1": ("fr", 'Chez "Toto" 🍩'), "b2": ("de", "Lab")}
    profile = StoreRepository(table).profile("b2")
    assert profile is not None
    assert profile["time_zone"] == "Europe/Berlin"
    assert StoreRepository(table).profile("bad") is None


def test_importing_again_writes_nothing(table: Table, tmp_path: Path) -> None:
    load_stores(table, tmp_path, STORES)
    again = load_stores(table, tmp_path, STORES)
    assert again.documents.written == 0
    assert again.documents.unchanged == 4  # two profiles, two shards


def test_a_store_with_and_without_its_zeros_is_one_store(table: Table, tmp_path: Path) -> None:
    add_store(table, "0017", name="Lab")
    rows = "17,Lab,de,Berlin,52.5,13.4,One\n0017,Lab,de,Berlin,52.5,13.4,Two\n"
    report = load_stores(table, tmp_path, STORES.partition("\n")[0] + "\n" + rows)
    (problem,) = report.files[0].problems
    assert (problem.line, problem.column) == (3, "id")
    profile = StoreRepository(table).profile("0017")
    assert profile is not None
    assert profile["street"] == "One"


def test_an_item_with_and_without_its_zeros_is_one_item(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "0042", category="donuts", names={"de": "Ring"}, price=5, rank=9,
              allergens=[])  # fmt: skip
    report = load_catalog(table, tmp_path, "id,market,price\n42,de,1.00\n0042,de,2.00\n")
    assert [one.line for one in report.files[0].problems] == [3]
    drafts = {one.item_id: one for one in CatalogRepository(table).drafts("de")}
    assert drafts["0042"]["price"] == 100
    assert "42" not in drafts


def test_a_dry_run_writes_nothing(table: Table, tmp_path: Path) -> None:
    report = load_stores(table, tmp_path, STORES, dry_run=True)
    assert len(report.files[0].good) == 2
    assert "2 would be created" in "\n".join(lines(report))
    assert listed(table) == {}


def test_a_store_that_changes_its_market_is_listed_once(table: Table, tmp_path: Path) -> None:
    add_store(table, "a1", market="de", name='Chez "Toto" 🍩')
    report = load_stores(table, tmp_path, STORES)
    assert listed(table)["a1"][0] == "fr"
    page = DirectoryRepository(table).index().page(market="de", search=None, first=9, after=None)
    assert [entry.store_id for entry, _ in page.entries] == ["b2"]
    assert "1 stores changed their market (a1)" in report.notes[0]


def test_a_listing_that_was_cut_short_is_mended(table: Table, tmp_path: Path) -> None:
    load_stores(table, tmp_path, STORES)
    for shard in table.partition("DIRECTORY"):
        table.item(*shard.key).delete()
    assert load_stores(table, tmp_path, STORES).documents.created == 2
    assert set(listed(table)) == {"a1", "b2"}


def test_a_catalog_is_drafted_and_published(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    report = load_catalog(table, tmp_path, ITEMS, partial=True)
    assert [(one.line, one.column) for one in report.files[0].problems] == [
        (4, "price"),
        (5, "category"),
    ]
    version = CatalogRepository(table).current("de")
    assert report.published == {"de": version.version}
    assert version.by_id["pistachio"].allergens == ("GLUTEN", "NUTS")
    assert version.by_id["pistachio"].price == 219
    assert version.by_id["strudel"].image_url == "/pictures/strudel.svg"
    assert list(version.categories) == ["donuts", "drinks", "cakes"]
    assert version.categories["cakes"] == {"de": "Kuchen"}
    assert [item.id for item in version.items][-2:] == ["pistachio", "strudel"]

    again = load_catalog(table, tmp_path, ITEMS, partial=True)
    assert again.documents.written == 0
    assert again.published == {}


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_catalog_is_not_published_with_a_part_of_its_file(
    table: Table, tmp_path: Path, *, dry_run: bool
) -> None:
    for market in ("de", "fr"):
        publish_small_catalog(table, market)
    before = CatalogRepository(table).in_force("de")
    rows = "glazed,de,1.61\nglazed,fr,1.71\nglazed,fr,1.71\nlatte,de,nothing\n"
    report = load_catalog(table, tmp_path, f"id,market,price\n{rows}", dry_run=dry_run)
    assert CatalogRepository(table).in_force("de") == before
    assert not report.good
    (why,) = report.unpublished["de"]
    assert why.startswith("refused rows would be missing: 1; ")
    assert "--publish-partial" in why
    # Nothing of the other market was refused: its second row only repeats the first.
    assert report.unpublished.keys() == {"de"}
    assert report.published.keys() == (set() if dry_run else {"fr"})

    whole = load_catalog(table, tmp_path, f"id,market,price\n{rows}".replace("nothing", "3.1"))
    assert whole.published.keys() >= {"de"}
    assert CatalogRepository(table).current("de").by_id["glazed"].price == 161


def test_rows_of_unknown_markets_keep_all_catalogs_from_being_published(
    table: Table, tmp_path: Path
) -> None:
    publish_small_catalog(table)
    report = load_catalog(table, tmp_path, "id,market,price\nglazed,de,1.61\nlatte,xx,1\n")
    assert report.unpublished.keys() == {"de"}


def test_a_publication_of_an_import_names_it(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    load_catalog(table, tmp_path, PRICE)
    newest, *_ = CatalogRepository(table).publications("de")
    assert newest.author == "carte-import"


def test_drafts_may_wait_for_their_publishing(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    before = CatalogRepository(table).in_force("de")
    assert load_catalog(table, tmp_path, ITEMS, publish=False).documents.created == 3
    assert CatalogRepository(table).in_force("de") == before


PRICE = "id,market,price\nglazed,de,1.61\n"


@pytest.mark.parametrize("dry_run", [True, False])
def test_drafts_of_others_are_not_published_with_a_file(
    table: Table, tmp_path: Path, *, dry_run: bool
) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "latte", names={"de": "UNFERTIG"})
    before = CatalogRepository(table).in_force("de")
    report = load_catalog(table, tmp_path, PRICE, dry_run=dry_run)
    assert CatalogRepository(table).in_force("de") == before
    (why,) = report.unpublished["de"]
    assert "latte" in why
    assert "--publish-drafts" in why
    assert "glazed" not in why
    assert not report.good
    assert "NOT published" in "\n".join(lines(report))


def test_drafts_that_any_file_of_the_import_has_are_ours(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "latte", price=999)
    (tmp_path / "other").mkdir()
    header = "id,market,price\n"
    sheets = [
        sheet(folder, catalog.COLUMNS, header + row)
        for folder, row in ((tmp_path, "glazed,de,1.61\n"), (tmp_path / "other", "latte,de,3.33\n"))
    ]
    report = empty_report()
    import_catalog(table, sheets, NO_PROGRESS, report, publish=True)
    version = CatalogRepository(table).current("de")
    assert report.unpublished == {}
    assert (version.by_id["glazed"].price, version.by_id["latte"].price) == (161, 333)


def test_another_order_of_categories_is_a_draft_of_others(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "category:drinks", rank=0)
    before = CatalogRepository(table).in_force("de")
    report = load_catalog(table, tmp_path, PRICE)
    assert CatalogRepository(table).in_force("de") == before
    assert "the order of categories" in report.unpublished["de"][0]


def test_drafts_of_others_are_published_where_one_says_so(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "latte", names={"de": "Fertig"})
    opened = sheet(tmp_path, catalog.COLUMNS, PRICE)
    report = empty_report()
    import_catalog(table, [opened], NO_PROGRESS, report, publish=True, with_drafts=True)
    version = CatalogRepository(table).current("de")
    assert report.published == {"de": version.version}
    assert version.by_id["latte"].names["de"] == "Fertig"
    assert version.by_id["glazed"].price == 161


def test_a_catalog_that_cannot_be_published_leaves_the_old_one_in_force(
    table: Table, tmp_path: Path
) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "half-done", category="donuts", rank=9)
    before = CatalogRepository(table).in_force("de")
    report = load_catalog(table, tmp_path, ITEMS)
    assert CatalogRepository(table).in_force("de") == before
    assert "half-done has no name" in report.unpublished["de"]
    assert not report.good
    assert "NOT published" in "\n".join(lines(report))


def test_a_category_has_one_name(table: Table, tmp_path: Path) -> None:
    header = "id,market,category,category_name,name,price,allergens\n"
    content = (
        header + "a,de,cakes,Kuchen,A,1,none\nb,de,cakes,Torten,B,1,none\nc,de,cakes,,C,1,none\n"
    )
    report = load_catalog(table, tmp_path, content, partial=True)
    assert [one.line for one in report.files[0].problems] == [3]
    assert [item.id for item in CatalogRepository(table).current("de").items] == ["a", "c"]


def test_a_refused_row_names_no_category(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    header = "id,market,category,category_name,name,price,allergens\n"
    content = (
        f"{header}new,de,donuts,Süßes,Neu,1,\nfree,de,donuts,Ringe,Frei,1,none\n"
        "glazed,de,donuts,Ringe,,,\n"
    )
    report = load_catalog(table, tmp_path, content, partial=True)
    assert [(one.line, one.column) for one in report.files[0].problems] == [(2, "allergens")]
    catalog_now = CatalogRepository(table).current("de")
    assert catalog_now.by_id["free"].category == "donuts"
    drafts = CatalogRepository(table).drafts("de")
    (donuts,) = [one for one in drafts if one.item_id == "category:donuts"]
    assert donuts.registers["names/de"].value == "Ringe"


def test_a_name_in_the_file_does_not_bring_a_withdrawn_category_back(
    table: Table, tmp_path: Path
) -> None:
    publish_small_catalog(table)
    set_draft(table, "de", "category:old", names={"de": "Alt"}, withdrawn=True, rank=99)
    header = "id,market,category,category_name,name,price,allergens,withdrawn\n"
    content = f"{header}new,de,old,Alt,Neu,1,none,\ngone,de,old,Alt,Weg,1,none,true\n"
    report = load_catalog(table, tmp_path, content, partial=True)
    (problem,) = report.files[0].problems
    assert (problem.line, problem.column) == (2, "category")
    assert "is withdrawn; bring it back" in problem.reason
    # What nobody sells any more may stay in it: files that were exported have such rows.
    drafts = {one.item_id: one for one in CatalogRepository(table).drafts("de")}
    assert drafts["gone"]["withdrawn"] is True
    assert "new" not in drafts


def test_texts_in_other_languages_stay(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    header = "id,market,category,name,price,allergens\n"
    load_catalog(table, tmp_path, header + "glazed,de,donuts,Neu,1.99,GLUTEN\n")
    glazed = CatalogRepository(table).current("de").by_id["glazed"]
    assert glazed.names == {"en": "Glazed ring", "de": "Neu"}
    assert glazed.descriptions == {"en": "Soft and shiny."}
    assert glazed.calories == 260


def test_an_assortment_is_one_write_a_store(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    add_store(table, "a1")
    report = load_lines(table, tmp_path, LINES)
    assert [(one.line, one.column) for one in report.files[0].problems] == [
        (4, "item"),
        (5, "item"),
    ]
    assert report.documents.created == 1
    documents = StoreRepository(table).documents("a1")
    assert documents is not None
    assert documents.assortment is not None
    assert documents.assortment.value("glazed", "price") == 175
    assert documents.assortment.value("latte", "price") is None
    assert documents.assortment.value("latte", "listed") is None
    assert documents.assortment.value("porridge", "listed") is True, "the standard range stays"
    again = load_lines(table, tmp_path, LINES)
    assert again.documents.written == 0
    assert "do not list them" in again.notes[0]


def test_refused_rows_can_be_written_and_read_again(table: Table, tmp_path: Path) -> None:
    report = load_stores(table, tmp_path, STORES)
    refused = tmp_path / "refused.csv"
    assert write_refused(refused, report.files) == 2
    reopened = sheet(tmp_path, stores.COLUMNS, refused.read_text(encoding="utf-8"), "again.csv")
    assert [row.values["id"] for row in reopened.rows] == ["bad", "a1"]
    assert reopened.ignored[-2:] == ("refused_text", "refused_reason")
    assert "0,0 lies in the Atlantic" in reopened.rows[0].fields[-1]


def test_refused_rows_of_files_that_name_columns_differently_are_read_again(
    table: Table, tmp_path: Path
) -> None:
    first = "id,name,market,city,latitude,longitude\nbad-1,A,fr,Paris,0,0\n"
    second = "Store_ID,NAME,market,city,latitude,longitude\nbad-2,B,fr,Paris,0,0\n"
    opened = [
        sheet(tmp_path, stores.COLUMNS, one, f"{number}.csv")
        for number, one in enumerate((first, second))
    ]
    report = empty_report()
    import_stores(table, opened, NO_PROGRESS, report)
    refused = tmp_path / "refused.csv"
    assert write_refused(refused, report.files) == 2
    reopened = sheet(tmp_path, stores.COLUMNS, refused.read_text(encoding="utf-8"), "again.csv")
    assert [(row.values["id"], row.values["name"]) for row in reopened.rows] == [
        ("bad-1", "A"),
        ("bad-2", "B"),
    ]


def test_nothing_that_was_to_be_mended_is_left_out_of_the_refused_rows(
    table: Table, tmp_path: Path
) -> None:
    broken = 'a1,"Chez Toto,fr'
    wide = "a1,A,fr,Paris,48.85,2.35,1 Rue A,2e,,étage"
    content = STORES.splitlines()[0] + f"\n{broken}\n{wide}\n"
    refused = tmp_path / "refused.csv"
    for again in range(3):
        report = load_stores(table, tmp_path, content)
        assert write_refused(refused, report.files) == 2, again
        content = refused.read_text(encoding="utf-8")
        header, first, second = csv.reader(content.splitlines())
        assert len({*header}) == len(header)
        rows = [dict(zip(header, one, strict=True)) for one in (first, second)]
        assert rows[0]["refused_text"] == broken
        extra = [rows[1][f"refused_extra_{number}"] for number in (1, 2, 3)]
        assert (rows[1]["street"], extra) == ("1 Rue A", ["2e", "", "étage"])
    assert "move what refused_extra_1, refused_extra_3 holds" in rows[1]["refused_reason"]


def test_the_terminal_shows_twenty_problems_and_at_least_one_of_each_rule(
    table: Table, tmp_path: Path
) -> None:
    header = "id,name,market,city,latitude,longitude\n"
    rows = [f"s{number},x,zz,Paris,1,1\n" for number in range(40)]
    content = header + "".join(rows) + "last,x,fr,Paris,100,1\n"
    shown = list(lines(load_stores(table, tmp_path, content)))
    assert any("market is no market: 40" in line for line in shown)
    assert any("latitude is not from -90 to 90: 1" in line for line in shown)
    examples = [line for line in shown if line.startswith("    ") and "file.csv:" in line]
    assert len(examples) <= 20
    assert any("'100'" in line for line in examples)


def test_two_files_are_judged_apart(table: Table, tmp_path: Path) -> None:
    first = sheet(tmp_path, stores.COLUMNS, STORES, "one.csv")
    second = sheet(tmp_path, stores.COLUMNS, STORES.replace("Lab", "Labor"), "two.csv")
    report = empty_report()
    import_stores(table, [first, second], NO_PROGRESS, report)
    assert [len(one.good) for one in report.files] == [2, 2]
    assert listed(table)["b2"] == ("de", "Labor")


def test_a_file_of_one_price_changes_one_price(table: Table, tmp_path: Path) -> None:
    publish_small_catalog(table)
    add_store(table, "a1")
    before = menu_items(table, "a1")
    report = load_lines(table, tmp_path, "store,item,price\na1,glazed,1.75\n")
    assert (len(before), menu_items(table, "a1")) == (2, before)
    (row,) = report.files[0].good
    assert [str(change) for change in row.changes] == ["glazed/price: None -> 175"]


def menu_items(table: Table, store_id: str) -> list[str]:
    documents = StoreRepository(table).documents(store_id)
    assert documents is not None
    catalog = CatalogRepository(table).current("de")
    at = datetime(2026, 11, 2, 8, tzinfo=UTC)
    menu = assemble(documents, catalog, at=at, locale=None)
    return [item.id for category in menu.categories for item in category.items]


def test_another_brands_file_does_not_replace_stores_unless_asked(
    table: Table, tmp_path: Path
) -> None:
    load_stores(table, tmp_path, STORES)
    other = "id,name,market,city,latitude,longitude\nb2,Brand,de,Hamburg,53.55,10.0\n"
    refused = load_stores(table, tmp_path, other)
    assert "makes it 'Brand' in Hamburg" in refused.files[0].problems[0].reason
    assert listed(table)["b2"] == ("de", "Lab")
    renamed = load_stores(table, tmp_path, other.replace("53.55,10.0", "50.94,6.96"), dry_run=True)
    (row,) = renamed.files[0].good
    assert row.fate == "changed"
    assert "name: 'Lab' -> 'Brand'" in [str(change) for change in row.changes]
    opened = sheet(tmp_path, stores.COLUMNS, other)
    import_stores(table, [opened], NO_PROGRESS, empty_report(), replace=True)
    assert listed(table)["b2"] == ("de", "Brand")


def test_what_a_file_leaves_empty_is_no_change_and_a_new_item_states_its_allergens(
    table: Table, tmp_path: Path
) -> None:
    publish_small_catalog(table)
    header = "id,market,category,name,price,allergens\n"
    report = load_catalog(
        table,
        tmp_path,
        header + "glazed,de,,,2.05,\nnew,de,donuts,New,1,\nbare,de,donuts,B,1,None\n",
        partial=True,
    )
    assert [(one.line, one.column) for one in report.files[0].problems] == [(3, "allergens")]
    version = CatalogRepository(table).current("de")
    assert version.by_id["glazed"].allergens == ("GLUTEN", "MILK")
    assert version.by_id["glazed"].price == 205
    assert version.by_id["bare"].allergens == ()


def test_a_catalog_that_is_too_large_is_refused_before_anything_is_written(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    monkeypatch.setattr(publishing, "MAX_STORED_BYTES", 300)
    with pytest.raises(FileRefusedError, match=r"too large: its 5 items take \d+ bytes"):
        load_catalog(table, tmp_path, ITEMS)
    assert len(CatalogRepository(table).drafts("de")) == 5, "two categories and three items"


def test_the_files_before_one_that_is_too_large_are_published_and_reported(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    header = "id,market,category,name,price,allergens\n"
    small = header + "mini,de,donuts,Mini,1,none\n"
    names = [sha256(str(n).encode()).hexdigest() for n in range(60)]  # they cannot be compressed
    large = header + "".join(f"x{n},de,donuts,{name},1,none\n" for n, name in enumerate(names))
    first = sheet(tmp_path, catalog.COLUMNS, small, "first.csv")
    second = sheet(tmp_path, catalog.COLUMNS, large, "second.csv")
    monkeypatch.setattr(publishing, "MAX_STORED_BYTES", 1500)
    report = empty_report()
    with pytest.raises(FileRefusedError, match=r"second\.csv.*too large"):
        import_catalog(table, [first, second], NO_PROGRESS, report, publish=True)
    assert [(one.file, one.count("created")) for one in report.files] == [(first.file, 1)]
    version = CatalogRepository(table).current("de")
    assert report.published == {"de": version.version}
    assert "mini" in version.by_id
    assert "x0" not in version.by_id


def test_places_outside_the_country_are_warned_of(table: Table, tmp_path: Path) -> None:
    header = "id,name,market,city,latitude,longitude\n"
    report = load_stores(
        table, tmp_path,
        header + "s1,A,us,Denver,39.7,104.9\ns2,B,us,Denver,39.7,-104.9\ns3,C,us,D,-80,40\n",
        dry_run=True,
    )  # fmt: skip
    assert [line for line, _ in report.files[0].warnings] == [2, 4]
    assert "is a sign lost" in "\n".join(lines(report))


def test_a_stop_in_between_leaves_what_was_written_in_the_directory(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)

    class Stopping(NoProgress):
        def track(
            self, items: Iterable[Any], title: str, total: int, *, per_item: int = 1
        ) -> Iterator[Any]:
            for item in super().track(items, title, total, per_item=per_item):
                yield item
                if title == "writing":
                    raise KeyboardInterrupt

    opened = sheet(tmp_path, stores.COLUMNS, STORES)
    report = empty_report()
    import_stores(table, [opened], Stopping(), report)
    assert report.interrupted
    assert not report.good
    found = set(listed(table))
    written = {one for one in ("a1", "b2") if StoreRepository(table).profile(one) is not None}
    assert found == written != set()
    in_lists = len([*table.partition(keys.DIRECTORY)])
    assert report.documents.created == len(written) + in_lists
    assert "interrupted" in "\n".join(lines(report))


class StoppingAt(NoProgress):
    """Ctrl-C while a step of the work is under way."""

    def __init__(self, title: str) -> None:
        self.title = title

    def track(
        self, items: Iterable[Any], title: str, total: int, *, per_item: int = 1
    ) -> Iterator[Any]:
        if title == self.title:
            raise KeyboardInterrupt
        yield from super().track(items, title, total, per_item=per_item)


def test_a_stop_before_the_directory_is_written_says_that_stores_may_be_in_no_list(
    table: Table, tmp_path: Path
) -> None:
    report = empty_report()
    opened = sheet(tmp_path, stores.COLUMNS, STORES)
    with pytest.raises(KeyboardInterrupt):
        import_stores(table, [opened], StoppingAt("directory"), report)
    assert report.documents.created == 2
    assert "may be in no list" in report.notes[0]
    assert report.files[0].count("created") == 2


def test_a_file_whose_rows_were_not_compared_is_in_no_report(table: Table, tmp_path: Path) -> None:
    report = empty_report()
    opened = sheet(tmp_path, stores.COLUMNS, STORES)
    with pytest.raises(KeyboardInterrupt):
        import_stores(table, [opened], StoppingAt("comparing"), report)
    assert report.files == []


def test_a_failure_before_the_catalog_is_published_says_so(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(CatalogRepository, "publish", fail)
    opened = sheet(tmp_path, catalog.COLUMNS, ITEMS)
    report = empty_report()
    with pytest.raises(KeyboardInterrupt):
        import_catalog(table, [opened], NO_PROGRESS, report, publish=True, partial_files=True)
    assert report.documents.created > 0
    assert report.notes == ["drafts of de were written and not published"]


CLOSED = """id,name,market,city,latitude,longitude,closed_days,closed_from,hidden
a1,Lab,de,Köln,50.94,6.96,{first}; {second},,no
b2,Kiosk,de,Köln,50.95,6.97,,{second},
c3,Pilot,de,Köln,50.96,6.98,,,yes
d4,Late,de,Köln,50.97,6.99,{past},,
e5,Wrong,de,Köln,50.98,6.90,24.12.,soon,perhaps
"""


def test_a_file_closes_and_hides_stores_by_the_rules_of_the_mutation(
    table: Table, tmp_path: Path
) -> None:
    today = datetime.now(UTC).date()
    first, second = today + timedelta(days=3), today + timedelta(days=4)
    content = CLOSED.format(first=first, second=second, past=today - timedelta(days=30))
    report = load_stores(table, tmp_path, content)
    problems = [(one.line, one.column, one.rule) for one in report.files[0].problems]
    assert problems == [
        (5, "closed_days", "lies in the past"),
        (6, "closed_days", "is no day"),
        (6, "closed_from", "is no day"),
        (6, "hidden", "is not true or false"),
    ]
    assert set(listed(table)) == {"a1", "b2"}
    profiles = StoreRepository(table).profiles(["a1", "b2", "c3"])
    found = {name: closures_of(one.values()) for name, one in profiles.items()}
    assert found == {
        "a1": Closures(frozenset({first, second}), None),
        "b2": Closures(frozenset(), second),
        "c3": None,
    }
    again = load_stores(table, tmp_path, content)
    assert again.files[0].count("unchanged") == 3
    assert again.documents.written == 0


def test_an_empty_cell_closes_and_opens_nothing_and_the_word_none_opens(
    table: Table, tmp_path: Path
) -> None:
    day = datetime.now(UTC).date() + timedelta(days=3)
    head = "id,name,market,city,latitude,longitude,closed_days,closed_from,hidden\n"
    row = "a1,Lab,de,Köln,50.94,6.96,"
    load_stores(table, tmp_path, f"{head}{row}{day},{day},yes\n")
    assert load_stores(table, tmp_path, f"{head}{row},,\n").files[0].count("unchanged") == 1
    assert listed(table) == {}
    report = load_stores(table, tmp_path, f"{head}{row}none,none,no\n")
    assert report.files[0].count("changed") == 1
    assert set(listed(table)) == {"a1"}
    profile = StoreRepository(table).profile("a1")
    assert profile is not None
    assert closures_of(profile.values()) is None


def test_columns_of_languages_that_the_chain_does_not_have_are_named(
    table: Table, tmp_path: Path
) -> None:
    publish_small_catalog(table)
    header = "id,market,name_fr,name_pt,description_en-US,name_old,note\n"
    report = load_catalog(table, tmp_path, header + "glazed,de,Anneau,Rosca,Ring,x,y\n")
    assert "languages of name_pt, description_en-US; languages are en, fr, de" in "\n".join(
        lines(report)
    )
    assert report.good
    assert CatalogRepository(table).current("de").by_id["glazed"].names["fr"] == "Anneau"
