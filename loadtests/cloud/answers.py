"""The GraphQL answer in an HTTP response: its data, or why the response is no success."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

_OK: Final = 200
# A firewall in front of carte answers a page of its own, or nothing; carte's own refusals are JSON.
_OF_A_FIREWALL: Final = frozenset({403, 413, 414, 429})
_LONGEST_MESSAGE: Final = 120


def data_of(status: int, body: bytes) -> tuple[str, Mapping[str, Any]]:
    """Return why a response is no success (empty if it is one), and its data.

    A response with GraphQL errors is no success, whatever data it holds.
    """
    if status in _OF_A_FIREWALL and not _is_json(body):
        return f"status {status} of a firewall, not of carte", {}
    if status != _OK:
        return f"status {status}", {}
    try:
        answer = orjson.loads(body)
    except ValueError:
        return "no JSON", {}
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if errors:
        return f"GraphQL error: {str(errors[0].get('message'))[:_LONGEST_MESSAGE]}", {}
    data = answer.get("data") if isinstance(answer, dict) else None
    return ("", data) if isinstance(data, dict) else ("no data", {})


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except ValueError:
        return False
    return True
