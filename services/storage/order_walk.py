"""Reads all orders of a replica by a Scan, for comparisons that an operator makes."""

from collections.abc import Iterator
from typing import Any, Final

from services.domain.orders.order import Order
from services.storage import keys
from services.storage.replica import stored_of
from services.storage.table import Table

_ROWS_A_PAGE: Final = 2_000
_FACTS: Final = "begins_with(pk, :order) AND begins_with(sk, :facts)"
_VALUES: Final = {":order": {"S": keys.ORDER_PREFIX}, ":facts": {"S": keys.FACTS_PREFIX}}


def all_orders(table: Table) -> Iterator[Order]:
    """Yield every order that a replica knows, with the facts of all regions that have arrived.

    They are held in memory together: the facts of one order are not read in one piece.
    """
    found: dict[str, Order] = {}
    request: dict[str, Any] = {
        "TableName": table.binding.table,
        "Limit": _ROWS_A_PAGE,
        "FilterExpression": _FACTS,
        "ExpressionAttributeValues": _VALUES,
    }
    while True:
        answer = table.scan(request)
        for item in answer["Items"]:
            row = stored_of(item)
            name = row.key.pk.removeprefix(keys.ORDER_PREFIX)
            part = Order.load(name, row.body)
            found[name] = found[name].merge(part) if name in found else part
        last = answer.get("LastEvaluatedKey")
        if not last:
            break
        request = {**request, "ExclusiveStartKey": last}
    yield from found.values()
