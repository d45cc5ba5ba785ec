"""Catalogs: drafts, publishing, and the version in force, kept in memory."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from services.domain.documents.catalog import CatalogDraft, CatalogVersion
from services.domain.documents.journal import Change
from services.domain.publishing import compile_catalog
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.exceptions import CatalogMissingError
from services.storage.kinds import Document, Settings
from services.storage.operations import Edited
from services.storage.table import Table

POINTER_MAX_AGE_S: Final = 5.0
_POINTER: Final = "version"


@dataclass(slots=True)
class _Cached:
    version: CatalogVersion
    checked: float


class CatalogRepository:
    """Reads and publishes catalogs; a version never changes, so only the pointer is read again."""

    def __init__(
        self,
        table: Table,
        max_age_s: float = POINTER_MAX_AGE_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._max_age_s = max_age_s
        self._monotonic = monotonic
        self._cache: dict[str, _Cached] = {}

    def current(self, market: str) -> CatalogVersion:
        """The catalog in force, at most `max_age_s` seconds behind its pointer.

        Raises:
            CatalogMissingError: none was published yet.
        """
        cached = self._cache.get(market)
        now = self._monotonic()
        if cached and now - cached.checked < self._max_age_s:
            return cached.version
        pointer = self._pointed(market)
        if cached and (pointer is None or cached.version.version == pointer):
            cached.checked = now
            return cached.version
        version = self._version(market, pointer) if pointer else None
        if version is None:
            if cached:
                # The pointer came before its version: replication keeps no order between items.
                return cached.version
            raise CatalogMissingError(market)
        self._cache[market] = _Cached(version, now)
        return version

    def in_force(self, market: str) -> str | None:
        """The version that this region's pointer names, read now; None: nothing published yet."""
        return self._pointed(market, consistent=True)

    def drafts(self, market: str) -> list[CatalogDraft]:
        """All drafts of a market, as this region last acknowledged them."""
        partition = keys.catalog_partition(market)
        rows = self._table.partition(partition, prefix=keys.ITEM_PREFIX, consistent=True)
        return [
            CatalogDraft.load(market, row.key.sk.removeprefix(keys.ITEM_PREFIX), row.body)
            for row in rows
        ]

    def publish(self, market: str) -> CatalogVersion:
        """Make the drafts of a market its catalog in force; the same content publishes nothing.

        Raises:
            UnpublishableError: the drafts make no valid catalog.
        """
        key = keys.pointer(market)
        stored = self._table.get(key, consistent=True)
        current = stored.document() if stored else None
        stamp = self._table.next_stamp(stored, current)
        edited = self.publication(market, current, stamp)
        published = edited.answer[0]
        for version_key, body in edited.creates.items():
            self._table.put(version_key, body, rev=stamp, replaces=None)
            self._table.change(key, lambda now, at: _point(now, published, at))
        version = self._version(market, published, consistent=True)
        if version is None:
            raise CatalogMissingError(market)
        return version

    def publication(self, market: str, current: Document | None, stamp: Stamp) -> Edited:
        """What publishing now makes of the pointer; the answer is [version, number of items].

        Args:
            market: id of the market.
            current: the pointer.
            stamp: names the new version.

        Raises:
            UnpublishableError: the drafts make no valid catalog.
        """
        pointer = current[_POINTER] if isinstance(current, Settings) else None
        version = compile_catalog(market, str(stamp), self.drafts(market))
        before = self._version(market, pointer, consistent=True) if pointer else None
        if before is not None and current is not None and before.dump() == version.dump():
            return Edited(current, [before.version, len(before.items)])
        seen = (
            current.registers[_POINTER].stamp if pointer and isinstance(current, Settings) else None
        )
        return Edited(
            _point(current, version.version, stamp),
            [version.version, len(version.items)],
            (Change(_POINTER, version.version, seen),),
            creates={keys.version(market, stamp): version.dump()},
        )

    def _pointed(self, market: str, *, consistent: bool = False) -> str | None:
        stored = self._table.get(keys.pointer(market), consistent=consistent)
        document = stored.document() if stored else None
        return document[_POINTER] if isinstance(document, Settings) else None

    def _version(
        self, market: str, version: str, *, consistent: bool = False
    ) -> CatalogVersion | None:
        key = keys.version(market, Stamp.parse(version))
        stored = self._table.get(key, consistent=consistent)
        return CatalogVersion.load(market, version, stored.body) if stored else None


def _point(current: Document | None, version: str, stamp: Stamp) -> Settings:
    settings = current if isinstance(current, Settings) else Settings({})
    return settings.assign({_POINTER: version}, stamp)
