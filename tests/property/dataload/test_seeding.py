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


def test_a_chain_is_seeded_enlarged_and_seeded_again(table: Table) -> None:
    first = seeded(table, 2)
    assert (first.created, first.stores) == (2, 2)
    assert first.published
    stores = StoreRepository(table)
    before = stores.documents("us-00001")
    assert before is not None
    catalog = CatalogRepository(table).current(before.profile["market"])
    menu = assemble(before, catalog, at=datetime(2026, 5, 1, 12, tzinfo=UTC), locale=None)
    assert sum(len(category.items) for category in menu.categories) >= 40

    larger = seeded(table, 4)
    assert (larger.created, larger.stores, larger.published) == (2, 4, ())
    after = stores.documents("us-00001")
    assert after is not None
    assert after.profile == before.profile

    again = seeded(table, 4)
    assert (again.created, again.documents.written, again.published) == (0, 0, ())
