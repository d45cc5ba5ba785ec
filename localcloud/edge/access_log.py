"""The access log of the edge: one JSON object per request on standard error, written in batches."""

import asyncio
import sys
from collections import deque
from datetime import UTC, datetime
from typing import Any, Final

import orjson

_BATCH_SECONDS: Final = 0.1
_BATCH_LINES: Final = 256
_RECENT: Final = 40


class AccessLog:
    """Collects one line per request for up to 0.1 s, so that one write serves many lines."""

    def __init__(self, *, enabled: bool) -> None:
        """Write to standard error, or, if not enabled, keep only the last requests in memory."""
        self._enabled = enabled
        self._recent: deque[tuple[datetime, str, str, int, float, str]] = deque(maxlen=_RECENT)
        self._lines: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, method: str, path: str, status: int, seconds: float, decision: str) -> None:
        """Add a finished request.

        Args:
            method: HTTP method.
            path: The path without its query, which may hold text that a user typed.
            status: The status of the response; 499 where the client disconnected first.
            seconds: From the head of the request to the head of the response.
            decision: The value of `x-carte-edge`.
        """
        now = datetime.now(UTC)
        if not path.startswith("/_edge"):  # the page polls, and would show its own requests
            self._recent.append((now, method, path, status, seconds, decision))
        if not self._enabled:
            return
        line = {
            "at": now,
            "access": f"{method} {path}",
            "status": status,
            "ms": round(seconds * 1000, 2),
            "edge": decision,
        }
        try:
            self._lines.append(orjson.dumps(line, option=orjson.OPT_UTC_Z))
        except TypeError:  # a path with bytes that are no UTF-8
            line["access"] = ascii(line["access"])
            self._lines.append(orjson.dumps(line, option=orjson.OPT_UTC_Z))
        if len(self._lines) >= _BATCH_LINES:
            self.flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_BATCH_SECONDS, self.flush)

    def recent(self) -> list[dict[str, Any]]:
        """Return the last requests, the newest first."""
        return [
            {
                "at": at.isoformat(timespec="milliseconds"),
                "request": ascii(f"{method} {path}")[1:-1],
                "status": status,
                "ms": round(seconds * 1000, 2),
                "edge": decision,
            }
            for at, method, path, status, seconds, decision in reversed(self._recent)
        ]

    def flush(self) -> None:
        """Write the lines collected so far."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._lines:
            batch = b"\n".join((*self._lines, b""))
            self._lines.clear()
            sys.stderr.buffer.write(batch)
            sys.stderr.buffer.flush()
