"""A store with a small menu, from which orders are quoted and placed."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import counted as counted_stock
from services.domain.menu import StoreDocuments
from services.domain.orders.facts import CARD
from services.domain.orders.placing import Payer, Reservation, Wanted, reserve
from services.domain.orders.slot_use import SlotUse
from services.domain.quotes.limits import OrderLimits, RequestedLine
from services.domain.quotes.pickup import PickupRules, days_of
from services.domain.quotes.quote import OrderRules, QuoteRequest
from services.domain.stamp import Stamp
from services.domain.taxes.goods import Classification, Goods
from services.domain.taxes.table import TAXES
from services.storage import keys
from services.storage.order_placement import OrderPlacement, PlacedOrder, PlacementRequest
from services.storage.replica import Replica
from tests.support.chain import PROFILE

STAMP: Final = Stamp(1 << 16, "eu-west-1")
KINDS: Final = Classification({"donuts": Goods.PASTRY, "coffee": Goods.DRINK_HOT})
RULES: Final = OrderRules(KINDS, TAXES, OrderLimits(), PickupRules())
NOTES: Final[Mapping[int, str]] = {0: "no nuts"}
NOON: Final = datetime(2026, 11, 27, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # a Friday


def item(name: str, category: str, price: int, *dayparts: str, standard: bool = True) -> Any:
    return CatalogItem(
        name, category, {"en": name}, {}, None, price, (), None, standard, tuple(dayparts)
    )


def catalog(market: str = "de", currency: str = "EUR") -> CatalogVersion:
    return CatalogVersion(
        market,
        "v1",
        currency,
        {"donuts": {"en": "Donuts"}, "coffee": {"en": "Coffee"}},
        (
            item("ring", "donuts", 150),
            item("berliner", "donuts", 199, standard=False),
            item("porridge", "donuts", 400, "BREAKFAST"),
            item("flat-white", "coffee", 350),
        ),
    )


def documents(
    counted: dict[str, int] | None = None, lines: Any = None, **profile: Any
) -> StoreDocuments:
    stock = Stock("s1", {})
    for name, pieces in (counted or {}).items():
        stock = counted_stock(stock, name, pieces, STAMP)
    return StoreDocuments(
        StoreProfile("s1", {}).assign({**PROFILE, **profile}, STAMP),
        Assortment("s1", {}).assign(lines, STAMP) if lines else None,
        stock if counted else None,
        {},
    )


def operation_id(name: str) -> str:
    """Return an `operationId` of the form that placing an order demands, the same for each name."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


REGIONS: Final = ("eu-west-1", "us-east-1", "ap-southeast-1")


def write_store(replica: Replica, counted: dict[str, int] | None = None, **profile: Any) -> None:
    """Write the documents of store s1 into a replica."""
    found = documents(counted, **profile)
    stamp = replica.clock.tick()
    replica.put(keys.profile("s1"), found.profile.dump(), rev=stamp, replaces=None)
    if found.stock is not None:
        replica.put(keys.stock("s1"), found.stock.dump(), rev=stamp, replaces=None)


def wanted(
    *lines: tuple[str, int],
    slot_id: str | None = None,
    expected_total: int | None = None,
    method: str = CARD,
) -> Wanted:
    request = QuoteRequest(tuple(RequestedLine(*one) for one in lines), slot_id, expected_total)
    # As long as the digest that the mutation makes.
    fingerprint = hashlib.blake2b(repr((request, method)).encode(), digest_size=16).hexdigest()
    return Wanted(fingerprint, "s1", request, Payer(method, "pm_1" * (method == CARD)))


def place(
    replica: Replica,
    operation_id: str = "operation-1",
    want: Wanted | None = None,
    *,
    rules: OrderRules = RULES,
    now: datetime = NOON,
    regions: tuple[str, ...] = REGIONS,
    notes: Mapping[int, str] = NOTES,
) -> PlacedOrder:
    """Place an order of two rings, or what is wanted, at store s1."""
    order = want or wanted(("ring", 2))
    request = PlacementRequest(
        operation_id,
        order.fingerprint,
        "s1",
        tuple(days_of(order.request.slot_id, now, rules.pickup)),
        {"name": "Ada", "mail": "ada@example.org"},
        notes,
    )

    def decide(store: StoreDocuments, slots: Mapping[str, SlotUse]) -> Reservation:
        return reserve(
            order, store, catalog(), slots, rules, regions, region=replica.region, now=now
        )

    return OrderPlacement(replica, regions).place(request, decide)
