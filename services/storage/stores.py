"""Stores: the whole partition for a menu, profiles for lists, and the directory of all of them."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from services.domain.documents.assortment import Assortment
from services.domain.documents.layout import Body
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.menu import StoreDocuments
from services.storage import keys, reads
from services.storage.replica import Stored
from services.storage.table import Table

if TYPE_CHECKING:
    from services.domain.documents.directory import DirectoryEntry
    from services.domain.search.index import StoreIndex
    from services.domain.search.places import PlaceNames
    from services.domain.search.tables import StoreTables, TablesSource

    DirectoryTables = Callable[
        [Mapping[str, str], Sequence[DirectoryEntry], PlaceNames], StoreTables
    ]

DIRECTORY_MAX_AGE_S: Final = 60.0
RETRY_S: Final = 5.0  # after which a directory that could not be read is read again


def _place_names() -> "PlaceNames":
    from services.storage import place_names

    return place_names.of_this_process()


class StoreRows:
    """A store's partition as it was read; nothing is decoded before `documents` is called.

    Attributes:
        revisions: The revision of each document by sort key; empty: there is no such store.
    """

    __slots__ = ("_rows", "_store_id", "revisions")

    def __init__(self, store_id: str, rows: Sequence[Stored]) -> None:
        self._store_id = store_id
        self._rows = rows
        self.revisions = {stored.key.sk: stored.rev for stored in rows}

    def documents(self) -> StoreDocuments | None:
        """Return the documents; None: there is no such store."""
        store_id = self._store_id
        profile: StoreProfile | None = None
        assortment: Assortment | None = None
        stock: list[Body] = []
        for row in self._rows:
            kind = row.key.sk
            if kind == keys.PROFILE:
                profile = StoreProfile.read(store_id, row.body)
            elif kind == keys.ASSORTMENT:
                assortment = Assortment.read(store_id, row.body)
            elif kind == keys.STOCK or kind.startswith(keys.SALES_PREFIX):
                stock.append(row.body)
        if profile is None:
            return None
        return StoreDocuments(
            profile=profile,
            assortment=assortment,
            stock=Stock.read(store_id, stock) if stock else None,
            revisions=self.revisions,
        )


class StoreRepository:
    """Reads stores of one region's replica."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @property
    def writes(self) -> int:
        """Changes whenever this process writes anything; see `Table.writes`."""
        return self._table.writes

    def close(self) -> None:
        """Close idle connections to the table."""
        self._table.close()

    def rows(self, store_id: str) -> StoreRows:
        """Return a store's partition by one Query.

        Eventually consistent, but for a moment after this process wrote there itself.
        """
        pk = keys.store_partition(store_id)
        consistent = self._table.wrote_lately(pk)
        return StoreRows(store_id, self._table.partition(pk, consistent=consistent))

    def documents(self, store_id: str) -> StoreDocuments | None:
        """Return everything of one store by one Query; None: no such store."""
        noted = reads.current()
        if noted is None:
            return self.rows(store_id).documents()
        rows: StoreRows | Exception | None = noted.ahead.pop(store_id, None)
        if rows is None:
            rows = self.rows(store_id)
        elif isinstance(rows, Exception):
            raise rows
        noted.requests += 1
        if noted.stores.setdefault(store_id, rows.revisions) != rows.revisions:
            reads.other()  # read twice, and it changed in between
        return rows.documents()

    def profile(self, store_id: str) -> StoreProfile | None:
        """Return one store's profile."""
        stored = self._table.get(keys.profile(store_id))
        return StoreProfile.load(store_id, stored.body) if stored else None

    def profiles(self, store_ids: Sequence[str]) -> dict[str, StoreProfile]:
        """Profiles by id; those that this region does not have (yet) are missing."""
        found = self._table.get_many(keys.profile(store_id) for store_id in store_ids)
        return {
            store_id: StoreProfile.read(store_id, stored.body)
            for key, stored in found.items()
            for store_id in (key.pk.removeprefix(keys.STORE_PREFIX),)
        }


class DirectoryRepository:
    """The store directory, held in memory and read again when it has grown old."""

    def __init__(
        self,
        table: Table,
        max_age_s: float = DIRECTORY_MAX_AGE_S,
        monotonic: Callable[[], float] = time.monotonic,
        tables: "DirectoryTables | None" = None,
    ) -> None:
        """Take the replica; the directory is read at its first use.

        Args:
            table: The replica of this region.
            max_age_s: Seconds after which the directory is read again.
            monotonic: Returns seconds that never go back.
            tables: Returns the tables of the search for the stores of a directory, given the
                revision of each of its shards; None: each process makes its own.
        """
        self._table = table
        self._tables = tables
        self._max_age_s = max_age_s
        self._monotonic = monotonic
        self._index: StoreIndex | None = None
        self._unlisted: list[str] = []
        self._fault: Exception | None = None  # why the directory could not be read again
        self._revisions: dict[str, str] = {}
        self._expires = 0.0
        self._read = float("-inf")  # when it was last read

    def index(self) -> "StoreIndex":
        """Return all stores, at most `max_age_s` seconds old while the table can be read.

        Raises:
            Exception: Reading the directory fails, and it was never read, or was due to be read
                again over `reads.MAX_OUTDATED_S` ago.
        """
        from services.domain.documents.directory import DirectoryShard
        from services.domain.search.index import StoreIndex

        reads.other()
        index = self._index
        now = self._monotonic()
        if index is None or now >= self._expires:
            try:
                rows = self._table.partition(keys.DIRECTORY)
                revisions = {stored.key.sk: stored.rev for stored in rows}
                if index is None or revisions != self._revisions:
                    shards = [DirectoryShard.load(stored.key.sk, stored.body) for stored in rows]
                    index = StoreIndex(
                        (entry for shard in shards for entry in shard.entries()),
                        places=_place_names,
                        tables=self._tables_of(revisions),
                    )
                    self._unlisted = sorted({one for shard in shards for one in shard.taken_out()})
            except Exception as fault:
                if index is None or now - self._read > self._max_age_s + reads.MAX_OUTDATED_S:
                    raise
                # A region whose table fails for a moment goes on finding the stores it knows.
                self._fault = fault
                self._expires = self._monotonic() + RETRY_S
            else:
                self._index, self._revisions, self._fault = index, revisions, None
                self._read = now
                # Spread over time, so that a thousand warm Lambdas do not read it in one second.
                # An empty one is about to be filled: the first stores are found within seconds.
                age = self._max_age_s if rows else min(self._max_age_s, RETRY_S)
                self._expires = self._monotonic() + age * random.uniform(0.8, 1.0)
        if self._fault is not None:
            reads.outdated(self._fault, now - self._read)
        return index

    def unlisted(self) -> Sequence[str]:
        """Return the ids of stores that were taken out of a part of the directory.

        They are hidden, or listed in another market by now. As old as what `index` returned last.
        """
        return self._unlisted

    def _tables_of(self, revisions: dict[str, str]) -> "TablesSource | None":
        return None if self._tables is None else partial(self._tables, revisions)

    def list_store(self, store_id: str, *, again: bool) -> None:
        """Bring the directory's row of a store in line with its profile; see `Listing`.

        Raises:
            ContentionError: Others changed the same part of the directory, every time.
        """
        from services.storage.listing import Listing

        Listing(self._table).list_store(store_id, again=again)
        self.expire()

    def expire(self) -> None:
        """Have the next use read the directory again, or fail."""
        self._expires = self._read = float("-inf")
