"""Orders of one region's replica: reading them, recording facts, listing them, personal data."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final, NamedTuple

from services.domain.errors import CarteError
from services.domain.orders.contact import Contact
from services.domain.orders.facts import Data, Fact, Notified
from services.domain.orders.guards import Judgement, Verdict, as_recorded, judge
from services.domain.orders.listing import (
    board_partition,
    board_place,
    day_of_board,
    place_behind,
    work_partition,
    work_place,
)
from services.domain.orders.order import Order
from services.domain.orders.part import OrderPart
from services.domain.orders.slot_use import SlotUse
from services.domain.orders.table_indexes import BOARD, WORK
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key
from services.storage.replica import Listed, Replica, Stored, Write

DUE_AT_ONCE: Final = 100  # orders that one look at a shard of open work returns
BOARD_AT_MOST: Final = 2_000  # items of a store's board that one call reads
CHANGED_AT_MOST: Final = 20  # orders whose facts are read with a board, from the table itself
_AFTER_ALL: Final = "~"  # no sort key of the board has a character above it


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
        device: What the client said of its device; None: it said nothing.
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

    def write(self, after: Order, rev: Stamp, regions: Sequence[str]) -> Write | None:
        """Return the write of the region's own item; None where nothing changes.

        Args:
            after: The order with what the region records now.
            rev: The revision of the write.
            regions: All regions of the deployment.
        """
        key = keys.facts(after.order_id, rev.region)
        part = OrderPart.of(after, rev, regions)
        if self.own is None:
            return Write(key, part.dump(), rev, None)
        before = OrderPart.load(after.order_id, self.own.body)
        # Also facts that another region recorded earlier: what an item lost would be joined to it
        # again by the stream Lambda, and lost again here, for ever.
        part = replace(part, order=before.order.merge(part.order))
        if before.says_the_same(part):
            return None
        return Write(key, part.dump(), rev, self.own.rev)


class Overdue(NamedTuple):
    """An entry of the index of open work.

    Attributes:
        order_id: The order's id.
        item: Sort key of the item that is listed: one of the order's regions.
        place: Its place in the shard, by when something is due.
    """

    order_id: str
    item: str
    place: str

    @property
    def row(self) -> str:
        """Return the name of the entry, the same wherever it is listed."""
        return f"{self.order_id}/{self.item}"

    @property
    def due_ms(self) -> int:
        """Return from when on something is due, Unix milliseconds (UTC)."""
        return int(self.place.partition("#")[0])


class BoardPlace(NamedTuple):
    """A place on a store's board, from which on it is read.

    Attributes:
        day: Day of UTC, `YYYY-MM-DD`.
        place: What lies after this sort key of the index; empty: the whole day.
    """

    day: str
    place: str = ""


class BoardEntry(NamedTuple):
    """An order on a store's board.

    Attributes:
        order: The facts of all regions that have arrived.
        behind: The place behind it: from there on the board goes on.
    """

    order: Order
    behind: BoardPlace


class BoardPart(NamedTuple):
    """A part of a store's board.

    Attributes:
        entries: By day of UTC, and in the order of placement.
        rest: From where on there are more; None: these are the last.
    """

    entries: list[BoardEntry]
    rest: BoardPlace | None

    @property
    def orders(self) -> list[Order]:
        """Return the orders of the part."""
        return [one.order for one in self.entries]


class OrderRepository:
    """Reads orders, and records what this region learns or decides about them."""

    def __init__(self, replica: Replica, regions: Sequence[str]) -> None:
        """Prepare.

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
            write = held.write(after, stamp, self.regions)
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

    def board(
        self,
        store_id: str,
        days: Sequence[str],
        start: BoardPlace | None = None,
        changed: Collection[str] = (),
    ) -> BoardPart:
        """Return a store's orders to be collected on days of UTC, at most `BOARD_AT_MOST` items.

        An order has an item for each region that recorded something about it; all of them are in
        one part. The index follows the table with a delay (docs/orders.md), so a client that has
        just changed orders names them: they are as this region last acknowledged them.

        Args:
            store_id: The store's id.
            days: Days of UTC, ascending.
            start: From where on; None: from the beginning. `BoardPart.rest` of the part before, or
                `BoardEntry.behind` of an order, which need not be on the board any more.
            changed: Ids of orders that are read from the table, by one request; at most
                `CHANGED_AT_MOST`. Those of other stores or days are left out.
        """
        rows: list[tuple[str, Listed]] = []
        rest: BoardPlace | None = None
        for day in days:
            if start is not None and day < start.day:
                continue
            place = start.place if start is not None and day == start.day else ""
            left = BOARD_AT_MOST - len(rows)
            found = self._replica.listed(
                BOARD,
                board_partition(store_id, day),
                after=place or None,
                until=_AFTER_ALL,
                limit=left + 1,
            )
            if len(found) > left:
                # The order of the first item that is left out, as a whole.
                out = found[left].stored.key.pk
                found = [one for one in found[:left] if one.stored.key.pk != out]
                rest = _behind(day, found[-1]) if found else BoardPlace(day, place)
            rows += [(day, one) for one in found]
            if rest is not None:
                break
        entries = _entries_of(rows)
        if changed:
            fresh = self._changed(changed, store_id, days)
            entries = [
                one._replace(order=fresh.pop(one.order.order_id, one.order)) for one in entries
            ]
            # Orders that the index does not show at all yet.
            new = [_entry(one) for one in fresh.values()]
            new = [
                one
                for one in new
                if (start is None or start < one.behind) and (rest is None or one.behind < rest)
            ]
            if new:
                entries = sorted([*entries, *new], key=attrgetter("behind"))
        return BoardPart(entries, rest)

    def _changed(
        self, order_ids: Iterable[str], store_id: str, days: Collection[str]
    ) -> dict[str, Order]:
        """Return those of some orders that are on a store's board of some days, by id."""
        wanted = dict.fromkeys(order_ids)
        rows = self._replica.get_many(
            [key for one in wanted for key in facts_keys(one, self.regions)], consistent=True
        )
        boards = {board_partition(store_id, day) for day in days}
        return {
            one.order_id: one for one in _orders_of(rows.values()) if board_place(one)[0] in boards
        }

    def overdue(
        self, shard: int, until_ms: int, *, after: str | None = None, limit: int = DUE_AT_ONCE
    ) -> list["Overdue"]:
        """Return where regions noted that something is due, earliest first.

        An order is returned once for each region whose item is listed.

        Args:
            shard: 0 to `listing.SHARDS` - 1.
            until_ms: Only what is due before, Unix milliseconds (UTC).
            after: Only places after this one: the last place of the page before.
            limit: Items of the index that are read at most.
        """
        rows = self._replica.listed(
            WORK,
            work_partition(shard),
            after=after,
            until=work_place(until_ms),
            limit=limit,
        )
        return [
            Overdue(stored.key.pk.removeprefix(keys.ORDER_PREFIX), stored.key.sk, place)
            for place, stored in rows
        ]

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
        """Remove the personal data of an order; whether there was any.

        Raises:
            ContentionError: Others wrote it faster, every time.
        """
        key = keys.person(order_id)

        def attempt() -> bool:
            stored = self._replica.get(key, consistent=True)
            contact = Contact.load(order_id, stored.body) if stored else None
            if stored is None or contact is None or contact.forgotten:
                return False
            rev = self._replica.next_stamp(stored, contact)
            body = contact.forget().dump()
            self._replica.write(Write(key, body, rev, stored.rev, stored.expires))
            return True

        return self._replica.retry(f"contact of order {order_id}", attempt)


def _entries_of(rows: Iterable[tuple[str, Listed]]) -> list[BoardEntry]:
    """Return the orders of listed items, each with its day; where its first item stands."""
    listed = list(rows)
    places: dict[str, BoardPlace] = {}
    for day, one in listed:
        places.setdefault(_id_of(one.stored), _behind(day, one))
    orders = _orders_of(one.stored for _, one in listed)
    return [BoardEntry(one, places[one.order_id]) for one in orders]


def _entry(order: Order) -> BoardEntry:
    """Return an order with its place by its facts."""
    partition, place = board_place(order)
    return BoardEntry(order, BoardPlace(day_of_board(partition), place_behind(place)))


def _behind(day: str, listed: Listed) -> BoardPlace:
    """Return the place behind the order of an item that the index lists."""
    return BoardPlace(day, place_behind(listed.place.rpartition("#")[0]))


def _id_of(row: Stored) -> str:
    return row.key.pk.removeprefix(keys.ORDER_PREFIX)


def _orders_of(rows: Iterable[Stored]) -> list[Order]:
    """Return the orders of regions' items, each merged, in the order of their first items."""
    found: dict[str, Order] = {}
    for row in rows:
        order_id = _id_of(row)
        part = Order.load(order_id, row.body)
        known = found.get(order_id)
        found[order_id] = part if known is None else known.merge(part)
    return list(found.values())


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
