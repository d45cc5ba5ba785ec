"""HTTP requests and responses as plain values, whatever carried them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request.

    Attributes:
        headers: lower-case names.
        query: decoded query parameters; the last one wins where a name is repeated.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class Response:
    """An HTTP response; header names are lower case."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def json_response(status: int, value: Any, content_type: str = JSON) -> Response:
    """A response with a JSON body."""
    return Response(status, {"content-type": content_type}, orjson.dumps(value))
