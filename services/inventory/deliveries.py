"""A batch of the queue's messages: each is settled, or named to be sent again."""

import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

from services.configuration import tracing
from services.domain import log_lines
from services.domain.stamp import unix_ms
from services.domain.stock_files.upload_keys import DELIVERIES
from services.inventory.events import Upload, uploads
from services.inventory.uploads import Uploads
from services.storage.fault_codes import code_of

_LISTS: Final = ("problems", "unknownRows")  # of a report; a log line has their numbers
_SHOWN: Final = 200  # characters of a file's key in the line of one that failed
_LONGEST_MS: Final = 15 * 60_000  # of an invocation of Lambda
_RESERVE_MS: Final = 20_000  # for a hundred stores on a slow day, and the report


class Deliveries:
    """Answers the events of the queue; one log line a file, in CloudWatch's embedded format."""

    def __init__(self, files: Uploads, log: Callable[[str], object]) -> None:
        self._files = files
        self._log = log

    def answer(
        self, event: Mapping[str, Any], remaining_ms: Callable[[], int] | None = None
    ) -> dict[str, Any]:
        """Settle the messages of an event.

        Args:
            event: As Lambda's event source mapping for SQS sends it.
            remaining_ms: Milliseconds that this invocation may still take.

        Returns:
            Which messages the queue shall send again.
        """
        again = [
            {"itemIdentifier": record["messageId"]}
            for record in event["Records"]
            if not self._settle(record, remaining_ms)
        ]
        return {"batchItemFailures": again}

    def _settle(self, record: Mapping[str, Any], remaining_ms: Callable[[], int] | None) -> bool:
        def may_go_on() -> bool:
            return remaining_ms is None or remaining_ms() > _RESERVE_MS

        attempts = _attempts(record)
        named: dict[str, str] = {}
        last: Upload | None = None
        try:
            for upload in uploads(record):
                last = upload
                started = time.perf_counter()
                named = {"file": upload.key[:_SHOWN], "upload": upload.id}
                if attempts >= DELIVERIES:
                    left_ms = _LONGEST_MS if remaining_ms is None else remaining_ms()
                    self._files.begin_last(upload, attempts, unix_ms() + left_ms)
                report = self._files.settle(upload, may_go_on)
                self._log_report(report, (time.perf_counter() - started) * 1000)
        except Exception as error:  # noqa: BLE001 - it comes again, at last to the DLQ
            failed = {"status": "failed", "error": traceback.format_exc(), **named}
            self._log_report(failed, 0)
            self._log_fault(error)
            if last is not None and attempts >= DELIVERIES:
                self._give_up(last, error, attempts)
            return False
        self._learn(may_go_on)
        return True

    def _give_up(self, upload: Upload, error: Exception, attempts: int) -> None:
        """Report a file that is not delivered again; its message goes to the dead letters."""
        try:
            self._files.give_up(upload, error, attempts)
        except Exception as failure:  # noqa: BLE001 - the dead letters have the message
            self._log_fault(failure, traceback.format_exc())

    def _learn(self, may_go_on: Callable[[], bool]) -> None:
        """Count what became known; the files of the message are loaded, whatever fails here."""
        try:
            self._files.learn(may_go_on, self._log_unreadable)
        except Exception as error:  # noqa: BLE001 - the next file looks again
            self._log_fault(error, traceback.format_exc())

    def _log_unreadable(self, store_id: str, error: Exception) -> None:
        self._log_fault(error, f"unknown stock of store {store_id[:_SHOWN]}: {error!r}")

    def _log_fault(self, error: Exception, trace: str | None = None) -> None:
        fault = log_lines.fault_counts(unix_ms(), log_lines.INVENTORY, code_of(error))
        more = {} if trace is None else {"error": trace}
        self._log(log_lines.text({**fault, **tracing.of_invocation(), "level": "ERROR", **more}))

    def _log_report(self, report: Mapping[str, Any], took_ms: float) -> None:
        failed = report["status"] == "failed"
        reported = {name: value for name, value in report.items() if name not in _LISTS}
        counts = {
            "CountFiles": int(not failed),
            "CountRows": report.get("loaded", 0),
            "CountRowsUnknown": report.get("unknown", 0),
            "CountRowsRefused": report.get("refused", 0),
            "CountFilesFailed": int(failed),
        }
        line = {
            **log_lines.counts(unix_ms(), counts),
            **tracing.of_invocation(),
            "level": "ERROR" if failed else "INFO",
            **reported,
            "ms": round(took_ms, 3),
        }
        self._log(log_lines.text(line))


def _attempts(record: Mapping[str, Any]) -> int:
    """Return how often SQS has delivered a message, this time included; 1 where it does not say."""
    count = (record.get("attributes") or {}).get("ApproximateReceiveCount", "1")
    return int(count) if str(count).isdecimal() else 1
