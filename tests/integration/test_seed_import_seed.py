"""Seeding a table: whole, once, and without treading on what staff did."""

from collections.abc import Iterator

import pytest

from dataload.progress import NoProgress
from dataload.seeding import SeedReport, seed
from localcloud.single_emulator import running
from services.domain.documents.profile import StoreProfile
from services.domain.markets import MARKETS
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from tests.support.chain import set_assortment, set_draft, set_stock

STORES = 20


def seeded(table: Table, stores: int, seed_number: int = 1) -> SeedReport:
    return seed(table, stores=stores, seed_number=seed_number, progress=NoProgress())


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Table, SeedReport]]:
    """A table that was seeded once. Its tests run in order and build on each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        with running(tmp_path_factory.mktemp("emulator")) as emulator:
            table = emulator.new_table()
            yield table, seeded(table, STORES)


def names(table: Table) -> list[str]:
    page = DirectoryRepository(table).index().page(market=None, search=None, first=99, after=None)
    return sorted(entry.store_id for entry, _ in page.entries)


def test_every_store_is_listed_and_has_a_menu(first: tuple[Table, SeedReport]) -> None:
    table, report = first
    assert report.created == STORES
    assert report.published == tuple(MARKETS)
    listed = names(table)
    assert len(listed) == STORES
    for store_id in listed:
        documents = StoreRepository(table).documents(store_id)
        assert documents is not None
        assert documents.assortment is not None
        assert documents.stock is not None
        catalog = CatalogRepository(table).current(documents.profile["market"])
        assert documents.assortment.lines.keys() <= catalog.by_id.keys()


def test_a_second_run_writes_nothing(first: tuple[Table, SeedReport]) -> None:
    report = seeded(first[0], STORES)
    assert report.documents.written == 0
    assert (report.created, report.published) == (0, ())


def test_a_larger_chain_adds_stores_and_keeps_what_staff_did(
    first: tuple[Table, SeedReport],
) -> None:
    table, _ = first
    set_assortment(table, "us-00001", {"glazed-ring": {"price": 1, "listed": True}})
    set_stock(table, "us-00001", {"glazed-ring": 77})
    set_draft(table, "us", "glazed-ring", price=2)
    in_force = CatalogRepository(table).in_force("us")

    report = seeded(table, STORES + 5)

    assert report.created == 5
    assert len(names(table)) == STORES + 5
    documents = StoreRepository(table).documents("us-00001")
    assert documents is not None
    assert documents.assortment is not None
    assert documents.stock is not None
    assert documents.assortment.value("glazed-ring", "price") == 1
    assert documents.stock.left("glazed-ring") == 77
    assert CatalogRepository(table).in_force("us") == in_force, "staff publish their own edits"


def test_another_seed_number_leaves_stores_that_are_there(
    first: tuple[Table, SeedReport],
) -> None:
    assert seeded(first[0], STORES, seed_number=2).documents.written == 0


def test_a_seed_that_was_cut_short_is_completed(first: tuple[Table, SeedReport]) -> None:
    """Its stores have documents, some of them, but the directory does not list them yet."""
    table, _ = first
    stored = table.get(keys.profile("us-00001"))
    assert stored is not None
    renamed = StoreProfile.load("us-00001", stored.body).assign(
        {"name": "Renamed"}, table.clock.tick()
    )
    table.put(keys.profile("us-00001"), renamed.dump(), rev=table.clock.tick(), replaces=stored.rev)
    for shard in table.partition(keys.DIRECTORY):
        table.item(*shard.key).delete()
    table.item(*keys.stock("us-00001")).delete()

    report = seeded(table, STORES)

    assert len(names(table)) == STORES
    found = DirectoryRepository(table).index().page(
        market="us", search="renamed", first=9, after=None
    )  # fmt: skip
    assert [entry.store_id for entry, _ in found.entries] == ["us-00001"]
    documents = StoreRepository(table).documents("us-00001")
    assert documents is not None
    assert documents.stock is not None
    assert documents.profile["name"] == "Renamed"
    # The stock that was missing, and the shards of the directory.
    assert report.documents.changed == 0
    assert report.documents.unchanged > 3 * STORES - 2
