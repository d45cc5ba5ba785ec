"""Staleness of reads: for how long a newer price had been acknowledged."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from loadtests.drills.analysis.writes import WriteOperation
from loadtests.drills.records import Record

Version = tuple[float, int]
"""When it was acknowledged (seconds of the epoch), and the price."""


class AcknowledgedPrices:
    """The acknowledged prices of every cell, in order. Each cell has one writer at a time."""

    def __init__(self, written: Iterable[WriteOperation]) -> None:
        self._versions: dict[tuple[str, str], list[Version]] = {}
        for one in written:
            if one.cell.kind == "price" and one.acknowledged is not None:
                cell = (one.cell.store, one.cell.item)
                self._versions.setdefault(cell, []).append((one.acknowledged, one.cell.value))
        self._stores: dict[str, list[str]] = {}
        for (store, item), versions in self._versions.items():
            versions.sort()
            self._stores.setdefault(store, []).append(item)

    def staleness(self, read: Record) -> float:
        """Seconds since the oldest acknowledgement of a price newer than the one that it shows.

        0: it shows everything that was acknowledged before it was sent.
        """
        return max(
            (
                _behind(self._versions[read.store, item], read.sent, read.seen.get(item, 0))
                for item in self._stores.get(read.store, ())
            ),
            default=0.0,
        )


def _behind(versions: Sequence[Version], sent: float, seen: int) -> float:
    known = versions[: bisect_right(versions, (sent, 0))]
    newer = [at for at, value in known if value > seen]
    return sent - newer[0] if newer else 0.0


def staleness(
    reads: Iterable[Record], written: Iterable[WriteOperation], *, from_cache: bool
) -> list[float]:
    """The staleness of every successful read, in seconds.

    Args:
        reads: Records; mutations among them are left out.
        written: The drill's operations.
        from_cache: Answers of the edge's cache, or those of regions.
    """
    prices = AcknowledgedPrices(written)
    return [
        prices.staleness(read)
        for read in reads
        if read.ok and read.route != "mutation" and read.from_cache is from_cache
    ]
