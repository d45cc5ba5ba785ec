"""What an order costs, from the same documents and by the same functions as the menu."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.domain.documents.catalog import CatalogVersion
from services.domain.hours import day_in, zone
from services.domain.menu import MenuItem, StoreDocuments, assemble
from services.domain.money import MAX_MINOR
from services.domain.quotes.limits import OrderLimits, RequestedLine
from services.domain.quotes.line import Line
from services.domain.quotes.pickup import (
    OpeningTimes,
    PickupRules,
    Slot,
    asap_slots,
    chosen_slot,
    closed,
)
from services.domain.quotes.refusals import (
    NotInCatalog,
    NotListed,
    OrderRefusedError,
    OrderTooLarge,
    PriceChanged,
    Refusal,
    SlotFull,
    SoldOut,
)
from services.domain.taxes.goods import Classification
from services.domain.taxes.rates import Sale, TaxRate, TaxTable
from services.domain.taxes.reckoning import Reckoning, TaxTotal, reckon


@dataclass(frozen=True, slots=True)
class OrderRules:
    """What an operator sets about orders.

    Attributes:
        kinds: Kind of goods of each category or item.
        taxes: Tax rates.
        limits: Sizes of orders.
        pickup: How orders are collected.
        takes_cards: Whether a payment provider is configured.
    """

    kinds: Classification
    taxes: TaxTable
    limits: OrderLimits
    pickup: PickupRules
    takes_cards: bool = True


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """What a guest wants to order, to be priced.

    Attributes:
        lines: Items and quantities.
        slot_id: Id of the pickup slot; None: as soon as possible.
        expected_total: What the client showed the guest, tax included, in minor units; None: the
            total is not compared.
        latest: Unix seconds until which the guest would wait; None: as long as the rules have it.
    """

    lines: tuple[RequestedLine, ...]
    slot_id: str | None = None
    expected_total: int | None = None
    latest: float | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs and when it can be collected.

    Attributes:
        currency: ISO 4217 code of all amounts.
        lines: What is ordered, priced.
        taxes: Taxes by levy and rate; they are part of the total.
        total: What the guest pays, tax included, in minor units.
        slot: Where the order is collected: the chosen slot, or the first that has a place.
        ready: When it can be collected, Unix seconds.
        needs_review: It is large: somebody has to approve it first.
    """

    currency: str
    lines: tuple[Line, ...]
    taxes: tuple[TaxTotal, ...]
    total: int
    slot: Slot
    ready: int
    needs_review: bool

    @property
    def tax(self) -> int:
        """Return all taxes of the total."""
        return sum(line.tax for line in self.lines)

    @property
    def pieces(self) -> Mapping[str, int]:
        """Return the pieces of each item, whichever lines they are in."""
        return pieces_of(self.lines)


def pieces_of(lines: Sequence[RequestedLine | Line]) -> Counter[str]:
    """Return the pieces of each item, whichever lines they are in."""
    pieces: Counter[str] = Counter()
    for line in lines:
        pieces[line.item_id] += line.quantity
    return pieces


def quote(
    request: QuoteRequest,
    documents: StoreDocuments,
    catalog: CatalogVersion,
    rules: OrderRules,
    now: datetime,
    *,
    has_place: Callable[[Slot], bool],
) -> Quote:
    """Return what an order costs at a store, and when it can be collected.

    An item counts as listed if the menu has it at the time of the pickup. Pieces are compared with
    what all regions have left; a reservation may still find that this region has no rights.

    Args:
        request: What the guest wants.
        documents: The store's.
        catalog: The published catalog of the store's market.
        rules: What the operator set.
        now: Aware instant.
        has_place: Whether the kitchen can make one more order in a slot.

    Raises:
        OrderRefusedError: It cannot be placed.
        UnclassifiedItemError: An item has no kind of goods.
        NoTaxRateError: The tax table has no rate for the store.
    """
    refusals = rules.limits.refusals(request.lines)
    if refusals:
        raise OrderRefusedError(refusals)
    pieces = sum(line.quantity for line in request.lines)
    found, refusal = _slot(request, documents, rules.pickup, pieces, now, has_place)
    if refusal is not None:
        # The items are judged too, so that the guest hears of everything at once.
        refusals.append(refusal)
    at = now if found is None else datetime.fromtimestamp(found[1], UTC)
    menu = _offered(request.lines, documents, catalog, at)
    refusals += _item_refusals(request.lines, menu, documents, catalog)
    if refusals or found is None:
        raise OrderRefusedError(refusals)
    prices = [menu[line.item_id].price.amount_minor for line in request.lines]
    reckoning = _reckoned(request.lines, prices, documents, catalog, rules, at)
    lines = tuple(
        Line(line.item_id, line.quantity, price, taxed.amount, taxed.tax)
        for line, price, taxed in zip(request.lines, prices, reckoning.lines, strict=True)
    )
    total = sum(line.amount for line in lines)
    _check_total(request, total, catalog.currency)
    review = rules.limits.needs_review(pieces, total, catalog.currency)
    return Quote(catalog.currency, lines, reckoning.totals, total, *found, review)


def opening_of(documents: StoreDocuments) -> OpeningTimes:
    """Return when a store is open."""
    return OpeningTimes.of(documents.profile)


def _slot(  # noqa: PLR0917 - what a place in a slot depends on
    request: QuoteRequest,
    documents: StoreDocuments,
    rules: PickupRules,
    pieces: int,
    now: datetime,
    has_place: Callable[[Slot], bool],
) -> tuple[tuple[Slot, int] | None, Refusal | None]:
    """Return the slot of an order with when it is ready (Unix seconds), and why it has none.

    With a refusal the slot is the one by whose time items are judged; None: the store is closed.
    """
    opening = opening_of(documents)
    if request.slot_id is not None:
        slot = chosen_slot(opening, request.slot_id, now, rules, pieces)
        if isinstance(slot, Refusal):
            return None, slot
        found = [(slot, slot.start)]
        full = "the slot is full; choose another of pickupSlots"
    else:
        found = asap_slots(opening, now, rules, pieces)
        if not found:
            message = "the store is closed, or closes before the order can be ready"
            return None, closed(opening, now, rules, pieces, message, ("pickup",))
        hours = rules.asap_within_s / 3600
        full = f"the kitchen is busy for the next {hours:g} hours; choose one of pickupSlots"
    free = next((one for one in found if has_place(one[0])), None)
    if free is None:
        return found[0], SlotFull(full, ("pickup",))
    if request.latest is not None and free[1] > request.latest:
        ready = datetime.fromtimestamp(free[1], zone(opening.time_zone)).isoformat()
        message = f"it can be collected at {ready} now; show the guest that time and ask again"
        return free, SlotFull(message, ("pickup", "latest"))
    return free, None


def _offered(
    lines: Sequence[RequestedLine], documents: StoreDocuments, catalog: CatalogVersion, at: datetime
) -> Mapping[str, MenuItem]:
    """Return the items of lines that are on the menu."""
    only = [line.item_id for line in lines]
    menu = assemble(documents, catalog, at=at, locale=None, only=only)
    return {item.id: item for category in menu.categories for item in category.items}


def _item_refusals(
    lines: Sequence[RequestedLine],
    menu: Mapping[str, MenuItem],
    documents: StoreDocuments,
    catalog: CatalogVersion,
) -> list[Refusal]:
    found: list[Refusal] = []
    wanted = pieces_of(lines)
    seen: set[str] = set()
    for at, line in enumerate(lines):
        item = line.item_id
        shown = repr(item[:64])
        path = ("lines", str(at), "itemId")
        left = documents.stock.left(item) if documents.stock else None
        if item not in catalog.by_id:
            message = f"the catalog of {catalog.market} has no item {shown}"
            found.append(NotInCatalog(message, path))
        elif item not in menu:
            found.append(NotListed(f"the store does not sell {shown} at that time", path))
        elif left is not None and left < wanted[item] and item not in seen:
            found.append(sold_out(item, left, path))
        seen.add(item)
    return found


def sold_out(item_id: str, left: int, path: tuple[str, ...]) -> SoldOut:
    """Return the refusal of more pieces than are left.

    Args:
        item_id: The item.
        left: Pieces that can be ordered; below zero counts as zero.
        path: Where in the input.
    """
    left = max(0, left)
    message = f"{item_id} is sold out" if left == 0 else f"only {left} of {item_id} are left"
    return SoldOut(message, path, item_id, left)


def _reckoned(  # noqa: PLR0917 - what the tax of a line depends on
    lines: Sequence[RequestedLine],
    prices: Sequence[int],
    documents: StoreDocuments,
    catalog: CatalogVersion,
    rules: OrderRules,
    at: datetime,
) -> Reckoning:
    profile = documents.profile
    goods = [rules.kinds.goods_of(catalog.by_id[line.item_id]) for line in lines]
    of_kind: Counter[object] = Counter()
    for line, kind in zip(lines, goods, strict=True):
        of_kind[kind] += line.quantity
    day = day_in(profile["time_zone"], at)
    sale = Sale(profile["market"], profile["state"], profile.store_id, day)
    taxed: list[tuple[int, tuple[TaxRate, ...]]] = [
        (price * line.quantity, rules.taxes.rates(sale, kind, of_kind[kind]))
        for line, price, kind in zip(lines, prices, goods, strict=True)
    ]
    return reckon(taxed)


def _check_total(request: QuoteRequest, total: int, currency: str) -> None:
    if total > MAX_MINOR:
        raise OrderRefusedError([OrderTooLarge("the order costs more than an order may", ())])
    if request.expected_total is not None and request.expected_total != total:
        message = (
            f"the order costs {total} minor units of {currency} now, not {request.expected_total}; "
            "show the guest the new total and ask again"
        )
        raise OrderRefusedError([PriceChanged(message, ("expectedTotalMinor",), total, currency)])
