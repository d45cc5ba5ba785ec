"""Values and headers at their ends: answered or refused as the client's, never a fault of ours."""

import asyncio
import base64
import copy
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from services.domain.stamp import HybridClock
from services.menu_api.asgi import AsgiApp
from services.menu_api.mangum_adapter import adapter
from services.menu_api.messages import Response
from services.menu_api.rest_event import answer_of, request_of
from tests.fuzz.faces.bytes_of_http import HEADERS, VALUES
from tests.fuzz.faces.operations import trouble
from tests.support.chain import add_store, publish_small_catalog
from tests.support.extremes import Extreme, extremes
from tests.support.service import MONDAY_NOON, Service
from tests.support.strict_keys import strict_keys
from tests.support.tokens import ISSUER

EXTREMES = list(extremes())
ROOT_FIELDS = sorted({one.place.split("(")[0] for one in EXTREMES})
CODES = {
    *("BAD_USER_INPUT", "UNAUTHENTICATED", "FORBIDDEN", "GRAPHQL_VALIDATION_FAILED"),
    *("CATALOG_NOT_PUBLISHED", "BAD_REQUEST"),
}


@pytest.fixture
def shop(service: Service) -> Iterator[Service]:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    # The clock of stamps stands at the usual `sentAt`.
    service.table.clock = HybridClock("eu-west-1", lambda: int(MONDAY_NOON.timestamp() * 1000))
    with strict_keys(service.table):
        yield service


def by_event(service: Service, body: bytes, headers: dict[str, str]) -> Response:
    """As API Gateway would: the event's way where it takes it, else Mangum's."""
    sent = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    event = {
        "resource": "/graphql",
        "path": "/graphql",
        "httpMethod": "POST",
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "requestContext": {"stage": "live", "identity": {"sourceIp": "127.0.0.1"}},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    request = request_of(event, carries_bytes=True)
    answer = (
        answer_of(service.application.respond(request))
        if request is not None
        else adapter(service.application)(event, None)
    )
    content: str = answer["body"]
    raw = base64.b64decode(content) if answer["isBase64Encoded"] else content.encode()
    return Response(answer["statusCode"], dict(answer["headers"]), raw)


def by_http(service: Service, body: bytes, headers: list[tuple[bytes, bytes]]) -> Response:
    """As an HTTP server would: through the ASGI application."""
    scope = {
        "type": "http", "method": "POST", "path": "/graphql", "query_string": b"",
        "headers": [(b"content-type", b"application/json"), *headers],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(AsgiApp(service.application, threads=False)(scope, receive, send))
    received = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in sent[0]["headers"]
    }
    return Response(sent[0]["status"], received, sent[1]["body"])


def body_of(one: Extreme, number: int) -> bytes | None:
    variables = copy.deepcopy(one.variables)
    given = variables.get("input")
    if isinstance(given, dict) and given.get("operationId") == "operation-1":
        given["operationId"] = f"operation-{number}"
    try:
        return orjson.dumps({"query": one.query, "variables": variables})
    except TypeError:
        return None


def check(response: Response, one: Extreme) -> None:
    shown = f"{one.place} {str(one.variables)[:200]}: {response.status} {response.body[:300]!r}"
    assert trouble(response) is None, shown
    assert len(response.body) < 20_000, shown
    for error in orjson.loads(response.body).get("errors", ()):
        assert error["extensions"]["code"] in CODES, shown


@pytest.mark.slow
@pytest.mark.parametrize("field", ROOT_FIELDS)
def test_every_argument_and_input_field_takes_its_extremes(shop: Service, field: str) -> None:
    staff = ISSUER.bearer("chain:admin")
    tried = 0
    for number, one in enumerate(EXTREMES):
        if one.place.split("(")[0] != field:
            continue
        body = body_of(one, number)
        if body is None:
            continue
        check(by_event(shop, body, {}), one)
        header = [(name.encode(), value.encode()) for name, value in staff.items()]
        check(by_http(shop, body, header), one)
        tried += 1
    assert tried >= 10


def test_nested_input_fields_are_among_the_places() -> None:
    places = {one.place for one in EXTREMES}
    assert "editCatalogItem(input.names.0.locale)" in places
    assert "updateAssortment(input.lines.0.priceMinor)" in places
    assert len(places) >= 68


@pytest.mark.parametrize("name", HEADERS)
def test_every_header_takes_its_extremes(shop: Service, name: str) -> None:
    body = b'{"query":"{ menu(storeId: \\"de-1\\") { version } }"}'
    for value in VALUES:
        for response in (
            by_http(shop, body, [(name.encode(), value)]),
            by_event(shop, body, {name: value.decode("latin-1")}),
        ):
            assert trouble(response) is None, (value[:40], response.status, response.body[:300])
            assert response.status in {200, 400, 406, 415}
