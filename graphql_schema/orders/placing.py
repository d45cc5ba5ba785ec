"""placeOrder: an order, placed once however often and in whatever region it is sent to."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

import strawberry

from graphql_schema.context import Context
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import MutationError
from graphql_schema.mutations.running import (
    check_unguessable_id,
    expected_failures,
    refusing_fields,
    unknown_store,
)
from graphql_schema.orders.inputs import (
    PlaceOrderInput,
    quote_request,
    requested_lines,
    slot_of,
)
from graphql_schema.orders.refusing import refusing_orders
from graphql_schema.orders.types import Order
from graphql_schema.stores.views import StoreView
from services.domain.aws_regions import nearest_regions
from services.domain.ids import is_id
from services.domain.menu import StoreDocuments
from services.domain.orders.contact import contact_values
from services.domain.orders.payment_token import token_for
from services.domain.orders.placing import Payer, Reservation, Wanted, reserve
from services.domain.orders.slot_use import SlotUse
from services.domain.quotes.pickup import days_of
from services.storage.exceptions import NoSuchStoreError
from services.storage.order_placement import PlacedOrder, PlacementRequest

PlaceOrder = Annotated[
    PlaceOrderInput, strawberry.argument(description="What to order, where, when and for whom.")
]


@strawberry.type(description="What became of placeOrder.")
class PlaceOrderPayload:
    order: Order | None = strawberry.field(description="The order; null on errors.")
    errors: list[MutationError] = fields.errors()


def place_order(info: Info, input: PlaceOrder) -> PlaceOrderPayload:  # noqa: A002
    """Place an order, or return the one that an earlier attempt placed."""
    context = info.context
    errors: list[MutationError] = []
    placed = None
    with expected_failures(errors), refusing_orders():
        check_unguessable_id(input.operation_id)
        found = _placed(context, input)
        store = StoreView(found.profile, context.at) if found.profile else None
        placed = Order.of(found.order, store, found.contact)
    return PlaceOrderPayload(order=placed, errors=errors)


def _placed(context: Context, order: PlaceOrderInput) -> PlacedOrder:
    if not is_id(order.store_id):
        raise unknown_store(order.store_id)
    given = order.contact
    with refusing_fields(lambda name: ["contact", name]):
        contact = contact_values({"name": given.name, "mail": given.mail, "phone": given.phone})
    method = str(order.payment.value)
    with refusing_fields(lambda name: [name]):
        token = token_for(method, order.payment_token)
    services, now = context.services, context.at
    lines, slot_id = requested_lines(order.lines), slot_of(order.pickup)
    wanted = Wanted(
        _fingerprint(order, contact),
        str(order.store_id),
        quote_request(lines, order.pickup, order.expected_total_minor),
        Payer(method, token),
    )
    request = PlacementRequest(
        order.operation_id,
        wanted.fingerprint,
        wanted.store_id,
        tuple(days_of(slot_id, now, services.order_rules.pickup)),
        contact,
        {at: line.note for at, line in enumerate(lines) if line.note},
    )

    def decide(documents: StoreDocuments, slots: Mapping[str, SlotUse]) -> Reservation:
        profile = documents.profile
        nearest = nearest_regions(
            profile["latitude"], profile["longitude"], services.orders.regions
        )
        return reserve(
            *(wanted, documents, services.catalogs.current(profile["market"]), slots),
            *(services.order_rules, nearest),
            region=services.region,
            now=now,
        )

    try:
        return services.order_placement.place(request, decide)
    except NoSuchStoreError:
        raise unknown_store(order.store_id) from None


def _fingerprint(order: PlaceOrderInput, contact: Mapping[str, str]) -> str:
    """Return a digest of the input; of personal data too, which it does not reveal by itself.

    It is keyed with the operation id, whose form is that of 128 random bits. Until when the guest
    would wait is no part of it: an order that was placed is the same whatever a repetition says.
    """
    lines = [[str(one.item_id), one.quantity, one.note or ""] for one in order.lines]
    fields = [
        *("placeOrder", str(order.store_id), lines, dict(contact)),
        *(order.payment.value, order.expected_total_minor, slot_of(order.pickup)),
        *([order.payment_token] if order.payment_token is not None else ()),
    ]
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    key = hashlib.blake2b(order.operation_id.encode(), digest_size=32).digest()
    return hashlib.blake2b(text.encode(), digest_size=16, key=key).hexdigest()
