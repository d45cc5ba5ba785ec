"""Rows of stores, catalog and assortments files: what is good, and why the others are not."""

from typing import Any

import pytest

from dataload.importing import assortments, catalog, stores
from dataload.importing.assortments import AssortmentRow, Known
from dataload.importing.catalog import CatalogRow
from dataload.importing.cells import Row
from dataload.importing.sheet import FirstRows
from dataload.importing.stores import StoreRow
from services.domain.documents.profile import StoreProfile
from services.domain.stamp import Stamp

STORE = {
    "id": "a1",
    "name": "Carte",
    "market": "fr",
    "city": "Paris",
    "latitude": "48.85",
    "longitude": "2.35",
}
ITEM = {
    "id": "eclair",
    "market": "fr",
    "category": "bites",
    "name": "Éclair",
    "price": "2.10",
    "allergens": "GLUTEN|egg;MILK",
}
LINE = {"store": "a1", "item": "eclair", "price": "2.10"}
KNOWN = Known({"a1": "fr", "j1": "jp"}, {"fr": {"eclair"}, "jp": {"eclair"}}, {"fr": (), "jp": ()})
STAMP, LATER = Stamp(1, "eu-west-1"), Stamp(2, "eu-west-1")


def store(**changes: str) -> StoreRow | list[Any]:
    return stores.parse(Row("f", 2, STORE | changes), FirstRows("id"))


def item(**changes: str) -> CatalogRow | list[Any]:
    return catalog.parse(Row("f", 2, ITEM | changes), FirstRows("id"))


def line(**changes: str) -> AssortmentRow | list[Any]:
    return assortments.parse(Row("f", 2, LINE | changes), FirstRows("item"), KNOWN)


def reasons(parsed: object) -> list[tuple[str | None, str]]:
    assert isinstance(parsed, list)
    return [(problem.column, problem.reason) for problem in parsed]


def test_a_good_store_gets_the_time_zone_of_its_place_and_the_hours_of_its_market() -> None:
    row = store()
    assert isinstance(row, StoreRow)
    profile = row.edit(None, STAMP)[0]
    assert profile["time_zone"] == "Europe/Paris"
    assert profile["hours"] == "Mo-Sa 07:30-19:30; Su 08:30-18:30"
    assert profile["street"] is None


def test_what_a_file_does_not_give_an_existing_store_keeps() -> None:
    old = StoreProfile("a1", {}).assign(
        {
            "name": "Old",
            "market": "fr",
            "city": "Paris",
            "street": "1 Rue A",
            "state": None,
            "postal_code": "75001",
            "latitude": 48.85,
            "longitude": 2.35,
            "hours": "24/7",
            "time_zone": "Europe/Brussels",
        },
        STAMP,
    )
    same_place, moved = store(), store(latitude="50.94", longitude="6.96", market="DE")
    assert isinstance(same_place, StoreRow)
    assert isinstance(moved, StoreRow)
    kept = same_place.edit(old, LATER)[0]
    assert (kept["name"], kept["street"], kept["hours"]) == ("Carte", "1 Rue A", "24/7")
    assert kept["time_zone"] == "Europe/Brussels"
    assert same_place.edit(kept, Stamp(3, "eu-west-1")) == (kept, ())
    new = moved.edit(old, LATER)[0]
    assert new["time_zone"] == "Europe/Berlin"
    assert new["hours"] == "Mo-Sa 07:00-20:00; Su 08:00-18:00"


@pytest.mark.parametrize(
    "name", ['مقهى "الورد"', "🍩 Carte 👩‍🍳", "Ðelocity's «Best», Ltd.", "x" * 120, "O'Neil \\ Co"]
)
def test_unusual_names_survive(name: str) -> None:
    row = store(name=name)
    assert isinstance(row, StoreRow)
    assert row.fields["name"] == name


def test_blanks_are_trimmed_and_folded() -> None:
    row = store(name="  KING \n SOOPERS\t #104  ", state="  ", street="\u00a0")
    assert isinstance(row, StoreRow)
    assert row.fields["name"] == "KING SOOPERS #104"
    assert "state" not in row.fields, "an empty cell is no change"
    assert "street" not in row.fields


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"id": ""}, "id", "is empty"),
        ({"id": "a b"}, "id", "'a b' is no id"),
        ({"id": "STORE#1"}, "id", "is no id"),
        ({"id": "é"}, "id", "is no id"),
        ({"name": "x" * 121}, "name", "has 121 characters; at most 120"),
        ({"name": "x" * 500}, "name", "at most 120"),
        ({"name": "a\x00b"}, "name", "control character U+0000"),
        ({"market": "zz"}, "market", "'zz' is no market; markets are us, ca"),
        ({"country": "DE"}, "country", "not the country of market fr (FR, France)"),
        ({"city": " "}, "city", "is empty"),
        ({"latitude": "91"}, "latitude", "not from -90 to 90"),
        ({"longitude": "-180.01"}, "longitude", "not from -180 to 180"),
        ({"latitude": "48,85,1"}, "latitude", "not a number such as 48.85"),
        ({"latitude": "nan"}, "latitude", "is not a number"),
        ({"latitude": "1e1"}, "latitude", "is not a number"),
        ({"latitude": "0", "longitude": "0.0"}, "latitude", "0,0 lies in the Atlantic"),
        ({"latitude": "30", "longitude": "-40"}, "time_zone", "in the open sea"),
        ({"time_zone": "Europe/Pari"}, "time_zone", "not an IANA time zone"),
        ({"hours": "7-20"}, "hours", "'7-20'"),
        ({"hours": "Mo-Fr 25:00-26:00"}, "hours", "not within 00:00-24:00"),
    ],
)
def test_bad_stores_are_refused(changes: dict[str, str], column: str, reason: str) -> None:
    found = reasons(store(**changes))
    assert len(found) == 1
    assert found[0][0] == column
    assert reason in found[0][1]


def test_all_that_is_wrong_with_a_row_is_reported_at_once() -> None:
    assert [column for column, _ in reasons(store(id="", market="x", latitude="north"))] == [
        "id",
        "market",
        "latitude",
    ]


def test_an_id_may_stand_once_and_only_good_rows_claim_it() -> None:
    first = FirstRows("id")
    rows = [STORE | {"city": ""}, STORE, STORE | {"name": "Other"}, STORE | {"name": " Carte "}]
    parsed = [stores.parse(Row("f", at, row), first) for at, row in enumerate(rows, 2)]
    assert reasons(parsed[0]) == [("city", "is empty")]
    assert isinstance(parsed[1], StoreRow)
    assert reasons(parsed[2]) == [("id", "store a1 stands in line 3 already, with other values")]
    assert reasons(parsed[3]) == [("id", "store a1 has the same values in line 3")]
    assert [one[0].is_repeat for one in parsed[2:] if isinstance(one, list)] == [False, True]


def test_a_good_item() -> None:
    row = item(
        name_en="Eclair", dayparts="breakfast", standard="no", calories="310", diet="Vegetarian"
    )
    assert isinstance(row, CatalogRow)
    assert row.fields == {
        "allergens": ["GLUTEN", "MILK", "EGG"],
        "calories": 310,
        "diet": "VEGETARIAN",
        "category": "bites",
        "names": {"fr": "Éclair", "en": "Eclair"},
        "dayparts": ["BREAKFAST"],
        "price": 210,
        "standard": False,
    }


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"price": "-2.10"}, "price", "negative"),
        ({"price": "2,100"}, "price", "may have decimals or thousands"),
        ({"price": "1.500"}, "price", "may have decimals or thousands"),
        ({"market": "in", "price": "1.500"}, "price", "may have decimals or thousands"),
        ({"market": "jp", "price": "12.000"}, "price", "may have decimals or thousands"),
        ({"price": "€2"}, "price", "not an amount"),
        ({"price": "2.105"}, "price", "may have decimals or thousands"),
        ({"price": "0.105"}, "price", "more than 2 decimals"),
        ({"price": "99999999999"}, "price", "larger than"),
        ({"market": "jp", "price": "100.5"}, "price", "more than 0 decimals"),
        ({"market": "mars"}, "market", "is no market"),
        ({"name": "x" * 101}, "name", "at most 100"),
        ({"description": "x" * 501}, "description", "at most 500"),
        ({"allergens": "glutin"}, "allergens", "'glutin' is no allergen; write names out of"),
        ({"allergens": "Wheat"}, "allergens", "'Wheat' is no allergen; write names out of"),
        ({"allergens": "none;milk"}, "allergens", "'none' is no allergen"),
        ({"allergens": ";"}, "allergens", "names nothing; write none"),
        ({"diet": "Veggie"}, "diet", "'Veggie' is no diet; write one of VEGETARIAN, VEGAN"),
        ({"dayparts": "NIGHT"}, "dayparts", "'NIGHT' is no daypart; write names out of BREAKFAST"),
        ({"calories": "-1"}, "calories", "whole number from 0"),
        ({"calories": "15000"}, "calories", "whole number from 0 to 10000"),
        ({"rank": "²"}, "rank", "whole number from 0"),
        ({"standard": "maybe"}, "standard", "not true or false"),
        *(
            ({"image_url": url}, "image_url", "is no address of a picture; write https")
            for url in (
                *("javascript:alert(1)", "javascript://a.example/%0aalert(1)", "data:image/png,x"),
                *("http://a.example/b.png", "//evil.example/x", "https://user@a.example/"),
            )
        ),
        ({"id": "category:x"}, "id", "is no id"),
    ],
)
def test_bad_items_are_refused(changes: dict[str, str], column: str, reason: str) -> None:
    found = reasons(item(**changes))
    assert [one for one, _ in found] == [column]
    assert reason in found[0][1]


@pytest.mark.parametrize("price", ["2.10", "2,10", "2,1", "+2.1"])
def test_a_price_may_have_a_decimal_comma(price: str) -> None:
    row = item(price=price)
    assert isinstance(row, CatalogRow)
    assert row.fields["price"] == 210


@pytest.mark.parametrize("price", ["1.234,50", "1,234.50", "1234,5"])
def test_both_signs_in_a_price_leave_no_doubt(price: str) -> None:
    row = item(price=price)
    assert isinstance(row, CatalogRow)
    assert row.fields["price"] == 123450


def test_values_as_other_systems_write_them_are_understood() -> None:
    row = store(
        market="USA",
        country="United States of America",
        latitude="37,77",
        longitude="-122,42",
        time_zone="GMT-07:00 America/Los_Angeles",
        postal_code="4101",
    )
    assert isinstance(row, StoreRow)
    assert row.market.id == "us"
    assert (row.fields["latitude"], row.fields["longitude"]) == (37.77, -122.42)
    assert row.fields["time_zone"] == "America/Los_Angeles"
    assert row.fields["postal_code"] == "04101", "a spreadsheet took its zero away"


def test_a_good_line_of_an_assortment() -> None:
    row = line(price="Catalog", listed="no", rank="3")
    assert isinstance(row, AssortmentRow)
    assert row.properties == {"listed": False, "price": None, "rank": 3}
    yen = line(store="j1", price="280", listed="", rank="")
    assert isinstance(yen, AssortmentRow)
    assert yen.properties == {"price": 280}, "an empty cell is no change"


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"store": "nobody"}, "store", "no store 'nobody'"),
        ({"item": "eclaire"}, "item", "did you mean 'eclair'"),
        ({"price": "-0.01"}, "price", "negative"),
        ({"store": "j1", "price": "2.80"}, "price", "more than 0 decimals"),
        ({"listed": "perhaps"}, "listed", "not true or false"),
        ({"rank": "1.5"}, "rank", "whole number"),
    ],
)
def test_bad_lines_are_refused(changes: dict[str, str], column: str, reason: str) -> None:
    found = reasons(line(**changes))
    assert [one for one, _ in found] == [column]
    assert reason in found[0][1]
