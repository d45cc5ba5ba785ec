"""Guests and staff of a check of orders: one person is one client, with one request at a time."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from loadtests.checker.history import Attempt, CheckOperation, History, OperationOutcome
from loadtests.checker.orders.api import OrdersApi
from loadtests.checker.orders.evidence import PLACE, order_of
from loadtests.checker.orders.shops import QUANTITIES, Shops
from services.domain.orders.identity import order_id
from services.storage import keys
from services.storage.keys import Key

GOOD_CARD: Final = "pm_card_visa"
BAD_CARD: Final = "pm_card_chargeDeclined"
_FINAL_ATTEMPTS: Final = 5
PAUSE_S: Final = 0.5  # between two attempts of a guest who insists
# Of the orders that staff see, how many of the newest they work on.
_BOARD: Final = 12


@dataclass(slots=True)
class Board:
    """The orders that clients placed and a region acknowledged, the newest last.

    Attributes:
        orders: Order id to the operation that placed it.
        totals: Item id and quantity to the total that guests were shown, in minor units.
    """

    orders: dict[str, CheckOperation] = field(default_factory=dict)
    totals: dict[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """What all clients of a check share.

    Attributes:
        regions: All regions.
        shops: Where guests order.
        board: The acknowledged orders.
        api: The regions.
        history: Receives all operations and attempts.
        seed: Of the check.
    """

    regions: tuple[str, ...]
    shops: Shops
    board: Board
    api: OrdersApi
    history: History
    seed: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a guest orders.

    Attributes:
        store: Where.
        item: What.
        quantity: How many pieces.
        card: The token of the card; empty: paid at the store.
    """

    store: str
    item: str
    quantity: int = 1
    card: str = ""


class Person:
    """A client that orders, cancels, and does the work of staff, as its dice fall.

    Attributes:
        regions: All regions.
        shops: Where guests order.
        api: The regions.
    """

    def __init__(self, number: int, scene: Scene) -> None:
        """Choose the client's region and seed its choices; nothing is sent yet.

        Args:
            number: Of the client; decides its region and its choices.
            scene: Shared by all clients.
        """
        self._number = number
        self._region = scene.regions[number % len(scene.regions)]
        self.regions = scene.regions
        self.shops = scene.shops
        self._board = scene.board
        self.api = scene.api
        self._history = scene.history
        self._dice = random.Random(f"{scene.seed}/person/{number}")
        self._operation_count = 0
        self._open: dict[str, CheckOperation] = {}

    async def work(self, goes_on: Callable[[], bool]) -> None:
        """Do one thing after the other as long as the check goes on."""
        dice = self._dice
        while goes_on():
            steps = (self._order, self._staff, self._cancel, self._repeat)
            await dice.choices(steps, (40, 38, 8, 14))[0]()
            await asyncio.sleep(dice.uniform(0.0, 0.15))

    async def settle(self, goes_on: Callable[[], bool]) -> None:
        """Repeat what had no answer, each operation until it has one."""
        for operation in list(self._open.values()):
            for _ in range(_FINAL_ATTEMPTS):
                if not goes_on() or await self._send(operation, self._region) != "unknown":
                    break

    async def act(self, action: str, order: str, **more: Any) -> OperationOutcome:
        """Send a new mutation about an order to the client's own region."""
        operation = self._operation(action, order, more)
        return await self._send(operation, self._region)

    async def buy(self, region: str, wish: Wish) -> tuple[str, OperationOutcome]:
        """Send an order to a region once.

        Returns:
            The order's id, and what became of the request.
        """
        operation = self._placing(wish)
        return order_of(operation), await self._send(operation, region)

    async def repeat(self, order: str, region: str) -> OperationOutcome:
        """Send an order to a region again."""
        placing = next(one for one in self._open.values() if order_of(one) == order)
        return await self._send(placing, region)

    async def buy_everywhere(self, wish: Wish) -> str:
        """Send one order to all regions at once; return its id."""
        operation = self._placing(wish)
        await asyncio.gather(*(self._send(operation, one) for one in self.regions))
        return order_of(operation)

    def _placing(self, wish: Wish) -> CheckOperation:
        values: dict[str, Any] = {
            "storeId": wish.store,
            "lines": [{"itemId": wish.item, "quantity": wish.quantity}],
            "contact": {"name": f"Guest {self._number}"},
            "payment": "CARD" if wish.card else "AT_STORE",
            "expectedTotalMinor": self._board.totals[wish.item, wish.quantity],
            **({"paymentToken": wish.card} if wish.card else {}),
        }
        return self._operation(PLACE, None, values, sold={wish.item: wish.quantity})

    async def _order(self) -> None:
        dice, shops = self._dice, self.shops
        wish = Wish(
            dice.choice(shops.stores),
            shops.counted if dice.random() < 0.6 else shops.free,  # noqa: PLR2004 - most do
            dice.choice(QUANTITIES),
            dice.choice((*[GOOD_CARD] * 5, BAD_CARD)) if dice.random() < 0.67 else "",  # noqa: PLR2004
        )
        operation = self._placing(wish)
        if dice.random() < 0.2:  # noqa: PLR2004 - an impatient guest, three tabs
            await asyncio.gather(*(self._send(operation, one) for one in self.regions))
        elif await self._send(operation, self._region) == "unknown":
            await self._send(operation, dice.choice(self.regions))

    async def _staff(self) -> None:
        orders = list(self._board.orders)[-_BOARD:]
        if not orders:
            return
        actions = ("acceptOrder", "rejectOrder", "markOrderReady", "markOrderCollected")
        action = self._dice.choices((*actions, "refundOrder"), (45, 6, 25, 18, 6))[0]
        operation = self._operation(action, self._dice.choice(orders), {})
        await self._send(operation, self._dice.choice(self.regions))

    async def _cancel(self) -> None:
        own = [
            name
            for name, placed in list(self._board.orders.items())[-_BOARD:]
            if placed.client == self._number
        ]
        if own:
            operation = self._operation("cancelOrder", self._dice.choice(own), {})
            await self._send(operation, self._dice.choice(self.regions))

    async def _repeat(self) -> None:
        """Send an order again, perhaps elsewhere: the back button, a second tab."""
        own = [one for one in self._board.orders.values() if one.client == self._number]
        waiting = list(self._open.values())
        if waiting or own:
            operation = self._dice.choice(waiting or own[-_BOARD:])
            await self._send(operation, self._dice.choice(self.regions))

    def _operation(
        self,
        action: str,
        order: str | None,
        values: dict[str, Any],
        *,
        sold: dict[str, int] | None = None,
    ) -> CheckOperation:
        self._operation_count += 1
        # An order takes only a UUID, for its id is the guest's key to it.
        name = str(
            uuid5(NAMESPACE_URL, f"{self.shops.name}/{self._number}/{self._operation_count}")
        )
        about = order or order_id(name)
        given = {**values, **({"orderId": order} if order else {})}
        document = Key(keys.order_partition(about), "")
        operation = CheckOperation(name, self._number, action, document, given, sold=sold or {})
        self._history.add(operation)
        return operation

    async def _send(self, operation: CheckOperation, region: str) -> OperationOutcome:
        sent = self._history.now()
        given = {"operationId": operation.id, **operation.input}
        reply = await self.api.send(region, operation.action, given)
        self._history.attempt(
            Attempt(
                *(operation.id, self._number, region, sent, self._history.now()),
                *(reply.outcome, reply.answer, reply.why),
            )
        )
        if reply.outcome == "unknown":
            self._open[operation.id] = operation
        elif reply.outcome == "ok" or operation.action != PLACE:
            # An order that a region refuses may have been placed by an attempt without an answer.
            self._open.pop(operation.id, None)
        if reply.outcome == "ok" and operation.action == PLACE:
            self._board.orders.setdefault(order_of(operation), operation)
        return reply.outcome


async def insist(
    person: Person, region: str, wish: Wish, within_s: float
) -> tuple[str, OperationOutcome]:
    """Order, and repeat in the same region what has no answer.

    Args:
        person: Orders.
        region: Where.
        wish: What.
        within_s: Seconds after which the outcome stays unknown.

    Returns:
        The order's id, and what became of it.
    """
    until = time.monotonic() + within_s
    order, outcome = await person.buy(region, wish)
    while outcome == "unknown" and time.monotonic() < until:
        await asyncio.sleep(PAUSE_S)
        outcome = await person.repeat(order, region)
    return order, outcome
