"""Entry point of the reconciler Lambda: one slice of a pass over the replica an invocation.

A schedule invokes it with EventBridge's event: it goes on with the pass that is under way, or
begins one when the last is old enough, or when stream records were given up meanwhile. An operator
(`carte repair`) invokes it with `{"repair": {...}}`: the members are those of `Request`, and each
answer says where the next call goes on.
"""

import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple, Self

import boto3
from botocore.config import Config

from services.configuration import tracing
from services.convergence.passes import (
    GRACE_MS,
    Bounds,
    PassRecord,
    Slice,
    idle_line,
    log_line,
    run_slice,
    unverified_since,
)
from services.convergence.reconciler_settings import Settings
from services.convergence.reconciling import Reconciler
from services.convergence.repair import Repairer
from services.domain import log_lines
from services.domain.stamp import unix_ms
from services.storage import walk
from services.storage.fault_codes import code_of
from services.storage.operations import OperationRepository
from services.storage.queues import messages_in
from services.storage.table import Table
from services.storage.walk import Place

_QUICK: Final = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})

_settings = Settings.from_environment()
_table = Table(_settings.binding)
_sqs: Any = boto3.client("sqs", region_name=_table.region, config=_QUICK)
_operations = OperationRepository(_table)
_repairer = Repairer(_table, _operations)
# Read request units a slice; a pass over a large table takes several, five minutes apart.
_UNITS: Final = 20_000.0
_MAX_TRACE: Final = 16_000  # characters of a trace in a log line


class Request(NamedTuple):
    """What an operator wants checked.

    Attributes:
        place: Where to go on, from the answer before.
        dry_run: Whether nothing is written.
        since_ms: Unix milliseconds; older writes are left out.
        grace_ms: Writes younger than this many milliseconds are left out.
    """

    place: Place
    dry_run: bool
    since_ms: int
    grace_ms: int

    @classmethod
    def load(cls, members: Any) -> Self:
        """Read the members of `repair`; what is missing has its default."""
        return cls(
            Place.load(members.get("place")),
            bool(members.get("dryRun", False)),
            int(members.get("sinceMs", 0)),
            int(members.get("graceMs", GRACE_MS)),
        )


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one slice and return what it found; what goes wrong is counted and raised."""
    try:
        return _run(event, context)
    except Exception as error:
        _log_fault(error)
        raise


def _log_fault(error: Exception) -> None:
    line = {
        **log_lines.fault_counts(unix_ms(), log_lines.RECONCILER, code_of(error)),
        **tracing.of_invocation(),
        "level": "ERROR",
        "region": _table.region,
        "fault": "".join(traceback.format_exception(error))[-_MAX_TRACE:],
    }
    sys.stderr.write(log_lines.text(line))


def _dead_letters() -> int | None:
    """Return how many records of the stream lie given up; None where the queue does not say."""
    try:
        return messages_in(_sqs, _settings.dead_letters)
    except Exception as error:  # noqa: BLE001 - passes go on by their schedule
        _log_fault(error)
        return None


def _run(event: dict[str, Any], context: Any) -> dict[str, Any]:
    remaining_ms = getattr(context, "get_remaining_time_in_millis", None)
    now_ms = unix_ms()
    if "repair" in event:
        request = Request.load(event["repair"])
        bounds = Bounds(_UNITS, remaining_ms, now_ms, request.since_ms, request.grace_ms)
        done = _slice(request.place, bounds, dry_run=request.dry_run)
        sys.stderr.write(log_line(done, _table.region, now_ms, counted=not request.dry_run))
        return done.to_json()
    record = PassRecord(_table)
    record.take_dead_letters(_dead_letters())
    if not record.is_due(now_ms):
        record.keep_dead_letters()
        # Published by every run: a reconciler that is silent is one that nobody runs.
        sys.stderr.write(idle_line(_table.region, now_ms, record.unverified_ms(now_ms)))
        return {"idle": True}
    if record.began_ms is None:
        record.begin(now_ms)
    behind = unverified_since(_table, now_ms)
    since_ms = record.since_ms(now_ms)
    bounds = Bounds(_UNITS, remaining_ms, now_ms, since_ms, unverified_since_ms=behind)
    done = _slice(record.place, bounds, checked=record.advance)
    record.advance(done.place)
    unverified_ms = record.unverified_ms(now_ms)
    sys.stderr.write(log_line(done, _table.region, now_ms, unverified_ms=unverified_ms))
    return done.to_json()


def _slice(
    place: Place,
    bounds: Bounds,
    *,
    dry_run: bool = False,
    checked: Callable[[Place], bool] = lambda _: True,
) -> Slice:
    reconciler = Reconciler(_table, _repairer, _operations, dry_run=dry_run)
    return run_slice(partial(walk.pages, _table), reconciler, place, bounds, checked)
