"""GraphQL types of orders, made from the domain's folded state."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Final, NamedTuple, Self

import strawberry

from graphql_schema.cost.directives import sized
from graphql_schema.money import Money
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import MutationError
from graphql_schema.pagination.types import Connection
from graphql_schema.pagination.views import EdgeView, PageInfoView
from graphql_schema.stamps import moment
from graphql_schema.stores.types import Store
from graphql_schema.stores.views import StoreView
from services.domain.hours import zone
from services.domain.orders.contact import KEPT_DAYS
from services.domain.orders.contact import Contact as StoredContact
from services.domain.orders.contradictions import CLAIMS
from services.domain.orders.facts import Assessed, Fact, Placed, RefundAsked, RefundRefused
from services.domain.orders.order import Order as StoredOrder
from services.domain.orders.payment_state import cards_left, decline_code, payment_state
from services.domain.orders.slot_use import SlotPlaces
from services.domain.orders.state import OrderState, Status, fold
from services.domain.quotes.line import Line
from services.domain.quotes.pickup import Slot
from services.domain.quotes.quote import Quote as DomainQuote
from services.domain.taxes.rates import PERCENT


@strawberry.enum(description="Where an order stands.")
class OrderStatus(Enum):
    """Values are those of the domain's status."""

    PLACED = strawberry.enum_value("placed", description="Taken; the store has not answered yet.")
    AUTHORIZED = strawberry.enum_value(
        "authorized", description="The money is held on the card; the store has not answered yet."
    )
    DECLINED = strawberry.enum_value(
        "declined", description="The card was refused; another one can be offered."
    )
    ACCEPTED = strawberry.enum_value("accepted", description="The store makes it.")
    READY = strawberry.enum_value("ready", description="It can be collected.")
    COLLECTED = strawberry.enum_value("collected", description="The guest has it.")
    CANCELLED = strawberry.enum_value("cancelled", description="The guest took it back.")
    REJECTED = strawberry.enum_value("rejected", description="The store refused it.")
    EXPIRED = strawberry.enum_value(
        "expired",
        description="It was not accepted in time: by the store, or no card was authorized by then.",
    )
    REFUNDED = strawberry.enum_value("refunded", description="All money was given back.")


@strawberry.enum(description="How an order is paid.")
class PaymentMethod(Enum):
    """Values are the domain's names."""

    AT_STORE = strawberry.enum_value("store", description="When it is collected.")
    CARD = strawberry.enum_value(
        "card",
        description="By card: the amount is held when the order is placed, and charged when the "
        "store accepts it.",
    )


@strawberry.enum(description="Where the payment of an order stands.")
class PaymentState(Enum):
    """Values are those of the domain's state."""

    AT_STORE = strawberry.enum_value("at-store", description="It is paid when it is collected.")
    PENDING = strawberry.enum_value(
        "pending", description="The payment provider has not answered yet."
    )
    AUTHORIZED = strawberry.enum_value("authorized", description="The card holds the money.")
    DECLINED = strawberry.enum_value(
        "declined", description="The card was refused; `offerCard` takes another one."
    )
    CHARGED = strawberry.enum_value("charged", description="The money was taken.")
    PARTLY_REFUNDED = strawberry.enum_value(
        "partly-refunded", description="A part of the money was given back."
    )
    REFUNDED = strawberry.enum_value("refunded", description="All money was given back.")
    RELEASED = strawberry.enum_value(
        "released", description="Nothing was charged, and nothing will be."
    )
    UNPAID = strawberry.enum_value(
        "unpaid",
        description="No card holds the money of an accepted order: `offerCard` takes another one, "
        "or it is paid when it is collected.",
    )


@strawberry.type(description="How an order is paid, as the region that answers knows it.")
class OrderPayment:
    method: PaymentMethod = strawberry.field(description="How it is paid.")
    state: PaymentState = strawberry.field(description="Where the payment stands.")
    charged: Money = strawberry.field(description="What was taken by card.")
    refunded: Money = strawberry.field(description="What was given back of it.")
    decline_code: str | None = strawberry.field(
        description="Why the latest card was refused, in the payment provider's words, such as "
        "`insufficient_funds`; `card_declined` where the issuer says no more."
    )
    cards_left: int = strawberry.field(
        description="How many other cards may be offered; 0 where none is needed."
    )

    @classmethod
    def of(cls, order: StoredOrder, state: OrderState, placed: Placed) -> Self:
        """Return the GraphQL object of a payment."""
        pay, currency = state.payment, placed.currency
        return cls(
            method=PaymentMethod(placed.method),
            state=PaymentState(payment_state(state).value),
            charged=Money(amount_minor=pay.captured_amount, currency=currency),
            refunded=Money(amount_minor=pay.refunded_amount, currency=currency),
            decline_code=decline_code(order, pay),
            cards_left=cards_left(state),
        )


@strawberry.enum(description="Something that happened to an order.")
class OrderEventKind(Enum):
    """The kinds of facts that are shown; values are the domain's names."""

    PLACED = "placed"
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    ASSESSED = "assessed"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    READY = "ready"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    REFUND_ASKED = "refund-asked"
    REFUND_REFUSED = "refund-refused"


_SHOWN: Final = frozenset((*CLAIMS, Assessed.KIND, RefundAsked.KIND, RefundRefused.KIND))


@strawberry.type(description="A line of an order or of a quote.")
class OrderLine:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    quantity: int = strawberry.field(description="Pieces.")
    price: Money = strawberry.field(description="Of one piece, as the menu shows it.")
    amount: Money = strawberry.field(description="What the guest pays for it, tax included.")
    tax: Money = strawberry.field(description="The part of `amount` that is tax.")

    @classmethod
    def of(cls, line: Line, currency: str) -> Self:
        """Return the GraphQL object of a priced line."""
        return cls(
            item_id=strawberry.ID(line.item_id),
            quantity=line.quantity,
            price=Money(amount_minor=line.price, currency=currency),
            amount=Money(amount_minor=line.amount, currency=currency),
            tax=Money(amount_minor=line.tax, currency=currency),
        )


@strawberry.type(description="Something that happened to an order, in the order of its stamps.")
class OrderEvent:
    kind: OrderEventKind = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(description="When, UTC.")
    region: str = strawberry.field(description="The AWS region that recorded it.")
    reason: str | None = strawberry.field(description="Why, as whoever did it wrote.")
    holds: bool = strawberry.field(
        description="Whether it counts. False: another region recorded something that outweighs it."
    )
    instead: OrderEventKind | None = strawberry.field(
        description="What holds instead; null where this holds."
    )

    @classmethod
    def of(cls, fact: Fact, overruled: Mapping[str, str]) -> Self:
        """Return the GraphQL object of a fact.

        Args:
            fact: The fact.
            overruled: Id of each fact that does not hold to the kind that holds instead.
        """
        by = overruled.get(fact.id)
        return cls(
            kind=OrderEventKind(fact.kind),
            at=moment(fact.stamp),
            region=fact.stamp.region,
            reason=getattr(fact.data, "reason", "") or None,
            holds=by is None,
            instead=None if by is None else OrderEventKind(by),
        )


@strawberry.type(description="The guest's note on a line of an order.")
class OrderLineNote:
    line: int = strawberry.field(description="Place of the line in the order's `lines`, from 0.")
    note: str = strawberry.field(description="What the guest wrote.")


@strawberry.type(
    description=f"Who collects an order. It expires {KEPT_DAYS} days after the pickup."
)
class OrderContact:
    name: str | None = strawberry.field(description="The name to call.")
    mail: str | None = strawberry.field(description="Mail address.")
    phone: str | None = strawberry.field(description="Telephone number.")
    notes: list[str] = strawberry.field(
        description="Notes on lines, in the order of the lines. `lineNotes` says which they "
        "belong to.",
        directives=[sized(10)],
    )
    line_notes: list[OrderLineNote] = strawberry.field(
        description="Notes, each with its line, in the order of the lines.",
        directives=[sized(10)],
    )

    @classmethod
    def of(cls, contact: StoredContact) -> Self:
        """Return the GraphQL object of a contact."""
        notes = sorted(contact.notes.items())
        return cls(
            name=contact.values.get("name"),
            mail=contact.values.get("mail"),
            phone=contact.values.get("phone"),
            notes=[note for _, note in notes],
            line_notes=[OrderLineNote(line=line, note=note) for line, note in notes],
        )


@strawberry.type(description="An order for pickup, as the region that answers knows it.")
class Order:
    id: strawberry.ID = strawberry.field(
        description="The order's id. Whoever knows it may see the order and cancel it: keep it."
    )
    store: StoreView | None = strawberry.field(
        graphql_type=Store | None,
        description="The store; null in a region that it has not reached yet.",
    )
    status: OrderStatus = strawberry.field(description="Where it stands.")
    placed_at: datetime = strawberry.field(description="When it was placed, UTC.")
    pickup_at: datetime = strawberry.field(
        description="When it is to be collected, with the store's own UTC offset."
    )
    accept_by: datetime = strawberry.field(
        description="Until when the store may accept it, UTC; then it expires."
    )
    needs_approval: bool = strawberry.field(
        description="It is large: a manager has to approve it before the store may accept it."
    )
    lines: list[OrderLine] = strawberry.field(
        description="What was ordered.", directives=[sized(10)]
    )
    total: Money = strawberry.field(description="What the guest pays, tax included.")
    tax: Money = strawberry.field(description="The part of `total` that is tax.")
    payment: OrderPayment = strawberry.field(description="How it is paid.")
    events: list[OrderEvent] = strawberry.field(
        description="What happened, earliest first.", directives=[sized(10)]
    )
    contact: OrderContact | None = strawberry.field(
        description="Who collects it. Null: forgotten, expired or not here yet, and in lists."
    )

    @classmethod
    def of(
        cls, order: StoredOrder, store: StoreView | None, contact: StoredContact | None
    ) -> Self | None:
        """Return the GraphQL object of an order; None where its placement has not arrived."""
        state = fold(order)
        placed = state.placement
        if placed is None or state.status is Status.UNKNOWN:
            return None

        def money(amount: int) -> Money:
            return Money(amount_minor=amount, currency=placed.currency)

        at = zone(store.time_zone) if store else UTC
        return cls(
            id=strawberry.ID(order.order_id),
            store=store,
            status=OrderStatus(state.status.value),
            placed_at=moment(state.holding["placed"].stamp),
            pickup_at=datetime.fromtimestamp(placed.pickup_at, at),
            accept_by=datetime.fromtimestamp(state.accept_until / 1000, UTC),
            needs_approval=placed.review and "approved" not in state.holding,
            lines=[OrderLine.of(line, placed.currency) for line in placed.lines],
            total=money(placed.total),
            tax=money(sum(line.tax for line in placed.lines)),
            payment=OrderPayment.of(order, state, placed),
            events=_events(order, state),
            contact=_contact(order, state, contact),
        )


def _contact(
    order: StoredOrder, state: OrderState, contact: StoredContact | None
) -> OrderContact | None:
    """Return what was given with the placement that counts, or with another one of the same input.

    What was given with another input is not shown: its notes are on other lines.
    """
    if contact is None or contact.forgotten:
        return None
    inputs = {fact.stamp.region: data.fingerprint for fact, data in order.of_kind(Placed)}
    counts = inputs.get(state.placed_in)
    same = [region for region, one in inputs.items() if one == counts]
    given = contact.given_in([state.placed_in, *same])
    return None if given is None else OrderContact.of(given)


def _events(order: StoredOrder, state: OrderState) -> list[OrderEvent]:
    overruled = {one.fact.id: one.by for one in state.overruled}
    return [OrderEvent.of(fact, overruled) for fact in order.history() if fact.kind in _SHOWN]


@strawberry.type(description="What became of a step of an order.")
class OrderPayload:
    order: Order | None = strawberry.field(
        description="The order as this region knows it now; null on errors."
    )
    errors: list[MutationError] = fields.errors()


@strawberry.type(description="Orders of a store, in the order in which they were placed.")
class OrderConnection(Connection[Order]):
    """A page of a store's orders; values are of `OrderConnectionView`."""

    complete: bool = strawberry.field(
        description="Whether `totalCount` counts the whole day. False: one request does not read "
        "so many orders, and it counts those up to where this one ended; `endCursor` leads on "
        "through all of them."
    )


class OrderConnectionView(NamedTuple):
    """A page of a store's orders, without Strawberry.

    Attributes:
        edges: The orders of the page.
        page_info: Where the page lies.
        total_count: Orders of the pages before, and those from there on that were read.
        complete: Whether these are all of the day.
    """

    edges: list[EdgeView[Order]]
    page_info: PageInfoView
    total_count: int
    complete: bool


@strawberry.type(description="A time in which orders are collected.")
class PickupSlot:
    id: strawberry.ID = strawberry.field(description="Pass it as `slotId`.")
    start: datetime = strawberry.field(description="Start, with the store's own UTC offset.")
    end: datetime = strawberry.field(description="End, exclusive, with the store's UTC offset.")
    full: bool = strawberry.field(
        description="Whether the kitchen can make no further order, as this region knows."
    )

    @classmethod
    def of(cls, slot: Slot, time_zone: str, places: SlotPlaces) -> Self:
        """Return the GraphQL object of a slot."""
        at = zone(time_zone)
        return cls(
            id=strawberry.ID(slot.id),
            start=datetime.fromtimestamp(slot.start, at),
            end=datetime.fromtimestamp(slot.end, at),
            full=not places.has_place(slot),
        )


@strawberry.type(description="A row of the tax summary.")
class TaxAmount:
    name: str = strawberry.field(description="Name of the tax, as a receipt shows it.")
    percent: float = strawberry.field(description="Rate in percent.")
    net: Money = strawberry.field(description="Amount without tax that the rate is applied to.")
    tax: Money = strawberry.field(description="The tax.")


@strawberry.type(description="What an order would cost, and when it could be collected.")
class Quote:
    lines: list[OrderLine] = strawberry.field(
        description="The lines, priced.", directives=[sized(10)]
    )
    taxes: list[TaxAmount] = strawberry.field(
        description="Taxes in the total, by name and rate.", directives=[sized(3)]
    )
    total: Money = strawberry.field(
        description="What the guest pays, tax included; pass it as `expectedTotalMinor`."
    )
    pickup_at: datetime = strawberry.field(
        description="When it can be collected, with the store's own UTC offset."
    )
    needs_approval: bool = strawberry.field(
        description="It is large: a manager has to approve it before the store may accept it."
    )

    @classmethod
    def of(cls, quoted: DomainQuote, time_zone: str) -> Self:
        """Return the GraphQL object of a quote."""

        def money(amount: int) -> Money:
            return Money(amount_minor=amount, currency=quoted.currency)

        return cls(
            lines=[OrderLine.of(line, quoted.currency) for line in quoted.lines],
            taxes=[
                TaxAmount(
                    name=one.levy,
                    percent=one.rate / PERCENT,
                    net=money(one.net),
                    tax=money(one.tax),
                )
                for one in quoted.taxes
            ],
            total=money(quoted.total),
            pickup_at=datetime.fromtimestamp(quoted.ready, zone(time_zone)),
            needs_approval=quoted.needs_review,
        )
