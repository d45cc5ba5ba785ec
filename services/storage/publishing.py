"""Publishing catalogs: from the drafts of a market to the version in force, and back to another."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.domain.documents.catalog import CatalogDraft, CatalogVersion
from services.domain.documents.journal import Change
from services.domain.documents.publication import Publication
from services.domain.publishing import compile_catalog
from services.domain.stamp import InvalidStampError, Stamp
from services.storage import keys
from services.storage.exceptions import CatalogMissingError, NoSuchVersionError
from services.storage.keys import POINTER
from services.storage.kinds import Document, Settings
from services.storage.operations import Edited
from services.storage.table import Table


class CatalogPublisher:
    """Makes a market's drafts its catalog; reads what this region last acknowledged."""

    def __init__(self, table: Table) -> None:
        self._table = table

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

    def publish(self, market: str) -> CatalogVersion:
        """Make the drafts of a market its catalog in force; the same content publishes nothing.

        Raises:
            UnpublishableError: The drafts make no valid catalog.
        """
        key = keys.pointer(market)
        stored = self._table.get(key, consistent=True)
        current = stored.document() if stored else None
        stamp = self._table.next_stamp(stored, current)
        drafts = self.drafts(market)
        edited = self.publication(market, current, stamp, drafts=drafts, author=None)
        published = edited.answer[0]
        if edited.creates:
            for created, body in edited.creates.items():
                self._table.put(created, body, rev=stamp, replaces=None)
            self._table.change(key, lambda now, at: _point(now, published, at))
        version = self.version(market, published)
        if version is None:
            raise CatalogMissingError(market)
        return version

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
            author: Subject of who publishes; None: a seed or an import.

        Raises:
            UnpublishableError: The drafts make no valid catalog.
        """
        pointer = current[POINTER] if isinstance(current, Settings) else None
        version = compile_catalog(market, str(stamp), drafts)
        before = self.version(market, pointer) if pointer else None
        if before is not None and current is not None and before.dump() == version.dump():
            return Edited(current, [before.version, len(before.items)])
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
            NoSuchVersionError: There is no such version here.
        """
        found = self.version(market, version)
        if found is None:
            raise NoSuchVersionError(market, version)
        if isinstance(current, Settings) and current[POINTER] == version:
            return Edited(current, [version, len(found.items)])
        return _put_in_force(current, found, stamp, author)

    def publications(self, market: str, after: str | None = None) -> Iterator[Publication]:
        """Yield the publications of a market, newest first; see `CatalogRepository`."""
        start = " " if after is None else keys.publication(market, Stamp.parse(after)).sk
        for row in self._table.onward(keys.publications_partition(market), start):
            found = Publication.load(market, row.body)
            if str(found.stamp) != after:
                yield found

    def version(self, market: str, version: str) -> CatalogVersion | None:
        """Return a published version; None: there is none of this name here."""
        try:
            key = keys.version(market, Stamp.parse(version))
        except InvalidStampError:
            return None
        stored = self._table.get(key, consistent=True)
        return CatalogVersion.load(market, version, stored.body) if stored else None


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


def _point(current: Document | None, version: str, stamp: Stamp) -> Settings:
    settings = current if isinstance(current, Settings) else Settings({})
    return settings.assign({POINTER: version}, stamp)
