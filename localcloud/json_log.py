"""The log of the local cloud's processes: one JSON object per line on standard error."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp.http_exceptions import HttpProcessingError


class JsonLineFormatter(logging.Formatter):
    """Formats a record as one JSON object: time, level, event and the record's `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, without a line break at its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class EventLog:
    """Writes the events of one process of the local cloud, each with named fields."""

    def __init__(self, process: str) -> None:
        """Log under the name `carte.<process>`."""
        self._logger = logging.getLogger(f"carte.{process}")

    def info(self, event: str, **fields: object) -> None:
        """Log an event of normal operation."""
        self._logger.info(event, extra={"fields": fields})

    def warning(self, event: str, **fields: object) -> None:
        """Log an event that an operator may have to act on."""
        self._logger.warning(event, extra={"fields": fields})


def start_log() -> None:
    """Send every log record of this process to standard error, which is the process's log file.

    The access log of aiohttp is left out: the edge writes one of its own, and the control planes
    are polled several times a second.
    """
    logging.getLogger("aiohttp.server").addFilter(_without_traceback)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLineFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def _without_traceback(record: logging.LogRecord) -> bool:
    """Reduce the record of a malformed HTTP request, the sender's fault, to one line."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        record.exc_info = None
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = "bad request: %s", (error.message.strip()[:200],)
    return True
