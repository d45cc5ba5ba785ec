"""What count files name and carte does not know: the names of counts that are kept until it does.

The counts themselves are in the stock of the store, like all others, under the id that
`made_up_id` makes of a name. Here is what the file called them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.domain.stamp import Stamp
from services.domain.stock_files.learned import Learned
from services.storage import keys
from services.storage.exceptions import DECODING_ERRORS, UnreadableItemError
from services.storage.kinds import Document, Settings
from services.storage.replica import Replica

MAX_ITEMS: Final = 1_000  # unknown items of one store
MAX_BYTES: Final = 250_000  # of their names; DynamoDB takes items of 400 KB
_STORE: Final = "/store"  # no id of an item has a slash
_MARKET: Final = "/market"
_LEARNED: Final = "/as/"  # before a made-up id: what it turned out to be
_EACH: Final = 40  # bytes that a name takes beside itself: its time, its stamp, punctuation


@dataclass(frozen=True, slots=True)
class UnknownStock:
    """The unknown things that files counted in one store.

    Attributes:
        store_id: Id of the store; made up where `store` is not None.
        store: What files call the store, where carte does not know it.
        items: Made-up id of an unknown item to what files call it.
        market: Id of the only market in which the store is looked for; None: any.
        counted_ms: Made-up id to when the item was counted last, in Unix milliseconds; the stock
            has that count once it arrived. Missing ones: carte does not know when.
        learned: Made-up id of an item that carte knows by now to what it turned out to be.
    """

    store_id: str
    store: str | None
    items: Mapping[str, str]
    market: str | None = None
    counted_ms: Mapping[str, int] = field(default_factory=dict)
    learned: Mapping[str, Learned] = field(default_factory=dict)


class UnknownStockRepository:
    """Keeps the names of unknown stores and items, store by store."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def onward(
        self,
        after: str | None = None,
        unreadable: Callable[[UnreadableItemError], object] | None = None,
    ) -> Iterator[UnknownStock]:
        """Yield those of the stores that have some, by id; read as far as they are taken.

        Args:
            after: Only stores of ids above this one; None: all.
            unreadable: As `Replica.onward` takes it.
        """
        for row in self._replica.onward(keys.UNKNOWN, after or "0", unreadable):
            if row.key.sk == after:
                continue
            try:
                found = _read(row.key.sk, row.document())
            except DECODING_ERRORS as error:
                if unreadable is None:
                    raise
                unreadable(UnreadableItemError(row.key, repr(error)))
                continue
            if found.store is not None or found.items:
                yield found

    def all(self) -> list[UnknownStock]:
        """Return those of all stores that have some."""
        return list(self.onward())

    def of_store(self, store_id: str) -> UnknownStock:
        """Return those of a store, as this region last acknowledged them."""
        stored = self._replica.get(keys.unknown_stock(store_id), consistent=True)
        return _read(store_id, stored.document() if stored else None)

    def ids_that_fit(self, more: UnknownStock) -> list[str]:
        """Return the ids of those items that `keep` would add, and of those that are kept."""
        stored = self._replica.get(keys.unknown_stock(more.store_id), consistent=True)
        document = stored.document() if stored else None
        settings = document if isinstance(document, Settings) else Settings({})
        return _ids_that_fit(settings, _read(more.store_id, settings), more)

    def keep(self, more: UnknownStock) -> set[str]:
        """Add unknown items of a store, and return the ids of those for which there is room.

        Raises:
            ContentionError: Others changed the same names, every time.
        """
        kept: set[str] = set()
        wall_ms = self._replica.clock.now_ms()

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            before = _read(more.store_id, settings)
            kept.clear()
            kept.update(_ids_that_fit(settings, before, more))
            names: dict[str, Any] = {}
            for item in sorted(kept):
                # A clock that is ahead: the count itself, which follows, has no later time either.
                at = min(more.counted_ms.get(item, 0), stamp.unix_ms, wall_ms)
                text = before.items.get(item, more.items[item])
                names[item] = [text, max(at, before.counted_ms.get(item, 0))]
            if more.store is not None:
                names |= {_STORE: more.store, _MARKET: more.market}
            changed = {name: value for name, value in names.items() if settings[name] != value}
            return settings.assign(changed, stamp) if changed else settings

        self._replica.change(keys.unknown_stock(more.store_id), edit)
        return kept

    def forget(
        self,
        known: UnknownStock,
        items: Collection[str],
        *,
        store: bool = False,
        learned: Mapping[str, Learned] | None = None,
    ) -> None:
        """Take out names that carte knows by now; those that a file used anew meanwhile stay.

        Args:
            known: The names of a store, as they were read.
            items: The ids of those that are known.
            store: Whether the id is that of a store that carte knows by now. Without that, the
                store's name goes with the last item.
            learned: What some of these items turned out to be; it is kept.

        Raises:
            ContentionError: Others changed the same names, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            now = _read(known.store_id, settings)
            gone = {
                item
                for item in items
                if now.items.get(item) == known.items[item]
                and now.counted_ms.get(item) == known.counted_ms.get(item)
            }
            if store or now.items.keys() <= gone:
                gone |= {name for name in (_STORE, _MARKET) if settings[name] is not None}
            changes: dict[str, Any] = dict.fromkeys(gone)
            for item, one in (learned or {}).items():
                if item in gone:
                    changes[_LEARNED + item] = list(one)
            return settings.assign(changes, stamp) if changes else settings

        self._replica.change(keys.unknown_stock(known.store_id), edit)


def _ids_that_fit(settings: Settings, before: UnknownStock, added: UnknownStock) -> list[str]:
    """Return the ids of those added items for which there is room beside what is kept."""
    found: list[str] = []
    # Also of names that are forgotten: their ids stay.
    size = sum(_bytes(name, _named(settings[name])[0]) for name in settings.registers)
    count = len(before.items)
    for item, text in added.items.items():
        if item not in before.items:
            more = _bytes(item, text)
            if count >= MAX_ITEMS or size + more > MAX_BYTES:
                continue
            size += more
            count += 1
        found.append(item)
    return found


def _bytes(name: str, text: str) -> int:
    return len(name.encode()) + len(text.encode()) + _EACH


def _named(value: Any) -> tuple[str, int]:
    """Return a stored name and its time; 0 where it has none."""
    text, at = value if isinstance(value, list) else (value or "", 0)
    return str(text), int(at)


def _read(store_id: str, document: Document | None) -> UnknownStock:
    registers = document.registers if isinstance(document, Settings) else {}
    names = {name: one.value for name, one in registers.items() if one.value is not None}
    store, market = names.pop(_STORE, None), names.pop(_MARKET, None)
    learned = {
        name.removeprefix(_LEARNED): Learned(*names.pop(name))
        for name in [*names]
        if name.startswith(_LEARNED)
    }
    named = {name: _named(value) for name, value in names.items()}
    texts = {name: text for name, (text, _) in named.items()}
    times = {name: at for name, (_, at) in named.items() if at}
    return UnknownStock(store_id, store, texts, market, times, learned)
