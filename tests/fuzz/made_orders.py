"""Orders made from a seed, in place of the repositories of orders; each use is noted."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from services.domain.menu import StoreDocuments
from services.domain.orders.contact import Contact
from services.domain.orders.facts import AT_STORE, CARD, GUEST, Data, Fact, Placed
from services.domain.orders.identity import order_id as id_of
from services.domain.orders.listing import BoardPlace
from services.domain.orders.order import Order
from services.domain.orders.slot_use import SlotUse
from services.domain.stamp import Stamp
from services.storage.exceptions import ContentionError, NoSuchStoreError
from services.storage.order_boards import BoardEntry, BoardPart
from services.storage.order_placement import PlacedOrder, PlacementRequest, Reserve
from services.storage.orders import StaffStep

REGION = "eu-west-1"
STAMP = Stamp(1_777_888_000_000 << 16, REGION)
OPERATION = "0f8fad5b-d9cb-469f-a165-70867728950e"
ORDER = id_of(OPERATION)


@dataclass
class MadeOrders:
    """Stands in for `OrderRepository`, `OrderBoards` and `OrderPlacement`.

    Attributes:
        documents: Returns the documents of a store.
        calls: What was called.
    """

    seed: str
    documents: Callable[[str], StoreDocuments | None]
    calls: list[str] = field(default_factory=list)
    regions: tuple[str, ...] = (REGION, "us-east-1")

    def place(self, request: PlacementRequest, reserve: Reserve) -> PlacedOrder:
        """Return the order that a reservation makes, or one that was placed before."""
        self.calls.append(f"place {request}")
        dice = self._dice(request.operation_id)
        if dice.random() < 0.1:
            raise ContentionError("busy")
        documents = self.documents(request.store_id)
        if dice.random() < 0.4:
            known = self._order(id_of(request.operation_id))
            return PlacedOrder(known, documents.profile if documents else None, None, repeated=True)
        if documents is None:
            raise NoSuchStoreError(request.store_id)
        placed = reserve(documents, {}).placed
        order = Order.of(id_of(request.operation_id), [Fact(STAMP, GUEST, placed)])
        return PlacedOrder(order, documents.profile, None, repeated=False)

    def read(self, order_id: str) -> Order | None:
        """Return an order, or now and then none."""
        self.calls.append(f"read {order_id}")
        return None if self._dice(order_id).random() < 0.2 else self._order(order_id)

    def record(
        self, order_id: str, data: Data, author: str, _by_staff: StaffStep | None = None
    ) -> Order:
        """Return an order with a fact."""
        self.calls.append(f"record {order_id} {data} {author}")
        later = Stamp(STAMP.time + 1, REGION)
        return self._order(order_id).with_fact(Fact(later, author, data))

    def board(
        self,
        store_id: str,
        days: Iterable[str],
        start: BoardPlace | None = None,
        changed: Iterable[str] = (),
        *,
        at_most: int | None = None,
    ) -> BoardPart:
        """Return a few orders of any store, however few are wanted."""
        self.calls.append(f"board {store_id} {list(days)} {start} {list(changed)} {at_most}")
        made = [self._order(id_of(f"{at}{OPERATION[1:]}")) for at in range(3)]
        places = [BoardPlace("2026-05-04", f"{STAMP}#{one.order_id}#z") for one in made]
        entries = list(map(BoardEntry, made, places, places))
        return BoardPart(entries, None, is_whole=start is None)

    def standing(
        self,
        entries: Iterable[BoardEntry],
        store_id: str,
        days: Iterable[str],
        start: BoardPlace | None,
    ) -> list[BoardEntry]:
        """Return the same orders: all stand where they are listed."""
        self.calls.append(f"standing {store_id} {list(days)} {start}")
        return list(entries)

    def place_behind(self, order_id: str, store_id: str, days: Iterable[str]) -> BoardPlace | None:
        """Return the place behind an order, or none."""
        self.calls.append(f"place {order_id} {store_id}")
        day = self._dice(order_id).choice([*days, None])
        return None if day is None else BoardPlace(day, f"{STAMP}#{order_id}#z")

    def slot_use(self, store_id: str, days: Iterable[str]) -> dict[str, SlotUse]:
        """Return slots that are all free."""
        return {day: SlotUse.joined(store_id, day, ()) for day in days}

    def contact(self, order_id: str) -> Contact | None:
        """Return the contact of an order, or none."""
        self.calls.append(f"contact {order_id}")
        dice = self._dice(f"contact {order_id}")
        values = dice.choice(({}, {"name": "Ada"}, {"name": "Ada", "mail": "ada@example.org"}))
        made = Contact(order_id, STAMP, values, dice.choice(({}, {0: "no nuts"})))
        return dice.choice((None, made, made, made.forget()))

    def forget(self, order_id: str) -> bool:
        """Say that there was a contact, or none."""
        self.calls.append(f"forget {order_id}")
        return self._dice(order_id).random() < 0.5

    def _order(self, order_id: str) -> Order:
        dice = self._dice(order_id)
        placed = Placed(
            fingerprint="f",
            store_id=dice.choice(("de-1", "us-2", "de-9")),
            currency="EUR",
            lines=(),
            total=dice.choice((0, 398, 2**31 - 1)),
            method=dice.choice((CARD, AT_STORE)),
            token="",
            pickup_at=1_777_900_000,
            accept_by=1_777_890_000_000,
            review=dice.random() < 0.3,
        )
        return Order.of(order_id, [Fact(STAMP, GUEST, placed)])

    def _dice(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}/{name}")


def services_of(orders: MadeOrders, rules: Any) -> dict[str, Any]:
    """Return the members of `context.Services` that are about orders."""
    return {
        "orders": orders,
        "order_boards": orders,
        "order_placement": orders,
        "order_rules": rules,
    }
