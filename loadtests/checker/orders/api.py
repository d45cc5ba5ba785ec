"""The requests of guests and staff: quotes, mutations of orders, and what a region shows."""

from collections.abc import Mapping
from typing import Any, Final

from loadtests.checker.graphql_client import GraphQLClient, Reply, UnansweredError
from loadtests.checker.orders.evidence import PLACE
from loadtests.checker.settings import CheckError

_ERRORS: Final = "errors { __typename message }"
_ORDER: Final = f"{{ order {{ id status }} {_ERRORS} }}"
_INPUTS: Final[Mapping[str, str]] = {
    PLACE: "PlaceOrderInput",
    "cancelOrder": "OrderRefusalInput",
    "rejectOrder": "OrderRefusalInput",
    "acceptOrder": "OrderStepInput",
    "markOrderReady": "OrderStepInput",
    "markOrderCollected": "OrderStepInput",
    "refundOrder": "RefundOrderInput",
}
GUEST_ACTIONS: Final = frozenset({PLACE, "cancelOrder"})
_COUNT: Final = f"""mutation Count($input: RecordStockCountInput!) {{
  recordStockCount(input: $input) {{ {_ERRORS} }} }}"""
_QUOTE: Final = f"""query Quote($input: QuoteInput!) {{
  quote(input: $input) {{ quote {{ total {{ amountMinor }} }} {_ERRORS} }} }}"""
_STATUS: Final = "query Status($id: ID!) { order(id: $id) { status } }"


class OrdersApi:
    """The regions' APIs, as guests without an account and as staff reach them."""

    def __init__(self, guests: GraphQLClient, staff: GraphQLClient) -> None:
        self._guests = guests
        self._staff = staff

    async def send(self, region: str, action: str, variables: Mapping[str, Any]) -> Reply:
        """Send a mutation once.

        Raises:
            CheckError: The API does not take such requests at all.
        """
        graph = self._guests if action in GUEST_ACTIONS else self._staff
        text = f"mutation Check($input: {_INPUTS[action]}!) {{ {action}(input: $input) {_ORDER} }}"
        try:
            data = await graph.post(region, text, {"input": dict(variables)})
        except UnansweredError as error:
            return Reply("unknown", why=str(error))
        payload = data[action]
        if payload["errors"]:
            why = ",".join(sorted({error["__typename"] for error in payload["errors"]}))
            return Reply("refused", payload, why)
        return Reply("ok", {"order": payload["order"]})

    async def count(self, region: str, operation: str, store: str, item: str, pieces: int) -> None:
        """Count an item of a store.

        Raises:
            UnansweredError: There was no answer.
            CheckError: The count is refused.
        """
        counts = [{"itemId": item, "pieces": pieces}]
        given = {"operationId": operation, "storeId": store, "counts": counts}
        payload = (await self._staff.post(region, _COUNT, {"input": given}))["recordStockCount"]
        _refuse(payload, "the count of a store")

    async def total(self, region: str, store: str, item: str, quantity: int) -> int:
        """Return what some pieces of an item cost, tax included, in minor units.

        Raises:
            UnansweredError: There was no answer.
            CheckError: The store does not sell them.
        """
        given = {"storeId": store, "lines": [{"itemId": item, "quantity": quantity}]}
        payload = (await self._guests.post(region, _QUOTE, {"input": given}))["quote"]
        _refuse(payload, "a quote")
        return int(payload["quote"]["total"]["amountMinor"])

    async def status(self, region: str, order: str) -> str | None:
        """Return the status of an order as a region shows it; None where it shows no such order.

        Raises:
            UnansweredError: There was no answer.
        """
        found = (await self._guests.post(region, _STATUS, {"id": order}))["order"]
        return str(found["status"]) if found else None


def _refuse(payload: Mapping[str, Any], what: str) -> None:
    if payload["errors"]:
        first = payload["errors"][0]
        raise CheckError(f"{what} is refused: {first['__typename']}: {first['message']}")
