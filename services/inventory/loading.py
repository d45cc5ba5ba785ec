"""Writes stock counts to the table: one idempotent operation for up to 100 items of a store.

The operations' ids are made from the upload and from its rows, before any row is judged. So a file
that is delivered twice, or again after time ran out, counts each row once, also where the store or
the item of a row became known in between. Like any count they are stamped, journaled and merged.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from services.domain.aws_regions import nearest_regions
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.edits import count_stock
from services.domain.stamp import Stamp
from services.domain.validation import MAX_LINES
from services.inventory.count_file import CountedPieces, CountFile, Problem
from services.inventory.exceptions import UnfinishedError
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.kinds import Document
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.stores import StoreRepository

ACTION: Final = "countFile"
_STORES: Final = 100  # read at once
_THREADS: Final = 8  # they wait for DynamoDB most of the time

T = TypeVar("T")
Counts = Mapping[str, CountedPieces]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one operation counts.

    Attributes:
        profile: The store.
        name: The same in every delivery of the upload: made from its rows, good or not.
        fingerprint: Digest of those rows.
        counts: The rows that can be counted now.
        left_out: Items of the other rows, which the catalog does not have.
    """

    profile: StoreProfile
    name: str
    fingerprint: str
    counts: Counts
    left_out: tuple[str, ...] = ()


class CountLoader:
    """Loads files in one region."""

    def __init__(
        self,
        stores: StoreRepository,
        catalogs: CatalogRepository,
        operations: OperationRepository,
        regions: Sequence[str],
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare.

        Args:
            stores: The stores of the region.
            catalogs: The catalogs in force.
            operations: Applies each part of a file once.
            regions: All regions of the deployment, among which pieces are shared out.
            now: Unix seconds.
        """
        self._stores = stores
        self._catalogs = catalogs
        self._operations = operations
        self._now = now
        self._regions = tuple(regions)

    def load(
        self, file: CountFile, upload_id: str, author: str, *, may_go_on: Callable[[], bool]
    ) -> int:
        """Load the valid rows, and add the problems that only the table shows.

        Args:
            file: What to load.
            upload_id: The same in every delivery of this upload, another for every other.
            author: Stands in the journal.
            may_go_on: Called before every part; returns False where no time is left for it.

        Returns:
            Rows that are loaded, whether now or by an earlier delivery.

        Raises:
            UnfinishedError: Time ran out; what is loaded stays loaded.
            ContentionError: Others kept writing a store's stock; try again later.
        """
        loaded = 0
        with ThreadPoolExecutor(_THREADS, "counts") as pool:
            for chunk in _chunks(file.stores.items(), _STORES):
                if not may_go_on():
                    raise UnfinishedError(f"{loaded} of {file.rows} rows are loaded")
                parts = self._parts(dict(chunk), file)
                list(pool.map(lambda part: self._apply(part, upload_id, author), parts))
                loaded += sum(len(part.counts) for part in parts)
        file.problems.sort(key=lambda problem: problem.line)
        return loaded

    def _parts(self, wanted: Mapping[str, Counts], file: CountFile) -> list[_Part]:
        profiles = self._stores.profiles(list(wanted))
        parts = []
        for store_id, counts in wanted.items():
            profile = profiles.get(store_id)
            if profile is None:
                _refuse(file, counts.values(), f"there is no store {store_id[:64]!r}")
                continue
            known = self._known(profile["market"])
            for item_id, counted in counts.items():
                if item_id not in known:
                    reason = f"the catalog of {profile['market']} has no item {item_id[:64]!r}"
                    _refuse(file, [counted], reason)
            for number, rows in enumerate(_chunks(sorted(counts.items()), MAX_LINES)):
                good = {item: counted for item, counted in rows if item in known}
                left_out = tuple(item for item, _ in rows if item not in known)
                if good:
                    parts.append(_Part(profile, str(number), _digest(rows), good, left_out))
        return parts

    def _known(self, market: str) -> Mapping[str, Any]:
        try:
            return self._catalogs.current(market).by_id
        except CatalogMissingError:
            return {}

    def _apply(self, part: _Part, upload_id: str, author: str) -> None:
        """Count a part, or what an earlier delivery had to leave out of it."""
        for item in self._count(part, upload_id, author):
            if item in part.counts:
                # An operation of its own: the part's may not count the other rows anew, because
                # pieces were sold since.
                rows = {item: part.counts[item]}
                late = _Part(part.profile, f"{part.name}:{item}", _digest(rows.items()), rows)
                self._count(late, upload_id, author)

    def _count(self, part: _Part, upload_id: str, author: str) -> list[str]:
        """Return the items that the part's operation, now or in an earlier delivery, left out."""
        store_id = part.profile.store_id
        pieces = {item: counted.pieces for item, counted in part.counts.items()}
        place = part.profile["latitude"], part.profile["longitude"]
        nearest = nearest_regions(*place, self._regions)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, Stock) else None
            now = int(self._now())
            stock, changes = count_stock(before, store_id, pieces, stamp, now=now, nearest=nearest)
            return Edited(stock, list(part.left_out), changes)

        operation = Operation(
            id=f"{ACTION}:{upload_id}:{store_id}:{part.name}",
            action=ACTION,
            fingerprint=part.fingerprint,
            author=author,
            document=keys.stock(store_id),
        )
        left_out: list[str] = self._operations.apply(operation, edit)
        return left_out


def _digest(rows: Iterable[tuple[str, CountedPieces]]) -> str:
    stated = sorted((item, counted.pieces) for item, counted in rows)
    return hashlib.sha256(repr(stated).encode()).hexdigest()[:12]


def _refuse(file: CountFile, counts: Iterable[CountedPieces], reason: str) -> None:
    file.problems += [Problem(counted.line, reason) for counted in counts]


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
