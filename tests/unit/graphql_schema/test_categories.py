"""editCatalogCategory: new categories, their names and places, and what it refuses."""

from typing import Any

import orjson
import pytest

from services.domain.publishing import UnpublishableError
from services.storage.catalogs import CatalogRepository
from tests.support.chain import publish_small_catalog, set_draft
from tests.support.service import Service
from tests.support.tokens import ISSUER

EDIT = """
mutation C($input: EditCatalogCategoryInput!) { editCatalogCategory(input: $input) {
  category { id names { locale text } rank withdrawn entries { entry region } }
  errors { __typename message path ... on ChangedMeanwhileError { entry value author } } } }
"""
LIST = """{ catalog(market: "de") { categories { ...C } withdrawnCategories { ...C } } }
fragment C on DraftedCategory { id rank names { locale text } entries { entry stamp } withdrawn }"""


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    return service


def send(shop: Service, category: str, operation_id: str = "op-00001", **rest: Any) -> Any:
    """The payload of the mutation."""
    values = {"operationId": operation_id, "market": "de", "categoryId": category, **rest}
    token = ISSUER.bearer("market:de:editor")
    answer = orjson.loads(shop.post(EDIT, token, variables={"input": values}).body)
    assert "errors" not in answer, answer
    return answer["data"]["editCatalogCategory"]


def listed(shop: Service) -> Any:
    answer = orjson.loads(shop.post(LIST, ISSUER.bearer("market:de:editor")).body)
    return answer["data"]["catalog"]


def categories(shop: Service) -> list[tuple[str, int | None, dict[str, str]]]:
    """Id, rank and names of the drafts, in menu order."""
    return [
        (one["id"], one["rank"], {name["locale"]: name["text"] for name in one["names"]})
        for one in listed(shop)["categories"]
    ]


def in_english(text: str) -> list[dict[str, str]]:
    return [{"locale": "en", "text": text}]


def test_a_new_category_takes_its_place_and_is_made_once(shop: Service) -> None:
    made = send(shop, "snacks", names=in_english(" Snacks "), rank=1)
    assert made["errors"] == []
    assert made["category"] == {
        "id": "snacks", "names": [{"locale": "en", "text": "Snacks"}], "rank": 1,
        "withdrawn": False,
        "entries": [{"entry": name, "region": "eu-west-1"} for name in ("names/en", "rank")],
    }  # fmt: skip
    assert send(shop, "snacks", names=in_english(" Snacks "), rank=1) == made
    unseen = [{"entry": "rank", "stamp": None}]
    for other in ({"rank": 2}, {"rank": 1, "expected": unseen}):
        (error,) = send(shop, "snacks", names=in_english(" Snacks "), **other)["errors"]
        assert error["__typename"] == "OperationIdReusedError"
    assert [(name, rank) for name, rank, _ in categories(shop)] == [
        ("donuts", 1), ("snacks", 1), ("drinks", 2),
    ]  # fmt: skip


def test_names_are_set_by_locale_and_a_withdrawn_category_is_no_longer_listed(
    shop: Service,
) -> None:
    names = [{"locale": "de", "text": "Kringel"}, {"locale": "fr", "remove": True}]
    assert send(shop, "donuts", names=names)["errors"] == []
    assert categories(shop)[0] == ("donuts", 1, {"en": "Donuts", "de": "Kringel"})
    assert send(shop, "donuts", "op-00002", withdrawn=True)["category"]["withdrawn"] is True
    assert [name for name, _, _ in categories(shop)] == ["drinks"]
    assert [one["id"] for one in listed(shop)["withdrawnCategories"]] == ["donuts"]
    assert send(shop, "donuts", "op-00003", withdrawn=False)["errors"] == []
    assert [name for name, _, _ in categories(shop)] == ["donuts", "drinks"]


@pytest.mark.parametrize(
    ("category", "values", "path"),
    [
        ("snacks", {"rank": 3}, ["names"]),
        ("category:snacks", {"names": in_english("Snacks")}, ["categoryId"]),
        ("", {"names": in_english("Snacks")}, ["categoryId"]),
        ("snacks", {"names": in_english("x" * 81)}, ["names", "0", "text"]),
        ("snacks", {"names": in_english("Snacks"), "rank": -1}, ["rank"]),
        ("snacks", {"names": [{"locale": "xx", "text": "Snacks"}]}, ["names", "0", "text"]),
        ("snacks", {"names": in_english("a") + in_english("b")}, ["names", "0", "text"]),
        ("drinks", {"names": [{"locale": t, "remove": True} for t in ("en", "de")]}, ["names"]),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    shop: Service, category: str, values: dict[str, Any], path: list[str]
) -> None:
    before = categories(shop)
    payload = send(shop, category, **values)
    assert payload["category"] is None
    assert [(one["__typename"], one["path"]) for one in payload["errors"]] == [
        ("InvalidValueError", path)
    ]
    assert categories(shop) == before


def test_what_somebody_else_made_meanwhile_is_not_overwritten(shop: Service) -> None:
    unseen = [{"entry": "names/en", "stamp": None}]
    assert send(shop, "snacks", names=in_english("Snacks"), expected=unseen)["errors"] == []
    second = send(shop, "snacks", "op-00002", names=in_english("Bites"), expected=unseen)
    assert [(one["__typename"], one["entry"]) for one in second["errors"]] == [
        ("ChangedMeanwhileError", "names/en")
    ]
    assert categories(shop)[2] == ("snacks", None, {"en": "Snacks"})
    seen = listed(shop)["categories"][2]["entries"]
    assert [one["entry"] for one in seen] == ["names/en"]
    third = send(shop, "snacks", "op-00004", names=in_english("Bites"), expected=seen)
    assert third["errors"] == []
    wrong = send(shop, "snacks", "op-00003", rank=1, expected=[{"entry": "price"}])
    assert "names/<locale>, rank, withdrawn" in wrong["errors"][0]["message"]


def test_a_category_whose_names_two_people_took_away_can_be_withdrawn_and_named_again(
    shop: Service,
) -> None:
    # Each took one away, in two regions at once; none of them took the last one.
    set_draft(shop.table, "de", "category:donuts", names={"en": None, "fr": None})
    with pytest.raises(UnpublishableError, match="category donuts has no name"):
        CatalogRepository(shop.table).publish("de")
    assert send(shop, "donuts", withdrawn=True)["category"]["withdrawn"] is True
    assert send(shop, "donuts", "op-00002", withdrawn=False, rank=4)["errors"] == []
    assert send(shop, "donuts", "op-00003", names=in_english("Rings"))["errors"] == []
    assert CatalogRepository(shop.table).publish("de").categories["donuts"] == {"en": "Rings"}


def test_a_category_without_a_name_that_no_item_is_in_keeps_nothing_from_being_published(
    shop: Service,
) -> None:
    set_draft(shop.table, "de", "category:drinks", names={"en": None, "de": None})
    set_draft(shop.table, "de", "latte", withdrawn=True)
    assert [*CatalogRepository(shop.table).publish("de").categories] == ["donuts"]
