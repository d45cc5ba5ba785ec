"""Placing an order: what a region reserves for a quote, and the placement that it records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import HOLD_S, reserved
from services.domain.hours import opening_state
from services.domain.menu import StoreDocuments
from services.domain.orders.facts import CARD, Placed, Reserved
from services.domain.orders.slot_use import SlotPlaces, SlotUse, slot_epoch
from services.domain.orders.state import ACCEPT_WITHIN_MS
from services.domain.quotes.pickup import PickupRules
from services.domain.quotes.quote import (
    OrderRules,
    Quote,
    QuoteRequest,
    opening_of,
    quote,
    sold_out,
)
from services.domain.quotes.refusals import InvalidOrder, OrderRefusedError, Refusal
from services.domain.rights.selling import NoRightsError

REVIEW_WITHIN_MS: Final = 60 * 60_000  # an approval takes longer


@dataclass(frozen=True, slots=True)
class Payer:
    """How the guest pays.

    Attributes:
        method: `facts.CARD` or `facts.AT_STORE`.
        token: The provider's name of the payment method; empty for `AT_STORE`.
    """

    method: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The order that a guest wants to place.

    Attributes:
        fingerprint: Digest of the input.
        store_id: Id of the store.
        request: Lines, slot, expected total.
        payer: How the guest pays.
    """

    fingerprint: str
    store_id: str
    request: QuoteRequest
    payer: Payer


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a region reserved.

    Attributes:
        placed: The fact to record.
        slots: The use of pickup slots afterwards, by day of UTC; only days that changed.
        stock: The store's stock afterwards.
    """

    placed: Placed
    slots: Mapping[str, SlotUse]
    stock: Stock


def reserve(  # noqa: PLR0917 - what a placement depends on
    wanted: Wanted,
    documents: StoreDocuments,
    catalog: CatalogVersion,
    slots: Mapping[str, SlotUse],
    rules: OrderRules,
    nearest: Sequence[str],
    *,
    region: str,
    now: datetime,
) -> Reservation:
    """Return what a region reserves for an order, and its placement.

    Args:
        wanted: The order that the guest wants to place.
        documents: The store's.
        catalog: The published catalog of the store's market.
        slots: The use of pickup slots by day of UTC, as this region has it.
        rules: What the operator set.
        nearest: All regions, nearest to the store first.
        region: The region that places the order.
        now: Aware instant.

    Raises:
        OrderRefusedError: It cannot be placed.
        UnclassifiedItemError: An item has no kind of goods.
        NoTaxRateError: The tax table has no rate for the store.
    """
    if wanted.payer.method == CARD and not rules.takes_cards:
        message = "cards are not accepted: no payment provider is configured; pay at the store"
        raise OrderRefusedError([InvalidOrder(message, ("payment",))])
    epoch = slot_epoch(rules.pickup.orders_per_slot, nearest)
    places = SlotPlaces(wanted.store_id, slots, epoch, region)
    quoted = quote(wanted.request, documents, catalog, rules, now, has_place=places.has_place)
    slot = quoted.slot
    used, position = places.take(slot)
    before = documents.stock or Stock(wanted.store_id, {})
    stock, pieces = _stock(quoted, before, region, int(now.timestamp()))
    accept_by, extension = _deadlines(quoted, documents, rules.pickup, now)
    placed = Placed(
        fingerprint=wanted.fingerprint,
        store_id=wanted.store_id,
        currency=quoted.currency,
        lines=quoted.lines,
        total=quoted.total,
        method=wanted.payer.method,
        token=wanted.payer.token,
        pickup_at=quoted.ready,
        accept_by=accept_by,
        review=quoted.needs_review,
        reserved=(Reserved(slot.counter, 1, position), *pieces),
        extension_ms=extension,
    )
    return Reservation(placed, {slot.utc_day: used}, stock)


def _deadlines(
    quoted: Quote, documents: StoreDocuments, rules: PickupRules, now: datetime
) -> tuple[int, int]:
    """Return until when the store may accept, and by how much a late card may put that off.

    A store that is closed has the time from when it opens, at most until it has to begin with the
    order. The first is in Unix milliseconds (UTC), the second in milliseconds.
    """
    within = REVIEW_WITHIN_MS if quoted.needs_review else ACCEPT_WITHIN_MS
    at = int(now.timestamp() * 1000)
    opening = opening_of(documents)
    state = opening_state(opening.week, opening.time_zone, now, opening.closures)
    opens = int(state.opens_at.timestamp() * 1000) if state.opens_at else at
    begins = (quoted.ready - rules.preparation(sum(line.quantity for line in quoted.lines))) * 1000
    accept_by = max(at + within, min(opens + within, begins))
    return accept_by, max(begins - accept_by, ACCEPT_WITHIN_MS)


def _stock(quoted: Quote, stock: Stock, region: str, now: int) -> tuple[Stock, list[Reserved]]:
    """Reserve the pieces, also of items that nobody has counted yet: the first count holds them.

    Raises:
        OrderRefusedError: The region holds too few rights to some of them.
    """
    found: list[Reserved] = []
    refusals: list[Refusal] = []
    items = [line.item_id for line in quoted.lines]
    for item, pieces in quoted.pieces.items():
        try:
            stock, position = reserved(stock, item, pieces, region, quoted.ready + HOLD_S, now)
        except NoRightsError as error:
            path = ("lines", str(items.index(item)), "itemId")
            refusals.append(sold_out(item, error.held, path))
            continue
        found.append(Reserved(item, pieces, position))
    if refusals:
        raise OrderRefusedError(refusals)
    return stock, found
