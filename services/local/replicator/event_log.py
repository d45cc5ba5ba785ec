"""One JSON object per line on stderr for everything worth telling."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

_LOGGER = logging.getLogger("carte.replicator")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "figures", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def start_log() -> None:
    """Send the replicator's log, and whatever else is logged, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def say(event: str, **figures: object) -> None:
    """Log one event."""
    _LOGGER.info(event, extra={"figures": figures})


def warn(event: str, **figures: object) -> None:
    """Log one event that somebody may have to look at."""
    _LOGGER.warning(event, extra={"figures": figures})
