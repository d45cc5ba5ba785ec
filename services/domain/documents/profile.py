"""The store profile: who and where a store is, one register per field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

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

TEXT_FIELDS: Final = (
    "name",
    "market",
    "street",
    "city",
    "state",
    "postal_code",
    "time_zone",
    "hours",
)
FIELDS: Final = (*TEXT_FIELDS, "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class StoreProfile:
    """A store's own facts.

    Attributes:
        store_id: the store's id, stable for ever.
        registers: FIELDS to registers. `latitude` and `longitude` in degrees (WGS 84), `time_zone`
            an IANA name, `hours` as `domain.hours` reads them, `market` an id of `MARKETS`;
            `street`, `state` and `postal_code` may be None.
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

    def merge(self, other: Self) -> Self:
        """Join two versions field by field."""
        return type(self)(self.store_id, merge_registers(self.registers, other.registers))

    def assign(self, changes: Mapping[str, Any], stamp: Stamp) -> Self:
        """This profile with the changed fields set at `stamp`."""
        return type(self)(self.store_id, assign(self.registers, changes, stamp))

    def stamps(self) -> list[Stamp]:
        """Every stamp in it."""
        return [register.stamp for register in self.registers.values()]

    def dump(self) -> Body:
        """Its stored layout."""
        return dump_registers(self.registers)

    @classmethod
    def read(cls, store_id: str, body: Body) -> Self:
        """Like `load`, but its registers are made when they are asked for."""
        return cls(store_id, read_registers(body))

    @classmethod
    def load(cls, store_id: str, body: Body) -> Self:
        """Read its stored layout."""
        return cls(store_id, load_registers(body))
