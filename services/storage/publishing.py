"""Publishing catalogs: from the drafts of a market to the version in force, and back to another."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from sys import getsizeof
from typing import Final

from services.domain.documents.catalog import BYTES_PER_ITEM, CatalogDraft, CatalogVersion
from services.domain.documents.journal import Change
from services.domain.documents.publication import Publication
from services.domain.publishing import MAX_PROBLEMS, UnpublishableError, compile_catalog
from services.domain.stamp import InvalidStampError, Stamp
from services.storage import keys
from services.storage.bounded_cache import BoundedCache
from services.storage.exceptions import (
    CatalogNotReplicatedError,
    InvalidVersionError,
    NoSuchVersionError,
)
from services.storage.keys import POINTER, Key
from services.storage.kinds import Document, Settings
from services.storage.operations import Edited
from services.storage.replica import Write
from services.storage.table import Table

# Staff turn the pages of few catalogs at once; those of guests are kept apart.
MAX_VERSION_BYTES: Final = 16 * 1024 * 1024
MAX_PROBLEM_BYTES: Final = 1024 * 1024
_PREVIEW: Final = str(Stamp(0, "preview"))


class CatalogPublisher:
    """Makes a market's drafts its catalog; reads what this region last acknowledged.

    Published versions never change, so the ones that were used last are kept decoded.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._versions: BoundedCache[Key, CatalogVersion] = BoundedCache(MAX_VERSION_BYTES)
        self._problems: BoundedCache[tuple[str, str], tuple[str, ...]] = BoundedCache(
            MAX_PROBLEM_BYTES
        )

    def drafts(self, market: str) -> list[CatalogDraft]:
        """Return all drafts of a market, as this region last acknowledged them."""
        partition = keys.catalog_partition(market)
        rows = self._table.partition(partition, prefix=keys.ITEM_PREFIX, consistent=True)
        return [
            CatalogDraft.load(market, row.key.sk.removeprefix(keys.ITEM_PREFIX), row.body)
            for row in rows
        ]

    def draft(self, market: str, item_id: str) -> CatalogDraft | None:
        """Return the draft of an item; see `CatalogRepository`."""
        stored = self._table.get(keys.draft(market, item_id), consistent=True)
        return None if stored is None else CatalogDraft.load(market, item_id, stored.body)

    def publish(self, market: str, author: str | None = None) -> CatalogVersion:
        """Make the drafts of a market its catalog in force; the same content publishes nothing.

        Version, publication and pointer are written in one transaction, while the pointer still is
        what it was when the drafts were read.

        Args:
            market: Id of the market.
            author: As of `publication`.

        Raises:
            UnpublishableError: The drafts make no valid catalog.
            ContentionError: Others moved the pointer faster, every time.
        """
        key = keys.pointer(market)

        def attempt() -> str:
            held = self._table.held(key)
            stamp = self._table.clock.tick(*held.stamps())
            drafts = self.drafts(market)
            edited = self.publication(market, held.document, stamp, drafts=drafts, author=author)
            if edited.creates:
                created = [Write(one, body, stamp, None) for one, body in edited.creates.items()]
                self._table.transact([*held.writes(edited.document, stamp), *created])
            return str(edited.answer[0])

        return self.version(market, self._table.retry(f"{key.pk} / {key.sk}", attempt))

    def publication(
        self,
        market: str,
        current: Document | None,
        stamp: Stamp,
        *,
        drafts: Sequence[CatalogDraft],
        author: str | None,
    ) -> Edited:
        """What publishing drafts makes of the pointer; the answer is [version, number of items].

        Args:
            market: Id of the market.
            current: The pointer.
            stamp: Names the new version.
            drafts: All drafts of the market.
            author: Subject of who publishes; of the command line the command, such as
                `carte-import`; None: not known.

        Raises:
            UnpublishableError: The drafts make no valid catalog.
        """
        pointer = current[POINTER] if isinstance(current, Settings) else None
        version = compile_catalog(market, str(stamp), drafts)
        # Where the version in force has not arrived here, the drafts are published as a new one.
        before = self._found(market, pointer) if pointer else None
        if before is not None and current is not None and before.dump() == version.dump():
            return _leave_in_force(current, before, stamp)
        edited = _put_in_force(current, version, stamp, author)
        version_key = keys.version(market, stamp)
        return replace(edited, creates={version_key: version.dump(), **edited.creates})

    def rollback(
        self,
        market: str,
        current: Document | None,
        stamp: Stamp,
        *,
        version: str,
        author: str,
    ) -> Edited:
        """What putting a version in force again makes of the pointer; answers as `publication`.

        The version itself is there and never changes: the pointer names it anew. Drafts stay as
        they are.

        Args:
            market: Id of the market.
            current: The pointer.
            stamp: Of the edit.
            version: Text of the stamp at which it was published first.
            author: Subject of who does it.

        Raises:
            InvalidVersionError: The text is not written as versions are.
            NoSuchVersionError: There is no such version here.
            CatalogNotReplicatedError: It was published, and has not arrived here yet.
        """
        found = self.version(market, version)
        if isinstance(current, Settings) and current[POINTER] == version:
            return _leave_in_force(current, found, stamp)
        return _put_in_force(current, found, stamp, author)

    def publications(self, market: str, after: str | None = None) -> Iterator[Publication]:
        """Yield the publications of a market, newest first; see `CatalogRepository`."""
        start = " " if after is None else keys.publication(market, Stamp.parse(after)).sk
        for row in self._table.onward(keys.publications_partition(market), start):
            found = Publication.load(market, row.body)
            if str(found.stamp) != after:
                yield found

    def published(self, market: str) -> CatalogVersion | None:
        """Return the version in force; see `CatalogRepository`."""
        pointer = self._pointed(market)
        if pointer is None:
            return None
        found = self._found(market, pointer)
        if found is None:
            raise CatalogNotReplicatedError(market)
        return found

    def version(self, market: str, version: str) -> CatalogVersion:
        """Return a published version; see `CatalogRepository`."""
        try:
            stamp = Stamp.parse(version)
        except InvalidStampError as error:
            raise InvalidVersionError(version) from error
        found = self._found(market, version)
        if found is not None:
            return found
        # Replication keeps no order: what tells of a version may be here before it.
        named = self._table.get(keys.publication(market, stamp), consistent=True)
        if named is not None or self._pointed(market) == version:
            raise CatalogNotReplicatedError(market)
        raise NoSuchVersionError(market, version)

    def problems(
        self, market: str, drafts: Sequence[CatalogDraft], drafts_version: str
    ) -> tuple[str, ...]:
        """Return what keeps drafts from being published; see `CatalogRepository`."""
        key = market, drafts_version
        known = self._problems.find(key)
        if known is not None:
            return known
        try:
            compile_catalog(market, _PREVIEW, drafts)
            found: tuple[str, ...] = ()
        except UnpublishableError as error:
            found = error.problems[:MAX_PROBLEMS]
        self._problems.keep(key, found, getsizeof(found) + sum(map(getsizeof, (*key, *found))))
        return found

    def _pointed(self, market: str) -> str | None:
        """Return the version that this region's pointer names, read now; None: it names none."""
        pointer = self._table.held(keys.pointer(market)).document
        return pointer[POINTER] if isinstance(pointer, Settings) else None

    def _found(self, market: str, version: str) -> CatalogVersion | None:
        """Return a version; None: it is not here, or no version is written so."""
        try:
            key = keys.version(market, Stamp.parse(version))
        except InvalidStampError:
            return None
        known = self._versions.find(key)
        if known is not None:
            return known
        stored = self._table.get(key, consistent=True)
        if stored is None:
            return None
        found = CatalogVersion.load(market, version, stored.body)
        self._versions.keep(key, found, BYTES_PER_ITEM * len(found.items))
        return found


def _put_in_force(
    current: Document | None, version: CatalogVersion, stamp: Stamp, author: str | None
) -> Edited:
    pointer = current.registers.get(POINTER) if isinstance(current, Settings) else None
    publication = Publication(
        version.market,
        stamp,
        version.version,
        len(version.items),
        author,
        None if pointer is None else pointer.value,
    )
    return Edited(
        _point(current, version.version, stamp),
        [version.version, len(version.items)],
        (Change(POINTER, version.version, None if pointer is None else pointer.stamp),),
        creates={keys.publication(version.market, stamp): publication.dump()},
    )


def _leave_in_force(current: Document, version: CatalogVersion, stamp: Stamp) -> Edited:
    """Point to the version in force anew, which is no publication.

    Whoever asks for it means it: an older publication of another one may be on its way here.
    """
    pointer = current.registers[POINTER] if isinstance(current, Settings) else None
    return Edited(
        _point(current, version.version, stamp),
        [version.version, len(version.items)],
        (Change(POINTER, version.version, None if pointer is None else pointer.stamp),),
    )


def _point(current: Document | None, version: str, stamp: Stamp) -> Settings:
    settings = current if isinstance(current, Settings) else Settings({})
    return settings.assign({POINTER: version}, stamp, again=True)
