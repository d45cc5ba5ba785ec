"""What the replicator keeps and sends: the state file, record times, conditional writes."""

import sqlite3
from pathlib import Path
from typing import Any

import orjson
import pytest

from localcloud.replicator.images import canonical, key_of
from localcloud.replicator.ledger import Row
from localcloud.replicator.operations import write
from localcloud.replicator.store import Position, Store, damaged_copy
from localcloud.replicator.stream import written_ms
from localcloud.replicator.versions import TOMBSTONE, Version


def test_the_state_file_gives_back_what_was_written(tmp_path: Path) -> None:
    live, gone = Version(1, "a", b"\x01\xff"), Version(2, "b", TOMBSTONE)
    rows = [Row(b"k", {"a": live, "b": gone}, {"b": [live]}), Row(b"l", {}, {})]
    position = Position("id", "arn", "1", None)
    path = tmp_path / "deep" / "replicator.sqlite"
    with Store(path) as store:
        store.write(rows, {"a": position})
        store.write_boot("a", [(b"k", live)])
        store.write_boot("a", [(b"l", gone)])
    with Store(path) as store:
        assert list(store.rows()) == rows
        assert store.positions() == {"a": position}
        assert store.boot("a") == {b"l": gone}
        assert store.boot("b") == {}


@pytest.mark.parametrize("where", ["head", "rows"])
def test_a_damaged_state_file_is_kept_aside_and_begun_anew(tmp_path: Path, where: str) -> None:
    path = tmp_path / "replicator.sqlite"
    rows = [Row(str(number).encode() * 50, {}, {}) for number in range(1000)]
    with Store(path) as store:
        store.write(rows, {})
    content = bytearray(path.read_bytes())
    if where == "head":
        content[:100] = b"no database".ljust(100)
    else:
        content[4 * 4096 : 8 * 4096] = b"\xff" * (4 * 4096)
    path.write_bytes(content)
    with Store(path) as store:
        assert list(store.rows()) == []
        store.write(rows[:1], {})
    assert damaged_copy(path).read_bytes() == content
    with Store(path) as store:
        assert list(store.rows()) == rows[:1]


def test_a_state_file_that_is_not_damaged_stays_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "replicator.sqlite"
    path.mkdir()
    with pytest.raises(sqlite3.OperationalError):
        Store(path)
    assert path.is_dir()


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("000000017952540665920000000001", 1_795_254_066_592),
        ("000000000000000000420000000001", 1_795_254_066_000),
        ("4711", 1_795_254_066_000),
    ],
)
def test_a_record_has_its_time_in_milliseconds_where_it_can(sequence: str, expected: int) -> None:
    record = {
        "dynamodb": {"SequenceNumber": sequence, "ApproximateCreationDateTime": 1_795_254_066}
    }
    assert written_ms(record) == expected


def _write(before: Any, after: Any) -> dict[str, Any]:
    key = key_of(before or after, ("pk",))
    image = [None if one is None else canonical(one) for one in (before, after)]
    operation: dict[str, Any] = orjson.loads(orjson.dumps(write("carte", key, *image)))
    return operation


def test_a_new_item_is_put_only_if_there_is_none() -> None:
    item = {"pk": {"S": "1"}, "a": {"S": "x"}}
    put = _write(None, item)["Put"]
    assert put["ConditionExpression"] == "attribute_not_exists(#k)"
    assert put["ExpressionAttributeNames"] == {"#k": "pk"}
    assert put["Item"] == item


def test_an_item_is_replaced_only_if_it_is_the_known_one() -> None:
    put = _write(
        {"pk": {"S": "1"}, "a": {"S": "x"}, "b": {"M": {}}},
        {"pk": {"S": "1"}, "a": {"S": "y"}, "c": {"S": "z"}},
    )["Put"]
    assert put["ConditionExpression"] == (
        "attribute_exists(#k) AND #o0 = :o0 AND #o1 = :o1 AND attribute_not_exists(#n0)"
    )
    assert put["ExpressionAttributeNames"] == {"#k": "pk", "#o0": "a", "#o1": "b", "#n0": "c"}
    assert put["ExpressionAttributeValues"] == {":o0": {"S": "x"}, ":o1": {"M": {}}}


def test_an_item_is_deleted_only_if_it_is_the_known_one() -> None:
    delete = _write({"pk": {"S": "1"}}, None)["Delete"]
    assert delete["Key"] == {"pk": {"S": "1"}}
    assert delete["ConditionExpression"] == "attribute_exists(#k)"
    assert "ExpressionAttributeValues" not in delete


def test_the_condition_of_a_very_wide_item_stays_within_the_limits() -> None:
    wide = {"pk": {"S": "1"}} | {f"attribute {number}": {"S": "x"} for number in range(500)}
    expression = _write(wide, wide | {f"new {n}": {"S": "y"} for n in range(500)})["Put"][
        "ConditionExpression"
    ]
    assert len(expression) <= 4096
    assert expression.count(" AND ") < 300
