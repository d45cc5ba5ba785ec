"""Entry point of the Lambda: a batch of the table's stream in, the first unsettled record out."""

from collections.abc import Callable
from typing import Any, Final

import boto3
import orjson
from botocore.config import Config

from services.convergence.alert_stores import AlertStores
from services.convergence.batch import Batches
from services.convergence.changed_people import ChangedPeople
from services.convergence.live_topics import LiveTopics
from services.convergence.order_changes import OrderChanges
from services.convergence.repair import Repairer
from services.convergence.settings import Settings
from services.convergence.sold_out import Alert, SoldOutAlerts
from services.convergence.stock_rights import RightsMovement
from services.storage.operations import OperationRepository
from services.storage.queues import sender
from services.storage.table import Table

# A call that hangs takes 6 s, less than `Batches` keeps for it: repairs must not wait for a topic.
_QUICK: Final = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})


def client(table: Table, service: str) -> Any:
    """Return a client of a service whose calls do not hold up repairs."""
    return boto3.client(service, region_name=table.region, config=_QUICK)  # type: ignore[call-overload]


def _alerts(table: Table, topic: str, stores: AlertStores | None) -> SoldOutAlerts:
    sns = client(table, "sns")

    def publish(alert: Alert) -> None:
        attributes = {"storeId": {"DataType": "String", "StringValue": alert["storeId"]}}
        message = orjson.dumps(alert).decode()
        sns.publish(TopicArn=topic, Message=message, MessageAttributes=attributes)

    if stores is None:
        return SoldOutAlerts(table, publish)
    return SoldOutAlerts(table, publish, stores.note)


def _sender(table: Table, queue: str) -> Callable[[list[dict[str, Any]]], None]:
    return sender(client(table, "sqs"), queue)


def _order_changes(table: Table, queue: str) -> OrderChanges:
    return OrderChanges(table.region, _sender(table, queue))


# Assembled while Lambda initializes, where the CPU is not throttled.
_settings = Settings.from_environment()
_table = Table(_settings.binding)
_alert_stores = (
    AlertStores(_sender(_table, _settings.alert_queue)) if _settings.alert_queue else None
)
_batches = Batches(
    _table.region,
    Repairer(_table, OperationRepository(_table)),
    alerts=_alerts(_table, _settings.sold_out_topic, _alert_stores)
    if _settings.sold_out_topic
    else None,
    alert_stores=_alert_stores,
    orders=_order_changes(_table, _settings.order_queue) if _settings.order_queue else None,
    rights=RightsMovement(_table),
    live=LiveTopics(_sender(_table, _settings.live_queue)) if _settings.live_queue else None,
    people=ChangedPeople(_sender(_table, _settings.people_queue))
    if _settings.people_queue
    else None,
    partial_answers=_settings.partial_answers,
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Settle a batch of stream records."""
    return _batches.answer(event, getattr(context, "get_remaining_time_in_millis", None))
