"""Subscribers to stock alerts in one region's replica."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

from services.domain.documents.stock import Stock
from services.domain.documents.subscriber import Subscriber
from services.domain.mail_reservation import Reservation
from services.domain.stamp import Stamp
from services.domain.stock_alerts.opt_out import Token, is_signed
from services.domain.stock_alerts.subscribing import MAX_SUBSCRIBERS
from services.domain.stock_files.learned import moved_lines
from services.domain.validation import InvalidFieldError
from services.storage import keys
from services.storage.exceptions import RevisionMovedError
from services.storage.keys import Key
from services.storage.kinds import Document, Settings
from services.storage.replica import Replica, Stored, Write
from services.storage.unknown_stock import UnknownStockRepository

_REMEMBERED: Final = 500  # ids of a store's list, those that unsubscribed included


class HeldSubscriber(NamedTuple):
    """A subscriber as it was read.

    Attributes:
        stored: The item.
        subscriber: The document in it.
    """

    stored: Stored
    subscriber: Subscriber


class SubscriberRepository:
    """Reads and writes subscribers.

    A subscriber's document says which stores it subscribes to, and a list for each store finds it.
    Only the document counts: the list may name a subscriber that has left.
    """

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def ids_of(self, store_id: str) -> list[str]:
        """Return the ids of the subscribers to a store, ascending."""
        stored = self._replica.get(keys.alerted(store_id))
        return _listed(stored.document() if stored else None)

    def held(self, subscriber_id: str) -> HeldSubscriber | None:
        """Return a subscriber as this region last acknowledged it; None: there is none."""
        stored = self._replica.get(keys.subscriber(subscriber_id), consistent=True)
        return (
            HeldSubscriber(stored, Subscriber.load(subscriber_id, stored.body)) if stored else None
        )

    def of_store(self, store_id: str) -> list[Subscriber]:
        """Return the subscribers to a store, by their addresses."""
        wanted = [keys.subscriber(one) for one in self.ids_of(store_id)]
        found = self._replica.get_many(wanted, consistent=True) if wanted else {}
        subscribers = [
            Subscriber.load(key.pk.removeprefix(keys.SUBSCRIBER_PREFIX), stored.body)
            for key, stored in found.items()
        ]
        return sorted(
            (one for one in subscribers if one.mail and store_id in one.stores),
            key=lambda one: one.mail or "",
        )

    def stock(self, store_id: str) -> Stock:
        """Return the stock of a store as this region last acknowledged it."""
        document = self._replica.held(keys.stock(store_id)).document
        return document if isinstance(document, Stock) else Stock(store_id, {})

    def moved(self, stock: Stock) -> dict[str, str]:
        """Return the lines of a stock that no alert is about; see `moved_lines`."""
        learned = UnknownStockRepository(self._replica).of_store(stock.store_id).learned
        return moved_lines(stock, learned)

    def enlist(self, store_id: str, subscriber_id: str) -> None:
        """Add a subscriber to the list of a store, or list it anew: it may be struck elsewhere.

        Raises:
            InvalidFieldError: The store has too many subscribers.
            ContentionError: Others changed the list, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            seen = settings.registers.keys() | {subscriber_id}
            is_full = len(_listed(settings)) >= MAX_SUBSCRIBERS or len(seen) > _REMEMBERED
            if is_full and not settings[subscriber_id]:
                raise InvalidFieldError(
                    "storeId",
                    "has too many subscribers",
                    f"a store has at most {MAX_SUBSCRIBERS} subscribers",
                    "subscribe a mailing list, or remove an address",
                )
            return settings.assign({subscriber_id: True}, stamp, again=True)

        self._replica.change(keys.alerted(store_id), edit)

    def strike(self, store_id: str, subscriber_id: str) -> None:
        """Take a subscriber off the list of a store; no error where it is not on it.

        Raises:
            ContentionError: Others changed the list, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            settings = current if isinstance(current, Settings) else Settings({})
            gone = {subscriber_id: None} if settings[subscriber_id] else {}
            return settings.assign(gone, stamp) if gone else settings

        if self._replica.get(keys.alerted(store_id), consistent=True) is not None:
            self._replica.change(keys.alerted(store_id), edit)

    def look_at(self, key: Key, old: Stored | None, new: Stored) -> None:
        """Bring lists in line with a subscriber after a change that may have set them apart.

        A list follows from the subscribers: where one was struck off in one region, and subscribed
        in another one at the same time, each region writes by what it has. Looked at are
        subscriptions that appeared or ended, and subscribers that disappeared from a list. One that
        appeared on a list stays: who subscribes it writes its document next, and a region that
        listed it by an older document strikes it when the newer one arrives.

        Args:
            key: Of a subscriber or of a list.
            old: The item before; None: there was none, and who wrote it lists it by itself.
            new: The item after.

        Raises:
            ContentionError: Others changed the list, every time; try again later.
        """
        if old is None or old.body == new.body:
            return
        if key.sk == keys.SUBSCRIBER:
            identity = key.pk.removeprefix(keys.SUBSCRIBER_PREFIX)
            before, after = (Subscriber.load(identity, one.body).stores for one in (old, new))
            for store_id in sorted({*before} ^ {*after}):
                self._bring_in_line(store_id, identity)
            return
        store_id = key.pk.removeprefix(keys.ALERTED_PREFIX)
        listed, left = _listed(old.document()), {*_listed(new.document())}
        for identity in listed:
            if identity not in left:
                self._bring_in_line(store_id, identity)

    def _bring_in_line(self, store_id: str, subscriber_id: str) -> None:
        stored = self._replica.get(keys.alerted(store_id), consistent=True)
        is_listed = subscriber_id in _listed(stored.document() if stored else None)
        # What changes after these reads is another change, which is looked at by itself.
        held = self.held(subscriber_id)
        if held is None or (store_id in held.subscriber.stores) == is_listed:
            return
        if is_listed:
            self.strike(store_id, subscriber_id)
        else:
            with suppress(InvalidFieldError):  # no room: as if it came too late
                self.enlist(store_id, subscriber_id)

    def opt_out(self, token: Token) -> bool:
        """End all subscriptions of the subscriber of a link, also those that are on their way here.

        Returns:
            Whether the link is one of carte's; if not, nothing is changed.

        Raises:
            ContentionError: Others changed the same, every time.
        """
        held = self.held(token.subscriber_id)
        if held is None or not is_signed(token, held.subscriber):
            return False
        stores = held.subscriber.stores

        def edit(current: Document | None, stamp: Stamp) -> Subscriber:
            assert isinstance(current, Subscriber)  # noqa: S101 - it was read, and none is deleted
            return current.unsubscribed(stamp)

        self._replica.change(keys.subscriber(token.subscriber_id), edit)
        for store_id in stores:
            self.strike(store_id, token.subscriber_id)
        return True

    def reserve(self, held: HeldSubscriber, now_ms: int, holder: str) -> Reservation | None:
        """Reserve the mails to a subscriber; None where it changed since it was read.

        The condition on the revision lets one of several processes of a region through.

        Args:
            held: The subscriber as it was read.
            now_ms: Unix milliseconds (UTC).
            holder: Unique name of the process's attempt.
        """
        taken = held.subscriber.reservation.taken(now_ms, holder)
        rev = self._replica.next_stamp(held.stored, held.subscriber)
        body = held.subscriber.reserved(taken, rev).dump()
        try:
            self._replica.write(Write(held.stored.key, body, rev, held.stored.rev))
        except RevisionMovedError:
            return None
        return taken

    def give_back(self, subscriber_id: str, reservation: Reservation) -> None:
        """Give a reservation back, unless another process has it by now.

        Raises:
            ContentionError: Others changed the subscriber, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Subscriber:
            before = current if isinstance(current, Subscriber) else Subscriber(subscriber_id, {})
            now = before.reservation
            left = now.given_back(reservation)
            return before if left == now else before.reserved(left, stamp)

        self._replica.change(keys.subscriber(subscriber_id), edit)

    def mailed(
        self, subscriber_id: str, out: Mapping[str, Iterable[str]], sent_ms: Iterable[int]
    ) -> None:
        """Record a mail.

        Args:
            subscriber_id: Who got it.
            out: Store id to the items that the subscriber now knows to be sold out.
            sent_ms: When its latest mails were sent, this one included, Unix milliseconds.

        Raises:
            ContentionError: Others changed the subscriber, every time.
        """
        sent = list(sent_ms)

        def edit(current: Document | None, stamp: Stamp) -> Subscriber:
            before = current if isinstance(current, Subscriber) else Subscriber(subscriber_id, {})
            return before.mailed(out, sent, stamp)

        self._replica.change(keys.subscriber(subscriber_id), edit)


def _listed(document: Document | None) -> list[str]:
    registers = document.registers if isinstance(document, Settings) else {}
    return sorted(name for name, register in registers.items() if register.value)
