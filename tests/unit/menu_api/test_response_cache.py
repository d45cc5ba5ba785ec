"""Cached responses: never another's, never an outdated one; and no work where none is needed."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from botocore.exceptions import ReadTimeoutError

from graphql_schema.context import CacheHint
from graphql_schema.export import MANIFEST
from services.menu_api.documents import Document, OperationRequest
from services.menu_api.graphql_http import _key
from services.menu_api.messages import Payload, Request, Response
from services.menu_api.negotiation import Agreed
from services.menu_api.parameters import read_variables
from services.menu_api.response_cache import FRESH_S, CachedResponse, ResponseCache, ResponseKey
from services.storage import reads
from services.storage.catalogs import CatalogRepository
from services.storage.reads import Reads
from services.storage.table import Table
from tests.support.chain import (
    add_store,
    publish_small_catalog,
    set_assortment,
    set_draft,
    set_stock,
)
from tests.support.service import Service
from tests.support.tokens import ISSUER
from tests.unit.menu_api.test_cold_start import compiled

__all__ = ["compiled"]

MENU = next(
    key for key, one in orjson.loads(MANIFEST.read_bytes()).items() if one["name"] == "Menu"
)
PATH = f"/graphql/persisted/{MENU}"
TEXT = orjson.loads(MANIFEST.read_bytes())[MENU]["document"]


@pytest.fixture
def shop(service: Service, compiled: None) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    add_store(service.table, "de-2", name="Carte Hamburg")
    set_stock(service.table, "de-1", {"glazed": 50})
    service.application._services.catalogs._max_age_s = 5
    settle(service)
    return service


def settle(service: Service) -> None:
    """Let the time pass in which this process reads its own writes consistently."""
    service.table._written.clear()


def get(
    service: Service, store: str = "de-1", locale: str | None = None, **headers: str
) -> Response:
    """GET of a store's persisted menu."""
    variables = {"storeId": store} | ({"locale": locale} if locale else {})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.get(PATH, named, variables=orjson.dumps(variables).decode())


def menu(response: Response) -> dict[str, Any]:
    """The menu in a response."""
    body = (
        zlib.decompress(response.body, 31)
        if "content-encoding" in response.headers
        else response.body
    )
    found: dict[str, Any] = orjson.loads(body)["data"]["menu"]
    return found


def items(response: Response) -> dict[str, dict[str, Any]]:
    """Items of a response's menu by id."""
    return {
        one["id"]: one for category in menu(response)["categories"] for one in category["items"]
    }


def how(service: Service) -> tuple[str | None, int]:
    """What the cache did for the last request, and how many requests to DynamoDB it took."""
    line = service.lines[-1]
    return line.get("cache"), line["dynamodb"]["requests"]


def test_the_same_again_costs_nothing_then_one_request_then_everything(shop: Service) -> None:
    first = get(shop)
    assert how(shop)[0] == "miss"
    again = get(shop)
    assert how(shop) == ("hit", 0)
    shop.seconds += FRESH_S
    checked = get(shop)
    assert how(shop) == ("checked", 1)
    assert get(shop).body == checked.body == again.body == first.body
    assert how(shop) == ("hit", 0)
    assert first.headers == again.headers == checked.headers
    shop.now += timedelta(minutes=1)
    assert get(shop).status == 200
    assert how(shop) == ("miss", 1)


def test_a_miss_after_a_check_reads_the_store_once(shop: Service) -> None:
    get(shop)
    shop.seconds += FRESH_S
    elsewhere(shop, lambda table: set_stock(table, "de-1", {"glazed": 0}))
    assert items(get(shop))["glazed"]["availability"] == "SOLD_OUT"
    assert how(shop) == ("miss", 1)


def elsewhere(shop: Service, change: Any) -> None:
    """Make a change by another process of the same region."""
    change(Table(shop.table.binding))


@pytest.mark.parametrize(
    "change",
    [
        lambda table: set_stock(table, "de-1", {"glazed": 0}),
        lambda table: set_assortment(table, "de-1", {"glazed": {"listed": True, "price": 777}}),
    ],
)
def test_a_change_by_another_process_shows_within_the_second(shop: Service, change: Any) -> None:
    before = get(shop)
    elsewhere(shop, change)
    assert get(shop).body == before.body
    assert how(shop) == ("hit", 0)
    shop.seconds += FRESH_S
    after = get(shop)
    assert items(after) != items(before)
    assert after.headers["etag"] != before.headers["etag"]


def test_a_change_by_this_process_shows_at_once(shop: Service) -> None:
    get(shop)
    set_stock(shop.table, "de-1", {"glazed": 0})
    assert items(get(shop))["glazed"]["availability"] == "SOLD_OUT"
    set_stock(shop.table, "de-1", {"glazed": 3})
    assert items(get(shop))["glazed"]["availability"] == "LOW"


def test_what_this_process_wrote_is_read_consistently_for_a_moment(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads_made: list[bool] = []
    query = shop.table.reader.query

    def noted(pk: str, **more: Any) -> Any:
        reads_made.append(more["consistent"])
        return query(pk, **more)

    monkeypatch.setattr(shop.table.reader, "query", noted)
    now = [50.0]
    shop.table._monotonic = lambda: now[0]
    get(shop)
    reads_made.clear()
    set_stock(shop.table, "de-1", {"glazed": 0})
    reads_made.clear()
    get(shop)
    get(shop, "de-2")
    now[0] += 2.0
    shop.seconds += FRESH_S
    get(shop)
    assert reads_made == [True, False, False]


def test_a_catalog_published_elsewhere_shows_when_the_pointer_is_read_again(shop: Service) -> None:
    before = get(shop)
    clock = [0.0]
    shop.application._services.catalogs._monotonic = lambda: clock[0]
    shop.application._services.catalogs.expire()
    get(shop, cache_control="no-cache")
    elsewhere(shop, lambda table: publish(table, 555))
    clock[0] += 6
    shop.seconds += 6
    assert items(before)["glazed"]["price"]["amountMinor"] == 199
    assert items(get(shop))["glazed"]["price"]["amountMinor"] == 555


def publish(table: Table, price: int) -> None:
    """Publish the German catalog with another price."""
    set_draft(table, "de", "glazed", price=price)
    CatalogRepository(table).publish("de")


def test_a_catalog_published_here_is_in_force_at_once(shop: Service) -> None:
    get(shop)
    publish(shop.table, 444)
    assert items(get(shop))["glazed"]["price"]["amountMinor"] == 444


def test_no_store_gets_anothers(shop: Service) -> None:
    for _ in range(2):
        assert menu(get(shop, "de-1"))["store"]["id"] == "de-1"
        assert menu(get(shop, "de-2"))["store"]["id"] == "de-2"
        assert menu(get(shop, "de-3")) is None
    assert how(shop)[0] == "hit"


def test_a_store_that_opens_is_seen(shop: Service) -> None:
    assert menu(get(shop, "de-3")) is None
    elsewhere(shop, lambda table: add_store(table, "de-3"))
    shop.seconds += FRESH_S
    assert menu(get(shop, "de-3"))["store"]["id"] == "de-3"


def test_no_language_gets_anothers(shop: Service) -> None:
    for _ in range(2):
        assert items(get(shop, locale="en"))["glazed"]["name"] == "Glazed ring"
        assert items(get(shop, locale="de"))["glazed"]["name"] == "Glasierter Ring"
        assert menu(get(shop, locale="EN"))["locale"] == "EN"
        assert menu(get(shop))["locale"] == "de"


def test_no_media_type_gets_anothers(shop: Service) -> None:
    for _ in range(2):
        for media in ("application/json", "application/graphql-response+json"):
            assert get(shop, accept=media).headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize("roles", [["chain:admin"], ["store:de-1:manager"], []])
def test_who_sends_a_token_neither_gets_nor_leaves_a_cached_response(
    shop: Service, roles: list[str]
) -> None:
    def ask(headers: dict[str, str]) -> str | None:
        shop.post(TEXT, headers, variables={"storeId": "de-1"})
        return how(shop)[0]

    token = ISSUER.bearer(*roles)
    assert ask(token) is None
    assert ask({}) == "miss"
    assert ask(token) is None
    assert ask({"authorization": "Bearer rubbish"}) is None


def test_an_answer_to_a_get_with_a_token_is_kept_nowhere(shop: Service) -> None:
    query = '{ menu(storeId: "de-1") { version } }'
    for token in (ISSUER.bearer("chain:admin"), {"authorization": "Bearer rubbish"}):
        answer = shop.get("/graphql", token, query=query)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert "cache-tag" not in answer.headers
    assert shop.get("/graphql", query=query).headers["cache-control"].startswith("public")


def test_what_only_staff_may_see_is_never_kept(shop: Service) -> None:
    query = (
        '{ inventory(storeId: "de-1") { lines { itemId left } } menu(storeId: "de-1") { version } }'
    )
    token = ISSUER.bearer("chain:admin")
    for _ in range(6):
        good = shop.post(query, token)
        assert "errors" not in orjson.loads(good.body)
        assert good.headers["cache-control"] == "no-store"
    for _ in range(6):
        assert orjson.loads(shop.post(query).body)["errors"][0]["extensions"]["code"]
        assert how(shop)[0] is None


def test_errors_are_never_kept(shop: Service) -> None:
    for _ in range(3):
        assert b"errors" in get(shop, locale="?").body
        assert how(shop)[0] is None
    assert len(shop.application.responses) == 0


def test_opening_and_closing_show_with_their_minute(shop: Service) -> None:
    """Berlin closes at 20:00, which is 18:00 UTC in May."""
    shop.now = datetime(2026, 5, 4, 17, 59, 59, 900_000, tzinfo=UTC)
    assert menu(get(shop))["store"]["openNow"] is True
    assert menu(get(shop))["store"]["openNow"] is True
    shop.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    assert menu(get(shop))["store"]["openNow"] is False
    shop.now = datetime(2026, 5, 5, 4, 59, 59, tzinfo=UTC)
    assert menu(get(shop))["store"]["openNow"] is False
    shop.now = datetime(2026, 5, 5, 5, 0, tzinfo=UTC)
    assert menu(get(shop))["store"]["openNow"] is True


def test_breakfast_ends_with_its_minute(shop: Service) -> None:
    shop.now = datetime(2026, 5, 4, 8, 59, 59, 999_999, tzinfo=UTC)
    assert "porridge" in items(get(shop))
    assert "porridge" in items(get(shop))
    assert how(shop)[0] == "hit"
    shop.now = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    assert "porridge" not in items(get(shop))


def test_a_clock_that_goes_back_finds_nothing(shop: Service) -> None:
    get(shop)
    shop.now -= timedelta(hours=5)
    assert "porridge" in items(get(shop))


VARIABLES = '{ a: menu(storeId: "de-1") { version } }'


@pytest.mark.parametrize(
    "values", [(1, True, 1.0), (0, False, 0.0, None), ("é", "e\u0301"), ("1", 1)]
)
def test_values_that_look_alike_are_not_taken_for_each_other(
    shop: Service, values: tuple[Any, ...]
) -> None:
    keys = set()
    for value in values:
        variables = read_variables(orjson.dumps({"x": value}).decode())
        reads_made = OperationRequest(Document(VARIABLES), None, variables)
        keys.add(_key(reads_made, Agreed("application/json", legacy=False)))
    assert len(keys) == len(values)


def test_the_order_of_variables_makes_no_difference(shop: Service) -> None:
    for text in ('{"storeId":"de-1","locale":"en"}', ' {"locale" : "en", "storeId": "de-1"}'):
        shop.get(PATH, variables=text)
    assert how(shop)[0] == "hit"


def test_a_post_is_checked_each_time_and_may_not_be_kept(shop: Service) -> None:
    for expected in (("miss", 1), ("checked", 1), ("checked", 1)):
        settle(shop)
        response = shop.post(TEXT, variables={"storeId": "de-1"}, operationName="Menu")
        assert how(shop)[0] == expected[0]
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
    assert get(shop).headers["cache-control"].startswith("public, max-age=5")


@pytest.mark.parametrize(
    "headers",
    [
        *({"cache_control": "no-cache"}, {"cache_control": "max-age=0"}, {"pragma": "no-cache"}),
        *({"cache_control": "No-Cache"}, {"cache_control": 'foo, Max-Age="0"'}),
        *({"cache_control": "No-Store"}, {"pragma": "No-Cache"}),
    ],
)
def test_who_wants_the_current_menu_gets_it(shop: Service, headers: dict[str, str]) -> None:
    get(shop)
    elsewhere(shop, lambda table: set_stock(table, "de-1", {"glazed": 0}))
    assert items(get(shop, **headers))["glazed"]["availability"] == "SOLD_OUT"


@pytest.mark.parametrize("directives", ["max-age=05", "x-max-age=0", "s-maxage=0", "x-no-cache"])
def test_other_directives_do_not_pass_by_the_cache(shop: Service, directives: str) -> None:
    get(shop)
    get(shop, cache_control=directives)
    assert how(shop)[0] == "hit"


def test_an_etag_is_answered_without_work(shop: Service) -> None:
    def ask(**headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return shop.get("/graphql", named, query=TEXT, variables='{"storeId":"de-1"}')

    first = ask()
    for expected in ("hit", "checked"):
        again = ask(if_none_match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert how(shop)[0] == expected
        shop.seconds += FRESH_S
    set_stock(shop.table, "de-1", {"glazed": 1})
    assert ask(if_none_match=first.headers["etag"]).status == 200


def packed(shop: Service, **headers: str) -> Response:
    """GET the menu over a transport that returns compressed bodies."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    query = {"variables": '{"storeId":"de-1"}'}
    request = Request("GET", PATH, named, query, carries_bytes=True)
    return shop.application.respond(request)


def test_a_body_that_is_sent_again_is_sent_compressed_to_who_reads_that(shop: Service) -> None:
    plain = packed(shop, accept_encoding="gzip, br")
    assert "content-encoding" not in plain.headers
    again = packed(shop, accept_encoding="gzip, br")
    assert again.headers["content-encoding"] == "gzip"
    assert zlib.decompress(again.body, 31) == plain.body
    assert again.body == packed(shop, accept_encoding="*").body
    assert again.headers["etag"] != plain.headers["etag"]
    assert again.headers["vary"] == plain.headers["vary"] == "accept, accept-encoding"
    for refusing in ("", "br", "gzip;q=0", "identity"):
        assert "content-encoding" not in packed(shop, accept_encoding=refusing).headers
    assert "content-encoding" not in get(shop, accept_encoding="gzip").headers


def break_table(shop: Service, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make every Query fail; return the list of partitions that are read from now on."""
    reads_made: list[str] = []

    def broken(pk: str, **_: object) -> None:
        reads_made.append(pk)
        raise ReadTimeoutError(endpoint_url="secret")

    monkeypatch.setattr(shop.table.reader, "query", broken)
    return reads_made


def test_a_table_that_fails_is_asked_once_and_the_last_good_menu_is_sent_marked_stale(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = get(shop)
    shop.seconds += 90
    shop.now += timedelta(minutes=2)
    with monkeypatch.context() as patch:
        reads_made = break_table(shop, patch)
        stale = get(shop)
        assert (stale.status, stale.body) == (200, good.body)
        assert stale.headers["x-carte-stale"] == "90"
        assert stale.headers["cache-control"] == "no-store"
        assert reads_made == ["STORE#de-1"]
        assert how(shop)[0] == "stale"
        line = shop.lines[-1]
        assert (line["Function"], line["Code"], line["Faults"]) == (
            "menu_api",
            "TABLE_UNAVAILABLE",
            1,
        )
    assert "x-carte-stale" not in get(shop).headers


@pytest.mark.parametrize("ages", [timedelta(seconds=301), timedelta(hours=14)])
def test_a_menu_of_before_the_outage_is_not_sent_for_ever_so_that_another_region_is_asked(
    shop: Service, monkeypatch: pytest.MonkeyPatch, ages: timedelta
) -> None:
    get(shop)
    shop.seconds += ages.total_seconds()
    shop.now += ages
    break_table(shop, monkeypatch)
    response = get(shop)
    assert response.status == 503
    assert int(response.headers["retry-after"]) > 0
    assert b"data" not in response.body


def test_a_cached_menu_is_marked_stale_while_the_catalogs_pointer_cannot_be_read(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    catalogs = shop.application._services.catalogs
    catalogs._monotonic = lambda: clock[0]
    catalogs.expire()
    get(shop, cache_control="no-cache")

    def broken(*_: object, **__: object) -> None:
        raise ReadTimeoutError(endpoint_url="secret")

    monkeypatch.setattr(shop.table.reader, "get", broken)
    for age in (5, 5 + reads.MAX_OUTDATED_S):
        clock[0] = age
        answer = get(shop, cache_control="no-cache")
        assert answer.status == 200
        assert answer.headers["x-carte-stale"] == str(int(age))
        assert answer.headers["cache-control"] == "no-store"
    shop.seconds += 301
    shop.now += timedelta(seconds=301)
    clock[0] = 307
    assert get(shop, cache_control="no-cache").status == 503


def test_a_persisted_read_that_fails_is_503_without_data(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_table(shop, monkeypatch)
    response = get(shop)
    assert response.status == 503
    assert int(response.headers["retry-after"]) > 0
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-carte-region"] == "eu-west-1"
    body = orjson.loads(response.body)
    assert "data" not in body
    assert body["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert b"secret" not in response.body


def test_what_cannot_be_checked_is_kept_for_a_moment_only(shop: Service) -> None:
    manifest = orjson.loads(MANIFEST.read_bytes())
    search = next(key for key, one in manifest.items() if one["name"] == "SearchStores")
    for expected in ("miss", "hit"):
        shop.get(f"/graphql/persisted/{search}", variables='{"search":"Berlin","first":3}')
        assert how(shop)[0] == expected
    shop.seconds += FRESH_S
    shop.get(f"/graphql/persisted/{search}", variables='{"search":"Berlin","first":3}')
    assert how(shop)[0] == "miss"


@pytest.mark.parametrize("forms", [True, False])
def test_the_bytes_are_bounded(service: Service, *, forms: bool) -> None:
    cache = ResponseCache(service.application._services, max_bytes=100_000)
    for number in range(100):
        key = ResponseKey("{ a }", None, b"%d" % number, "application/json")
        payload = Payload(b"x" * 10_000)
        made = CachedResponse(payload, CacheHint(5), None, cache.begin())
        cache.keep(key, made, Reads(), requests=0)
        # Its other forms count as soon as they are made.
        if forms:
            assert payload.text
            assert payload.packed
        assert cache.find(key, cache.begin(), Reads(), unchecked=True) is not None
        assert cache.size <= 100_000
    assert 1 <= len(cache) <= (5 if forms else 9)
    large = CachedResponse(Payload(b"x" * 2_000_000), CacheHint(5), None, cache.begin())
    cache.keep(ResponseKey("{ b }", None, b"", "x"), large, Reads(), requests=0)
    assert cache.size <= 100_000
    cache.clear()
    assert cache.size == 0


def test_after_a_snapshot_nothing_is_left_of_before(shop: Service) -> None:
    get(shop)
    shop.application.before_snapshot()
    shop.application.after_restore()
    assert len(shop.application.responses) == 0
    get(shop)
    assert how(shop) == ("miss", 2), "the store, and the catalog's pointer"


def test_what_was_asked_is_remembered_only_where_it_is_short_and_nothing_else_is_asked(
    shop: Service,
) -> None:
    remembered = shop.application._graphql._short.cache_info  # type: ignore[attr-defined]
    short = '{"storeId":"de-1"}'
    for _ in range(2):
        assert menu(shop.get(PATH, variables=short))["store"]["id"] == "de-1"
    assert (remembered().currsize, remembered().hits) == (1, 1)
    assert menu(shop.get(PATH, variables=short + " " * 300))["store"]["id"] == "de-1"
    named = shop.get(PATH, variables=short, operationName="Other")
    assert menu(named)["store"]["id"] == "de-1", "other parameters are not in the caches' key"
    for _ in range(2):
        assert shop.get(PATH, variables="{").status == 400
        assert shop.get(PATH + "x", variables=short).status == 404
    assert remembered().currsize == 1
    assert remembered().maxsize == 4096
