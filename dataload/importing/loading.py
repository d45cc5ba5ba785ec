"""Importing files of stores and assortments: check every row, compare, then write what is new."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from dataload.importing import assortments, stores
from dataload.importing.assortments import AssortmentRow, Known
from dataload.importing.cells import Cells
from dataload.importing.planning import Edit, Plan, outcome, plan
from dataload.importing.report import FileReport, ImportReport, RowFate
from dataload.importing.row_checks import check_rows
from dataload.importing.sheet import FirstRows, Sheet
from dataload.importing.stores import StoreRow
from dataload.importing.table_writes import learned, write_planned
from dataload.progress import Progress
from dataload.store_directory import markets_by_store, row_edits
from services.domain import validation
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.profile import StoreProfile
from services.domain.leading_zeros import LeadingZeros
from services.domain.validation import InvalidFieldsError
from services.storage import bulk, keys
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.table import Table

_UNLISTED: Final = "stores that were written may be in no list yet; run the same again"


def import_stores(
    table: Table,
    sheets: Sequence[Sheet],
    progress: Progress,
    report: ImportReport,
    *,
    replace: bool = False,
) -> None:
    """Import stores files: profiles, then the directory that lists them.

    Args:
        table: The table of one region.
        sheets: The files, imported one after the other.
        progress: Shows how far the work is.
        report: Gets what became of each file, also where a later one fails. If it is of a dry run,
            the rows are checked and compared, and nothing is written.
        replace: Accept rows that change name and place of a store at once. Such a row is more
            likely another brand's store under the same id.
    """
    for sheet in sheets:
        restored = LeadingZeros(markets_by_store(table)).restored
        parse = partial(stores.parse, first=FirstRows("id"), restored=restored)
        rows, file = check_rows(sheet, parse, progress)
        refused: dict[keys.Key, InvalidFieldsError] = {}
        edits = {keys.profile(row.store_id): row.edit for row in rows}
        plans = plan(table, edits, progress, refused)
        rows = [row for row in rows if not _refuse_edit(row, refused, file)]
        if not replace:
            rows = [row for row in rows if not _refuse_replacing(row, plans, file)]
        for row in rows:
            one = plans[keys.profile(row.store_id)]
            changes = one.changes if one.fate == "changed" else ()
            file.good.append(RowFate(row.row.line, f"store {row.store_id}", one.fate, changes))
            if row.warning:
                file.warnings.append((row.row.line, f"store {row.store_id}: {row.warning}"))
        file.check_sum()
        report.files.append(file)
        kept = {keys.profile(row.store_id): row.edit for row in rows}
        planned = {key: plans[key] for key in kept}
        if report.dry_run:
            report.documents += outcome(planned)
            continue
        _write_stores(table, kept, planned, report, progress)
        report.notes += _moved(rows, planned) + _without_catalog(table, rows)
        if report.interrupted:
            break
    if not report.dry_run and not report.interrupted:
        report.notes += learned(table)


def _refuse_edit(
    row: StoreRow, refused: Mapping[keys.Key, InvalidFieldsError], file: FileReport
) -> bool:
    error = refused.get(keys.profile(row.store_id))
    if error is None:
        return False
    first = error.errors[0]
    reasons = "; ".join(str(one) for one in error.errors[:5])
    file.refuse(row.row, first.field, first.rule, reasons)
    return True


def _refuse_replacing(row: StoreRow, plans: Mapping[keys.Key, Plan], file: FileReport) -> bool:
    before = plans[keys.profile(row.store_id)].before
    if not isinstance(before, StoreProfile) or not stores.is_another_store(before, row.fields):
        return False
    file.refuse(
        row.row,
        "id",
        "is the id of another store",
        f"store {row.store_id} is {before['name']!r} in {before['city']}, and this row makes it "
        f"{row.fields['name']!r} in {row.fields['city']}; keep the two apart with --id-prefix, or "
        "write over the store with --replace",
    )
    return True


def _moved(rows: Sequence[StoreRow], planned: Mapping[keys.Key, Plan]) -> list[str]:
    before = {row.store_id: planned[keys.profile(row.store_id)].before for row in rows}
    moved = [
        row.store_id
        for row in rows
        if isinstance(one := before[row.store_id], StoreProfile) and one["market"] != row.market.id
    ]
    if not moved:
        return []
    named = ", ".join(moved[:5]) + (", ..." if len(moved) > 5 else "")  # noqa: PLR2004 - shown
    changed = f"{len(moved):,} stores changed their market ({named})"
    return [f"{changed}: their own prices, if any, are numbers of the new currency now"]


def _without_catalog(table: Table, rows: Sequence[StoreRow]) -> list[str]:
    catalogs = CatalogRepository(table)
    counts = Counter(row.market.id for row in rows)
    return [
        f"{count:,} stores are in market {market}, which has no published catalog, so they have no "
        f"menu yet; import one with `carte import catalog FILE --set market={market}`"
        for market, count in counts.items()
        if catalogs.in_force(market) is None
    ]


def _write_stores(
    table: Table,
    edits: Mapping[keys.Key, Edit],
    planned: Mapping[keys.Key, Plan],
    report: ImportReport,
    progress: Progress,
) -> None:
    known = markets_by_store(table)
    listed = False
    try:
        write_planned(table, edits, planned, report, progress)
        # Read back, because a row need not give every field that the directory lists; and listed
        # also after an interruption, because a store that no list shows cannot be found.
        written = table.get_many(edits, consistent=True).values()
        entries = (
            DirectoryEntry.of(
                StoreProfile.load(stored.key.pk.removeprefix(keys.STORE_PREFIX), stored.body)
            )
            for stored in written
        )
        rows = row_edits(entries, known)
        for done in progress.track(bulk.apply(table, rows), "directory", len(rows), per_item=100):
            report.documents += done
        listed = True
    finally:
        if not listed:
            report.notes.append(_UNLISTED)


def import_assortments(
    table: Table, sheets: Sequence[Sheet], progress: Progress, report: ImportReport
) -> None:
    """Import assortments files: all rows of a store are one write; see `import_stores`."""
    for sheet in sheets:
        known = _known(table, sheet)
        parse = partial(assortments.parse, first=FirstRows("item"), known=known)
        rows, file = check_rows(sheet, parse, progress)
        edits = assortments.edits(rows, known)
        plans = plan(table, edits, progress)
        file.good += [_line_fate(row, plans) for row in rows]
        file.check_sum()
        report.files.append(file)
        report.notes += _unlisted(rows, plans)
        if report.dry_run:
            report.documents += outcome(plans)
            continue
        write_planned(table, edits, plans, report, progress)
        if report.interrupted:
            break


def _line_fate(row: AssortmentRow, plans: Mapping[keys.Key, Plan]) -> RowFate:
    subject = f"store {row.store_id}, {row.item_id}"
    one = plans.get(keys.assortment(row.store_id))
    start = row.item_id + "/"
    changes = (
        tuple(change for change in one.changes if change.entry.startswith(start)) if one else ()
    )
    return RowFate(row.row.line, subject, "changed" if changes else "unchanged", changes)


def _unlisted(rows: Sequence[AssortmentRow], plans: Mapping[keys.Key, Plan]) -> list[str]:
    count = 0
    for row in rows:
        one = plans.get(keys.assortment(row.store_id))
        if one is not None and not _value(one, row.item_id) and "listed" not in row.properties:
            count += 1
    if not count:
        return []
    about = f"{count:,} rows are about items that their store does not sell, and do not list them"
    return [f"{about}; to sell them, add a column listed, or --set listed=yes"]


def _value(one: Plan, item_id: str) -> object:
    value = getattr(one.after, "value", None)
    return value(item_id, "listed") if value else None


def _known(table: Table, sheet: Sheet) -> Known:
    named = (Cells(row).text("store", validation.identifier) for row in sheet.rows)
    known_ids = LeadingZeros(markets_by_store(table))
    wanted = {keys.profile(known_ids.restored(store_id)) for store_id in named if store_id}
    markets = {
        key.pk.removeprefix(keys.STORE_PREFIX): StoreProfile.load("", stored.body)["market"]
        for key, stored in table.get_many(wanted, consistent=True).items()
    }
    catalogs = CatalogRepository(table)
    items: dict[str, frozenset[str]] = {}
    standard: dict[str, frozenset[str]] = {}
    for market in set(markets.values()):
        try:
            version = catalogs.current(market)
        except CatalogMissingError:
            continue
        items[market] = frozenset(version.by_id)
        standard[market] = frozenset(item.id for item in version.items if item.standard)
    return Known(markets, items, standard, known_ids)
