"""A batch of the queue of stock alerts: each store is looked at, or its message comes again."""

import time
import traceback
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from services.alerts import report as counts
from services.alerts.mailing import AlertMailing
from services.alerts.report import Report
from services.domain.queue_limits import AT_ONCE
from services.domain.stamp import unix_ms
from services.domain.stock_alerts.wakeups import (
    InvalidAlertMessageError,
    StoreToLookAt,
    entry,
    store_of,
)
from services.storage.fault_codes import code_of

_RESERVE_MS: Final = 12_000  # for the mails of a store
_SHOWN_LINES: Final = 20


class Deliveries:
    """Answers the events of the queue."""

    def __init__(
        self,
        region: str,
        mailing: AlertMailing | None,
        living: Callable[[int], AbstractSet[str]],
        *,
        send: Callable[[list[dict[str, Any]]], object],
        log: Callable[[str], object],
        now: Callable[[], int] = unix_ms,
    ) -> None:
        """Prepare.

        Args:
            region: The region.
            mailing: Mails subscribers; None: the deployment sends no mails.
            living: Returns the regions that do their work at a time in Unix milliseconds.
            send: Sends entries of one `SendMessageBatch` request; raises where one was not taken.
            log: Takes lines with their newlines.
            now: Returns Unix milliseconds (UTC).
        """
        self._region = region
        self._mailing = mailing
        self._living = living
        self._send = send
        self._log = log
        self._now = now

    def answer(
        self, event: Mapping[str, Any], remaining_ms: Callable[[], int] | None = None
    ) -> dict[str, Any]:
        """Look at the stores of an event.

        Args:
            event: As Lambda's event source mapping for SQS sends it.
            remaining_ms: Milliseconds that this invocation may still take.

        Returns:
            Which messages the queue shall send again.
        """
        started = time.perf_counter()
        report = Report()
        again: list[str] = []
        later: list[tuple[StoreToLookAt, int]] = []
        for record in event["Records"]:
            in_time = remaining_ms is None or remaining_ms() > _RESERVE_MS
            if not in_time or not self._settle(record, report, later):
                again.append(record["messageId"])
        now_ms = self._now()
        for at in range(0, len(later), AT_ONCE):
            part = later[at : at + AT_ONCE]
            self._send([entry(n, store, due - now_ms) for n, (store, due) in enumerate(part)])
        self._log(report.lines(self._region, now_ms, (time.perf_counter() - started) * 1000))
        return {"batchItemFailures": [{"itemIdentifier": one} for one in again]}

    def _settle(
        self, record: Mapping[str, Any], report: Report, later: list[tuple[StoreToLookAt, int]]
    ) -> bool:
        """Look at one store; return whether its message is done, False if it must come again."""
        now_ms = self._now()
        try:
            store = store_of(record["body"])
            if self._mailing is None:
                return True
            due = self._mailing.look(store, now_ms, self._living(now_ms), report)
        except InvalidAlertMessageError as error:
            # It would be no better the next time.
            report.counts[counts.FAILED] += 1
            report.faults.append(str(error))
            return True
        except Exception as error:  # noqa: BLE001 - it comes again, at last to the dead letters
            report.counts[counts.FAILED] += 1
            # Without the error's own text, in which a mail service may quote the address.
            trace = "".join(traceback.format_tb(error.__traceback__)[-_SHOWN_LINES:])
            report.faults.append(f"{type(error).__name__}\n{trace}")
            report.fault_codes[code_of(error)] += 1
            return False
        if due is not None:
            later.append((store, due))
        return True
