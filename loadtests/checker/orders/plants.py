"""Bugs that are emulated from outside, so that a check of orders can show that it finds them."""

from collections.abc import Mapping
from dataclasses import replace

from loadtests.checker.orders.evidence import union
from loadtests.checker.orders.shops import Shops
from loadtests.checker.settings import CheckError
from loadtests.checker.tables import Tables
from services.domain.documents.stock import Stock
from services.domain.orders.facts import Captured, Fact
from services.domain.orders.order import Order
from services.domain.orders.state import fold
from services.domain.register import Register
from services.domain.stamp import Stamp, unix_ms
from services.payments.stripe_api import StripeApi
from services.storage import keys
from services.storage.kinds import Document
from services.storage.orders import OrderRepository
from services.storage.table import Table


def rights_off(table: Table, shops: Shops, regions: tuple[str, ...]) -> None:
    """Let every region sell all pieces of the counted item, as if there were no rights.

    Args:
        table: Of the primary region, where the item was counted.
        shops: The stores.
        regions: All regions.
    """

    def share_out(document: Document | None, stamp: Stamp) -> Stock:
        if not isinstance(document, Stock) or document.line(shops.counted).count is None:
            raise CheckError("the store's item is not counted", "this is a fault of the check")
        line = document.line(shops.counted)
        assert line.count is not None  # noqa: S101 - narrows the type
        count = replace(line.count.value, shares=dict.fromkeys(regions, shops.pieces))
        return document.with_line(shops.counted, replace(line, count=Register(count, stamp)))

    for store in shops.all_stores:
        table.change(keys.stock(store), share_out)


def charge_again(provider: StripeApi, regions: Mapping[str, Mapping[str, Order]]) -> bool:
    """Charge a guest once more for the same attempt, as a retry without idempotency keys does.

    Returns:
        Whether there was a charge to repeat.
    """
    for name, order in sorted(union(regions.values()).items()):
        for _, captured in order.of_kind(Captured):
            paid = provider.intent(captured.reference)
            key = f"planted-{name}-{captured.attempt}"
            made, _ = provider.create(
                f"{key}-create", name, captured.attempt, paid.amount, paid.currency
            )
            # Another card: the provider takes a payment method of one order once.
            provider.confirm(f"{key}-confirm", made.id, "pm_card_mastercard")
            provider.capture(f"{key}-capture", made.id, paid.amount)
            return True
    return False


def record_again(orders: OrderRepository, regions: Mapping[str, Mapping[str, Order]]) -> bool:
    """Record a charge a second time, as if the webhook's repetition reported another charge.

    Args:
        orders: Of any region.
        regions: Region to its orders.

    Returns:
        Whether there was a charge.
    """
    for name, order in sorted(union(regions.values()).items()):
        if fold(order).ended:
            continue
        for _, captured in order.of_kind(Captured):
            again = replace(captured, attempt=captured.attempt + 1)

            def decide(_order: Order, stamp: Stamp, data: Captured = again) -> list[Fact]:
                return [Fact(stamp, "provider", data)]

            orders.record_all(name, decide)
            return True
    return False


def beat_for(lost: str, replicas: Mapping[str, Table]) -> None:
    """Keep a lost region's heartbeat fresh in the other regions, so that nobody takes over.

    Args:
        lost: The region.
        replicas: The tables of all regions.
    """
    for region, table in replicas.items():
        if region != lost:
            body = {"at": unix_ms()}
            table.new_item(keys.heartbeat(lost), body, rev=table.clock.tick()).save()


async def lose_order(tables: Tables, order: str) -> None:
    """Delete an order's facts in all regions, as if its region had died before replicating it."""
    facts = [keys.facts(order, region) for region in tables.regions]
    for region in tables.regions:
        await tables.delete(region, facts)
