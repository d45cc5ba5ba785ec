"""Subscribing an address to the alerts of a store, and ending that."""

from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from services.domain.documents.subscriber import Subscriber
from services.domain.markets import LOCALES
from services.domain.orders.contact import mail_address
from services.domain.stamp import Stamp
from services.domain.stock_alerts.opt_out import subscriber_id
from services.domain.stock_alerts.quiet_hours import QuietHours, quiet_hours
from services.domain.validation import InvalidFieldError

MAX_STORES: Final = 20
"""Stores that one address subscribes to at most."""
MAX_SUBSCRIBERS: Final = 20
"""Addresses that subscribe to one store at most."""


class Subscription(NamedTuple):
    """An address that shall get the alerts of a store.

    Attributes:
        store_id: The store.
        mail: The address.
        language: Language of its mails, one of `markets.LOCALES`.
        quiet: When it gets none.
    """

    store_id: str
    mail: str
    language: str
    quiet: QuietHours

    @classmethod
    def of(cls, store_id: str, mail: str, language: str, quiet_from: str, quiet_to: str) -> Self:
        """Return the subscription that texts describe.

        Raises:
            InvalidFieldError: One breaks its rule; its field is `mail`, `language`, `quietFrom` or
                `quietTo`. No message quotes the address: messages get into logs.
        """
        if language not in LOCALES:
            raise InvalidFieldError(
                "language",
                "is no language of carte",
                f"{language[:20]!r} is no language of mails",
                f"it is one of {', '.join(LOCALES)}",
            )
        return cls(
            store_id, mail_address("mail", mail), language, quiet_hours(quiet_from, quiet_to)
        )

    @property
    def subscriber_id(self) -> str:
        """The id of the address."""
        return subscriber_id(self.mail)


def subscribe(
    current: Subscriber | None,
    wanted: Subscription,
    stamp: Stamp,
    *,
    link_key: str,
    out: Iterable[str],
    keeps_settings: bool,
) -> Subscriber:
    """Return a subscriber with a subscription.

    Args:
        current: None where the address subscribes to nothing yet.
        wanted: The subscription.
        stamp: The stamp of the edit.
        link_key: A new key for the opt-out link, in hexadecimal digits.
        out: Items that are sold out in the store now: they are no news.
        keeps_settings: As in `Subscriber.subscribed`.

    Raises:
        InvalidFieldError: The address would subscribe to more than `MAX_STORES` stores.
    """
    before = current or Subscriber(wanted.subscriber_id, {})
    if len({*before.stores, wanted.store_id}) > MAX_STORES:
        raise InvalidFieldError(
            "mail",
            "subscribes to too many stores",
            f"an address subscribes to at most {MAX_STORES} stores",
            "use another address, or remove a store",
        )
    return before.subscribed(
        stamp,
        mail=wanted.mail,
        language=wanted.language,
        quiet=(wanted.quiet.start, wanted.quiet.end),
        link_key=link_key,
        store_id=wanted.store_id,
        out=out,
        keeps_settings=keeps_settings,
    )
