"""JSON responses that the edge itself makes."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web


def json_reply(
    status: int, content: Any, *, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return a JSON response that no cache may keep."""
    return web.Response(
        status=status,
        body=orjson.dumps(content),
        headers={
            "content-type": "application/json",
            "cache-control": "no-store",
            **(headers or {}),
        },
    )


def problem(
    status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An error, in the shape of a GraphQL response so that GraphQL clients show its message."""
    error: dict[str, Any] = {"message": message}
    if code:
        error["extensions"] = {"code": code}
    return json_reply(status, {"errors": [error]}, headers=headers)
