"""What the mails and messages about a store call the store and its goods."""

from services.domain.orders.notices import StoreNames
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.stores import StoreRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository

_LANGUAGE = "en"


class StoreNaming:
    """Finds the names of a store and its items in one region's replica."""

    def __init__(self, table: Table) -> None:
        self._stores = StoreRepository(table)
        self._catalogs = CatalogRepository(table)
        self._unknown = UnknownStockRepository(table)

    def names(
        self, store_id: str, language: str = _LANGUAGE, *, unknown: bool = False
    ) -> StoreNames:
        """Return the names; what has no name is called by its id.

        Args:
            store_id: The store's id.
            language: Language of the items' names, one of `markets.LOCALES`; an item without a name
                in it has its English one, or else any.
            unknown: Whether to look for the names of what files counted and carte does not know.
        """
        called: dict[str, str] = {}
        place, zone = store_id, "UTC"
        if unknown:
            kept = self._unknown.of_store(store_id)
            called |= kept.items
            place = kept.store or store_id
        profile = self._stores.profile(store_id)
        if profile is None:
            return StoreNames(place, zone, called)
        place = ", ".join(part for part in (profile["name"], profile["city"]) if part)
        try:
            items = self._catalogs.current(profile["market"]).items
        except CatalogMissingError:
            items = ()
        for one in items:
            names = one.names
            called[one.id] = names.get(language) or names.get(_LANGUAGE) or one.id
        return StoreNames(place, profile["time_zone"], called)
