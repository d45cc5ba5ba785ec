"""Writes exported files: whole or not at all, in a form that spreadsheets open as it is."""

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final, TextIO, TypeVar

from dataload.exporting import rows
from dataload.exporting.rows import Row
from dataload.importing.sheet import STDIN
from dataload.progress import Progress
from dataload.store_directory import markets_by_store
from services.domain.documents.assortment import Assortment
from services.domain.documents.profile import StoreProfile
from services.domain.formulas import escaped
from services.domain.markets import MARKETS
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.stock_reading import StockReader
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStock, UnknownStockRepository

_AT_ONCE: Final = 100  # stores of one request

A = TypeVar("A")
Warn = Callable[[str], None]


def stores(table: Table, market: str | None, progress: Progress, _: Warn) -> Iterator[Row]:
    """Yield the rows of all stores, also of hidden ones."""
    for profile in _profiles(table, market, progress):
        yield rows.store_row(profile)


def catalog(table: Table, market: str | None, progress: Progress, warn: Warn) -> Iterator[Row]:
    """Yield the rows of the drafts of all markets, which are what an import edits."""
    repository = CatalogRepository(table)
    wanted = [one for one in MARKETS if market in {None, one}]
    for one in progress.track(wanted, "reading catalogs", len(wanted)):
        drafts = repository.drafts(one)
        left_out = rows.texts_left_out(drafts)
        if left_out:
            warn(f"{left_out:,} texts of {one} are in languages without a column: left out")
        yield from rows.catalog_rows(one, drafts)


def assortments(table: Table, market: str | None, progress: Progress, _: Warn) -> Iterator[Row]:
    """Yield the rows of all stores that have an assortment of their own."""
    for chunk in _chunks(_profiles(table, market, progress)):
        markets = {keys.assortment(one.store_id): one["market"] for one in chunk}
        for key, stored in sorted(table.get_many(markets, consistent=True).items()):
            document = stored.document()
            assert isinstance(document, Assortment)  # noqa: S101 - by its key
            yield from rows.assortment_rows(document, markets[key])


def stock(table: Table, market: str | None, progress: Progress, _: Warn) -> Iterator[Row]:
    """Yield the counts of all stores, also of those that carte does not know."""
    unknown = {one.store_id: one for one in UnknownStockRepository(table).all()}
    reader = StockReader(table)
    known = (one.store_id for one in _profiles(table, market, progress))
    strangers = (one.store_id for one in unknown.values() if one.store and market is None)
    for chunk in _chunks(chain(known, strangers)):
        for store_id, found in sorted(reader.stocks(chunk, ()).items()):
            names = unknown.get(store_id, UnknownStock(store_id, None, {}))
            yield from rows.stock_rows(found, names)


KINDS: Final = {
    "stores": (rows.STORE_COLUMNS, stores),
    "catalog": (rows.CATALOG_COLUMNS, catalog),
    "assortments": (rows.ASSORTMENT_COLUMNS, assortments),
    "stock": (rows.STOCK_COLUMNS, stock),
}


def export(  # noqa: PLR0917 - what an export is of, and where it goes
    table: Table, kind: str, market: str | None, path: Path, progress: Progress, warn: Warn
) -> int:
    """Write a file, and return the number of its rows.

    Args:
        table: The table of one region.
        kind: One of `KINDS`.
        market: Id of a market; None: all.
        path: The file, which is replaced once it is whole; `-` is the standard output.
        progress: Shows how far the work is.
        warn: Gets what is not in the file.
    """
    columns, found = KINDS[kind]
    read = found(table, market, progress, warn)
    if path == STDIN:
        return _write(sys.stdout, columns, read)
    partial = path.with_name(f"{path.name}.partial")
    try:
        # With a byte order mark, by which Excel recognizes UTF-8.
        with partial.open("w", encoding="utf-8-sig", newline="") as file:
            count = _write(file, columns, read)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write(file: TextIO, columns: Sequence[str], found: Iterable[Row]) -> int:
    out = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL)
    out.writeheader()
    count = 0
    for row in found:
        out.writerow({column: escaped(text) for column, text in row.items()})
        count += 1
    return count


def _profiles(table: Table, market: str | None, progress: Progress) -> Iterator[StoreProfile]:
    ids = sorted(markets_by_store(table))
    chunks = _chunks(ids)
    for chunk in progress.track(chunks, "reading stores", len(ids), per_item=_AT_ONCE):
        found = table.get_many((keys.profile(one) for one in chunk), consistent=True)
        for key, stored in sorted(found.items()):
            store_id = key.pk.removeprefix(keys.STORE_PREFIX)
            profile = StoreProfile.load(store_id, stored.body)
            if market in {None, profile["market"]}:
                yield profile


def _chunks(items: Iterable[A]) -> Iterator[list[A]]:
    rest = iter(items)
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk
