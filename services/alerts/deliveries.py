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

    def due_ms(self, named: StoreToLookAt) -> int:
        """Return until when a message waits, as the look before it found."""
        return named.due_ms

    def waiting(self, named: StoreToLookAt, due_ms: int) -> StoreToLookAt:
        """Return the store with a time before which it is not looked at again.

        Quiet hours are many times longer than a queue lets a message wait. What changes in the
        store meanwhile has a message of its own, which looks at once.
        """
        return named._replace(due_ms=due_ms)

    def entry(self, number: int, named: StoreToLookAt, wait_ms: int) -> dict[str, Any]:
        """Return the entry of a request that names a store again."""
        return entry(number, named, wait_ms)
