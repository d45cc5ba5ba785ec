"""Valid operations over carte's schema with values at their ends, as guest and as staff."""

import random
from functools import lru_cache
from typing import Any, Final

import orjson

from graphql_schema.schema import build
from services.menu_api.application import Application
from services.menu_api.messages import Request, Response
from tests.fuzz.flood import application
from tests.fuzz.operations import OperationMaker
from tests.support.tokens import ISSUER

EXTREMES: Final[dict[str, tuple[Any, ...]]] = {
    "ID": (
        *("de-1", "us-2", "", "\x00", "x" * 5000, "..", "x,market:us", "operation-1"),
        *("日本", "dé-1", "de-\uff11", "de-\u0661"),
    ),
    "String": ("", "en", "xx!!", "\x00", "\u202e", "\U0001f369" * 60, "x" * 5000, "%s{}\\'\""),
    "Int": (-(2**31), 2**31 - 1, 0, -1, 1, 100, 101),
    "Float": (-1e308, 1e308, 5e-324, -0.0, 90.0001, 52.5, 13.4),
    "Boolean": (True, False),
    "Date": ("0001-01-01", "9999-12-31", "2026-03-29", "2026-02-30", "x"),
    "DateTime": (
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-03-29T02:30:00+01:00",
        "2026-05-04",
        "x",
    ),
}


@lru_cache(maxsize=1)
def service() -> Application:
    """The service, in front of stores in memory."""
    return application(ISSUER.oidc)


@lru_cache(maxsize=1)
def _schema() -> Any:
    return build()._schema


def trouble(response: Response) -> str | None:
    """Return what a stranger must never get, or None."""
    body = response.body
    if response.status >= 500:
        return f"status {response.status}: {body[:300]!r}"
    if b"INTERNAL_SERVER_ERROR" in body or b"Traceback" in body:
        return f"a fault of ours: {body[:300]!r}"
    if len(body) > 5_000_000:
        return f"{len(body)} bytes"
    for name, value in response.headers.items():
        if not (f"{name}{value}".isascii() and value.isprintable()):
            return f"header {name}: {value!r}"
    if response.headers.get("x-content-type-options") != "nosniff":
        return f"no security headers on status {response.status}"
    return None


def case(seed: int) -> str | None:
    """Send an operation: it is answered, or refused with a code of the client's."""
    dice = random.Random(f"operations {seed}")
    maker = OperationMaker(_schema(), dice, 40, EXTREMES)
    text = maker.make()
    variables = maker.variables(dice)
    headers = {"content-type": "application/json"}
    if dice.random() < 0.5:
        headers |= bearer()
    try:
        body = orjson.dumps({"query": text, "variables": variables})
    except TypeError:  # a number that JSON of this kind does not carry
        return None
    found = trouble(service().respond(Request("POST", "/graphql", headers, body=body)))
    return found and f"{text}\n    variables {variables}\n    {found}"


@lru_cache(maxsize=1)
def bearer() -> dict[str, str]:
    """Headers of an administrator."""
    return ISSUER.bearer("chain:admin")
