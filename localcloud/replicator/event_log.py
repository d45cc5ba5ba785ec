"""One JSON object per line on stderr for everything worth telling."""

import logging
import sys

from localcloud.json_lines import JsonLines

_LOGGER = logging.getLogger("carte.replicator")


def start_log() -> None:
    """Send the replicator's log, and whatever else is logged, to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def say(event: str, **figures: object) -> None:
    """Log one event."""
    _LOGGER.info(event, extra={"figures": figures})


def warn(event: str, **figures: object) -> None:
    """Log one event that somebody may have to look at."""
    _LOGGER.warning(event, extra={"figures": figures})
