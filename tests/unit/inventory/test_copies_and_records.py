"""Copies of files, records of imports for each store, and what a report leaves out."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.domain.stock_files.upload_keys import copies_within, store_of
from services.inventory import uploads
from services.storage.stock_imports import StockImportRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog, set_stock
from tests.support.count_bucket import CountBucket, message

ZEROS = "item,count\nglazed,0\n"
BEFORE = datetime.now(UTC) - timedelta(hours=4)


@pytest.fixture
def bucket(table: Table) -> CountBucket:
    publish_small_catalog(table)
    add_store(table, "de-1")
    add_store(table, "de-2")
    return CountBucket(table)


def form(store_id: str, operation: str) -> str:
    return f"counts/stores/{store_id}/{operation}/night.csv"


def load_at(bucket: CountBucket, content: str, key: str, hours: float, sequencer: str = "1") -> Any:
    bucket.put(content, key)
    assert bucket.answer(message(key, sequencer, at=BEFORE + timedelta(hours=hours))) == []
    return bucket.lines[-1]


def test_the_same_content_from_another_store_is_a_count_of_its_own(bucket: CountBucket) -> None:
    load_at(bucket, ZEROS, form("de-1", "operation-a"), 0)
    load_at(bucket, ZEROS.replace("0", "5"), form("de-2", "operation-b"), 1.5)
    report = load_at(bucket, ZEROS, form("de-2", "operation-c"), 2)
    assert (report["loaded"], report["unchanged"]) == (1, 0)
    assert bucket.left("de-2", "glazed") == 0


def test_a_store_that_counts_the_same_again_by_another_form_is_believed(
    bucket: CountBucket,
) -> None:
    twelve = ZEROS.replace("0", "12")
    load_at(bucket, twelve, form("de-1", "operation-a"), 0)
    load_at(bucket, ZEROS, form("de-1", "operation-b"), 1)
    assert load_at(bucket, twelve, form("de-1", "operation-c"), 3)["loaded"] == 1
    assert bucket.left("de-1", "glazed") == 12


def test_a_form_that_is_sent_twice_counts_once(bucket: CountBucket) -> None:
    key = form("de-1", "operation-a")
    load_at(bucket, ZEROS.replace("0", "12"), key, 0)
    set_at = message(key, "2", at=BEFORE + timedelta(minutes=5))
    set_stock(bucket.table, "de-1", {"glazed": 3})
    assert bucket.answer(set_at) == []
    assert bucket.left("de-1", "glazed") == 3
    copies = [one for one in bucket.reports() if "copyOfUploadAt" in one]
    assert len(copies) == 1
    assert "add a column counted_at" in copies[0]["hint"]


@pytest.mark.parametrize(
    ("key", "store", "within"),
    [
        ("counts/stores/de-1/operation-a/night.csv", "de-1", "de-1/operation-a"),
        ("counts/stores/de-1/operation-a/", None, ""),
        ("counts/stores/de-1/night.csv", None, ""),
        ("counts/stores/night.csv", None, ""),
        ("counts/stores/not an id/operation-a/night.csv", None, ""),
        ("counts/chain/operation-a/night.csv", None, ""),
        ("counts/night.csv", None, ""),
    ],
)
def test_files_of_a_store_lie_in_the_folders_of_a_form(
    key: str, store: str | None, within: str
) -> None:
    assert (store_of(key), copies_within(key)) == (store, within)


def test_the_record_of_a_store_lists_no_rows_of_other_stores(bucket: CountBucket) -> None:
    rows = ["de-1,Echo Dot,1", "de-2,Echo Show,2", "de-2,latte,3", "de-2,latte,4", "de-1,glazed,x"]
    bucket.load("store,item,count\n" + "\n".join(rows))
    records = StockImportRepository(bucket.table)
    listed = {
        store_id: (
            [row["item"] for row in report["unknownRows"]],
            [row["line"] for row in report["problems"]],
            report["unknownRowsLeftOut"] + report["problemsLeftOut"],
        )
        for store_id in (None, "de-1", "de-2")
        for report in (records.page(store_id, 1, None)[0][0].report,)
    }
    assert listed == {
        None: (["Echo Dot", "Echo Show"], [5, 6], 0),
        "de-1": (["Echo Dot"], [], 3),
        "de-2": (["Echo Show"], [5], 2),
    }


def test_a_wide_header_makes_no_wide_report(bucket: CountBucket) -> None:
    wide = ",".join(f"{'é' * 100}{number}" for number in range(3_000))
    report = bucket.load(f"store,item,count,{wide}\nde-1,glazed,4{',' * 3_000}\n")
    assert report["loaded"] == 1
    assert [len(name) for name in report["ignoredColumns"]] == [60] * 20
    assert report["ignoredColumnsLeftOut"] == 2_980


def test_a_file_is_loaded_and_recorded_though_learning_fails(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> int:
        raise RuntimeError("no more capacity")

    monkeypatch.setattr(bucket.learning, "learn", fail)
    assert bucket.load("store,item,count\nde-1,glazed,4\n")["loaded"] == 1
    assert len(StockImportRepository(bucket.table).page("de-1", 5, None)[0]) == 1
    assert "no more capacity" in bucket.lines[-1]["error"]


def test_files_do_not_wait_for_what_takes_long_to_learn(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [1_000.0]
    learned_at: list[float] = []

    def learn(*, within_s: float, **_: Any) -> int:
        learned_at.append(now_s[0])
        now_s[0] += within_s
        return 0

    monkeypatch.setattr(uploads, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    monkeypatch.setattr(bucket.learning, "learn", learn)
    for _ in range(600):
        bucket.files.learn(lambda: True)
        now_s[0] += 1
    assert now_s[0] < 1_000 + 600 * 1.12, "files wait for about a tenth of the time"
    assert 9 <= len(learned_at) <= 11


def test_a_file_that_fails_is_named_in_the_log(
    bucket: CountBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> dict[str, Any]:
        raise RuntimeError("no more capacity")

    sent = bucket.put("store,item,count\nde-1,glazed,4\n")
    monkeypatch.setattr(bucket.files, "settle", fail)
    assert bucket.answer(sent) == ["m-1"]
    assert (bucket.lines[0]["status"], bucket.lines[0]["file"]) == ("failed", "counts/today.csv")


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil","x")', "@SUM(A1)", "+cmd", "-Echo"])
def test_a_formula_is_no_name(bucket: CountBucket, name: str) -> None:
    cell = '"' + name.replace('"', '""') + '"'
    report = bucket.load(f'store,item,count\nde-1,{cell},4\nde-1,"\'{name[:4]}",4\n')
    assert report["refused"] == 2
    assert {one["column"] for one in report["problems"]} == {"item"}
    assert "is a formula of a spreadsheet" in report["problems"][0]["reason"]
