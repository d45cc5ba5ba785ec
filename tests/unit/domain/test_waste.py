"""Waste: which record of an operation stands, and what the figures leave out."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.waste import WastedLine, WasteReason, WasteRecord
from services.domain.validation import InvalidFieldError
from services.domain.waste import check_day, listed_waste, standing, waste_figures

AP, EU, US = "ap-southeast-1", "eu-west-1", "us-east-1"
DAY = date(2026, 5, 4)
NAME = "operation-1"


def record(region: str, pieces: int = 3, name: str = NAME, **changes: Any) -> WasteRecord:
    reason = changes.get("reason", WasteReason.EXPIRED)
    price = changes.get("price", 200)
    line = WastedLine("glazed", pieces, price)
    return WasteRecord(DAY, name, region, reason, (line,), "EUR")


def test_of_two_regions_the_first_by_name_stands_in_every_order() -> None:
    ones = [record(EU, price=210), record(AP, price=190), record(US)]
    for order in (ones, ones[::-1], [ones[1], ones[2], ones[0]]):
        assert [one.region for one in standing(order)] == [AP]
        assert waste_figures(order, (), [DAY], "EUR").days[DAY].total == (3, 570)


def test_two_contents_under_one_id_both_stand_as_they_do_in_the_stock() -> None:
    ones = [record(EU), record(AP, pieces=4), record(US, reason=WasteReason.OTHER)]
    assert len(standing(ones)) == 3
    assert waste_figures(ones, (), [DAY], "EUR").days[DAY].total.pieces == 10


def test_a_repetition_in_another_region_does_not_move_a_record_in_the_list() -> None:
    first, other = record(US), record(US, name="operation-2")
    before = listed_waste({first: 1000, other: 3000}, ())
    after = listed_waste({first: 1000, other: 3000, record(AP): 5000}, ())
    assert [(one.record.operation_id, one.unix_ms) for one in after] == [
        ("operation-2", 3000),
        (NAME, 1000),
    ]
    assert [one.record.operation_id for one in before] == ["operation-2", NAME]


def test_one_id_on_two_days_is_two_operations_as_in_the_stock() -> None:
    before = DAY - timedelta(days=1)
    ones = [replace(record(AP), day=before), record(EU)]
    days = waste_figures(ones, {(before, NAME)}, [before, DAY], "EUR").days
    assert [days[day].total.pieces for day in (before, DAY)] == [0, 3]


def test_it_may_be_recorded_today_and_of_the_six_days_before() -> None:
    for days in range(7):
        check_day("day", DAY - timedelta(days=days), DAY)
    for day in (DAY + timedelta(days=1), DAY - timedelta(days=7)):
        with pytest.raises(InvalidFieldError, match="is not from 2026-04-28 to 2026-05-04"):
            check_day("day", day, DAY)


def test_items_are_in_the_order_of_their_value_then_of_pieces_then_of_their_ids() -> None:
    sums = {"cheap": (9, 10), "free-b": (1, 0), "free-a": (1, 0), "free-c": (2, 0), "dear": (1, 91)}
    lines = tuple(WastedLine(item, pieces, price) for item, (pieces, price) in sums.items())
    one = replace(record(EU), lines=lines)
    ordered = ["dear", "cheap", "free-c", "free-a", "free-b"]
    assert list(waste_figures([one], (), [DAY], "EUR").items) == ordered


def test_pieces_with_a_price_in_another_currency_are_counted_as_such() -> None:
    ones = [record(EU), replace(record(EU, pieces=2, name="operation-2"), currency="USD")]
    day = waste_figures(ones, (), [DAY], "EUR").days[DAY]
    assert (day.total, day.foreign) == ((5, 600), 2)


def test_what_was_taken_back_and_other_days_are_left_out() -> None:
    ones = [record(EU), record(EU, pieces=2, name="operation-2")]
    found = waste_figures(ones, {(DAY, NAME)}, [DAY], "EUR")
    assert (found.days[DAY].total.pieces, found.items["glazed"].total.pieces) == (2, 2)
    assert waste_figures(ones, (), [date(2026, 5, 5)], "EUR").items == {}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": 5, "currency": "EUR", "lines": []},
        {"reason": "OTHER", "currency": 5, "lines": []},
        {"reason": "OTHER", "currency": "EUR", "lines": [["glazed", 3]]},
        {"reason": "OTHER", "currency": "EUR", "lines": [["glazed", "3", 200]]},
        {"reason": "OTHER", "currency": "EUR", "lines": [[1, 3, 200]]},
    ],
)
def test_a_damaged_record_is_named_as_such(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocumentError, match="not a record of waste"):
        WasteRecord.load("2026-05-04", NAME, EU, body)
    with pytest.raises(InvalidDocumentError):
        WasteRecord.load("2026-05-44", NAME, EU, record(EU).dump())


def test_a_record_is_read_as_it_was_written() -> None:
    one = record(EU)
    assert WasteRecord.load("2026-05-04", NAME, EU, one.dump()) == one


def test_it_names_who_recorded_it_and_one_of_before_is_read() -> None:
    whole = replace(record(EU), author="ada")
    assert WasteRecord.load(DAY.isoformat(), NAME, EU, whole.dump()) == whole
    assert "by" not in record(EU).dump()
    assert WasteRecord.load(DAY.isoformat(), NAME, EU, record(EU).dump()).author is None
    with pytest.raises(InvalidDocumentError):
        WasteRecord.load(DAY.isoformat(), NAME, EU, {**record(EU).dump(), "by": 7})
    # A repetition by another person, as at a till that changed hands, is the same operation.
    assert len(standing([whole, replace(record(US), author="bob")])) == 1
