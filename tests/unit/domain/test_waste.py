"""Waste: which record of an operation stands, and what is counted when it is taken back."""

from datetime import date
from typing import Any

import pytest

from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.stock import Stock, return_key
from services.domain.documents.stock_rights import counted, reserved
from services.domain.documents.waste import WastedLine, WasteReason, WasteRecord
from services.domain.stamp import Stamp
from services.domain.waste import NotArrivedError, counts_without, standing, waste_figures

AP, EU, US = "ap-southeast-1", "eu-west-1", "us-east-1"
DAY = date(2026, 5, 4)
NAME = "operation-1"


def record(region: str, at: int, pieces: int = 3, name: str = NAME, **changes: Any) -> WasteRecord:
    reason = changes.get("reason", WasteReason.EXPIRED)
    price = changes.get("price", 200)
    line = WastedLine("glazed", pieces, price)
    return WasteRecord(DAY, name, region, reason, (line,), "EUR", {"glazed": at})


def stock(pieces: int = 10, **sold: int) -> Stock:
    """A stock of which so many pieces were counted, and sold since."""
    found = counted(Stock("1", {}), "glazed", pieces, Stamp(1 << 16, EU))
    for region, count in sold.items():
        found = found.sold("glazed", count, region.replace("_", "-"))
    return found


def test_of_two_regions_the_first_by_name_stands_in_every_order() -> None:
    ones = [record(EU, 3, price=210), record(AP, 3, price=190), record(US, 3)]
    for order in (ones, ones[::-1], [ones[1], ones[2], ones[0]]):
        assert [one.region for one in standing(order)] == [AP]
        assert waste_figures(order, (), [DAY], "EUR").days[DAY].total == (3, 570)


def test_two_contents_under_one_id_both_stand_as_they_do_in_the_stock() -> None:
    ones = [record(EU, 3), record(AP, 3, pieces=4), record(US, 3, reason=WasteReason.OTHER)]
    assert len(standing(ones)) == 3
    assert waste_figures(ones, (), [DAY], "EUR").days[DAY].total.pieces == 10


def test_what_was_taken_back_and_other_days_are_left_out() -> None:
    ones = [record(EU, 3), record(EU, 5, pieces=2, name="operation-2")]
    found = waste_figures(ones, {NAME}, [DAY], "EUR")
    assert (found.days[DAY].total.pieces, found.items["glazed"].total.pieces) == (2, 2)
    assert waste_figures(ones, (), [date(2026, 5, 5)], "EUR").items == {}


def test_a_stock_is_counted_as_if_nothing_had_been_thrown_away() -> None:
    assert counts_without(stock(eu_west_1=5), [record(EU, 3)], 0) == {"glazed": 8}


def test_what_a_count_in_any_region_had_seen_is_not_counted_again() -> None:
    seen = counted(stock(eu_west_1=3, us_east_1=3), "glazed", 6, Stamp(2 << 16, EU))
    assert counts_without(seen, [record(EU, 3)], 0) == {}
    only_one = counted(stock(eu_west_1=3), "glazed", 6, Stamp(2 << 16, EU)).sold("glazed", 3, US)
    assert counts_without(only_one, [record(EU, 3), record(US, 3)], 0) == {}


def test_nothing_is_counted_that_nobody_had_counted() -> None:
    assert counts_without(None, [record(EU, 3)], 0) == {}
    assert counts_without(Stock("1", {}).sold("glazed", 3, EU), [record(EU, 3)], 0) == {}


def test_what_two_regions_recorded_is_given_back_as_often_as_it_was_taken() -> None:
    both = stock(eu_west_1=3, us_east_1=3)
    records = [record(EU, 3), record(US, 3)]
    assert counts_without(both, records, 0) == {"glazed": 10}
    repaired = both.taken_back("glazed", 3, US, return_key(NAME), {EU: 3, US: 3})
    assert repaired.left("glazed") == 7
    assert counts_without(repaired, records, 0) == {"glazed": 10}


def test_a_record_whose_pieces_have_not_arrived_waits() -> None:
    with pytest.raises(NotArrivedError):
        counts_without(stock(), [record(EU, 3)], 0)


def test_goods_that_orders_reserved_are_still_in_the_store() -> None:
    held, _ = reserved(stock(eu_west_1=3), "glazed", 2, EU, until=100)
    assert held.left("glazed") == 5
    assert counts_without(held, [record(EU, 3)], 50) == {"glazed": 10}
    counted_again = counted(held, "glazed", 10, Stamp(2 << 16, EU), now=50)
    assert counted_again.left("glazed") == 8
    assert counts_without(held, [record(EU, 3)], 200) == {"glazed": 8}


def test_an_oversold_item_is_not_counted_below_nothing() -> None:
    assert counts_without(stock(eu_west_1=19), [record(EU, 3)], 0) == {}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": "STOLEN", "currency": "EUR", "lines": []},
        {"reason": "OTHER", "currency": 5, "lines": []},
        {"reason": "OTHER", "currency": "EUR", "lines": [["glazed", 3, 200]]},
        {"reason": "OTHER", "currency": "EUR", "lines": [["glazed", "3", 200, 1]]},
        {"reason": "OTHER", "currency": "EUR", "lines": [[1, 3, 200, 1]]},
    ],
)
def test_a_damaged_record_is_named_as_such(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocumentError, match="not a record of waste"):
        WasteRecord.load("2026-05-04", NAME, EU, body)
    with pytest.raises(InvalidDocumentError):
        WasteRecord.load("2026-05-44", NAME, EU, record(EU, 3).dump())


def test_a_record_is_read_as_it_was_written() -> None:
    one = record(EU, 3)
    assert WasteRecord.load("2026-05-04", NAME, EU, one.dump()) == one
