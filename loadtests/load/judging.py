"""Whether an answer is what was asked for; the reason, where it is not."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

_OK: Final = 200
_NOT_MODIFIED: Final = 304
_TEXT: Final = 100


def data_of(status: int, body: bytes) -> tuple[str, Mapping[str, Any]]:
    """An answer's data, and why it is no success (empty: it is one); GraphQL errors are none."""
    if status != _OK:
        return f"status {status}", {}
    try:
        answer = orjson.loads(body)
    except ValueError:
        return "no JSON", {}
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if errors:
        return f"GraphQL error: {str(errors[0].get('message'))[:_TEXT]}", {}
    data = answer.get("data") if isinstance(answer, dict) else None
    return ("", data) if isinstance(data, dict) else ("no data", {})


def menu(status: int, body: bytes, store_id: str) -> str:
    """Why this is not the menu of the store: its items, with prices, in its currency."""
    if status == _NOT_MODIFIED:
        return ""
    wrong, data = data_of(status, body)
    if wrong:
        return wrong
    return _judged(data.get("menu"), store_id)


def _judged(menu: Any, store_id: str) -> str:
    if not menu:
        return "no menu"
    if menu["store"]["id"] != store_id:
        return f"the menu of {menu['store']['id']}"
    items = [item for category in menu["categories"] for item in category["items"]]
    if not items:
        return "a menu without items"
    foreign = any(item["price"]["currency"] != menu["currency"] for item in items)
    return "a price in another currency" if foreign else ""


def stores_near(status: int, body: bytes, store_id: str) -> str:
    """Why these are not the stores near one of them, nearest first."""
    if status == _NOT_MODIFIED:
        return ""
    wrong, data = data_of(status, body)
    if wrong:
        return wrong
    near = data.get("storesNear") or []
    distances = [one["distanceKm"] for one in near]
    if distances != sorted(distances):
        return "not the nearest first"
    # Twenty may be nearer than this one in a city: then it is enough that there are twenty.
    if store_id not in {one["store"]["id"] for one in near} and len(near) < 20:  # noqa: PLR2004
        return "the store itself is missing"
    return ""


def mutation(status: int, body: bytes) -> tuple[str, Mapping[str, Any]]:
    """A mutation's payload, and why it is no success."""
    wrong, data = data_of(status, body)
    if wrong:
        return wrong, {}
    (payload,) = data.values()
    if payload["errors"]:
        return f"refused: {payload['errors'][0]['message'][:_TEXT]}", {}
    return "", payload
