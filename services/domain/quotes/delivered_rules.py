"""The rules of orders as they are delivered: taxes, kinds of goods, limits, pickup."""

from typing import Final

from services.domain.quotes.limits import OrderLimits
from services.domain.quotes.pickup import PickupRules
from services.domain.quotes.quote import OrderRules
from services.domain.taxes.delivered_kinds import KINDS
from services.domain.taxes.table import TAXES

RULES: Final = OrderRules(KINDS, TAXES, OrderLimits(), PickupRules())
