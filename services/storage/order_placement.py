"""Placing an order: one read of all that it depends on, one transaction of all that it changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.domain.documents.layout import Body, unread
from services.domain.documents.profile import StoreProfile
from services.domain.menu import StoreDocuments
from services.domain.orders.contact import KEPT_S, Contact
from services.domain.orders.facts import GUEST, Fact, Placed
from services.domain.orders.guards import Verdict, judge
from services.domain.orders.identity import order_id as id_of
from services.domain.orders.order import Order
from services.domain.orders.placing import Reservation
from services.domain.orders.slot_use import SlotUse
from services.storage import keys, parts
from services.storage.exceptions import NoSuchStoreError, OperationIdReusedError
from services.storage.keys import Key
from services.storage.orders import facts_keys, held_order, joined_slots, rows_of
from services.storage.replica import Replica, Stored, Write
from services.storage.stores import StoreRows


@dataclass(frozen=True, slots=True)
class PlacementRequest:
    """An order to place.

    Attributes:
        operation_id: Made by the client; the order's id follows from it.
        fingerprint: Digest of the guest's input; a repetition has the same.
        store_id: Id of the store.
        days: Days of UTC in which the slots lie that the order may be collected in.
        contact: `name`, `mail`, `phone` to texts, in canonical form.
        notes: Number of a line to the guest's note on it.
    """

    operation_id: str
    fingerprint: str
    store_id: str
    days: tuple[str, ...]
    contact: Mapping[str, str]
    notes: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that was placed.

    Attributes:
        order: The order with its placement.
        profile: Its store; None if the store is no more.
        contact: The guest's contact and notes; None once they were deleted.
        repeated: It had been placed before, by a request with the same operation id and input.
    """

    order: Order
    profile: StoreProfile | None
    contact: Contact | None
    repeated: bool


Reserve = Callable[[StoreDocuments, Mapping[str, SlotUse]], Reservation]


class OrderPlacement:
    """Places orders in one region: two requests to DynamoDB, whatever the order holds.

    A repetition in this region finds the region's own facts, under a condition; one in another
    region finds them once they were replicated, or places the order there too: `contradictions`
    makes one order of the two.
    """

    def __init__(self, replica: Replica, regions: Sequence[str]) -> None:
        """Take the replica and the regions; nothing is read or written yet.

        Args:
            replica: The region's replica.
            regions: All regions of the deployment.
        """
        self._replica = replica
        self._regions = tuple(regions)

    def place(self, request: PlacementRequest, reserve: Reserve) -> PlacedOrder:
        """Place an order, or find that it was placed.

        Args:
            request: The order.
            reserve: Decides what is reserved, from the store's documents and the use of slots by
                day; called once per attempt. What it raises is raised, and nothing is written.

        Raises:
            NoSuchStoreError: The store does not exist.
            OperationIdReusedError: The id placed another order.
            ContentionError: Others were faster, every time.
        """
        order_id = id_of(request.operation_id)

        def attempt() -> PlacedOrder:
            found = self._replica.get_many(self._keys(order_id, request), consistent=True)
            region = self._replica.region
            held = held_order(order_id, region, found)
            documents = _documents(request.store_id, found)
            person = found.get(keys.person(order_id))
            known = Contact.load(order_id, person.body) if person else None
            if held.order.of_kind(Placed):
                _check_input(held.order, request)
                profile = documents.profile if documents else None
                return PlacedOrder(held.order, profile, known, repeated=True)
            if documents is None:
                raise NoSuchStoreError(request.store_id)
            slots = {day: joined_slots(request.store_id, day, found) for day in request.days}
            reservation = reserve(documents, slots)
            stamp = self._replica.clock.tick(*held.stamps())
            fact = Fact(stamp, GUEST, reservation.placed)
            if judge(held.order, reservation.placed, stamp, GUEST).verdict is not Verdict.ALLOWED:
                raise AssertionError("an order without a placement can be placed")
            order = held.order.with_fact(fact)
            facts = held.write(order, stamp, self._regions, self._replica.clock.now_ms())
            assert facts is not None  # noqa: S101 - there is a new fact
            # Each item has a revision of its own: a damaged one of the store's, far in the future,
            # must not put off what is due for the order.
            contact_stamp = self._replica.next_stamp(person, known)
            contact = Contact(order_id, contact_stamp, request.contact, request.notes)
            contact = known.merge(contact) if known else contact
            expires = reservation.placed.pickup_at + KEPT_S
            rev = person.rev if person else None
            writes = [
                facts,
                Write(keys.person(order_id), contact.dump(), contact_stamp, rev, expires),
                *self._slot_writes(reservation, found),
                *self._stock_writes(request.store_id, reservation, found),
            ]
            self._replica.transact_while(writes, _standing(request.store_id, found))
            return PlacedOrder(order, documents.profile, contact, repeated=False)

        return self._replica.retry(f"order {order_id}", attempt)

    def _keys(self, order_id: str, request: PlacementRequest) -> list[Key]:
        store, regions = request.store_id, self._regions
        stock = keys.stock(store)
        return [
            *facts_keys(order_id, regions),
            keys.person(order_id),
            *(keys.profile(store), keys.assortment(store), stock),
            *(Key(stock.pk, keys.SALES_PREFIX + region) for region in regions),
            *(keys.slots(store, day, region) for day in request.days for region in regions),
        ]

    def _slot_writes(
        self, reservation: Reservation, found: Mapping[Key, Stored]
    ) -> Iterator[Write]:
        region = self._replica.region
        expires = reservation.placed.pickup_at + KEPT_S
        for use in reservation.slots.values():
            key = keys.slots(use.store_id, use.day, region)
            known = found.get(key)
            body = use.part_of(region).dump() | (unread(known.body) if known else {})
            yield self._rewritten(key, body, known, expires)

    def _stock_writes(
        self, store_id: str, reservation: Reservation, found: Mapping[Key, Stored]
    ) -> Iterator[Write]:
        region = self._replica.region
        key = parts.own_part(keys.stock(store_id), region)
        yield self._rewritten(key, reservation.stock.sales_in(region).dump(), found.get(key))

    def _rewritten(
        self, key: Key, body: Body, known: Stored | None, expires: int | None = None
    ) -> Write:
        rev = self._replica.next_stamp(known, None)
        return Write(key, body, rev, known.rev if known else None, expires)


def _check_input(order: Order, request: PlacementRequest) -> None:
    placements = [data for _, data in order.of_kind(Placed)]
    if all(one.fingerprint != request.fingerprint for one in placements):
        raise OperationIdReusedError(request.operation_id)


def _standing(store_id: str, found: Mapping[Key, Stored]) -> dict[Key, str | None]:
    """Return what must stand though it is not written: a count here resets the region's rights."""
    key = keys.stock(store_id)
    known = found.get(key)
    return {key: known.rev if known else None}


def _documents(store_id: str, found: Mapping[Key, Stored]) -> StoreDocuments | None:
    return StoreRows(store_id, rows_of(found, keys.store_partition(store_id))).documents()
