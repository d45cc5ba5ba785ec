"""Importing whole files into a table: check every row, compare, then write what is new."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from dataload.importing import assortments, catalog, stores
from dataload.importing.assortments import AssortmentRow, Known
from dataload.importing.catalog import CatalogRow
from dataload.importing.catalog_edits import MarketCatalog
from dataload.importing.cells import Cells
from dataload.importing.planning import Edit, Plan, outcome, plan, writing
from dataload.importing.problems import FileRefusedError
from dataload.importing.report import FileReport, ImportReport, RowFate
from dataload.importing.row_checks import check_rows
from dataload.importing.sheet import FirstRows, Sheet
from dataload.importing.stores import StoreRow
from dataload.progress import Progress
from dataload.store_directory import markets_by_store, row_edits
from services.domain import validation
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.directory import DirectoryEntry
from services.domain.documents.profile import StoreProfile
from services.domain.leading_zeros import LeadingZeros
from services.domain.markets import MARKETS
from services.domain.publishing import CatalogTooLargeError, UnpublishableError, compile_catalog
from services.domain.stamp import Stamp
from services.domain.validation import InvalidFieldsError
from services.storage import bulk, keys
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.operations import OperationRepository
from services.storage.regions import RegionRepository
from services.storage.stock_learning import StockLearning
from services.storage.stock_places import Places
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository

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
        report.notes += _learned(table)


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
        _write(table, edits, planned, report, progress)
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
        _write(table, edits, plans, report, progress)
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


def import_catalog(
    table: Table,
    sheets: Sequence[Sheet],
    progress: Progress,
    report: ImportReport,
    *,
    publish: bool,
) -> None:
    """Import catalog files: drafts, then the touched markets' catalogs are published.

    Raises:
        FileRefusedError: A market's catalog would be too large; nothing of the file was written.
            The files before it are written, published and in the report.
    """
    repository = CatalogRepository(table)
    drafted: dict[str, None] = {}
    try:
        refused = _write_drafts(
            table, repository, sheets, progress, report, drafted=drafted, publish=publish
        )
        if publish and not (report.dry_run or report.interrupted):
            for market in [*drafted]:
                _publish(repository, market, report)
                del drafted[market]
            if report.files:
                report.notes += _learned(table)
    finally:
        if publish and drafted and not report.dry_run:
            names = ", ".join(drafted)
            report.notes.append(f"drafts of {names} were written and not published")
    if refused is not None:
        raise refused


def _write_drafts(
    table: Table,
    repository: CatalogRepository,
    sheets: Sequence[Sheet],
    progress: Progress,
    report: ImportReport,
    *,
    drafted: dict[str, None],
    publish: bool,
) -> FileRefusedError | None:
    """Write the drafts of the files up to one that is refused, and return why that one is.

    Args:
        table: The table of one region.
        repository: Its catalogs.
        sheets: The files.
        progress: Shows how far the work is.
        report: Gets what became of each file.
        drafted: Gets the markets that the drafts are of, also where writing fails.
        publish: Whether they will be published.
    """
    for sheet in sheets:
        try:
            _catalog_file(
                table, repository, sheet, progress, report, drafted=drafted, publish=publish
            )
        except FileRefusedError as error:
            return error
        if report.interrupted:
            break
    return None


def _catalog_file(
    table: Table,
    repository: CatalogRepository,
    sheet: Sheet,
    progress: Progress,
    report: ImportReport,
    *,
    drafted: dict[str, None],
    publish: bool,
) -> None:
    """Write the drafts of one file; see `_write_drafts`.

    Raises:
        FileRefusedError: A market's catalog would be too large; nothing was written.
    """
    known = _KnownItems(repository)
    parse = partial(catalog.parse, first=FirstRows("id"), restored=known.restored)
    rows, file = check_rows(sheet, parse, progress)
    catalogs = {market: known.catalogs[market] for market in MARKETS if market in known.catalogs}
    _sort_into(catalogs, rows, file)
    edits = {key: edit for one in catalogs.values() for key, edit in one.edits().items()}
    plans = plan(table, edits, progress)
    unpublished = {one.market: _unpublishable(one, plans, sheet.file) for one in catalogs.values()}
    if publish and report.dry_run:
        report.unpublished |= {market: why for market, why in unpublished.items() if why}
    file.good += [_item_fate(row, plans) for market in catalogs.values() for row in market.rows]
    file.check_sum()
    report.files.append(file)
    drafted |= {market: None for market, one in catalogs.items() if one.rows}
    if report.dry_run:
        report.documents += outcome(plans)
    else:
        _write(table, edits, plans, report, progress)


class _KnownItems:
    """The drafts of the markets that a file's good rows are about.

    Attributes:
        catalogs: By market.
    """

    def __init__(self, repository: CatalogRepository) -> None:
        self._repository = repository
        self.catalogs: dict[str, MarketCatalog] = {}
        self._ids: dict[str, LeadingZeros] = {}

    def restored(self, market: str, item_id: str) -> str:
        """Return the id that a market has for an id whose leading zeros are lost."""
        if market not in self._ids:
            catalog_of = MarketCatalog.of(market, self._repository.drafts(market))
            self.catalogs[market] = catalog_of
            self._ids[market] = LeadingZeros(catalog_of.drafts)
        return self._ids[market].restored(item_id)


def _learned(table: Table) -> list[str]:
    """Count what files of counts named before it was known; return a note of how much it was."""
    places = Places(StoreRepository(table), DirectoryRepository(table), CatalogRepository(table))
    regions = sorted(RegionRepository(table).seen().heartbeats) or [table.region]
    unknown, operations = UnknownStockRepository(table), OperationRepository(table)
    count = StockLearning(table, places, unknown, operations, regions).learn()
    return [f"{count:,} items that count files named are known now, and counted"] if count else []


def _item_fate(row: CatalogRow, plans: Mapping[keys.Key, Plan]) -> RowFate:
    one = plans[keys.draft(row.market, row.item_id)]
    changes = one.changes if one.fate == "changed" else ()
    return RowFate(row.row.line, f"item {row.item_id} of {row.market}", one.fate, changes)


def _sort_into(
    catalogs: Mapping[str, MarketCatalog], rows: Sequence[CatalogRow], file: FileReport
) -> None:
    """Give each row to its market's catalog, or refuse it."""
    named: list[CatalogRow] = []
    for row in rows:
        conflict = catalogs[row.market].take_names(row)
        if conflict:
            file.refuse(row.row, "category_name", "has another name already", conflict)
        else:
            named.append(row)
    for row in named:
        misfit = catalogs[row.market].misfit(row)
        if misfit:
            column, reason = misfit
            rule = "is missing for a new item" if "new" in reason else "does not fit"
            file.refuse(row.row, column, rule, reason)
        else:
            catalogs[row.market].rows.append(row)


def _unpublishable(one: MarketCatalog, plans: Mapping[keys.Key, Plan], file: str) -> list[str]:
    """Return what would keep the catalog from being published.

    Raises:
        FileRefusedError: It would be too large.
    """
    drafts = dict(one.drafts)
    for planned in plans.values():
        if isinstance(planned.after, CatalogDraft) and planned.after.market == one.market:
            drafts[planned.after.item_id] = planned.after
    try:
        compile_catalog(one.market, str(Stamp(0, "plan")), list(drafts.values()))
    except CatalogTooLargeError as error:
        reason = f"the catalog of {one.market} would be too large: {error.problems[0]}"
        raise FileRefusedError(file, reason, "make it smaller and import it again") from error
    except UnpublishableError as error:
        return list(error.problems)
    return []


def _publish(repository: CatalogRepository, market: str, report: ImportReport) -> None:
    before = repository.in_force(market)
    try:
        version = repository.publish(market).version
    except UnpublishableError as error:
        report.unpublished[market] = list(error.problems)
        return
    if version != before:
        report.published[market] = version
        # The version, the publication and the pointer.
        report.documents += bulk.Outcome(created=2, changed=1)


def _write(
    table: Table,
    edits: Mapping[keys.Key, Edit],
    plans: Mapping[keys.Key, Plan],
    report: ImportReport,
    progress: Progress,
) -> None:
    """Write what the plans change; Ctrl-C ends it after the documents that are being written."""
    wanted = {key: writing(edit) for key, edit in edits.items() if plans[key].fate != "unchanged"}
    report.documents += bulk.Outcome(unchanged=len(edits) - len(wanted))
    done = bulk.apply(table, wanted)
    try:
        for one in progress.track(done, "writing", len(wanted), per_item=bulk.CHUNK):
            report.documents += one
    except KeyboardInterrupt:
        report.interrupted = True
