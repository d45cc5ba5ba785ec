"""Composes the notice of a duty and hands it to the mail or message service."""

from collections.abc import Callable

from services.domain.orders.contact import Contact
from services.domain.orders.duties import Duty
from services.domain.orders.facts import GUEST
from services.domain.orders.notices import Notice, NoticeSender, StoreNames, compose
from services.domain.orders.order import Order
from services.domain.orders.state import fold

Names = Callable[[str], StoreNames]
"""Returns what the store of an id and its goods are called."""


class NoticeDesk:
    """Sends the notices of one region."""

    def __init__(
        self,
        sender: NoticeSender,
        contact: Callable[[str], Contact | None],
        names: Names,
        *,
        mails_guests: bool = True,
    ) -> None:
        """Prepare.

        Args:
            sender: Delivers notices.
            contact: Returns the personal data of the order of an id; None: it expired.
            names: Returns what the store of an id and its goods are called.
            mails_guests: Whether there is a sender of mails; else guests get no notices.
        """
        self._sender = sender
        self._contact = contact
        self._names = names
        self._mails_guests = mails_guests

    def send(self, order: Order, duty: Duty) -> Notice | None:
        """Send the notice of a duty; None where there is nobody to send it to.

        Raises:
            MailRefusedError: The service refuses it for good. What else the service raises is
                raised too: it did not take the notice now.
        """
        state = fold(order)
        if state.placement is None or (duty.audience == GUEST and not self._mails_guests):
            return None
        contact = self._contact(order.order_id)
        notice = compose(
            *(duty.audience, duty.name, order.order_id, state),
            self._names(state.placement.store_id),
            contact.values if contact else {},
        )
        if notice is not None:
            self._sender.send(notice)
        return notice
