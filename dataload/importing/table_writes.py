"""What imports of all kinds write into the table: what was planned, and what became known by it."""

from collections.abc import Mapping

from dataload.importing.planning import Edit, Plan, writing
from dataload.importing.report import ImportReport
from dataload.progress import Progress
from services.storage import bulk, keys
from services.storage.catalogs import CatalogRepository
from services.storage.operations import OperationRepository
from services.storage.regions import RegionRepository
from services.storage.stock_learning import StockLearning
from services.storage.stock_places import Places
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository


def write_planned(
    table: Table,
    edits: Mapping[keys.Key, Edit],
    plans: Mapping[keys.Key, Plan],
    report: ImportReport,
    progress: Progress,
) -> None:
    """Write what the plans change; Ctrl-C ends it after the documents that are being written.

    These are counted, too.
    """
    wanted = {key: writing(edit) for key, edit in edits.items() if plans[key].fate != "unchanged"}
    report.documents += bulk.Outcome(unchanged=len(edits) - len(wanted))
    done = bulk.apply(table, wanted)
    try:
        for one in progress.track(done, "writing", len(wanted), per_item=bulk.CHUNK):
            report.documents += one
    except KeyboardInterrupt:
        report.interrupted = True
        for one in bulk.interrupted(done):
            report.documents += one


def learned(table: Table) -> list[str]:
    """Count what files of counts named before it was known; return a note of how much it was."""
    places = Places(StoreRepository(table), DirectoryRepository(table), CatalogRepository(table))
    regions = sorted(RegionRepository(table).states().heartbeats) or [table.region]
    unknown, operations = UnknownStockRepository(table), OperationRepository(table)
    count = StockLearning(table, places, unknown, operations, regions).learn()
    return [f"{count:,} items that count files named are known now, and counted"] if count else []
