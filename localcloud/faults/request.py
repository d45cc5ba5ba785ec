"""Reads one HTTP/1.1 request that a gate answers itself: to its end, and no further."""

import re
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_CLOSE: Final = re.compile(rb"\r\nconnection:[^\r\n]*close", re.IGNORECASE)
_EXPECTS: Final = re.compile(rb"\r\nexpect:", re.IGNORECASE)
# More than any client here sends; a longer one is answered early and its connection closed.
_LONGEST_HEAD: Final = 64 * 1024


class Request:
    """A request in the making.

    Attributes:
        method: The first word of the request line, once the head is there.
        last: Whether the connection must end after the answer: the client asked for it, or where
            the body ends cannot be told by counting.
    """

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.method = b""
        self.last = False
        self._head = bytearray()
        self._missing: int | None = None  # bytes of the body that are still to come

    def feed(self, data: bytes) -> bool:
        """Take in what the client sent; return whether it can be answered now."""
        if self._missing is not None:
            self._missing -= len(data)
            return self._missing <= 0
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            self.last = len(self._head) > _LONGEST_HEAD
            return self.last
        head = bytes(self._head[: end + 2])
        self.method = head.split(b" ", 1)[0]
        length = _LENGTH.search(head)
        expects = _EXPECTS.search(head) is not None
        uncounted = _CHUNKED.search(head) is not None
        self.last = _CLOSE.search(head) is not None or expects or uncounted
        self._missing = int(length.group(1)) if length else 0
        self._missing -= len(self._head) - end - 4
        return self._missing <= 0 or expects or uncounted
