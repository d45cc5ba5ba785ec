"""Keeping the store directory true to the store profiles: rows set, rows of old markets taken out.

The directory is written after the profiles it lists, and its rows are made of what was written: a
load that dies in between leaves stores that no list shows yet, and running it again mends that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from services.domain.documents.directory import DirectoryEntry, DirectoryShard, shard_of
from services.domain.stamp import Stamp
from services.storage import bulk, keys
from services.storage.kinds import Document
from services.storage.replica import Replica

Row = list[Any]


def markets_by_store(table: Replica) -> dict[str, set[str]]:
    """Every store that the directory has, or had, a row for, and the markets it stands in now."""
    known: dict[str, set[str]] = {}
    for stored in table.partition(keys.DIRECTORY, consistent=True):
        shard = DirectoryShard.load(stored.key.sk, stored.body)
        for store_id, register in shard.registers.items():
            markets = known.setdefault(store_id, set())
            if register.value is not None:
                markets.add(shard.market)
    return known


def listed_stores(table: Replica) -> dict[str, bool]:
    """Return the ids of all stores; whether lists show the store, which they do unless hidden."""
    return {store_id: bool(markets) for store_id, markets in markets_by_store(table).items()}


def row_edits(
    entries: Iterable[DirectoryEntry], known: Mapping[str, set[str]]
) -> dict[keys.Key, bulk.Edit]:
    """Edits that set these stores' rows and take them out of other markets `known` has them in.

    A hidden store has no row.
    """
    shards: defaultdict[str, dict[str, Row | None]] = defaultdict(dict)
    for entry in entries:
        shards[shard_of(entry.market, entry.store_id)][entry.store_id] = entry.row()
        for market in known.get(entry.store_id, set()) - {entry.market}:
            shards[shard_of(market, entry.store_id)][entry.store_id] = None
    return {keys.directory(shard_id): _setting(shard_id, rows) for shard_id, rows in shards.items()}


def _setting(shard_id: str, rows: Mapping[str, Row | None]) -> bulk.Edit:
    def edit(current: Document | None, stamp: Stamp) -> DirectoryShard:
        empty = DirectoryShard(shard_id, {})
        shard = current if isinstance(current, DirectoryShard) else empty
        return shard.assign(rows, stamp)

    return edit
