"""Checks that a response holds what was requested, and names the reason if it does not."""

from collections.abc import Mapping
from typing import Any, Final

from loadtests.cloud.answers import data_of

_NOT_MODIFIED: Final = 304
_LONGEST_MESSAGE: Final = 100


def menu(status: int, body: bytes, store_id: str) -> str:
    """Return why a response is not the menu of a store; empty if it is.

    A menu has items, each with a price in the menu's currency.
    """
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
    """Return why a response does not list the stores around a store; empty if it does."""
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
    """Return why a mutation was no success (empty if it was one), and its payload."""
    wrong, data = data_of(status, body)
    if wrong:
        return wrong, {}
    (payload,) = data.values()
    if payload["errors"]:
        return f"refused: {payload['errors'][0]['message'][:_LONGEST_MESSAGE]}", {}
    return "", payload
