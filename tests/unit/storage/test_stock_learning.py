"""Unknown stock in two regions: its names may arrive before its counts, and in parts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import boto3
import pytest

from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.stamp import Stamp
from services.domain.stock_files.names import Named, NameIndex
from services.storage import keys
from services.storage.exceptions import UnreadableItemError
from services.storage.operations import OperationRepository
from services.storage.replica import Held
from services.storage.stock_learning import StockLearning
from services.storage.stock_places import Found, Place, Places
from services.storage.subscribers import SubscriberRepository
from services.storage.table import Table
from services.storage.unknown_stock import (
    MAX_BYTES,
    MAX_ITEMS,
    UnknownStock,
    UnknownStockRepository,
)
from tests.property.test_count_files import NAMES, NOW_MS, load
from tests.support.chain import PROFILE
from tests.support.mrec import GlobalTable, MemoryReplica


class LaterKnown(Places):
    """The catalog has Echo Dot by now, under another id than the one that was made up."""

    def __init__(self) -> None:
        pass

    def stores(self, wanted: Any) -> dict[tuple[str, str | None], Found]:
        profile = StoreProfile("de-1", {}).assign(PROFILE, Stamp(1, "origin"))
        return {key: Place(key[0], profile) for key in wanted}

    def items(self, market: str) -> NameIndex:  # noqa: ARG002 - the store is in one
        return NameIndex([Named("B07-1", ("Echo Dot",))])


def learning(replica: MemoryReplica) -> StockLearning:
    unknown, operations = UnknownStockRepository(replica), OperationRepository(replica)
    return StockLearning(replica, LaterKnown(), unknown, operations, NAMES)


def left(replica: MemoryReplica, item: str) -> int | None:
    stock = replica.held(keys.stock("de-1")).document
    return stock.left(item) if isinstance(stock, Stock) else None


def deliver(table: GlobalTable, pk: str) -> None:
    """Let what was written to a partition arrive in the other region; the rest stays behind."""
    pair = (NAMES[0], NAMES[1])
    while True:
        way = table.pending[pair]
        found = [at for at, (key, _) in enumerate(way) if key.pk == pk]
        if not found:
            return
        table.deliver(pair, found[0])


def test_a_name_is_kept_until_its_count_has_arrived() -> None:
    table = GlobalTable(NAMES)
    here, there = (MemoryReplica(table, name) for name in NAMES)
    load(here, b"store,item,count\nde-1,Echo Dot,7\n", "a", NOW_MS - 600_000)
    deliver(table, keys.UNKNOWN)
    assert learning(there).learn() == 0, "only the name is there"
    assert [one.items for one in UnknownStockRepository(there).all()] == [{"echo-dot": "Echo Dot"}]
    deliver(table, "STORE#de-1")
    assert learning(there).learn() == 1
    assert left(there, "B07-1") == 7
    assert UnknownStockRepository(there).all() == []


def moved(replica: MemoryReplica) -> dict[str, str]:
    stock = replica.held(keys.stock("de-1")).document
    assert isinstance(stock, Stock)
    return SubscriberRepository(replica).moved(stock)


def test_the_line_of_a_learned_item_says_nothing_until_it_is_counted_again() -> None:
    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    load(replica, b"store,item,count\nde-1,Echo Dot,0\n", "a", NOW_MS - 600_000)
    assert moved(replica) == {}
    assert learning(replica).learn() == 1
    assert (left(replica, "echo-dot"), moved(replica)) == (0, {"echo-dot": "B07-1"})
    assert UnknownStockRepository(replica).all() == []
    load(replica, b"store,item,count\nde-1,Echo Dot,4\n", "b", NOW_MS - 300_000)
    assert moved(replica) == {}
    assert learning(replica).learn() == 1
    assert (left(replica, "B07-1"), moved(replica)) == (4, {"echo-dot": "B07-1"})


class TwoNames(LaterKnown):
    """The catalog that has learned both names as those of one item."""

    def items(self, market: str) -> NameIndex:  # noqa: ARG002 - the store is in one
        return NameIndex([Named("B07-1", ("Coffee", "Kaffee"))])


@pytest.mark.parametrize(("kaffee", "coffee", "stands"), [(2, 10, 9), (10, 2, 0), (5, 5, 0)])
def test_of_two_names_of_one_item_the_count_that_is_later_stands(
    kaffee: int, coffee: int, stands: int
) -> None:
    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    at = [
        datetime.fromtimestamp((NOW_MS / 60_000 - ago) * 60, UTC).isoformat()
        for ago in (kaffee, coffee)
    ]
    rows = f"store,item,count,counted_at\nde-1,Kaffee,9,{at[0]}\nde-1,Coffee,0,{at[1]}\n"
    load(replica, rows.encode(), "a", NOW_MS)
    unknown, operations = UnknownStockRepository(replica), OperationRepository(replica)
    StockLearning(replica, TwoNames(), unknown, operations, NAMES).learn()
    assert left(replica, "B07-1") == stands


def test_a_name_is_kept_until_its_last_count_has_arrived() -> None:
    table = GlobalTable(NAMES)
    here, there = (MemoryReplica(table, name) for name in NAMES)
    load(here, b"store,item,count\nde-1,Echo Dot,7\n", "a", NOW_MS - 600_000)
    table.deliver_all()
    table.now_ms += 1_000
    load(here, b"store,item,count\nde-1,Echo Dot,3\n", "b", NOW_MS - 300_000)
    deliver(table, keys.UNKNOWN)
    assert learning(there).learn() == 0, "the count of the first file is not the last one"
    table.deliver_all()
    assert learning(there).learn() == 1
    assert left(there, "B07-1") == 3


def test_a_file_that_is_delivered_again_does_not_keep_a_name_unknown() -> None:
    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    for _ in range(2):
        load(replica, b"store,item,count\nde-1,Echo Dot,7\n", "a", NOW_MS - 600_000)
    assert learning(replica).learn() == 1
    assert UnknownStockRepository(replica).all() == []


def test_names_are_bounded_in_number_and_in_bytes() -> None:
    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    unknown = UnknownStockRepository(replica)
    long = {f"item-{at}": "é" * 200 for at in range(MAX_ITEMS)}
    kept = unknown.keep(UnknownStock("de-1", None, long))
    stored = replica.get(keys.unknown_stock("de-1"))
    assert stored is not None
    assert 100 < len(kept) < MAX_ITEMS
    assert sum(len(one.encode()) for one in unknown.of_store("de-1").items.values()) < MAX_BYTES
    again = UnknownStock("de-1", None, {"item-0": "é", "item-x": "é" * 200, "item-1": "é"})
    assert unknown.keep(again) == {"item-0", "item-1"}
    short = {f"item-{at}": "e" for at in range(MAX_ITEMS + 5)}
    assert len(unknown.keep(UnknownStock("de-2", None, short))) == MAX_ITEMS


def test_the_stock_of_a_store_is_not_read_where_none_of_its_names_became_known() -> None:
    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    content = b"store,item,count\nde-1,Napkins,7\nde-2,Napkins,7\nde-2,Echo Dot,3\n"
    load(replica, content, "a", NOW_MS - 600_000)
    read: list[str] = []
    held = replica.held

    def noting(key: keys.Key) -> Held:
        read.append(key.pk)
        return held(key)

    replica.held = noting  # type: ignore[method-assign]
    assert learning(replica).learn() == 1
    assert "STORE#de-1" not in read
    assert "STORE#de-2" in read


def test_learning_goes_on_where_time_ran_out() -> None:
    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    for store in (b"de-1", b"de-2"):
        content = b"store,item,count\n" + store + b",Echo Dot,7\n"
        load(replica, content, f"of {store.decode()}", NOW_MS - 600_000)
    steps = iter([True, False])
    learner = learning(replica)
    assert learner.learn(may_go_on=lambda: next(steps)) == 1
    (waiting,) = UnknownStockRepository(replica).all()
    assert waiting.store_id == "de-2"
    assert learner.learn(market="fr") == 0
    assert learner.learn(market=cast("str", PROFILE["market"])) == 1


def damaged_names(table: Table) -> None:
    put(table, keys.unknown_stock("de-2"), '{"entries": ')


def damaged_shape_of_names(table: Table) -> None:
    put(table, keys.unknown_stock("de-2"), '{"echo-dot": 5}')


def damaged_stock(table: Table) -> None:
    put(table, keys.stock("de-2"), "[1]")


def put(table: Table, key: keys.Key, body: str) -> None:
    """Replace an item by one that no version of carte writes."""
    client: Any = boto3.client("dynamodb", region_name=table.region)
    rev = {"S": str(Stamp(1 << 16, table.region))}
    item = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "rev": rev, "body": {"S": body}}
    client.put_item(TableName="carte", Item=item)


@pytest.mark.parametrize("damage", [damaged_names, damaged_shape_of_names, damaged_stock])
def test_a_store_that_cannot_be_read_is_noted_and_keeps_no_other_from_learning(
    table: Table, damage: Callable[[Table], None]
) -> None:
    for store in (b"de-1", b"de-2", b"de-3"):
        content = b"store,item,count\n" + store + b",Echo Dot,7\n"
        load(table, content, f"of {store.decode()}", NOW_MS - 600_000)
    damage(table)
    noted: list[str] = []
    unknown, operations = UnknownStockRepository(table), OperationRepository(table)
    learner = StockLearning(table, LaterKnown(), unknown, operations, [table.region])
    for again in (2, 0):
        noted.clear()
        assert learner.learn(unreadable=lambda store_id, _: noted.append(store_id)) == again
        assert noted == ["de-2"]


def test_a_profile_that_cannot_be_read_is_noted_and_keeps_no_other_from_learning() -> None:
    class OneDamaged(LaterKnown):
        def stores(self, wanted: Any) -> dict[tuple[str, str | None], Found]:
            texts = list(wanted)
            if ("de-2", None) in texts:
                raise InvalidDocumentError("the profile of de-2 has another shape")
            return super().stores(texts)

    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    for store in (b"de-1", b"de-2", b"de-3"):
        content = b"store,item,count\n" + store + b",Echo Dot,7\n"
        load(replica, content, f"of {store.decode()}", NOW_MS - 600_000)
    unknown, operations = UnknownStockRepository(replica), OperationRepository(replica)
    noted: list[str] = []
    learner = StockLearning(replica, OneDamaged(), unknown, operations, NAMES)
    assert learner.learn(unreadable=lambda store_id, _: noted.append(store_id)) == 2
    assert noted == ["de-2"]


def test_a_store_at_which_the_table_fails_does_not_stop_the_next_look() -> None:
    replica = MemoryReplica(GlobalTable(NAMES), NAMES[0])
    for store in (b"de-1", b"de-2"):
        content = b"store,item,count\n" + store + b",Echo Dot,7\n"
        load(replica, content, f"of {store.decode()}", NOW_MS - 600_000)
    held = replica.held

    def failing(key: keys.Key) -> Held:
        if key == keys.stock("de-1"):
            raise OSError("the item is larger than DynamoDB takes")
        return held(key)

    replica.held = failing  # type: ignore[method-assign]
    learner = learning(replica)
    with pytest.raises(OSError, match="larger"):
        learner.learn()
    assert learner.learn() == 1
    assert [one.store_id for one in UnknownStockRepository(replica).all()] == ["de-1"]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_walk_leaves_out_an_item_that_cannot_be_read_and_names_it(table: Table, at: int) -> None:
    names = ["de-1", "de-2", "de-3"]
    for number, name in enumerate(names):
        put(table, keys.unknown_stock(name), "{" if number == at else "{}")
    errors: list[UnreadableItemError] = []
    found = [one.key.sk for one in table.onward(keys.UNKNOWN, "0", errors.append)]
    assert found == [one for one in names if one != names[at]]
    assert len(errors) == 1
    assert names[max(at - 1, 0)] in str(errors[0]) or names[at] in str(errors[0])
    with pytest.raises(UnreadableItemError):
        list(table.onward(keys.UNKNOWN, "0"))
