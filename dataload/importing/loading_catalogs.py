"""Importing catalog files: drafts of items, then the catalogs of their markets are published."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from dataload.importing import catalog
from dataload.importing.catalog import CatalogRow
from dataload.importing.catalog_edits import MarketCatalog
from dataload.importing.planning import Plan, outcome, plan
from dataload.importing.problems import FileRefusedError
from dataload.importing.report import FileReport, ImportReport, RowFate
from dataload.importing.row_checks import check_rows
from dataload.importing.sheet import FirstRows, Sheet
from dataload.importing.table_writes import learned, write_planned
from dataload.progress import Progress
from services.domain.catalogs.content import of_drafts, of_version
from services.domain.catalogs.difference import difference
from services.domain.documents.catalog import CatalogDraft, CatalogVersion
from services.domain.leading_zeros import LeadingZeros
from services.domain.market_names import market_named
from services.domain.markets import LOCALES, MARKETS
from services.domain.publishing import (
    CATEGORY_PREFIX,
    CatalogTooLargeError,
    UnpublishableError,
    compile_catalog,
)
from services.domain.stamp import Stamp
from services.storage import bulk, keys
from services.storage.catalogs import CatalogRepository
from services.storage.table import Table

_AUTHOR: Final = "carte-import"  # of publications
_NAMED: Final = 10  # drafts of others that a report names


def import_catalog(
    table: Table,
    sheets: Sequence[Sheet],
    progress: Progress,
    report: ImportReport,
    *,
    publish: bool,
    with_drafts: bool = False,
    partial_files: bool = False,
) -> None:
    """Import catalog files: drafts, then the touched markets' catalogs are published.

    A market of which rows were refused is not published: guests would be shown half of a file.

    Args:
        table: The table of one region.
        sheets: The files.
        progress: Shows how far the work is.
        report: Gets what became of each file and market.
        publish: Whether to publish.
        with_drafts: Whether a market is also published where that shows guests drafts of others,
            which are not in the files.
        partial_files: Whether a market is also published where rows of it were refused.

    Raises:
        FileRefusedError: A market's catalog would be too large; nothing of the file was written.
            The files before it are written, published and in the report.
    """
    repository = CatalogRepository(table)
    drafted: dict[str, set[str]] = {}
    try:
        refused = _write_drafts(
            table, repository, sheets, progress, report, drafted=drafted, publish=publish
        )
        if publish and not report.interrupted:
            withheld = _withheld(
                repository, drafted, report, with_drafts=with_drafts, partial_files=partial_files
            )
            for market in [one for one in drafted if one not in withheld and not report.dry_run]:
                _publish(repository, market, report)
                del drafted[market]
            if report.files and not report.dry_run:
                report.notes += learned(table)
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
    drafted: dict[str, set[str]],
    publish: bool,
) -> FileRefusedError | None:
    """Write the drafts of the files up to one that is refused, and return why that one is.

    Args:
        table: The table of one region.
        repository: Its catalogs.
        sheets: The files.
        progress: Shows how far the work is.
        report: Gets what became of each file.
        drafted: Gets by market the items that the drafts are of, also where writing fails.
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
    drafted: dict[str, set[str]],
    publish: bool,
) -> None:
    """Write the drafts of one file; see `_write_drafts`.

    Raises:
        FileRefusedError: A market's catalog would be too large; nothing was written.
    """
    known = _KnownItems(repository)
    parse = partial(catalog.parse, first=FirstRows("id"), restored=known.restored)
    rows, file = check_rows(sheet, parse, progress)
    if foreign := catalog.COLUMNS.foreign(sheet.ignored):
        named = f"the chain has no texts in the languages of {', '.join(foreign)}"
        file.warnings.append((1, f"{named}; languages are {', '.join(LOCALES)}"))
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
    for market, one in catalogs.items():
        if one.rows:
            drafted.setdefault(market, set()).update(_ids(one.rows))
    if report.dry_run:
        report.documents += outcome(plans)
    else:
        write_planned(table, edits, plans, report, progress)


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
        lacking = catalogs[row.market].lacking(row)
        conflict = None if lacking else catalogs[row.market].take_names(row)
        if lacking:
            column, reason = lacking
            file.refuse(row.row, column, "is missing for a new item", reason)
        elif conflict:
            file.refuse(row.row, "category_name", "has another name already", conflict)
        else:
            named.append(row)
    for row in named:
        misfit = catalogs[row.market].misfit(row)
        if misfit:
            file.refuse(row.row, "category", "does not fit", misfit)
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


def _ids(rows: Sequence[CatalogRow]) -> set[str]:
    """Return the items of rows, and the categories that they name."""
    categories = {f"{CATEGORY_PREFIX}{row.category}" for row in rows if row.category is not None}
    return {row.item_id for row in rows} | categories


def _withheld(
    repository: CatalogRepository,
    drafted: Mapping[str, set[str]],
    report: ImportReport,
    *,
    with_drafts: bool,
    partial_files: bool,
) -> set[str]:
    """Return the markets that are not published, because guests would see what nobody meant.

    Args:
        repository: The catalogs of the region.
        drafted: By market: the items and categories that the files change.
        report: Has the refused rows; gets the reasons.
        with_drafts: Whether drafts that are in no file keep no market from it.
        partial_files: Whether refused rows keep no market from it.
    """
    refused = Counter[str | None]() if partial_files else _refused_rows(report)
    withheld: set[str] = set()
    for market, ours in drafted.items():
        drafts = repository.drafts(market)
        reasons = []
        if count := refused[market] + refused[None]:
            reasons.append(
                f"refused rows would be missing: {count:,}; mend them and import the whole file "
                "again, or import it with --publish-partial"
            )
        if not with_drafts and (waiting := _of_others(repository.published(market), drafts, ours)):
            more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
            reasons.append(
                f"drafts that are in no file would be published, too: "
                f"{', '.join(waiting[:_NAMED])}{more}; publish them on the head office's page, "
                "which shows them, or import with --publish-drafts"
            )
        if reasons:
            known = report.unpublished.get(market) if report.dry_run else _problems(market, drafts)
            report.unpublished[market] = [*reasons, *(known or ())]
            withheld.add(market)
    return withheld


def _refused_rows(report: ImportReport) -> Counter[str | None]:
    """Return how many rows of each market were refused; None: of rows whose market is not known.

    Rows that only repeat others are not among them.
    """
    counts = Counter[str | None]()
    for file in report.files:
        for row, problems in file.refused:
            if not problems[0].is_repeat:
                market = market_named(row.values.get("market", ""))
                counts[None if market is None else market.id] += 1
    return counts


def _problems(market: str, drafts: Sequence[CatalogDraft]) -> Sequence[str]:
    """Return what keeps drafts from being published."""
    try:
        compile_catalog(market, str(Stamp(0, "plan")), drafts)
    except UnpublishableError as error:
        return error.problems
    return ()


def _of_others(
    published: CatalogVersion | None, drafts: Sequence[CatalogDraft], ours: set[str]
) -> list[str]:
    """Return what differs between a market's menus and its drafts, beside what is ours."""
    if published is None:
        return []
    before, after = of_version(published), of_drafts(drafts)
    found = difference(before, after)
    differing = [item.item_id for item in found.items]
    differing += [f"{CATEGORY_PREFIX}{category.category_id}" for category in found.categories]
    waiting = [one for one in differing if one not in ours]
    ids = ours | {one.removeprefix(CATEGORY_PREFIX) for one in ours}
    for what, one, other in (
        ("items", before.items, after.items),
        ("categories", before.categories, after.categories),
    ):
        kept = (one.keys() & other.keys()) - ids
        if [key for key in one if key in kept] != [key for key in other if key in kept]:
            waiting.append(f"the order of {what}")
    return waiting


def _publish(repository: CatalogRepository, market: str, report: ImportReport) -> None:
    before = repository.in_force(market)
    try:
        version = repository.publish(market, _AUTHOR).version
    except UnpublishableError as error:
        report.unpublished[market] = list(error.problems)
        return
    if version != before:
        report.published[market] = version
        # The version, the publication and the pointer.
        report.documents += bulk.Outcome(created=2, changed=1)
