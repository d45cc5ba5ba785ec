"""One client's connection through a gate, and the one to the region that belongs to it."""

import asyncio
import contextlib
import socket
import struct
from typing import Final, Protocol

from localcloud.faults.request import Request
from localcloud.faults.room import Room
from localcloud.faults.traffic import Failing

# Closing with this set resets the connection: the peer sees an error, not the end of an answer.
_RESET: Final = struct.pack("ii", 1, 0)
# How many bytes may wait for a slow peer before the other side is not read any more.
_HIGH_WATER: Final = 256 * 1024


class Way(Protocol):
    """What a connection asks its gate."""

    upstream: int
    fronts: "set[Front]"
    room: Room

    @property
    def is_cut(self) -> bool:
        """Whether nothing passes."""

    def fate(self) -> tuple[float, Failing | None]:
        """What becomes of the request that begins now: seconds to wait, and a failure."""


class Front(asyncio.Protocol):
    """The side of the client, and the state of the exchange."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._client: asyncio.Transport | None = None
        self._region: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._waiting = bytearray()  # until the region is connected and has a place
        self._inside = False  # whether the region works on this request, or may
        self._ended = False
        self._turn = True  # whether the client's next bytes begin a request
        self._delay = 0.0
        self._held: asyncio.TimerHandle | None = None
        self._late = bytearray()  # what the region answered, held back
        self._closing = False  # the region closed while its answer is held back
        self._failing: tuple[Request, Failing] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connect to the region, unless the way is cut: then nobody will answer."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what create_server makes
        self._client = transport
        _prepare(transport)
        self._way.fronts.add(self)
        if not self._way.is_cut:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            region, _ = await loop.create_connection(
                lambda: _Back(self), "127.0.0.1", self._way.upstream
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
        _prepare(region)
        self._pass_on()

    def admitted(self) -> None:
        """The region has a place for the request."""
        self._inside = True
        if self._region is None and self._connecting is None and self._client is not None:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())
        self._pass_on()

    def _pass_on(self) -> None:
        if self._region is None or self._region.is_closing():
            return
        if self._waiting and self._inside:
            self._region.write(bytes(self._waiting))
            self._waiting.clear()
        if self._ended and not self._waiting:
            self._region.write_eof()

    def _leave(self) -> None:
        self._inside = False
        self._way.room.leave(self)

    def data_received(self, data: bytes) -> None:
        """Pass on what the client says; what begins a request decides what becomes of it."""
        if self._turn:
            self._turn = False
            self._delay, failing = self._way.fate()
            if failing is not None:
                self._failing = (Request(), failing)
            elif not self._way.is_cut:
                self._way.room.enter(self)
        if self._failing is not None:
            self._swallow(data)
        elif not self._way.is_cut:
            self._waiting += data
            self._pass_on()

    def _swallow(self, data: bytes) -> None:
        """Read the request that will fail; answer when it is whole."""
        assert self._failing is not None  # noqa: S101 - the caller looked
        request, failing = self._failing
        if request.feed(data):
            self._failing = None
            self.answered(failing.answer(request.method))
            if request.last:
                self.region_ended()

    def answered(self, data: bytes) -> None:
        """Pass on what the region says, at its time."""
        self._turn = True
        self._leave()
        if self._client is None:
            if self._region is not None:
                self._region.abort()
            return
        if self._delay:
            if self._held is None:
                loop = asyncio.get_running_loop()
                self._held = loop.call_later(self._delay, self._release)
            self._late += data
        else:
            self._client.write(data)

    def _release(self) -> None:
        self._held, self._delay = None, 0.0
        late, self._late = bytes(self._late), bytearray()
        if self._client is not None:
            self._client.write(late)
        if self._closing:
            self.region_ended()

    def region_ended(self) -> None:
        """Close the client's connection, after all that was said has been passed on."""
        if self._held is not None:
            self._closing = True
        elif self._client is not None:
            self._client.close()

    def eof_received(self) -> bool:
        """Pass on that the client has no more to say; the answer may still come.

        Who ends while waiting for a place gave up, and will not be let in.
        """
        self._ended = True
        if self._way.room.has_in_line(self):
            return False  # the transport closes
        self._pass_on()
        return True

    def pause_writing(self) -> None:
        """Do not read more from the region than the client takes."""
        if self._region is not None:
            self._region.pause_reading()

    def resume_writing(self) -> None:
        """The client takes more."""
        if self._region is not None:
            self._region.resume_reading()

    def region_full(self, *, full: bool) -> None:
        """Do not read more from the client than the region takes."""
        if self._client is not None and not self._client.is_closing():
            if full:
                self._client.pause_reading()
            else:
                self._client.resume_reading()

    def reset(self) -> None:
        """Break both connections off."""
        for transport in (self._client, self._region):
            if transport is not None:
                raw: socket.socket | None = transport.get_extra_info("socket")
                with contextlib.suppress(OSError):
                    if raw is not None:
                        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                transport.abort()

    def connection_lost(self, _why: Exception | None) -> None:
        """Forget the client. What the region works on keeps its place there until it is done."""
        self._client = None
        if self._held is not None:
            self._held.cancel()
        if self._connecting is not None:
            self._connecting.cancel()
        if self._region is not None and self._inside and not self._region.is_closing():
            return
        self._forget()

    def region_lost(self, why: Exception | None) -> None:
        """The region's connection is gone, and with it what the region worked on.

        A region closes what is idle. In the line that is no harm: the place comes with another one.
        """
        if why is None and self._client is not None and self._way.room.has_in_line(self):
            self._region = None
            return
        self._leave()
        if self._client is None:
            self._forget()
        elif why is None:
            self.region_ended()
        else:
            self.reset()

    def _forget(self) -> None:
        self._leave()
        self._way.fronts.discard(self)
        if self._region is not None:
            self._region.abort()


class _Back(asyncio.Protocol):
    """The side of the region."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def data_received(self, data: bytes) -> None:
        self._front.answered(data)

    def eof_received(self) -> bool:
        return False  # the transport closes, and `connection_lost` tells the client

    def pause_writing(self) -> None:
        self._front.region_full(full=True)

    def resume_writing(self) -> None:
        self._front.region_full(full=False)

    def connection_lost(self, why: Exception | None) -> None:
        self._front.region_lost(why)


def _prepare(transport: asyncio.Transport) -> None:
    transport.set_write_buffer_limits(high=_HIGH_WATER)
