"""Reads events of API Gateway's REST API as requests without ASGI, the fast path of menus.

What is not plainly one of those is left to Mangum, whose reading of an event this follows; the same
tests run through both (tests/unit/menu_api/test_adapters.py).
"""

import binascii
from collections.abc import Mapping
from typing import Any

from services.menu_api.application import GRAPHQL, PERSISTED_PATH
from services.menu_api.messages import Request, Response
from services.menu_api.parameters import MAX_BODY


def request_of(event: Mapping[str, Any], *, carries_bytes: bool) -> Request | None:
    """Return the request of an event; None where Mangum has to read the event."""
    method, path = event.get("httpMethod"), event.get("path")
    if (
        not isinstance(path, str)
        or "resource" not in event
        or "%" in path
        or "elb" in event.get("requestContext", ())
    ):
        return None
    if method == "GET" and path.startswith(PERSISTED_PATH):
        query = _query(event)
        if query is None:
            return None
        return Request("GET", path, _headers(event), query, carries_bytes=carries_bytes)
    if method == "POST" and path == GRAPHQL:
        body = event.get("body") or b""
        if event.get("isBase64Encoded"):
            body = binascii.a2b_base64(body)
        elif isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        # One byte over the limit is enough to be refused.
        return Request(
            "POST",
            path,
            _headers(event),
            body=body[: MAX_BODY + 1],
            carries_bytes=carries_bytes,
        )
    return None


def answer_of(response: Response) -> dict[str, Any]:
    """Return a response as a Lambda proxy integration takes it."""
    headers = response.headers
    if response.status not in (204, 304):
        headers["content-length"] = str(len(response.body))
    encoded = "content-encoding" in headers
    if encoded:
        body = binascii.b2a_base64(response.body, newline=False).decode()
    elif response.payload is not None:
        body = response.payload.text
    else:
        body = response.body.decode()
    return {
        "statusCode": response.status,
        "headers": headers,
        "multiValueHeaders": {},
        "body": body,
        "isBase64Encoded": encoded,
    }


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    several = event.get("multiValueHeaders")
    if several:
        return {name.lower(): ", ".join(values) for name, values in several.items()}
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _query(event: Mapping[str, Any]) -> dict[str, str] | None:
    several = event.get("multiValueQueryStringParameters")
    found: dict[str, Any] = (
        {name: values[-1] for name, values in several.items() if values}
        if several
        else event.get("queryStringParameters") or {}
    )
    return found if all(isinstance(value, str) for value in found.values()) else None
