"""The queue of stock alerts: its messages name stores."""

from typing import Any

from services.alerts.report import Report
from services.domain.stock_alerts.wakeups import StoreToLookAt, entry, store_of
from services.mail_deliveries import MailDeliveries


class Deliveries(MailDeliveries[StoreToLookAt, Report]):
    """Looks at the stores of messages."""

    def new_report(self) -> Report:
        """Return the report of an invocation that begins."""
        return Report()

    def named(self, body: str) -> StoreToLookAt:
        """Return the store of a message, or raise `InvalidMessageError`."""
        return store_of(body)

    def entry(self, number: int, named: StoreToLookAt, wait_ms: int) -> dict[str, Any]:
        """Return the entry of a request that names a store again."""
        return entry(number, named, wait_ms)
