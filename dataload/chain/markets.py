"""The markets in which the demo chain opens stores: those that it has streets and prices for."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from services.domain.markets import MARKETS

_STREETS: Final = Path(__file__).with_name("streets.json")


@cache
def chain_markets() -> tuple[str, ...]:
    """Ids of the markets that the demo chain covers, in the order of `MARKETS`."""
    covered = json.loads(_STREETS.read_text(encoding="utf-8"))
    return tuple(market for market in MARKETS if market in covered)
