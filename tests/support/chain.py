"""A table in moto with a small chain in it, written through the repositories."""

from collections.abc import Mapping
from typing import Any

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.directory import DirectoryEntry, DirectoryShard, shard_of
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import counted as counted_stock
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.replica import Replica
from services.storage.table import Table
from tests.support.moto_table import once_written

REGION = "eu-west-1"

PROFILE: Mapping[str, Any] = {
    "name": "Carte Berlin Mitte",
    "market": "de",
    "street": "Torstraße 1",
    "city": "Berlin",
    "state": None,
    "postal_code": "10119",
    "latitude": 52.529,
    "longitude": 13.401,
    "time_zone": "Europe/Berlin",
    "hours": "Mo-Fr 07:00-20:00; Sa 08:00-18:00",
}


def add_store(table: Table, store_id: str, **changes: Any) -> StoreProfile:
    """Write a store's profile and its place in the directory."""
    step = f"store {store_id} {sorted(changes.items())!r}"
    return once_written(table, step, lambda: _add_store(table, store_id, changes))


def _add_store(table: Table, store_id: str, changes: Mapping[str, Any]) -> StoreProfile:
    stamp = table.clock.tick()
    profile = StoreProfile(store_id, {}).assign({**PROFILE, **changes}, stamp)
    table.put(keys.profile(store_id), profile.dump(), rev=stamp, replaces=None)
    entry = DirectoryEntry.of(profile)

    def listed(current: Any, at: Any) -> DirectoryShard:
        shard = current or DirectoryShard(shard_of(entry.market, store_id), {})
        return shard.assign({store_id: entry.row()}, at)

    table.change(keys.directory(shard_of(entry.market, store_id)), listed)
    return profile


def set_assortment(table: Table, store_id: str, lines: Mapping[str, Mapping[str, Any]]) -> None:
    """Set properties of a store's items."""
    table.change(
        keys.assortment(store_id),
        lambda current, stamp: (
            current if isinstance(current, Assortment) else Assortment(store_id, {})
        ).assign(lines, stamp),
    )


def set_stock(table: Replica, store_id: str, pieces: Mapping[str, int]) -> None:
    """Count a store's items."""

    def counted(current: Any, stamp: Any) -> Stock:
        stock = current or Stock(store_id, {})
        for item, count in pieces.items():
            stock = counted_stock(stock, item, count, stamp)
        return stock

    table.change(keys.stock(store_id), counted)


def set_draft(table: Table, market: str, item_id: str, **fields: Any) -> None:
    """Edit a catalog draft."""
    table.change(
        keys.draft(market, item_id),
        lambda current, stamp: (
            current if isinstance(current, CatalogDraft) else CatalogDraft(market, item_id, {})
        ).assign(fields, stamp),
    )


def publish_small_catalog(table: Table, market: str = "de") -> None:
    """Two categories; three items, of which one is for breakfast only and one not standard."""
    once_written(table, f"catalog {market}", lambda: _publish_small_catalog(table, market))


def _publish_small_catalog(table: Table, market: str) -> None:
    set_draft(table, market, "category:donuts", names={"en": "Donuts", "fr": "Beignets"}, rank=1)
    set_draft(table, market, "category:drinks", names={"en": "Drinks", "de": "Getränke"}, rank=2)
    common = {"allergens": ["GLUTEN", "MILK"], "standard": True, "calories": 260}
    names = {"en": "Glazed ring", "de": "Glasierter Ring"}
    image = "/pictures/glazed.svg"
    set_draft(
        table, market, "glazed", category="donuts", names=names, price=199, rank=1,
        descriptions={"en": "Soft and shiny."}, image_url=image, **common,
    )  # fmt: skip
    set_draft(
        table, market, "porridge", category="donuts", names={"en": "Porridge"}, price=350, rank=2,
        dayparts=["BREAKFAST"], **common,
    )  # fmt: skip
    set_draft(
        table, market, "latte", category="drinks", names={"en": "Latte"}, price=320, rank=3,
        allergens=["MILK"],
    )  # fmt: skip
    CatalogRepository(table).publish(market)
