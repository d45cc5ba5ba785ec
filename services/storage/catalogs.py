"""Reads and publishes catalogs; the version in force is kept in memory."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from services.domain.documents.catalog import BYTES_PER_ITEM, CatalogVersion, KeptOffers
from services.domain.documents.layout import entries
from services.domain.stamp import Stamp
from services.storage import keys, reads
from services.storage.exceptions import CatalogMissingError, CatalogNotReplicatedError
from services.storage.keys import POINTER, VERSION_PREFIX
from services.storage.replica import Stored
from services.storage.table import Table

if TYPE_CHECKING:
    from services.domain.documents.catalog import CatalogDraft
    from services.domain.documents.publication import Publication
    from services.storage.kinds import Document
    from services.storage.operations import Edited
    from services.storage.publishing import CatalogPublisher

POINTER_MAX_AGE_S: Final = 5.0
RETRY_S: Final = 1.0  # after which a pointer that could not be read is read again
# Fourteen markets of 200 items take 14 MB; the bound is for a chain that nobody thought of.
MAX_BYTES: Final = 64 * 1024 * 1024


class _Cached:
    __slots__ = ("behind", "checked", "current", "fault", "size", "version", "writes")

    def __init__(self, version: CatalogVersion, checked: float, size: int, writes: int) -> None:
        self.version = version
        self.checked = checked
        self.current = checked  # when the pointer was last read
        self.size = size
        self.writes = writes
        self.fault: Exception | None = None  # why the pointer could not be read again
        self.behind: str | None = None  # what the pointer names, where it has not arrived here


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
        self._menu_items = KeptOffers()

    def current(self, market: str) -> CatalogVersion:
        """Return the catalog in force, at most `max_age_s` seconds behind its pointer.

        What this process published itself is in force at once.

        Where the pointer was replicated before the version that it names (replication keeps no
        order between items), it is the newest version that is here, and the pointer is read again
        after `RETRY_S`.

        Raises:
            CatalogMissingError: None was published yet.
            CatalogNotReplicatedError: One was published, and no version has arrived here yet.
            Exception: The pointer cannot be read, and what is in memory was due to be checked
                over `reads.MAX_OUTDATED_S` ago.
        """
        cached = self._cache.get(market)
        now = self._monotonic()
        ours = self._table.wrote_lately(keys.catalog_partition(market))
        seen = cached is not None and cached.writes == self._table.writes
        if cached is None or (ours and not seen) or now - cached.checked >= self._max_age_s:
            cached = self._checked(market, cached, now, consistent=ours)
        if cached.fault is not None:
            reads.outdated(cached.fault, now - cached.current)
        noted = reads.current()
        if noted is not None:
            noted.catalogs[market] = cached.version.version
            if cached.behind is not None:
                noted.behind[market] = cached.behind
        return cached.version

    def expire(self) -> None:
        """Have the next use of each catalog read its pointer again, and drop all menu items."""
        self._menu_items.clear()
        for cached in self._cache.values():
            cached.checked = cached.current = float("-inf")

    def _checked(
        self, market: str, cached: _Cached | None, now: float, *, consistent: bool
    ) -> _Cached:
        writes = self._table.writes
        try:
            pointer = self._pointed(market, consistent=consistent)
        except Exception as fault:
            if cached is None or now - cached.current > self._max_age_s + reads.MAX_OUTDATED_S:
                raise
            # A region whose table fails for a moment goes on serving the catalog that it has.
            cached.checked = self._checked_soon(now)
            cached.fault = fault
            return cached
        _count()
        if cached and (pointer is None or cached.version.version == pointer):
            cached.checked = cached.current = now
            cached.writes, cached.fault, cached.behind = writes, None, None
            return cached
        if pointer is None:
            raise CatalogMissingError(market)
        _count()
        stored = self._table.get(keys.version(market, Stamp.parse(pointer)), consistent=consistent)
        if stored is not None:
            return self._keep(market, stored, now=now, writes=writes)
        if cached is None:
            cached = self._keep(market, self._newest(market), now=now, writes=writes)
        cached.checked, cached.current = self._checked_soon(now), now
        cached.writes, cached.fault, cached.behind = writes, None, pointer
        return cached

    def _checked_soon(self, now: float) -> float:
        """Return the time of a check after which the next one is due in `RETRY_S`."""
        return min(now, now - self._max_age_s + RETRY_S)

    def _newest(self, market: str) -> Stored:
        """Return the newest version that this region has.

        Raises:
            CatalogNotReplicatedError: It has none.
        """
        _count()
        partition = keys.catalog_partition(market)
        newest = self._table.partition(partition, prefix=VERSION_PREFIX, newest=1)
        if not newest:
            raise CatalogNotReplicatedError(market)
        return newest[0]

    def _keep(self, market: str, stored: Stored, *, now: float, writes: int) -> _Cached:
        name = stored.key.sk.removeprefix(VERSION_PREFIX)
        version = CatalogVersion.load(market, name, stored.body, self._menu_items)
        size = BYTES_PER_ITEM * len(version.items)
        kept = self._cache[market] = _Cached(version, now, size, writes)
        while len(self._cache) > 1 and sum(c.size for c in self._cache.values()) > MAX_BYTES:
            del self._cache[min(self._cache, key=lambda one: self._cache[one].checked)]
        return kept

    def in_force(self, market: str) -> str | None:
        """The version that this region's pointer names, read now; None: nothing published yet.

        The version itself may not have arrived here yet; `published` says so.
        """
        return self._pointed(market, consistent=True)

    def published(self, market: str) -> CatalogVersion | None:
        """Return the version that this region's pointer names, read now; None: nothing published.

        Raises:
            CatalogNotReplicatedError: The pointer arrived here before the version that it names.
        """
        return self._publisher.published(market)

    def drafts(self, market: str) -> "list[CatalogDraft]":
        """Return all drafts of a market, as this region last acknowledged them."""
        return self._publisher.drafts(market)

    def draft(self, market: str, item_id: str) -> "CatalogDraft | None":
        """Return the draft of an item, as this region last acknowledged it; None: it has none."""
        return self._publisher.draft(market, item_id)

    def publish(self, market: str, author: str | None = None) -> CatalogVersion:
        """Publish a market's drafts as its catalog; return the new version.

        Args:
            market: Id of the market.
            author: Who publishes, as the publication names it; None: not known.
        """
        return self._publisher.publish(market, author)

    def publication(
        self,
        market: str,
        current: "Document | None",
        stamp: Stamp,
        *,
        drafts: "Sequence[CatalogDraft]",
        author: str,
    ) -> "Edited":
        """Return the edit of the pointer that publishes drafts."""
        return self._publisher.publication(market, current, stamp, drafts=drafts, author=author)

    def rollback(
        self, market: str, current: "Document | None", stamp: Stamp, *, version: str, author: str
    ) -> "Edited":
        """Return the edit of the pointer that puts an earlier version in force again.

        Raises:
            InvalidVersionError: The text is not written as versions are.
            NoSuchVersionError: There is no such version here.
            CatalogNotReplicatedError: It was published, and has not arrived here yet.
        """
        return self._publisher.rollback(market, current, stamp, version=version, author=author)

    def version(self, market: str, version: str) -> CatalogVersion:
        """Return a published version.

        Raises:
            InvalidVersionError: The text is not written as versions are.
            NoSuchVersionError: There is no such version here.
            CatalogNotReplicatedError: It was published, and has not arrived here yet.
        """
        return self._publisher.version(market, version)

    def problems(
        self, market: str, drafts: "Sequence[CatalogDraft]", drafts_version: str
    ) -> tuple[str, ...]:
        """Return what keeps drafts from being published, at most 100 sentences; empty: nothing.

        Drafts of one version are compiled once, as long as their problems are kept in memory.

        Args:
            market: Id of the market.
            drafts: All drafts of the market.
            drafts_version: Equal while no draft of the market is edited.
        """
        return self._publisher.problems(market, drafts, drafts_version)

    def publications(self, market: str, after: str | None = None) -> "Iterator[Publication]":
        """Yield the publications of a market, newest first; reads as far as it is iterated.

        Args:
            market: Id of the market.
            after: The text of a publication's stamp; only older ones are yielded.
        """
        return self._publisher.publications(market, after)

    @cached_property
    def _publisher(self) -> "CatalogPublisher":
        from services.storage.publishing import CatalogPublisher

        return CatalogPublisher(self._table)

    def _pointed(self, market: str, *, consistent: bool = False) -> str | None:
        stored = self._table.get(keys.pointer(market), consistent=consistent)
        if stored is None:
            return None
        value, _ = entries(stored.body).get(POINTER, (None, None))
        return None if value is None else str(value)


def _count() -> None:
    noted = reads.current()
    if noted is not None:
        noted.requests += 1
