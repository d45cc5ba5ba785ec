"""The texts of notices about an order, to guests, stores and operators: plain, in English.

A topic is the kind of the fact that the notice is about, `declined/<attempt>`,
`refunded/<refund id>`, `refund-refused/<refund id>`, `unpaid/<attempt>` for an accepted order for
which money is missing, `card-needed/<attempt>` for one that is not accepted yet and whose hold was
released, or `not/<fact id>` for a fact of which somebody got a notice and that does not hold
(`due_notices`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.domain.money import price_text
from services.domain.orders.contradictions import ENDINGS
from services.domain.orders.due_notices import CARD_NEEDED, UNPAID
from services.domain.orders.facts import (
    AT_STORE,
    GUEST,
    OPERATOR,
    STORE,
    Cancelled,
    Expired,
    Placed,
    Refunded,
    RefundRefused,
)
from services.domain.orders.identity import short_number
from services.domain.orders.state import OrderState
from services.domain.orders.wording import STATUS

# A notice that could not be sent for so long helps nobody any more.
LATE_MS: Final = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one audience.

    Attributes:
        audience: `guest`, `store` or `operator`.
        topic: What it is about; see the module.
        order_id: The order's id.
        store_id: The store's id.
        to: Mail address of a guest; empty for other audiences.
        subject: One line.
        text: Lines of plain text.
    """

    audience: str
    topic: str
    order_id: str
    store_id: str
    to: str
    subject: str
    text: str


class NoticeSender(Protocol):
    """The port to the services that deliver notices."""

    def send(self, notice: Notice) -> None:
        """Hand a notice over.

        Raises:
            MailRefusedError: It will never be taken.
            MailUnansweredError: It may have been taken. Every other exception: it was not taken
                now.
        """
        ...


@dataclass(frozen=True, slots=True)
class StoreNames:
    """What a notice calls a store and its goods.

    Attributes:
        store: The store's name and city.
        zone: Its time zone, an IANA name.
        items: Item id to the item's name; an item without one is called by its id.
    """

    store: str
    zone: str
    items: Mapping[str, str]


_GUEST: Final = {
    "placed": ("We have your order", "You are told when the store has confirmed it."),
    "accepted": ("The store makes your order", "It will be ready at the time below."),
    "ready": ("Your order is ready", "Please collect it at the store."),
    "declined": (
        "Your card was declined",
        "Nothing was charged. Offer another card, or the order expires.",
    ),
    "cancelled": ("Your order is cancelled", "You pay nothing for it."),
    "rejected": ("The store cannot make your order", "You pay nothing for it. We are sorry."),
    "expired": (
        "Your order has expired",
        "The store did not accept it in time. You pay nothing for it. We are sorry.",
    ),
}
# The card was declined and no other one offered in time, or nobody knew whether it can be charged.
_NEVER_PAID: Final = (
    _GUEST["expired"][0],
    "The payment by card did not succeed in time. You pay nothing for it. We are sorry.",
)
_CARD_NEEDED: Final = (
    "Your order needs another card",
    "No money is held on your card any more. Offer another card, or the order expires.",
)
_REFUND: Final = "You get money back"
_FAILED_REFUND: Final = {
    GUEST: (
        "A refund failed",
        "The money that was sent back to your card did not arrive. Please contact the store.",
    ),
    OPERATOR: (
        "Refund failed",
        "It failed after it was made: the money is with the shop. Give it back another way.",
    ),
}
_REFUSED_REFUND: Final = (
    "Refund refused",
    "The guest does not have the money. Give it back another way, or request it again.",
)
_UNPAID: Final = {
    GUEST: (
        "Your order is not paid",
        "No money is held on your card any more. Offer another card, or pay at the store.",
    ),
    STORE: (
        "Order not paid",
        "Take the money when the guest collects it, or reject the order while it is not ready.",
    ),
    OPERATOR: (
        "Order accepted and not paid",
        "Nothing takes the money by itself: the guest offers another card, or pays at the store.",
    ),
}
_MONEY_COMES_BACK: Final = "What was taken by card is given back."
_STORE: Final = {
    "placed": ("New order", "Accept or reject it on the board."),
    "assessed": (
        "Large order waits",
        "A manager approves or rejects it on the board; its events say why it waits.",
    ),
    "approved": ("Large order approved", "Accept or reject it on the board."),
    "cancelled": ("Order cancelled", "The guest cancelled it: do not make it."),
    "expired": ("Order expired", "Nobody accepted it in time: do not make it."),
}
_LATE: Final = (
    "A correction about your order",
    "An earlier message about it no longer holds. What counts is the status below.",
)
_CORRECTION: Final = ("Order changed", "An earlier step no longer holds. What counts is below.")


def compose(  # noqa: PLR0917 - what a notice consists of
    audience: str,
    topic: str,
    order_id: str,
    state: OrderState,
    names: StoreNames,
    contact: Mapping[str, str],
    *,
    site: str | None = None,
) -> Notice | None:
    """Return a notice; None where there is nobody to send it to, or nothing to say.

    Args:
        audience: `guest`, `store` or `operator`.
        topic: Topic of the duty.
        order_id: The order's id.
        state: Where the order stands.
        names: What the store and its goods are called.
        contact: `name` and `mail` of the guest; those not given, expired or forgotten are missing.
        site: URL of the site, to whose pages notices lead; None: they lead nowhere.
    """
    placed = state.placement
    to = contact.get("mail", "")
    if placed is None or (audience == GUEST and not to):
        return None
    subject, advice = _texts(audience, topic, placed, state)
    lines = [
        f"Hello {_line(contact.get('name', ''))}," if audience == GUEST else "",
        f"{subject}. {advice}",
        "",
        *_summary(placed, state, names),
        *_naming(audience, order_id, placed, site),
    ]
    number = short_number(order_id)
    title = f"{subject}: {names.store}" if audience == GUEST else f"{subject} {number}"
    text = "\n".join(lines).strip() + "\n"
    return Notice(
        audience, topic, order_id, placed.store_id, to if audience == GUEST else "",
        _line(title), text,
    )  # fmt: skip


def _texts(audience: str, topic: str, placed: Placed, state: OrderState) -> tuple[str, str]:
    """Return the subject of a notice, and what the reader is to know or to do."""
    kind, _, name = topic.partition("/")
    if kind == "not":
        failed = name.partition("/")[0] == Refunded.KIND
        correction = _LATE if audience == GUEST else _CORRECTION
        return _FAILED_REFUND.get(audience, correction) if failed else correction
    if kind in {UNPAID, RefundRefused.KIND}:
        return _UNPAID[audience] if kind == UNPAID else _REFUSED_REFUND
    if audience == GUEST:
        return _to_guest(kind, name, placed, state)
    return _STORE.get(kind, _CORRECTION)


def _to_guest(kind: str, name: str, placed: Placed, state: OrderState) -> tuple[str, str]:
    text = {**_GUEST, CARD_NEEDED: _CARD_NEEDED}.get(kind, _LATE)
    if kind in ENDINGS and state.payment.net > 0:
        return text[0], _MONEY_COMES_BACK
    if kind == Refunded.KIND and name in state.payment.refunded:
        given = price_text(state.payment.refunded[name], placed.currency)
        return _REFUND, f"{given} was returned to your card."
    if kind == Cancelled.KIND and placed.method == AT_STORE:
        return text[0], "You have nothing to pay."
    return _NEVER_PAID if kind == Expired.KIND and not state.reached_store else text


def _summary(placed: Placed, state: OrderState, names: StoreNames) -> list[str]:
    ready = datetime.fromtimestamp(placed.pickup_at, UTC).astimezone(_zone(names.zone))
    paid = "to pay at the store" if placed.method == AT_STORE else "by card"
    # As on the page of the order, to which the notice leads.
    subtotal = sum(line.listed for line in placed.lines)
    added = placed.total - subtotal
    return [
        *(
            f"{line.quantity} x {_line(names.items.get(line.item_id, line.item_id))}: "
            f"{price_text(line.listed, placed.currency)}"
            for line in placed.lines
        ),
        *([f"Subtotal: {price_text(subtotal, placed.currency)}"] if added else []),
        *([f"Tax: {price_text(added, placed.currency)}"] if added else []),
        f"Total: {price_text(placed.total, placed.currency)}, {paid}",
        f"Pickup: {_moment(ready)}, {_line(names.store)}",
        f"Status: {STATUS[state.status]}",
    ]


def _naming(audience: str, order_id: str, placed: Placed, site: str | None) -> list[str]:
    """Return the lines that say which order it is, and where to look at it.

    Guests have no use for an id, but in the link. Staff type it into commands.
    """
    number = short_number(order_id)
    if audience == GUEST:
        link = [f"Follow your order: {site}/order/{order_id}"] if site else []
        return [f"Order: {number}", *link]
    board = [f"Board: {site}/staff/{placed.store_id}"] if site and audience == STORE else []
    return [f"Order: {number} (id {order_id})", *board]


def _moment(when: datetime) -> str:
    """Return a time with its day and zone, as a mail may be read on any later day."""
    zone = when.tzname() or ""
    if zone[:1] in "+-":  # a zone without an abbreviation
        zone = f"UTC{zone}"
    return f"{when:%A}, {when.day} {when:%B %Y}, {when:%H:%M} ({zone})"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _line(text: str) -> str:
    """Return a text as part of one line: no line break can start a line or a header of its own."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
