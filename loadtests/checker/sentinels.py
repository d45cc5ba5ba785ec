"""Sentinel items, which show how far each region's stream Lambda has read the stream.

No API says so. A region overwrites a sentinel by a version that holds less, and only the region's
own stream Lambda repairs such an item: once it is repaired, the Lambda has read the stream up to
the overwrite. A sentinel that is not repaired, although a later one is, was in a lost record.
"""

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from typing import Final

from loadtests.checker.blocking_calls import call
from loadtests.checker.dataset import Dataset
from services.domain.documents.stock import Stock
from services.domain.stamp import Stamp
from services.storage import keys, parts
from services.storage.keys import Key
from services.storage.replica import Write
from services.storage.table import Table

ANSWER_S: Final = 60.0
"""Seconds that a table, or the replicator, may take to answer on a busy machine."""
_POLL_S: Final = 0.1


class Sentinels:
    """The sentinels of a check: one item in each region, with a line for each name."""

    def __init__(self, dataset: Dataset, replicas: Mapping[str, Table]) -> None:
        self._dataset = dataset
        self._replicas = replicas

    async def send(self, name: str) -> None:
        """Overwrite a sentinel in each region.

        Args:
            name: Of the sentinel; not used before in this check.

        Raises:
            CheckError: A table does not answer.
        """
        sends = [partial(self._send, one, name) for one in self._replicas.values()]
        await asyncio.gather(*(call("writing sentinels", ANSWER_S, send) for send in sends))

    async def repaired(self, name: str) -> list[str]:
        """Return the regions whose stream Lambda has repaired a sentinel.

        Raises:
            CheckError: A table does not answer.
        """
        reads = [partial(self._is_repaired, one, name) for one in self._replicas.values()]
        found = await asyncio.gather(*(call("reading sentinels", ANSWER_S, read) for read in reads))
        return [region for region, repaired in zip(self._replicas, found, strict=True) if repaired]

    async def wait(self, name: str, deadline: float) -> bool:
        """Overwrite a sentinel and wait for its repair; return whether all regions made it in time.

        Args:
            name: Of the sentinel; not used before in this check.
            deadline: Monotonic seconds.

        Raises:
            CheckError: A table does not answer.
        """
        await self.send(name)
        while time.monotonic() < deadline:
            if len(await self.repaired(name)) == len(self._replicas):
                return True
            await asyncio.sleep(_POLL_S)
        return False

    def _key(self, region: str) -> Key:
        return parts.own_part(keys.stock(self._dataset.sentinel), region)

    def _send(self, replica: Table, name: str) -> None:
        empty = Stock(self._dataset.sentinel, {})
        for stock in (empty.sold(name, 1, replica.region), empty):
            _overwrite(replica, self._key(replica.region), stock)

    def _is_repaired(self, replica: Table, name: str) -> bool:
        stored = replica.get(self._key(replica.region), consistent=True)
        stock = stored.document() if stored else None
        return isinstance(stock, Stock) and name in stock.lines


def _overwrite(replica: Table, key: Key, stock: Stock) -> None:
    def attempt() -> None:
        stored = replica.get(key, consistent=True)
        after = [Stamp.parse(stored.rev)] if stored else []
        rev = replica.clock.tick(*after)
        replica.write(Write(key, stock.dump(), rev, stored.rev if stored else None))

    replica.retry("sentinel", attempt)
