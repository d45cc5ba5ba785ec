"""Reads the orders of a check from the regions' tables, their APIs and the payment provider."""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from loadtests.checker.graphql_client import UnansweredError
from loadtests.checker.orders.api import OrdersApi
from loadtests.checker.orders.evidence import Charge
from localcloud.layout import CloudLayout
from localcloud.payments.settings import API_KEY
from services.domain.orders.duties import open_work
from services.domain.orders.duty import DutyKind
from services.domain.orders.order import Order
from services.payments.intents import Intent, Refund
from services.payments.reconcile import compare
from services.payments.stripe_api import StripeApi
from services.storage.order_walk import all_orders
from services.storage.orders import OrderRepository
from services.storage.table import Table

# Provider and orders are compared when everything is at rest, and clocks may have been ahead: no
# order is too fresh.
_NO_GRACE_MS: Final = -3_600_000
_TRIES: Final = 5


def provider_of(layout: CloudLayout) -> StripeApi:
    """Return the requests to the payment provider of a local cloud, past its gate of faults."""
    return StripeApi(lambda: API_KEY, layout.payments_url)


def orders_in(
    replicas: Mapping[str, Table], wanted: Collection[str]
) -> tuple[dict[str, dict[str, Order]], frozenset[str]]:
    """Read the orders of all regions.

    Args:
        replicas: The regions' tables.
        wanted: Ids of the check's orders.

    Returns:
        Region to its orders of the check by id, and the ids of all other orders of the cloud.
    """
    found: dict[str, dict[str, Order]] = {}
    others: set[str] = set()
    for region, table in replicas.items():
        found[region] = {}
        for order in all_orders(table):
            if order.order_id in wanted:
                found[region][order.order_id] = order
            else:
                others.add(order.order_id)
    return found, frozenset(others)


def read_orders(replicas: Mapping[str, Table], names: Iterable[str]) -> dict[str, Order]:
    """Return some orders, each with the facts that any of the regions' tables has."""
    found: dict[str, Order] = {}
    for table in replicas.values():
        repository = OrderRepository(table, tuple(replicas))
        for name in names:
            order = repository.read(name)
            if order is not None:
                found[name] = found[name].merge(order) if name in found else order
    return found


def unfinished(
    orders: Iterable[Order], regions: tuple[str, ...], lost: str = ""
) -> dict[str, tuple[str, ...]]:
    """Return the effects that are still to be carried out, by order; expiry is none of them.

    Args:
        orders: The orders.
        regions: All regions.
        lost: A region that is away: what only it may do is left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    for order in orders:
        work = [
            one
            for one in open_work(order, regions)
            if one.kind is not DutyKind.EXPIRE and not (lost and one.only == lost)
        ]
        if work:
            found[order.order_id] = tuple(f"{one.kind.value} {one.key}" for one in work)
    return found


def charges_of(
    provider: StripeApi, since_s: int, orders: Mapping[str, Order], others: Collection[str]
) -> tuple[list[Charge], list[tuple[str, str]]]:
    """Read the provider's list, and compare it with the check's orders.

    Args:
        provider: Of the cloud.
        since_s: Unix seconds (UTC) of the first order.
        orders: The check's orders.
        others: Orders of the cloud that are not the check's; their payments are left out.

    Returns:
        The payments, and the differences as a pair of the subject and a text.

    Raises:
        UnknownOutcomeError: The provider does not answer.
    """
    intents: list[Intent] = [one for one in provider.intents(since_s) if one.order_id not in others]
    refunds: dict[str, list[Refund]] = {
        one.id: provider.refunds(one.id) if one.received else [] for one in intents
    }
    compared = compare(
        intents,
        lambda name: refunds[name],
        orders.values(),
        time.time_ns() // 1_000_000,
        _NO_GRACE_MS,
    )
    differences = [(one.order_id or one.payment, str(one)) for one in compared.differences]
    return [Charge.of(one, refunds[one.id]) for one in intents], differences


async def statuses(
    api: OrdersApi, regions: tuple[str, ...], orders: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Return the status of each order as each region's API shows it; `MISSING` where it has none.

    Raises:
        UnansweredError: A region does not answer, several times.
    """
    names = list(orders)

    async def shown(region: str) -> dict[str, str]:
        return {name: await _status(api, region, name) or "MISSING" for name in names}

    return dict(zip(regions, await asyncio.gather(*map(shown, regions)), strict=True))


async def _status(api: OrdersApi, region: str, order: str) -> str | None:
    for tried in range(1, _TRIES + 1):
        try:
            return await api.status(region, order)
        except UnansweredError:
            if tried == _TRIES:
                raise
    raise AssertionError("unreachable")
