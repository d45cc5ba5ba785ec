"""searchSuggestions: what a guest who is still typing may mean, from the directory in memory."""

import json
from typing import Any

import orjson
import pytest

from graphql_schema.export import MANIFEST
from tests.support.chain import add_store
from tests.support.service import Service

SUGGEST = """
query Suggest($text: String!, $lat: Float, $lng: Float, $locale: String) {
  searchSuggestions(text: $text, nearLatitude: $lat, nearLongitude: $lng, locale: $locale) {
    kind name city state street postalCode storeCount storeId search market { id }
  }
}
"""


@pytest.fixture
def chain(service: Service) -> Service:
    add_store(
        service.table, "fr-1", market="fr", name="Carte Nation", city="Paris", postal_code="75011",
        latitude=48.85, longitude=2.39, time_zone="Europe/Paris", street="Rue de la Roquette 9",
    )  # fmt: skip
    add_store(
        service.table, "us-1", market="us", name="Carte Lamar", city="Paris", postal_code="75460",
        latitude=33.66, longitude=-95.56, time_zone="America/Chicago", street="12 Lamar Avenue",
    )  # fmt: skip
    return service


def suggested(chain: Service, text: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chain.ask(SUGGEST, text=text, **more)["searchSuggestions"]
    return found


def test_a_city_has_what_tells_it_apart_and_what_to_search_for(chain: Service) -> None:
    cities = [one for one in suggested(chain, "pari") if one["kind"] == "CITY"]
    assert [(one["market"]["id"], one["state"], one["search"]) for one in cities] == [
        ("fr", "Île-de-France", "Paris, Île-de-France"),
        ("us", "Texas", "Paris, Texas"),
    ]
    assert {(one["name"], one["city"], one["storeCount"]) for one in cities} == {
        ("Paris", "Paris", 1)
    }
    texan = suggested(chain, "pari", lat=33, lng=-96)[0]
    assert texan["state"] == "Texas"


def test_a_store_has_its_address_and_a_country_has_none(chain: Service) -> None:
    (store,) = suggested(chain, "roquette")
    assert store == {
        "kind": "STORE",
        "name": "Carte Nation",
        "city": "Paris",
        "state": "Île-de-France",
        "street": "Rue de la Roquette 9",
        "postalCode": "75011",
        "storeCount": 1,
        "storeId": "fr-1",
        "search": "fr-1",
        "market": {"id": "fr"},
    }
    country = suggested(chain, "fran")[0]
    assert (country["kind"], country["name"], country["storeCount"]) == ("COUNTRY", "France", 1)
    assert country["city"] is country["street"] is country["storeId"] is None


def test_names_in_the_language_of_the_locale_come_first(chain: Service) -> None:
    assert suggested(chain, "fr", locale="de-AT")[0]["name"] == "France"
    assert suggested(chain, "ve", locale="de")[0]["name"] == "United States"
    assert suggested(chain, "ve", locale="en") == suggested(chain, "ve") == []


def test_no_store_is_read(chain: Service) -> None:
    suggested(chain, "pari")
    assert chain.lines[-1]["dynamodb"]["requests"] == 1  # the directory, which is 0 s old at most
    assert suggested(chain, "  ") == []


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"text": "x" * 101}, "text is longer than 100 characters"),
        ({"text": "ab cd ef gh ij kl mn op qr st uv"}, "text has 11 different words"),
        ({"text": "x", "locale": "?"}, "locale '?' is no BCP 47 tag"),
        ({"text": "x", "lat": 5}, "nearLatitude and nearLongitude are given both or not at all"),
        ({"text": "x", "lat": 91, "lng": 0}, "latitude '91' is not from -90 to 90"),
    ],
)
def test_arguments_out_of_range_are_bad_user_input(
    chain: Service, variables: dict[str, Any], message: str
) -> None:
    (error,) = orjson.loads(chain.post(SUGGEST, variables=variables).body)["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(message)


def test_the_persisted_read_may_be_cached_and_names_the_stores_that_purge_it(
    chain: Service,
) -> None:
    documents = {one["name"]: key for key, one in json.loads(MANIFEST.read_text()).items()}
    path = f"/graphql/persisted/{documents['SearchSuggestions']}"
    response = chain.get(path, variables='{"text":"pari"}')
    assert response.status == 200
    assert response.headers["cache-control"].startswith("public, max-age=300")
    assert response.headers["cache-tag"] == "store:fr-1"
    (found,) = orjson.loads(response.body)["data"].values()
    assert found[0]["name"] == "Paris"
    # Whoever types other blanks or capitals is answered the same bytes.
    assert chain.get(path, variables='{"text":" PARI "}').body == response.body
