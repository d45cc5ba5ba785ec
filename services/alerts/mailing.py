"""Looks at a store for its subscribers, and mails each what it does not know yet.

Reserving, handing over and whose turn it is: `services.reserved_mails`.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final, Protocol

from services.alerts import report as counts
from services.alerts.report import Report
from services.domain.documents.stock import Stock
from services.domain.documents.subscriber import Subscriber
from services.domain.mail import MailSender
from services.domain.mail_reservation import RECHECK_MS
from services.domain.orders import takeover
from services.domain.orders.notices import StoreNames
from services.domain.stock_alerts.mails import NamedNews, compose
from services.domain.stock_alerts.news import (
    due_since,
    latest_mails,
    mail_at,
    news_of,
    sold_out_items,
)
from services.domain.stock_alerts.opt_out import link
from services.domain.stock_alerts.quiet_hours import zone_named
from services.domain.stock_alerts.wakeups import StoreToLookAt
from services.mail_deliveries import note_fault
from services.reserved_mails import SOON_MS, has_time, new_holder, send_reserved, turn_ms
from services.storage.subscribers import HeldSubscriber, SubscriberRepository


class Naming(Protocol):
    """Finds what stores and items are called, as `StoreNaming` does."""

    def names(self, store_id: str, language: str = "en", *, unknown: bool = False) -> StoreNames:
        """Return the names of a store and its items."""
        ...


# Which reading one store needs where DynamoDB answers slowly.
_READING_MS: Final = 5_000


class AlertMailing:
    """Mails the subscribers of one region's replica."""

    def __init__(
        self,
        region: str,
        regions: Sequence[str],
        subscribers: SubscriberRepository,
        naming: Naming,
        *,
        mails: MailSender,
        site: str,
    ) -> None:
        """Take what the mails of one region need; nothing is read or sent yet.

        Args:
            region: This region.
            regions: All regions of the deployment.
            subscribers: Subscribers and stocks of the region.
            naming: Finds what stores and items are called.
            mails: Sends mails.
            site: URL of the site, without a slash at its end.
        """
        self._region = region
        self._regions = tuple(regions)
        self._subscribers = subscribers
        self._naming = naming
        self._mails = mails
        self._site = site

    def look(
        self, store: StoreToLookAt, now_ms: int, living: AbstractSet[str], report: Report
    ) -> int | None:
        """Mail what subscribers of a store do not know yet, as far as it is this region's task.

        Args:
            store: The store, and since when something changed there.
            now_ms: Unix milliseconds (UTC).
            living: Regions that do their work, as `takeover.alive` returns them.
            report: Counts what is done.

        Returns:
            When to look at the store again, Unix milliseconds; None: everybody knows everything.
            What fails for one subscriber is noted in the report, and is no matter of the others.
            What nobody can be mailed within a day, the next change of the store makes up for.
        """
        report.counts[counts.LOOKED_AT] += 1
        identities = self._subscribers.ids_of(store.store_id)
        if not identities:
            return None
        stock = self._subscribers.stock(store.store_id)
        moved = self._subscribers.moved(stock)
        again: list[int] = []
        for identity in identities:
            if not has_time(report):
                again.append(now_ms + SOON_MS)
                break
            try:
                held = self._subscribers.held(identity)
                if held is None or not held.subscriber.mail:
                    continue
                if store.store_id not in held.subscriber.stores:
                    continue
                at = self._serve(held, store, stock, moved, now_ms, living, report)
            except Exception as error:  # noqa: BLE001 - the others get their mails
                note_fault(report, error)
                at = now_ms + RECHECK_MS
            if at is not None:
                again.append(at)
        return min(again, default=None)

    def _serve(  # noqa: PLR0917 - what decides about a mail
        self,
        held: HeldSubscriber,
        store: StoreToLookAt,
        stock: Stock,
        moved: Mapping[str, str],
        now_ms: int,
        living: AbstractSet[str],
        report: Report,
    ) -> int | None:
        """Mail one subscriber; return when to look again, None: it knows everything."""
        subscriber = held.subscriber
        if not news_of(subscriber, stock, moved):
            return None
        zone = zone_named(self._naming.names(store.store_id).zone)
        due = mail_at(subscriber, now_ms, zone)
        if due > now_ms:
            return due
        responsible = takeover.region_of(subscriber.subscriber_id, self._regions)
        since = due_since(subscriber, store.since_ms, zone)
        turn = turn_ms(responsible, since, self._region, living, self._regions, now_ms)
        if turn > now_ms:
            return turn
        free = subscriber.reservation.free_ms(is_responsible=responsible == self._region)
        return free if free > now_ms else self._send(held, store.store_id, now_ms, report)

    def _send(self, held: HeldSubscriber, store_id: str, now_ms: int, report: Report) -> int | None:
        """Mail what a subscriber does not know; return when to look again, None: it is done."""
        subscriber = held.subscriber
        out, changed = self._changed(subscriber, store_id, now_ms, report)
        if not changed:
            return None
        mail = compose(subscriber, changed, link(self._site, subscriber))
        if not has_time(report):
            return now_ms + SOON_MS
        reservation = self._subscribers.reserve(held, now_ms, new_holder(self._region))
        if reservation is None:
            return now_ms + SOON_MS
        # The reservation of a process that did not record whether it sent its mail.
        report.counts[counts.REPEATED] += subscriber.reservation.until_ms > 0
        responsible = takeover.region_of(subscriber.subscriber_id, self._regions)
        report.counts[counts.TAKEN_OVER] += responsible != self._region
        again = send_reserved(
            *(self._mails, mail, reservation, now_ms, report),
            about=subscriber.subscriber_id,
            sent={
                counts.SENT: 1,
                counts.ITEMS: sum(len(one.news.out) + len(one.news.back) for one in changed),
            },
            give_back=partial(self._subscribers.give_back, subscriber.subscriber_id),
        )
        if again is None:
            sent = [*latest_mails(subscriber, now_ms), now_ms]
            self._subscribers.mailed(subscriber.subscriber_id, out, sent)
        return again

    def _changed(
        self, subscriber: Subscriber, first: str, now_ms: int, report: Report
    ) -> tuple[dict[str, frozenset[str]], list[NamedNews]]:
        """Return what is sold out in the stores of which a mail has news, and what changed there.

        All stores of the subscriber whose quiet hours it is not in one mail: a delivery that
        changes many stores at once is one mail. Stores for which no time is left are in another
        one: what changed there has messages of its own. Stocks are read anew for each subscriber,
        as mails to others may have taken seconds.
        """
        out: dict[str, frozenset[str]] = {}
        changed: list[NamedNews] = []
        others = [one for one in subscriber.stores if one != first]
        for store_id in (first, *others):
            if store_id != first and not has_time(report, _READING_MS):
                break
            stock = self._subscribers.stock(store_id)
            moved = self._subscribers.moved(stock)
            news = news_of(subscriber, stock, moved)
            if not news:
                continue
            names = self._naming.names(store_id, subscriber.language, unknown=True)
            zone = zone_named(names.zone)
            if store_id != first and mail_at(subscriber, now_ms, zone) > now_ms:
                continue
            out[store_id] = sold_out_items(stock, moved)
            changed.append(NamedNews(names.store, news, names.items))
        return out, changed
