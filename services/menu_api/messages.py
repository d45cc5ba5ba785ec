"""HTTP requests and responses as plain values, independent of ASGI and Lambda."""

import zlib
from collections.abc import Callable, Mapping
from sys import getsizeof
from typing import Any, Final

import orjson

JSON = "application/json; charset=utf-8"
_GZIP: Final = 31  # zlib's window bits for the gzip format, whose header has no time then


class Request:
    """An HTTP request.

    Attributes:
        headers: Lower-case names.
        query: Decoded query parameters; the last one wins where a name is repeated.
        carries_bytes: Whether the transport can return a compressed body.
    """

    __slots__ = ("body", "carries_bytes", "headers", "method", "path", "query")

    def __init__(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        carries_bytes: bool = False,
    ) -> None:
        self.method = method
        self.path = path
        self.headers = headers or {}
        self.query = query or {}
        self.body = body
        self.carries_bytes = carries_bytes


class Payload:
    """A body that is sent many times; its text and compressed forms are made once, at first use.

    Attributes:
        body: The bytes.
        grew: Called with the bytes of memory that another form takes, once it is made.
    """

    __slots__ = ("_packed", "_text", "body", "grew")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self._text: str | None = None
        self._packed: bytes | None = None
        self.grew: Callable[[int], None] | None = None

    @property
    def text(self) -> str:
        """The body as text."""
        if self._text is None:
            self._text = self.body.decode()
            if self.grew is not None:
                self.grew(getsizeof(self._text))
        return self._text

    @property
    def packed(self) -> bytes:
        """The body compressed by gzip; equal bodies give equal bytes."""
        if self._packed is None:
            compressor = zlib.compressobj(level=6, wbits=_GZIP)
            self._packed = compressor.compress(self.body) + compressor.flush()
            if self.grew is not None:
                self.grew(getsizeof(self._packed))
        return self._packed

    @property
    def size(self) -> int:
        """Bytes of memory that its forms take by now."""
        size = getsizeof(self.body)
        if self._text is not None:
            size += getsizeof(self._text)
        if self._packed is not None:
            size += getsizeof(self._packed)
        return size


class Response:
    """An HTTP response; header names are lower case.

    Attributes:
        payload: Where `body` is kept to be sent again.
    """

    __slots__ = ("body", "headers", "payload", "status")

    def __init__(
        self,
        status: int,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        payload: Payload | None = None,
    ) -> None:
        self.status = status
        self.headers = {} if headers is None else headers
        self.body = body
        self.payload = payload


def json_response(status: int, value: Any, content_type: str = JSON) -> Response:
    """Return a response with a JSON body."""
    return Response(status, {"content-type": content_type}, orjson.dumps(value))
