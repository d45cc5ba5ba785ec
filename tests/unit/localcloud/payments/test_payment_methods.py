"""A payment method is taken once for an order, as at Stripe without a customer."""

import asyncio
from typing import Any, cast

import orjson

from localcloud.payments.operations import Operations
from localcloud.payments.records import Answer, Records
from localcloud.payments.upstream import Localstripe


class Upstream:
    """Intents that any card can be confirmed with."""

    def __init__(self, **orders: str) -> None:
        self.intents: dict[str, dict[str, Any]] = {
            name: {
                "id": name,
                "status": "requires_payment_method",
                "amount": 500,
                "created": 0,
                "metadata": {"carte_order": order},
            }
            for name, order in orders.items()
        }

    async def found(self, path: str) -> dict[str, Any] | None:
        return self.intents.get(path.rpartition("/")[2], {})

    async def passed(self, method: str, path: str, form: Any) -> Answer:  # noqa: ARG002 - the port
        if path.endswith("/confirm"):
            self.intents[path.split("/")[3]]["status"] = "requires_capture"
        return Answer(200, b"{}")


def test_a_payment_method_is_taken_once_for_an_order() -> None:
    upstream = Upstream(pi_1="one", pi_2="one", pi_3="other")
    operations = Operations(cast(Localstripe, upstream), Records(None), lambda *_: None)

    def confirmed(intent: str, method: str) -> Answer:
        path = f"/v1/payment_intents/{intent}/confirm"
        return asyncio.run(operations.carry_out("POST", path, {"payment_method": method}))

    assert confirmed("pi_1", "pm_card").status == 200
    refused = confirmed("pi_2", "pm_card")
    error = orjson.loads(refused.body)["error"]
    assert (refused.status, error["param"]) == (400, "payment_method")
    assert upstream.intents["pi_2"]["status"] == "requires_payment_method"
    assert confirmed("pi_2", "pm_other").status == 200
    assert confirmed("pi_3", "pm_card").status == 200
