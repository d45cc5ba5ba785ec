"""A batch of a queue that names whom to mail: each is looked at, or its message comes again.

The Lambdas of stock alerts and of notices to people share it.
"""

import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

from services.configuration.invocation_report import InvocationReport
from services.domain.mail_reservation import GIVEN_UP_MS
from services.domain.queue_messages import AT_ONCE, InvalidMessageError
from services.domain.stamp import unix_ms
from services.storage.fault_codes import code_of

_RESERVE_MS: Final = 12_000  # for the mails about one message
_SHOWN_LINES: Final = 20


class MailReport(InvocationReport):
    """What an invocation that mails did.

    Attributes:
        REFUSED: The metric of mails that are refused for good.
        DELAYED: That of mails that the service takes later.
        GIVEN_UP: That of messages whose mails were not sent within `GIVEN_UP_MS`, and are not any
            more.
    """

    REFUSED: ClassVar[str]
    DELAYED: ClassVar[str]
    GIVEN_UP: ClassVar[str]


class Subject(Protocol):
    """What a message names."""

    @property
    def since_ms(self) -> int:
        """When what is to be mailed happened, Unix milliseconds."""
        ...

    @property
    def title(self) -> str:
        """What the log calls it; no personal data."""
        ...


Named = TypeVar("Named", bound=Subject)
Report = TypeVar("Report", bound=MailReport)
_Named_contra = TypeVar("_Named_contra", contravariant=True)
_Report_contra = TypeVar("_Report_contra", contravariant=True)


class Mailing(Protocol[_Named_contra, _Report_contra]):
    """Mails about what a message names."""

    def look(
        self, named: _Named_contra, now_ms: int, living: AbstractSet[str], report: _Report_contra, /
    ) -> int | None:
        """Mail what is new; return when to look again (Unix ms), None: there is no more to do.

        What is not mailed `GIVEN_UP_MS` after it happened is given up by `MailDeliveries`.
        """
        ...


class MailDeliveries(ABC, Generic[Named, Report]):
    """Answers the events of one region's queue."""

    def __init__(
        self,
        region: str,
        mailing: Mailing[Named, Report] | None,
        living: Callable[[int], AbstractSet[str]],
        *,
        send: Callable[[list[dict[str, Any]]], object],
        log: Callable[[str], object],
        now: Callable[[], int] = unix_ms,
    ) -> None:
        """Take the mails to send for a delivery; nothing is read or sent yet.

        Args:
            region: The region.
            mailing: Mails; None: the deployment sends no mails.
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

    @abstractmethod
    def new_report(self) -> Report:
        """Return the report of an invocation that begins."""

    @abstractmethod
    def named(self, body: str) -> Named:
        """Return what a message names.

        Raises:
            InvalidMessageError: It names nothing.
        """

    def due_ms(self, named: Named) -> int:  # noqa: ARG002 - for those whose messages say it
        """Return until when a message has nothing to do, Unix milliseconds; 0: it has now."""
        return 0

    def waiting(self, named: Named, due_ms: int) -> Named:  # noqa: ARG002 - likewise
        """Return what a message names that waits until a time in Unix milliseconds."""
        return named

    @abstractmethod
    def entry(self, number: int, named: Named, wait_ms: int) -> dict[str, Any]:
        """Return the entry of a `SendMessageBatch` request that names it again."""

    def answer(
        self, event: Mapping[str, Any], remaining_ms: Callable[[], int] | None = None
    ) -> dict[str, Any]:
        """Look at what the messages of an event name.

        Args:
            event: As Lambda's event source mapping for SQS sends it.
            remaining_ms: Milliseconds that this invocation may still take.

        Returns:
            Which messages the queue shall send again.
        """
        started = time.perf_counter()
        report = self.new_report()
        report.remaining_ms = remaining_ms
        again: list[str] = []
        later: list[tuple[Named, int]] = []
        for number, record in enumerate(event["Records"]):
            # The first one is tried with whatever time there is, so that each invocation does some.
            in_time = not number or remaining_ms is None or remaining_ms() > _RESERVE_MS
            if not self._settle(record, report, later, in_time=in_time):
                again.append(record["messageId"])
        now_ms = self._now()
        for at in range(0, len(later), AT_ONCE):
            part = later[at : at + AT_ONCE]
            self._send([self.entry(n, one, due - now_ms) for n, (one, due) in enumerate(part)])
        self.log_report(report, started)
        return {"batchItemFailures": [{"itemIdentifier": one} for one in again]}

    def log_report(self, report: Report, started: float) -> None:
        """Log an invocation that began at `started`, in seconds of `time.perf_counter`."""
        took_ms = (time.perf_counter() - started) * 1000
        self._log(report.lines(self._region, self._now(), took_ms))

    def _settle(
        self,
        record: Mapping[str, Any],
        report: Report,
        later: list[tuple[Named, int]],
        *,
        in_time: bool,
    ) -> bool:
        """Look at what one message names; return whether it is done, False: it must come again.

        What waits, and what there is no time for, is sent as a new message: to give a message back
        would be one of the few attempts after which a queue takes it for a dead letter.
        """
        now_ms = self._now()
        try:
            named = self.named(record["body"])
            if self._mailing is None:
                return True
            due: int | None = max(now_ms, self.due_ms(named))
            if due == now_ms and in_time:
                due = self._mailing.look(named, now_ms, self._living(now_ms), report)
                due = self._within_a_day(named, due, now_ms, report)
        except InvalidMessageError as error:
            report.note(str(error))
            return True
        except Exception as error:  # noqa: BLE001 - it comes again, at last to the dead letters
            note_fault(report, error)
            return False
        if due is not None:
            later.append((self.waiting(named, due), due))
        return True

    @staticmethod
    def _within_a_day(named: Named, due: int | None, now_ms: int, report: Report) -> int | None:
        """Return when to look again at what is new since `named.since_ms`; None: never.

        What would wait for longer than `GIVEN_UP_MS` is looked at once more when that is over: what
        was mailed by then is no loss. What was not is given up, counted and logged.
        """
        ends_ms = named.since_ms + GIVEN_UP_MS
        if due is None or due <= ends_ms:
            return due
        if now_ms <= ends_ms:
            return ends_ms + 1
        report.counts[report.GIVEN_UP] += 1
        report.faults.append(f"{named.title}: not mailed for a day, and given up")
        return None


def note_fault(report: InvocationReport, error: Exception) -> None:
    """Count what failed, without the error's own text, in which a service may quote an address."""
    trace = "".join(traceback.format_tb(error.__traceback__)[-_SHOWN_LINES:])
    report.note(f"{type(error).__name__}\n{trace}", code_of(error))
