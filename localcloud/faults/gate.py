"""A gate: a transparent TCP proxy before a region, where traffic can be cut, delayed and failed.

Each client connection has an upstream connection of its own, so keep-alive, closing and
back-pressure remain those of client and region. Bytes pass unchanged. The start of a request is
recognised without parsing: it is the first data that a client sends after a response (no client of
the local cloud pipelines requests). Only a request that is to fail is parsed, to find its end.
"""

import asyncio
import math
import random
import re
import time
from typing import Final

from infra_cdk import edge_rules
from localcloud.concurrency_limit import ConcurrencyLimit
from localcloud.faults.connections import ClientConnection
from localcloud.faults.traffic import (
    NO_FAULTS,
    THROTTLED,
    FailureResponse,
    GateFaults,
    TokenBucket,
)

# Probes have limits of their own in the regional stack, so that a busy region stays healthy.
_UNTHROTTLED: Final = (b"GET /health", b"GET /ready")
_BACKLOG: Final = 1024
# Seconds that a request waits for a slot, below what the edge waits for the answer. That a first
# read is given up earlier costs nothing: the edge itself asks the next region.
FIRST_WAIT_S: Final = 0.75 * edge_rules.FIRST_WRITE_S
LAST_WAIT_S: Final = 0.75 * edge_rules.LAST_READ_S
# A write by one of the paths that lead to another region when it fails.
_EARLY_WRITE: Final = re.compile(
    rb"\r\n%s: [12]\r\n" % edge_rules.ATTEMPT_HEADER.encode(), re.IGNORECASE
)


class Gate:
    """One listening port that forwards to another port of this machine.

    Attributes:
        port: The port that clients connect to.
        upstream: The port of the region.
        limit: Bounds the requests that the region works on at once.
        faults: The faults that are active now.
        connections: The open client connections.
        requests: How many requests began since the start.
        failed: How many of them were answered with an error by the gate.
        delayed: How many of them had latency added.
        throttled: How many of them exceeded the limit of a fault.
        refused: How many of them were refused because the region was busy.
    """

    def __init__(
        self,
        port: int,
        upstream: int,
        random_source: random.Random | None = None,
        slots: int | None = None,
    ) -> None:
        """Prepare a gate; `open` makes it listen.

        Args:
            port: The port that clients connect to.
            upstream: The region's port.
            random_source: Draws latencies and failures; a fresh source when None.
            slots: Requests that the region works on at once; None means no limit.
        """
        self.port = port
        self.upstream = upstream
        self.limit = ConcurrencyLimit(slots)
        self.faults: GateFaults = NO_FAULTS
        self._random = random_source or random.Random()
        self.requests = 0
        self.failed = 0
        self.delayed = 0
        self.throttled = 0
        self.refused = 0
        self._bucket: TokenBucket | None = None
        self.connections: set[ClientConnection] = set()
        self._server: asyncio.Server | None = None

    @property
    def is_cut(self) -> bool:
        """Whether nothing passes now."""
        return self.faults.cut is not None

    def begin_request(self, data: bytes) -> tuple[float, FailureResponse | None]:
        """Count a request; return seconds of latency for it, and an error response or None.

        Args:
            data: The beginning of the request.
        """
        self.requests += 1
        if not self.faults.per_request:
            return 0.0, None
        if self._exceeds(data):
            self.throttled += 1
            self.failed += 1
            return 0.0, THROTTLED
        delay, failure = self.faults.draw(self._random)
        self.delayed += delay > 0
        self.failed += failure is not None
        return delay, failure

    def longest_wait_s(self, data: bytes) -> float:
        """Return how long a request waits for a slot of a busy region, seconds.

        It is refused before the edge gives up: the caller learns that the region is busy, and that
        nothing was executed. A probe waits without end.

        Args:
            data: The beginning of the request.
        """
        if data.startswith(_UNTHROTTLED):
            return math.inf
        return FIRST_WAIT_S if _EARLY_WRITE.search(data) else LAST_WAIT_S

    def refuse(self) -> FailureResponse:
        """Count a request that is refused because the region is busy; return the response.

        It is what API Gateway answers above its limit: the edge asks the next region.
        """
        self.refused += 1
        return THROTTLED

    def _exceeds(self, data: bytes) -> bool:
        throttle = self.faults.throttle
        if throttle is None or data.startswith(_UNTHROTTLED):
            return False
        now = time.monotonic()
        if self._bucket is None or self._bucket.throttle != throttle:
            self._bucket = TokenBucket(throttle, now)
        return not self._bucket.take(now)

    async def open(self) -> None:
        """Start to listen; does nothing if the gate listens already.

        Raises:
            OSError: The port is taken.
        """
        if self._server is None:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: ClientConnection(self), "127.0.0.1", self.port, backlog=_BACKLOG
            )

    async def set_faults(self, faults: GateFaults) -> None:
        """Replace the active faults.

        A new cut resets all open connections. `refuse` also refuses new connections, like a host
        where the service does not run; `drop` accepts them and never answers, like a network that
        loses every packet.

        Raises:
            OSError: Another program has taken the port that a cut had freed.
        """
        if faults.cut != "refuse":
            # First: a gate that cannot listen again still has its cut, and the next call tries
            # anew. Whether it listens is not what the faults say: it may have failed before.
            await self.open()
        before, self.faults = self.faults.cut, faults
        if faults.cut == before:
            return
        if faults.cut == "refuse":
            self._stop_listening()
        if before != "drop" or faults.cut != "drop":
            for connection in tuple(self.connections):
                connection.reset()

    def close(self) -> None:
        """Stop listening and reset all connections."""
        self._stop_listening()
        for connection in tuple(self.connections):
            connection.reset()

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
