"""Stores: the whole partition for a menu, profiles for lists, and the directory of all of them."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Final, cast

from services.domain.documents.assortment import Assortment
from services.domain.documents.directory import DirectoryShard
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.menu import StoreDocuments
from services.domain.store_index import StoreIndex
from services.storage import keys
from services.storage.table import Table

DIRECTORY_MAX_AGE_S: Final = 60.0


class StoreRepository:
    """Reads stores of one region's replica."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def documents(self, store_id: str) -> StoreDocuments | None:
        """Everything of one store by one Query, eventually consistent; None: no such store."""
        rows = self._table.partition(keys.store_partition(store_id))
        by_kind = {stored.key.sk: stored for stored in rows}
        profile = by_kind.get(keys.PROFILE)
        if profile is None:
            return None
        assortment = by_kind.get(keys.ASSORTMENT)
        stock: Stock | None = None
        for row in rows:
            if row.key.sk == keys.STOCK or row.key.sk.startswith(keys.SALES_PREFIX):
                part = Stock.load(store_id, row.body)
                stock = part if stock is None else stock.merge(part)
        return StoreDocuments(
            profile=StoreProfile.load(store_id, profile.body),
            assortment=Assortment.load(store_id, assortment.body) if assortment else None,
            stock=stock,
            revisions={stored.key.sk: stored.rev for stored in rows},
        )

    def profile(self, store_id: str) -> StoreProfile | None:
        """One store's profile."""
        stored = self._table.get(keys.profile(store_id))
        return StoreProfile.load(store_id, stored.body) if stored else None

    def profiles(self, store_ids: Sequence[str]) -> dict[str, StoreProfile]:
        """Profiles by id; those that this region does not have (yet) are missing."""
        found = self._table.get_many(keys.profile(store_id) for store_id in store_ids)
        return {
            key.pk.removeprefix(keys.STORE_PREFIX): cast("StoreProfile", stored.document())
            for key, stored in found.items()
        }


class DirectoryRepository:
    """The store directory, held in memory and read again when it has grown old."""

    def __init__(
        self,
        table: Table,
        max_age_s: float = DIRECTORY_MAX_AGE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._max_age_s = max_age_s
        self._monotonic = monotonic
        self._index: StoreIndex | None = None
        self._revisions: dict[str, str] = {}
        self._expires = 0.0

    def index(self) -> StoreIndex:
        """All stores, at most `max_age_s` seconds old."""
        if self._index is None or self._monotonic() >= self._expires:
            rows = self._table.partition(keys.DIRECTORY)
            revisions = {stored.key.sk: stored.rev for stored in rows}
            if self._index is None or revisions != self._revisions:
                self._index = StoreIndex(
                    entry
                    for stored in rows
                    for entry in cast("DirectoryShard", stored.document()).entries()
                )
                self._revisions = revisions
            # Spread over time, so that a thousand warm Lambdas do not read it in the same second.
            self._expires = self._monotonic() + self._max_age_s * random.uniform(0.8, 1.0)
        return self._index
