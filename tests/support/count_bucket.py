"""A bucket of count files in moto, the Lambda behind it, and what it left."""

from datetime import UTC, datetime
from typing import Any, Final, cast

import boto3
import orjson

from services.domain.documents.stock import Stock
from services.domain.stock_files.columns import ColumnNames
from services.inventory.deliveries import Deliveries
from services.inventory.notices import ImportNotices
from services.inventory.uploads import Uploads
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.count_files import CountFileRepository
from services.storage.count_loading import MOST, ROWS, CountLoader
from services.storage.operations import OperationRepository
from services.storage.stock_imports import StockImportRepository
from services.storage.stock_learning import StockLearning
from services.storage.stock_places import Places
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository
from tests.support.chain import REGION

BUCKET: Final = "counts-bucket"
# What the training lab that this chain's staff learned from uploads: names, and no ids.
LABS_FILE: Final = (
    "store,item,count\nBerlin,Echo Dot,12\nBerlin,Echo (2nd Gen),19\nBerlin,Echo Show,18\n"
    "Berlin,Echo Plus,0\nBerlin,Echo Look,10\nBerlin,Amazon Tap,15\n"
)
REGIONS: Final = (REGION, "us-east-1", "ap-southeast-1")


class CountBucket:
    """A bucket, the Lambda behind it, and the lines that it logs."""

    def __init__(self, table: Table, names: ColumnNames | None = None) -> None:
        self.table = table
        self.s3: Any = boto3.client("s3", region_name=REGION)
        place: Any = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        self.lines: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self._names = names or ColumnNames()
        self.read_by(ROWS, MOST)

    def read_by(self, rows: int, most: int | None = None) -> None:
        """Read so many rows at once from now on; up to `most` where stores have few of them."""
        table = self.table
        # Read anew by each file, so that a test may add stores and items in between.
        directory = DirectoryRepository(table, max_age_s=0)
        places = Places(StoreRepository(table), directory, CatalogRepository(table, max_age_s=0))
        unknown, operations = UnknownStockRepository(table), OperationRepository(table)
        # Moto judges a transaction's conditions and writes it in two steps that threads can part.
        loader = CountLoader(
            *(places, unknown, operations, REGIONS), threads=1, rows=rows, most=most or rows
        )
        files = CountFileRepository(table)
        self.learning = StockLearning(table, places, unknown, operations, REGIONS)
        self.files = Uploads(
            self.s3,
            loader,
            files,
            StockImportRepository(table),
            self.learning,
            names=self._names,
            region=REGION,
            tell=ImportNotices(cast("Any", self), "arn:topic").tell,
        )
        self.deliveries = Deliveries(self.files, lambda line: self.lines.append(orjson.loads(line)))

    def publish(self, **message: Any) -> None:
        """Take a message to the topic of refused rows, as SNS does."""
        self.notices.append(orjson.loads(message["Message"]))

    def put(self, content: str | bytes, key: str = "counts/today.csv") -> dict[str, Any]:
        """Upload a file; returns the message that S3 sends about it."""
        body = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return message(key)

    def answer(self, *records: dict[str, Any], **more: Any) -> list[str]:
        """Ids of the messages that shall come again."""
        failures = self.deliveries.answer({"Records": list(records)}, **more)["batchItemFailures"]
        return [one["itemIdentifier"] for one in failures]

    def reports(self) -> list[dict[str, Any]]:
        """Return all reports."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="results/").get("Contents", [])
        bodies = [self.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"] for one in found]
        return [orjson.loads(body.read()) for body in bodies]

    def load(self, content: str | bytes, key: str = "counts/today.csv") -> dict[str, Any]:
        """Upload and load a file; returns its report."""
        assert self.answer(self.put(content, key)) == [], self.lines
        return self.report_of(key)

    def report_of(self, key: str) -> dict[str, Any]:
        """Return the one report of a file."""
        prefix = f"results/{key.removeprefix('counts/')}."
        (found,) = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
        body = self.s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read()
        report: dict[str, Any] = orjson.loads(body)
        assert report["file"] == key
        return report

    def left(self, store_id: str, item_id: str) -> int | None:
        """Pieces left of an item."""
        stock = self.table.held(keys.stock(store_id)).document
        assert isinstance(stock, Stock)
        return stock.left(item_id)


def message(
    key: str,
    sequencer: str = "0055AED6DCD90281E5",
    *,
    at: datetime | None = None,
    bucket: str = BUCKET,
    **more: str,
) -> dict[str, Any]:
    """Return S3's message about an upload, by default of now."""
    notified = {"bucket": {"name": bucket}, "object": {"key": key, "sequencer": sequencer, **more}}
    moment = (at or datetime.now(UTC)).isoformat(timespec="milliseconds")
    records = [{"eventTime": moment.replace("+00:00", "Z"), "s3": notified}]
    return {"messageId": "m-1", "body": orjson.dumps({"Records": records}).decode()}
