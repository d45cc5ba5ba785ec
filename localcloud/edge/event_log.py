"""Events and accesses, one JSON object per line on stderr, written a bundle at a time."""

import asyncio
import logging
import sys
from collections import deque
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from aiohttp.http_exceptions import HttpProcessingError

from localcloud.json_lines import JsonLines

_LOGGER: Final = logging.getLogger("carte.edge")
_BUNDLE_SECONDS: Final = 0.1
_BUNDLE_LINES: Final = 256
_RECENT: Final = 40


def _plain_bad_request(record: logging.LogRecord) -> bool:
    """A request that is no HTTP is the sender's fault: a line will do, without a trace."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.exc_info = None
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = "bad request: %s", (error.message.strip()[:200],)
    return True


def start_log() -> None:
    """Send the edge's log, and whatever else is logged, to stderr."""
    logging.getLogger("aiohttp.server").addFilter(_plain_bad_request)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def say(event: str, **figures: object) -> None:
    """Log one event."""
    _LOGGER.info(event, extra={"figures": figures})


def warn(event: str, **figures: object) -> None:
    """Log one event that somebody may have to look at."""
    _LOGGER.warning(event, extra={"figures": figures})


class AccessLog:
    """One line per request. Lines wait up to 0.1 s, so that a write serves many of them."""

    def __init__(self, *, enabled: bool) -> None:
        """Write to stderr, or nothing."""
        self._enabled = enabled
        self._recent: deque[tuple[datetime, str, str, int, float, str]] = deque(maxlen=_RECENT)
        self._lines: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, method: str, path: str, status: int, seconds: float, decision: str) -> None:
        """Note a finished request.

        Args:
            method: HTTP method.
            path: The path without its query, which may hold what a user typed.
            status: What was answered; 499 where the client left first.
            seconds: From the request's head to the answer's.
            decision: The value of `x-carte-edge`.
        """
        now = datetime.now(UTC)
        if not path.startswith("/_edge"):  # whoever looks at the page would see himself looking
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
        if len(self._lines) >= _BUNDLE_LINES:
            self.flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_BUNDLE_SECONDS, self.flush)

    def recent(self) -> list[dict[str, Any]]:
        """The last requests, newest first."""
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
        """Write what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._lines:
            bundle = b"\n".join((*self._lines, b""))
            self._lines.clear()
            sys.stderr.buffer.write(bundle)
            sys.stderr.buffer.flush()
