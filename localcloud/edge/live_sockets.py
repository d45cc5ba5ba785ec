"""WebSockets of live updates: each is passed on to the nearest healthy region, and moved from it.

A connection stays with its region. When the region is drained, its clients are closed a few at a
time with 1012 (service restart), and connect again, to the next region. When it is ill, they get
nothing any more, so they are closed within two seconds. In a deployment nothing closes the
connections of a region that is silent: there clients notice by their own pings.

Of each region a few handshakes are under way at once. All others wait for a moment, and are refused
with 429 where the region answers others meanwhile: five hundred clients of a lost region that came
at once would else wait for Lambdas that answer those who have given up already.

The emulator's gateway does not name the subprotocol in its answer to the handshake, as API Gateway
does by the header of the Lambda, so the edge names it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp import WSMsgType, web

from localcloud.concurrency_limit import ConcurrencyLimit
from localcloud.edge.forwarding import request_headers
from localcloud.edge.places import Located
from localcloud.edge.replies import problem
from localcloud.edge.routing import LatencyRecord
from services.domain.live.subprotocol import SUBPROTOCOL

LEFT: Final = 1012
_IDLE: Final = 1001
IDLE_S: Final = 600.0  # API Gateway, "Quotas for WebSocket APIs"
_NORMAL: Final = 1000
# Codes that a side may send (RFC 6455, 7.4.1); others only say that it sent none.
_SENDABLE: Final = frozenset({*range(1000, 1004), *range(1007, 1015), *range(4000, 5000)})
_CLOSE_S: Final = 1.0
_MAX_MESSAGE: Final = 128 * 1024
MOST_SOCKETS: Final = 10_000
_HANDSHAKES: Final = 8  # with one region, at once
_WAITS_S: Final = 6.0  # for its turn, of a handshake that is refused then
_LOOK_S: Final = 0.2
# At a look so many connections of a drained region are closed, or this part of all that are left;
# and of an ill one.
_AT_ONCE: Final = 5
_PART: Final = 20
_AT_ONCE_ILL: Final = 50
_PART_ILL: Final = 4
_HANDSHAKE: Final = frozenset(
    {"sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"}
    | {"sec-websocket-protocol", "upgrade", "connection"}
)


class _Turn:
    """A handshake that waits until it may be sent to a region."""

    def __init__(self) -> None:
        self._comes: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def comes(self) -> bool:
        """Wait for it; False: it has waited too long."""
        return await self._comes

    def admitted(self) -> None:
        """Ask the region."""
        if not self._comes.done():
            self._comes.set_result(True)

    def refused(self) -> None:
        """Ask it not."""
        if not self._comes.done():
            self._comes.set_result(False)


@dataclass(eq=False, slots=True)
class _Passed:
    """An open connection.

    Attributes:
        region: The region that holds it.
        client: The side of the client.
        at: When anything passed last, seconds of the loop.
    """

    region: str
    client: web.WebSocketResponse
    at: float


class LiveSockets:
    """Passes WebSockets on to the regions."""

    def __init__(
        self,
        urls: Mapping[str, str],
        record: LatencyRecord,
        serves: Callable[[str], bool],
        *,
        connect_s: float,
        healthy: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Open a session for the regions; call it in a running event loop.

        Args:
            urls: URL of each region's WebSocket API.
            record: Decides which region is the nearest healthy one.
            serves: Whether a region is healthy and not drained.
            connect_s: Seconds that a region may take for the handshake.
            healthy: Whether a region that does not serve is well, and only drained.
        """
        self._urls = urls
        self._record = record
        self._serves = serves
        self._connect_s = connect_s
        self._healthy = healthy
        self._open: set[_Passed] = set()
        self._handshakes = {region: ConcurrencyLimit(_HANDSHAKES) for region in urls}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
        )

    @staticmethod
    def wanted(request: web.BaseRequest) -> bool:
        """Return whether a request asks for a WebSocket.

        CloudFront's functions see the key of a handshake and not its `Upgrade`; one without a key
        (RFC 6455, section 4.1) is a request as any other.
        """
        upgrades = request.headers.get("upgrade", "").lower() == "websocket"
        return request.method == "GET" and upgrades and "sec-websocket-key" in request.headers

    def connections(self) -> dict[str, int]:
        """Return the number of open connections of each region."""
        counted = dict.fromkeys(self._urls, 0)
        for one in self._open:
            counted[one.region] += 1
        return counted

    async def pass_on(
        self, request: web.BaseRequest, located: Located, *, again: bool = False
    ) -> web.StreamResponse:
        """Hold a connection until either side ends it, or its region is left.

        Args:
            request: The handshake.
            located: The regions by their distance from the client.
            again: Whether the client comes by a later path, which leads to another region.
        """
        region = self._record.resolve(located.order).attempt(2 if again else 1).origins[0]
        return await self.connect(request, region)

    async def connect(self, request: web.BaseRequest, region: str) -> web.StreamResponse:
        """Hold a connection to this region or to none."""
        if len(self._open) >= MOST_SOCKETS:
            return problem(503, "the edge holds as many WebSockets as it can")
        client = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), max_msg_size=_MAX_MESSAGE, compress=False
        )
        # Before the handshake with the region, which would hold a connection that no client has.
        if not _can_prepare(client, request):
            return problem(
                400,
                "this is no handshake of a WebSocket (RFC 6455, section 4.1): send `Connection: "
                "Upgrade`, version 13, and a key of 16 bytes in base64",
                headers={"sec-websocket-version": "13"},
            )
        offered = request.headers.get("sec-websocket-protocol", "")
        protocols = tuple(one.strip() for one in offered.split(",") if one.strip())
        headers = request_headers(request.headers, request.remote)
        for name in _HANDSHAKE & {one.lower() for one in headers}:
            headers.popall(name)
        upstream = await self._handshake(region, protocols, headers)
        if isinstance(upstream, web.Response):
            return upstream
        one = _Passed(region, client, asyncio.get_running_loop().time())
        try:
            client.headers["x-carte-region"] = region
            await client.prepare(request)
            self._open.add(one)
            async with asyncio.TaskGroup() as group:
                down = group.create_task(self._pump(one, upstream, client))
                up = group.create_task(self._pump(one, client, upstream))
                await asyncio.wait({down, up}, return_when=asyncio.FIRST_COMPLETED)
                # Whichever side ended, the other one is closed, and its pump ends with it.
                await _close(client, upstream.close_code)
                await _close(upstream, client.close_code)
                down.cancel()
                up.cancel()
        finally:
            self._open.discard(one)
            await upstream.close()
        return client

    async def _handshake(
        self, region: str, protocols: tuple[str, ...], headers: Mapping[str, str]
    ) -> aiohttp.ClientWebSocketResponse | web.Response:
        """Return the connection to a region, or the answer to a client that gets none."""
        handshakes, turn = self._handshakes[region], _Turn()
        try:
            async with asyncio.timeout(self._connect_s):
                handshakes.acquire(turn, _WAITS_S)
                if not await turn.comes():
                    return problem(
                        429,
                        f"{region} has too many handshakes under way; connect again in a second",
                        headers={"retry-after": "1"},
                    )
                upstream = await self._session.ws_connect(
                    self._urls[region],
                    protocols=protocols,
                    headers=headers,
                    max_msg_size=_MAX_MESSAGE,
                    compress=0,
                    timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSE_S),
                )
        except aiohttp.WSServerHandshakeError as error:
            handshakes.served(turn)
            return problem(error.status, "the region refuses the WebSocket")
        except TimeoutError:
            return problem(504, f"{region} did not answer in time")
        except (aiohttp.ClientError, OSError):
            return problem(502, f"no connection to {region}")
        else:
            handshakes.served(turn)
            return upstream
        finally:
            handshakes.release(turn)

    async def _pump(
        self,
        one: _Passed,
        source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
        target: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    ) -> None:
        loop = asyncio.get_running_loop()
        async for message in source:
            one.at = loop.time()
            if target.closed:
                return
            try:
                if message.type is WSMsgType.TEXT:
                    await target.send_str(message.data)
                elif message.type is WSMsgType.BINARY:
                    await target.send_bytes(message.data)
            except (ConnectionError, RuntimeError):
                return  # the other side went in the meantime

    async def watch(self) -> None:
        """Close the connections of regions that are left, and idle ones, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            idle_since = asyncio.get_running_loop().time() - IDLE_S
            idle = [one for one in self._open if one.at < idle_since]
            await asyncio.gather(*(_close(one.client, _IDLE) for one in idle))
            if not any(map(self._serves, self._urls)):
                continue  # nowhere to go
            for region in self._urls:
                if self._serves(region):
                    continue
                here = [one for one in self._open if one.region == region]
                least, part = (
                    (_AT_ONCE, _PART) if self._healthy(region) else (_AT_ONCE_ILL, _PART_ILL)
                )
                leaving = here[: max(least, len(here) // part)]
                self._open.difference_update(leaving)
                await asyncio.gather(*(_close(one.client, LEFT) for one in leaving))

    async def close(self) -> None:
        """Close every connection."""
        for one in [*self._open]:
            await _close(one.client, _IDLE)
        await self._session.close()


def _can_prepare(client: web.WebSocketResponse, request: web.BaseRequest) -> bool:
    try:
        return client.can_prepare(request).ok
    except ValueError:  # a key with characters beyond ASCII
        return False


async def _close(
    side: web.WebSocketResponse | aiohttp.ClientWebSocketResponse, code: int | None
) -> None:
    """Close one side with the code of the other, where that is one that may be sent."""
    if side.closed:
        return
    try:
        async with asyncio.timeout(_CLOSE_S):
            await side.close(code=code if code is not None and code in _SENDABLE else _NORMAL)
    except (TimeoutError, ConnectionError, RuntimeError):
        return
