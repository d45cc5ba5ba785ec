"""Publishing catalogs: from the drafts of a market to the version in force."""

from services.domain.documents.catalog import CatalogDraft, CatalogVersion
from services.domain.documents.journal import Change
from services.domain.publishing import compile_catalog
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.exceptions import CatalogMissingError
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

    def publish(self, market: str) -> CatalogVersion:
        """Make the drafts of a market its catalog in force; the same content publishes nothing.

        Raises:
            UnpublishableError: The drafts make no valid catalog.
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
        version = self._version(market, published)
        if version is None:
            raise CatalogMissingError(market)
        return version

    def publication(self, market: str, current: Document | None, stamp: Stamp) -> Edited:
        """What publishing now makes of the pointer; the answer is [version, number of items].

        Args:
            market: Id of the market.
            current: The pointer.
            stamp: Names the new version.

        Raises:
            UnpublishableError: The drafts make no valid catalog.
        """
        pointer = current[POINTER] if isinstance(current, Settings) else None
        version = compile_catalog(market, str(stamp), self.drafts(market))
        before = self._version(market, pointer) if pointer else None
        if before is not None and current is not None and before.dump() == version.dump():
            return Edited(current, [before.version, len(before.items)])
        seen = (
            current.registers[POINTER].stamp if pointer and isinstance(current, Settings) else None
        )
        return Edited(
            _point(current, version.version, stamp),
            [version.version, len(version.items)],
            (Change(POINTER, version.version, seen),),
            creates={keys.version(market, stamp): version.dump()},
        )

    def _version(self, market: str, version: str) -> CatalogVersion | None:
        stored = self._table.get(keys.version(market, Stamp.parse(version)), consistent=True)
        return CatalogVersion.load(market, version, stored.body) if stored else None


def _point(current: Document | None, version: str, stamp: Stamp) -> Settings:
    settings = current if isinstance(current, Settings) else Settings({})
    return settings.assign({POINTER: version}, stamp)
