"""What count files name and carte does not know: the names of counts that are kept until it does.

The counts themselves are in the stock of the store, like all others, under the id that
`made_up_id` makes of a name. Here is what the file called them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document, Settings
from services.storage.replica import Replica

MAX_ITEMS: Final = 1_000  # unknown items of one store
_STORE: Final = "/store"  # no id of an item has a slash


@dataclass(frozen=True, slots=True)
class UnknownStock:
    """The unknown things that files counted in one store.

    Attributes:
        store_id: Id of the store; made up where `store` is not None.
        store: What files call the store, where carte does not know it.
        items: Made-up id of an unknown item to what files call it.
    """

    store_id: str
    store: str | None
    items: Mapping[str, str]


class UnknownStockRepository:
    """Keeps the names of unknown stores and items, store by store."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def all(self) -> list[UnknownStock]:
        """Return those of all stores that have some."""
        return [
            found
            for row in self._replica.partition(keys.UNKNOWN)
            for found in (_read(row.key.sk, row.document()),)
            if found.store is not None or found.items
        ]

    def of_store(self, store_id: str) -> UnknownStock:
        """Return those of a store."""
        stored = self._replica.get(keys.unknown_stock(store_id))
        return _read(store_id, stored.document() if stored else None)

    def keep(self, store_id: str, store: str | None, items: Mapping[str, str]) -> set[str]:
        """Add unknown items of a store, and return the ids of those for which there is room.

        Args:
            store_id: Id of the store.
            store: What the file calls the store, if carte does not know it; else None.
            items: Made-up id to what the file calls the item.

        Raises:
            ContentionError: Others changed the same names, every time.
        """
        kept: set[str] = set()

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            before = _read(store_id, settings)
            room = MAX_ITEMS - len(before.items)
            new = [item for item in items if item not in before.items]
            kept.clear()
            kept.update(items.keys() - new, new[: max(0, room)])
            names: dict[str, str] = {item: items[item] for item in sorted(kept)}
            if store is not None:
                names[_STORE] = store
            changed = {name: text for name, text in names.items() if settings[name] != text}
            return settings.assign(changed, stamp) if changed else settings

        self._replica.change(keys.unknown_stock(store_id), edit)
        return kept

    def forget(self, store_id: str, items: Mapping[str, str], *, store: bool = False) -> None:
        """Take out names that carte knows by now; those that a file used anew meanwhile stay.

        Args:
            store_id: Id under which they are kept.
            items: Those items, as they were kept.
            store: Whether the store itself is known now.

        Raises:
            ContentionError: Others changed the same names, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            gone = {item: None for item, text in items.items() if settings[item] == text}
            if store and settings[_STORE] is not None:
                gone[_STORE] = None
            return settings.assign(gone, stamp) if gone else settings

        self._replica.change(keys.unknown_stock(store_id), edit)


def _read(store_id: str, document: Document | None) -> UnknownStock:
    registers = document.registers if isinstance(document, Settings) else {}
    names = {name: one.value for name, one in registers.items() if one.value is not None}
    store = names.pop(_STORE, None)
    return UnknownStock(store_id, store, names)
