"""Importing whole files into a table: judge every row, then write the good ones."""

from collections.abc import Mapping, Sequence
from functools import partial

from dataload.importing import assortments, catalog, stores
from dataload.importing.catalog import CatalogRow
from dataload.importing.catalog_edits import MarketCatalog
from dataload.importing.cells import Cells, Row
from dataload.importing.judging import judge
from dataload.importing.problems import Problem
from dataload.importing.report import ImportReport
from dataload.importing.sheet import Once, Sheet
from dataload.importing.stores import StoreRow
from dataload.progress import Progress
from dataload.store_directory import markets_by_store, row_edits
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.profile import StoreProfile
from services.domain.markets import MARKETS
from services.domain.publishing import CATEGORY_PREFIX, UnpublishableError
from services.storage import bulk, keys
from services.storage.catalogs import CatalogRepository
from services.storage.table import Table


def import_stores(
    table: Table, sheets: Sequence[Sheet], progress: Progress, *, dry_run: bool
) -> ImportReport:
    """Import stores files: profiles, then the directory that lists them."""
    report = ImportReport(table.binding.region, dry_run, [])
    for sheet in sheets:
        rows, judged = judge(sheet, partial(stores.parse, once=Once("id")), progress)
        report.files.append(judged)
        if not dry_run:
            known = markets_by_store(table)
            report.documents += _write_stores(table, rows, known, progress)
            report.notes += _moved(rows, known)
    return report


def _moved(rows: Sequence[StoreRow], known: Mapping[str, set[str]]) -> list[str]:
    moved = [row.store_id for row in rows if known.get(row.store_id, set()) - {row.market.id}]
    if not moved:
        return []
    named = ", ".join(moved[:5]) + (", ..." if len(moved) > 5 else "")  # noqa: PLR2004
    changed = f"{len(moved):,} stores changed their market ({named})"
    return [f"{changed}: their own prices, if any, are numbers of the new currency now"]


def _write_stores(
    table: Table, rows: Sequence[StoreRow], known: Mapping[str, set[str]], progress: Progress
) -> bulk.Outcome:
    profiles = {keys.profile(row.store_id): row.edit for row in rows}
    outcome = _apply(table, profiles, "stores", progress)
    # Read back, because a row need not give every field that the directory lists.
    written = table.get_many(profiles, consistent=True).values()
    entries = (
        DirectoryEntry.of(
            StoreProfile.load(stored.key.pk.removeprefix(keys.STORE_PREFIX), stored.body)
        )
        for stored in written
    )
    return outcome + _apply(table, row_edits(entries, known), "directory", progress)


def import_assortments(
    table: Table, sheets: Sequence[Sheet], progress: Progress, *, dry_run: bool
) -> ImportReport:
    """Import assortments files: all rows of a store are one write."""
    report = ImportReport(table.binding.region, dry_run, [])
    for sheet in sheets:
        parse = partial(assortments.parse, once=Once("item"), known=_known(table, sheet))
        rows, judged = judge(sheet, parse, progress)
        report.files.append(judged)
        if not dry_run:
            edits = assortments.edits(rows)
            outcome = _apply(table, edits, "assortments", progress)
            report.documents += outcome
            if outcome.created:
                report.notes.append(
                    f"{outcome.created:,} stores had no assortment and sold the standard range; "
                    "they now sell what this file lists for them"
                )
    return report


def _known(table: Table, sheet: Sheet) -> assortments.Known:
    named = (Cells(row).identifier("store") for row in sheet.rows)
    wanted = {keys.profile(store_id) for store_id in named if store_id}
    markets = {
        key.pk.removeprefix(keys.STORE_PREFIX): StoreProfile.load("", stored.body)["market"]
        for key, stored in table.get_many(wanted, consistent=True).items()
    }
    catalogs = CatalogRepository(table)
    items = {
        market: frozenset(
            draft.item_id
            for draft in catalogs.drafts(market)
            if not draft.item_id.startswith(CATEGORY_PREFIX)
        )
        for market in set(markets.values())
    }
    return assortments.Known(markets, items)


def import_catalog(
    table: Table, sheets: Sequence[Sheet], progress: Progress, *, dry_run: bool, publish: bool
) -> ImportReport:
    """Import catalog files: drafts, then the touched markets' catalogs are published."""
    report = ImportReport(table.binding.region, dry_run, [])
    repository = CatalogRepository(table)
    touched: dict[str, None] = {}
    for sheet in sheets:
        rows, judged = judge(sheet, partial(catalog.parse, once=Once("id")), progress)
        catalogs = {
            market: MarketCatalog.of(market, repository.drafts(market))
            for market in MARKETS
            if any(row.market == market for row in rows)
        }
        refused = _sort_into(catalogs, rows)
        lines = {row.line: row for row in sheet.rows}
        judged.refused += [
            (lines[line], [_problem(lines[line], reason)]) for line, reason in refused.items()
        ]
        judged.loaded -= len(refused)
        report.files.append(judged)
        edits = {key: edit for one in catalogs.values() for key, edit in one.edits().items()}
        touched |= {market: None for market, one in catalogs.items() if one.rows}
        if not dry_run:
            report.documents += _apply(table, edits, "catalog items", progress)
    if publish and not dry_run:
        for market in touched:
            _publish(repository, market, report)
    return report


def _sort_into(catalogs: Mapping[str, MarketCatalog], rows: Sequence[CatalogRow]) -> dict[int, str]:
    """Hand each row to its market's catalog; line to reason of those that fit into none."""
    refused: dict[int, str] = {}
    for row in rows:
        conflict = catalogs[row.market].learn_names(row)
        if conflict:
            refused[row.line] = conflict
    for row in rows:
        if row.line in refused:
            continue
        if catalogs[row.market].has(row.category):
            catalogs[row.market].rows.append(row)
        else:
            refused[row.line] = (
                f"market {row.market} has no category {row.category!r}; "
                "name it in the column category_name"
            )
    return refused


def _problem(row: Row, reason: str) -> Problem:
    return Problem(row.file, row.line, "category", "does not fit", reason)


def _publish(repository: CatalogRepository, market: str, report: ImportReport) -> None:
    before = repository.in_force(market)
    try:
        version = repository.publish(market).version
    except UnpublishableError as error:
        report.unpublished[market] = list(error.problems)
        return
    if version != before:
        report.published[market] = version
        report.documents += bulk.Outcome(created=1, changed=1)  # the version and the pointer


def _apply(
    table: Table, edits: Mapping[keys.Key, bulk.Edit], title: str, progress: Progress
) -> bulk.Outcome:
    outcome = bulk.Outcome()
    done = bulk.apply(table, edits)
    for one in progress.track(done, title, len(edits), per_item=bulk.CHUNK):
        outcome += one
    return outcome
