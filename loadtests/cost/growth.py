"""What many operations leave: items of the table, the journal, and the local replicator's memory.

`python -m loadtests.cost.growth --operations 1000000` applies sales, counts and changes of prices
to stores in memory by the service's own code, and gives each item that they write to the parts of
the local replicator: its mesh, its queues and its state file. No emulator runs, and no request is
sent. Bytes of items are DynamoDB's; nothing expires meanwhile, so the figures of items that expire
are those of as many operations within their time to live.

A line of JSON is printed after each tenth of the operations.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson
import psutil

from loadtests.cost.reconciliation import CountingReplica, mutate
from localcloud.replicator.dynamo import Dynamo
from localcloud.replicator.ledger import Ledger
from localcloud.replicator.mesh import Mesh
from localcloud.replicator.store import STATE_FILE, Store
from services.domain.stamp import unix_ms
from services.storage import keys
from services.storage.keys import Key
from services.storage.operations import OperationRepository
from services.storage.replica import Stored, Write

REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
MOST_OPERATIONS: Final = 5_000_000
_STEP_MS: Final = 10  # between two operations
_FLUSHED: Final = 2_000  # operations between two writes of the state file
_STEPS: Final = 10
_DAY_S: Final = 24 * 3600


@dataclass(slots=True)
class Kind:
    """The items of one kind.

    Attributes:
        items: How many there are.
        bytes: Their size in the table.
        days: Days after which the last one expires; None: they never do.
    """

    items: int = 0
    bytes: int = 0
    days: float | None = None


def kind_of(key: Key) -> str:
    """Return what kind of item a key is of, in the words of docs/data.md."""
    if key.pk.startswith(keys.JOURNAL_PREFIX):
        return "journal"
    if key.sk == keys.OPERATION:
        return "operation_records"
    if key.pk.startswith(keys.ACTIONS_PREFIX):
        return "actions"
    return "documents"


class GrowingReplica(CountingReplica):
    """A replica that counts items by kind and lists what was written since the last look.

    Items that expire are counted and not kept: nothing here reads them again.
    """

    def __init__(self, now_ms: int) -> None:
        super().__init__(now_ms)
        self.kinds: defaultdict[str, Kind] = defaultdict(Kind)
        self.written: list[tuple[Key, dict[str, Any]]] = []
        self._partitions: defaultdict[str, set[Key]] = defaultdict(set)

    def partition(
        self, pk: str, *, prefix: str | None = None, consistent: bool = False
    ) -> list[Stored]:
        """See `Replica.partition`."""
        del consistent
        found = (key for key in self._partitions[pk] if key.sk.startswith(prefix or ""))
        return [self.items[key][0] for key in found]

    def write(self, write: Write) -> None:
        """See `Replica.write`."""
        held = self.items.get(write.key)
        super().write(write)
        stored, size = self.items[write.key]
        kind = self.kinds[kind_of(write.key)]
        kind.items += held is None
        kind.bytes += size - (held[1] if held else 0)
        if write.expires:
            kind.days = max(kind.days or 0.0, (write.expires - self.now_ms // 1000) / _DAY_S)
            del self.items[write.key]
        else:
            self._partitions[write.key.pk].add(write.key)
        image = {
            "pk": {"S": write.key.pk},
            "sk": {"S": write.key.sk},
            "rev": {"S": stored.rev},
            "body": {"S": orjson.dumps(write.body).decode()},
            **({"expires": {"N": str(write.expires)}} if write.expires else {}),
        }
        self.written.append((write.key, image))


@dataclass(frozen=True, slots=True)
class Figures:
    """What a number of operations left.

    Attributes:
        operations: How many there were.
        cpu_s: CPU seconds of this process that they took.
        kinds: Kind of item to what there is of it.
        replicated_items: Items that the replicator knows.
        replicator_bytes: Resident memory that this process gained: the replicator's, and the
            stores' documents, whose number does not grow.
        bytes_an_item: What each further item takes of it, since the first tenth; None: that is not
            known yet. Of what is new the replicator also keeps 16 MB of contents.
        state_file_bytes: Of the replicator's state file.
    """

    operations: int
    cpu_s: float
    kinds: Mapping[str, Kind]
    replicated_items: int
    replicator_bytes: int
    bytes_an_item: int | None
    state_file_bytes: int

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values; megabytes are of a million bytes."""
        return {
            "operations": self.operations,
            "cpu_s": self.cpu_s,
            **{
                name: {
                    "items": kind.items,
                    "mb": round(kind.bytes / 1e6, 2),
                    "days": None if kind.days is None else round(kind.days),
                }
                for name, kind in sorted(self.kinds.items())
            },
            "replicator": {
                "items": self.replicated_items,
                "mb": round(self.replicator_bytes / 1e6, 1),
                "bytes_an_item": self.bytes_an_item,
                "state_file_mb": round(self.state_file_bytes / 1e6, 1),
            },
        }


@dataclass(slots=True)
class Replication:
    """The replicator's parts, without a network: every delivery succeeds at once.

    Attributes:
        mesh: Regions, queues and the ledger.
        store: The state file.
        serial: Number of the last stream record.
    """

    mesh: Mesh
    store: Store
    serial: int = 0

    def replicate(self, written: Sequence[tuple[Key, dict[str, Any]]], now_ms: int) -> None:
        """Take in what the first region wrote, and let the others have it."""
        source, *others = self.mesh.regions.values()
        records = [self._record(key, image, now_ms) for key, image in written]
        self.mesh.take_in(source, records)
        # Of an item that was written several times the others get the newest version alone.
        arriving = list({str(one["dynamodb"]["Keys"]): one for one in records}.values())
        for target in others:
            queue = self.mesh.queues[source.name, target.name]
            taken = queue.take(time.monotonic(), len(queue))
            for key in taken:
                version = self.mesh.ledger.held(source.name, key)
                if version is None:
                    raise AssertionError(f"{source.name} does not hold what it wrote: {key!r}")
                self.mesh.ledger.expect(target.name, key, version)
            self.mesh.take_in(target, arriving)
            for key in taken:
                queue.done(key, time.monotonic())
        if any(self.mesh.queues.values()):
            raise AssertionError(f"deliveries are left: {self.mesh.busy_with()}")

    def flush(self) -> None:
        """Write the state file."""
        self.store.write(self.mesh.ledger.take_dirty(), {})

    def _record(self, key: Key, image: dict[str, Any], now_ms: int) -> dict[str, Any]:
        self.serial += 1
        return {
            "dynamodb": {
                "Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
                "NewImage": image,
                "SequenceNumber": f"{now_ms:020}{self.serial:010}",
                "ApproximateCreationDateTime": now_ms / 1000,
            }
        }


async def grow(operations: int, stores: int, seed: int, folder: Path) -> AsyncIterator[Figures]:
    """Apply operations, and yield the figures after each tenth of them.

    Args:
        operations: How many, at most `MOST_OPERATIONS`.
        stores: Stores that they are spread over.
        seed: Of what they are.
        folder: Gets the replicator's state file.
    """
    dice = random.Random(seed)
    replica = GrowingReplica(unix_ms())  # by which operation records expire
    repository = OperationRepository(replica)
    async with AsyncExitStack() as stack:
        # No request is sent to them: the addresses lead nowhere.
        dynamos = [
            await stack.enter_async_context(Dynamo(name, "http://127.0.0.1:9", "carte"))
            for name in REGIONS
        ]
        store = stack.enter_context(Store(folder / STATE_FILE))
        replication = Replication(Mesh(dynamos, Ledger(REGIONS)), store)
        process = psutil.Process()
        before, began = process.memory_info().rss, time.process_time()
        first: tuple[int, int] | None = None
        marks = {round(operations * part / _STEPS) for part in range(1, _STEPS + 1)}
        for number in range(1, operations + 1):
            replica.now_ms += _STEP_MS
            name = f"{dice.randrange(2**122):032x}"
            mutate(repository, name, f"us-{dice.randrange(stores):05}", dice, by_staff=True)
            if number % _FLUSHED == 0 or number in marks:
                replication.replicate(replica.written, replica.now_ms)
                replica.written.clear()
                replication.flush()
            if number in marks:
                grown = process.memory_info().rss - before
                cpu_s = time.process_time() - began
                items = len(replication.mesh.ledger)
                first = first or (items, grown)
                more = items - first[0]
                yield Figures(
                    operations=number,
                    cpu_s=round(cpu_s, 1),
                    kinds={name: replace(kind) for name, kind in replica.kinds.items()},
                    replicated_items=items,
                    replicator_bytes=grown,
                    bytes_an_item=round((grown - first[1]) / more) if more else None,
                    state_file_bytes=_size(folder),
                )


def _size(folder: Path) -> int:
    """Return the bytes of a state file, with what SQLite has beside it."""
    return sum(file.stat().st_size for file in folder.glob(f"{STATE_FILE}*"))


async def _print(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async for figures in grow(options.operations, options.stores, options.seed, Path(folder)):
            print(json.dumps(figures.to_json()), flush=True)


def main() -> None:
    """Print the figures; exits with 2 where the options make no sense."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--stores", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not _STEPS <= options.operations <= MOST_OPERATIONS:
        parser.error(f"--operations must be from {_STEPS} to {MOST_OPERATIONS:,}")
    if not 1 <= options.stores <= options.operations:
        parser.error("--stores must be at least 1, and no more than --operations")
    asyncio.run(_print(options))


if __name__ == "__main__":
    main()
