"""Settles a batch of stream records in order, up to the first that cannot be settled."""

import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from services.convergence.alert_stores import AlertStores
from services.convergence.changed_people import ChangedPeople
from services.convergence.events import MalformedRecordError, change_of, created_ms
from services.convergence.live_topics import LiveTopics
from services.convergence.order_changes import OrderChanges
from services.convergence.repair import Change, Outcome, Repairer
from services.convergence.report import Report
from services.convergence.sold_out import NoTimeError, SoldOutAlerts
from services.convergence.stock_rights import RightsMovement
from services.domain.documents.layout import InvalidDocumentError, NewerDocumentError
from services.domain.faults import ITEM_UNREADABLE
from services.domain.stamp import InvalidStampError, unix_ms
from services.storage.exceptions import UnreadableItemError
from services.storage.fault_codes import code_of

# A record is not begun with less time than a slow DynamoDB needs for it.
_RESERVE_MS: Final = 8_000
# A queue is not called with less time than a call that hangs takes, and the topic of alerts not
# with less than half of the invocation: what is skipped is found later, or in another region.
_QUEUE_MS: Final = 7_000
_ALERTS_MS: Final = 30_000

# Live updates that the queue does not take are tried again with their records until the change is
# so old: repairs of the shard wait for no more than that. And after a pause, so that it is not
# often enough for the mapping, which gives up after sixty attempts.
_REPEATED_MS: Final = 30_000
_REPEAT_PAUSE_S: Final = 1.0

Remaining = Callable[[], int] | None


class UnsettledError(RuntimeError):
    """The batch stopped at a record, and the caller does not support partial answers."""


class Batches:
    """Settles the events of a DynamoDB stream.

    Attributes:
        region: Shown in the log.
    """

    def __init__(
        self,
        region: str,
        repairer: Repairer,
        *,
        alerts: SoldOutAlerts | None = None,
        alert_stores: AlertStores | None = None,
        orders: OrderChanges | None = None,
        rights: RightsMovement | None = None,
        live: LiveTopics | None = None,
        people: ChangedPeople | None = None,
        partial_answers: bool = True,
        log: Callable[[str], object] = sys.stderr.write,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Take what settles the changes of a batch, and what is notified of them.

        Args:
            region: Shown in the log.
            repairer: Settles one change.
            alerts: Publishes which items sold out; None: no alerts are published.
            alert_stores: Puts stores into the queue of stock alerts; None: there is none.
            rights: Moves rights to counted pieces between regions; None: they stay.
            live: Puts topics into the queue of live updates; None: there is none.
            people: Puts people into the queue of notices; None: there is none.
            orders: Puts orders into the fulfilment queue; None: there is none.
            partial_answers: Whether the caller supports `batchItemFailures`. The emulator drops
                the records that they name, so there the whole batch must fail and be retried.
            log: Takes lines with their newlines.
            sleep: Waits some seconds.
        """
        self.region = region
        self._repairer = repairer
        self._alerts = alerts
        self._alert_stores = alert_stores
        self._orders = orders
        self._rights = rights
        self._live = live
        self._people = people
        self._partial_answers = partial_answers
        self._log = log
        self._sleep = sleep

    def answer(
        self, event: Mapping[str, Any], remaining_ms: Callable[[], int] | None = None
    ) -> dict[str, Any]:
        """Settle the records of an event.

        Args:
            event: As Lambda's event source mapping sends it.
            remaining_ms: Milliseconds that this invocation may still take.

        Returns:
            The record, if any, that the mapping retries from, as `batchItemFailures`.

        Raises:
            UnsettledError: There is such a record, and the caller does not support partial answers.
        """
        started = time.perf_counter()
        report = Report(self.region)
        for record in event["Records"]:
            if report.records and remaining_ms is not None and remaining_ms() < _RESERVE_MS:
                report.failed = _number(record)
                break
            if not self._settle(record, report, remaining_ms):
                report.failed = _number(record)
                break
            report.records += 1
        self._queue_alerts(report, remaining_ms)
        self._queue_orders(report, remaining_ms)
        self._queue_people(report, remaining_ms)
        # Last, as it may have the batch repeated.
        self._queue_topics(event["Records"], report, remaining_ms)
        took_ms = (time.perf_counter() - started) * 1000
        self._log("".join(report.lines(unix_ms(), took_ms)))
        if report.failed is None:
            return {"batchItemFailures": []}
        if not self._partial_answers:
            raise UnsettledError(f"stopped at record {report.failed}")
        return {"batchItemFailures": [{"itemIdentifier": report.failed}]}

    def _settle(self, record: Mapping[str, Any], report: Report, remaining_ms: Remaining) -> bool:
        """Settle one record; return whether it is done, False if it must be retried."""
        try:
            change = change_of(record)
            try:
                outcome = self._repairer.settle(change)
            except NewerDocumentError as error:
                # Regions of that version join it. What is read here all the same, such as the
                # pieces left of a stock, is named to those that wait for it.
                _note_skipped(record, report, error)
                outcome = Outcome()
        except (
            MalformedRecordError,
            InvalidDocumentError,
            UnreadableItemError,
            InvalidStampError,
        ) as error:
            # The record is damaged, or the item as it stands. A retry would fail too, and the
            # records after this one must not wait for it.
            _note_skipped(record, report, error)
            return True
        except Exception as error:  # noqa: BLE001 - this record is retried, none is lost
            _note_fault(report, error)
            return False
        if outcome.repaired:
            report.repairs[outcome.repaired] += 1
        report.undone += outcome.undone
        report.conflicts += outcome.conflicts
        self._move_rights(change, report)
        self._alert(change, report, remaining_ms)
        self._note_order(change, report)
        self._note_topics(change, report)
        if self._people is not None:
            self._people.look_at(change)
        return True

    def _move_rights(self, change: Change, report: Report) -> None:
        if self._rights is None:
            return
        try:
            report.rights_moved += self._rights.look_at(change)
        except Exception as error:  # noqa: BLE001 - the next change of this stock moves them
            _note_fault(report, error)

    def _note_order(self, change: Change, report: Report) -> None:
        if self._orders is None:
            return
        try:
            self._orders.look_at(change)
        except Exception as error:  # noqa: BLE001 - the sweeper finds this order a minute later
            _note_fault(report, error)

    def _queue_alerts(self, report: Report, remaining_ms: Remaining) -> None:
        if self._alert_stores is None:
            return
        try:
            _check_time(remaining_ms)
            report.alert_stores += self._alert_stores.flush()
        except Exception as error:  # noqa: BLE001 - other regions' queues have these stores too
            report.alerts_failed += 1
            _note_fault(report, error)

    def _queue_orders(self, report: Report, remaining_ms: Remaining) -> None:
        if self._orders is None:
            return
        try:
            _check_time(remaining_ms)
            report.orders += self._orders.flush()
        except Exception as error:  # noqa: BLE001 - the sweeper finds these orders a minute later
            _note_fault(report, error)

    def _note_topics(self, change: Change, report: Report) -> None:
        if self._live is None:
            return
        try:
            self._live.look_at(change)
        except Exception as error:  # noqa: BLE001 - the next change of this topic sends its state
            _note_fault(report, error)

    def _queue_topics(
        self, records: Sequence[Mapping[str, Any]], report: Report, remaining_ms: Remaining
    ) -> None:
        """Queue the topics; where that fails, have the records that name them come again."""
        if self._live is None:
            return
        try:
            _check_time(remaining_ms)
            report.live_topics += self._live.flush()
        except Exception as error:  # noqa: BLE001 - the records come again
            _note_fault(report, error)
            for record in records[: report.records]:
                if self._is_to_repeat(record, self._live):
                    report.failed = _number(record)
                    self._sleep(_REPEAT_PAUSE_S)
                    return

    def _is_to_repeat(self, record: Mapping[str, Any], live: LiveTopics) -> bool:
        """Return whether a record names a topic that the queue did not take lately."""
        if created_ms(record) + _REPEATED_MS < unix_ms():
            return False  # this process sends it with its next batch, or nobody does
        try:
            return live.is_waiting(change_of(record))
        except (MalformedRecordError, InvalidDocumentError):
            return False  # it was skipped

    def _queue_people(self, report: Report, remaining_ms: Remaining) -> None:
        if self._people is None:
            return
        try:
            _check_time(remaining_ms)
            report.people += self._people.flush()
        except Exception as error:  # noqa: BLE001 - other regions' queues have these people too
            _note_fault(report, error)

    def _alert(self, change: Change, report: Report, remaining_ms: Remaining) -> None:
        if self._alerts is None:
            return

        def may_go_on() -> bool:
            return remaining_ms is None or remaining_ms() > _ALERTS_MS

        try:
            report.sold_out += self._alerts.look_at(change, may_go_on)
        except Exception as error:  # noqa: BLE001 - an alert that fails must not stop the repairs
            report.alerts_failed += 1
            _note_fault(report, error)


def _check_time(remaining_ms: Remaining) -> None:
    """Raise `NoTimeError` where an invocation has no time left to call a queue."""
    if remaining_ms is not None and remaining_ms() < _QUEUE_MS:
        raise NoTimeError("no time is left to call the queue")


def _note_fault(report: Report, error: Exception) -> None:
    """Count the exception that is being handled, with its trace."""
    report.faults.append(traceback.format_exc())
    report.fault_codes[code_of(error)] += 1


def _note_skipped(record: Mapping[str, Any], report: Report, error: Exception) -> None:
    report.skipped += 1
    report.faults.append(f"skipped {_number(record)}: {error}")
    report.fault_codes[ITEM_UNREADABLE] += 1


def _number(record: Mapping[str, Any]) -> str:
    data = record.get("dynamodb")
    return str(data.get("SequenceNumber", "")) if isinstance(data, Mapping) else ""
