"""Lines of a stock whose counts are under another id, because an unknown item got that one."""

from collections.abc import Mapping
from typing import NamedTuple

from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import counting_order


class Learned(NamedTuple):
    """What an unknown item turned out to be.

    Attributes:
        item_id: The id under which it is counted since.
        counted_ms: When the last count was counted that was set again there, Unix milliseconds.
    """

    item_id: str
    counted_ms: int


def moved_lines(stock: Stock | None, learned: Mapping[str, Learned]) -> dict[str, str]:
    """Return the ids of lines that say nothing any more, each to the one that stands for it.

    A line that was counted again since says something, until that count is learned, too.

    Args:
        stock: A store's stock; None: there is none.
        learned: Made-up id to what it turned out to be in that store.
    """
    if stock is None:
        return {}
    return {
        made_up: one.item_id
        for made_up, one in learned.items()
        if (count := stock.line(made_up).count) is not None
        and counting_order(count)[0] <= one.counted_ms
    }
