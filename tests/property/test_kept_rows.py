"""An edit writes the rows that it leaves alone as they were read: the bytes of a whole dump."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.documents.assortment import PROPERTIES, Assortment, AssortmentRows
from services.domain.documents.layout import InvalidDocumentError, read_stamps
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, Slot, StockLine
from services.domain.documents.stock_rights import counted, given_back, reserved
from services.domain.documents.stock_rows import StockRows
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.storage.keys import Key, stock
from services.storage.parts import divide
from tests.property.test_documents import KINDS, REGIONS, keys, stamps, stock_lines, values

assortments = KINDS["assortment"][0]


def from_file(line: StockLine, counted_ms: int | None, source: str) -> StockLine:
    """Say of a line that a file counted it."""
    if line.count is None or counted_ms is None:
        return line
    value = replace(line.count.value, counted_ms=counted_ms, source=source)
    return replace(line, count=Register(value, line.count.stamp))


files = st.builds(
    from_file, stock_lines, st.none() | st.integers(0, 9), st.sampled_from(["", "digest"])
)
# As a store's stock is mostly: counts alone, and pieces sold.
simple = st.builds(
    StockLine,
    st.none()
    | st.builds(Register, st.builds(Count, st.integers(0, 99), st.just({"us-east-1": 1})), stamps),
    st.dictionaries(st.sampled_from(REGIONS), st.builds(Slot, st.integers(0, 9)), max_size=2),
)
stocks = st.builds(
    Stock,
    st.just("1"),
    st.dictionaries(keys, stock_lines, max_size=3)
    | st.dictionaries(keys, simple | files, max_size=3)
    | st.dictionaries(keys, simple, max_size=3),
)
items = keys | st.sampled_from(["a", "zz"])
texts = st.sampled_from(["0000000000000005@eu-west-1", "000000000000000a@us-east-1", "x", ""])
json_values = st.recursive(
    values | texts | st.integers(-3, 9) | st.just(1.5),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts | items, inner, max_size=2),
    max_leaves=6,
)
KEY = Key(*stock("1"))
# What any row of another shape may raise.
_ERRORS = (KeyError, TypeError, ValueError, IndexError, AttributeError)


def stored(document: Any) -> Any:
    """A body as it comes out of the table."""
    return orjson.loads(orjson.dumps(document.dump()))


def pairs(length: int) -> Iterator[tuple[int, str]]:
    """Where the registers of a row stand, and their names; those of a newer version are kept."""
    for at in range(0, length, 2):
        yield at, PROPERTIES[at // 2] if at // 2 < len(PROPERTIES) else f"+{at // 2}"


def registers(body: Any) -> Assortment:
    """Decode every row of an assortment by itself."""
    table = read_stamps(body)
    try:
        return Assortment(
            "1",
            {
                item: {
                    name: Register(row[at], table[row[at + 1]])
                    for at, name in pairs(max(len(row), 6))
                    if row[at + 1] != -1
                }
                for item, row in body["e"].items()
            },
        )
    except _ERRORS as error:
        raise InvalidDocumentError from error


def lines(body: Any) -> Stock:
    """Decode every row of a stock by itself."""
    table, regions = read_stamps(body), body.get("r", ())
    found = {}
    try:
        files, of_items = body.get("o", ([], [-1] * len(body["e"])))
        origins = {
            item: files[at] for item, at in zip(sorted(body["e"]), of_items, strict=True) if at >= 0
        }
        if not all(isinstance(region, str) for region in regions):
            raise TypeError
        for item, (count, slots) in body["e"].items():
            register = None
            if count is not None:
                value = Count.load(count, regions)
                if item in origins:
                    counted_ms, source = origins[item]
                    value = replace(value, counted_ms=int(counted_ms), source=str(source))
                register = Register(value, table[count[2]])
            found[item] = StockLine(
                register, {region: Slot.load(region, row) for region, row in slots.items()}
            )
    except _ERRORS as error:
        raise InvalidDocumentError from error
    return Stock("1", found)


def same(one: Any, other: Any) -> None:
    assert orjson.dumps(one.dump()) == orjson.dumps(other.dump())
    assert {*one.stamps()} == {*other.stamps()}
    assert one == other
    assert dict(one.lines) == dict(other.lines)
    assert len(one.lines) == len(other.lines)


def damaged(data: st.DataObject, body: Any) -> Any:
    """Return a body with one value replaced, or one put beside it, or laid out otherwise."""
    places: list[tuple[Any, Any]] = []

    def walk(inner: Any) -> None:
        for key in inner if isinstance(inner, dict) else range(len(inner)):
            places.append((inner, key))
            if isinstance(inner[key], dict | list):
                walk(inner[key])

    walk(body)
    if data.draw(st.integers(0, 3), label="laid out otherwise") == 0:
        body["e"] = dict(reversed(body["e"].items()))
        for row in body["e"].values():
            for slot in row[1].values() if isinstance(row[1], dict) else ():
                slot.extend([{}] * (len(slot) == 1))  # as if something had been taken back
        return body
    inner, key = data.draw(st.sampled_from(places), label="place")
    if isinstance(inner, list) and data.draw(st.booleans(), label="beside"):
        inner.insert(key, data.draw(json_values))
    else:
        inner[key] = data.draw(json_values, label="value")
    return body


@given(assortments, st.data())
@settings(max_examples=300)
def test_edits_of_an_assortment(first: Assortment, data: st.DataObject) -> None:
    body = stored(first)
    untouched = copy.deepcopy(body)
    kept, plain = Assortment.load("1", body), registers(body)
    assert isinstance(kept.lines, AssortmentRows)
    same(kept, plain)
    for _ in range(data.draw(st.integers(1, 4))):
        if data.draw(st.integers(0, 9)) == 0:
            other = data.draw(assortments)
            kept, plain = kept.merge(Assortment.load("1", stored(other))), plain.merge(other)
        else:
            properties = st.dictionaries(st.sampled_from(PROPERTIES), values, max_size=3)
            changes = data.draw(st.dictionaries(items, properties, max_size=3), label="changes")
            stamp = data.draw(stamps | st.just(Stamp(99, "z")), label="stamp")
            again = data.draw(st.booleans())
            before = copy.deepcopy(kept.dump())
            edited = kept.assign(changes, stamp, again=again)
            assert kept.dump() == before
            kept, plain = edited, plain.assign(changes, stamp, again=again)
        same(kept, plain)
        for item in (*plain.lines, "none"):
            for name in PROPERTIES:
                assert kept.value(item, name) == plain.value(item, name)
    assert body == untouched


@given(assortments, st.data())
@settings(max_examples=300)
def test_an_assortment_that_a_dump_would_not_lay_out_so(
    first: Assortment, data: st.DataObject
) -> None:
    body = damaged(data, stored(first))
    try:
        expected = registers(body)
    except InvalidDocumentError:
        try:
            Assortment.load("1", body)
        except InvalidDocumentError:
            return
        raise AssertionError("a damaged row was not found") from None
    same(Assortment.load("1", body), expected)


def parts_of(whole: Stock) -> list[Any]:
    """The bodies that a stock is stored in, of every region."""
    found: dict[Key, Any] = {}
    for region in REGIONS:
        found |= divide(KEY, whole, region)
    return [orjson.loads(orjson.dumps(found[key])) for key in sorted(found)]


def joined(ones: list[Stock]) -> Stock:
    """Join by the lines themselves."""
    whole = ones[0]
    for one in ones[1:]:
        whole = Stock("1", dict(whole.lines)).merge(Stock("1", dict(one.lines)))
    return whole


def changed(data: st.DataObject, region: str) -> Any:
    """Draw an edit of a stock."""
    item, pieces = data.draw(items, label="item"), data.draw(st.integers(1, 5), label="pieces")
    stamp = data.draw(stamps, label="stamp")
    sale = {region: pieces}

    def reserve(one: Stock) -> Stock:
        try:
            return reserved(one, item, pieces, region, until=9)[0]
        except ValueError:
            return one

    return data.draw(
        st.sampled_from(
            [
                lambda one: one.sold(item, pieces, region),
                lambda one: one.taken_back(item, pieces, region, "key", sale),
                lambda one: counted(one, item, pieces, stamp, REGIONS),
                reserve,
                lambda one: given_back(one, item, 1, region, pieces, "order"),
                lambda one: one.with_line(item, StockLine()),
            ]
        ),
        label="edit",
    )


@given(stocks, st.booleans(), st.sampled_from(REGIONS), st.data())
@settings(max_examples=300)
def test_edits_of_a_stock(first: Stock, whole: bool, region: str, data: st.DataObject) -> None:  # noqa: FBT001
    bodies = [stored(first)] if whole else parts_of(first)
    untouched = copy.deepcopy(bodies)
    plain = joined([lines(body) for body in bodies] or [Stock("1", {})])
    kept = Stock("1", {})
    if data.draw(st.booleans(), label="read"):
        kept = Stock.read("1", bodies)
    else:
        loaded = [Stock.load("1", body) for body in bodies]
        kept = loaded[0] if loaded else kept
        for one in loaded[1:]:
            kept = kept.merge(one)
        assert isinstance(kept.lines, StockRows) or not bodies
    same(kept, plain)
    held, held_plain = kept, plain
    for _ in range(data.draw(st.integers(1, 4))):
        edit = changed(data, region)
        before = copy.deepcopy(kept.dump())
        edited, plain = edit(kept), edit(plain)
        assert kept.dump() == before
        kept = edited
        same(kept, plain)
        for name in REGIONS:
            same(kept.sales_in(name), plain.sales_in(name))
        same(kept.counts(), plain.counts())
        for item in (*plain.lines, "none"):
            assert kept.left(item) == plain.left(item)
            assert kept.position(item, region) == plain.position(item, region)
        written, expected = divide(KEY, kept, region, held), divide(KEY, plain, region, held_plain)
        assert [*written] == [*expected]
        assert orjson.dumps([*written.values()]) == orjson.dumps([*expected.values()])
    assert bodies == untouched


@given(stocks, st.booleans(), st.data())
@settings(max_examples=400)
def test_a_stock_of_another_shape(first: Stock, whole: bool, data: st.DataObject) -> None:  # noqa: FBT001
    bodies = [stored(first)] if whole else (parts_of(first) or [stored(first)])
    body = damaged(data, data.draw(st.sampled_from(bodies)))
    try:
        expected = lines(body)
    except InvalidDocumentError:
        for read in (Stock.load, lambda store, one: Stock.read(store, [one])):
            try:
                dict(read("1", body).lines)
            except InvalidDocumentError:
                continue
            raise AssertionError("a damaged row was not found") from None
        return
    same(Stock.load("1", body), expected)
    for region in REGIONS:
        same(Stock.load("1", body).sales_in(region), expected.sales_in(region))


@given(st.lists(stocks, min_size=2, max_size=4))
@settings(max_examples=200)
def test_versions_of_a_stock_join(versions: list[Stock]) -> None:
    bodies = [stored(one) for one in versions]
    kept = Stock.load("1", bodies[0])
    for body in bodies[1:]:
        kept = kept.merge(Stock.load("1", body))
    plain = joined([lines(body) for body in bodies])
    same(kept, plain)
    assert sorted(kept.stamps()) == sorted(plain.stamps())
