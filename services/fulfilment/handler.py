"""Entry point of the fulfilment Lambda: messages about orders in, those to send again out."""

import sys
from typing import Any

from services.fulfilment.aws_notices import AwsNotices, sns_client
from services.fulfilment.deliveries import Deliveries
from services.fulfilment.notice_desk import NoticeDesk
from services.fulfilment.notifying import Notifier
from services.fulfilment.performing import Performer
from services.fulfilment.settings import WorkerSettings
from services.payments.settings import payment_provider
from services.ses_mails import SesMails
from services.storage.living_regions import LivingRegions
from services.storage.order_duties import OrderDuties
from services.storage.order_notices import OrderNotices
from services.storage.orders import OrderRepository
from services.storage.regions import RegionRepository
from services.storage.store_names import StoreNaming
from services.storage.table import Table


def _deliveries(settings: WorkerSettings) -> Deliveries:
    table = Table(settings.binding)
    region = table.region
    orders = OrderRepository(table, settings.regions)
    mail_from = settings.mail_from or ""
    sender = AwsNotices(
        SesMails.of_region(region, mail_from),
        sns_client(region),
        topic=settings.topic,
        store_domain=mail_from.rpartition("@")[2] if settings.is_local else None,
    )
    names = StoreNaming(table).names
    desk = NoticeDesk(sender, names, mails_guests=bool(mail_from), site=settings.site)
    notifier = Notifier(region, desk, OrderNotices(table))
    provider = payment_provider(settings.payments) if settings.payments else None
    duties = OrderDuties(table, orders)
    performer = Performer(region, orders, duties, provider=provider, notifier=notifier)
    living = LivingRegions(RegionRepository(table), region, settings.regions)
    return Deliveries(region, performer, living, sys.stderr.write)


# Assembled while Lambda initializes, where the CPU is not throttled.
_answers = _deliveries(WorkerSettings.from_environment())


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Perform what is due for the orders that a batch of messages names."""
    return _answers.answer(event, getattr(context, "get_remaining_time_in_millis", None))
