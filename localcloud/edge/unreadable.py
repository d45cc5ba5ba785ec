"""Connections of clients: bounded in number, and in the time that a request's head may take.

Requests that cannot be read as HTTP are answered in the edge's own words.
"""

import asyncio
import resource
from typing import Any, Final

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from localcloud.edge.live_sockets import MOST_SOCKETS
from localcloud.edge.replies import problem
from localcloud.json_log import EventLog

_LOG: Final = EventLog("edge")
_TOO_LARGE: Final = 431
_SERVER_ERROR: Final = 500
_CODE: Final = "BAD_REQUEST"


_HEAD_S: Final = 10.0  # for the head of a request; a loopback client needs milliseconds
# The WebSockets that the edge holds at most, and as many requests beside them.
_MOST: Final = 2 * MOST_SOCKETS
_OTHER_FILES: Final = 256  # of logs, sockets that listen, the site
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


def most_connections() -> int:
    """Raise the process's limit of open files, and return how many connections it leaves room for.

    A connection that is passed on to a region takes two files. Without room for one more, a client
    would wait for an answer that never comes.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _MOST + _OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return min(_MOST, max(1, (allowed - _OTHER_FILES) // 2))


class Connections(web.Server):
    """Makes the connection of each client; takes what `web.Server` takes."""

    def __init__(
        self, handler: Any, *, head_s: float = _HEAD_S, most: int = _MOST, **options: Any
    ) -> None:
        """Take the handler and the bounds of connections; none is open yet.

        Args:
            handler: Answers a request.
            head_s: Seconds that a client may take for the head of a request, from its first byte
                or, for the first request, from the connection on.
            most: Connections at once; more are answered 503 and closed.
            options: Those of `web.Server`.
        """
        super().__init__(handler, **options)
        self.head_s = head_s
        self.most = most
        self.open = 0

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of one connection."""
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(web.RequestHandler):
    """The library waits for a head for ever.

    It answers and logs with a part of an unreadable request, which may be a token.
    """

    __slots__ = ("_connections", "_head_timer")

    def __init__(self, connections: Connections, **options: Any) -> None:
        super().__init__(connections, **options)
        self._connections = connections
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the head of a request, or refuse one connection too many."""
        super().connection_made(transport)
        self._connections.open += 1
        if self._connections.open > self._connections.most:
            if isinstance(transport, asyncio.WriteTransport):
                transport.write(_FULL)
            self.force_close()
            return
        self._expect_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Wait for nothing any more."""
        self._connections.open -= 1
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in a part of a request; the clock runs from the head's first byte to its last."""
        super().data_received(data)
        if not self._is_idle():
            self._stop_timer()
        elif self._head_timer is None:
            self._expect_head()

    def _is_idle(self) -> bool:
        """Return whether no whole head has come since the last request was answered."""
        return self._waiter is not None and not self._waiter.done()

    def _expect_head(self) -> None:
        self._head_timer = self._loop.call_later(self._connections.head_s, self._give_up)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self._is_idle():
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = _SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the answer to what failed; the connection ends after it."""
        if status >= _SERVER_ERROR:
            return super().handle_error(request, status, exc, message)
        _LOG.info("request is no HTTP", fault=type(exc).__name__)
        answer = problem(status, "this is no HTTP request that can be read", code=_CODE)
        if isinstance(exc, LineTooLong):
            text = (
                "the request line or a header is longer than 8,190 bytes; send a POST with a body"
            )
            answer = problem(_TOO_LARGE, text, code=_CODE)
        answer.force_close()
        return answer
