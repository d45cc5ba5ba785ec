"""GraphQL over HTTP: statuses, media types, caching headers, and no way to a 5xx."""

import hashlib

import orjson
import pytest

from services.menu_api.messages import Request, Response
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service

GRAPHQL = "application/graphql-response+json"
NAME = '{ store(id: "de-1") { name } }'


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def code(response: Response) -> str:
    return str(orjson.loads(response.body)["errors"][0]["extensions"]["code"])


def test_every_response_names_its_region(shop: Service) -> None:
    for response in (shop.post(NAME), shop.get("/health"), shop.get("/nothing")):
        assert response.headers["x-carte-region"] == "eu-west-1"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("application/json", "application/json"),
        ("application/json;q=0.9, application/graphql-response+json;q=0.5", "application/json"),
        ("text/html, application/*;q=0.1", "application/json"),
        ("application/json;q=0, */*", GRAPHQL),
        ("application/*, */*;q=0", "application/json"),
        ("application/graphql-response+json;q=0, */*", "application/json"),
    ],
)
def test_the_media_type_is_negotiated(shop: Service, accept: str | None, expected: str) -> None:
    response = shop.post(NAME, headers={"accept": accept} if accept else {})
    assert response.status == 200
    assert response.headers["content-type"] == f"{expected}; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/*;q=0, */*",
        "application/json;q=0, application/graphql-response+json;q=0, */*",
        "*/*;q=0",
    ],
)
def test_what_is_not_acceptable_is_406(shop: Service, accept: str) -> None:
    assert shop.post(NAME, headers={"accept": accept}).status == 406


def test_a_syntax_error_is_400_and_located(shop: Service) -> None:
    response = shop.post("{ store(id: ")
    assert response.status == 400
    error = orjson.loads(response.body)["errors"][0]
    assert error["locations"] == [{"line": 1, "column": 13}]
    assert error["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"


def test_a_validation_error_is_400_but_200_for_clients_of_plain_json(shop: Service) -> None:
    response = shop.post("{ nothing }")
    assert (response.status, code(response)) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert "data" not in orjson.loads(response.body)
    assert shop.post("{ nothing }", headers={"accept": "application/json"}).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"{}", 400),
        (b'{"query": 1}', 400),
        (b'{"query": "{a}", "variables": []}', 400),
        (b'{"query": "{a}", "extensions": 1}', 400),
        (b'{"query": "{a}", "operationName": {}}', 400),
        (b'\xff\xfe{"query": "{a}"}', 400),
        (b'{"query": "' + b" " * 300_000 + b'"}', 413),
    ],
)
def test_bodies_that_are_no_request_are_refused(shop: Service, body: bytes, status: int) -> None:
    headers = {"content-type": "application/json"}
    response = shop.application.respond(Request("POST", "/graphql", headers, body=body))
    assert response.status == status
    assert orjson.loads(response.body)["errors"][0]["message"]


def test_only_json_bodies_are_taken(shop: Service) -> None:
    for media in ("text/plain", "application/json; charset=iso-8859-1", ""):
        headers = {"content-type": media}
        request = Request("POST", "/graphql", headers, body=b'{"query": "{__typename}"}')
        assert shop.application.respond(request).status == 415


def test_an_operation_must_be_named_where_there_are_several(shop: Service) -> None:
    two = "query A { __typename } query B { __typename }"
    assert shop.post(two).status == 400
    assert shop.post(two, operationName="C").status == 400
    assert shop.post(two, operationName="B").status == 200


def test_get_takes_queries_only(shop: Service) -> None:
    response = shop.get("/graphql", query=NAME)
    assert orjson.loads(response.body) == {"data": {"store": {"name": "Carte Berlin Mitte"}}}
    assert shop.get("/graphql").status == 400
    assert shop.get("/graphql", query=NAME, variables="{").status == 400


def test_other_methods_and_paths_say_what_is_possible(shop: Service) -> None:
    response = shop.application.respond(Request("DELETE", "/graphql"))
    assert (response.status, response.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert shop.application.respond(Request("OPTIONS", "/graphql")).status == 204
    nowhere = shop.get("/grahpql")
    assert nowhere.status == 404
    assert nowhere.headers["cache-control"] == response.headers["cache-control"] == "no-store"
    for path in ("/graphql/persisted/x", "/health", "/ready"):
        allowed = shop.application.respond(Request("DELETE", path)).headers["allow"]
        assert allowed == "GET, HEAD"


def test_a_get_may_be_cached_as_long_as_its_shortest_lived_field(shop: Service) -> None:
    store = shop.get("/graphql", query=NAME)
    assert store.headers["cache-control"].startswith("public, max-age=30,")
    assert store.headers["cache-tag"] == "store:de-1"
    menu = shop.get(
        "/graphql", query='{ store(id: "de-1") { id } menu(storeId: "de-1") { version } }'
    )
    assert menu.headers["cache-control"].startswith("public, max-age=5,")
    assert menu.headers["cache-tag"] == "market:de,store:de-1"


def test_what_must_not_be_cached_says_so(shop: Service) -> None:
    for response in (
        shop.post(NAME),
        shop.get("/graphql", query="{ region { name } }"),
        shop.get("/graphql", query="{ __typename }"),
        shop.get("/graphql", query='{ menu(storeId: "de-1", locale: "?") { version } }'),
        shop.get("/health"),
        shop.get("/ready"),
    ):
        assert response.headers["cache-control"] == "no-store"


def test_an_etag_that_matches_is_304_without_a_body(shop: Service) -> None:
    etag = shop.get("/graphql", query=NAME).headers["etag"]
    for known in (etag, f'"other", W/{etag}', f'"a,b",{etag}', "*", " * "):
        again = shop.get("/graphql", {"if-none-match": known}, query=NAME)
        assert (again.status, again.body) == (304, b"")
    assert shop.get("/graphql", {"if-none-match": '"other"'}, query=NAME).status == 200


def test_automatic_persisted_queries_as_apollo_clients_speak_them(shop: Service) -> None:
    digest = hashlib.sha256(NAME.encode()).hexdigest()
    extensions = orjson.dumps({"persistedQuery": {"version": 1, "sha256Hash": digest}}).decode()
    unknown = shop.get("/graphql", extensions=extensions)
    assert (unknown.status, code(unknown)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert shop.get("/graphql", extensions=extensions, query=NAME).status == 200
    known = shop.get("/graphql", extensions=extensions)
    assert orjson.loads(known.body)["data"]["store"]["name"] == "Carte Berlin Mitte"
    assert shop.get("/graphql", extensions=extensions, query="{ __typename }").status == 400


def test_an_unknown_persisted_document_is_404(shop: Service) -> None:
    assert shop.get("/graphql/persisted/abc").status == 404


def test_depth_and_size_of_a_query_are_limited(shop: Service) -> None:
    deep = "{ __schema " + "{ types { fields { type " * 8 + "{ name }" + "} } }" * 8 + " }"
    assert shop.post(deep).status == 400
    assert shop.post("{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }").status == 400
    assert shop.post("{ " + "__typename " * 2100 + "}").status == 400
    assert shop.post("{ " + "__typename " * 3000 + "}").status == 413


def test_a_fault_of_ours_is_coded_masked_and_logged(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(shop.application._services.stores._table, "get", broken)
    response = shop.post(NAME)
    assert response.status == 503
    assert "data" not in orjson.loads(response.body)
    assert int(response.headers["retry-after"]) > 0
    assert code(response) == "INTERNAL_SERVER_ERROR"
    assert orjson.loads(response.body)["errors"][0]["extensions"]["retryable"] is True
    assert b"secret" not in response.body
    assert shop.lines[-1]["level"] == "ERROR"
    assert "secret" in shop.lines[-1]["fault"]


TRACE = "1-5759e988-bd862e3fe1be46a994272793"


def test_each_line_of_a_request_names_its_trace(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = {"x-amzn-trace-id": f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1"}
    shop.post(NAME, headers=header)
    assert shop.lines[-1]["trace"] == TRACE

    def broken(_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(shop.application._services.stores._table, "get", broken)
    shop.post(NAME, headers=header)
    assert (shop.lines[-1]["level"], shop.lines[-1]["trace"]) == ("ERROR", TRACE)
    shop.post(NAME)
    assert "trace" not in shop.lines[-1]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_fault_in_a_part_of_an_answer_is_retryable_and_an_error_of_the_client_is_not(
    shop: Service, monkeypatch: pytest.MonkeyPatch, *, compiled: bool
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(shop.application._services.stores._table, "get", broken)
    if not compiled:
        monkeypatch.setattr(shop.application._graphql._executor, "_compiled", lambda *_: None)
    text = '{ __typename store(id: "x") { name } inventory(storeId: "x") { lines { itemId } } }'
    body = orjson.loads(shop.post(text).body)
    errors = {error["path"][0]: error["extensions"] for error in body["errors"]}
    assert errors["store"].get("retryable") is True
    assert "retryable" not in errors["inventory"]


@pytest.mark.parametrize(
    ("given", "repeated"),
    [("1", "1"), ("2", "2"), ("3", "3"), ("4", None), ("x" * 5000, None), ("", None), (None, None)],
)
def test_an_answer_repeats_which_attempt_it_is(
    shop: Service, given: str | None, repeated: str | None
) -> None:
    headers = {} if given is None else {"x-carte-attempt": given}
    for response in (
        shop.post("{ region { name } }", headers=headers),
        shop.get("/graphql", query="{ region { name } }", headers=headers),
    ):
        assert response.headers.get("x-carte-attempt") == repeated
        assert shop.lines[-1].get("attempt") == (repeated and int(repeated))


def test_health_answers_without_the_table_and_ready_does_not(shop: Service) -> None:
    assert shop.get("/ready").status == 200
    shop.table.item.delete_table()
    assert shop.get("/health").status == 200
    ready = shop.get("/ready")
    assert (ready.status, orjson.loads(ready.body)["status"]) == (503, "unready")


def test_a_drained_region_is_not_ready_until_it_is_undrained(shop: Service) -> None:
    regions = shop.application._services.regions
    regions.set_drained("eu-west-1", drained=True)
    assert orjson.loads(shop.get("/ready").body)["why"] == "drained"
    regions.set_drained("eu-west-1", drained=False)
    regions.set_drained("us-east-1", drained=True)
    assert shop.get("/ready").status == 200
