"""searchMenu and searchItems: items by what a guest types, without what the guest must not eat."""

import json
from typing import Any

import orjson
import pytest

from graphql_schema.export import MANIFEST
from services.domain.search.items import index_of
from tests.support.chain import (
    add_store,
    publish_small_catalog,
    set_assortment,
    set_draft,
    set_stock,
)
from tests.support.service import Service

MENU = """
query Menu($id: ID!, $text: String!, $without: [Allergen!]! = [], $locale: String, $first: Int = 20,
           $after: String) {
  searchMenu(storeId: $id, text: $text, without: $without, locale: $locale, first: $first,
             after: $after) {
    totalCount without notUnderstood pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { node { id name price { amountMinor currency } availability allergens } }
  }
}
"""
ITEMS = """
query Items($market: ID!, $text: String!, $without: [Allergen!]! = [], $locale: String) {
  searchItems(market: $market, text: $text, without: $without, locale: $locale) {
    totalCount without notUnderstood
    edges { node { id name category { id name } price { amountMinor currency } } }
  }
}
"""


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def ids(data: dict[str, Any], field: str = "searchMenu") -> list[str]:
    return [edge["node"]["id"] for edge in data[field]["edges"]]


def test_an_item_is_found_in_any_language_with_the_stores_price_and_stock(shop: Service) -> None:
    set_assortment(shop.table, "de-1", {"glazed": {"listed": True, "price": 250}})
    set_stock(shop.table, "de-1", {"glazed": 2})
    for text in ("glazed", "Glasierter Ring", "beignets", "shiny", "glasiert"):
        found = shop.ask(MENU, id="de-1", text=text)
        assert ids(found) == ["glazed"], text
        (edge,) = found["searchMenu"]["edges"]
        assert edge["node"]["name"] == "Glasierter Ring"
        assert edge["node"]["price"] == {"amountMinor": 250, "currency": "EUR"}
        assert edge["node"]["availability"] == "LOW"
    english = shop.ask(MENU, id="de-1", text="glazed", locale="en")
    assert english["searchMenu"]["edges"][0]["node"]["name"] == "Glazed ring"


def test_a_menu_has_only_what_the_store_sells_now_and_a_catalog_has_all(shop: Service) -> None:
    assert ids(shop.ask(MENU, id="de-1", text="porridge")) == []  # it is noon
    assert ids(shop.ask(MENU, id="de-1", text="drinks")) == []  # not of the standard range
    found = shop.ask(ITEMS, market="de", text="latte")
    # In Italian it is milk, which the others have: the item of that name comes first.
    assert ids(found, "searchItems") == ["latte", "glazed", "porridge"]
    node = found["searchItems"]["edges"][0]["node"]
    assert node["category"] == {"id": "drinks", "name": "Getränke"}
    assert node["price"] == {"amountMinor": 320, "currency": "EUR"}
    assert shop.ask(MENU, id="nowhere", text="x") == {"searchMenu": None}
    assert shop.ask(MENU, id="a#b", text="x") == {"searchMenu": None}


@pytest.mark.parametrize(
    ("text", "without", "found", "shown"),
    [
        ("without gluten", [], ["latte"], ["GLUTEN"]),
        ("glutenfrei", [], ["latte"], ["GLUTEN"]),
        ("", ["GLUTEN"], ["latte"], ["GLUTEN"]),
        ("ring", ["MILK"], [], ["MILK"]),
        ("sans lait", ["GLUTEN"], [], ["GLUTEN", "MILK"]),
        ("without nuts", [], ["glazed", "porridge", "latte"], ["NUTS", "PEANUT"]),
        ("", [], ["glazed", "porridge", "latte"], []),
        ("🍩", [], [], []),
    ],
)
def test_allergens_are_left_out_and_the_answer_says_which(
    shop: Service, text: str, without: list[str], found: list[str], shown: list[str]
) -> None:
    answer = shop.ask(ITEMS, market="de", text=text, without=without)
    assert ids(answer, "searchItems") == found
    assert answer["searchItems"]["without"] == shown
    assert answer["searchItems"]["notUnderstood"] == []


def test_what_is_excluded_and_is_no_allergen_finds_nothing_and_is_named(shop: Service) -> None:
    answer = shop.ask(ITEMS, market="de", text="ring without sugar")["searchItems"]
    assert answer == {"totalCount": 0, "without": [], "notUnderstood": ["sugar"], "edges": []}


def test_pages_hold_each_item_once(shop: Service) -> None:
    set_assortment(shop.table, "de-1", {item: {"listed": True} for item in ("glazed", "latte")})
    first = shop.ask(MENU, id="de-1", text="", first=1)["searchMenu"]
    assert first["totalCount"] == 2
    assert first["pageInfo"]["hasNextPage"]
    last = shop.ask(MENU, id="de-1", text="", first=1, after=first["pageInfo"]["endCursor"])
    assert ids(last) == ["latte"]
    assert last["searchMenu"]["pageInfo"]["hasPreviousPage"]
    assert not last["searchMenu"]["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (MENU, {"id": "de-1", "text": "x" * 101}, "text is longer than 100 characters"),
        (MENU, {"id": "de-1", "text": "x", "first": 0}, "first is 1 to 100"),
        (MENU, {"id": "de-1", "text": "x", "after": "??"}, "'??' is no cursor; pass"),
        (MENU, {"id": "de-1", "text": "x", "after": "YQ"}, "the cursor is of another list"),
        (MENU, {"id": "de-1", "text": "x", "locale": "!"}, "locale '!' is no BCP 47 tag"),
        (MENU, {"id": "de-1", "text": "ab cd ef gh ij kl mn op qr st uv"}, "text has 11 different"),
        (ITEMS, {"market": "zz", "text": "x"}, "there is no market 'zz'; markets are"),
    ],
)
def test_arguments_out_of_range_are_bad_user_input(
    shop: Service, query: str, variables: dict[str, Any], message: str
) -> None:
    (error,) = orjson.loads(shop.post(query, variables=variables).body)["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(message)


def test_a_market_without_a_catalog_says_so(service: Service) -> None:
    answer = orjson.loads(service.post(ITEMS, variables={"market": "fr", "text": "x"}).body)
    assert answer["errors"][0]["extensions"]["code"] == "CATALOG_NOT_PUBLISHED"


def test_a_publication_is_searched_at_once_and_the_index_is_made_once(shop: Service) -> None:
    shop.ask(ITEMS, market="de", text="latte")
    kept = index_of(shop.application._services.catalogs.current("de"))
    shop.ask(ITEMS, market="de", text="ring")
    assert index_of(shop.application._services.catalogs.current("de")) is kept
    set_draft(shop.table, "de", "latte", names={"en": "Cortado"})
    shop.application._services.catalogs.publish("de")
    assert ids(shop.ask(ITEMS, market="de", text="cortado"), "searchItems") == ["latte"]
    assert ids(shop.ask(ITEMS, market="de", text="latte"), "searchItems")[0] == "latte"  # its id


def test_the_persisted_documents_are_answered_like_the_schema_does(shop: Service) -> None:
    documents = {one["name"]: key for key, one in json.loads(MANIFEST.read_text()).items()}
    variables = {"storeId": "de-1", "text": "ring", "without": ["NUTS"], "market": "de"}
    for name, unused in (("SearchMenu", "market"), ("SearchItems", "storeId")):
        given = {key: value for key, value in variables.items() if key != unused}
        response = shop.get(
            f"/graphql/persisted/{documents[name]}", variables=orjson.dumps(given).decode()
        )
        assert response.status == 200
        (found,) = orjson.loads(response.body)["data"].values()
        assert [edge["node"]["id"] for edge in found["edges"]] == ["glazed"]
        assert found["without"] == ["NUTS"]
        assert "max-age" in response.headers["cache-control"]
        broken = {**given, "without": ["STRAW"]}
        refused = shop.get(
            f"/graphql/persisted/{documents[name]}", variables=orjson.dumps(broken).decode()
        )
        assert refused.status == 400
