"""Entry point of the Lambda: a batch of the table's stream in, the first unsettled record out."""

import os
from typing import Any

import boto3
import orjson

from services.convergence.batch import Batches
from services.convergence.repair import Repairer
from services.convergence.sold_out import Alert, SoldOutAlerts
from services.storage.models import Binding
from services.storage.operations import OperationRepository
from services.storage.table import Table

TOPIC = "CARTE_SOLD_OUT_TOPIC"


def _alerts(table: Table) -> SoldOutAlerts | None:
    topic = os.environ.get(TOPIC)
    if not topic:
        return None
    sns: Any = boto3.client("sns", region_name=table.region)

    def publish(alert: Alert) -> None:
        attributes = {"storeId": {"DataType": "String", "StringValue": alert["storeId"]}}
        message = orjson.dumps(alert).decode()
        sns.publish(TopicArn=topic, Message=message, MessageAttributes=attributes)

    return SoldOutAlerts(table, publish)


# Assembled while Lambda initializes, where the CPU is not throttled.
_table = Table(Binding.from_environment(os.environ))
_batches = Batches(
    _table.region,
    Repairer(_table, OperationRepository(_table)),
    alerts=_alerts(_table),
    partial_answers=os.environ.get("CARTE_STAGE") != "local",
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Settle a batch of stream records."""
    return _batches.answer(event, getattr(context, "get_remaining_time_in_millis", None))
