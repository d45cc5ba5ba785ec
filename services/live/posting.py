"""Sends messages to connections by API Gateway's management API, several at once."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from enum import Enum
from typing import Final, TypeVar

from services.storage.fast.failures import ConnectionBrokenError

_T = TypeVar("_T")
_R = TypeVar("_R")
AT_ONCE: Final = 32
_ATTEMPTS: Final = 3
_TRIED_S: Final = 0.9  # after that, another attempt would keep others waiting
_PAUSE_S: Final = 0.1  # after a 429, and twice that after the next one
_GONE: Final = frozenset({404, 410})
# The Lambda lacks the right execute-api:ManageConnections, or its clock or credentials are wrong:
# that says nothing about the connection.
_FORBIDDEN: Final = 403
_THROTTLED: Final = 429
_SERVER_ERROR: Final = 500
_OK: Final = 300
# API Gateway, "Quotas for WebSocket APIs": a message has at most 128 KB.
MAX_BYTES: Final = 128 * 1024


class Posted(Enum):
    """What became of a message.

    REFUSED: it would be no better the next time. DENIED: the service lacks the right to send.
    LATE: there was no time to begin with it.
    """

    SENT = "sent"
    GONE = "gone"
    FAILED = "failed"
    DENIED = "denied"
    LATE = "late"
    REFUSED = "refused"
    THROTTLED = "throttled"


Send = Callable[[str, str, bytes], int]


class Posting:
    """Posts to connections of one WebSocket API."""

    def __init__(self, send: Send, sleep: Callable[[float], object] = time.sleep) -> None:
        """Take what sends, and make the pool of its threads.

        Args:
            send: Sends method, connection id and body; returns the HTTP status, raises OSError or
                ConnectionBrokenError where there is none.
            sleep: Waits some seconds.
        """
        self._send = send
        self._sleep = sleep
        self._pool = ThreadPoolExecutor(AT_ONCE)

    def post(self, connection: str, message: str) -> Posted:
        """Send a message to a connection; what timed out is not tried again."""
        return self._try("POST", connection, message.encode())

    def _try(self, method: str, connection: str, body: bytes) -> Posted:
        last = Posted.FAILED
        began = time.monotonic()
        for attempt in range(1, _ATTEMPTS + 1):
            if time.monotonic() - began > _TRIED_S:
                return last
            try:
                status = self._send(method, connection, body)
            except (OSError, ConnectionBrokenError):
                last = Posted.FAILED
                continue
            if status < _OK:
                return Posted.SENT
            if status in _GONE:
                return Posted.GONE
            if status == _FORBIDDEN:
                return Posted.DENIED
            if status != _THROTTLED and status < _SERVER_ERROR:
                return Posted.REFUSED  # the same message will not be taken the next time either
            last = Posted.THROTTLED if status == _THROTTLED else Posted.FAILED
            if last is Posted.THROTTLED and attempt < _ATTEMPTS:
                self._sleep(_PAUSE_S * attempt)
        return last

    def post_all(
        self, messages: Iterable[tuple[str, str]], is_late: Callable[[], bool] = lambda: False
    ) -> list[Posted]:
        """Send messages to their connections, up to `AT_ONCE` at a time; keeps their order.

        Args:
            messages: Connections and what is for them.
            is_late: Whether no further message is to be begun.
        """

        def post(one: tuple[str, str]) -> Posted:
            return Posted.LATE if is_late() else self.post(*one)

        return self.each(post, messages)

    def each(self, work: Callable[[_T], _R], inputs: Iterable[_T]) -> list[_R]:
        """Do something with each, up to `AT_ONCE` at a time; keeps their order.

        What is done has the deadline of the caller (`capacity`), though in another thread.
        """
        items = list(inputs)
        contexts = [copy_context() for _ in items]
        return list(self._pool.map(lambda context, one: context.run(work, one), contexts, items))

    def close(self, connection: str) -> Posted:
        """Close a connection; API Gateway sends the close code 1000.

        One that stays open is ended by its idle time-out.
        """
        return self._try("DELETE", connection, b"")
