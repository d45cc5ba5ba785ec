"""Parses the bodies of the replicator's control API; every error says what is allowed instead."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from localcloud.control_plane import shown
from localcloud.exceptions import LocalCloudError
from localcloud.replicator.faults import Pair, ReplicationFaults

MOST_MS = 3_600_000
"""An hour: the greatest lag and skew that can be set."""
MOST_WAIT = 600.0


class InvalidInputError(LocalCloudError):
    """A request has wrong content.

    Attributes:
        allowed: What is allowed, as JSON.
    """

    def __init__(self, message: str, allowed: object) -> None:
        super().__init__(message)
        self.allowed = allowed


def read_body(text: bytes, fields: Sequence[str]) -> dict[str, Any]:
    """Read an object that has no other than the given fields; an empty body is an empty one."""
    try:
        body = orjson.loads(text) if text.strip() else {}
    except orjson.JSONDecodeError as error:
        raise InvalidInputError(f"not JSON: {error}", list(fields)) from error
    if not isinstance(body, dict):
        raise InvalidInputError("the body must be a JSON object", list(fields))
    if unknown := sorted(set(body) - set(fields)):
        raise InvalidInputError(f"unknown fields {shown(unknown)}", list(fields))
    return body


def read_region(body: Mapping[str, Any], field: str, faults: ReplicationFaults) -> str:
    """Read one region's name."""
    value = body.get(field)
    if value not in faults.regions:
        raise InvalidInputError(
            f"{field!r} must name a region, got {shown(value)}", list(faults.regions)
        )
    return str(value)


def read_pairs(body: Mapping[str, Any], faults: ReplicationFaults) -> list[Pair]:
    """Read `from` and `to`: regions, or `*` for all; two different ones."""
    allowed = [*faults.regions, "*"]
    for field in ("from", "to"):
        if body.get(field) not in allowed:
            raise InvalidInputError(
                f"{field!r} must name a region, got {shown(body.get(field))}", allowed
            )
    pairs = list(faults.pairs(str(body["from"]), str(body["to"])))
    if not pairs:
        raise InvalidInputError("'from' and 'to' must be two different regions", allowed)
    return pairs


def read_number(
    body: Mapping[str, Any], field: str, low: float, high: float, default: float | None = None
) -> float:
    """Read a number between `low` and `high`, both included."""
    value = body.get(field, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        allowed = {"from": low, "to": high}
        raise InvalidInputError(f"{field!r} must be a number, got {shown(value)}", allowed)
    return float(value)
