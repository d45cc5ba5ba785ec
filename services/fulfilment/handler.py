"""Entry point of the fulfilment Lambda: messages about orders in, those to send again out."""

import sys
from collections.abc import Callable
from typing import Any, Final

import boto3
from botocore.config import Config

from services.domain.orders.notices import StoreNames
from services.fulfilment.aws_notices import AwsNotices
from services.fulfilment.deliveries import Deliveries
from services.fulfilment.living import LivingRegions
from services.fulfilment.notice_desk import NoticeDesk
from services.fulfilment.performing import Performer
from services.fulfilment.settings import WorkerSettings
from services.payments.settings import payment_provider
from services.storage.catalogs import CatalogRepository
from services.storage.exceptions import CatalogMissingError
from services.storage.order_duties import OrderDuties
from services.storage.orders import OrderRepository
from services.storage.regions import RegionRepository
from services.storage.stores import StoreRepository
from services.storage.table import Table

_LANGUAGE: Final = "en"  # of all notices
_QUICK: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})


def _names(table: Table) -> Callable[[str], StoreNames]:
    stores, catalogs = StoreRepository(table), CatalogRepository(table)

    def names(store_id: str) -> StoreNames:
        profile = stores.profile(store_id)
        if profile is None:
            return StoreNames(store_id, "UTC", {})
        place = ", ".join(part for part in (profile["name"], profile["city"]) if part)
        try:
            items = catalogs.current(profile["market"]).items
        except CatalogMissingError:
            items = ()
        called = {one.id: one.names.get(_LANGUAGE, one.id) for one in items}
        return StoreNames(place, profile["time_zone"], called)

    return names


def _deliveries(settings: WorkerSettings) -> Deliveries:
    table = Table(settings.binding)
    region = table.region
    orders = OrderRepository(table, settings.regions)
    sender = AwsNotices(
        boto3.client("sesv2", region_name=region, config=_QUICK),
        boto3.client("sns", region_name=region, config=_QUICK),
        topic=settings.topic,
        mail_from=settings.mail_from or "",
        stores_by_mail=settings.is_local,
    )
    desk = NoticeDesk(
        sender, orders.contact, _names(table), mails_guests=settings.mail_from is not None
    )
    provider = payment_provider(settings.payments) if settings.payments else None
    performer = Performer(region, orders, OrderDuties(table, orders), provider=provider, desk=desk)
    living = LivingRegions(RegionRepository(table), region, settings.regions)
    return Deliveries(region, performer, living, sys.stderr.write)


# Assembled while Lambda initializes, where the CPU is not throttled.
_answers = _deliveries(WorkerSettings.from_environment())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Perform what is due for the orders that a batch of messages names."""
    return _answers.answer(event, getattr(context, "get_remaining_time_in_millis", None))
