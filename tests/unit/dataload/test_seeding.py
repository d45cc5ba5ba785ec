"""Seeding a table: the chain's stores and catalogs, each created once."""

from datetime import UTC, datetime

from dataload.progress import Bars
from dataload.seeding import SeedReport, seed
from services.domain.menu import assemble
from services.storage.catalogs import CatalogRepository
from services.storage.stores import StoreRepository
from services.storage.table import Table


def seeded(table: Table, stores: int) -> SeedReport:
    with Bars(visible=False) as bars:
        return seed(table, stores=stores, seed_number=1, progress=bars)


def test_a_seeded_store_has_a_menu_and_seeding_again_writes_nothing(table: Table) -> None:
    first = seeded(table, 3)
    assert (first.created, first.stores) == (3, 3)
    assert first.published
    documents = StoreRepository(table).documents("us-00001")
    assert documents is not None
    catalog = CatalogRepository(table).current(documents.profile["market"])
    menu = assemble(documents, catalog, at=datetime(2026, 5, 1, 12, tzinfo=UTC), locale=None)
    assert sum(len(category.items) for category in menu.categories) >= 40

    again = seeded(table, 3)
    assert (again.created, again.documents.written, again.published) == (0, 0, ())


def test_a_larger_chain_adds_the_rest_and_keeps_the_stores_that_are_there(table: Table) -> None:
    seeded(table, 2)
    before = StoreRepository(table).documents("us-00001")
    assert before is not None
    report = seeded(table, 4)
    assert (report.created, report.stores) == (2, 4)
    after = StoreRepository(table).documents("us-00001")
    assert after is not None
    assert after.profile == before.profile
