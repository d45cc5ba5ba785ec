"""The access log of the edge: one JSON object per request on standard error, written in batches.

The latest requests stay in memory for `/_edge/requests`.
"""

import asyncio
import sys
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import orjson

_BATCH_SECONDS: Final = 0.1
_BATCH_LINES: Final = 256
MOST_KEPT: Final = 1000
MOST_SHOWN: Final = 60
_LONGEST_PATH: Final = 300  # characters

STATUSES: Final[Mapping[str, range]] = {
    "ok": range(100, 400),
    "4xx": range(400, 500),
    "5xx": range(500, 600),
}
"""The classes of statuses by which requests can be chosen."""

NO_REGION: Final = "none"
"""Stands for the region of requests that the edge or the site answered by itself."""


class AccessLog:
    """Collects one line per request for up to 0.1 s, so that one write serves many lines."""

    def __init__(self, *, enabled: bool) -> None:
        """Write to standard error, or, if not enabled, keep only the last requests in memory."""
        self._enabled = enabled
        self._recent: deque[tuple[datetime, str, str, int, float, str]] = deque(maxlen=MOST_KEPT)
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

    def recent(self, *, region: str = "", status: str = "") -> list[dict[str, Any]]:
        """Return the latest requests that match, at most 60 of the last 1000, the newest first.

        Args:
            region: The region that the answer is from, the cache's answers included; `none`: no
                region; empty: any.
            status: A name of `STATUSES`; empty: any.
        """
        wanted = STATUSES.get(status)
        found = (
            one
            for one in reversed(self._recent)
            if (wanted is None or one[3] in wanted) and (not region or _region_of(one[5]) == region)
        )
        return [
            {
                "at": at.isoformat(timespec="milliseconds"),
                "request": ascii(f"{method} {path}"[:_LONGEST_PATH])[1:-1],
                "status": status,
                "ms": round(seconds * 1000, 2),
                "edge": decision,
            }
            for at, method, path, status, seconds, decision in islice(found, MOST_SHOWN)
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


def _region_of(decision: str) -> str:
    """Return the region that a decision names, which stands first in it."""
    name, _, region = decision.partition(";")[0].partition("=")
    return region if name == "region" else NO_REGION
