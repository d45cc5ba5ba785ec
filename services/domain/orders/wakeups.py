"""Messages of the fulfilment queue: each names an order of which something may be due.

The queue is a FIFO queue with one group per order, so a region never works on an order twice at
once. A message carries no facts: its receiver reads the order.
"""

import json
from typing import Any, Final

from services.domain.orders.identity import is_order_id

_ORDER: Final = "orderId"


class InvalidWakeUpError(ValueError):
    """A message does not name an order."""


def entry(order_id: str, cause: str) -> dict[str, Any]:
    """Return the entry of a `SendMessageBatch` request, with the order's id as its `Id`.

    Args:
        order_id: The order.
        cause: What makes two messages the same within five minutes: the revision of the item that
            changed, or the minute of the sweep.
    """
    return {
        "Id": order_id,
        "MessageBody": json.dumps({_ORDER: order_id}),
        "MessageGroupId": order_id,
        "MessageDeduplicationId": f"{order_id}/{cause}",
    }


def order_of(body: str) -> str:
    """Return the order that a message names.

    Raises:
        InvalidWakeUpError: It names none.
    """
    try:
        order_id = json.loads(body)[_ORDER]
    except (ValueError, LookupError, TypeError) as error:
        raise InvalidWakeUpError(f"not a message about an order: {body[:100]!r}") from error
    if not isinstance(order_id, str) or not is_order_id(order_id):
        raise InvalidWakeUpError(f"not an order's id: {str(order_id)[:40]!r}")
    return order_id
