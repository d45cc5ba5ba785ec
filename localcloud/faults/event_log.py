"""The controller's log: one JSON object per line."""

import logging
import sys
from typing import Final

from localcloud.json_lines import JsonLines

_LOGGER: Final = logging.getLogger("carte.faults")


def start_log() -> None:
    """Write to standard error, which is the process's log file."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def say(event: str, **figures: object) -> None:
    """Log what happened."""
    _LOGGER.info(event, extra={"figures": figures})


def warn(event: str, **figures: object) -> None:
    """Log what went wrong."""
    _LOGGER.warning(event, extra={"figures": figures})
