"""Composes the notice of a duty, and hands it to the mail or message service."""

from collections.abc import Callable

from services.domain.orders.contact import Contact
from services.domain.orders.duty import Duty
from services.domain.orders.facts import GUEST
from services.domain.orders.notices import Notice, NoticeSender, StoreNames, compose
from services.domain.orders.state import OrderState

Names = Callable[[str], StoreNames]
"""Returns what the store of an id and its goods are called."""


class NoticeDesk:
    """Sends the notices of one region."""

    def __init__(
        self,
        sender: NoticeSender,
        names: Names,
        *,
        mails_guests: bool = True,
        site: str | None = None,
    ) -> None:
        """Take what notices are made of and sent with; nothing is sent yet.

        Args:
            sender: Delivers notices.
            names: Returns what the store of an id and its goods are called.
            mails_guests: Whether there is a sender of mails; else guests get no notices.
            site: URL of the site, to which notices lead; None: they lead nowhere.
        """
        self._sender = sender
        self._names = names
        self._mails_guests = mails_guests
        self._site = site

    def compose(
        self, order_id: str, state: OrderState, duty: Duty, contact: Contact | None
    ) -> Notice | None:
        """Return the notice of a duty; None where there is nobody to send it to.

        Args:
            order_id: The order's id.
            state: Where it stands.
            duty: The duty.
            contact: The order's personal data; None: it expired.
        """
        if state.placement is None or (duty.audience == GUEST and not self._mails_guests):
            return None
        # That of the placement that counts may not have arrived; the other one is the guest's, too.
        given = contact and (contact.given_in([state.placed_in]) or contact)
        return compose(
            *(duty.audience, duty.name, order_id, state),
            self._names(state.placement.store_id),
            given.values if given else {},
            site=self._site,
        )

    def send(self, notice: Notice) -> None:
        """Hand a notice over; raises what `NoticeSender.send` does."""
        self._sender.send(notice)
