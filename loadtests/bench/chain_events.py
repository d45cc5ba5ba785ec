"""Requests about stores, prices, sales and orders: the same documents for carte and for stock."""

import json
import os
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from loadtests.bench import events, orders, staff
from loadtests.bench.canned_items import CONFLICT_PREFIX
from loadtests.bench.chain import Stores, items_of, store_fields
from loadtests.bench.subject import CONFLICT, EDIT, NEAR, ORDER, QUOTE, SALE, STORES
from loadtests.cloud.persisted_documents import persisted_document
from loadtests.load.documents import SELL, SET_PRICE

SHOPS: Final = Stores("shop", 60, 60, stocked=True)
"""The stores that are edited and ordered from."""

_FIELDS: Final = "id name market { id } address { street city state postalCode country }"
_STORES: Final = f"""query Stores($market: ID!, $first: Int!) {{
  stores(market: $market, first: $first) {{ edges {{ node {{ {_FIELDS} }} }} }} }}"""
_NEAR: Final = f"""query Near($latitude: Float!, $longitude: Float!) {{
  storesNear(latitude: $latitude, longitude: $longitude, radiusKm: 100, first: 20) {{
    store {{ {_FIELDS} }} }} }}"""
_QUOTE: Final = """query Quote($input: QuoteInput!) { quote(input: $input) {
  quote { total { amountMinor } } errors { message } } }"""
_ORDER: Final = """mutation Order($input: PlaceOrderInput!) { placeOrder(input: $input) {
  order { id status pickupAt total { amountMinor currency } } errors { message } } }"""
_FIRST: Final = 20


def number_of(store_id: str) -> int:
    """Return the number of a store from its id."""
    return int(store_id.rpartition("-")[2])


class ChainEvents:
    """Makes the event of a scenario for a store; each mutation is another operation."""

    def __init__(
        self, variables: Mapping[str, str] = os.environ, slots: orders.Slots | None = None
    ) -> None:
        """Take what events are made of; none is made yet.

        Args:
            variables: The environment of subjects, with the token and the quotes.
            slots: Where orders are put.
        """
        self._variables = variables
        self._slots = slots or orders.Slots()
        self._count = 0
        self._makers: Mapping[str, Callable[[str], dict[str, Any]]] = {
            STORES: self._stores,
            NEAR: self._near,
            QUOTE: self._quote,
            EDIT: self._edit,
            CONFLICT: self._conflict,
            SALE: self._sale,
            ORDER: self._order,
        }

    def event(self, scenario: str, store_id: str) -> dict[str, Any]:
        """Return the event of a scenario for a store."""
        return self._makers[scenario](store_id)

    def _stores(self, store_id: str) -> dict[str, Any]:
        # Sizes that differ make each request another one: no kept response answers it.
        variables = {"market": SHOPS.market, "first": _FIRST + number_of(store_id) % _FIRST}
        return events.posted_document(_STORES, variables)

    def _near(self, store_id: str) -> dict[str, Any]:
        fields = store_fields(number_of(store_id), SHOPS.market)
        place = {"latitude": fields["latitude"], "longitude": fields["longitude"]}
        return events.posted_document(_NEAR, place)

    def _quote(self, store_id: str) -> dict[str, Any]:
        slot = orders.Slots().next(store_id, number_of(store_id), SHOPS)
        given = {
            "storeId": store_id,
            "lines": orders.lines(number_of(store_id), SHOPS),
            "pickup": {"slotId": slot},
        }
        return events.posted_document(_QUOTE, {"input": given})

    def _edit(self, store_id: str, operation_id: str | None = None) -> dict[str, Any]:
        self._count += 1
        line = {"itemId": _first_item(store_id), "priceMinor": 200 + self._count % 100}
        return self._mutation(SET_PRICE, store_id, [line], operation_id)

    def _conflict(self, store_id: str) -> dict[str, Any]:
        return self._edit(store_id, CONFLICT_PREFIX + uuid.uuid4().hex)

    def _sale(self, store_id: str) -> dict[str, Any]:
        line = {"itemId": _first_item(store_id), "pieces": 1}
        return self._mutation(SELL, store_id, [line])

    def _order(self, store_id: str) -> dict[str, Any]:
        number = number_of(store_id)
        given = {
            "operationId": str(uuid.uuid4()),
            "storeId": store_id,
            "lines": orders.lines(number, SHOPS),
            "contact": {"name": "Ada", "mail": "ada@example.org"},
            "payment": "AT_STORE",
            "expectedTotalMinor": orders.total(store_id, self._variables[orders.QUOTES]),
            "pickup": {"slotId": self._slots.next(store_id, number, SHOPS)},
        }
        return events.posted_document(_ORDER, {"input": given})

    def _mutation(
        self,
        document: str,
        store_id: str,
        lines: list[dict[str, Any]],
        operation_id: str | None = None,
    ) -> dict[str, Any]:
        given = {
            "operationId": operation_id or uuid.uuid4().hex,
            "storeId": store_id,
            "lines": lines,
        }
        return events.posted_document(document, {"input": given}, staff.bearer(self._variables))


def first_page(store_id: str, *, persisted: bool) -> list[dict[str, Any]]:
    """Return the first four requests of a guest who opens the site and then a store's menu.

    Args:
        store_id: The store.
        persisted: By GET of the persisted operations; else the same documents by POST.
    """
    place = store_fields(number_of(store_id), SHOPS.market)
    near = {"latitude": place["latitude"], "longitude": place["longitude"]}
    operations: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Markets", {}),
        ("NearbyStores", near),
        ("Menu", {"storeId": store_id}),
        ("Region", {}),
    )
    if persisted:
        return [events.persisted_operation(name, values) for name, values in operations]
    return [
        events.posted_document(persisted_document(name)[1], values) for name, values in operations
    ]


def accepted(scenario: str, body: bytes | str) -> str | None:
    """Return why an answer is not what a scenario is about; None if it is.

    A mutation that was refused, and a list without stores, would be timed for the wrong thing.
    """
    answer = json.loads(body)
    if answer.get("errors") or not answer.get("data"):
        return f"errors: {json.dumps(answer)[:300]}"
    (payload,) = answer["data"].values()
    if not payload:
        return f"nothing was found: {json.dumps(answer)[:300]}"
    refused = payload.get("errors") if isinstance(payload, dict) else None
    return f"{scenario} was refused: {refused}" if refused else None


def _first_item(store_id: str) -> str:
    return items_of(number_of(store_id), SHOPS)[0]
