"""The store profile: a store's name, place, market and hours, one register per field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from services.domain.documents.layout import (
    Body,
    InvalidDocumentError,
    dump_registers,
    load_registers,
    read_registers,
)
from services.domain.documents.lazy import LazyEntries
from services.domain.register import Register, assign, merge_registers
from services.domain.stamp import Stamp


@dataclass(frozen=True, slots=True)
class StoreProfile:
    """A store's own facts.

    Attributes:
        store_id: The store's id, stable for ever.
        registers: Field to register: `name`, `market` (an id of `MARKETS`), `street`, `city`,
            `state`, `postal_code`, `latitude` and `longitude` (degrees, WGS 84), `time_zone` (an
            IANA name), `hours` (as `services.domain.hours` reads them). `street`, `state` and
            `postal_code` may be None. Days on which the store is closed, and whether it is hidden,
            are kept as `services.domain.closures` says.
    """

    store_id: str
    registers: Mapping[str, Register[Any]]

    def __getitem__(self, field: str) -> Any:
        registers = self.registers
        if isinstance(registers, LazyEntries):
            stored = registers.stored.get(field)
            try:
                return None if stored is None else stored[0]
            except (KeyError, TypeError, IndexError) as error:
                raise InvalidDocumentError(f"not a profile: {error!r}") from error
        register = registers.get(field)
        return None if register is None else register.value

    def values(self) -> dict[str, Any]:
        """Return the value of each field that was ever set; None is a field that was emptied."""
        registers = self.registers
        if isinstance(registers, LazyEntries):
            return {field: stored[0] for field, stored in registers.stored.items()}
        return {field: register.value for field, register in registers.items()}

    def merge(self, other: Self) -> Self:
        """Join two versions field by field."""
        return type(self)(self.store_id, merge_registers(self.registers, other.registers))

    def assign(self, changes: Mapping[str, Any], stamp: Stamp, *, again: bool = False) -> Self:
        """Return this profile with the changed fields set at `stamp`; `again` as in `assign`."""
        return type(self)(self.store_id, assign(self.registers, changes, stamp, again=again))

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [register.stamp for register in self.registers.values()]

    def dump(self) -> Body:
        """Return its stored layout."""
        return dump_registers(self.registers)

    @classmethod
    def read(cls, store_id: str, body: Body) -> Self:
        """Like `load`, but its registers are made at their first use."""
        return cls(store_id, read_registers(body))

    @classmethod
    def load(cls, store_id: str, body: Body) -> Self:
        """Read its stored layout."""
        return cls(store_id, load_registers(body))
