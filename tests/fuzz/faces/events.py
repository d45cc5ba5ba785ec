"""Events of API Gateway, with bodies and headers that clients chose."""

import base64
import random
from typing import Any

import orjson

from services.menu_api.mangum_adapter import adapter
from services.menu_api.messages import Response
from services.menu_api.rest_event import answer_of, request_of
from tests.fuzz.faces import bytes_of_http, operations
from tests.fuzz.faces.mutation import mutated, text


def event(dice: random.Random) -> dict[str, Any]:
    """Return an event as the REST API makes it; all values are the client's."""
    body = orjson.dumps(bytes_of_http.BODY)
    if dice.random() < 0.6:
        body = text(dice, body.decode()).encode()
    if dice.random() < 0.1:
        body = bytes(dice.randrange(256) for _ in range(40))
    query = {"variables": dice.choice(('{"id":"x"}', "{", "[]", "", "\x00", "日本", "1" * 5000))}
    headers = {
        name: dice.choice(bytes_of_http.VALUES).decode("latin-1")
        for name in dice.sample(bytes_of_http.HEADERS, dice.randrange(4))
    }
    headers |= {"Content-Type": "application/json"} if dice.random() < 0.6 else {}
    path = dice.choice(("/graphql", "/graphql/persisted/x", "/graphql/persisted/%00", "/日本", ""))
    method = dice.choice(("GET", "POST", "POST", "HEAD", "PATCH"))
    encoded = dice.random() < 0.5
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": query if dice.random() < 0.5 else None,
        "multiValueQueryStringParameters": {k: [v, v] for k, v in query.items()}
        if dice.random() < 0.5
        else None,
        "pathParameters": None,
        "requestContext": {"path": path, "stage": "live", "identity": {"sourceIp": "127.0.0.1"}},
        "body": base64.b64encode(body).decode() if encoded else body.decode("utf-8", "replace"),
        "isBase64Encoded": encoded,
    }


def case(seed: int) -> str | None:
    """Handle an event as the Lambda does."""
    dice = random.Random(f"events {seed}")
    made = event(dice)
    if dice.random() < 0.2:
        made["multiValueHeaders"] = mutated(dice, {"accept": ["x", "y"], "origin": ["a"]}, 0)
    try:
        request = request_of(made, carries_bytes=dice.random() < 0.5)
        if request is not None:
            answer = answer_of(operations.service().respond(request))
        else:
            answer = adapter(operations.service())(made, None)
    except Exception as error:  # noqa: BLE001 - any error is the fault that is looked for
        return f"{str(made)[:1000]}: {error!r}"
    headers = {**answer["headers"]}
    body = answer["body"].encode("utf-8", "surrogatepass")
    found = operations.trouble(Response(answer["statusCode"], headers, body))
    return found and f"{str(made)[:1000]}: {found}"
