"""HTTP requests to the ASGI application: odd methods, paths, query strings, headers and bodies."""

import asyncio
import random
from typing import Any, Final

import orjson

from services.menu_api.asgi import AsgiApp
from services.menu_api.messages import Response
from tests.fuzz.faces import operations
from tests.fuzz.faces.mutation import mutated, text

BODY: Final[dict[str, Any]] = {
    "query": "query Q($id: ID!) { menu(storeId: $id) { version } }",
    "operationName": "Q",
    "variables": {"id": "de-1"},
    "extensions": {"cost": True},
}
# Every header that carte reads.
HEADERS: Final = (
    *("accept", "accept-encoding", "access-control-request-method", "authorization"),
    *("cache-control", "content-type", "if-none-match", "origin", "pragma"),
)
VALUES: Final = (
    *(
        b"",
        b"*",
        b"*/*",
        b"application/json",
        b"application/graphql-response+json;q=0",
        b"gzip;q=1",
    ),
    *(b"q=nan;q=1e999", b"application/json;q=nan", b"a;q=inf,*/*;q=-1", b"," * 4000, b";" * 4000),
    *(b"Bearer", b"Bearer a.b.c", b"Bearer " + b"x" * 9000, b"bearer \xff\xfe", b"Basic eDp4"),
    *(b'"x"', b'W/"', b'"' * 3000, b"null", b"https://x", b"no-cache", b"\xe9", b"x" * 60_000),
    *(b"application/json; charset=utf-16", b"application/json;charset", b"text/plain"),
)
PATHS: Final = ("/graphql", "/graphql/persisted/", "/graphql/persisted/x", "/health", "/ready", "/")
METHODS: Final = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "", "get", "\x00", "X" * 300)


def case(seed: int) -> str | None:
    """Send a request: whatever it holds, it is answered or refused."""
    dice = random.Random(f"http {seed}")
    body = orjson.dumps(BODY)
    if dice.random() < 0.5:
        try:
            body = orjson.dumps(mutated(dice, BODY, 2))
        except TypeError:
            body = b'{"query":1' + b"0" * 400 + b"}"
    elif dice.random() < 0.5:
        body = text(dice, body.decode()).encode()
    elif dice.random() < 0.3:
        body = dice.choice((b"", b"[" * 3000, b'{"a":' * 900, b"\xff", b"[]", b"1", b"x" * 300_000))
    query = text(dice, 'query={__typename}&variables={"id":1}&extensions={}&operationName=Q')
    headers = [(b"content-type", b"application/json")] if dice.random() < 0.7 else []
    headers += [
        (dice.choice(HEADERS).encode(), dice.choice(VALUES)) for _ in range(dice.randrange(4))
    ]
    scope = {
        "type": "http",
        "method": dice.choice(METHODS if dice.random() < 0.3 else ("GET", "POST")),
        "path": dice.choice(PATHS if dice.random() < 0.3 else ("/graphql",)),
        "query_string": query.encode("latin-1", "replace"),
        "headers": headers,
    }
    try:
        response = asyncio.run(_send(scope, body))
    except Exception as error:  # noqa: BLE001 - any error is the fault that is looked for
        return f"{scope} {body[:200]!r}: {error!r}"
    found = operations.trouble(response)
    if scope["path"] == "/ready":  # the stores in memory have no heartbeat to write
        return None
    return found and f"{str(scope)[:1000]} {body[:200]!r}: {found}"


async def _send(scope: dict[str, Any], body: bytes) -> Response:
    app = AsgiApp(operations.service(), threads=False, carries_bytes=True)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in sent[0]["headers"]
    }
    return Response(sent[0]["status"], headers, sent[1]["body"])
