"""Entry point of the Lambda that answers connections and messages of the WebSocket API."""

import random
import sys
import time
from typing import Any, Final

from services.live import assembly
from services.live.departure import Departure
from services.live.report import Report
from services.live.settings import SocketSettings
from services.live.sockets import Sockets
from services.staff_tokens import TokenRefusedError, TokenVerifier
from services.storage.lazy_services import LazyIssuerKeys
from services.storage.live_table import FreshTable
from services.storage.regions import RegionRepository

# Of the pings: a client that pings every minute finds out within five minutes on average.
_VERIFIED_SHARE: Final = 0.2


def _sockets(settings: SocketSettings) -> Sockets:
    table = FreshTable(settings.common.binding)
    evaluator = assembly.evaluator(table, settings.common)
    return Sockets(
        assembly.connections(settings.common),
        evaluator.evaluate,
        evaluator.rights,
        TokenVerifier(settings.oidc, LazyIssuerKeys(table), local_pool=settings.local_pool),
        assembly.posting(settings.common),
        refused=TokenRefusedError,
        secrets=settings.secrets,
        per_address=settings.per_address,
        departs=Departure(
            settings.common.binding.region,
            settings.common.regions,
            lambda: RegionRepository(table).states().drained,
        ).is_due,
        verifies=lambda: random.random() < _VERIFIED_SHARE,
    )


# Assembled while Lambda initializes, where the CPU is not throttled.
_settings = SocketSettings.from_environment()
_answers = _sockets(_settings)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda's call
    """Answer an event of the WebSocket API."""
    started, report = time.perf_counter(), Report()
    try:
        return _answers.answer(event, report)
    except Exception as error:
        report.note([error])
        raise
    finally:
        took_ms = (time.perf_counter() - started) * 1000
        now_ms = int(time.time() * 1000)
        sys.stderr.write(report.lines(_settings.common.binding.region, now_ms, took_ms))
