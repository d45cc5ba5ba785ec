"""A global table in memory, as MREC behaves: per item the last writer wins."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from operator import itemgetter

import orjson

from services.convergence.repair import Change
from services.domain.documents.layout import Body
from services.domain.orders.part import read_listing
from services.domain.orders.table_indexes import Index
from services.domain.stamp import HybridClock
from services.storage import keys, kinds
from services.storage.exceptions import RevisionMovedError, UnreadableItemError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.replica import Listed, Replica, Stored, Write

Pair = tuple[str, str]


@dataclass(frozen=True)
class Version:
    """An item as one write left it; `at` and `origin` are what last-writer-wins compares."""

    rev: str
    text: bytes
    expires: int | None
    at: int
    origin: str

    def stored(self, key: Key) -> Stored:
        body: Body = orjson.loads(self.text)
        return Stored(key, self.rev, body, self.expires)


@dataclass
class Region:
    """One region's items, its stream of changes, and how wrong its clock is."""

    name: str
    items: dict[Key, Version] = field(default_factory=dict)
    stream: list[Change] = field(default_factory=list)
    skew_ms: int = 0

    def set(self, key: Key, version: Version) -> None:
        before = self.items.get(key)
        self.items[key] = version
        old = before.stored(key) if before else None
        self.stream.append(Change(key, old, version.stored(key)))


class GlobalTable:
    """Regions, and what is on its way between each two of them, in no particular order.

    An item's time never goes back within a region, whatever its clock does.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.now_ms = 1_700_000_000_000
        self.regions = {name: Region(name) for name in names}
        self.pending: dict[Pair, list[tuple[Key, Version]]] = {
            pair: [] for pair in permutations(names, 2)
        }
        self.cuts: set[Pair] = set()
        self.acknowledged: dict[Key, Document] = {}
        """The join of everything that was ever written to an item, in any region."""

    def clock_of(self, region: str) -> int:
        return self.now_ms + self.regions[region].skew_ms

    def write(self, region: str, write: Write) -> None:
        """A write in a region whose condition holds; goes on its way to all others."""
        held = self.regions[region].items.get(write.key)
        clock = self.clock_of(region)
        at = clock if held is None else max(clock, held.at + 1)
        version = Version(str(write.rev), orjson.dumps(write.body), write.expires, at, region)
        self.regions[region].set(write.key, version)
        for (source, target), way in self.pending.items():
            if source == region:
                self.pending[source, target] = [*way, (write.key, version)]
        if kinds.is_mergeable(write.key):
            written = kinds.load(write.key, orjson.loads(version.text))
            known = self.acknowledged.get(write.key)
            self.acknowledged[write.key] = written if known is None else known.merge(written)

    def deliver(self, pair: Pair, which: int, *, again: bool = False) -> None:
        """Let one of the versions on a way arrive; `again` leaves it to arrive once more."""
        way = self.pending[pair]
        if pair in self.cuts or not way:
            return
        key, version = way[which % len(way)]
        if not again:
            way.pop(which % len(way))
        target = self.regions[pair[1]]
        held = target.items.get(key)
        if held is None or (version.at, version.origin) > (held.at, held.origin):
            target.set(key, version)

    def deliver_all(self) -> None:
        """Let everything arrive that is on its way, also what the cuts held up."""
        self.cuts.clear()
        while any(self.pending.values()):
            for pair in self.pending:
                self.deliver(pair, 0)

    def coalesce(self, pair: Pair) -> None:
        """Forget what is on a way and was overwritten since in its source."""
        newest = {key: version for key, version in self.pending[pair]}  # noqa: C416 - the last wins
        self.pending[pair] = list(newest.items())


class MemoryReplica(Replica):
    """A process in one region, reading and writing that region's items.

    Attributes:
        fault: What a planted fault makes of a write; None drops it.
        interloper: Happens once, right before the next write: another process that is faster.
    """

    def __init__(
        self,
        table: GlobalTable,
        region: str,
        clock: HybridClock | None = None,
        fault: Callable[[Write], Write | None] | None = None,
    ) -> None:
        super().__init__(region, clock or HybridClock(region, lambda: table.clock_of(region)))
        self.pause = lambda _: None
        self.fault = fault
        self.interloper: Callable[[], None] | None = None
        self._table = table
        self._items = table.regions[region].items

    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:  # noqa: ARG002
        found = self._items.get(key)
        return found.stored(key) if found else None

    def partition(
        self,
        pk: str,
        *,
        prefix: str | None = None,
        newest: int | None = None,
        consistent: bool = False,  # noqa: ARG002 - memory always is
    ) -> list[Stored]:
        wanted = [key for key in self._items if key.pk == pk and key.sk.startswith(prefix or "")]
        ordered = sorted(wanted, reverse=newest is not None)[:newest]
        return [self._items[key].stored(key) for key in ordered]

    def wrote_lately(self, pk: str) -> bool:  # noqa: ARG002 - memory is always consistent
        return False

    def onward(
        self,
        pk: str,
        start: str,
        unreadable: Callable[[UnreadableItemError], object] | None = None,  # noqa: ARG002 - none
    ) -> list[Stored]:
        return [one for one in self.partition(pk) if one.key.sk >= start]

    def get_many(
        self,
        wanted: Iterable[Key],
        *,
        consistent: bool = False,  # noqa: ARG002 - memory always is
    ) -> dict[Key, Stored]:
        return {key: self._items[key].stored(key) for key in wanted if key in self._items}

    def listed(
        self,
        index: Index,
        partition: str,
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list[Listed]:
        found: list[Listed] = []
        for key, version in self._items.items():
            if key.sk.startswith(keys.FACTS_PREFIX):
                stored = version.stored(key)
                listing = read_listing(stored.body)._asdict()
                place = listing[index.sort]
                if listing[index.partition] != partition:
                    continue
                if (until is None or place < until) and (after is None or place > after):
                    found.append(Listed(place, stored))
        return sorted(found, key=itemgetter(0))[:limit]

    def write(self, write: Write) -> None:
        self.transact([write])

    def transact_while(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        self._let_others_in()
        for key, rev in standing.items():
            held = self._items.get(key)
            if (held and held.rev) != rev:
                raise RevisionMovedError(f"{key} moved on from {rev}")
        self.transact(writes)

    def _let_others_in(self) -> None:
        if self.interloper is not None:
            interloper, self.interloper = self.interloper, None
            interloper()

    def transact(self, writes: Sequence[Write]) -> None:
        self._let_others_in()
        assert len({write.key for write in writes}) == len(writes), "an item twice: AWS refuses"
        if self.fault is not None:
            writes = [kept for kept in map(self.fault, writes) if kept is not None]
        for write in writes:
            held = self._items.get(write.key)
            if (held and held.rev) != write.replaces:
                raise RevisionMovedError(f"{write.key} moved on from {write.replaces}")
        for write in writes:
            self._table.write(self.region, write)
