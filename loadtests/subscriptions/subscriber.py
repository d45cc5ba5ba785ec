"""A client that keeps one subscription open, as graphql-ws does: it reconnects and subscribes anew.

After a lost connection it waits a random time, which doubles with each attempt that fails, and
takes the edge's paths in turn: the second one leads past the nearest region.
"""

import asyncio
import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from infra_cdk.edge_rules import WRITE_PATHS
from services.domain.live.subprotocol import SUBPROTOCOL

_FIRST_WAIT_S: Final = 1.0  # the longest one after the first failure
_LONGEST_WAIT_S: Final = 8.0
_PATIENCE_S: Final = 10.0  # for a handshake, an acknowledgement or a first state
REGION_HEADER: Final = "x-carte-region"


class SubscriptionRefusedError(RuntimeError):
    """The server ends the subscription with an error: asking again would give the same."""


@dataclass(frozen=True, slots=True)
class State:
    """A state that a subscriber got.

    Attributes:
        at: When, seconds of the epoch.
        region: The region that sent it.
        version: Its version.
        first: Whether it is the first one of a connection.
        data: What was selected.
    """

    at: float
    region: str
    version: str
    first: bool
    data: Mapping[str, Any]


@dataclass(slots=True)
class Subscriber:
    """One subscription through the edge.

    Attributes:
        url: Of the edge, `ws://host:port`; the path is added.
        query: The document, whose field has `version`.
        variables: Of the operation.
        place: The place that the client says it is at; empty: none.
        resumes: Whether it subscribes again after a lost connection; a client that does not is a
            planted fault.
        region: The region that holds the connection now; empty: none.
        states: Everything that came, in order; with `keeps_all` off the last one only.
        attempts: When each connection was begun, seconds of the epoch.
    """

    url: str
    query: str
    variables: Mapping[str, Any]
    place: str = ""
    resumes: bool = True
    keeps_all: bool = True
    region: str = ""
    states: list[State] = field(default_factory=list)
    attempts: list[float] = field(default_factory=list)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Keep the subscription until cancelled.

        Raises:
            SubscriptionRefusedError: The server refuses the subscription.
        """
        failures = 0
        while True:
            got = len(self.attempts)
            try:
                await self._once(WRITE_PATHS[failures % len(WRITE_PATHS)])
            except (OSError, TimeoutError, WebSocketException):
                pass
            finally:
                self.region = ""
            if self.states and self.states[-1].at >= self.attempts[got]:
                failures = 0
            failures += 1
            longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (failures - 1))
            await asyncio.sleep(random.uniform(0.1, longest))

    async def ready(self) -> None:
        """Wait for the first state."""
        await self._ready.wait()

    async def _once(self, path: str) -> None:
        """Connect, subscribe, and take states until the connection ends."""
        self.attempts.append(time.time())
        place = f"?place={self.place}" if self.place else ""
        async with connect(
            f"{self.url}{path}{place}",
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            open_timeout=_PATIENCE_S,
            close_timeout=1,
            ping_interval=None,
            compression=None,
            proxy=None,
        ) as socket:
            await socket.send('{"type":"connection_init"}')
            async with asyncio.timeout(_PATIENCE_S):
                await _expect(socket, "connection_ack")
            response = socket.response
            self.region = "" if response is None else response.headers.get(REGION_HEADER, "")
            if self.states and not self.resumes:
                await socket.wait_closed()
                return
            payload = {"query": self.query, "variables": dict(self.variables)}
            await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
            async with asyncio.timeout(_PATIENCE_S):
                self._take(*await _expect(socket, "next"), first=True)
            while True:
                self._take(*await _expect(socket, "next"), first=False)

    def _take(self, at: float, message: Mapping[str, Any], *, first: bool) -> None:
        (data,) = message["payload"]["data"].values()
        state = State(at, self.region, str(data["version"]), first, data)
        if self.keeps_all:
            self.states.append(state)
        else:
            self.states[:] = [state]
        self._ready.set()


async def _expect(socket: ClientConnection, kind: str) -> tuple[float, Mapping[str, Any]]:
    """Return the next message of a kind, and when it came; pings and pongs are passed over.

    Raises:
        SubscriptionRefusedError: The message is an `error`, or of another kind.
    """
    while True:
        text = await socket.recv()
        at = time.time()
        message: dict[str, Any] = orjson.loads(text)
        if message["type"] == kind:
            return at, message
        if message["type"] not in {"ping", "pong"}:
            raise SubscriptionRefusedError(json.dumps(message)[:300])
