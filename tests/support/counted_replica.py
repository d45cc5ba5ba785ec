"""A replica in memory that counts requests and units as DynamoDB bills them.

Source: Amazon DynamoDB developer guide, "DynamoDB read and write operations" and "Global secondary
indexes", write considerations. Conditions on items that are not written are billed as writes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any, Final

import orjson

from loadtests.cost.item_size import item_bytes
from services.domain.orders.part import read_listing
from services.domain.orders.table_indexes import INDEXES, Index
from services.storage import keys
from services.storage.keys import Key
from services.storage.replica import Listed, Stored, Write
from tests.support.mrec import GlobalTable, MemoryReplica

_READ: Final = 4096
_WRITE: Final = 1024


class CountedReplica(MemoryReplica):
    """Counts what its process uses in its own region, and what its writes cost in each other one.

    Attributes:
        used: `requests`, `half_reads` (halves of read units), `writes` (write units, with those of
            indexes), and `replicated` (write units in each other region).
    """

    def __init__(self, table: GlobalTable, region: str) -> None:
        super().__init__(table, region)
        self.used: Counter[str] = Counter()

    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:
        found = super().get(key, consistent=consistent)
        self._read([found] if found else [], consistent=consistent)
        return found

    def partition(
        self,
        pk: str,
        *,
        prefix: str | None = None,
        newest: int | None = None,
        consistent: bool = False,
    ) -> list[Stored]:
        found = super().partition(pk, prefix=prefix, newest=newest, consistent=consistent)
        # A Query bills the sum of its items.
        self.used["requests"] += 1
        units = max(1, ceil(sum(map(_size, found)) / _READ))
        self.used["half_reads"] += units * (2 if consistent else 1)
        return found

    def get_many(self, wanted: Iterable[Key], *, consistent: bool = False) -> dict[Key, Stored]:
        wanted = list(wanted)
        found = super().get_many(wanted, consistent=consistent)
        self._read(found.values(), consistent=consistent, missing=len(wanted) - len(found))
        return found

    def listed(self, index: Index, partition: str, **more: Any) -> list[Listed]:
        found = super().listed(index, partition, **more)
        self._read([one.stored for one in found], consistent=False)
        return found

    def transact_while(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        self.used["writes"] += 2 * len(standing)
        super().transact_while(writes, standing)

    def transact(self, writes: Sequence[Write]) -> None:
        before = {one.key: MemoryReplica.get(self, one.key) for one in writes}
        super().transact(writes)
        self.used["requests"] += 1
        times = 2 if len(writes) > 1 else 1
        for one in writes:
            after = Stored(one.key, str(one.rev), one.body, one.expires)
            units = ceil(_size(after) / _WRITE)
            in_indexes = sum(_index_units(index, before[one.key], after) for index in INDEXES)
            self.used["writes"] += times * units + in_indexes
            self.used["replicated"] += units + in_indexes

    def _read(self, found: Iterable[Stored], *, consistent: bool, missing: int = 0) -> None:
        self.used["requests"] += 1
        units = sum(ceil(_size(one) / _READ) for one in found) + missing
        self.used["half_reads"] += max(1, units) * (2 if consistent else 1)


def _attributes(stored: Stored) -> dict[str, Any]:
    """Return an item as DynamoDB's JSON, as `Table.new_item` makes it."""
    listing = (
        {name: value for name, value in read_listing(stored.body)._asdict().items() if value}
        if stored.key.sk.startswith(keys.FACTS_PREFIX)
        else {}
    )
    texts = {
        "pk": stored.key.pk,
        "sk": stored.key.sk,
        "rev": stored.rev,
        "body": orjson.dumps(stored.body).decode(),
        **listing,
    }
    found: dict[str, Any] = {name: {"S": text} for name, text in texts.items()}
    return {**found, "expires": {"N": str(stored.expires)}} if stored.expires else found


def _size(stored: Stored) -> int:
    return item_bytes(_attributes(stored))


def _index_units(index: Index, before: Stored | None, after: Stored) -> int:
    """Return the write units of one index: an entry that moves is deleted and written."""
    old, new = (_projected(index, one) if one else None for one in (before, after))
    if old == new:
        return 0
    moves = old is not None and new is not None and old[index.sort] != new[index.sort]
    return sum(
        ceil(item_bytes(one) / _WRITE)
        for one in ((old, new) if moves or new is None else (new,))
        if one
    )


def _projected(index: Index, stored: Stored) -> dict[str, Any] | None:
    attributes = _attributes(stored)
    if index.partition not in attributes:
        return None
    names = {"pk", "sk", index.partition, index.sort, *index.projected}
    return {name: value for name, value in attributes.items() if name in names}
