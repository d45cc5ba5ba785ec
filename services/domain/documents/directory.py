"""The store directory: an index over all stores, so that finding one needs no scan.

It is stored in shards (by market and a hash of the store's id), each a map of registers and thus
mergeable like every document. A reader holds all of it in memory: about 30 bytes a store as read.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from services.domain.documents.layout import Body, dump_registers, load_registers
from services.domain.documents.profile import StoreProfile
from services.domain.register import Register, assign, merge_registers
from services.domain.stamp import Stamp

SHARDS_PER_MARKET: Final = 16
_COLUMNS: Final = 6  # of a row; a newer version may have more


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """The directory's entry of a store; degrees are WGS 84.

    Attributes:
        hidden: Whether no list shows the store; the directory has no row for it then.
    """

    store_id: str
    market: str
    name: str
    city: str
    postal_code: str | None
    street: str | None
    latitude: float
    longitude: float
    hidden: bool = field(default=False, kw_only=True)

    def row(self) -> list[Any] | None:
        """Return its stored layout within a shard of its market; None for a hidden store."""
        if self.hidden:
            return None
        place = [round(self.latitude, 5), round(self.longitude, 5)]
        return [self.name, self.city, self.postal_code, self.street, *place]

    def row_in(self, market: str) -> list[Any] | None:
        """Return its stored layout within a shard of a market; None where it is in another one."""
        return self.row() if market == self.market else None

    @classmethod
    def of(cls, profile: StoreProfile) -> Self:
        """Return the entry of a store."""
        return cls(
            profile.store_id,
            profile["market"],
            profile["name"],
            profile["city"],
            profile["postal_code"],
            profile["street"],
            profile["latitude"],
            profile["longitude"],
            hidden=bool(profile["hidden"]),
        )


def shard_of(market: str, store_id: str) -> str:
    """Return the shard's id: `us#0b`."""
    digest = hashlib.blake2b(store_id.encode(), digest_size=1).digest()[0]
    return f"{market}#{digest % SHARDS_PER_MARKET:02x}"


@dataclass(frozen=True, slots=True)
class DirectoryShard:
    """A part of one market's stores: store id to the register of its row; None is the tombstone."""

    shard_id: str
    registers: Mapping[str, Register[Any]]

    @property
    def market(self) -> str:
        """Id of the market it belongs to."""
        return self.shard_id.partition("#")[0]

    def entries(self) -> list[DirectoryEntry]:
        """Return the stores in it."""
        return [
            DirectoryEntry(store_id, self.market, *register.value[:_COLUMNS])
            for store_id, register in self.registers.items()
            if register.value is not None
        ]

    def taken_out(self) -> list[str]:
        """Return the ids of the stores that were taken out: they are hidden, or moved away."""
        return [one for one, register in self.registers.items() if register.value is None]

    def merge(self, other: Self) -> Self:
        """Join two versions store by store."""
        return type(self)(self.shard_id, merge_registers(self.registers, other.registers))

    def is_in_line(self, entry: DirectoryEntry) -> bool:
        """Return whether it says of a store what the store's entry says."""
        row = self._row(entry.store_id)
        return [*row[:_COLUMNS]] == (entry.row_in(self.market) or [])

    def assign(self, rows: Mapping[str, Any], stamp: Stamp, *, again: bool = False) -> Self:
        """Return this shard with rows set at `stamp`; a row of None takes the store out.

        What a newer version of carte stored at the end of a store's row stays. `again` as in
        `register.assign`.
        """
        whole = {
            store_id: row and [*row, *self._row(store_id)[_COLUMNS:]]
            for store_id, row in rows.items()
        }
        return type(self)(self.shard_id, assign(self.registers, whole, stamp, again=again))

    def _row(self, store_id: str) -> Sequence[Any]:
        register = self.registers.get(store_id)
        return () if register is None else register.value or ()

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [register.stamp for register in self.registers.values()]

    def dump(self) -> Body:
        """Return its stored layout."""
        return dump_registers(self.registers)

    @classmethod
    def load(cls, shard_id: str, body: Body) -> Self:
        """Read its stored layout."""
        return cls(shard_id, load_registers(body))
