"""store, stores, storesNear, markets, region."""

from datetime import UTC, datetime

import orjson
import pytest

from services.domain.markets import MARKETS
from services.storage.regions import RegionRepository
from tests.support.chain import add_store
from tests.support.service import MONDAY_NOON, Service

PAGE = """
query Stores($market: ID, $search: String, $first: Int! = 20, $after: String) {
  stores(market: $market, search: $search, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id } }
  }
}
"""
NEAR = """
query Near($lat: Float!, $lng: Float!, $radius: Float, $first: Int) {
  storesNear(latitude: $lat, longitude: $lng, radiusKm: $radius, first: $first) {
    distanceKm store { id }
  }
}
"""


@pytest.fixture
def chain(service: Service) -> Service:
    table = service.table
    add_store(table, "de-1")
    add_store(
        table, "fr-1", market="fr", name="Carte Café Étoile", city="Paris", postal_code="75017",
        latitude=48.87, longitude=2.29, time_zone="Europe/Paris", street="Avenue Foch 3",
    )  # fmt: skip
    add_store(
        table, "fr-2", market="fr", name="Carte Nation", city="Paris", postal_code="75011",
        latitude=48.85, longitude=2.39, time_zone="Europe/Paris", street="Rue de la Roquette 9",
    )  # fmt: skip
    add_store(table, "fj-1", latitude=-17.0, longitude=179.95)
    add_store(table, "fj-2", latitude=-17.0, longitude=-179.95)
    return service


def ids(data: dict) -> list[str]:  # type: ignore[type-arg]
    return [edge["node"]["id"] for edge in data["stores"]["edges"]]


def test_a_store_has_every_field(chain: Service) -> None:
    fields = """id name market { id country currency locale } latitude longitude timeZone openNow
      address { street city state postalCode country } hours { weekday opens closes }"""
    store = chain.ask(f'{{ store(id: "de-1") {{ {fields} }} }}')["store"]
    assert store["market"] == {"id": "de", "country": "Germany", "currency": "EUR", "locale": "de"}
    assert store["address"]["state"] is None
    assert store["hours"][5] == {"weekday": "SATURDAY", "opens": "08:00", "closes": "18:00"}
    assert len(store["hours"]) == 6
    assert chain.ask('{ store(id: "nowhere") { id } }') == {"store": None}


def test_stores_are_listed_by_market_and_city(chain: Service) -> None:
    assert ids(chain.ask(PAGE, market="fr")) == ["fr-1", "fr-2"]
    assert chain.ask(PAGE)["stores"]["totalCount"] == 5
    assert ids(chain.ask(PAGE, market="zz")) == []


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("paris", ["fr-1", "fr-2"]),
        ("PARIS etoile", ["fr-1"]),
        ("7501", ["fr-1", "fr-2"]),
        ("roquette 9", ["fr-2"]),
        ("fr-2", ["fr-2"]),
        ("ris", []),
        ("aris", ["fr-1", "fr-2"]),
        ("  ", ["de-1", "fj-1", "fj-2", "fr-1", "fr-2"]),
    ],
)
def test_search_finds_word_beginnings_and_what_mistyped_words_mean(
    chain: Service, search: str, expected: list[str]
) -> None:
    assert sorted(ids(chain.ask(PAGE, search=search))) == expected


SEARCH_NEAR = """
query Search($lat: Float, $lng: Float) {
  stores(search: "nowhere road", nearLatitude: $lat, nearLongitude: $lng) { edges { node { id } } }
}
"""


def test_the_nearer_of_two_stores_that_fit_equally_comes_first(service: Service) -> None:
    for store_id, latitude in (("a-south", -40.0), ("b-north", 60.0)):
        add_store(service.table, store_id, street="1 Nowhere Road", latitude=latitude)
    assert ids(service.ask(SEARCH_NEAR, lat=59, lng=13)) == ["b-north", "a-south"]
    assert ids(service.ask(SEARCH_NEAR, lat=-39, lng=13)) == ["a-south", "b-north"]
    assert ids(service.ask(SEARCH_NEAR)) == ["a-south", "b-north"]


@pytest.mark.parametrize(
    ("lat", "lng", "message"),
    [
        (5, None, "nearLatitude and nearLongitude are given both or not at all"),
        (None, 5, "nearLatitude and nearLongitude are given both or not at all"),
        (91, 0, "latitude '91' is not from -90 to 90"),
    ],
)
def test_a_place_of_the_guest_that_is_none_is_bad_user_input(
    chain: Service, lat: float | None, lng: float | None, message: str
) -> None:
    answer = orjson.loads(chain.post(SEARCH_NEAR, variables={"lat": lat, "lng": lng}).body)
    assert [error["message"] for error in answer["errors"]] == [message]


OPEN = """
query Open($openFirst: Boolean!, $first: Int = 20, $after: String) {
  stores(search: "nowhere", openFirst: $openFirst, first: $first, after: $after) {
    pageInfo { endCursor } edges { cursor node { id openNow } }
  }
}
"""


@pytest.mark.parametrize("search", ["frankfurt", None])
def test_cities_of_one_name_have_their_region_where_addresses_have_no_state(
    service: Service, search: str | None
) -> None:
    """They have it in searches: lists are made without the names of places."""
    for store_id, city, state, place in (
        ("de-1", "Frankfurt", None, (50.11, 8.68)),
        ("de-2", "Frankfurt", None, (52.34, 14.55)),
        ("de-3", "Frankfurt", "Brandenburg", (52.35, 14.55)),
        ("de-4", "Berlin", None, (52.52, 13.4)),
    ):
        add_store(
            service.table, store_id, city=city, state=state,
            latitude=place[0], longitude=place[1], street="Berliner Straße 1, nicht Frankfurt",
        )  # fmt: skip
    edges = service.ask(
        "query ($search: String) { stores(search: $search) { edges { region node { id } } } }",
        search=search,
    )["stores"]["edges"]
    assert {edge["node"]["id"]: edge["region"] for edge in edges} == {
        "de-1": "Hessen" if search else None,
        "de-2": "Brandenburg" if search else None,
        "de-3": None,
        "de-4": None,
    }


@pytest.fixture
def hours(service: Service) -> Service:
    """Five stores, by their ids: those with an even number are closed on Mondays."""
    for number in range(5):
        hours = "Mo-Su 00:00-24:00" if number % 2 else "Tu-Su 00:00-24:00"
        add_store(service.table, f"store-{number}", street=f"{number} Nowhere Road", hours=hours)
    return service


def test_open_stores_come_first_on_request_and_the_rest_of_the_order_stays(hours: Service) -> None:
    usual = [f"store-{number}" for number in range(5)]
    assert ids(hours.ask(OPEN, openFirst=False)) == usual
    opened = hours.ask(OPEN, openFirst=True)
    assert ids(opened) == ["store-1", "store-3", "store-0", "store-2", "store-4"]
    assert [edge["node"]["openNow"] for edge in opened["stores"]["edges"]] == [
        *[True] * 2,
        *[False] * 3,
    ]


def test_open_first_moves_no_store_to_another_page(hours: Service) -> None:
    first = hours.ask(OPEN, openFirst=True, first=3)
    assert ids(first) == ["store-1", "store-0", "store-2"]
    after = first["stores"]["pageInfo"]["endCursor"]
    assert ids(hours.ask(OPEN, openFirst=True, first=3, after=after)) == ["store-3", "store-4"]


def test_whether_stores_are_open_is_cached_no_longer_than_a_store(hours: Service) -> None:
    def kept(open_first: str) -> str:
        query = f'{{ stores(search: "nowhere"{open_first}) {{ totalCount }} }}'
        return hours.get("/graphql", query=query).headers["cache-control"].split(",")[1].strip()

    assert (kept(""), kept(", openFirst: true")) == ("max-age=60", "max-age=30")


def test_pages_follow_each_other_without_gaps(chain: Service) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = chain.ask(PAGE, first=2, after=after)
        seen += ids(page)
        info = page["stores"]["pageInfo"]
        assert info["hasPreviousPage"] is (after is not None)
        if not info["hasNextPage"]:
            break
        after = info["endCursor"]
    assert sorted(seen) == ["de-1", "fj-1", "fj-2", "fr-1", "fr-2"]


@pytest.mark.parametrize(
    "variables", [{"first": 0}, {"first": 101}, {"after": "???"}, {"search": "x" * 101}]
)
def test_arguments_out_of_range_are_bad_user_input(
    chain: Service, variables: dict[str, object]
) -> None:
    answer = orjson.loads(chain.post(PAGE, variables=variables).body)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_near_stores_come_nearest_first_with_their_distance(chain: Service) -> None:
    near = chain.ask(NEAR, lat=48.85, lng=2.35)["storesNear"]
    assert [one["store"]["id"] for one in near] == ["fr-2", "fr-1"]
    assert near[0]["distanceKm"] == pytest.approx(2.926, abs=0.01)
    assert len(chain.ask(NEAR, lat=48.85, lng=2.35, first=1)["storesNear"]) == 1
    assert chain.ask(NEAR, lat=48.85, lng=2.35, radius=1)["storesNear"] == []


def test_near_crosses_the_date_line(chain: Service) -> None:
    near = chain.ask(NEAR, lat=-17.0, lng=180.0)["storesNear"]
    assert {one["store"]["id"] for one in near} == {"fj-1", "fj-2"}


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((91, 0, 5), "latitude '91' is not from -90 to 90"),
        ((0, 181, 5), "longitude '181' is not from -180 to 180"),
        ((0, 0, 0), "radiusKm is above 0 and at most 500"),
        ((0, 0, 501), "radiusKm is above 0 and at most 500"),
    ],
)
def test_places_off_the_globe_are_bad_user_input(
    chain: Service, place: tuple[float, float, float], message: str
) -> None:
    lat, lng, radius = place
    variables = {"lat": lat, "lng": lng, "radius": radius}
    (error,) = orjson.loads(chain.post(NEAR, variables=variables).body)["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == message


def test_a_page_costs_one_request_for_its_profiles(chain: Service) -> None:
    chain.application._services.directory._max_age_s = 60
    chain.ask(PAGE)
    chain.ask(PAGE)
    assert chain.lines[-1]["dynamodb"]["requests"] == 1


def test_markets_are_all_there(chain: Service) -> None:
    markets = chain.ask("{ markets { id currency } }")["markets"]
    assert [market["id"] for market in markets] == list(MARKETS)
    assert {"id": "jp", "currency": "JPY"} in markets


def test_region_shows_the_age_of_other_regions_heartbeats(chain: Service) -> None:
    chain.get("/ready")
    assert chain.ask("{ region { name version replicationLag { region } } }")["region"] == {
        "name": "eu-west-1",
        "version": "1.2.3",
        "replicationLag": [],
    }
    elsewhere = RegionRepository(chain.table)
    elsewhere._table.binding = type(chain.table.binding)("us-east-1")
    elsewhere.beat()
    chain.now = datetime.now(UTC)
    lag = chain.ask("{ region { replicationLag { region seconds } } }")["region"]["replicationLag"]
    assert [one["region"] for one in lag] == ["us-east-1"]
    assert 0 <= lag[0]["seconds"] < 60
    assert chain.now > MONDAY_NOON


def test_the_heartbeat_of_a_region_that_is_no_longer_deployed_is_left_out(chain: Service) -> None:
    here = chain.table.binding
    for name in ("us-east-1", "sa-east-1"):
        chain.table.binding = here._replace(region=name)
        RegionRepository(chain.table).beat()
    chain.table.binding = here
    query = "{ region { replicationLag { region } } }"
    assert len(chain.ask(query)["region"]["replicationLag"]) == 2
    deployed = Service(chain.table, deployed=("eu-west-1", "us-east-1"))
    assert deployed.ask(query)["region"]["replicationLag"] == [{"region": "us-east-1"}]
