"""What a mail to a subscriber says about a store, and when it may be sent.

A mail compares what is sold out now with what the subscriber was mailed. So an item that sells out
and comes back between two mails is no news, an alert that is lost on its way is made up for by the
next one, and nothing is mailed twice, whichever region and however many of them saw the change.
"""

from collections.abc import Mapping
from datetime import tzinfo
from types import MappingProxyType
from typing import Final, NamedTuple

from services.domain.documents.stock import Stock
from services.domain.documents.subscriber import Subscriber
from services.domain.menu import SOLD_OUT, availability
from services.domain.stock_alerts.quiet_hours import QuietHours

MAX_OUT: Final = 200
"""Items of a store that alerts are about at most, the first by their ids: a document is bounded."""
MAILS_AN_HOUR: Final = 4
"""Mails that one address gets within an hour at most; what happens beyond is in the next mail."""
HOUR_MS: Final = 3600 * 1000
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class StoreNews(NamedTuple):
    """What changed in a store since the last mail to a subscriber.

    Attributes:
        out: Ids of items that sold out, ascending.
        back: Item id to the pieces that are left of it; None: it is not counted any more.
    """

    out: tuple[str, ...]
    back: Mapping[str, int | None]

    def __bool__(self) -> bool:
        return bool(self.out or self.back)


def sold_out_items(stock: Stock, moved: Mapping[str, str] = _NONE) -> frozenset[str]:
    """Return the items of a store that are sold out now, at most `MAX_OUT`.

    Args:
        stock: The store's stock.
        moved: Lines of it that say nothing any more, as `moved_lines` returns them.
    """
    out = sorted(
        item
        for item in stock.lines
        if item not in moved
        and (left := stock.left(item)) is not None
        and availability(left) == SOLD_OUT
    )
    return frozenset(out[:MAX_OUT])


def news_of(subscriber: Subscriber, stock: Stock, moved: Mapping[str, str] = _NONE) -> StoreNews:
    """Return what a subscriber was not mailed yet about the store of a stock.

    Args:
        subscriber: The subscriber.
        stock: The store's stock.
        moved: Lines of it that say nothing any more, as `moved_lines` returns them: what was mailed
            about them was about the items that stand for them.
    """
    out = sold_out_items(stock, moved)
    mailed = {moved.get(item, item) for item in subscriber.notified_sold_out(stock.store_id)}
    # Beyond the bound an item may leave the list without being back.
    back = {
        item: left
        for item in sorted(mailed - out)
        if (left := stock.left(item)) is None or availability(left) != SOLD_OUT
    }
    return StoreNews(tuple(sorted(out - mailed)), back)


def mail_at(subscriber: Subscriber, now_ms: int, zone: tzinfo) -> int:
    """Return when a subscriber may get a mail, Unix milliseconds: now, or later.

    Args:
        subscriber: The subscriber.
        now_ms: Unix milliseconds (UTC).
        zone: Time zone of the store that it is about; the quiet hours are that store's.
    """
    recent = latest_mails(subscriber, now_ms)
    full = len(recent) >= MAILS_AN_HOUR
    at = max(now_ms, recent[-MAILS_AN_HOUR] + HOUR_MS) if full else now_ms
    return QuietHours(*subscriber.quiet).end_after(at, zone)


def due_since(subscriber: Subscriber, since_ms: int, zone: tzinfo) -> int:
    """Return from when on a subscriber might get a mail about a change, Unix milliseconds.

    As `mail_at`, but reckoned from the change on: also after the bound of an hour has ended, this
    is when it ended.

    Args:
        subscriber: The subscriber.
        since_ms: When the change was seen, Unix milliseconds (UTC).
        zone: Time zone of the store that it is about.
    """
    sent = sorted(subscriber.sent_ms)
    at = max(since_ms, sent[-MAILS_AN_HOUR] + HOUR_MS) if len(sent) >= MAILS_AN_HOUR else since_ms
    return QuietHours(*subscriber.quiet).end_after(at, zone)


def latest_mails(subscriber: Subscriber, now_ms: int) -> list[int]:
    """Return when the mails of the last hour were sent, Unix milliseconds, ascending."""
    return sorted(at for at in subscriber.sent_ms if now_ms - HOUR_MS < at <= now_ms)
