"""Entry point of the Lambda: messages about uploaded files in, those to send again out."""

import sys
from typing import Any, Final

import boto3
from botocore.config import Config

from services.inventory.deliveries import Deliveries
from services.inventory.notices import ImportNotices
from services.inventory.settings import Settings
from services.inventory.uploads import Uploads
from services.storage.catalogs import CatalogRepository
from services.storage.count_files import CountFileRepository
from services.storage.count_loading import CountLoader
from services.storage.operations import OperationRepository
from services.storage.stock_imports import StockImportRepository
from services.storage.stock_learning import StockLearning
from services.storage.stock_places import Places
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository

_QUICK: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
# Of a whole file, each read of the stream may take so long.
_STREAMED: Final = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3})

# Assembled while Lambda initializes, where the CPU is not throttled.
_settings = Settings.from_environment()
_table = Table(_settings.binding)
_places = Places(StoreRepository(_table), DirectoryRepository(_table), CatalogRepository(_table))
_unknown = UnknownStockRepository(_table)
_operations = OperationRepository(_table)
_deliveries = Deliveries(
    Uploads(
        boto3.client("s3", region_name=_table.region, config=_STREAMED),
        CountLoader(_places, _unknown, _operations, _settings.regions),
        CountFileRepository(_table),
        StockImportRepository(_table),
        StockLearning(_table, _places, _unknown, _operations, _settings.regions),
        names=_settings.column_names,
        tell=ImportNotices(
            boto3.client("sns", region_name=_table.region, config=_QUICK),
            _settings.imports_topic,
        ).tell,
        region=_table.region,
    ),
    log=sys.stderr.write,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Load the files that a batch of messages names."""
    return _deliveries.answer(event, getattr(context, "get_remaining_time_in_millis", None))
