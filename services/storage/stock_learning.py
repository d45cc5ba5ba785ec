"""Counts of what was unknown come into force once the catalog, or the chain, knows it.

What files counted and carte did not know is in a stock like all else, under an id that was made of
its name. Where that is the id that the item or the store got, nothing is left to do. Where it got
another one, the counts are set again under it, with the time at which they were counted: so a
later count still stands, and doing it twice is doing it once. The line under the old id stays in
the stock; what it turned out to be is kept, so that no notice goes out that it is sold out.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from services.domain.aws_regions import nearest_regions
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, counting_order
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.domain.stock_edits import FileCount, count_stock_from_file
from services.domain.stock_files.learned import Learned
from services.storage import keys
from services.storage.exceptions import DECODING_ERRORS, ContentionError
from services.storage.kinds import Document
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Replica
from services.storage.stock_places import Found, Place, Places
from services.storage.unknown_stock import UnknownStock, UnknownStockRepository

ACTION: Final = "learnStock"
MOST_NOTED: Final = 20
"""Stores that one look notes at most because a document of theirs cannot be read."""
_STORES: Final = 100  # that are read at once
_AUTHOR: Final = "carte"


@dataclass(frozen=True, slots=True)
class _Learned:
    """What became known of one store's unknown stock.

    Attributes:
        place: The store.
        items: Made-up id of an item to the id under which it is counted now.
        counts: Made-up id to the count.
    """

    place: Place
    items: Mapping[str, str]
    counts: Mapping[str, Register[Count]]


class _Faults:
    """Notes the stores of which a document cannot be read, up to a bound."""

    def __init__(self, unreadable: Callable[[str, Exception], object]) -> None:
        self._unreadable = unreadable
        self._noted = 0

    def note(self, store_id: str, error: Exception) -> None:
        """Note a store, unless enough were noted for a person to look."""
        self._noted += 1
        if self._noted <= MOST_NOTED:
            self._unreadable(store_id, error)

    @contextmanager
    def noting(self, store_id: str) -> Iterator[None]:
        """Note a store where one of its documents cannot be read."""
        try:
            yield
        except DECODING_ERRORS as error:
            self.note(store_id, error)


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
        """Take where names are looked up and counts applied; nothing is read yet.

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
        self._after: str | None = None  # the store after which the next call begins

    def learn(
        self,
        within_s: float = 60.0,
        *,
        market: str | None = None,
        may_go_on: Callable[[], bool] = lambda: True,
        unreadable: Callable[[str, Exception], object] = lambda _store, _error: None,
    ) -> int:
        """Count what is known by now, and return the number of items that were counted.

        What others keep writing, what has not arrived in this region, and what time runs out for,
        a later call counts: the next one begins after the store at which this one ended. So no
        store keeps those after it from being looked at, whatever fails there.

        Args:
            within_s: Seconds after which no further store is begun.
            market: Only known stores of this market; None: all.
            may_go_on: Called before every store; returns False where no time is left for it.
            unreadable: Gets the id of a store of which a document cannot be read, and why, for
                the first `MOST_NOTED`; all such stores are left out.

        Raises:
            Exception: The table fails.
        """
        faults = _Faults(unreadable)
        ends = time.monotonic() + within_s
        waiting = self._unknown.onward(self._after, lambda error: faults.note(error.key.sk, error))
        learned = 0
        while part := list(islice(waiting, _STORES)):
            wanted = [one for one in part if market is None or one.store is None]
            places = self._found(wanted)
            for one in wanted:
                if time.monotonic() > ends or not may_go_on():
                    return learned
                self._after = one.store_id
                with faults.noting(one.store_id), suppress(ContentionError):
                    place = (places or self._places.stores([_named(one)]))[_named(one)]
                    profile = place.profile if isinstance(place, Place) else None
                    if profile is not None and market in {None, profile["market"]}:
                        assert isinstance(place, Place)  # noqa: S101 - for mypy: it has the profile
                        learned += self._learn(one, place)
        self._after = None
        return learned

    def _found(self, wanted: Sequence[UnknownStock]) -> Mapping[tuple[str, str | None], Found]:
        """Return the places of stores; none where one of them cannot be read."""
        try:
            return self._places.stores(map(_named, wanted))
        except DECODING_ERRORS:
            return {}  # each is looked for by itself, and the fault noted with its store

    def _learn(self, one: UnknownStock, place: Place) -> int:
        assert place.profile is not None  # noqa: S101 - the caller looked
        index = self._places.items(place.profile["market"])
        found = {item: index.find(text) for item, text in one.items.items()}
        named = {item: one_id for item, one_id in found.items() if isinstance(one_id, str)}
        if not named and one.store is None:
            return 0  # as for most stores of a chain whose files name what it does not sell
        counts = self._arrived(one)
        known = {item: one_id for item, one_id in named.items() if item in counts}
        is_elsewhere = place.store_id != one.store_id
        still_unknown = {item: one.items[item] for item in counts if item not in known}
        # A store that became known keeps its unknown items, under its own id.
        moved = {**known, **({item: item for item in still_unknown} if is_elsewhere else {})}
        if not known and one.store is None:
            return 0
        if is_elsewhere and still_unknown:
            times = {item: one.counted_ms[item] for item in one.counted_ms if item in still_unknown}
            self._unknown.keep(UnknownStock(place.store_id, None, still_unknown, None, times))
        self._count(one.store_id, _Learned(place, moved, counts))
        learned = {
            made_up: Learned(item, counting_order(counts[made_up])[0])
            for made_up, item in known.items()
            if made_up != item and not is_elsewhere
        }
        self._unknown.forget(
            one, counts if is_elsewhere else known, store=not is_elsewhere, learned=learned
        )
        return len(known)

    def _arrived(self, one: UnknownStock) -> dict[str, Register[Count]]:
        """Return the counts of unknown items that this region has, of those that are their last.

        A name replicates by itself, and may be here before the count.
        """
        stock = self._replica.held(keys.stock(one.store_id)).document
        if not isinstance(stock, Stock):
            return {}
        counts = {item: stock.line(item).count for item in one.items}
        return {
            item: count
            for item, count in counts.items()
            if count is not None and counting_order(count)[0] >= one.counted_ms.get(item, 0)
        }

    def _count(self, kept_under: str, learned: _Learned) -> None:
        store_id, profile = learned.place.store_id, learned.place.profile
        assert profile is not None  # noqa: S101 - the store is known
        by_source: defaultdict[str, dict[str, FileCount]] = defaultdict(dict)
        for made_up, item in learned.items.items():
            if (kept_under, made_up) == (store_id, item):
                continue
            count = learned.counts[made_up]
            at, source, _ = counting_order(count)
            new = FileCount(count.value.counted, at)
            before = by_source[source].get(item, new)
            # Two names of one item: what was counted last stands, and of one time the fewer pieces.
            by_source[source][item] = max(new, before, key=_counted_last)
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
                before,
                store_id,
                counts,
                source,
                stamp,
                now=int(self._now()),
                nearest=nearest,
                wall_ms=self._operations.now_ms(),
            )
            return Edited(counted.stock, None, counted.changes)

        digest = hashlib.sha256(repr(sorted(counts.items())).encode()).hexdigest()[:12]
        operation = Operation(
            id=f"{ACTION}/{kept_under}/{store_id}/{source}/{digest}",
            action=ACTION,
            fingerprint=digest,
            author=_AUTHOR,
            document=keys.stock(store_id),
        )
        self._operations.apply(operation, edit)


def _counted_last(one: FileCount) -> tuple[int, int]:
    return one.counted_ms, -one.pieces


def _named(one: UnknownStock) -> tuple[str, str | None]:
    """Return what a store is looked for by: its name and market, or the id of a known one."""
    return (one.store_id, None) if one.store is None else (one.store, one.market)
