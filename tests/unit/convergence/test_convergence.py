"""The stream Lambda: what one change makes it write, and how it answers a batch."""

import base64
import importlib
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from services.convergence.batch import Batches, UnsettledError
from services.convergence.events import change_of
from services.convergence.live_topics import LiveTopics
from services.convergence.repair import Outcome, Repairer
from services.domain.documents.assortment import Assortment
from services.domain.documents.directory import DirectoryShard
from services.domain.documents.journal import EDIT_BEGINS, Change, JournalEntry
from services.domain.documents.operation import Applied, OperationRecord
from services.domain.documents.stock import Stock
from services.domain.stamp import LATEST, Stamp
from services.storage import capacity, keys
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.models import Item
from services.storage.operations import OperationRepository
from services.storage.table import Table
from tests.support.conflicts import conflicts_of

HERE, AWAY = "eu-west-1", "us-east-1"
MINE, THEIRS = Stamp(1 << 16, HERE), Stamp(2 << 16, AWAY)
KEY = keys.assortment("1")
ASSORTMENT = Assortment("1", {})
OLD = ASSORTMENT.assign({"glazed": {"price": 150}}, MINE)
NEW = ASSORTMENT.assign({"latte": {"price": 320}}, THEIRS)


class Lambda:
    """The Lambda over a table in moto, and the lines that it logs."""

    def __init__(self, table: Table, **options: Any) -> None:
        table.pause = lambda _: None
        self.table = table
        self.lines: list[dict[str, Any]] = []
        self.repairer = Repairer(table, OperationRepository(table))
        self.batches = Batches(HERE, self.repairer, log=self._log, **options)

    def _log(self, text: str) -> None:
        self.lines += [orjson.loads(line) for line in text.splitlines()]

    def item(self, key: Key, document: Document, rev: Stamp, expires: int | None = None) -> Item:
        item = self.table.new_item(key, document.dump(), rev=rev)
        item.expires = expires
        return item

    def overwrite(self, old: Item, new: Item) -> dict[str, Any]:
        """Let one item stand where another stood; returns the stream's record of it."""
        new.save()
        return record(old, new)

    def answer(self, *records: Mapping[str, Any], **more: Any) -> list[str]:
        """Sequence numbers that shall come again."""
        failures = self.batches.answer({"Records": records}, **more)["batchItemFailures"]
        return [one["itemIdentifier"] for one in failures]


def image(item: Item) -> dict[str, Any]:
    """An item as Lambda gets it: JSON knows no bytes."""
    found: dict[str, Any] = item.serialize()
    if "packed" in found:
        found["packed"] = {"B": base64.b64encode(found["packed"]["B"]).decode()}
    return found


def record(old: Item | None, new: Item | None, number: str = "7") -> dict[str, Any]:
    """A stream record as Lambda gets it."""
    some = image(new or old)  # type: ignore[arg-type]
    data = {"Keys": {name: some[name] for name in ("pk", "sk")}, "SequenceNumber": number}
    data |= {"OldImage": image(old)} if old else {}
    data |= {"NewImage": image(new)} if new else {}
    return {"eventName": "MODIFY", "dynamodb": data}


@pytest.fixture
def stream(table: Table) -> Lambda:
    return Lambda(table)


def lost_price(stream: Lambda) -> dict[str, Any]:
    """This region's price was replaced by another region's document."""
    return stream.overwrite(stream.item(KEY, OLD, MINE), stream.item(KEY, NEW, THEIRS))


def test_what_was_dropped_is_joined_to_what_stands(stream: Lambda) -> None:
    change = lost_price(stream)
    assert stream.answer(change) == []
    stored = stream.table.get(KEY)
    assert stored is not None
    assert stored.body == OLD.merge(NEW).dump()
    assert Stamp.parse(stored.rev) > max(MINE, THEIRS)
    assert stream.answer(change) == []
    assert stream.table.get(KEY) == stored, "a second delivery writes nothing"


def test_what_stands_is_the_current_document_not_the_records(stream: Lambda) -> None:
    change = lost_price(stream)
    later = NEW.assign({"latte": {"price": 330}}, Stamp(3 << 16, AWAY))
    stream.item(KEY, later, Stamp(3 << 16, AWAY)).save()
    stream.answer(change)
    stored = stream.table.get(KEY)
    assert stored is not None
    assert stored.body == OLD.merge(later).dump()


@pytest.mark.parametrize("new", [OLD, OLD.merge(NEW)])
def test_where_nothing_was_dropped_nothing_is_written(stream: Lambda, new: Assortment) -> None:
    change = stream.overwrite(stream.item(KEY, OLD, MINE), stream.item(KEY, new, THEIRS))
    with capacity.Capacity() as used:
        assert stream.answer(change) == []
    assert used.requests == 0


def test_a_packed_document_is_repaired_too(stream: Lambda) -> None:
    key, shard = keys.directory("us#00"), DirectoryShard("us#00", {})
    old, new = shard.assign({"a": [1]}, MINE), shard.assign({"b": [2]}, THEIRS)
    change = stream.overwrite(stream.item(key, old, MINE), stream.item(key, new, THEIRS))
    assert stream.answer(change) == []
    stored = stream.table.get(key)
    assert stored is not None
    assert stored.body == old.merge(new).dump()


def journaled(table: Table, stamp: Stamp, op: str, price: int, seen: Stamp | None) -> Any:
    """Put an edit of a price into the journal; the stream's record of it."""
    entry = JournalEntry(KEY, stamp, op, "someone", "edit", (Change("glazed/price", price, seen),))
    item = table.new_item(keys.journal(KEY, stamp), entry.dump(), rev=stamp)
    item.save()
    return record(None, item)


def lost(stream: Lambda) -> list[tuple[str, str]]:
    """(lost, standing) operations in the index of conflicts."""
    found = conflicts_of(stream.table, KEY.pk)
    return [(one.lost.operation_id, one.standing.operation_id) for one in found]


def test_two_concurrent_edits_are_listed_when_the_second_appears(stream: Lambda) -> None:
    first = journaled(stream.table, MINE, "op-1", 150, None)
    assert stream.answer(first) == []
    assert lost(stream) == []
    second = journaled(stream.table, THEIRS, "op-2", 170, None)
    assert stream.answer(second, second, first) == []
    assert lost(stream) == [("op-1", "op-2")]
    (mark,) = stream.table.partition(keys.CONTESTED)
    assert keys.of_contested(mark.key) == KEY
    assert [line.get("Conflicts", 0) for line in stream.lines] == [0, 1]


def test_an_edit_that_had_seen_the_other_is_no_conflict(stream: Lambda) -> None:
    first = journaled(stream.table, MINE, "op-1", 150, None)
    second = journaled(stream.table, THEIRS, "op-2", 170, MINE)
    assert stream.answer(first, second) == []
    assert lost(stream) == []


def test_a_conflict_is_withdrawn_when_an_edit_appears_that_had_seen_the_lost_one(
    stream: Lambda,
) -> None:
    first = journaled(stream.table, MINE, "op-1", 150, None)
    second = journaled(stream.table, THEIRS, "op-2", 170, None)
    assert stream.answer(first, second) == []
    third = journaled(stream.table, Stamp(3 << 16, HERE), "op-3", 180, MINE)
    assert stream.answer(third) == []
    assert lost(stream) == [("op-2", "op-3")]


def test_a_retry_in_another_region_is_neither_lost_nor_listed_twice(stream: Lambda) -> None:
    twin = Stamp(4 << 16, AWAY)
    records = [
        journaled(stream.table, MINE, "op-1", 150, None),
        journaled(stream.table, THEIRS, "op-2", 170, None),
        journaled(stream.table, twin, "op-1", 150, None),
    ]
    for one in records:
        assert stream.answer(one) == []
    assert lost(stream) == [("op-2", "op-1")], "its retry stands, so op-1 is not lost"


def test_no_number_of_sales_pushes_a_conflict_out(stream: Lambda) -> None:
    stream.answer(journaled(stream.table, MINE, "op-1", 150, None))
    stream.answer(journaled(stream.table, THEIRS, "op-2", 170, None))
    documents = {}
    for at in range(520):
        stamp = Stamp((at + 5) << 16, HERE)
        entry = JournalEntry(KEY, stamp, f"sale-{at}", "till", "sell", sold=(("glazed", 1),))
        documents[keys.journal(KEY, stamp)] = entry.dump()
    stream.table.create_many(documents, rev=THEIRS)
    assert lost(stream) == [("op-1", "op-2")]


def test_the_filter_of_the_stream_lets_edits_through_and_no_sales() -> None:
    edit = JournalEntry(KEY, MINE, "op-1", "x", "edit", (Change("glazed/price", 1, None),))
    sale = JournalEntry(KEY, MINE, "op-1", "x", "sell", sold=(("glazed", 1),))
    begins = [orjson.dumps(one.dump()).decode().startswith(EDIT_BEGINS) for one in (edit, sale)]
    assert begins == [True, False]


def operation(*regions: str, undone: bool = False) -> OperationRecord:
    """A sale of three, as some regions applied it."""
    stock = (keys.stock("1").pk, keys.stock("1").sk)
    return OperationRecord(
        "op-1",
        {
            region: Applied(
                Stamp(at, region), "input", stock, {"glazed": 3}, None, undone, {"glazed": 3}
            )
            for at, region in enumerate(regions, 1)
        },
    )


OPERATION = keys.operation("op-1")
FIRST = "ap-southeast-1"


def sold_here(stream: Lambda) -> int:
    """Net sales of this region."""
    stock = stream.table.held(keys.stock("1")).document
    assert isinstance(stock, Stock)
    return stock.lines["glazed"].slots[HERE].net


def sell_here(stream: Lambda) -> None:
    part = Key(keys.stock("1").pk, keys.SALES_PREFIX + HERE)
    stream.item(part, Stock("1", {}).sold("glazed", 3, HERE), MINE).save()


def test_a_joined_operation_record_keeps_the_later_expiry(stream: Lambda) -> None:
    old = stream.item(OPERATION, operation(HERE), MINE, expires=2_000)
    new = stream.item(OPERATION, operation(AWAY), THEIRS, expires=1_000)
    stream.answer(stream.overwrite(old, new))
    stored = stream.table.get(OPERATION)
    assert stored is not None
    assert stored.expires == 2_000
    assert stored.body.keys() == {HERE, AWAY}


def test_what_has_expired_is_not_brought_back(stream: Lambda) -> None:
    old = stream.item(OPERATION, operation(HERE), MINE, expires=1)
    new = stream.item(OPERATION, operation(AWAY), THEIRS, expires=1)
    assert stream.answer(record(old, new), record(new, None)) == []
    assert stream.table.get(OPERATION) is None


@pytest.mark.parametrize("old", [None, operation(HERE)])
def test_a_sale_of_two_regions_is_taken_back_here_once(
    stream: Lambda, old: OperationRecord | None
) -> None:
    sell_here(stream)
    new = stream.item(OPERATION, operation(HERE, FIRST), THEIRS)
    new.save()
    before = stream.item(OPERATION, old, MINE) if old else None
    change = record(before, new)
    assert stream.answer(change, change) == []
    assert stream.answer(change) == []
    assert sold_here(stream) == 0
    assert [line["Undone"] for line in stream.lines] == [1, 0]


def test_a_sale_that_another_region_must_take_back_stands_here(stream: Lambda) -> None:
    sell_here(stream)
    new = stream.item(OPERATION, operation(HERE, AWAY), THEIRS)
    new.save()
    assert stream.answer(record(None, new)) == []
    assert sold_here(stream) == 3


def test_the_counters_of_other_regions_are_left_to_them(stream: Lambda) -> None:
    part = Key(keys.stock("1").pk, keys.SALES_PREFIX + AWAY)
    old = stream.item(part, Stock("1", {}).sold("glazed", 5, AWAY), THEIRS)
    new = stream.item(part, Stock("1", {}).sold("glazed", 3, AWAY), THEIRS)
    new.save()
    assert stream.repairer.settle(change_of(record(old, new))) == Outcome()


@pytest.mark.parametrize(
    "key",
    [
        keys.heartbeat(HERE),
        keys.version("us", MINE),
        keys.contested(KEY),
        keys.undone("op-1", HERE),
        Key("SOMETHING", "ELSE"),
    ],
)
def test_what_is_no_mergeable_document_is_none_of_its_business(stream: Lambda, key: Key) -> None:
    one, other = (stream.table.new_item(key, {"at": at}, rev=MINE) for at in (1, 2))
    with capacity.Capacity() as used:
        assert stream.answer(record(one, other), record(None, other), record(other, None)) == []
    assert used.requests == 0
    assert stream.lines[0]["level"] == "INFO"


@pytest.mark.parametrize(
    "damage",
    [
        {"body": {"S": "{"}},
        {"body": {"S": "[1]"}},
        {"body": {"S": '{"s": ["?"], "e": {}}'}},
        {"rev": {"S": "yesterday"}},
        {"rev": {"S": str(Stamp(LATEST, AWAY))}},
    ],
)
def test_a_damaged_item_does_not_stop_the_records_after_its_own(
    stream: Lambda, damage: dict[str, Any]
) -> None:
    change = lost_price(stream)
    standing = {**stream_item(NEW).serialize(), **damage}
    client: Any = stream.table.item._get_connection().connection.client
    client.put_item(TableName="carte", Item=standing)
    other = keys.assortment("2")
    second = stream.overwrite(stream.item(other, OLD, MINE), stream.item(other, NEW, THEIRS))
    assert stream.answer(change, second) == []
    assert (stream.lines[0]["Skipped"], stream.lines[0]["Repairs"]) == (1, 1)
    assert stream.lines[0]["level"] == "ERROR"
    stored = stream.table.get(other)
    assert stored is not None
    assert stored.body == OLD.merge(NEW).dump()


def broken(**image: Any) -> dict[str, Any]:
    """A record whose new image has other attributes."""
    data = record(stream_item(OLD), stream_item(NEW))
    data["dynamodb"]["NewImage"] |= image
    return data


def stream_item(document: Document) -> Item:
    return Item(KEY.pk, KEY.sk, rev=str(MINE), body=document.dump())


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"dynamodb": None},
        {"dynamodb": {"Keys": {}}},
        {"dynamodb": {"Keys": {"pk": {"S": KEY.pk}, "sk": {"N": "1"}}}},
        broken(body={"S": "{"}),
        broken(body={"S": "[]"}),
        broken(body={"S": '{"s": ["?"], "e": {}}'}),
        broken(body={"S": '{"s": [], "e": {"glazed": [1, 9, null, -1, null, -1]}}'}),
        broken(body={"N": "1"}),
        broken(rev={"S": "yesterday"}),
        broken(rev={}),
        broken(expires={"N": "soon"}),
    ],
)
def test_a_record_that_cannot_be_read_is_skipped_with_an_error_and_blocks_nobody(
    stream: Lambda, bad: dict[str, Any]
) -> None:
    assert stream.answer(bad, lost_price(stream)) == []
    assert stream.lines[0]["level"] == "ERROR"
    assert (stream.lines[0]["Skipped"], stream.lines[0]["Repairs"]) == (1, 1)


def test_who_waits_for_a_count_gets_it_also_where_only_a_newer_version_can_join_it(
    table: Table,
) -> None:
    """A page shows what is left, and a stock with more beside its rows is read."""
    topics: list[dict[str, Any]] = []
    stream = Lambda(table, live=LiveTopics(topics.extend))
    key = keys.stock("1")
    at = str(THEIRS)
    before, after = (
        Item(key.pk, key.sk, rev=at, body={"s": [at], "e": {"glazed": [[left, {}, 0], {}]}, "z": 1})
        for left in (5, 3)
    )
    assert stream.answer(record(before, after)) == []
    line = stream.lines[0]
    assert (line["Skipped"], line["level"]) == (1, "ERROR")
    assert "a newer version of carte stored z beside the rows" in line["faults"][0]
    assert [orjson.loads(one["MessageBody"])["topic"] for one in topics] == ["store:1"]


def failing(stream: Lambda, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], ...]:
    """Three records of which the second cannot be settled now."""
    other = keys.assortment("2")
    bad = record(stream.item(other, OLD, MINE), stream.item(other, NEW, THEIRS), number="8")
    settle = stream.repairer.settle

    def refuse(change: Any) -> Outcome:
        if change.key == other:
            raise TimeoutError("the table does not answer")
        return settle(change)

    monkeypatch.setattr(stream.repairer, "settle", refuse)
    return lost_price(stream), bad, lost_price(stream)


class Broken:
    """A task beside the repairs that always fails."""

    def look_at(self, *_: object) -> int:
        raise RuntimeError("planted")

    def flush(self) -> int:
        return 0


@pytest.mark.parametrize("task", ["alerts", "orders", "rights"])
def test_what_is_done_beside_the_repairs_does_not_stop_them(table: Table, task: str) -> None:
    stream = Lambda(table, **{task: Broken()})
    assert stream.answer(lost_price(stream), lost_price(stream)) == []
    line = stream.lines[0]
    assert (line["Records"], line["Repairs"], line["level"]) == (2, 1, "ERROR")
    assert "planted" in line["faults"][0]


def test_the_batch_stops_at_the_first_record_that_cannot_be_settled(
    stream: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stream.answer(*failing(stream, monkeypatch)) == ["8"]
    (line, _, fault) = stream.lines
    assert (line["Records"], line["Repairs"], line["failed"]) == (1, 1, "8")
    assert "the table does not answer" in line["faults"][0]
    assert (fault["Function"], fault["Code"], fault["Faults"]) == (
        "convergence",
        "TABLE_UNAVAILABLE",
        1,
    )


def test_each_line_of_an_invocation_names_its_trace(
    stream: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = "1-5759e988-bd862e3fe1be46a994272793"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={trace};Parent=53995c3f42cd8ad8;Sampled=1")
    stream.answer(*failing(stream, monkeypatch))
    assert [line["trace"] for line in stream.lines] == [trace] * 3


def test_where_partial_answers_are_not_understood_the_whole_batch_comes_again(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Lambda(table, partial_answers=False)
    with pytest.raises(UnsettledError, match="8"):
        stream.answer(*failing(stream, monkeypatch))
    assert stream.lines[0]["failed"] == "8"


def test_no_record_is_begun_without_time_for_it(stream: Lambda) -> None:
    left = iter([9_000, 100])
    records = [record(None, stream_item(NEW), number=str(at)) for at in range(3)]
    assert stream.answer(*records, remaining_ms=lambda: next(left)) == ["2"]


def test_the_log_counts_in_the_embedded_metric_format(stream: Lambda) -> None:
    stream.answer(lost_price(stream))
    batch, of_type = stream.lines
    (metrics,) = batch["_aws"]["CloudWatchMetrics"]
    assert metrics["Namespace"] == "carte"
    assert metrics["Dimensions"] == [[]]
    assert {one["Name"]: batch[one["Name"]] for one in metrics["Metrics"]} == {
        "Records": 1,
        "Repairs": 1,
        "Undone": 0,
        "Skipped": 0,
        "SoldOut": 0,
        "AlertsFailed": 0,
        "OrdersQueued": 0,
        "RightsMoved": 0,
        "LiveTopicsQueued": 0,
        "AlertStoresQueued": 0,
        "PeopleQueued": 0,
    }
    (metrics,) = of_type["_aws"]["CloudWatchMetrics"]
    assert metrics["Dimensions"] == [["DocumentType"]]
    assert (of_type["DocumentType"], of_type["Repairs"]) == ("Assortment", 1)


def test_the_handler_works_with_the_environment_that_the_stack_gives_it(
    stream: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"REGION": HERE, "TABLE": "carte", "STAGE": "aws"}.items():
        monkeypatch.setenv(f"CARTE_{name}", value)
    module = importlib.import_module("services.convergence.handler")
    change = lost_price(stream)
    assert module.handler({"Records": [change]}, None) == {"batchItemFailures": []}
    stored = stream.table.get(KEY)
    assert stored is not None
    assert stored.body == OLD.merge(NEW).dump()


def test_a_call_of_a_topic_or_a_queue_does_not_hang_longer_than_the_batch_keeps_for_it(
    stream: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"REGION": HERE, "TABLE": "carte", "STAGE": "aws"}.items():
        monkeypatch.setenv(f"CARTE_{name}", value)
    module = importlib.import_module("services.convergence.handler")
    for service in ("sns", "sqs"):
        config = module.client(stream.table, service).meta.config
        attempts = config.retries["total_max_attempts"]
        assert (config.connect_timeout + config.read_timeout) * attempts < 7
