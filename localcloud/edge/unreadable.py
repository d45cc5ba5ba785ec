"""Connections of clients whose requests cannot be read as HTTP: answers in the edge's own words."""

from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from localcloud.edge.replies import problem
from localcloud.json_log import EventLog

_LOG: Final = EventLog("edge")
_TOO_LARGE: Final = 431
_SERVER_ERROR: Final = 500
_CODE: Final = "BAD_REQUEST"


class Connections(web.Server):
    """Makes the connection of each client; takes what `web.Server` takes."""

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of one connection."""
        return _Connection(self, loop=self._loop, **self._kwargs)


class _Connection(web.RequestHandler):
    """The library answers and logs with a part of the request, which may be a token."""

    __slots__ = ()

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
