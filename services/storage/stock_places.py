"""Finds the stores and items that the rows of a count file name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.ids import is_id
from services.domain.stock_files.names import Ambiguous, Named, NameIndex, made_up_id
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.stores import DirectoryRepository, StoreRepository

_NO_ITEMS: Final = NameIndex(())


@dataclass(frozen=True, slots=True)
class Place:
    """The store of some rows.

    Attributes:
        store_id: Its id; made up where `profile` is None.
        profile: Its profile; None: carte does not know it.
    """

    store_id: str
    profile: StoreProfile | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A store that is in another market than the one that a row names.

    Attributes:
        store_id: Its id.
        market: The market that it is in.
    """

    store_id: str
    market: str


Found = Place | Ambiguous | Elsewhere


class Places:
    """Finds stores by id or name, and items by id or name in the catalog of a store's market."""

    def __init__(
        self, stores: StoreRepository, directory: DirectoryRepository, catalogs: CatalogRepository
    ) -> None:
        self._stores = stores
        self._directory = directory
        self._catalogs = catalogs
        self._names: dict[str | None, NameIndex] = {}  # of stores, by market
        self._named_in: object = None  # the directory that they are of
        self._items: dict[str, tuple[CatalogVersion, NameIndex]] = {}

    def stores(
        self, wanted: Iterable[tuple[str, str | None]]
    ) -> dict[tuple[str, str | None], Found]:
        """Return the store of each name and market (None: any); unknown ones get a made-up id."""
        texts = list(dict.fromkeys(wanted))
        profiles = self._stores.profiles([text for text, _ in texts if is_id(text)])
        found: dict[tuple[str, str | None], Found] = {}
        ids: dict[tuple[str, str | None], str] = {}
        for text, market in texts:
            profile = profiles.get(text)
            if profile is not None and market in {None, profile["market"]}:
                found[text, market] = Place(text, profile)
                continue
            named = self._index(market).find(text)
            if isinstance(named, str):
                ids[text, market] = named
            elif named is not None:
                found[text, market] = named
            elif profile is not None:
                found[text, market] = Elsewhere(text, profile["market"])
            else:
                ids[text, market] = made_up_id(text, market)
        # Also of made-up ids: the directory lists a new store some seconds after it is there.
        more = self._stores.profiles(sorted({one for one in ids.values() if is_id(one)}))
        for key, store_id in ids.items():
            found[key] = Place(store_id, more.get(store_id))
        return found

    def items(self, market: str) -> NameIndex:
        """Return the items of the catalog in force; none where there is no catalog."""
        try:
            version = self._catalogs.current(market)
        except CatalogMissingError:
            return _NO_ITEMS
        known = self._items.get(market)
        if known is None or known[0] is not version:
            things = (Named(one.id, tuple(one.names.values())) for one in version.items)
            known = self._items[market] = version, NameIndex(things)
        return known[1]

    def _index(self, market: str | None) -> NameIndex:
        index = self._directory.index()
        if self._named_in is not index:
            self._names.clear()
            self._named_in = index
        if market not in self._names:
            listed = (
                Named(one.store_id, (one.name,), f"{one.name}, {one.city}, {one.market}")
                for one in index.entries
                if market in {None, one.market}
            )
            self._names[market] = NameIndex([*listed, *self._hidden(market)])
        return self._names[market]

    def _hidden(self, market: str | None) -> Iterator[Named]:
        """Yield the stores that no list shows: they are counted, and share names with others."""
        for store_id, profile in self._stores.profiles(self._directory.unlisted()).items():
            if profile["hidden"] and market in {None, profile["market"]}:
                place = f"{profile['name']}, {profile['city']}, {profile['market']}, hidden"
                yield Named(store_id, (profile["name"],), place)
