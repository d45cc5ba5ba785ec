"""Finds the end of an HTTP/1.1 request that a gate answers with an error itself."""

import re
from typing import Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_NAMES_LENGTH: Final = re.compile(rb"\r\ncontent-length:", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_CLOSE: Final = re.compile(rb"\r\nconnection:[^\r\n]*close", re.IGNORECASE)
_EXPECTS: Final = re.compile(rb"\r\nexpect:", re.IGNORECASE)
# Bytes, more than any client of the local cloud sends. A request with a longer head is answered
# before its end, and its connection is closed.
_LONGEST_HEAD: Final = 64 * 1024


class RequestReader:
    """Takes in the data of one request until the request is complete.

    Attributes:
        method: The request method, known once the head is complete.
        last: Whether the connection must be closed after the response: the client wishes it, or the
            end of the body cannot be found by counting bytes.
    """

    def __init__(self) -> None:
        """Start with no data."""
        self.method = b""
        self.last = False
        self._head = bytearray()
        self._missing: int | None = None  # bytes of the body that are still to come

    def feed(self, data: bytes) -> bool:
        """Take in data of the client; return whether the request can be answered now."""
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
        # A length that is no number, or one that no body can have.
        uncounted = uncounted or (length is None and _NAMES_LENGTH.search(head) is not None)
        self.last = _CLOSE.search(head) is not None or expects or uncounted
        self._missing = int(length.group(1)) if length else 0
        self._missing -= len(self._head) - end - 4
        return self._missing <= 0 or expects or uncounted
