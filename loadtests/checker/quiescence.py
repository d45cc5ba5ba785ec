"""Waits until the regions are at rest: nothing replicates and no stream Lambda has work left.

No API says how far a stream Lambda has read. So each region overwrites a sentinel item by a version
that holds less. Only the region's own stream Lambda repairs such an item: once it is repaired, the
Lambda has read the stream up to the overwrite.
"""

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from typing import Final

from loadtests.checker.blocking_calls import call
from loadtests.checker.dataset import Dataset
from loadtests.checker.phases import Phases
from loadtests.checker.tables import Mine, Snapshot, Tables, differences
from localcloud.replicator.client import ReplicatorClient
from localcloud.replicator.dynamo import UnreachableError
from services.domain.documents.stock import Stock
from services.domain.stamp import Stamp
from services.storage import keys, parts
from services.storage.keys import Key
from services.storage.replica import Write
from services.storage.table import Table

_ITEM: Final = "sentinel"
_POLL_S: Final = 0.1
# Without a sentinel: how long the tables must stay as they are.
_STILL_S: Final = 2.0
# Seconds that a table, or the replicator, may take to answer on a busy machine.
_ANSWER_S: Final = 60.0
# Unequal items that the history names.
_SHOWN: Final = 5


class QuiescenceWait:
    """Waits until all regions are at rest."""

    def __init__(
        self,
        dataset: Dataset,
        tables: Tables,
        replicator: ReplicatorClient,
        replicas: Mapping[str, Table],
        *,
        convergence: bool = True,
    ) -> None:
        """Initialize.

        Args:
            dataset: Whose sentinel store is used.
            tables: The regions' tables, to scan.
            replicator: To ask whether replication is at rest.
            replicas: The regions' tables, to write sentinels.
            convergence: Whether the stream Lambdas run.
        """
        self._dataset = dataset
        self._tables = tables
        self._replicator = replicator
        self._replicas = replicas
        self._convergence = convergence
        self._rounds = 0

    async def wait(self, patience_s: float, phases: Phases) -> tuple[bool, dict[str, Snapshot]]:
        """Wait until all regions are equal and stay as they are.

        Args:
            patience_s: How long, in seconds; the last round may take a minute more.
            phases: Shows what is waited for; the history notes why the regions are not at rest.

        Returns:
            Whether they came to rest in time, and what their tables held in the end.

        Raises:
            CheckError: A table, or the replicator, does not answer at all.
        """
        deadline = time.monotonic() + patience_s
        before: dict[str, Snapshot] | None = None
        while True:
            quiet, done = await self._round(deadline, phases)
            now = await self._read(deadline, phases)
            unequal = [key for key, _ in zip(differences(now), range(_SHOWN), strict=False)]
            if quiet and done and not unequal and now == before:
                return True, now
            if time.monotonic() > deadline:
                phases.history.note(
                    "not at rest",
                    replicated=quiet,
                    streams_read=done,
                    unequal=["/".join(one.key) for one in unequal],
                )
                return False, now
            before = now

    async def _round(self, deadline: float, phases: Phases) -> tuple[bool, bool]:
        """Return whether replication is at rest, and whether the stream Lambdas are."""
        quiet = await self._is_replicated(deadline, phases)
        if self._convergence:
            seconds = _left(deadline) + _ANSWER_S
            async with phases.phase("waiting for the stream Lambdas", seconds):
                done = await self._sentinels(deadline)
        else:
            done = True
            await asyncio.sleep(_STILL_S)
        return quiet and await self._is_replicated(deadline, phases), done

    async def _is_replicated(self, deadline: float, phases: Phases) -> bool:
        what, left = "waiting for replication", _left(deadline)
        async with phases.phase(what, left + _ANSWER_S):
            waiting = partial(self._replicator.wait_until_quiet, left)
            return await call(what, left + _ANSWER_S, waiting)

    async def _read(self, deadline: float, phases: Phases) -> dict[str, Snapshot]:
        """Return what the tables hold; a table that does not answer is read again."""
        mine: Mine = self._dataset.has
        async with phases.phase("reading the tables", _left(deadline) + _ANSWER_S):
            while True:
                try:
                    found = await self._tables.snapshots(mine)
                except UnreachableError:
                    if time.monotonic() > deadline:
                        raise
                    await asyncio.sleep(_POLL_S)
                else:
                    return {region: self._without_sentinels(one) for region, one in found.items()}

    def _without_sentinels(self, snapshot: Snapshot) -> Snapshot:
        partition = keys.store_partition(self._dataset.sentinel)
        return {key: image for key, image in snapshot.items() if key.pk != partition}

    async def _sentinels(self, deadline: float) -> bool:
        self._rounds += 1
        replicas = self._replicas.values()
        what = "writing sentinels"
        sends = [call(what, _ANSWER_S, partial(self._send, replica)) for replica in replicas]
        await asyncio.gather(*sends)
        what = "reading sentinels"
        while time.monotonic() < deadline:
            reads = [call(what, _ANSWER_S, partial(self._came_back, one)) for one in replicas]
            if all(await asyncio.gather(*reads)):
                return True
            await asyncio.sleep(_POLL_S)
        return False

    def _key(self, region: str) -> Key:
        return parts.own_part(keys.stock(self._dataset.sentinel), region)

    def _send(self, replica: Table) -> None:
        empty = Stock(self._dataset.sentinel, {})
        full = empty.sold(_ITEM, self._rounds, replica.region)
        for stock in (full, empty):
            _overwrite(replica, self._key(replica.region), stock)

    def _came_back(self, replica: Table) -> bool:
        stored = replica.get(self._key(replica.region), consistent=True)
        stock = stored.document() if stored else None
        line = stock.lines.get(_ITEM) if isinstance(stock, Stock) else None
        return line is not None and line.slots[replica.region].sold == self._rounds


def _overwrite(replica: Table, key: Key, stock: Stock) -> None:
    def attempt() -> None:
        stored = replica.get(key, consistent=True)
        after = [Stamp.parse(stored.rev)] if stored else []
        rev = replica.clock.tick(*after)
        replica.write(Write(key, stock.dump(), rev, stored.rev if stored else None))

    replica.retry("sentinel", attempt)


def _left(deadline: float) -> float:
    return max(1.0, deadline - time.monotonic())
