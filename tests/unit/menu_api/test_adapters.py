"""The same requests through the ASGI application, and as events straight and through Mangum."""

import asyncio
import base64
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from graphql_schema.export import MANIFEST
from services.menu_api.asgi import AsgiApp
from services.menu_api.mangum_adapter import adapter
from services.menu_api.messages import Response
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service

Ask = Callable[..., Response]


def rest_event(
    method: str, path: str, query: dict[str, str], body: bytes | None, accept: str
) -> dict[str, Any]:
    """What API Gateway's REST API hands to a Lambda proxy integration."""
    headers = {"Content-Type": "application/json", "Host": "example.test", "Accept": accept}
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
        "pathParameters": None,
        "requestContext": {
            "path": f"/live{path}",
            "stage": "live",
            "httpMethod": method,
            "resourcePath": path,
            "requestId": "1",
            "identity": {"sourceIp": "127.0.0.1"},
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def http_api_event(
    method: str, path: str, query: dict[str, str], body: bytes | None, accept: str
) -> dict[str, Any]:
    """Return an event of an HTTP API (payload format 2.0), which only Mangum reads."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "headers": {"content-type": "application/json", "accept": accept, "host": "example.test"},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
            "stage": "$default",
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def lambda_handler(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A handler as a fresh Lambda has it."""
    for name, value in {
        "CARTE_REGION": "eu-west-1",
        "CARTE_TABLE": "carte",
        "CARTE_VERSION": "1.2.3",
    }.items():
        monkeypatch.setenv(name, value)
    sys.modules.pop("services.menu_api.handler", None)
    return importlib.import_module("services.menu_api.handler").handler


def through_lambda(monkeypatch: pytest.MonkeyPatch, made: Callable[..., dict[str, Any]]) -> Ask:
    handler = lambda_handler(monkeypatch)

    def ask(
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: Any = None,
        accept: str = "*/*",
    ) -> Response:
        payload = json.dumps(body).encode() if body is not None else None
        event = made(method, path, query or {}, payload, accept)
        answer = handler(event, SimpleNamespace(aws_request_id="1"))
        headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
        headers |= {k.lower(): v[-1] for k, v in (answer.get("multiValueHeaders") or {}).items()}
        # API Gateway would hand base64 on as it is: no answer of ours may be binary.
        assert not answer.get("isBase64Encoded")
        text = answer.get("body") or ""
        return Response(answer["statusCode"], headers, text.encode())

    return ask


def through_asgi(table: Table) -> Ask:
    app = AsgiApp(Service(table).application, threads=True)

    def ask(
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: Any = None,
        accept: str = "*/*",
    ) -> Response:
        sent: list[dict[str, Any]] = []
        payload = json.dumps(body).encode() if body is not None else b""
        chunks: list[dict[str, Any]] = [
            {"type": "http.request", "body": payload[:7], "more_body": True},
            {"type": "http.request", "body": payload[7:]},
        ]

        async def receive() -> dict[str, Any]:
            return chunks.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        encoded = "&".join(f"{k}={v}" for k, v in (query or {}).items()).replace(" ", "%20")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": encoded.encode(),
            "headers": [(b"Content-Type", b"application/json"), (b"Accept", accept.encode())],
        }
        asyncio.run(app(scope, receive, send))
        headers = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
        return Response(sent[0]["status"], headers, sent[1]["body"])

    return ask


@pytest.fixture(params=["asgi", "rest", "http-api"])
def ask(
    request: pytest.FixtureRequest,
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    publish_small_catalog(table)
    add_store(table, "de-1", name="Carte Köln - Süd 🍩")
    if request.param == "asgi":
        return through_asgi(table)
    return through_lambda(monkeypatch, rest_event if request.param == "rest" else http_api_event)


def test_post_answers_a_menu(ask: Ask) -> None:
    query = 'query M { menu(storeId: "de-1") { store { name } categories { items { id } } } }'
    response = ask("POST", "/graphql", body={"query": query})
    assert response.status == 200
    assert json.loads(response.body)["data"]["menu"]["store"]["name"] == "Carte Köln - Süd 🍩"
    assert response.headers["x-carte-region"] == "eu-west-1"
    assert response.headers["content-type"].startswith("application/json")


def test_the_media_type_of_graphql_passes_as_text(ask: Ask) -> None:
    media = "application/graphql-response+json"
    response = ask("POST", "/graphql", body={"query": "{ __typename }"}, accept=media)
    assert response.headers["content-type"].startswith(media)
    assert json.loads(response.body) == {"data": {"__typename": "Query"}}


def test_get_answers_a_query_string(ask: Ask) -> None:
    response = ask("GET", "/graphql", {"query": "{ region { name version } }"})
    assert json.loads(response.body)["data"]["region"] == {"name": "eu-west-1", "version": "1.2.3"}


def test_refusals_pass_through(ask: Ask) -> None:
    assert ask("POST", "/graphql", body={"query": "{"}).status == 400
    assert ask("PUT", "/graphql").status == 405
    assert ask("GET", "/").status == 404
    assert ask("GET", "/graphql/persisted/unknown").status == 404


def test_probes_answer(ask: Ask) -> None:
    assert ask("GET", "/health").status == 200
    assert ask("GET", "/ready").status == 200


MENU = "query M($id: ID!) { menu(storeId: $id) { version store { name } } }"


def events() -> Iterator[dict[str, Any]]:
    """Events that may go straight, ordinary and odd."""
    manifest = json.loads(MANIFEST.read_bytes())
    menu = next(key for key, one in manifest.items() if one["name"] == "Menu")
    path = f"/graphql/persisted/{menu}"
    variables = {"variables": '{"storeId":"de-1"}'}
    media = "application/graphql-response+json"
    yield rest_event("GET", path, variables, None, "*/*")
    yield rest_event("GET", path, variables, None, media)
    yield rest_event("GET", path, variables, None, "text/html")
    yield rest_event("GET", path, {}, None, "*/*")
    yield rest_event("GET", path, {"variables": "{"}, None, "*/*")
    yield rest_event("GET", path, {"variables": ""}, None, "*/*")
    yield rest_event("GET", "/graphql/persisted/unknown", variables, None, "*/*")
    yield rest_event("GET", "/graphql/persisted/", variables, None, "*/*")
    yield rest_event("GET", f"/graphql/persisted/a%2F{menu}", variables, None, "*/*")
    known = rest_event("GET", path, variables, None, "*/*")
    known["multiValueHeaders"]["If-None-Match"] = ['"a"', "*"]
    yield known
    several = rest_event("GET", path, variables, None, "*/*")
    several["multiValueQueryStringParameters"] = {"variables": ["{}", variables["variables"]]}
    yield several
    bare = rest_event("GET", path, variables, None, "*/*")
    yield bare | {"multiValueHeaders": None, "multiValueQueryStringParameters": None}
    yield bare | {"multiValueHeaders": None, "headers": None}
    bodies: list[Any] = [{"query": MENU, "variables": {"id": "de-1"}}, {"query": "{"}, {}, [], "é"]
    for body in bodies:
        yield rest_event("POST", "/graphql", {}, json.dumps(body).encode(), "*/*")
    text = rest_event("POST", "/graphql", {}, None, "*/*")
    yield text | {"body": json.dumps({"query": MENU, "variables": {"id": "de-1"}})}
    yield text | {"body": ""}
    yield text | {"body": "x" * 300_000}
    yield rest_event("POST", path, {}, b"{}", "*/*")
    yield rest_event("HEAD", path, variables, None, "*/*")
    yield rest_event("GET", "/graphql", {"query": "{ __typename }"}, None, "*/*")


def test_straight_and_through_mangum_every_answer_is_the_same(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_catalog(table)
    add_store(table, "de-1", name="Carte Köln - Süd 🍩")
    handler = lambda_handler(monkeypatch)
    through_mangum = adapter(handler._application)
    lines: list[str] = []
    handler._application._log = lines.append
    straight = 0
    for event in events():
        # Its own copy: nobody may change an event that the runtime still has.
        sent = json.dumps(event)
        direct = handler(event, SimpleNamespace())
        assert json.dumps(event) == sent
        straight += handler._mangum is None
        assert direct == through_mangum(json.loads(sent), SimpleNamespace()), sent[:300]
    assert straight >= 8
    assert len(lines) == 2 * len([*events()]), "one line of the log for each request"


def test_an_event_that_is_none_is_refused_as_mangum_does(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = lambda_handler(monkeypatch)
    with pytest.raises(RuntimeError, match="unable to infer"):
        handler({}, SimpleNamespace())
