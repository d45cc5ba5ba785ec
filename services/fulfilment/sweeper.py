"""Entry point of the sweeper Lambda, once a minute: puts overdue orders into the queue.

It also writes the region's heartbeat: a deployment without health checks has no other one. The age
of the other regions' heartbeats is published: DynamoDB reports no delay of what never arrives.
"""

import sys
from typing import Any, Final

import boto3
from botocore.config import Config

from services.domain.stamp import unix_ms
from services.fulfilment.sweeper_settings import SweeperSettings
from services.fulfilment.sweeping import Sweeper
from services.storage.living_regions import LivingRegions
from services.storage.open_orders import OpenOrders
from services.storage.queues import sender
from services.storage.regions import RegionRepository
from services.storage.table import Table

_QUICK: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})

_settings = SweeperSettings.from_environment()
_table = Table(_settings.binding)
_regions = RegionRepository(_table)
_sqs: Any = boto3.client("sqs", region_name=_table.region, config=_QUICK)
_living = LivingRegions(_regions, _table.region, _settings.regions)


# One for all invocations: it remembers what it looked at.
_sweeper = Sweeper(OpenOrders(_table), sender(_sqs, _settings.queue))


def handler(_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Sweep once; return what was found."""
    _regions.beat()
    now_ms = unix_ms()
    living = _living(now_ms)
    remaining_ms = getattr(context, "get_remaining_time_in_millis", None)
    done = _sweeper.sweep(now_ms, living, remaining_ms, _living.ahead_ms(now_ms))
    done.silent_s, done.unheard = _living.silent_s(now_ms), _living.unheard()
    sys.stderr.write(done.line(_table.region, now_ms, living))
    return {"found": done.found, "queued": done.sent, "unfinished": done.unfinished}
