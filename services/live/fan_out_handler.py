"""Entry point of the Lambda that sends changes to subscriptions: topics in, those to repeat out."""

import sys
import time
from typing import Any, Final

import boto3
from botocore.config import Config

from services.live import assembly
from services.live.fan_out import FanOut
from services.live.report import Report
from services.live.settings import FanOutSettings
from services.storage.live_table import FreshTable
from services.storage.queues import sender

# A call that hangs takes 6 s: with boto3's own time-outs it would take all the time of the Lambda.
_QUICK: Final = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})


def _fan_out(settings: FanOutSettings) -> FanOut:
    table = FreshTable(settings.common.binding)
    sqs: Any = boto3.client("sqs", region_name=settings.common.binding.region, config=_QUICK)
    evaluator = assembly.evaluator(table, settings.common)
    return FanOut(
        assembly.connections(settings.common),
        evaluator.evaluate,
        evaluator.rights,
        assembly.posting(settings.common),
        sender(sqs, settings.queue),
    )


# Assembled while Lambda initializes, where the CPU is not throttled.
_settings = FanOutSettings.from_environment()
_answers = _fan_out(_settings)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda's call
    """Send the new states of the topics that a batch of messages names."""
    started, report = time.perf_counter(), Report()
    try:
        return _answers.answer(event, report)
    finally:
        took_ms = (time.perf_counter() - started) * 1000
        now_ms = int(time.time() * 1000)
        sys.stderr.write(report.lines(_settings.common.binding.region, now_ms, took_ms))
