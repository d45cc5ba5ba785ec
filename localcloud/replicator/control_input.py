"""Reads the bodies of the control API: everything wrong is told with what is allowed."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from localcloud.replicator.faults import Faults, Pair

MOST_MS = 3_600_000
"""An hour: the greatest lag and skew that can be set."""
MOST_WAIT = 600.0


class BadInputError(Exception):
    """The request cannot be understood; `allowed` says what can."""

    def __init__(self, message: str, allowed: object) -> None:
        super().__init__(message)
        self.allowed = allowed


def read_body(text: bytes, fields: Sequence[str]) -> dict[str, Any]:
    """Read an object that has no other than the given fields; an empty body is an empty one."""
    try:
        body = orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError as error:
        raise BadInputError(f"not JSON: {error}", list(fields)) from error
    if not isinstance(body, dict):
        raise BadInputError("the body must be a JSON object", list(fields))
    if unknown := sorted(set(body) - set(fields)):
        raise BadInputError(f"unknown fields {unknown}", list(fields))
    return body


def read_region(body: Mapping[str, Any], field: str, faults: Faults) -> str:
    """Read one region's name."""
    value = body.get(field)
    if value not in faults.regions:
        raise BadInputError(f"{field!r} must name a region, got {value!r}", list(faults.regions))
    return str(value)


def read_pairs(body: Mapping[str, Any], faults: Faults) -> list[Pair]:
    """Read `from` and `to`: regions, or `*` for all; two different ones."""
    allowed = [*faults.regions, "*"]
    for field in ("from", "to"):
        if body.get(field) not in allowed:
            raise BadInputError(f"{field!r} must name a region, got {body.get(field)!r}", allowed)
    pairs = list(faults.pairs(str(body["from"]), str(body["to"])))
    if not pairs:
        raise BadInputError("'from' and 'to' must be two different regions", allowed)
    return pairs


def read_number(
    body: Mapping[str, Any], field: str, low: float, high: float, default: float | None = None
) -> float:
    """Read a number between `low` and `high`, both included."""
    value = body.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        allowed = {"from": low, "to": high}
        raise BadInputError(f"{field!r} must be a number, got {value!r}", allowed)
    return float(value)
