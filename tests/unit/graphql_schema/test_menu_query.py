"""menu(storeId): what a store sells, joined from its documents and its market's catalog."""

from datetime import UTC, datetime

import orjson
import pytest

from graphql_schema.export import DAYPARTS
from services.storage.catalogs import CatalogRepository
from tests.support.chain import (
    add_store,
    publish_small_catalog,
    set_assortment,
    set_draft,
    set_stock,
)
from tests.support.service import Service

MENU = """
query Menu($id: ID!, $at: DateTime, $locale: String) {
  menu(storeId: $id, at: $at, locale: $locale) {
    version currency locale
    store { id name openNow opensAt closesAt market { id } address { country } }
    categories { id name items {
      id name description imageUrl price { amountMinor currency } allergens calories availability
    } }
  }
}
"""


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def items(data: dict) -> dict:  # type: ignore[type-arg]
    return {item["id"]: item for c in data["menu"]["categories"] for item in c["items"]}


def test_an_unknown_store_is_null_without_an_error(shop: Service) -> None:
    for store_id in ("de-2", "", "x" * 3000, "ß", "a#b", "..", "-1"):
        assert shop.ask(MENU, id=store_id) == {"menu": None}


def test_a_store_without_an_assortment_sells_the_standard_range_at_market_prices(
    shop: Service,
) -> None:
    menu = items(shop.ask(MENU, id="de-1"))
    assert list(menu) == ["glazed"]
    assert menu["glazed"]["price"] == {"amountMinor": 199, "currency": "EUR"}


def test_an_assortment_chooses_prices_and_orders(shop: Service) -> None:
    set_assortment(
        shop.table,
        "de-1",
        {
            "latte": {"listed": True, "price": 333, "rank": 1},
            "glazed": {"listed": True, "price": None, "rank": 2},
            "porridge": {"listed": False},
        },
    )
    menu = items(shop.ask(MENU, id="de-1"))
    assert set(menu) == {"glazed", "latte"}
    assert menu["latte"]["price"]["amountMinor"] == 333
    assert menu["glazed"]["price"]["amountMinor"] == 199


def test_breakfast_is_served_in_the_stores_own_morning(shop: Service) -> None:
    eight_in_berlin = "2026-05-04T06:00:00+00:00"
    assert "porridge" in items(shop.ask(MENU, id="de-1", at=eight_in_berlin))
    assert "porridge" not in items(shop.ask(MENU, id="de-1", at="2026-05-04T08:00:00-07:00"))


def test_menus_of_all_dayparts_have_all_that_a_store_lists_also_at_night(shop: Service) -> None:
    """The site's pages of staff read them so, for prices and stock."""
    listed = {
        "latte": {"listed": True, "price": 333},
        "glazed": {"listed": True, "price": 222},
        "porridge": {"listed": True, "price": 444},
    }
    set_assortment(shop.table, "de-1", listed)
    operation = DAYPARTS.parent / "operations" / "assortment" / "ListedItems.graphql"
    moments = {
        "breakfast": "2026-05-04T05:30:00+02:00",
        "lunch": "2026-05-04T11:00:00+02:00",
        "afternoon": "2026-05-04T15:00:00+02:00",
        "evening": "2026-05-05T02:00:00+02:00",
    }
    answer = shop.ask(operation.read_text(), storeId="de-1", locale="en", **moments)
    menus = {name: items({"menu": menu}) for name, menu in answer.items()}
    assert set(menus["breakfast"]) == set(listed)
    assert menus["breakfast"]["porridge"]["price"] == {"amountMinor": 444}
    for name in ("lunch", "afternoon", "evening"):
        assert set(menus[name]) == {"latte", "glazed"}


def test_texts_come_in_the_locale_asked_else_the_markets_else_english(shop: Service) -> None:
    assert items(shop.ask(MENU, id="de-1"))["glazed"]["name"] == "Glasierter Ring"
    assert items(shop.ask(MENU, id="de-1", locale="en-GB"))["glazed"]["name"] == "Glazed ring"
    in_french = shop.ask(MENU, id="de-1", locale="fr-CA")["menu"]
    assert in_french["categories"][0]["name"] == "Beignets"
    assert in_french["categories"][0]["items"][0]["name"] == "Glasierter Ring"


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        ("fr-ca", "Beigne"),
        ("fr_CA", "Beigne"),
        ("FR-Latn-CA", "Anneau"),
        ("FR", "Anneau"),
        ("zh-hant", "環"),
        ("zh-Hant-HK", "環"),
        ("zh-hant-tw", "環TW"),
        ("pt-br", "Rosca"),
        ("pt", "Glasierter Ring"),
        ("fr-CA-u-co-phonebk", "Beigne"),
        ("en-US-u-rg-gbzzzz", "Glazed ring"),
        ("de-x-menu", "Glasierter Ring"),
        ("x-whatever", "Glasierter Ring"),
    ],
)
def test_tags_are_looked_up_as_rfc_4647_says_in_menus_and_searches(
    shop: Service, locale: str, name: str
) -> None:
    names = {"fr": "Anneau", "fr-CA": "Beigne", "pt-BR": "Rosca", "zh-Hant": "環"}
    set_draft(shop.table, "de", "glazed", names={**names, "zh-Hant-TW": "環TW"})
    CatalogRepository(shop.table).publish("de")
    shop.application._services.catalogs.expire()
    assert items(shop.ask(MENU, id="de-1", locale=locale))["glazed"]["name"] == name
    found = shop.ask(
        """query ($locale: String) { searchItems(market: "de", text: "glazed", locale: $locale) {
        edges { node { id name } } } }""",
        locale=locale,
    )
    assert [edge["node"]["name"] for edge in found["searchItems"]["edges"]] == [name]


def test_availability_follows_the_stock(shop: Service) -> None:
    for pieces, expected in ((6, "AVAILABLE"), (5, "LOW"), (0, "SOLD_OUT")):
        set_stock(shop.table, "de-1", {"glazed": pieces})
        assert items(shop.ask(MENU, id="de-1"))["glazed"]["availability"] == expected


def test_the_version_moves_with_every_document_and_only_then(shop: Service) -> None:
    def version() -> str:
        return str(shop.ask(MENU, id="de-1")["menu"]["version"])

    seen = [version()]
    assert version() == seen[0]
    set_assortment(shop.table, "de-1", {"glazed": {"listed": True}})
    seen.append(version())
    set_stock(shop.table, "de-1", {"glazed": 3})
    seen.append(version())
    publish_small_catalog(shop.table)  # the same content publishes nothing
    assert version() == seen[-1]
    set_draft(shop.table, "de", "glazed", price=205)
    assert version() == seen[-1]
    assert len(set(seen)) == 3


def test_opening_state_is_the_stores_own(shop: Service) -> None:
    store = shop.ask(MENU, id="de-1")["menu"]["store"]
    assert store["openNow"] is True
    assert store["closesAt"] == "2026-05-04T20:00:00+02:00"
    sunday = shop.ask(MENU, id="de-1", at="2026-05-03T12:00:00Z")["menu"]["store"]
    assert (sunday["openNow"], sunday["opensAt"]) == (False, "2026-05-04T07:00:00+02:00")


def test_a_market_without_a_catalog_is_a_coded_error(service: Service) -> None:
    add_store(service.table, "fr-1", market="fr")
    answer = orjson.loads(service.post(MENU, variables={"id": "fr-1"}).body)
    assert answer["errors"][0]["extensions"]["code"] == "CATALOG_NOT_PUBLISHED"


@pytest.mark.parametrize(
    "variables", [{"at": "2026-05-04T08:00:00"}, {"locale": "'; drop"}, {"locale": ""}]
)
def test_arguments_without_a_meaning_are_bad_user_input(
    shop: Service, variables: dict[str, str]
) -> None:
    answer = orjson.loads(shop.post(MENU, variables={"id": "de-1", **variables}).body)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert answer["errors"][0]["path"] == ["menu"]


def test_a_menu_costs_one_request_besides_the_catalogs_pointer(shop: Service) -> None:
    shop.application._services.catalogs._max_age_s = 60
    shop.ask(MENU, id="de-1")
    shop.ask(MENU, id="de-1")
    assert shop.lines[-1]["dynamodb"]["requests"] == 1
    assert shop.lines[-1]["operation"] == "Menu"
    assert shop.lines[-1]["region"] == "eu-west-1"


def test_the_clock_is_asked_per_request(shop: Service) -> None:
    shop.now = datetime(2026, 5, 4, 22, 0, tzinfo=UTC)
    assert shop.ask(MENU, id="de-1")["menu"]["store"]["openNow"] is False
