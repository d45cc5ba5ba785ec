"""Counts of what was unknown come into force once the catalog, or the chain, knows it.

What files counted and carte did not know is in a stock like all else, under an id that was made of
its name. Where that is the id that the item or the store got, nothing is left to do. Where it got
another one, the counts are set again under it, with the time at which they were counted: so a
later count still stands, and doing it twice is doing it once.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from services.domain.aws_regions import nearest_regions
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import counting_order
from services.domain.edits import FileCount, count_stock_from_file
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.exceptions import ContentionError
from services.storage.kinds import Document
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Replica
from services.storage.stock_places import Place, Places
from services.storage.unknown_stock import UnknownStock, UnknownStockRepository

ACTION: Final = "learnStock"
_AUTHOR: Final = "carte"


@dataclass(frozen=True, slots=True)
class _Learned:
    """What became known of one store's unknown stock.

    Attributes:
        place: The store.
        items: Made-up id of an item to the id under which it is counted now.
        known: Those of these items that the catalog has.
    """

    place: Place
    items: Mapping[str, str]
    known: frozenset[str]


class StockLearning:
    """Looks whether unknown stock became known, and counts it."""

    def __init__(
        self,
        replica: Replica,
        places: Places,
        unknown: UnknownStockRepository,
        operations: OperationRepository,
        regions: Sequence[str],
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare.

        Args:
            replica: The region's replica.
            places: Finds stores and items.
            unknown: The names of what is unknown.
            operations: Applies each count once.
            regions: All regions of the deployment.
            now: Unix seconds.
        """
        self._replica = replica
        self._places = places
        self._unknown = unknown
        self._operations = operations
        self._regions = tuple(regions)
        self._now = now

    def learn(self, within_s: float = 60.0) -> int:
        """Count what is known by now, and return the number of items that became known.

        What others keep writing, or time runs out for, the next call counts.

        Args:
            within_s: Seconds after which no further store is begun.
        """
        ends = time.monotonic() + within_s
        waiting = self._unknown.all()
        if not waiting:
            return 0
        places = self._places.stores((one.store or one.store_id, None) for one in waiting)
        learned = 0
        for one in waiting:
            if time.monotonic() > ends:
                break
            place = places[one.store or one.store_id, None]
            if isinstance(place, Place) and place.profile is not None:
                with suppress(ContentionError):
                    learned += self._learn(one, place)
        return learned

    def _learn(self, one: UnknownStock, place: Place) -> int:
        assert place.profile is not None  # noqa: S101 - the caller looked
        index = self._places.items(place.profile["market"])
        found = {item: index.find(text) for item, text in one.items.items()}
        known = {item: one_id for item, one_id in found.items() if isinstance(one_id, str)}
        is_elsewhere = place.store_id != one.store_id
        still_unknown = {item: text for item, text in one.items.items() if item not in known}
        # A store that became known keeps its unknown items, under its own id.
        moved = {**known, **({item: item for item in still_unknown} if is_elsewhere else {})}
        if not known and one.store is None:
            return 0
        if is_elsewhere and still_unknown:
            self._unknown.keep(place.store_id, None, still_unknown)
        self._count(one.store_id, _Learned(place, moved, frozenset(known)))
        gone = one.items if is_elsewhere else {item: one.items[item] for item in known}
        self._unknown.forget(one.store_id, gone, store=one.store is not None)
        return len(known)

    def _count(self, kept_under: str, learned: _Learned) -> None:
        store_id, profile = learned.place.store_id, learned.place.profile
        assert profile is not None  # noqa: S101 - the store is known
        stock = self._replica.held(keys.stock(kept_under)).document
        by_source: defaultdict[str, dict[str, FileCount]] = defaultdict(dict)
        for made_up, item in learned.items.items():
            count = stock.line(made_up).count if isinstance(stock, Stock) else None
            if count is None or (kept_under, made_up) == (store_id, item):
                continue
            at, source, _ = counting_order(count)
            by_source[source][item] = FileCount(count.value.counted, at)
        nearest = nearest_regions(profile["latitude"], profile["longitude"], self._regions)
        for source, counts in by_source.items():
            self._set(store_id, kept_under, source, counts, nearest)

    def _set(
        self,
        store_id: str,
        kept_under: str,
        source: str,
        counts: Mapping[str, FileCount],
        nearest: Sequence[str],
    ) -> None:
        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, Stock) else None
            counted = count_stock_from_file(
                before, store_id, counts, source, stamp, now=int(self._now()), nearest=nearest
            )
            return Edited(counted.stock, None, counted.changes)

        digest = hashlib.sha256(repr(sorted(counts.items())).encode()).hexdigest()[:12]
        operation = Operation(
            id=f"{ACTION}:{kept_under}:{store_id}:{source}:{digest}",
            action=ACTION,
            fingerprint=digest,
            author=_AUTHOR,
            document=keys.stock(store_id),
        )
        self._operations.apply(operation, edit)
