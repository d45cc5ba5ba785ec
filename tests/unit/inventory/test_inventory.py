"""The CSV Lambda: what a file of counts changes, what it refuses, and that it counts once."""

import time
from typing import Any, cast

import boto3
import orjson
import pytest

from services.domain.csv_table import UnreadableFileError
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import account_of, reserved
from services.inventory import count_file, loading
from services.inventory.deliveries import Deliveries
from services.inventory.loading import CountLoader
from services.inventory.uploads import Uploads
from services.storage import keys
from services.storage.catalogs import CatalogRepository
from services.storage.operations import OperationRepository
from services.storage.stores import StoreRepository
from services.storage.table import Table
from tests.support.chain import REGION, add_store, publish_small_catalog, set_draft, set_stock

BUCKET = "counts-bucket"
REGIONS = (REGION, "us-east-1", "ap-southeast-1")
HEADER = "store_id,item_id,pieces\n"


class Bucket:
    """A bucket in moto, the Lambda behind it, and the lines that it logs."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.s3: Any = boto3.client("s3", region_name=REGION)
        place: Any = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        self.lines: list[dict[str, Any]] = []
        operations = OperationRepository(table)
        loader = CountLoader(StoreRepository(table), CatalogRepository(table), operations, REGIONS)
        self.files = Uploads(self.s3, loader, REGION)
        self.deliveries = Deliveries(self.files, lambda line: self.lines.append(orjson.loads(line)))

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
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="results/").get("Contents", [])
        bodies = [self.s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"] for one in found]
        return [orjson.loads(body.read()) for body in bodies]

    def left(self, store_id: str, item_id: str) -> int | None:
        stock = self.table.held(keys.stock(store_id)).document
        assert isinstance(stock, Stock)
        return stock.left(item_id)


def message(key: str, sequencer: str = "0055AED6DCD90281E5", **more: str) -> dict[str, Any]:
    notified = {"bucket": {"name": BUCKET}, "object": {"key": key, "sequencer": sequencer, **more}}
    return {"messageId": "m-1", "body": orjson.dumps({"Records": [{"s3": notified}]}).decode()}


def add_item(table: Table, item_id: str) -> None:
    """Publish the catalog with one more item."""
    set_draft(
        table,
        "de",
        item_id,
        category="donuts",
        names={"en": item_id},
        price=100,
        rank=9,
        allergens=[],
    )
    CatalogRepository(table).publish("de")


@pytest.fixture
def bucket(table: Table, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    # Moto judges a transaction's conditions and writes it in two steps that threads can part.
    monkeypatch.setattr(loading, "_THREADS", 1)
    publish_small_catalog(table)
    add_store(table, "de-1")
    add_store(table, "de-2")
    return Bucket(table)


def test_a_file_sets_what_stores_have_left(bucket: Bucket) -> None:
    sent = bucket.put(HEADER + "de-1,glazed,12\nde-1,latte,0\nde-2,glazed,3\n")
    assert bucket.answer(sent) == []
    assert [bucket.left("de-1", "glazed"), bucket.left("de-1", "latte")] == [12, 0]
    assert bucket.left("de-2", "glazed") == 3
    (report,) = bucket.reports()
    assert (report["status"], report["rows"], report["loaded"]) == ("loaded", 3, 3)
    assert bucket.lines[0]["CountRows"] == 3


def test_a_file_shares_pieces_out_over_the_regions_that_are_near_the_store(
    bucket: Bucket,
) -> None:
    bucket.answer(bucket.put(HEADER + "de-1,glazed,100\n"))
    held = bucket.table.held(keys.stock("de-1")).document
    assert isinstance(held, Stock)
    account = account_of(held.line("glazed"))
    assert {region: account.rights(region) for region in REGIONS} == {
        "eu-west-1": 90,
        "us-east-1": 10,
        "ap-southeast-1": 0,
    }


def test_goods_of_orders_that_ended_are_no_longer_in_the_store(bucket: Bucket) -> None:
    """A count from a file and one by GraphQL leave out the same reservations: those that last."""
    bucket.answer(bucket.put(HEADER + "de-1,glazed,40\nde-1,latte,40\n", "counts/first.csv"))
    now = int(time.time())

    def reserve(stock: Any, _: Any) -> Stock:
        for item, until in (("glazed", now - 60), ("latte", now + 3600)):
            stock, _ = reserved(stock, item, 3, REGION, until)
        return cast("Stock", stock)

    bucket.table.change(keys.stock("de-1"), reserve)
    bucket.answer(bucket.put(HEADER + "de-1,glazed,40\nde-1,latte,40\n", "counts/second.csv"))
    assert [bucket.left("de-1", "glazed"), bucket.left("de-1", "latte")] == [40, 37]


def test_a_message_that_comes_again_counts_once(bucket: Bucket) -> None:
    sent = bucket.put(HEADER + "de-1,glazed,12\n")
    bucket.answer(sent)
    set_stock(bucket.table, "de-1", {"glazed": 40})
    assert bucket.answer(sent) == []
    assert bucket.left("de-1", "glazed") == 40, "the later count stands"
    assert len(bucket.table.partition("JOURNAL#STORE#de-1#STOCK")) <= 1


def test_the_same_file_uploaded_again_counts_again(bucket: Bucket) -> None:
    bucket.answer(bucket.put(HEADER + "de-1,glazed,12\n"))
    set_stock(bucket.table, "de-1", {"glazed": 40})
    bucket.answer(message("counts/today.csv", sequencer="0055AED6DCD90281E6"))
    assert bucket.left("de-1", "glazed") == 12


def test_a_row_that_becomes_good_between_deliveries_counts_no_other_row_anew(
    bucket: Bucket,
) -> None:
    sent = bucket.put(HEADER + "de-1,glazed,10\nde-1,later,5\nde-1,latte,3\n")
    bucket.answer(sent)
    sold_since = {"glazed": 6, "latte": 1}
    set_stock(bucket.table, "de-1", sold_since)
    add_item(bucket.table, "later")
    for _ in range(2):
        assert bucket.answer(sent) == []
        found = {name: bucket.left("de-1", name) for name in ("glazed", "latte", "later")}
        assert found == {**sold_since, "later": 5}
    set_stock(bucket.table, "de-1", {"later": 2})
    bucket.answer(sent)
    assert bucket.left("de-1", "later") == 2, "it is counted once, too"


def test_a_row_that_becomes_good_shifts_no_other_row_into_another_operation(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_LINES", 2)
    sent = bucket.put(HEADER + "de-1,berliner,5\nde-1,glazed,10\nde-1,latte,3\nde-1,porridge,4\n")
    bucket.answer(sent)
    sold_since = {"glazed": 6, "latte": 1, "porridge": 2}
    set_stock(bucket.table, "de-1", sold_since)
    add_item(bucket.table, "berliner")
    bucket.answer(sent)
    found = {name: bucket.left("de-1", name) for name in ("berliner", *sold_since)}
    assert found == {"berliner": 5, **sold_since}


def test_bad_rows_are_refused_by_line_and_good_ones_load(bucket: Bucket) -> None:
    rows = [
        "de-1,glazed,12", "nowhere,glazed,1", "de-1,unicorn,1", "de-1,latte,-1", "de-1,glazed,13",
        "de-2,latte", "de-2,glazed,1000001", ",glazed,1", "de-2,latte,٣", "", "de-2,latte,7",
    ]  # fmt: skip
    assert bucket.answer(bucket.put(HEADER + "\n".join(rows))) == []
    (report,) = bucket.reports()
    assert (report["status"], report["loaded"], report["refused"]) == ("partly", 2, 8)
    reasons = {one["line"]: one["reason"] for one in report["problems"]}
    assert list(reasons) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert reasons[3] == "there is no store 'nowhere'"
    assert reasons[4] == "the catalog of de has no item 'unicorn'"
    assert reasons[6] == "store and item stand in line 2 already, with 12 pieces"
    assert bucket.left("de-2", "latte") == 7


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"shop;item_id;pieces\nde-1;glazed;1\n", "store_id missing"),
        (b"store_id,item_id,pieces,pieces\nde-1,glazed,12,99\n", "stands in the header twice"),
        (HEADER.encode() + b"de-1,glaz\xe9,1\n", "line 2: byte 10 of the line, 0xe9, is not UTF-8"),
    ],
)
def test_a_wrong_file_changes_nothing_and_the_report_says_why(
    bucket: Bucket, content: bytes, reason: str
) -> None:
    assert bucket.answer(bucket.put(content)) == []
    (report,) = bucket.reports()
    assert report["status"] == "refused"
    assert reason in report["error"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(count_file, "MAX_BYTES", 10)
    with pytest.raises(UnreadableFileError, match="larger than"):
        count_file.read(b"x" * 11)


@pytest.mark.parametrize("text", ["Pieces;STORE_ID;item_id;x\n5;de-1;glazed;y\n", "﻿" + HEADER])
def test_order_case_delimiter_and_byte_order_mark_do_not_matter(text: str) -> None:
    file = count_file.read(text.encode())
    assert file.problems == []
    assert file.rows == len(file.stores) == text.count("de-1")


def test_time_running_out_leaves_the_rest_for_the_next_delivery(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_STORES", 1)
    sent = bucket.put(HEADER + "de-1,glazed,12\nde-2,glazed,3\n")
    left = iter([60_000, 1_000])
    assert bucket.answer(sent, remaining_ms=lambda: next(left)) == ["m-1"]
    assert "1 of 2 rows are loaded" in bucket.lines[0]["error"]
    assert bucket.left("de-1", "glazed") == 12
    assert bucket.reports() == []
    assert bucket.answer(sent) == []
    assert bucket.left("de-2", "glazed") == 3
    assert bucket.reports()[0]["loaded"] == 2


def test_many_items_of_a_store_become_several_operations(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_LINES", 1)
    bucket.answer(bucket.put(HEADER + "de-1,glazed,12\nde-1,latte,4\n"))
    assert [bucket.left("de-1", "glazed"), bucket.left("de-1", "latte")] == [12, 4]


def test_what_is_no_notification_or_not_there_comes_again_until_the_dead_letter_queue(
    bucket: Bucket,
) -> None:
    assert bucket.answer({"messageId": "m-2", "body": "nonsense"}) == ["m-2"]
    assert bucket.answer(message("counts/never.csv")) == ["m-1"]
    files, faults = bucket.lines[::2], bucket.lines[1::2]
    assert [line["CountFilesFailed"] for line in files] == [1, 1]
    assert [(line["Function"], line["Faults"]) for line in faults] == [("inventory", 1)] * 2
    assert bucket.answer({"messageId": "m-3", "body": '{"Event":"s3:TestEvent"}'}) == []


def test_each_line_of_an_invocation_names_its_trace(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = "1-5759e988-bd862e3fe1be46a994272793"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={trace};Parent=53995c3f42cd8ad8;Sampled=1")
    bucket.answer(bucket.put(HEADER + "de-1,glazed,12\n"))
    bucket.answer(message("counts/never.csv"))
    assert [line["trace"] for line in bucket.lines] == [trace] * 3


def test_a_number_with_a_thousands_separator_is_no_smaller_number(bucket: Bucket) -> None:
    rows = 'de-1,glazed,1,234\nde-1,latte,"1,234"\nde-2,glazed,5\nde-2,glazed,5\n'
    assert bucket.answer(bucket.put(HEADER + rows)) == []
    (report,) = bucket.reports()
    assert (report["rows"], report["loaded"], report["repeated"], report["refused"]) == (4, 1, 1, 2)
    assert "in quotes" in report["problems"][0]["reason"]
    assert report["problems"][1]["column"] == "pieces"


def test_a_stray_quote_swallows_no_row(bucket: Bucket) -> None:
    rows = 'de-1,"glazed,12\nde-1,latte,4\nde-2,glazed",3\nde-2,latte,7\n'
    bucket.answer(bucket.put(HEADER + rows))
    (report,) = bucket.reports()
    assert (report["rows"], report["loaded"], report["refused"]) == (4, 2, 2)


def test_two_uploads_under_one_key_are_both_loaded_where_versions_are_kept(bucket: Bucket) -> None:
    on: Any = {"Status": "Enabled"}
    bucket.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=on)
    versions = []
    for content in ("de-1,glazed,12\n", "de-2,glazed,3\n"):
        body = (HEADER + content).encode()
        put = bucket.s3.put_object(Bucket=BUCKET, Key="counts/today.csv", Body=body)
        versions.append(put["VersionId"])
    for version in versions:
        bucket.answer(message("counts/today.csv", versionId=version, sequencer=version))
    assert [bucket.left("de-1", "glazed"), bucket.left("de-2", "glazed")] == [12, 3]


def test_an_upload_that_was_overwritten_is_reported_and_not_taken_for_the_later_one(
    bucket: Bucket,
) -> None:
    first = bucket.s3.put_object(Bucket=BUCKET, Key="counts/a.csv", Body=b"one")
    bucket.put(HEADER + "de-1,glazed,12\n", "counts/a.csv")
    assert bucket.answer(message("counts/a.csv", eTag=first["ETag"].strip('"'))) == []
    (report,) = bucket.reports()
    assert report["status"] == "replaced"
