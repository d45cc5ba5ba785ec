"""The CSV Lambda: what a file of counts changes, what it refuses, and that it counts once."""

import gzip
import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from services.domain import csv_source
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import account_of, reserved
from services.domain.stamp import unix_ms
from services.domain.stock_files.columns import ColumnNames
from services.domain.stock_files.rows import CountFile
from services.domain.stock_files.upload_keys import DELIVERIES
from services.storage import count_loading as loading
from services.storage import keys, stock_imports
from services.storage.catalogs import CatalogRepository
from services.storage.stock_imports import StockImportRepository
from services.storage.table import Table
from tests.support.chain import REGION, add_store, publish_small_catalog, set_draft, set_stock
from tests.support.count_bucket import BUCKET, REGIONS, CountBucket, message

HEADER = "store_id,item_id,pieces\n"


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
def bucket(table: Table) -> CountBucket:
    publish_small_catalog(table)
    add_store(table, "de-1")
    add_store(table, "de-2")
    return CountBucket(table)


def test_a_file_sets_what_stores_have_left(bucket: CountBucket) -> None:
    sent = bucket.put(HEADER + "de-1,glazed,12\nde-1,latte,0\nde-2,glazed,3\n")
    assert bucket.answer(sent) == []
    assert [bucket.left("de-1", "glazed"), bucket.left("de-1", "latte")] == [12, 0]
    assert bucket.left("de-2", "glazed") == 3
    (report,) = bucket.reports()
    assert (report["status"], report["rows"], report["loaded"]) == ("loaded", 3, 3)
    assert bucket.lines[0]["CountRows"] == 3


def test_a_file_shares_pieces_out_over_the_regions_that_are_near_the_store(
    bucket: CountBucket,
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


def test_goods_of_orders_that_ended_are_no_longer_in_the_store(bucket: CountBucket) -> None:
    """A count from a file and one by GraphQL leave out the same reservations: those that last."""
    bucket.answer(bucket.put(HEADER + "de-1,glazed,40\nde-1,latte,40\n", "counts/first.csv"))
    now = int(time.time())

    def reserve(stock: Any, _: Any) -> Stock:
        for item, until in (("glazed", now - 60), ("latte", now + 3600)):
            stock, _ = reserved(stock, item, 3, REGION, until)
        return cast("Stock", stock)

    bucket.table.change(keys.stock("de-1"), reserve)
    again = HEADER + "de-1,glazed,40\nde-1,latte,40\nde-2,latte,1\n"
    bucket.answer(bucket.put(again, "counts/second.csv"))
    assert [bucket.left("de-1", "glazed"), bucket.left("de-1", "latte")] == [40, 37]


def test_a_message_that_comes_again_counts_once(bucket: CountBucket) -> None:
    sent = bucket.put(HEADER + "de-1,glazed,12\n")
    bucket.answer(sent)
    set_stock(bucket.table, "de-1", {"glazed": 40})
    assert bucket.answer(sent) == []
    assert bucket.left("de-1", "glazed") == 40, "the later count stands"
    assert len(bucket.table.partition("JOURNAL#STORE#de-1#STOCK")) <= 1


def test_a_copy_of_a_file_counts_once_and_the_same_counts_of_another_day_count_again(
    bucket: CountBucket,
) -> None:
    before = datetime.now(UTC) - timedelta(hours=8)
    bucket.put(HEADER + "de-1,glazed,12\n")
    bucket.answer(message("counts/today.csv", at=before))
    bucket.table.change(
        keys.stock("de-1"), lambda stock, _: cast("Stock", stock).sold("glazed", 5, REGION)
    )
    copy = message("counts/today.csv", "0055AED6DCD90281E6", at=before + timedelta(hours=2))
    assert bucket.answer(copy) == []
    assert bucket.left("de-1", "glazed") == 7, "a copy does not undo sales"
    copied = next(one for one in bucket.reports() if "copyOfUploadAt" in one)
    assert copied["copyOfUploadAt"] == before.isoformat(timespec="milliseconds")
    assert copied["copyOfUploadAt"] in copied["hint"]
    assert "copyOfUploadAt" not in copied["hint"], "people read it, who know no API"
    bucket.answer(message("counts/today.csv", "0055AED6DCD90281E7"))
    assert bucket.left("de-1", "glazed") == 12, "the next evening there may be as many"


def test_an_older_file_does_not_override_a_newer_count(bucket: CountBucket) -> None:
    evening = datetime.now(UTC) - timedelta(hours=8)
    bucket.put(HEADER + "de-1,glazed,12\nde-1,latte,3\n", "counts/older.csv")
    bucket.put(HEADER + "de-1,glazed,7\n", "counts/newer.csv")
    bucket.answer(message("counts/newer.csv", at=evening + timedelta(minutes=5)))
    bucket.answer(message("counts/older.csv", at=evening))
    assert [bucket.left("de-1", "glazed"), bucket.left("de-1", "latte")] == [7, 3]
    older = next(one for one in bucket.reports() if one["file"] == "counts/older.csv")
    assert (older["loaded"], older["unchanged"], older["rows"]) == (1, 1, 2)


@pytest.mark.parametrize("change", ["newer", "damaged"])
def test_a_store_whose_stock_cannot_be_written_here_is_left_out_alone(
    bucket: CountBucket, change: str
) -> None:
    set_stock(bucket.table, "de-1", {"glazed": 5})
    key = keys.stock("de-1")
    held = bucket.table.get(key, consistent=True)
    assert held is not None
    bodies = {"newer": {**held.body, "later": [1]}, "damaged": {"e": {"glazed": "five"}}}
    rev = bucket.table.next_stamp(held, None)
    bucket.table.put(key, bodies[change], rev=rev, replaces=held.rev)
    sent = bucket.put(HEADER + "de-1,glazed,12\nde-2,glazed,3\nde-1,novelty,4\nde-2,latte,1\n")
    for _ in range(2):
        assert bucket.answer(sent) == [], bucket.lines
    report = bucket.report_of("counts/today.csv")
    assert [report[fate] for fate in ("status", "loaded", "refused", "unknown")] == [
        *("partly", 2, 2, 0)
    ]
    assert [(one["line"], one["storeId"]) for one in report["problems"]] == [
        *((2, "de-1"), (4, "de-1"))
    ]
    why = "a newer version of carte stored later" if change == "newer" else "no stamp table"
    assert all(why in one["reason"] for one in report["problems"]), report["problems"]
    assert all("the store was left out" in one["reason"] for one in report["problems"])
    assert [bucket.left("de-2", "glazed"), bucket.left("de-2", "latte")] == [3, 1]
    # The same file once more where the newer version, or a repair, has made it writable.
    held = bucket.table.get(key, consistent=True)
    assert held is not None
    bucket.table.put(key, {"s": [], "e": {}}, rev=bucket.table.next_stamp(held, None),
                     replaces=held.rev)  # fmt: skip
    bucket.answer(sent)
    assert bucket.left("de-1", "glazed") == 12


def test_rows_name_the_time_of_their_count(bucket: CountBucket) -> None:
    header = "store,item,count,counted_at\n"
    rows = [
        "de-1,glazed,7,2026-03-01T22:30:00+01:00",
        "de-1,glazed,9,2026-03-01T21:15:00Z",
        "de-1,latte,4,2026-03-01T22:30:00",
        "de-1,porridge,4,2999-01-01T00:00:00Z",
    ]
    report = bucket.load(header + "\n".join(rows))
    assert [report[fate] for fate in ("loaded", "unchanged", "refused")] == [1, 1, 2]
    assert [one["column"] for one in report["problems"]] == ["counted_at"] * 2
    assert "zone" in report["problems"][0]["reason"]
    assert bucket.left("de-1", "glazed") == 7, "22:30 in Berlin is after 21:15 in UTC"
    set_stock(bucket.table, "de-1", {"latte": 2})
    later = bucket.load(header + "de-1,latte,4,2026-03-01T22:30:00+01:00", "counts/late.csv")
    assert later["unchanged"] == 1
    assert bucket.left("de-1", "latte") == 2, "somebody counted since"


def test_a_row_that_becomes_good_between_deliveries_counts_no_other_row_anew(
    bucket: CountBucket,
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
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
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


def test_bad_rows_are_refused_by_line_and_good_ones_load(bucket: CountBucket) -> None:
    rows = [
        "de-1,glazed,12", "nowhere,glazed,1", "de-1,unicorn,1", "de-1,latte,-1", "de-1,glazed,13",
        "de-2,latte", "de-2,glazed,1000001", ",glazed,1", "de-2,latte,٣", "", "de-2,latte,7",
    ]  # fmt: skip
    assert bucket.answer(bucket.put(HEADER + "\n".join(rows))) == []
    (report,) = bucket.reports()
    fates = [report[fate] for fate in ("status", "loaded", "unchanged", "unknown", "refused")]
    assert fates == ["partly", 2, 0, 2, 6]
    reasons = {one["line"]: one["reason"] for one in report["problems"]}
    assert list(reasons) == [5, 6, 7, 8, 9, 10]
    unknown = {one["line"]: one["reason"] for one in report["unknownRows"]}
    assert unknown[3] == "there is no store 'nowhere'"
    assert unknown[4] == "the catalog of de has no item 'unicorn'"
    assert reasons[6] == "store and item stand in line 2 already, with 12 pieces"
    assert bucket.left("de-2", "latte") == 7


def test_an_unknown_store_of_which_no_row_counts_keeps_no_other_from_counting(
    bucket: CountBucket,
) -> None:
    """Its only row has columns swapped, so nothing is left to keep its name by."""
    sent = bucket.put("store,item,pieces\nde-1,glazed,12\nnowhere,1,5\n")
    assert bucket.answer(sent) == []
    assert bucket.left("de-1", "glazed") == 12
    (report,) = bucket.reports()
    assert [report[fate] for fate in ("loaded", "unknown", "refused")] == [1, 0, 1]
    assert "looks like a count" in report["problems"][0]["reason"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"aisle;item_id;pieces\nde-1;glazed;1\n", "store missing"),
        (b"store_id,item_id,pieces,pieces\nde-1,glazed,12,99\n", "stands in the header twice"),
        (b"PK\x03\x04" + b"\0" * 40, "a spreadsheet or a zip archive"),
    ],
)
def test_a_wrong_file_changes_nothing_and_the_report_says_why(
    bucket: CountBucket, content: bytes, reason: str
) -> None:
    assert bucket.answer(bucket.put(content)) == []
    (report,) = bucket.reports()
    assert report["status"] == "refused"
    assert reason in report["error"]


@pytest.mark.parametrize(
    "header", ["Filiale;Artikel;Menge;Bestand", "Filiale;Artikel;Bestand;Menge"]
)
def test_of_two_columns_that_may_be_the_pieces_none_is_guessed(
    bucket: CountBucket, header: str
) -> None:
    assert bucket.answer(bucket.put(f"{header}\nde-1;glazed;3;120\n".encode())) == []
    (report,) = bucket.reports()
    assert report["status"] == "refused"
    assert "Menge" in report["error"]
    assert "may both be the column pieces" in report["error"]
    assert ColumnNames().positions(["store", "item", "stock", "pieces"])["pieces"] == 3
    own = ColumnNames({"pieces": ("Bestand",)})
    names = header.split(";")
    assert own.positions(names)["pieces"] == names.index("Bestand")


@pytest.mark.parametrize("text", ["Pieces;STORE_ID;item_id;x\n5;de-1;glazed;y\n", "﻿" + HEADER])
def test_order_case_delimiter_and_byte_order_mark_do_not_matter(text: str) -> None:
    rows = list(CountFile(io.BytesIO(text.encode()), ColumnNames(), unix_ms()))
    assert len(rows) == text.count("de-1")


def test_time_running_out_leaves_the_rest_for_the_next_delivery(
    bucket: CountBucket,
) -> None:
    bucket.read_by(1)
    sent = bucket.put(HEADER + "de-1,glazed,12\nde-2,glazed,3\n")
    left = iter([60_000, 60_000, 1_000])
    assert bucket.answer(sent, remaining_ms=lambda: next(left)) == ["m-1"]
    assert "1 rows are loaded" in bucket.lines[0]["error"]
    assert bucket.left("de-1", "glazed") == 12
    assert bucket.reports() == []
    assert bucket.answer(sent) == []
    assert bucket.left("de-2", "glazed") == 3
    assert bucket.reports()[0]["loaded"] == 2


def test_no_store_is_begun_without_time_for_it(bucket: CountBucket) -> None:
    sent = bucket.put(HEADER + "de-1,glazed,12\nde-2,glazed,3\n")
    left = iter([60_000, 60_000])
    assert bucket.answer(sent, remaining_ms=lambda: next(left, 1_000)) == ["m-1"]
    assert bucket.left("de-1", "glazed") == 12
    assert bucket.table.held(keys.stock("de-2")).document is None
    assert bucket.answer(sent) == []
    assert bucket.reports()[0]["loaded"] == 2


def test_rows_of_a_store_that_lie_apart_are_one_operation(bucket: CountBucket) -> None:
    bucket.read_by(2, most=100)
    rows = [f"{store},{item},4" for item in ("glazed", "latte") for store in ("de-1", "de-2")]
    assert bucket.load(HEADER + "\n".join(rows))["loaded"] == 4
    for store_id in ("de-1", "de-2"):
        journal = keys.journal_partition(keys.stock(store_id))
        assert len(bucket.table.partition(journal)) == 1


def test_a_file_that_is_not_finished_in_the_last_delivery_is_reported_as_failed(
    bucket: CountBucket,
) -> None:
    bucket.read_by(1)
    sent = bucket.put(HEADER + "de-1,glazed,12\nde-2,glazed,3\n")
    for attempt in range(1, DELIVERIES + 1):
        assert bucket.reports() == []
        left = iter([60_000, 60_000])
        delivered = {**sent, "attributes": {"ApproximateReceiveCount": str(attempt)}}
        assert bucket.answer(delivered, remaining_ms=lambda left=left: next(left, 1_000)) == ["m-1"]
    (report,) = bucket.reports()
    assert report["status"] == "failed"
    assert "tried 5 times: time ran out" in report["error"]
    assert "split" in report["hint"]
    assert bucket.notices[-1]["status"] == "failed"
    (record,), _ = StockImportRepository(bucket.table).page(None, 5, None)
    assert record.report["status"] == "failed"
    assert bucket.answer(sent) == [], "an operator sends the message again"
    assert [one["status"] for one in bucket.reports()] == ["loaded"]


def test_a_file_is_reported_also_where_the_last_process_is_ended(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    class EndedError(BaseException):
        pass

    def end(*_: Any) -> None:
        raise EndedError

    sent = bucket.put(HEADER + "de-1,glazed,12\n")
    with monkeypatch.context() as patched:
        patched.setattr(bucket.files, "settle", end)
        for attempt in range(1, DELIVERIES + 1):
            assert bucket.reports() == []
            delivered = {**sent, "attributes": {"ApproximateReceiveCount": str(attempt)}}
            with pytest.raises(EndedError):
                bucket.answer(delivered, remaining_ms=lambda: 240_000)
    (report,) = bucket.reports()
    assert report["status"] == "running"
    until_ms = datetime.fromisoformat(report["runningUntil"]).timestamp() * 1000
    assert 200_000 < until_ms - unix_ms() <= 240_000
    assert f"after {report['runningUntil']}" in report["hint"]
    assert bucket.notices == [], "no notice of what the attempt may still do"
    records = StockImportRepository(bucket.table)
    assert records.page(None, 5, None) == ([], False), "the attempt may still be under way"
    with monkeypatch.context() as patched:
        patched.setattr(stock_imports, "unix_ms", lambda: until_ms + 1)
        (record,), _ = records.page(None, 5, None)
    assert record.report["status"] == "failed"
    assert "tried 5 times: the process was ended" in record.report["error"]
    assert bucket.answer({**sent, "attributes": {"ApproximateReceiveCount": "5"}}) == []
    assert [one["status"] for one in bucket.reports()] == ["loaded"]
    (record,), _ = records.page(None, 5, None)
    assert record.report["status"] == "loaded"


@pytest.mark.parametrize("fails", [False, True])
def test_a_file_is_listed_when_its_last_attempt_has_ended_and_not_before(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    key = "counts/stores/de-1/operation-a/night.csv"
    noon = "counts/stores/de-1/operation-0/noon.csv"
    bucket.put(HEADER + "de-1,latte,1\n", noon)
    assert bucket.answer(message(noon, at=datetime.now(UTC) - timedelta(hours=7))) == []
    sent = bucket.put(HEADER + "de-1,glazed,12\n", key)
    records = StockImportRepository(bucket.table)
    seen: list[tuple[str, str]] = []

    def listed() -> list[tuple[str, str]]:
        """The newest file in the lists of the store and of the chain, and its status."""
        of_store, of_chain = (
            [(one.report["file"], one.report["status"]) for one in records.page(of, 1, None)[0]]
            for of in ("de-1", None)
        )
        assert of_store == of_chain
        return of_store

    settle = bucket.files.settle

    def watched(*given: Any) -> dict[str, Any]:
        seen.extend(listed())
        assert bucket.report_of(key)["status"] == "running"
        if fails:
            raise RuntimeError("no more capacity")
        return settle(*given)

    monkeypatch.setattr(bucket.files, "settle", watched)
    delivered = {**sent, "attributes": {"ApproximateReceiveCount": str(DELIVERIES)}}
    assert bucket.answer(delivered, remaining_ms=lambda: 240_000) == (["m-1"] if fails else [])
    assert seen == [(noon, "loaded")]
    status = "failed" if fails else "loaded"
    assert listed() == [(key, status)]
    assert bucket.report_of(key)["status"] == status


def test_a_file_of_too_many_lines_or_bytes_is_read_up_to_there_and_reported(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_source, "MAX_FILE_LINES", 200)
    report = bucket.load(HEADER + "de-1,glazed,12\n" * 300, "counts/a.csv")
    assert (report["status"], report["rows"], report["loaded"]) == ("partly", 199, 1)
    assert "more than 200 lines" in report["error"]
    monkeypatch.setattr(csv_source, "MAX_FILE_LINES", 10**6)
    monkeypatch.setattr(csv_source, "MAX_FILE_BYTES", 400_000)
    row = f"de-1,glazed,12,{'x' * 8_000}\n"
    packed = gzip.compress(("store_id,item_id,pieces,note\n" + row * 100).encode())
    report = bucket.load(packed, "counts/b.csv")
    assert report["status"] == "partly"
    assert "of text" in report["error"]


def test_many_items_of_a_store_become_several_operations(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_LINES", 1)
    bucket.answer(bucket.put(HEADER + "de-1,glazed,12\nde-1,latte,4\n"))
    assert [bucket.left("de-1", "glazed"), bucket.left("de-1", "latte")] == [12, 4]


def test_what_is_no_notification_or_not_there_comes_again_until_the_dead_letter_queue(
    bucket: CountBucket,
) -> None:
    assert bucket.answer({"messageId": "m-2", "body": "nonsense"}) == ["m-2"]
    assert bucket.answer(message("counts/never.csv")) == ["m-1"]
    files, faults = bucket.lines[::2], bucket.lines[1::2]
    assert [line["CountFilesFailed"] for line in files] == [1, 1]
    assert [(line["Function"], line["Faults"]) for line in faults] == [("inventory", 1)] * 2
    assert bucket.answer({"messageId": "m-3", "body": '{"Event":"s3:TestEvent"}'}) == []


def test_each_line_of_an_invocation_names_its_trace(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = "1-5759e988-bd862e3fe1be46a994272793"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={trace};Parent=53995c3f42cd8ad8;Sampled=1")
    bucket.answer(bucket.put(HEADER + "de-1,glazed,12\n"))
    bucket.answer(message("counts/never.csv"))
    assert [line["trace"] for line in bucket.lines] == [trace] * 3


def test_a_number_with_a_thousands_separator_is_no_smaller_number(bucket: CountBucket) -> None:
    rows = 'de-1,glazed,1,234\nde-1,latte,"1,234"\nde-2,glazed,5\nde-2,glazed,5\n'
    assert bucket.answer(bucket.put(HEADER + rows)) == []
    (report,) = bucket.reports()
    assert (report["rows"], report["loaded"], report["unchanged"], report["refused"]) == (
        4,
        1,
        1,
        2,
    )
    assert "in quotes" in report["problems"][0]["reason"]
    assert report["problems"][1]["column"] == "pieces"


def test_a_stray_quote_swallows_no_row(bucket: CountBucket) -> None:
    rows = 'de-1,"glazed,12\nde-1,latte,4\nde-2,glazed",3\nde-2,latte,7\n'
    bucket.answer(bucket.put(HEADER + rows))
    (report,) = bucket.reports()
    assert (report["rows"], report["loaded"], report["refused"]) == (4, 2, 2)


def test_two_uploads_under_one_key_are_both_loaded_where_versions_are_kept(
    bucket: CountBucket,
) -> None:
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
    bucket: CountBucket,
) -> None:
    first = bucket.s3.put_object(Bucket=BUCKET, Key="counts/a.csv", Body=b"one")
    bucket.put(HEADER + "de-1,glazed,12\n", "counts/a.csv")
    assert bucket.answer(message("counts/a.csv", eTag=first["ETag"].strip('"'))) == []
    (report,) = bucket.reports()
    assert report["status"] == "replaced"


def test_a_topic_hears_of_files_with_refused_rows_and_of_no_others(bucket: CountBucket) -> None:
    bucket.load(HEADER + "de-1,glazed,12\nde-1,unicorn,1\n", "counts/good.csv")
    assert bucket.notices == []
    bucket.load(HEADER + "de-1,glazed,x\n" * 30, "counts/bad.csv")
    bucket.load(b"%PDF-1.7", "counts/no.pdf")
    rows, whole = bucket.notices
    assert (rows["file"], rows["status"], rows["refused"]) == ("counts/bad.csv", "refused", 30)
    assert len(rows["problems"]) == 10
    assert rows["report"].startswith("results/bad.csv.")
    assert "PDF" in whole["error"]
