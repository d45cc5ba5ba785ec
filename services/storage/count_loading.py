"""Writes stock counts to the table: one idempotent operation for up to 100 items of a store.

A file is read as a stream, and loaded some thousand rows at a time, more where the rows of a store
lie apart: each operation is a transaction, and an entry of the journal. Of each item the count that
was counted last stands (`count_stock_from_file`), so a file that is delivered twice, in another
order, or again after time ran out has the effect of once, also where a store or an item became
known in between. Like any count, those of files are stamped, journaled and merged.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from services.domain.aws_regions import nearest_regions
from services.domain.csv_source import UnreadableFileError
from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.stock import Stock
from services.domain.stamp import InvalidStampError, Stamp
from services.domain.stock_edits import FileCount, count_stock_from_file
from services.domain.stock_files.fates import Fates
from services.domain.stock_files.names import Ambiguous, made_up_id
from services.domain.stock_files.rows import CountFile, CountRow, Refusal
from services.domain.validation import MAX_LINES
from services.storage import keys
from services.storage.exceptions import UnreadableItemError
from services.storage.kinds import Document
from services.storage.operations import Edit, Edited, Operation
from services.storage.stock_places import Elsewhere, Found, Place, Places
from services.storage.unknown_stock import UnknownStock

ACTION: Final = "countFile"
MAX_UNKNOWN_STORES: Final = 1_000  # of one file; more are a column that holds no stores
ROWS: Final = 6_000  # read at once: a hundred stores of sixty items
# Read at once at most, of files in which the rows of a store lie apart, as those sorted by item: a
# chain of 31,000 stores has eight rows of each then, in place of one.
MOST: Final = 240_000
_ROWS_EACH: Final = 20  # of a store, with which its operations are few enough
THREADS: Final = 8  # they wait for DynamoDB most of the time

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Origin:
    """The upload that counts are from.

    Attributes:
        source: Digest of the content.
        author: Stands in the journal.
        uploaded_ms: When counts without a time of their own were counted, Unix milliseconds.
        only: The only store that it may count; None: any.
    """

    source: str
    author: str
    uploaded_ms: int
    only: str | None = None

    def at(self, row: CountRow) -> int:
        """Return when a row was counted, Unix milliseconds."""
        return self.uploaded_ms if row.counted_ms is None else row.counted_ms


@dataclass(slots=True)
class _StoreRows:
    """The rows about one store.

    Attributes:
        place: The store.
        rows: Item id to the row that counts; no other row of the item is later.
        unknown: Made-up id of an unknown item to what the file calls it.
        kept: Those of them for which there is room.
        left: Item id to why its count was left out, where a document cannot be written here.
        answers: What became of the items, as the operations answered.
    """

    place: Place
    rows: dict[str, CountRow] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    left: dict[str, str] = field(default_factory=dict)
    answers: list[Mapping[str, Any]] = field(default_factory=list)

    @contextmanager
    def leaving_out(self, items: Iterable[str]) -> Iterator[None]:
        """Leave these items out where a document of the store cannot be read or written here.

        A newer version of carte may have stored what this one cannot write back, or the item is
        damaged: no delivery of the file would change that, and other stores are not concerned.
        """
        try:
            yield
        except (InvalidDocumentError, InvalidStampError, UnreadableItemError) as error:
            self.left |= dict.fromkeys(items, str(error))

    @property
    def has_unknown(self) -> bool:
        """Whether carte does not know the store, or one of the items."""
        return bool(self.unknown) or self.place.profile is None

    @property
    def counted(self) -> dict[str, CountRow]:
        """Item id to row, without those for which there is no room."""
        left_out = self.unknown.keys() - self.kept
        return {item: row for item, row in self.rows.items() if item not in left_out}


class UnfinishedError(RuntimeError):
    """Time ran out; the file is delivered again, and what was loaded is found loaded."""


class Operations(Protocol):
    """Applies operations, as `OperationRepository` does, or only shows what they would do."""

    def apply(self, operation: Operation, edit: Edit) -> Any:
        """Apply an operation once, and return its answer."""
        ...

    def now_ms(self) -> int:
        """Return the time of the clock that makes this region's stamps, in Unix milliseconds."""
        ...


class UnknownNames(Protocol):
    """Keeps names of what is unknown, as `UnknownStockRepository` does."""

    def keep(self, more: UnknownStock) -> set[str]:
        """Add unknown items of a store, and return the ids of those for which there is room."""
        ...


class CountLoader:
    """Loads files in one region."""

    def __init__(
        self,
        places: Places,
        unknown: UnknownNames,
        operations: Operations,
        regions: Sequence[str],
        *,
        now: Callable[[], float] = time.time,
        threads: int = THREADS,
        rows: int = ROWS,
        most: int = MOST,
    ) -> None:
        """Take where counts are looked up and applied; nothing is read yet.

        Args:
            places: Finds stores and items.
            unknown: Keeps the names of those that are unknown.
            operations: Applies each part of a file once.
            regions: All regions of the deployment, among which pieces are shared out.
            now: Unix seconds.
            threads: Stores that are written at once.
            rows: Rows that are read at once, and kept in memory.
            most: Such rows where stores have few among them.
        """
        self._places = places
        self._unknown = unknown
        self._operations = operations
        self._now = now
        self._threads = threads
        self._rows = rows
        self._most = most
        self._regions = tuple(regions)

    def load(
        self, file: CountFile, origin: Origin, *, may_go_on: Callable[[], bool]
    ) -> tuple[Fates, UnreadableFileError | None]:
        """Load the valid rows.

        Args:
            file: What to load.
            origin: Where it is from.
            may_go_on: Called before every part, by several threads; returns False where no time is
                left for it.

        Returns:
            The fate of every row that could be read, whether it was loaded now or by an earlier
            delivery, and why no more could be read: None where all were.

        Raises:
            UnfinishedError: Time ran out; what is loaded stays loaded.
            ContentionError: Others kept writing a store's stock; try again later.
        """
        fates = Fates()
        unknown_stores: set[str] = set()
        rows = _Rows(file)

        def check_time() -> None:
            if not may_go_on():
                raise UnfinishedError(f"{fates.rows} rows are loaded")

        def keep(one: _StoreRows) -> None:
            if one.has_unknown:
                check_time()
                with one.leaving_out(one.rows if one.place.profile is None else one.unknown):
                    self._keep_unknown(one, origin)

        def count(part: tuple[_StoreRows, list[tuple[str, CountRow]]]) -> None:
            check_time()
            one, rows = part
            with one.leaving_out(item for item, _ in rows):
                self._count(one, rows, origin)

        with ThreadPoolExecutor(self._threads, "counts") as pool:
            while batch := self._batch(rows):
                check_time()
                stores = self._sorted(file, batch, origin, fates, unknown_stores)
                parts = [
                    (one, chunk) for one in stores for chunk in _chunks(one.rows.items(), MAX_LINES)
                ]
                list(pool.map(keep, stores))
                list(pool.map(count, parts))
                for one in stores:
                    _settle(one, fates)
                fates.rows += len(batch)
        fates.check_sum()
        return fates, rows.broken_off

    def _batch(self, rows: Iterator[CountRow | Refusal]) -> list[CountRow | Refusal]:
        """Return the rows to be loaded next: of the same file the same ones each time it is read.

        So a file that is delivered again finds the operations of the delivery before.
        """
        batch: list[CountRow | Refusal] = []
        stores: set[str] = set()
        while more := list(islice(rows, self._rows)):
            batch += more
            stores.update(row.store for row in more if isinstance(row, CountRow))
            if len(batch) + self._rows > self._most or len(batch) >= _ROWS_EACH * len(stores):
                break
        return batch

    def _sorted(
        self,
        file: CountFile,
        batch: Sequence[CountRow | Refusal],
        origin: Origin,
        fates: Fates,
        unknown_stores: set[str],
    ) -> list[_StoreRows]:
        """Return the rows by store; those that count nothing get their fate."""
        rows = [row for row in batch if isinstance(row, CountRow)]
        for refusal in batch:
            if isinstance(refusal, Refusal):
                fates.refuse(refusal)
        places = self._places.stores((row.store, row.market) for row in rows)
        stores: dict[str, _StoreRows] = {}
        for row in rows:
            place = places[row.store, row.market]
            if not isinstance(place, Place) or origin.only not in {None, place.store_id}:
                fates.refuse(_refused_store(row, place, origin.only))
                continue
            if place.profile is None and place.store_id not in unknown_stores:
                if len(unknown_stores) >= MAX_UNKNOWN_STORES:
                    reason = f"the file names more than {MAX_UNKNOWN_STORES:,} unknown stores"
                    fates.refuse(Refusal(row.line, reason, "store"))
                    continue
                unknown_stores.add(place.store_id)
            fates.stores.add(place.store_id)
            _take(
                stores.setdefault(place.store_id, _StoreRows(place)), row, self, file, origin, fates
            )
        # Not those of which each row was refused.
        return [one for one in stores.values() if one.rows]

    def item_of(self, place: Place, text: str) -> str | Ambiguous | None:
        """Return the id of the item that a row of a store names; None: the catalog has none."""
        if place.profile is None:
            return None
        return self._places.items(place.profile["market"]).find(text)

    def _keep_unknown(self, one: _StoreRows, origin: Origin) -> None:
        store = market = None
        if one.place.profile is None:
            first = next(iter(one.rows.values()))
            store, market = first.store, first.market
        counted = {item: origin.at(one.rows[item]) for item in one.unknown}
        one.kept = self._unknown.keep(
            UnknownStock(one.place.store_id, store, one.unknown, market, counted)
        )

    def _count(self, one: _StoreRows, rows: Iterable[tuple[str, CountRow]], origin: Origin) -> None:
        """Count a part, or find that an earlier delivery did."""
        left_out = (one.unknown.keys() - one.kept) | one.left.keys()
        counts = {
            item: FileCount(row.pieces, origin.at(row))
            for item, row in rows
            if item not in left_out
        }
        if not counts:
            return
        store_id, profile = one.place.store_id, one.place.profile
        nearest = (
            ()
            if profile is None
            else nearest_regions(profile["latitude"], profile["longitude"], self._regions)
        )

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            before = current if isinstance(current, Stock) else None
            stock, changes, unchanged, contradicted = count_stock_from_file(
                before,
                store_id,
                counts,
                origin.source,
                stamp,
                now=int(self._now()),
                nearest=nearest,
                wall_ms=self._operations.now_ms(),
            )
            answer = {"unchanged": list(unchanged), "contradicted": dict(contradicted)}
            return Edited(stock, answer, changes)

        digest = _digest(counts)
        operation = Operation(
            # The same for copies of a file in several regions: they are one edit. Ids of clients
            # have no slash. (Ids of earlier versions had colons: what they counted is counted
            # once more at most, with the same time, which changes nothing.)
            id=f"{ACTION}/{origin.source}/{store_id}/{digest}",
            action=ACTION,
            fingerprint=digest,
            author=origin.author,
            document=keys.stock(store_id),
        )
        one.answers.append(self._operations.apply(operation, edit))


class _Rows:
    """The rows of a file up to where it cannot be read any more.

    Attributes:
        broken_off: Why no more can be read; None while all can.
    """

    def __init__(self, file: CountFile) -> None:
        self._rows = iter(file)
        self.broken_off: UnreadableFileError | None = None

    def __iter__(self) -> Iterator[CountRow | Refusal]:
        return self

    def __next__(self) -> CountRow | Refusal:
        try:
            return next(self._rows)
        except UnreadableFileError as error:
            self.broken_off = error
            raise StopIteration from error


def _take(  # noqa: PLR0917 - what a row's place depends on
    one: _StoreRows,
    row: CountRow,
    loader: CountLoader,
    file: CountFile,
    origin: Origin,
    fates: Fates,
) -> None:
    """Put a row among those of its store, unless it counts nothing."""
    item = loader.item_of(one.place, row.item)
    if isinstance(item, Ambiguous):
        reason = f"{row.item[:60]!r} is the name of several items: {item}; write the id"
        fates.refuse(Refusal(row.line, reason, "item", one.place.store_id))
        return
    if item is None:
        if file.may_be_a_count(row.item):
            reason = f"{row.item!r} is no item, and looks like a count; are columns swapped?"
            fates.refuse(Refusal(row.line, reason, "item", one.place.store_id))
            return
        item = made_up_id(row.item)
        one.unknown.setdefault(item, row.item)
    first = one.rows.setdefault(item, row)
    if first is row:
        return
    if origin.at(row) > origin.at(first):
        one.rows[item] = row
        fates.unchanged += 1
    elif origin.at(row) < origin.at(first) or row.pieces == first.pieces:
        fates.unchanged += 1
    else:
        reason = f"store and item stand in line {first.line} already, with {first.pieces} pieces"
        fates.refuse(Refusal(row.line, reason, None, one.place.store_id))


def _refused_store(row: CountRow, found: Found, only: str | None) -> Refusal:
    """Return why the store that a row names is not counted."""
    name = repr(row.store[:60])
    if isinstance(found, Elsewhere):
        reason = f"store {found.store_id} is in market {found.market}, not in {row.market}"
        return Refusal(row.line, f"{reason}; mend the store or the market", "market")
    if only is not None:
        return Refusal(row.line, f"this upload may count store {only} only, not {name}", "store")
    reason = f"{name} is the name of several stores: {found}; write the id"
    return Refusal(row.line, reason, "store")


def _settle(one: _StoreRows, fates: Fates) -> None:
    """Give their fates to the rows of a store that was written."""
    unchanged = {item for answer in one.answers for item in answer["unchanged"]}
    contradicted = {
        item: pieces for answer in one.answers for item, pieces in answer["contradicted"].items()
    }
    store_id, profile = one.place.store_id, one.place.profile
    for item, row in one.rows.items():
        if item in one.left:
            reason = (
                f"the store was left out, as this region cannot write its stock: {one.left[item]}; "
                "count it anew where a region of the newer version, or a repair, can"
            )
            fates.refuse(Refusal(row.line, reason, "store", store_id))
        elif item in one.unknown and item not in one.kept:
            reason = (
                "the names of the store's unknown items fill their room, and no more are kept; "
                "mend the name, or publish the items that are counted and not in the catalog"
            )
            fates.refuse(Refusal(row.line, reason, "item", store_id))
        elif item in contradicted:
            reason = f"store and item stand in an earlier line, with {contradicted[item]} pieces"
            fates.refuse(Refusal(row.line, reason, None, store_id))
        elif profile is None:
            where = f" in market {row.market}" if row.market else ""
            fates.keep_unknown(row, f"there is no store {row.store[:64]!r}{where}", store_id)
        elif item in one.unknown:
            reason = f"the catalog of {profile['market']} has no item {row.item[:64]!r}"
            fates.keep_unknown(row, reason, store_id)
        elif item in unchanged:
            fates.unchanged += 1
        else:
            fates.loaded += 1


def _digest(counts: Mapping[str, FileCount]) -> str:
    return hashlib.sha256(repr(sorted(counts.items())).encode()).hexdigest()[:12]


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk
