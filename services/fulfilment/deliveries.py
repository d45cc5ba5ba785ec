"""A batch of the fulfilment queue: each order is worked on, or its message comes again.

What is due by now is judged by the wall clock of this process, and no later than by that of the
queue, which says when it delivered a message: a process whose clock is ahead would take living
regions for lost ones, and let their orders expire that were just placed. What lasts from now on (a
reservation, how long a heartbeat has been known) begins by the wall clock: the time of a message
that comes again lies minutes back.
"""

import time
import traceback
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from services.domain.orders.wakeups import InvalidWakeUpError, order_of
from services.domain.stamp import unix_ms
from services.fulfilment import report as counts
from services.fulfilment.performing import Performer
from services.fulfilment.report import Report
from services.storage.fault_codes import code_of

# No duty is begun with less time than it usually needs: three requests to the payment provider,
# each of 10 s and repeated once, and the table. A refund or a void may take more requests; where
# all of them are that slow, the invocation is ended, and the message comes again: keys make the
# repetition harmless.
_RESERVE_MS: Final = 75_000
_SHOWN_LINES: Final = 20
# By which the clocks of a process and of its queue may differ.
_CLOCKS_DIFFER_MS: Final = 5_000


class Deliveries:
    """Answers the events of the queue."""

    def __init__(
        self,
        region: str,
        performer: Performer,
        living: Callable[[int, int], AbstractSet[str]],
        log: Callable[[str], object],
    ) -> None:
        """Take what performs the duties of a delivery; nothing is read yet.

        Args:
            region: The region.
            performer: Performs duties.
            living: Returns the regions that perform their duties at a time, also given that of the
                wall clock; both in Unix milliseconds.
            log: Takes lines with their newlines.
        """
        self._region = region
        self._performer = performer
        self._living = living
        self._log = log

    def answer(
        self, event: Mapping[str, Any], remaining_ms: Callable[[], int] | None = None
    ) -> dict[str, Any]:
        """Work on the orders of an event.

        Args:
            event: As Lambda's event source mapping for SQS sends it.
            remaining_ms: Milliseconds that this invocation may still take.

        Returns:
            Which messages the queue shall send again: the first that failed and all after it, as
            the order of a FIFO queue demands.
        """
        started = time.perf_counter()
        report = Report()
        records = list(event["Records"])
        done = 0
        for record in records:
            passed_ms = int((time.perf_counter() - started) * 1000)
            if not self._settle(record, report, remaining_ms, passed_ms):
                break
            done += 1
        self._log(report.lines(self._region, unix_ms(), (time.perf_counter() - started) * 1000))
        left = [{"itemIdentifier": record["messageId"]} for record in records[done:]]
        return {"batchItemFailures": left}

    def _settle(
        self,
        record: Mapping[str, Any],
        report: Report,
        remaining_ms: Callable[[], int] | None,
        passed_ms: int,
    ) -> bool:
        def may_go_on() -> bool:
            return remaining_ms is None or remaining_ms() > _RESERVE_MS

        wall_ms = unix_ms()
        now_ms = _now_ms(record, passed_ms, wall_ms)
        try:
            order_id = order_of(record["body"])
            living = self._living(now_ms, wall_ms)
            done = self._performer.perform(order_id, now_ms, living, report, may_go_on)
        except InvalidWakeUpError as error:
            # It would be no better the next time.
            report.note(str(error))
            return True
        except Exception as error:  # noqa: BLE001 - it comes again, at last to the dead letters
            lines = traceback.format_exception_only(error) + traceback.format_tb(
                error.__traceback__
            )
            report.note("".join(lines[:_SHOWN_LINES]), code_of(error))
            return False
        report.counts[counts.ORDERS] += 1
        return done


def _now_ms(record: Mapping[str, Any], passed_ms: int, wall_ms: int) -> int:
    """Return the time, Unix milliseconds (UTC), which is not ahead of the queue's.

    Of a message that was delivered before, the time of its first delivery counts: a deadline is
    then judged too late rather than too early, and the sweeper names the order again.

    Args:
        record: A message of the queue.
        passed_ms: Milliseconds since the batch was delivered.
        wall_ms: Unix milliseconds (UTC) of this process's wall clock.
    """
    attributes = record.get("attributes") or {}
    try:
        delivered_ms = int(attributes["ApproximateFirstReceiveTimestamp"])
    except (LookupError, TypeError, ValueError):
        return wall_ms  # a queue that does not say so
    return min(wall_ms, delivered_ms + passed_ms + _CLOCKS_DIFFER_MS)
