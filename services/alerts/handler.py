"""Entry point of the Lambda of stock alerts: messages about stores, and requests to opt out."""

import sys
from typing import Any, Final

import boto3
from botocore.config import Config

from services.alerts.deliveries import Deliveries
from services.alerts.mailing import AlertMailing
from services.alerts.opting_out import OptingOut
from services.alerts.settings import Settings
from services.ses_mails import SesMails, ses_client
from services.storage.living_regions import LivingRegions
from services.storage.queues import sender
from services.storage.regions import RegionRepository
from services.storage.store_names import StoreNaming
from services.storage.subscribers import SubscriberRepository
from services.storage.table import Table

_QUICK: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})

# Assembled while Lambda initializes, where the CPU is not throttled.
_settings = Settings.from_environment()
_table = Table(_settings.binding)
_subscribers = SubscriberRepository(_table)
_sqs: Any = boto3.client("sqs", region_name=_table.region, config=_QUICK)


def _mailing() -> AlertMailing | None:
    if _settings.mail_from is None or _settings.site is None:
        return None
    return AlertMailing(
        _table.region,
        _settings.regions,
        _subscribers,
        StoreNaming(_table),
        mails=SesMails(ses_client(_table.region), _settings.mail_from),
        site=_settings.site,
    )


_deliveries = Deliveries(
    _table.region,
    _mailing(),
    LivingRegions(RegionRepository(_table), _table.region, _settings.regions),
    send=sender(_sqs, _settings.queue),
    log=sys.stderr.write,
)
_opting_out = OptingOut(_table.region, _subscribers, sys.stderr.write)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Look at the stores of a batch of messages, or answer a request of API Gateway."""
    if "httpMethod" in event:
        return _opting_out.answer(event)
    return _deliveries.answer(event, getattr(context, "get_remaining_time_in_millis", None))
