"""Prepared tables of the search: written once, read by all others, and never needed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.index import StoreIndex
from services.domain.search.places import PlaceNames
from services.domain.search.tables import StoreTables
from services.storage.object_bucket import BucketError
from services.storage.prepared_tables import PAUSE_S, PreparedTables
from services.storage.stores import DirectoryRepository
from services.storage.table import Table
from tests.support.chain import add_store

STORES = [
    DirectoryEntry("fr-1", "fr", "Nation", "Paris", "75011", "Rue 1", 48.85, 2.39),
    DirectoryEntry("gb-1", "gb", "Whitehall", "London", "SW1A 2AA", "10 Downing St", 51.5, -0.1),
]
REVISIONS = {"fr#00": "1@a", "gb#01": "2@a"}


class FakeBucket:
    """Objects in memory; `broken` names what fails."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.broken: set[str] = set()

    def get_object(self, key: str) -> bytes | None:
        self.calls.append("get")
        if "get" in self.broken:
            raise BucketError("status 500")
        return self.objects.get(key)

    def put_object(self, key: str, body: bytes) -> None:
        self.calls.append("put")
        if "put" in self.broken:
            raise BucketError("status 403")
        self.objects[key] = body


class Made:
    """Counts how often tables are made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        real = StoreTables.of

        def of(entries: Any, places: PlaceNames) -> StoreTables:
            self.times += 1
            return real(entries, places)

        monkeypatch.setattr(StoreTables, "of", of)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    return Made(monkeypatch)


def process(bucket: FakeBucket, **more: Any) -> tuple[Callable[..., list[str]], list[str]]:
    """Return the search of a new process, given revisions and a text; and its log lines."""
    log: list[str] = []
    prepared = PreparedTables(bucket, more.pop("version", "1"), log=log.append, **more)

    def search(typed: str, revisions: dict[str, str] = REVISIONS) -> list[str]:
        index = StoreIndex(
            STORES, tables=lambda entries, places: prepared.tables(revisions, entries, places)
        )
        page = index.page(market=None, search=typed, first=5, after=None)
        return [entry.store_id for entry, _ in page.entries]

    return search, log


def test_one_process_makes_the_tables_and_others_read_them(made: Made) -> None:
    bucket = FakeBucket()
    for _ in range(3):
        search, log = process(bucket)
        assert search("whitehall") == ["gb-1"]
        assert log == []
    assert made.times == 1
    assert bucket.calls == ["get", "put", "get", "get"]
    (key,) = bucket.objects
    assert key.startswith("tables/")


def test_another_directory_or_version_has_tables_of_its_own(made: Made) -> None:
    bucket = FakeBucket()
    search, _ = process(bucket)
    search("paris")
    search("paris", {**REVISIONS, "fr#00": "3@a"})
    process(bucket, version="2")[0]("paris")
    assert made.times == len(bucket.objects) == 3


def test_damaged_tables_are_made_again_and_replaced(made: Made) -> None:
    bucket = FakeBucket()
    process(bucket)[0]("paris")
    (key,) = bucket.objects
    whole = bucket.objects[key]
    for damaged in (b"", b"<html>", whole[:-1], whole[:60] + b"!" + whole[61:]):
        bucket.objects[key] = damaged
        search, log = process(bucket)
        assert search("whitehall") == ["gb-1"]
        assert bucket.objects[key] == whole
        (line,) = map(json.loads, log)
        assert (line["level"], "is made again" in line["message"]) == ("WARNING", True)
    assert made.times == 5


@pytest.mark.parametrize("broken", ["get", "put"])
def test_a_bucket_that_fails_is_left_alone_for_a_while(made: Made, broken: str) -> None:
    bucket, now = FakeBucket(), [0.0]
    bucket.broken = {broken}
    search, log = process(bucket, monotonic=lambda: now[0])
    for _ in range(3):
        assert search("whitehall") == ["gb-1"]
    assert made.times == 3, "once each search: no failure makes them twice"
    assert bucket.calls.count(broken) == 1
    (line,) = map(json.loads, log)
    assert "BucketError" in line["message"]
    bucket.broken = set()
    now[0] += PAUSE_S
    search("paris")
    search("paris")
    assert made.times == 4
    assert len(bucket.objects) == 1


def test_a_fault_of_any_kind_finds_stores(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> bytes:
        raise RuntimeError("of botocore's credentials")

    bucket = FakeBucket()
    monkeypatch.setattr(bucket, "get_object", fails)
    search, log = process(bucket)
    assert search("whitehall") == ["gb-1"]
    assert "RuntimeError" in log[0]
    assert made.times == 1


def test_a_new_store_is_found_by_processes_with_prepared_tables(made: Made, table: Table) -> None:
    bucket = FakeBucket()
    directories = [
        DirectoryRepository(table, max_age_s=0, tables=PreparedTables(bucket, "1").tables)
        for _ in range(2)
    ]

    def found(typed: str) -> list[list[str]]:
        pages = [
            one.index().page(market=None, search=typed, first=9, after=None) for one in directories
        ]
        return [[entry.store_id for entry, _ in page.entries] for page in pages]

    add_store(table, "de-1")
    assert found("de-1") == [["de-1"]] * 2
    assert made.times == 1
    add_store(table, "de-2")
    assert found("de-2") == [["de-2"]] * 2
    assert made.times == 2
