"""Looks at a store for its subscribers, and mails each what it does not know yet.

One region is responsible for a subscriber, and another one takes over where that one is lost. A
process reserves a mail by a conditional write before it sends it, and records it afterwards. So
only a process that dies in between, or a mail service that does not answer, makes a mail be
repeated: after 2, 12, 72 and 432 minutes, in which it may be known what became of it.
"""

import secrets
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

from services.alerts import report as counts
from services.alerts.report import Report
from services.domain.documents.stock import Stock
from services.domain.documents.subscriber import Claim, Subscriber
from services.domain.mail import (
    MailRefusedError,
    MailSender,
    MailsLimitedError,
    MailUnansweredError,
)
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
from services.storage.subscribers import HeldSubscriber, SubscriberRepository


class Naming(Protocol):
    """Finds what stores and items are called, as `StoreNaming` does."""

    def names(self, store_id: str, language: str = "en", *, unknown: bool = False) -> StoreNames:
        """Return the names of a store and its items."""
        ...


CLAIMED_MS: Final = 2 * 60_000  # longer than the Lambda runs
# By which a reservation is longer than the one before it, where nobody knows whether that one's
# mail was sent. So a mail of which no answer ever comes is sent five times in a day at most.
_LONGER: Final = 6
_LONGEST_MS: Final = 24 * 3600 * 1000
# After which a region looks whether the responsible one has sent a mail, and which it lets that one
# be ahead where it seems to be lost: its mail may be on its way here.
RECHECK_MS: Final = 60_000
_CONTENDED_MS: Final = 2_000
# Which a mail needs where DynamoDB and the mail service answer slowly.
_RESERVE_MS: Final = 10_000
_GIVEN_UP_MS: Final = 24 * 3600 * 1000  # the next change of the store makes up for it


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
        """Prepare.

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
        """
        report.counts[counts.LOOKED_AT] += 1
        identities = self._subscribers.ids_of(store.store_id)
        if not identities:
            return None
        stock = self._subscribers.stock(store.store_id)
        moved = self._subscribers.moved(stock)
        again: list[int] = []
        for identity in identities:
            if report.remaining_ms is not None and report.remaining_ms() < _RESERVE_MS:
                again.append(now_ms + _CONTENDED_MS)
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
        # By when it is, not by now: a message is sent on without a look until then.
        if not again or min(again) - store.since_ms > _GIVEN_UP_MS:
            return None
        return min(again)

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
        turn = self._turn_at(responsible, since, now_ms, living)
        if turn > now_ms:
            return turn
        if subscriber.claim is not None and subscriber.claim.until_ms > now_ms:
            return subscriber.claim.until_ms
        claimed_ms = min(CLAIMED_MS * _LONGER**subscriber.unanswered, _LONGEST_MS)
        claim = Claim(now_ms + claimed_ms, f"{self._region}/{secrets.token_hex(8)}")
        if not self._subscribers.claim(held, claim):
            return now_ms + _CONTENDED_MS
        # The reservation of a process that did not record whether it sent its mail.
        report.counts[counts.REPEATED] += subscriber.claim is not None
        report.counts[counts.TAKEN_OVER] += responsible != self._region
        return self._send(subscriber, store.store_id, claim, now_ms, report)

    def _turn_at(
        self, responsible: str, since_ms: int, now_ms: int, living: AbstractSet[str]
    ) -> int:
        """Return when this region mails, or looks again whether it does; `now_ms`: now."""
        if not takeover.is_here(responsible, since_ms, self._region, living, self._regions, now_ms):
            return now_ms + RECHECK_MS
        return now_ms if responsible == self._region else max(now_ms, since_ms + RECHECK_MS)

    def _send(
        self, subscriber: Subscriber, store_id: str, claim: Claim, now_ms: int, report: Report
    ) -> int | None:
        """Mail what a subscriber does not know; return when to look again, None: it is done."""
        out, changed = self._changed(subscriber, store_id, now_ms)
        if not changed:
            self._subscribers.release(subscriber.subscriber_id, claim)
            return None
        mail = compose(subscriber, changed, link(self._site, subscriber))
        try:
            self._mails.send(mail)
        except MailRefusedError as error:
            report.counts[counts.REFUSED] += 1
            report.faults.append(f"{subscriber.subscriber_id}: {error.message}")
        except MailsLimitedError:
            # No failure: thousands of mails at once take a while, and none may be given up.
            report.counts[counts.DELAYED] += 1
            self._subscribers.release(subscriber.subscriber_id, claim)
            return now_ms + RECHECK_MS
        except MailUnansweredError as error:
            # It may have been sent. The reservation stays, so that nobody repeats it at once.
            note_fault(report, error)
            return claim.until_ms
        except Exception:
            self._subscribers.release(subscriber.subscriber_id, claim)
            raise
        else:
            report.counts[counts.SENT] += 1
            report.counts[counts.ITEMS] += sum(
                len(one.news.out) + len(one.news.back) for one in changed
            )
        sent = [*latest_mails(subscriber, now_ms), now_ms]
        self._subscribers.mailed(subscriber.subscriber_id, out, sent)
        return None

    def _changed(
        self, subscriber: Subscriber, first: str, now_ms: int
    ) -> tuple[dict[str, frozenset[str]], list[NamedNews]]:
        """Return what is sold out in the stores of which a mail has news, and what changed there.

        All stores of the subscriber whose quiet hours it is not in one mail: a delivery that
        changes many stores at once is one mail. Stocks are read now that the mail is reserved:
        mails to others may have taken seconds, and another process may have mailed what changed in
        them.
        """
        out: dict[str, frozenset[str]] = {}
        changed: list[NamedNews] = []
        others = [one for one in subscriber.stores if one != first]
        for store_id in (first, *others):
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
