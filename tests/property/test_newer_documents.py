"""Documents that a newer version of carte wrote are read, and none of their parts gets lost.

What it may add is described in docs/data.md, "Versions side by side": parts of a body beside those
that are there, entries in maps, values at the end of rows.
"""

import copy
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.domain.documents.assortment import Assortment
from services.domain.documents.layout import NewerDocumentError
from services.domain.documents.stock import Stock
from services.domain.stamp import Stamp
from services.storage.keys import Key
from services.storage.kinds import joinable, load
from tests.property.test_documents import KINDS

BESIDE = {"later": {"glazed": [1, "é"]}, "flags": [True]}
# What is stored by its key. An order is stored in parts, an operation record has regions alone.
STORED: dict[str, Key] = {kind: by for kind, (_, by) in KINDS.items() if isinstance(by, Key)}
# Whose rows may be about their order, and whose parts the region's own writes keep.
_NOT_COPIED = {"stock", "slots", "operation"}
KEPT = sorted(STORED.keys() - _NOT_COPIED)
Body = dict[str, Any]


def _body(document: Any) -> Body:
    body: Body = orjson.loads(orjson.dumps(document.dump()))
    return body


def _pair(body: Body) -> bool:
    """Add a fourth register to the rows of an assortment that have a stamp."""
    rows = [row for row in body["e"].values() if max(row[1::2]) >= 0]
    for row in rows:
        row += ["novel", max(row[1::2])]
    return bool(rows)


def _count_or_slot(body: Body) -> bool:
    found = False
    for count, slots in body["e"].values():
        if count is not None:
            count += [*[None, 0, {}, {}][len(count) - 3 :], "of a count"]
            found = True
        for slot in slots.values():
            slot += [*[0, {}, {}, [], 0, 0, []][len(slot) :], ["of a slot"]]
            found = True
    return found


def _applied(body: Body) -> bool:
    for row in body.values():
        row.append("novel")
    return bool(body)


def _slot_of_pickups(body: Body) -> bool:
    rows = [row for parts in body["e"].values() for row in parts.values()]
    for row in rows:
        row += [*([[]] if len(row) == 6 else []), "novel"]
    return bool(rows)


def _fact(body: Body) -> bool:
    body["f"].append(["telepathy", 0, 0, "its name", {"any": "thing"}])
    return bool(body["s"] and body["a"])


TAILS: dict[str, Callable[[Body], bool]] = {
    "assortment": _pair,
    "stock": _count_or_slot,
    "operation": _applied,
    "slots": _slot_of_pickups,
}
"""Adds values at the end of a body's rows; whether there was one."""


@pytest.mark.parametrize("kind", KEPT)
@given(data=st.data())
@settings(max_examples=30)
def test_parts_beside_the_known_ones_survive_reading_writing_and_merging(
    kind: str, data: st.DataObject
) -> None:
    one, two = (data.draw(KINDS[kind][0]) for _ in range(2))
    newer: Any = load(STORED[kind], _body(one) | BESIDE)
    if kind == "contact" and (one.forgotten or two.forgotten):
        # Whatever it is, it may say who the guest is.
        assert not _body(newer.merge(two)).keys() & BESIDE.keys()
        return
    assert _body(newer) == _body(one) | BESIDE
    joined = newer.merge(two)
    assert joined.dump() == two.merge(newer).dump()
    assert joined.merge(newer).dump() == joined.merge(two).dump() == joined.dump()
    if kind != "contact":
        assert _body(joined) == _body(one.merge(two)) | BESIDE
    elif one.stamp.region not in {each.stamp.region for each in two.each()}:
        # What one region was given stays whole.
        assert BESIDE in [each.more for each in joined.each()]


@pytest.mark.parametrize("kind", sorted(TAILS))
@given(data=st.data())
@settings(max_examples=60)
def test_values_at_the_end_of_rows_survive_reading_writing_and_merging(
    kind: str, data: st.DataObject
) -> None:
    strategy, key = KINDS[kind][0], STORED[kind]
    one = data.draw(strategy)
    body = _body(one)
    assume(TAILS[kind](body))
    newer: Any = load(key, body)
    assert _body(newer) == body
    assert newer.merge(one).dump() == one.merge(newer).dump()
    assert _body(newer.merge(load(key, copy.deepcopy(body)))) == body


@given(st.data())
@settings(max_examples=40)
def test_facts_that_are_not_known_survive(data: st.DataObject) -> None:
    body = _body(data.draw(KINDS["order-part"][0]))
    assume(_fact(body))
    part: Any = load(STORED["order-part"], body | BESIDE)
    written = _body(part)
    assert {name: written[name] for name in BESIDE} == BESIDE
    assert sorted(map(str, written["f"])) == sorted(map(str, body["f"]))
    assert _body(part.merge(part)) == written


@pytest.mark.parametrize("kind", sorted({*KEPT} - {"contact"}))
@given(data=st.data())
@settings(max_examples=20)
def test_parts_that_differ_are_not_chosen_from(kind: str, data: st.DataObject) -> None:
    one = data.draw(KINDS[kind][0])
    newer, newest = (load(STORED[kind], _body(one) | {"later": value}) for value in (1, 2))
    for first, second in ((newer, newest), (newest, newer)):
        with pytest.raises(NewerDocumentError, match="two versions differ in later"):
            first.merge(second)


@given(KINDS["stock"][0], KINDS["stock"][0])
def test_a_stock_with_parts_beside_its_rows_is_read_and_not_written(one: Stock, two: Stock) -> None:
    known = _body(one)
    newer = Stock.load("1", known | BESIDE)
    assert {item: newer.left(item) for item in newer.lines} == {
        item: one.left(item) for item in one.lines
    }
    assert Stock.read("1", [known | BESIDE]).at_most(9) == Stock.read("1", [known]).at_most(9)
    with pytest.raises(NewerDocumentError, match="flags, later"):
        newer.dump()
    with pytest.raises(NewerDocumentError, match="flags, later"):
        newer.merge(Stock.load("1", _body(two))).merge(two).dump()


def test_slots_of_which_more_differs_are_left_to_the_version_that_knows() -> None:
    def stock(more: str) -> Stock:
        row = [5, {}, {}, [], 0, 0, [], more]
        return Stock.load("1", {"s": [], "e": {"glazed": [None, {"eu-west-1": row}]}})

    with pytest.raises(NewerDocumentError):
        assert stock("one").with_line("latte", stock("one").line("glazed")).merge(stock("two"))


def test_an_edit_keeps_what_a_newer_version_stored_of_other_items_and_its_own() -> None:
    stamp = "0193a5b2c4d50000@us-east-1"
    row = [150, 0, True, 0, None, -1, "novel", 0]
    body = {"s": [stamp], "e": {"glazed": row, "latte": row}} | BESIDE
    at = Stamp.parse("0193a5b2c4d60000@eu-west-1")
    after = _body(Assortment.load("1", body).assign({"glazed": {"price": 199}}, at))
    assert after["e"]["glazed"] == [199, 1, True, 0, None, -1, "novel", 0]
    assert after["e"]["latte"] == row
    assert {name: after[name] for name in BESIDE} == BESIDE
    assert Assortment.read("1", body).rows()["glazed"][:3] == [150, 0, True]


def test_what_the_stream_lambda_joins_leaves_differing_parts_as_they_stand() -> None:
    old, new = {"s": [], "e": {}, "later": 1, "only": 2}, {"s": [], "e": {}, "later": 3}
    assert joinable(old, new) == {"s": [], "e": {}, "only": 2}
    assert joinable({"eu-west-1": [1]}, {"eu-west-1": [2]}) == {"eu-west-1": [1]}
