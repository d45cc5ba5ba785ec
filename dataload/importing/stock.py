"""What count files would change: read and judged by the code that loads them, written nowhere."""

import sys
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dataload.importing.sheet import STDIN
from services.domain.csv_source import Readable, UnreadableFileError
from services.domain.documents.stock import Stock
from services.domain.stamp import unix_ms
from services.domain.stock_files.columns import ColumnNames
from services.domain.stock_files.fates import Fates
from services.domain.stock_files.rows import CountFile
from services.storage.catalogs import CatalogRepository
from services.storage.count_loading import CountLoader, Origin
from services.storage.operations import Edit, Operation
from services.storage.stock_places import Places
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStock, UnknownStockRepository

_SOURCE: Final = "dry-run"


@dataclass(frozen=True, slots=True)
class CountChange:
    """A count that would be set.

    Attributes:
        store_id: The store.
        item_id: The item.
        left: Pieces that are left now; None: it was never counted.
        pieces: Pieces that the file counts.
    """

    store_id: str
    item_id: str
    left: int | None
    pieces: int


@dataclass(slots=True)
class Preview:
    """What a file would change.

    Attributes:
        file: The file's path as it was given.
        fates: The fates that its rows would have.
        changes: The counts that would be set.
        encoding: As in `TextSource`.
        ignored: Columns that are not used.
        error: Why the file, or its rest, cannot be read; None where it can.
    """

    file: str
    fates: Fates = field(default_factory=Fates)
    changes: list[CountChange] = field(default_factory=list)
    encoding: str = ""
    ignored: tuple[str, ...] = ()
    error: UnreadableFileError | None = None


class _DryOperations:
    """Makes edits of the documents as they stand, and keeps what they would change."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.changes: list[CountChange] = []

    def apply(self, operation: Operation, edit: Edit) -> Any:
        """Return the answer that an operation would have."""
        held = self._table.held(operation.document)
        edited = edit(held.document, self._table.clock.tick(*held.stamps()))
        before = held.document if isinstance(held.document, Stock) else None
        assert isinstance(edited.document, Stock)  # noqa: S101 - counts edit a stock
        edited.document.dump()  # what cannot be written is left out, as where it is written
        store_id = edited.document.store_id
        for change in edited.changes:
            item = change.entry.removesuffix("/count")
            left = None if before is None else before.left(item)
            self.changes.append(CountChange(store_id, item, left, change.value))
        return edited.answer

    def now_ms(self) -> int:
        """Return the time of the clock that makes this region's stamps, in Unix milliseconds."""
        return self._table.clock.now_ms()


class _DryNames:
    """Finds out for how many unknown items there is room."""

    def __init__(self, table: Table) -> None:
        self._unknown = UnknownStockRepository(table)

    def keep(self, more: UnknownStock) -> set[str]:
        """Return the ids of the items that would be kept."""
        return set(self._unknown.ids_that_fit(more))


class _File:
    """The bytes of a file; a failure to read them is one of the file."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes.

        Raises:
            UnreadableFileError: They cannot be read.
        """
        try:
            return self._stream.read(size)
        except OSError as error:
            raise _unreadable(error) from error


def _unreadable(error: OSError) -> UnreadableFileError:
    reason = error.strerror or str(error)
    return UnreadableFileError(f"it cannot be read: {reason}", "name a file that you may read")


def _never_ends() -> bool:
    return True


def preview(table: Table, path: Path, store_id: str | None, names: ColumnNames) -> Preview:
    """Return what a file would change in a region's table.

    Args:
        table: The table of one region.
        path: The file; `-` is the standard input.
        store_id: The only store that it may count; None: any.
        names: The names of columns.

    Returns:
        What would change; where the file cannot be read, its `error` says why.
    """
    found = Preview(str(path))
    places = Places(StoreRepository(table), DirectoryRepository(table), CatalogRepository(table))
    operations = _DryOperations(table)
    loader = CountLoader(places, _DryNames(table), operations, [table.region], threads=1)
    try:
        opened = nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb")
    except OSError as error:
        found.error = _unreadable(error)
        return found
    with opened as stream:
        try:
            file = CountFile(_File(stream), names, unix_ms(), store=store_id or "")
            found.ignored = file.ignored
            origin = Origin(_SOURCE, _SOURCE, unix_ms(), store_id)
            found.fates, found.error = loader.load(file, origin, may_go_on=_never_ends)
            found.encoding = file.source.encoding
        except UnreadableFileError as error:
            found.error = error
    found.changes = operations.changes
    return found
