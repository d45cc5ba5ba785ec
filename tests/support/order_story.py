"""A store with a small menu, from which orders are quoted and placed."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.menu import StoreDocuments
from services.domain.quotes.limits import OrderLimits
from services.domain.quotes.pickup import PickupRules
from services.domain.quotes.quote import OrderRules
from services.domain.stamp import Stamp
from services.domain.taxes.goods import Classification, Goods
from services.domain.taxes.table import TAXES
from tests.support.chain import PROFILE

STAMP: Final = Stamp(1 << 16, "eu-west-1")
KINDS: Final = Classification({"donuts": Goods.PASTRY, "coffee": Goods.DRINK_HOT})
RULES: Final = OrderRules(KINDS, TAXES, OrderLimits(), PickupRules())
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
        stock = stock.counted(name, pieces, STAMP)
    return StoreDocuments(
        StoreProfile("s1", {}).assign({**PROFILE, **profile}, STAMP),
        Assortment("s1", {}).assign(lines, STAMP) if lines else None,
        stock if counted else None,
        {},
    )
