"""Delivers the queue of one link between two regions, in batches of conditional writes."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import Final

from localcloud.json_log import EventLog
from localcloud.replicator.checkpoint import Checkpoint
from localcloud.replicator.dynamo import DynamoError, UnreachableError
from localcloud.replicator.faults import Pair
from localcloud.replicator.mesh import Mesh, RegionState
from localcloud.replicator.operations import write
from localcloud.replicator.planning import PARKED_SECONDS, Candidate, Planner
from localcloud.replicator.stream import now_ms
from localcloud.replicator.versions import Verdict, Version, judge

_LOG: Final = EventLog("replicator")

_BATCH = 100
_BATCH_BYTES = 1_000_000
_AWAY = 0.2
_HOPELESS = 5.0


class Delivery:
    """Delivers over one link `source` -> `target`; a frozen target delays no other link."""

    def __init__(self, mesh: Mesh, pair: Pair, checkpoint: Checkpoint) -> None:
        self._mesh = mesh
        self._pair = pair
        self._checkpoint = checkpoint
        self._queue = mesh.queues[pair]
        self._metrics = mesh.metrics[pair]
        self._wake = mesh.wakes[pair]
        self._target: RegionState = mesh.regions[pair[1]]
        self._planner = Planner(mesh, pair)

    async def run(self) -> None:
        """Deliver for as long as the replicator runs."""
        while True:
            await self._due()
            keys = self._queue.take(time.monotonic(), _BATCH)
            try:
                await self._deliver(keys)
            except (UnreachableError, DynamoError) as error:
                _LOG.warning("delivery put off", way="->".join(self._pair), error=str(error))
                for key in keys:
                    self._queue.retry(key, time.monotonic() + _AWAY)

    def _open(self) -> bool:
        target = self._target
        return target.settled and target.reachable and not self._mesh.faults.blocks(self._pair)

    async def _due(self) -> None:
        """Return when something may be delivered."""
        while True:
            self._wake.clear()
            due = self._queue.next_due() if self._open() else None
            rest = None if due is None else due - time.monotonic()
            if rest is not None and rest <= 0:
                return
            try:
                async with asyncio.timeout(rest):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _deliver(self, keys: Sequence[bytes]) -> None:
        ready = await self._planner.plan(keys)
        if ready:
            await self._checkpoint.flush()
        for batch in _batches(ready):
            if self._open():
                await self._send(batch)
            else:
                self._put_back(batch)

    def _put_back(self, batch: Sequence[Candidate]) -> None:
        for one in batch:
            self._mesh.ledger.withdraw(self._target.name, one.key, one.wanted)
            self._queue.retry(one.key, time.monotonic())

    async def _send(self, batch: Sequence[Candidate]) -> None:
        table = self._target.dynamo.table
        operations = [write(table, one.key, one.before, one.after) for one in batch]
        try:
            await self._target.dynamo.write(operations)
        except UnreachableError as error:
            self._unknown(batch, error)
        except DynamoError as error:
            await self._refused(batch, error)
        else:
            self._applied(batch)

    def _applied(self, batch: Sequence[Candidate]) -> None:
        now, clock = time.monotonic(), now_ms()
        for one in batch:
            born = self._queue.done(one.key, now)
            self._metrics.arrived(None if born is None else clock - born, now)
            again = self._mesh.faults.duplicated(self._pair)
            if again is not None:
                loop = asyncio.get_running_loop()
                loop.call_later(again, self._arrive_again, one.key, one.wanted)
        self._target.applied += len(batch)
        self._target.read_now.set()

    def _arrive_again(self, key: bytes, version: Version) -> None:
        """Deliver a write a second time, for the fault `duplicates`; it must change nothing."""
        self._metrics.duplicates += 1
        if judge(version, self._mesh.ledger.held(self._target.name, key)) is not Verdict.STALE:
            self._queue.add(key, born_ms=now_ms(), now=time.monotonic())
            self._wake.set()

    def _unknown(self, batch: Sequence[Candidate], error: UnreachableError) -> None:
        """Record that the outcome of a write is unknown: a frozen region may still apply it."""
        self._metrics.unknown += len(batch)
        self._target.reachable = False
        _LOG.warning(
            "outcome unknown", way="->".join(self._pair), items=len(batch), error=str(error)
        )
        for one in batch:
            self._mesh.ledger.doubt(self._target.name, one.key, one.wanted)
            self._queue.retry(one.key, time.monotonic() + _AWAY)

    async def _refused(self, batch: Sequence[Candidate], error: DynamoError) -> None:
        if len(batch) > 1 and error.code != "TransactionCanceledException":
            for one in batch:
                await self._send([one])
            return
        reasons = [str(one.get("Code")) for one in error.answer.get("CancellationReasons", [])]
        now = time.monotonic()
        for number, one in enumerate(batch):
            code = reasons[number] if number < len(reasons) else error.code
            self._mesh.ledger.withdraw(self._target.name, one.key, one.wanted)
            if code == "None":
                self._queue.retry(one.key, now)
            elif code.startswith("ConditionalCheckFailed"):
                self._metrics.refused += 1
                if self._mesh.ledger.held(self._target.name, one.key) == one.held:
                    self._mesh.suspect(self._target.name, one.key, now_ms())
                    self._target.read_now.set()
                    self._queue.park(one.key, now + PARKED_SECONDS)
                else:
                    self._queue.retry(one.key, now)
            else:
                _LOG.warning(
                    "write refused", way="->".join(self._pair), key=one.key, error=str(error)
                )
                self._queue.retry(one.key, now + _HOPELESS)


def _batches(ready: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Cut into batches that a transaction takes: it holds 100 writes and 4 MB."""
    batch: list[Candidate] = []
    size = 0
    for one in ready:
        if batch and size + one.size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch
