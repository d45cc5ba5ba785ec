"""Documents that are decoded at first use equal documents that are decoded at once."""

from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.domain.documents.assortment import PROPERTIES, Assortment
from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, StockLine
from services.domain.register import Register
from services.domain.stamp import Stamp
from tests.property.test_documents import KINDS, REGIONS, keys

profiles, assortments, stocks = (KINDS[name][0] for name in ("profile", "assortment", "stock"))


def stored(document: Any) -> Any:
    """A body as it comes out of the table."""
    return orjson.loads(orjson.dumps(document.dump()))


@given(assortments, keys)
def test_an_assortment(assortment: Assortment, item: str) -> None:
    read, loaded = (
        Assortment.read("1", stored(assortment)),
        Assortment.load("1", stored(assortment)),
    )
    assert read.rows().keys() == loaded.rows().keys()
    for name in PROPERTIES:
        register = loaded.lines.get(item, {}).get(name)
        assert read.value(item, name) == (None if register is None else register.value)
        assert loaded.value(item, name) == read.value(item, name)
    assert read == loaded
    assert read.merge(loaded) == loaded
    assert read.assign({item: {"rank": 1}}, Stamp(99, "a")).value(item, "rank") == 1


@given(profiles, keys)
def test_a_profile(profile: StoreProfile, field: str) -> None:
    read = StoreProfile.read("1", stored(profile))
    assert read[field] == profile[field]
    assert read == profile
    assert read.dump() == profile.dump()


def counted_at(seen: dict[str, int]) -> Stock:
    count = Register(Count(0, seen), Stamp(0, "eu-west-1"))
    return Stock("1", {"glazed": StockLine(count)})


# Two counts with one stamp, which only a broken writer makes: every order of keys decides alike.
@example([counted_at({"ap": 0}), counted_at({"eu": 0, "ap": 0})], "glazed")
@given(st.lists(stocks, min_size=1, max_size=3), keys)
def test_a_stock_in_any_parts(parts: list[Stock], item: str) -> None:
    joined = Stock("1", {})
    for part in parts:
        joined = joined.merge(part)
    read = Stock.read("1", [stored(part) for part in parts])
    assert read.left(item) == joined.left(item)
    for most in (-1, 0, 5):
        every = {one: joined.left(one) for one in joined.lines}
        few = {one: left for one, left in every.items() if left is not None and left <= most}
        assert read.at_most(most) == joined.at_most(most) == few
    assert read == joined


@given(stocks, keys)
def test_a_stock_in_the_parts_that_it_is_stored_in(stock: Stock, item: str) -> None:
    parts = [stock.counts(), *(stock.sales_in(region) for region in REGIONS)]
    read = Stock.read("1", [stored(part) for part in parts if part.lines])
    assert read.left(item) == stock.left(item)
    assert set(read.stamps()) == set(stock.stamps())


@pytest.mark.parametrize("body", [{}, {"e": []}, {"e": None, "s": []}])
def test_what_has_no_entries_is_no_document(body: Any) -> None:
    for read in (StoreProfile.read, Assortment.read):
        with pytest.raises(InvalidDocumentError):
            read("1", body)
    with pytest.raises(InvalidDocumentError):
        Stock.read("1", [body])
