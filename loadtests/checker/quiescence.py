"""Waits until the regions are at rest: nothing replicates and no stream Lambda has work left.

No API says how far a stream Lambda has read. So each region overwrites a sentinel item by a version
that holds less. Only the region's own stream Lambda repairs such an item: once it is repaired, the
Lambda has read the stream up to the overwrite.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

from loadtests.checker.dataset import Dataset
from loadtests.checker.tables import Mine, Snapshot, Tables, differences
from localcloud.replicator.client import ReplicatorClient
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

    async def wait(
        self, patience_s: float, on_progress: Callable[[str], object]
    ) -> tuple[bool, dict[str, Snapshot]]:
        """Wait until all regions are equal and stay as they are.

        Returns:
            Whether they came to rest in time, and what their tables held in the end.
        """
        deadline = time.monotonic() + patience_s
        before: dict[str, Snapshot] | None = None
        mine: Mine = self._dataset.has
        while True:
            left = max(1.0, deadline - time.monotonic())
            on_progress("waiting for replication")
            quiet = await asyncio.to_thread(self._replicator.wait_until_quiet, left)
            if self._convergence:
                on_progress("waiting for the stream Lambdas")
                done = await self._sentinels(deadline)
            else:
                done = True
                await asyncio.sleep(_STILL_S)
            quiet = quiet and await asyncio.to_thread(self._replicator.wait_until_quiet, left)
            on_progress("reading the tables")
            now = {
                region: self._without_sentinels(one)
                for region, one in (await self._tables.snapshots(mine)).items()
            }
            equal = next(differences(now), None) is None
            if quiet and done and equal and now == before:
                return True, now
            if time.monotonic() > deadline:
                return False, now
            before = now

    def _without_sentinels(self, snapshot: Snapshot) -> Snapshot:
        partition = keys.store_partition(self._dataset.sentinel)
        return {key: image for key, image in snapshot.items() if key.pk != partition}

    async def _sentinels(self, deadline: float) -> bool:
        self._rounds += 1
        waits = [asyncio.to_thread(self._send, replica) for replica in self._replicas.values()]
        await asyncio.gather(*waits)
        while time.monotonic() < deadline:
            came_back = [
                await asyncio.to_thread(self._came_back, replica)
                for replica in self._replicas.values()
            ]
            if all(came_back):
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
