"""The type of the document of a key, and how it is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol, Self

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.directory import DirectoryShard
from services.domain.documents.layout import (
    ENTRIES,
    Body,
    dump_registers,
    load_registers,
    unread,
)
from services.domain.documents.operation import OperationRecord
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import ORIGINS, REGIONS
from services.domain.register import Register, assign, merge_registers
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key


class Document(Protocol):
    """What every mergeable document can do."""

    def merge(self, other: Any, /) -> Self:
        """Join two versions: commutative, associative, idempotent."""
        ...

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        ...

    def dump(self) -> Body:
        """Return its stored layout."""
        ...


@dataclass(frozen=True, slots=True)
class Settings:
    """A small document of registers alone: a catalog pointer, a drain switch, unknown names."""

    registers: Mapping[str, Register[Any]]

    def __getitem__(self, name: str) -> Any:
        register = self.registers.get(name)
        return None if register is None else register.value

    def merge(self, other: Self) -> Self:
        """Join two versions entry by entry."""
        return type(self)(merge_registers(self.registers, other.registers))

    def assign(self, changes: Mapping[str, Any], stamp: Stamp, *, again: bool = False) -> Self:
        """Return these settings with some set at `stamp`; `again` as in `register.assign`."""
        return type(self)(assign(self.registers, changes, stamp, again=again))

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [register.stamp for register in self.registers.values()]

    def dump(self) -> Body:
        """Return its stored layout."""
        return dump_registers(self.registers)


_OF_STORE: Final[Mapping[str, Callable[[str, Body], Document]]] = {
    keys.PROFILE: StoreProfile.load,
    keys.ASSORTMENT: Assortment.load,
    keys.STOCK: Stock.load,
}


_SETTINGS: Final = (keys.CURRENT, keys.KEYS, keys.SUBSCRIBERS, keys.NOTICES)


class UnknownDocumentError(LookupError):
    """A key belongs to no type of mergeable document."""


def is_packed(key: Key) -> bool:
    """Return whether documents of this key are stored compressed."""
    return key.pk == keys.DIRECTORY or key.sk.startswith(keys.VERSION_PREFIX)


def load(key: Key, body: Body) -> Document:
    """Return the document of a key from its stored body.

    Raises:
        UnknownDocumentError: No mergeable document has such a key.
        InvalidDocumentError: The body has not the layout of its type.
    """
    loader = _loader(key)
    if loader is None:
        raise UnknownDocumentError(f"{key.pk} / {key.sk} is no mergeable document")
    return loader(body)


def joinable(old: Body, new: Body) -> Body:
    """Return a stored body without what a newer version stored beside its entries and differs.

    Args:
        old: The body; one without stamps and entries is returned as it is.
        new: The body that replaced it.
    """
    if ENTRIES not in old:
        return old
    beside = unread(old).keys() - {REGIONS, ORIGINS}
    differing = {name for name in beside if name in new and new[name] != old[name]}
    return {name: part for name, part in old.items() if name not in differing}


def is_mergeable(key: Key) -> bool:
    """Return whether a document of this key can be joined with another version of itself."""
    return _loader(key) is not None


def _loader(key: Key) -> Callable[[Body], Document] | None:
    if key.pk.startswith(keys.STORE_PREFIX):
        sold = key.sk.startswith(keys.SALES_PREFIX)
        of_store = Stock.load if sold else _OF_STORE.get(key.sk)
        return of_store and partial(of_store, key.pk.removeprefix(keys.STORE_PREFIX))
    if key.pk.startswith(keys.CATALOG_PREFIX) and key.sk.startswith(keys.ITEM_PREFIX):
        market = key.pk.removeprefix(keys.CATALOG_PREFIX)
        return partial(CatalogDraft.load, market, key.sk.removeprefix(keys.ITEM_PREFIX))
    if key.pk.startswith(keys.OPERATION_PREFIX) and key.sk == keys.OPERATION:
        return partial(OperationRecord.load, key.pk.removeprefix(keys.OPERATION_PREFIX))
    if key.pk == keys.DIRECTORY:
        return partial(DirectoryShard.load, key.sk)
    if key.pk == keys.UNKNOWN or key.sk in _SETTINGS or key.sk.startswith(keys.DRAIN_PREFIX):
        return lambda body: Settings(load_registers(body))
    return _loader_of_person(key) or _loader_of_order(key)


def _loader_of_person(key: Key) -> Callable[[Body], Document] | None:
    if key.sk == keys.SUBSCRIBER:
        # Imported here: operations on menus need none of it.
        from services.domain.documents.subscriber import Subscriber

        return partial(Subscriber.load, key.pk.removeprefix(keys.SUBSCRIBER_PREFIX))
    if not key.pk.startswith(keys.PEOPLE_PREFIX):
        return None
    # Imported here: operations on menus need none of it.
    from services.domain.documents.person import PersonRoles

    return partial(PersonRoles.load, key.sk.removeprefix(keys.PERSON_PREFIX))


def _loader_of_order(key: Key) -> Callable[[Body], Document] | None:
    if not key.pk.startswith((keys.ORDER_PREFIX, keys.SLOTS_PREFIX)):
        return None
    # Imported here: operations on menus need none of it.
    from services.domain.orders.contact import Contact
    from services.domain.orders.part import OrderPart
    from services.domain.orders.slot_use import SlotUse

    if key.pk.startswith(keys.SLOTS_PREFIX):
        store_id, _, day = key.pk.removeprefix(keys.SLOTS_PREFIX).rpartition("#")
        return partial(SlotUse.load, store_id, day)
    order_id = key.pk.removeprefix(keys.ORDER_PREFIX)
    if key.sk.startswith(keys.FACTS_PREFIX):
        return partial(OrderPart.load, order_id)
    return partial(Contact.load, order_id) if key.sk == keys.PERSON else None
