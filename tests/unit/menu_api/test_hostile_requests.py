"""Hostile requests: no header, variable, name or document causes a 5xx or a wrong answer."""

import sys
import tracemalloc
from typing import Any

import orjson
import pytest

from graphql_schema.export import MANIFEST
from services.configuration import SettingsError
from services.menu_api.cors import Cors
from services.menu_api.documents import MAX_AUTOMATIC_BYTES, DocumentCatalog
from services.menu_api.messages import Request, Response
from services.menu_api.parameters import MAX_DEPTH, Parameters
from services.menu_api.settings import Settings
from services.staff_tokens import TokenRefusedError, TokenVerifier
from services.storage.identity import IssuerKeyRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service
from tests.support.stage_cache import StageCache
from tests.support.tokens import ISSUER

MENU = next(
    key for key, one in orjson.loads(MANIFEST.read_bytes()).items() if one["name"] == "Menu"
)
PATH = f"/graphql/persisted/{MENU}"
VARIABLES = '{"storeId":"de-1"}'


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


@pytest.mark.parametrize(
    "extra",
    [
        {"headers": {"if-none-match": "*"}},
        {"headers": {"if-match": '"x"'}},
        {"headers": {"if-modified-since": "Thu, 01 Jan 2099 00:00:00 GMT"}},
        {"headers": {"range": "bytes=0-1"}},
        {"headers": {"accept-encoding": "gzip"}},
        {"headers": {"cache-control": "no-cache"}},
        {"headers": {"authorization": "Bearer rubbish"}},
        {"headers": ISSUER.bearer("chain:admin")},
        {"headers": {"origin": "https://evil.example"}},
        {"headers": {"content-type": "text/plain"}},
        {"query": {"operationName": "x"}},
        {"query": {"extensions": "x"}},
        {"query": {"extensions": '{"persistedQuery":{"version":2}}'}},
        {"query": {"query": "{"}},
        {"query": {"utm_source": "x"}},
    ],
)
@pytest.mark.parametrize("origins", [(), ("https://shop.example",)])
def test_nothing_outside_the_key_changes_what_the_stage_cache_keeps(
    shop: Service, extra: dict[str, dict[str, str]], origins: tuple[str, ...]
) -> None:
    if origins:
        shop.application._cors = Cors(origins)
    plain = Request("GET", PATH, {}, {"variables": VARIABLES})
    etag = shop.application.respond(plain).headers["etag"]
    hostile_headers = {"if-none-match": etag, **extra.get("headers", {})}
    hostile = Request(
        "GET", PATH, hostile_headers, {"variables": VARIABLES} | extra.get("query", {})
    )
    expected = shop.application.respond(plain)
    cache = StageCache(shop.application)
    cache.ask(hostile)
    got = cache.ask(plain)
    assert (got.status, got.body, got.headers) == (200, expected.body, expected.headers)


MENU_TEXT = "query M($id: ID!, $n: Int = 1, $list: [ID!]) { menu(storeId: $id) { version } "
MENU_TEXT += "stores(first: $n) { totalCount } }"


@pytest.mark.parametrize(
    "variables",
    [
        {"id": None},
        {},
        None,
        {"id": {}},
        {"id": []},
        {"id": True},
        {"id": "de-1", "n": "1"},
        {"id": "de-1", "n": 1.5},
        {"id": "de-1", "n": 2**31},
        {"id": "de-1", "n": 1e300},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_variables_that_cannot_be_coerced_are_400_without_data(
    shop: Service, variables: Any, method: str
) -> None:
    text = MENU_TEXT.replace(", $list: [ID!]", "")
    if method == "POST":
        response = shop.post(text, variables=variables)
    else:
        response = shop.get("/graphql", query=text, variables=orjson.dumps(variables).decode())
    body = orjson.loads(response.body)
    assert response.status == 400, body
    assert "data" not in body
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "variables", ["{}", '{"storeId":null}', '{"storeId":[]}', '{"storeId":{}}']
)
def test_a_persisted_read_with_wrong_variables_is_400_without_data(
    shop: Service, variables: str
) -> None:
    response = shop.get(PATH, variables=variables)
    assert response.status == 400
    assert "data" not in orjson.loads(response.body)


@pytest.mark.parametrize(
    "store", ["日本", "x,market:us", "a\x00b", "a\r\nset-cookie: x", "🍩" * 99]
)
def test_only_ids_become_cache_tags(shop: Service, store: str) -> None:
    variables = orjson.dumps({"storeId": store}).decode()
    response = shop.get(PATH, variables=variables)
    assert (response.status, orjson.loads(response.body)) == (200, {"data": {"menu": None}})
    assert "cache-tag" not in response.headers
    for name, value in response.headers.items():
        assert f"{name}: {value}".isascii()
        assert value.isprintable()


def test_variables_nest_and_hold_so_much_and_no_more(shop: Service) -> None:
    def nested(depth: int) -> str:
        return '{"storeId":' + "[" * depth + "]" * depth + "}"

    assert Parameters.from_query({"variables": nested(MAX_DEPTH - 1)}).variables is not None
    for text in (nested(MAX_DEPTH), nested(254), nested(900), '{"a":[' + "1," * 9000 + "1]}"):
        for response in (
            shop.get(PATH, variables=text),
            shop.get("/graphql", query="{ __typename }", variables=text),
        ):
            assert response.status in {400, 413}
            assert len(response.body) < 500


def test_half_a_character_is_refused_and_logged_replaced(shop: Service) -> None:
    assert shop.get("/graphql", query="{ a\ud800 }").status == 400
    hashed = '{"persistedQuery":{"version":1,"sha256Hash":"x"}}'
    assert shop.get("/graphql", query="{ a\ud800 }", extensions=hashed).status == 400
    assert shop.get(PATH, variables='{"storeId":"\ud800"}').status == 400
    assert shop.get("/\ud800").status == 404


def test_names_in_log_lines_and_refusals_are_bounded(shop: Service) -> None:
    long = "x" * 5000
    for response in (
        shop.get(f"/{long}"),
        shop.get("/graphql", query="{ __typename }", operationName=long),
        shop.application.respond(Request(long, "/graphql")),
        shop.post(f"query {long} {{ __typename }}"),
    ):
        assert len(response.body) < 500
        assert len(orjson.dumps(shop.lines[-1])) < 2000


def test_what_an_error_repeats_of_a_document_is_bounded(shop: Service) -> None:
    response = shop.post("{ stores(search: [" + "1 " * 1500 + "]) { totalCount } }")
    assert response.status == 400
    assert len(response.body) < 1000


def fragments(count: int) -> str:
    chain = " ".join(
        f"fragment f{at} on Query {{ ...f{at + 1} ...f{at + 1} }}" for at in range(count)
    )
    return f"{{ ...f0 }} {chain} fragment f{count} on Query {{ __typename }}"


@pytest.mark.parametrize(
    "document",
    [
        fragments(24),
        "{" + "a" * 200 + "}",
        "{ " + "__typename " * 1500 + "}",
        "{ " + "menu(storeId: 1) { version } " * 100 + "}",
        "{a" * 600 + "}" * 600,
        "query($a: " + "[" * 900 + "Int" + "]" * 900 + ") { __typename }",
        " ".join(f"query q{at} {{ __typename }}" for at in range(60)),
    ],
    ids=["fragments", "name", "fields", "pairs", "deep", "lists", "operations"],
)
def test_documents_beyond_the_limits_are_refused_before_they_are_validated(
    shop: Service, document: str
) -> None:
    shop.post("{ __typename }")
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        response = shop.post(document, operationName="q0" if "q0" in document else None)
    finally:
        sys.setprofile(None)
    assert response.status == 400
    assert len(response.body) < 1000
    assert calls < 400_000, "calls and returns of functions, about 50 ms"


def test_circles_and_unknown_fragments_are_named(shop: Service) -> None:
    circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }"
    assert b"within itself" in shop.post(circle).body
    assert b"Unknown fragment" in shop.post("{ ...nowhere }").body


def test_automatic_documents_take_no_more_than_their_bytes() -> None:
    import hashlib

    catalog = DocumentCatalog({})
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(600):
        text = f"{{ a{number} }} # 🍩" + "x" * 10_000
        digest = hashlib.sha256(text.encode()).hexdigest()
        extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
        catalog.resolve(Parameters(text, None, None, extensions))
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert catalog._bytes <= MAX_AUTOMATIC_BYTES
    assert held <= MAX_AUTOMATIC_BYTES * 1.1


def test_large_documents_are_refused(shop: Service) -> None:
    response = shop.post("{ __typename } # 🍩" + "x" * 250_000)
    assert response.status == 413


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "[" * 8000, "é", "e30.e30.e30", "W10.W10.x"])
def test_tokens_are_refused_in_our_words(table: Table, token: str) -> None:
    verifier = TokenVerifier(ISSUER.oidc, IssuerKeyRepository(table))
    principal, refusal = verifier.identify({"authorization": f"Bearer {token}"})
    assert principal is None
    assert refusal is not None
    ours = ("send the token as `", "the token is too long", "the token must be signed with ")
    assert refusal.startswith(ours) or refusal == "the token is not valid: it cannot be read"
    with pytest.raises(TokenRefusedError):
        verifier.principal({"authorization": f"Bearer {token}"})


def preflight(origin: str) -> Request:
    headers = {"origin": origin, "access-control-request-method": "POST"}
    return Request("OPTIONS", "/graphql", headers)


def test_pages_of_other_origins_read_nothing_unless_their_origin_is_configured(
    shop: Service,
) -> None:
    def allowed(response: Response) -> str | None:
        return response.headers.get("access-control-allow-origin")

    ours, other = "https://shop.example", "https://evil.example"
    assert allowed(shop.application.respond(preflight(ours))) is None
    assert allowed(shop.post("{ __typename }", {"origin": ours})) is None
    shop.application._cors = Cors([ours])
    good = shop.application.respond(preflight(ours))
    assert (good.status, allowed(good)) == (204, ours)
    assert "authorization" in good.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in good.headers
    assert allowed(shop.application.respond(preflight(other))) is None
    answer = shop.post("{ __typename }", {"origin": ours})
    assert allowed(answer) == ours
    assert "origin" in answer.headers["vary"]
    assert allowed(shop.post("{ __typename }", {"origin": other})) is None


@pytest.mark.parametrize("text", ["*", "shop.example", "https://shop.example/", "null", "a,b"])
def test_origins_that_are_none_stop_the_start(text: str) -> None:
    with pytest.raises(SettingsError, match="CARTE_CORS_ORIGINS"):
        Settings.from_environment(
            {"CARTE_REGION": "r", "CARTE_TABLE": "t", "CARTE_CORS_ORIGINS": text}
        )


def test_every_answer_carries_security_headers(shop: Service) -> None:
    for response in (
        shop.get(PATH, variables=VARIABLES),
        shop.get("/nothing"),
        shop.get("/health"),
    ):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in response.headers["content-security-policy"]


EXTREMES: dict[str, list[Any]] = {
    "Boolean": [True, False],
    "Date": ["0001-01-01", "9999-12-31", "2026-02-30", "x"],
    "DateTime": ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "x"],
    "Int": [-(2**31), 2**31 - 1, 0, -1, 2**31, 1e300],
    "Float": [-1e308, 1e308, 5e-324, -0.0, 90.0001],
    "String": ["", "\x00", "x" * 20_000, "\U0001f369" * 1000, "\u202e", "%s{}\\'\""],
    "ID": ["", "\x00", "x" * 20_000, "日本", "..", "x,market:us", -1],
}


def test_every_argument_takes_extremes_of_its_type_or_refuses_them(shop: Service) -> None:
    """Every argument of every field of the root, from the schema itself."""
    introspection = """{ __schema { queryType { fields { name type { kind ofType { kind } }
        args { name type { kind name ofType { name } } } } } } }"""
    root = shop.ask(introspection)["__schema"]["queryType"]["fields"]
    required = {"storeId": "de-1", "id": "de-1", "latitude": 1.0, "longitude": 1.0}
    required |= {
        "first": 1,
        "person": "ada",
        "radiusKm": 25.0,
        "text": "latte",
        "market": "de",
        "without": ["MILK"],
    }
    required |= {"itemId": "latte", "atMost": 5, "openFirst": True, "day": "2026-05-04"}
    sent = 0
    for field in root:
        for argument in field["args"]:
            kind = argument["type"]["name"] or argument["type"]["ofType"]["name"]
            if kind is None or kind == "QuoteInput":  # tests/property/test_extremes.py has these
                continue
            declared = kind + ("!" if argument["type"]["kind"] == "NON_NULL" else "")
            others = {
                one["name"]: required[one["name"]]
                for one in field["args"]
                if one["type"]["kind"] == "NON_NULL" and one is not argument
            }
            given = "".join(f", {name}: {orjson.dumps(v).decode()}" for name, v in others.items())
            query = (
                f"query($x: {declared}) "
                f"{{ {field['name']}({argument['name']}: $x{given}) {{ __typename }} }}"
            )
            for value in EXTREMES[kind]:
                response = shop.post(query, ISSUER.bearer("chain:admin"), variables={"x": value})
                assert response.status in {200, 400}, (query, str(value)[:40], response.body[:300])
                assert b"INTERNAL" not in response.body, (query, str(value)[:40])
                assert len(response.body) < 10_000
                sent += 1
    assert sent > 50


def test_every_status_carries_security_headers(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    json_body = {"content-type": "application/json"}
    etag = shop.get("/graphql", query='{ store(id: "de-1") { id } }').headers["etag"]
    sent = {
        204: Request("OPTIONS", "/graphql"),
        304: Request(
            "GET",
            "/graphql",
            {"if-none-match": etag},
            {"query": '{ store(id: "de-1") { id } }'},
        ),
        400: Request("POST", "/graphql", json_body, body=b"{"),
        404: Request("GET", "/nothing"),
        405: Request("DELETE", "/graphql"),
        406: Request("GET", "/graphql", {"accept": "text/html"}),
        413: Request("POST", "/graphql", json_body, body=b" " * 300_000),
        415: Request("POST", "/graphql", {"content-type": "text/plain"}, body=b"{}"),
    }
    answers = {status: shop.application.respond(request) for status, request in sent.items()}

    def fails(_: str) -> Any:
        raise OSError("the table is away")

    monkeypatch.setattr(shop.application._services.stores, "documents", fails)
    answers[503] = shop.post('{ menu(storeId: "de-1") { version } }')
    for status, response in answers.items():
        assert response.status == status
        for name in (
            "content-security-policy",
            "referrer-policy",
            "strict-transport-security",
            "x-content-type-options",
        ):
            assert name in response.headers, (status, name)


def test_a_market_without_a_catalog_says_what_to_do(service: Service) -> None:
    add_store(service.table, "de-1")
    (error,) = orjson.loads(service.post('{ menu(storeId: "de-1") { version } }').body)["errors"]
    assert error["extensions"]["code"] == "CATALOG_NOT_PUBLISHED"
    assert "publishCatalog" in error["message"]
    assert "carte import" in error["message"]


@pytest.mark.parametrize(
    "text",
    [
        "{ stores(first: NUMBER) { edges { node { id } } } }",
        "query Q($first: Int = NUMBER) { stores(first: $first) { edges { node { id } } } }",
        "{ storesNear(latitude: NUMBER.5, longitude: 1) { distanceKm } }",
        "{ storesNear(latitude: -1.5eNUMBER, longitude: 1) { distanceKm } }",
        "{ menu(storeId: NUMBER) { currency } }",
    ],
)
def test_a_number_that_no_type_can_hold_is_refused(shop: Service, text: str) -> None:
    response = shop.post(text.replace("NUMBER", "9" * 4400))
    (error,) = orjson.loads(response.body)["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert error["message"] == "the document has more than 400 characters of a number"
    # Digits of a text are no number.
    text = '{ menu(storeId: "' + "9" * 4400 + '") { currency } }'
    assert "LIMIT_EXCEEDED" not in shop.post(text).body.decode()


def test_a_subscription_is_refused_in_its_own_words(shop: Service) -> None:
    response = shop.post("subscription { region { name } }")
    assert response.status == 400
    assert "subscriptions are served by WebSocket" in response.body.decode()
