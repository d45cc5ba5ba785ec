"""Catalogs in memory stay within their bound, and each is the one in force."""

import pytest

from services.domain.documents.catalog import BYTES_PER_ITEM
from services.domain.menu_item_cache import localized_catalog
from services.storage import catalogs
from services.storage.catalogs import CatalogRepository
from services.storage.table import Table
from tests.support.chain import set_draft

MARKETS = ("de", "fr", "it", "es")
ITEMS = 3


@pytest.fixture
def published(table: Table) -> Table:
    """A catalog of a few items in each market."""
    for price, market in enumerate(MARKETS, start=100):
        set_draft(table, market, "category:donuts", names={"en": "Donuts"}, rank=0)
        for at in range(ITEMS):
            set_draft(
                table,
                market,
                f"item-{at}",
                category="donuts",
                names={"en": f"Item {at}"},
                price=price,
                standard=True,
                allergens=[],
                rank=at,
            )
        CatalogRepository(table).publish(market)
    return table


def kept(repository: CatalogRepository) -> list[str]:
    """The markets whose catalogs are in memory."""
    return list(repository._cache)


def test_the_bytes_of_catalogs_are_bounded(
    published: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "MAX_BYTES", 2 * ITEMS * BYTES_PER_ITEM)
    clock = [0.0]
    repository = CatalogRepository(published, monotonic=lambda: clock[0])
    for _ in range(2):
        for price, market in enumerate(MARKETS, start=100):
            clock[0] += 1
            found = repository.current(market)
            assert found.market == market
            assert [item.price for item in found.items] == [price] * ITEMS
            assert kept(repository)[-1] == market, "what was just requested is kept"
            assert sum(one.size for one in repository._cache.values()) <= catalogs.MAX_BYTES
    assert kept(repository) == list(MARKETS[-2:]), "those that were checked last"


def test_a_catalog_beyond_the_bound_is_kept_alone(
    published: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "MAX_BYTES", 1)
    repository = CatalogRepository(published)
    for market in MARKETS:
        assert repository.current(market) is repository.current(market)
        assert kept(repository) == [market]


def test_menu_items_are_kept_for_one_repository_and_dropped_when_it_expires(
    published: Table,
) -> None:
    ours, others = (CatalogRepository(published).current("de") for _ in range(2))
    repository = CatalogRepository(published)
    both = [repository.current(market) for market in ("de", "fr")]
    for catalog in (ours, others, *both):
        localized_catalog(catalog, ("en",)).categories[0].items[0].make(None, None)
    assert [len(catalog.kept) for catalog in (ours, others, *both)] == [1, 1, 2, 2]
    repository.expire()
    assert [len(catalog.kept) for catalog in (ours, others, *both)] == [1, 1, 0, 0]
    (offers,) = {str(localized_catalog(one, ("en",)).categories[0].items[0].offers) for one in both}
    assert "MenuItem" not in offers
