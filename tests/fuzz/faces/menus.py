"""Menus of stores whose stock was damaged in the table: readable, or a fault that has its code."""

import random
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import orjson

from graphql_schema.export import MANIFEST
from services.domain.documents.profile import StoreProfile
from services.menu_api.application import Application
from services.menu_api.messages import Request
from services.storage.keys import Key
from services.storage.replica import Stored
from services.storage.stores import StoreRows
from tests.fuzz.faces.documents import BODIES, STAMP
from tests.fuzz.faces.mutation import mutated
from tests.fuzz.flood import application

MENU: Final = next(
    key for key, one in orjson.loads(MANIFEST.read_bytes()).items() if one["name"] == "Menu"
)
PROFILE: Final = StoreProfile("de-1", {}).assign(
    {
        "name": "Carte", "market": "de", "street": "Torstraße 1", "city": "Berlin", "state": None,
        "postal_code": "10119", "latitude": 52.5, "longitude": 13.4, "time_zone": "Europe/Berlin",
        "hours": "Mo-Fr 07:00-20:00",
    },
    STAMP,
)  # fmt: skip


@lru_cache(maxsize=1)
def service() -> Application:
    """The service, in front of a store whose rows `case` replaces."""
    return application()


def case(seed: int) -> str | None:
    """Ask for the menu of a store whose stock is damaged."""
    dice = random.Random(f"menus {seed}")
    bodies: dict[str, Any] = {
        "PROFILE": orjson.loads(orjson.dumps(PROFILE.dump())),
        "ASSORTMENT": {"s": [str(STAMP)], "e": {"item-1": [199, 0, True, 0, None, 0]}},
        "STOCK": BODIES["stock"][0],
    }
    damaged = "STOCK"
    changed = mutated(dice, bodies[damaged], dice.randrange(1, 3))
    if not isinstance(changed, dict):
        return None
    bodies[damaged] = changed
    rows = [Stored(Key("STORE#de-1", sk), str(STAMP), body, None) for sk, body in bodies.items()]
    made = service()
    stores: Any = made._services.stores
    stores.documents = lambda store_id: StoreRows(store_id, rows).documents()
    stores.rows = lambda store_id: StoreRows(store_id, rows)
    made.responses.clear()
    query = {"variables": '{"storeId":"de-1"}'}
    response = made.respond(Request("GET", f"/graphql/persisted/{quote(MENU)}", {}, query))
    if b"INTERNAL_SERVER_ERROR" in response.body:
        return f"{damaged} {orjson.dumps(changed).decode()[:300]}: {response.body[:200]!r}"
    return None
