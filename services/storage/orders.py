"""Orders of one region's replica: reading them, recording facts, slots in use, personal data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from services.domain.errors import CarteError
from services.domain.orders.contact import KEPT_S, Contact
from services.domain.orders.facts import Data, Fact, Notified, Placed
from services.domain.orders.guards import Judgement, Verdict, as_recorded, judge
from services.domain.orders.order import Order
from services.domain.orders.part import OrderPart
from services.domain.orders.slot_use import SlotUse
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key
from services.storage.replica import Replica, Stored, Write


class TransitionRefusedError(CarteError):
    """A fact may not be recorded, given the facts that the region has of it."""

    def __init__(self, order: Order, judgement: Judgement) -> None:
        super().__init__(judgement.reason)
        self.order = order


class StaffStep(NamedTuple):
    """The mutation by which a member of staff records a fact about an order.

    Attributes:
        name: Its name.
        operation_id: Its `operationId`.
        device: The client's description of its device; None: there is none.
    """

    name: str
    operation_id: str
    device: str | None

    def write(self, order_id: str, fact: Fact, at: Stamp) -> Write:
        """Return the write that records the action of the fact's author.

        Args:
            order_id: The order's id.
            fact: What was recorded.
            at: Of the action; no other action of the author has it.
        """
        # Imported here: orders of guests need none of it.
        from services.domain.documents.action import Actor, StaffAction
        from services.storage import actions

        document = keys.facts(order_id, fact.stamp.region)
        actor = Actor(fact.author, self.device)
        return actions.write_of(StaffAction.of(actor, at, self.name, document, self.operation_id))


class HeldOrder:
    """An order as a region holds it.

    Attributes:
        order: All facts that have arrived in the region.
        own: The region's own item; None: it has recorded nothing yet.
        notified_in: Id of the fact of a notice to the regions that recorded it: that sent it.
    """

    __slots__ = ("notified_in", "order", "own")

    def __init__(self, order_id: str, region: str, rows: Iterable[Stored]) -> None:
        self.order = Order(order_id, {})
        self.own: Stored | None = None
        self.notified_in: dict[str, list[str]] = {}
        for row in rows:
            if row.key.sk.startswith(keys.FACTS_PREFIX):
                part = Order.load(order_id, row.body)
                self.order = self.order.merge(part)
                for name, fact in part.facts.items():
                    if isinstance(fact.data, Notified):
                        self.notified_in.setdefault(name, []).append(fact.stamp.region)
                if row.key == keys.facts(order_id, region):
                    self.own = row

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it, the revision of the own item included."""
        return self.order.stamps() + ([Stamp.parse(self.own.rev)] if self.own else [])

    def write(self, after: Order, rev: Stamp, regions: Sequence[str], now_ms: int) -> Write | None:
        """Return the write of the region's own item; None where nothing changes.

        Args:
            after: The order with what the region records now.
            rev: The revision of the write.
            regions: All regions of the deployment.
            now_ms: What the region's wall clock says, Unix milliseconds (UTC).
        """
        key = keys.facts(after.order_id, rev.region)
        if self.own is None:
            return Write(key, OrderPart.of(after, rev, regions, now_ms).dump(), rev, None)
        before = OrderPart.load(after.order_id, self.own.body)
        part = OrderPart.of(after, rev, regions, now_ms, before.listing)
        # Also facts that another region recorded earlier: what an item lost would be joined to it
        # again by the stream Lambda, and lost again here, for ever.
        part = replace(part, order=before.order.merge(part.order), more=before.more)
        if before.has_same_content(part):
            return None
        return Write(key, part.dump(), rev, self.own.rev)


class OrderRepository:
    """Reads orders, and records what this region learns or decides about them."""

    def __init__(self, replica: Replica, regions: Sequence[str]) -> None:
        """Take the replica and the regions; nothing is read yet.

        Args:
            replica: The region's replica.
            regions: All regions of the deployment, also those that are lost.
        """
        self._replica = replica
        self.regions = tuple(regions)

    def read(self, order_id: str) -> Order | None:
        """Return an order by one Query, or None if this region has no fact of it."""
        held = self.held(order_id)
        return held.order if held.order.facts else None

    def held(self, order_id: str) -> HeldOrder:
        """Return an order as this region last acknowledged it."""
        rows = self._replica.partition(
            keys.order_partition(order_id), prefix=keys.FACTS_PREFIX, consistent=True
        )
        return HeldOrder(order_id, self._replica.region, rows)

    def record(
        self, order_id: str, data: Data, author: str, by_staff: "StaffStep | None" = None
    ) -> Order:
        """Record a fact, and return the order with it; a repetition changes nothing.

        Args:
            order_id: The order's id.
            data: The fact's data.
            author: Subject of a member of staff, or `guest`, `provider`, `carte`.
            by_staff: The mutation of the member of staff, recorded as an action of that person in
                the same transaction; None: the author is not of staff.

        Raises:
            TransitionRefusedError: The guards refuse it.
            OrderFullError: The order has as many facts as an order may have.
            ContentionError: Others wrote the order faster, every time.
        """

        def decide(order: Order, stamp: Stamp) -> list[Fact]:
            judgement = judge(order, data, stamp, author, self._replica.clock.now_ms())
            if judgement.verdict is Verdict.REFUSED:
                raise TransitionRefusedError(order, judgement)
            if judgement.verdict is not Verdict.ALLOWED:
                return []
            return [Fact(stamp, author, as_recorded(order, data, stamp.region))]

        return self.record_all(order_id, decide, by_staff)

    def record_all(
        self,
        order_id: str,
        decide: Callable[[Order, Stamp], Iterable[Fact]],
        by_staff: "StaffStep | None" = None,
    ) -> Order:
        """Record facts that depend on the others that this region has; return the order with them.

        The place of the order in the indexes is brought up to date even without a new fact.

        Args:
            order_id: The order's id.
            decide: Gets the order and the stamp of what it records; called once per attempt.
            by_staff: As in `record`.

        Raises:
            OrderFullError: The order has as many facts as an order may have.
            ContentionError: Others wrote the order faster, every time.
        """

        def attempt() -> Order:
            held = self.held(order_id)
            stamp = self._replica.clock.tick(*held.stamps())
            after = held.order
            writes: list[Write] = []
            for fact in decide(held.order, stamp):
                after = after.with_fact(fact)
                if by_staff is not None:
                    at = self._replica.clock.wall_tick()
                    writes.append(by_staff.write(order_id, fact, at))
            if not after.facts:
                return after
            write = held.write(after, stamp, self.regions, self._replica.clock.now_ms())
            if write is None or (held.own is None and after is held.order):
                return after
            if writes:
                self._replica.transact([write, *writes])
            else:
                self._replica.write(write)
            return after

        return self._replica.retry(f"order {order_id}", attempt)

    def refresh(self, order_id: str) -> Order:
        """Bring the order's place in the indexes up to date with what has arrived since."""
        return self.record_all(order_id, lambda _order, _stamp: ())

    def slot_use(self, store_id: str, days: Iterable[str]) -> dict[str, SlotUse]:
        """Return the use of a store's pickup slots by day of UTC, of all regions together."""
        days = list(days)
        wanted = [keys.slots(store_id, day, one) for day in days for one in self.regions]
        found = self._replica.get_many(wanted, consistent=True) if wanted else {}
        return {day: joined_slots(store_id, day, found) for day in days}

    def contact(self, order_id: str) -> Contact | None:
        """Return the personal data of an order; None: it expired, or has not arrived yet."""
        stored = self._replica.get(keys.person(order_id), consistent=True)
        return Contact.load(order_id, stored.body) if stored else None

    def forget(self, order_id: str) -> bool:
        """Remove the personal data of an order; whether there was any to remove.

        Where it has not arrived here yet, that it is forgotten is written in its place: joined to
        the data, in whatever order the two arrive, it removes them.

        Raises:
            ContentionError: Others wrote it faster, every time.
        """
        key = keys.person(order_id)

        def attempt() -> bool:
            stored = self._replica.get(key, consistent=True)
            contact = Contact.load(order_id, stored.body) if stored else None
            if contact is not None and contact.forgotten:
                return False
            expires = stored.expires if stored else self._kept_until(order_id)
            if stored is None and expires is None:
                return False
            rev = self._replica.next_stamp(stored, contact)
            body = (contact or Contact(order_id, rev)).forget().dump()
            self._replica.write(Write(key, body, rev, stored.rev if stored else None, expires))
            return True

        return self._replica.retry(f"contact of order {order_id}", attempt)

    def _kept_until(self, order_id: str) -> int | None:
        """Return when the personal data of an order expires, Unix seconds.

        None: it has expired, or no placement has arrived here.
        """
        placements = [data for _, data in self.held(order_id).order.of_kind(Placed)]
        until = max((one.pickup_at for one in placements), default=0) + KEPT_S
        return until if until * 1000 > self._replica.clock.now_ms() else None


def held_order(order_id: str, region: str, found: Mapping[Key, Stored]) -> HeldOrder:
    """Return an order as a region holds it, from the items that were read."""
    return HeldOrder(order_id, region, rows_of(found, keys.order_partition(order_id)))


def facts_keys(order_id: str, regions: Iterable[str]) -> list[Key]:
    """Return the keys of all regions' facts of an order."""
    return [keys.facts(order_id, region) for region in regions]


def joined_slots(store_id: str, day: str, found: Mapping[Key, Stored]) -> SlotUse:
    """Return the use of a day's slots, of all regions' items among those that were read."""
    rows = rows_of(found, keys.slots(store_id, day, "").pk)
    loaded = [SlotUse.load(store_id, day, stored.body) for stored in rows]
    return SlotUse.joined(store_id, day, loaded)


def rows_of(found: Mapping[Key, Stored], pk: str) -> list[Stored]:
    """Return the items of a partition among those that were read."""
    return [stored for key, stored in found.items() if key.pk == pk]
