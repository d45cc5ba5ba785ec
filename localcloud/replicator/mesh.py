"""The state of the replicator: regions, and the queues and metrics of links between them."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from localcloud.replicator.dynamo import Dynamo, Record
from localcloud.replicator.faults import Pair, ReplicationFaults
from localcloud.replicator.images import ImageCache, canonical, digest_of, render
from localcloud.replicator.ledger import Ledger
from localcloud.replicator.pair_metrics import PairMetrics
from localcloud.replicator.pairs import PairQueue
from localcloud.replicator.stream import StreamCursor, written_ms


@dataclass(slots=True)
class Suspect:
    """An item with unexpected content in the table that no stream record explains.

    Attributes:
        since_ms: When it was found, milliseconds since the epoch.
        digest: The unexpected content, after it was read again.
    """

    since_ms: int
    digest: bytes | None = None


@dataclass(slots=True)
class RegionState:
    """The replicator's state of a region.

    Attributes:
        name: AWS region.
        dynamo: Its DynamoDB.
        cursor: Its position in its stream.
        reachable: Whether its DynamoDB answered last time.
        tracked: False while beliefs are not those of the cursor's stream: its position is not
            saved.
        settled: False until the stream has been read up to now; nothing is written to the region
            before.
        stage: For the status: starting, waiting (no table yet), comparing, following.
        read: Stream records that were read.
        applied: Writes that were applied to it.
        comparisons: Comparisons of its whole table.
        known_until_ms: Every write made before this moment has been seen in the stream.
        suspects: Items with unexpected content, by key.
        read_now: Set to have the stream read at once.
    """

    name: str
    dynamo: Dynamo
    cursor: StreamCursor
    reachable: bool = False
    tracked: bool = False
    settled: bool = False
    stage: str = "starting"
    read: int = 0
    applied: int = 0
    comparisons: int = 0
    known_until_ms: int = 0
    suspects: dict[bytes, Suspect] = field(default_factory=dict)
    read_now: asyncio.Event = field(default_factory=asyncio.Event)


class Mesh:
    """All shared state of the replicator; used from one event loop only."""

    def __init__(self, dynamos: Iterable[Dynamo], ledger: Ledger) -> None:
        self.ledger = ledger
        self.images = ImageCache()
        self.regions = {
            one.region: RegionState(one.region, one, StreamCursor(one)) for one in dynamos
        }
        self.last_record_ms = 0
        self.faults = ReplicationFaults(tuple(self.regions))
        pairs = list(self.faults.pairs())
        self.queues: dict[Pair, PairQueue] = {pair: PairQueue(*pair) for pair in pairs}
        self.metrics: dict[Pair, PairMetrics] = {pair: PairMetrics() for pair in pairs}
        self.wakes: dict[Pair, asyncio.Event] = {pair: asyncio.Event() for pair in pairs}

    def take_in(self, region: RegionState, records: list[Record]) -> None:
        """Take in the next records of a region's stream, and queue the changes for delivery."""
        skew = self.faults.skew(region.name)
        for record in records:
            change = record["dynamodb"]
            key = render(change["Keys"])
            image = canonical(change["NewImage"]) if "NewImage" in change else None
            digest = digest_of(image)
            if image is not None:
                self.images.put(key, digest, image)
            held = self.ledger.held(region.name, key)
            if held and "OldImage" in change and (key, held.digest) not in self.images:
                old = canonical(change["OldImage"])
                self.images.put(key, digest_of(old), old)
            written = written_ms(record)
            observation = self.ledger.observe(region.name, key, digest, written + skew)
            region.suspects.pop(key, None)
            self._unpark(region.name, key)
            if observation.fresh:
                self.offer(region.name, key, written)
        region.read += len(records)

    def offer(self, source: str, key: bytes, born_ms: int) -> None:
        """Queue what `source` holds of an item for all other regions."""
        now = time.monotonic()
        for pair in self.faults.pairs(source):
            self.queues[pair].add(key, born_ms=born_ms, now=now, delay=self.faults.delay(pair))
            self.wakes[pair].set()

    def relag(self, pair: Pair) -> None:
        """Give the items that wait already the changed lag of a pair."""
        self.queues[pair].relag(lambda: self.faults.delay(pair))
        self.wakes[pair].set()

    def _unpark(self, target: str, key: bytes) -> None:
        now = time.monotonic()
        for pair in self.faults.pairs("*", target):
            if self.queues[pair].ready(key, now):
                self.wakes[pair].set()

    def silent_write(self, region: RegionState, key: bytes, digest: bytes, clock_ms: int) -> None:
        """Take in a change that the stream did not show (the emulator's expiry makes such)."""
        skew = self.faults.skew(region.name)
        observation = self.ledger.observe(region.name, key, digest, clock_ms + skew)
        self._unpark(region.name, key)
        if observation.fresh:
            self.offer(region.name, key, clock_ms)

    def suspect(self, region: str, key: bytes, at_ms: int) -> None:
        """Record that a region's table did not hold the expected version."""
        self.regions[region].suspects.setdefault(key, Suspect(at_ms))

    def trust(self, region: RegionState, key: bytes) -> None:
        """Record that the table holds the expected version."""
        region.suspects.pop(key, None)
        self._unpark(region.name, key)

    def offer_differences(self) -> int:
        """Queue everything that any region lacks; returns how many deliveries that makes.

        The origin delivers if it still holds its version, else any region that does: after a
        restart the origin may have lost it.
        """
        queued = 0
        now = time.monotonic()
        for key in self.ledger:
            held = self.ledger.all_held(key)
            newest = self.ledger.newest(key)
            if newest is None:
                continue
            holders = [name for name, version in held.items() if version == newest]
            source = newest.origin if newest.origin in holders else holders[0]
            for target, version in held.items():
                if version == newest:
                    continue
                queue = self.queues[source, target]
                queue.add(key, born_ms=newest.stamp, now=now, relay=True)
                queued += 1
        self.wake()
        return queued

    def wake(self) -> None:
        """Wake the delivery of every link, so that it checks its queue and its faults again."""
        for event in self.wakes.values():
            event.set()

    def busy_with(self) -> list[str]:
        """Return the parts that have work left; empty when all regions are at rest."""
        found = [
            f"{one.name} is not reachable" for one in self.regions.values() if not one.reachable
        ]
        found += [f"{one.name} is {one.stage}" for one in self.regions.values() if not one.settled]
        for (source, target), queue in self.queues.items():
            if queue:
                found.append(f"{len(queue)} pending {source} -> {target}")
        for name, region in self.regions.items():
            if self.ledger.awaits_echoes(name) or region.suspects:
                found.append(f"{name} has changes that its stream has not shown")
        return found
