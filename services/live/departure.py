"""Moves the clients of a drained region to other regions, a few at a time."""

import random
import time
from collections.abc import Callable, Collection
from typing import Final

_KNOWN_S: Final = 10.0  # for so long the answer of the table counts
# A client that sends a ping a minute stays for five minutes on average.
_SHARE: Final = 0.2


class Departure:
    """Decides, at the ping of a client, whether its connection is to be closed.

    No clock wakes a Lambda for a connection, so the pings of clients are the occasion: each is its
    own, and random, so clients leave one by one. A client that sends no pings stays.
    """

    def __init__(
        self,
        region: str,
        regions: Collection[str],
        drained: Callable[[], Collection[str]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Take the regions; which of them are drained is not read yet.

        Args:
            region: The region that the Lambda runs in.
            regions: All regions of the deployment.
            drained: Returns the drained regions, from this region's table.
            monotonic: Returns seconds.
            chance: Returns a random number from 0 to below 1.
        """
        self._region = region
        self._regions = regions
        self._drained = drained
        self._monotonic = monotonic
        self._chance = chance
        self._leaves = False
        self._until = 0.0

    def is_due(self) -> bool:
        """Return whether the client that sent a ping is to connect to another region."""
        now = self._monotonic()
        if now >= self._until:
            self._until = now + _KNOWN_S
            try:
                drained = self._drained()
            except Exception:  # noqa: BLE001 - a ping is answered while the table is away
                return False
            # Where every region is drained there is nowhere to go.
            self._leaves = self._region in drained and not {*self._regions} <= {*drained}
        return self._leaves and self._chance() < _SHARE
