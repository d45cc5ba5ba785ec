"""The two connections of one exchange through a gate: the client's, and the one to the region."""

import asyncio
import contextlib
import socket
import struct
from typing import Final, Protocol

from localcloud.concurrency_limit import ConcurrencyLimit
from localcloud.faults.request_reader import RequestReader
from localcloud.faults.traffic import FailureResponse

# Closing with this set resets the connection: the peer sees an error, not the end of a response.
_RESET: Final = struct.pack("ii", 1, 0)
# How many bytes may wait for a slow peer before reading from the other side stops.
_HIGH_WATER: Final = 256 * 1024


class GateState(Protocol):
    """The part of a gate that its connections use.

    Attributes:
        upstream: The port of the region.
        connections: The open client connections.
        limit: Bounds the requests that the region works on at once.
    """

    upstream: int
    connections: "set[ClientConnection]"
    limit: ConcurrencyLimit

    @property
    def is_cut(self) -> bool:
        """Whether nothing passes now."""

    def begin_request(self, data: bytes) -> tuple[float, FailureResponse | None]:
        """Decide about a request: seconds of added latency, and the error response if any."""

    def longest_wait_s(self, data: bytes) -> float:
        """Return how many seconds a request waits for a slot of a busy region."""

    def refuse(self) -> FailureResponse:
        """Count a request that is refused because the region is busy; return the response."""


class ClientConnection(asyncio.Protocol):
    """The connection of one client, with the state of the exchange."""

    def __init__(self, gate: GateState) -> None:
        self._gate = gate
        self._client: asyncio.Transport | None = None
        self._region: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._unsent = bytearray()  # until the region is connected and the request has a slot
        self._admitted = False  # whether the region works on this request, or may
        self._client_ended = False
        self._awaits_request = True  # whether the client's next bytes begin a request
        self._delay = 0.0
        self._delay_timer: asyncio.TimerHandle | None = None
        self._delayed = bytearray()  # the part of the response that is held back
        self._close_after_delay = False  # the region closed while its response is held back
        self._failing: tuple[RequestReader, FailureResponse] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connect to the region, unless traffic is cut: then the client never gets a response."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what create_server makes
        self._client = transport
        _limit_buffer(transport)
        self._gate.connections.add(self)
        if not self._gate.is_cut:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            region, _ = await loop.create_connection(
                lambda: _UpstreamConnection(self), "127.0.0.1", self._gate.upstream
            )
        except OSError:
            self.reset()
            return
        finally:
            self._connecting = None
        if self._client is None:
            region.abort()
            return
        self._region = region
        _limit_buffer(region)
        self._send_to_region()

    def admitted(self) -> None:
        """Send the request to the region, which has a free slot for it."""
        self._admitted = True
        if self._region is None and self._connecting is None and self._client is not None:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())
        self._send_to_region()

    def _send_to_region(self) -> None:
        if self._region is None or self._region.is_closing():
            return
        if self._unsent and self._admitted:
            self._region.write(bytes(self._unsent))
            self._unsent.clear()
        if self._client_ended and not self._unsent:
            self._region.write_eof()

    def refused(self) -> None:
        """Answer that the region is busy, when the request is complete; it was never sent."""
        self._failing = (RequestReader(), self._gate.refuse())
        begun = bytes(self._unsent)
        self._unsent.clear()
        self._read_failing(begun)

    def _release_slot(self) -> None:
        self._admitted = False
        self._gate.limit.release(self)

    def data_received(self, data: bytes) -> None:
        """Forward data of the client; the first data of a request decides about its faults."""
        if self._awaits_request:
            self._awaits_request = False
            self._delay, failure = self._gate.begin_request(data)
            if failure is not None:
                self._failing = (RequestReader(), failure)
            elif not self._gate.is_cut:
                self._gate.limit.acquire(self, self._gate.longest_wait_s(data))
        if self._failing is not None:
            self._read_failing(data)
        elif not self._gate.is_cut:
            self._unsent += data
            self._send_to_region()

    def _read_failing(self, data: bytes) -> None:
        """Read a request that will fail, and send the error response when it is complete."""
        assert self._failing is not None  # noqa: S101 - the caller has checked it
        reader, failure = self._failing
        if reader.feed(data):
            self._failing = None
            self.response_received(failure.serialize(reader.method))
            if reader.last:
                self.region_ended()

    def response_received(self, data: bytes) -> None:
        """Forward data of the response to the client, after the added latency."""
        self._awaits_request = True
        self._admitted = False
        self._gate.limit.served(self)
        if self._client is None:
            if self._region is not None:
                self._region.abort()
            return
        if self._delay:
            if self._delay_timer is None:
                loop = asyncio.get_running_loop()
                self._delay_timer = loop.call_later(self._delay, self._send_delayed)
            self._delayed += data
        else:
            self._client.write(data)

    def _send_delayed(self) -> None:
        self._delay_timer, self._delay = None, 0.0
        delayed, self._delayed = bytes(self._delayed), bytearray()
        if self._client is not None:
            self._client.write(delayed)
        if self._close_after_delay:
            self.region_ended()

    def region_ended(self) -> None:
        """Close the client's connection, after the whole response was sent."""
        if self._delay_timer is not None:
            self._close_after_delay = True
        elif self._client is not None:
            self._client.close()

    def eof_received(self) -> bool:
        """Forward the end of the client's data; the response may still come.

        A client that ends while its request is queued gave up: the request is never sent.

        Returns:
            Whether the client's connection stays open for the response.
        """
        self._client_ended = True
        if self._gate.limit.is_waiting(self):
            return False
        self._send_to_region()
        return True

    def pause_writing(self) -> None:
        """Stop reading from the region until the client accepts more data."""
        if self._region is not None:
            self._region.pause_reading()

    def resume_writing(self) -> None:
        """Read from the region again."""
        if self._region is not None:
            self._region.resume_reading()

    def region_full(self, *, full: bool) -> None:
        """Stop reading from the client while the region does not accept more data."""
        if self._client is not None and not self._client.is_closing():
            if full:
                self._client.pause_reading()
            else:
                self._client.resume_reading()

    def reset(self) -> None:
        """Reset both connections."""
        for transport in (self._client, self._region):
            if transport is not None:
                raw: socket.socket | None = transport.get_extra_info("socket")
                with contextlib.suppress(OSError):
                    if raw is not None:
                        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                transport.abort()

    def connection_lost(self, _error: Exception | None) -> None:
        """Clean up after the client; a request that the region works on keeps its slot."""
        self._client = None
        if self._delay_timer is not None:
            self._delay_timer.cancel()
        if self._connecting is not None:
            self._connecting.cancel()
        if self._region is not None and self._admitted and not self._region.is_closing():
            return
        self._discard()

    def region_lost(self, error: Exception | None) -> None:
        """Handle the end of the region's connection.

        A region closes idle connections. For a request that is still queued this does no harm:
        `admitted` opens a new connection.
        """
        if error is None and self._client is not None and self._gate.limit.is_waiting(self):
            self._region = None
            return
        self._release_slot()
        if self._client is None:
            self._discard()
        elif error is None:
            self.region_ended()
        else:
            self.reset()

    def _discard(self) -> None:
        self._release_slot()
        self._gate.connections.discard(self)
        if self._region is not None:
            self._region.abort()


class _UpstreamConnection(asyncio.Protocol):
    """The connection to the region; passes every event on to the client's connection."""

    def __init__(self, client: ClientConnection) -> None:
        self._client = client

    def data_received(self, data: bytes) -> None:
        self._client.response_received(data)

    def eof_received(self) -> bool:
        return False  # the transport closes, and `connection_lost` is called

    def pause_writing(self) -> None:
        self._client.region_full(full=True)

    def resume_writing(self) -> None:
        self._client.region_full(full=False)

    def connection_lost(self, error: Exception | None) -> None:
        self._client.region_lost(error)


def _limit_buffer(transport: asyncio.Transport) -> None:
    transport.set_write_buffer_limits(high=_HIGH_WATER)
