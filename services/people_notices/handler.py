"""Entry point of the Lambda of notices to people: messages of its queue, and the pool's trigger."""

import sys
from typing import Any, Final

import boto3
from botocore.config import Config

from services.people_notices.accounts import Accounts, NoAccounts, UserPoolAccounts
from services.people_notices.deliveries import Deliveries
from services.people_notices.mailing import PeopleMailing
from services.people_notices.settings import Settings
from services.ses_mails import SesMails, ses_client
from services.storage.living_regions import LivingRegions
from services.storage.people import PeopleRepository
from services.storage.people_notices import PeopleNotices
from services.storage.queues import sender
from services.storage.regions import RegionRepository
from services.storage.table import Table

_QUICK: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
# Cognito waits five seconds for a trigger, and whoever signs in waits with it.
_AT_ONCE: Final = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})

# Assembled while Lambda initializes, where the CPU is not throttled.
_settings = Settings.from_environment()
_table = Table(_settings.binding)
_sqs: Any = boto3.client("sqs", region_name=_table.region, config=_AT_ONCE)


def _accounts() -> Accounts:
    pool = _settings.pool
    if pool is None:
        return NoAccounts()
    cognito = boto3.client(
        "cognito-idp", region_name=pool.region, endpoint_url=pool.endpoint, config=_QUICK
    )
    return UserPoolAccounts(cognito, pool.id)


def _mailing() -> PeopleMailing | None:
    if _settings.mail_from is None or _settings.site is None:
        return None
    return PeopleMailing(
        _table.region,
        _settings.regions,
        PeopleRepository(_table),
        PeopleNotices(_table),
        _accounts(),
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


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Look at the people of a batch of messages, or take a sign-in from the user pool."""
    if "triggerSource" in event:
        _deliveries.signed_in(event)
        return event
    return _deliveries.answer(event, getattr(context, "get_remaining_time_in_millis", None))
