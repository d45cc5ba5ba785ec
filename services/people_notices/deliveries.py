"""The events of the Lambda: people to look at, from the queue, and sign-ins, from the user pool."""

import time
import traceback
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from services.domain.people.notice_messages import (
    InvalidNoticeMessageError,
    PersonToLookAt,
    SignIn,
    entry,
    person_of,
)
from services.domain.people.roles import is_subject
from services.domain.queue_limits import AT_ONCE
from services.domain.stamp import unix_ms
from services.people_notices import report as counts
from services.people_notices.mailing import PeopleMailing
from services.people_notices.report import Report
from services.storage.fault_codes import code_of

SIGNED_IN: Final = "PostAuthentication_Authentication"
"""`triggerSource` of a sign-in (Amazon Cognito developer guide, "Post authentication Lambda
trigger")."""
_AT_ONCE_MS: Final = 0
_RESERVE_MS: Final = 12_000  # for the mail to a person
_SHOWN_LINES: Final = 20


class Deliveries:
    """Answers the events of one region."""

    def __init__(
        self,
        region: str,
        mailing: PeopleMailing | None,
        living: Callable[[int], AbstractSet[str]],
        *,
        send: Callable[[list[dict[str, Any]]], object],
        log: Callable[[str], object],
        now: Callable[[], int] = unix_ms,
    ) -> None:
        """Prepare.

        Args:
            region: The region.
            mailing: Mails people; None: the deployment sends no mails.
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

    def signed_in(self, event: Mapping[str, Any]) -> None:
        """Put a sign-in into the queue; never raises, because that would refuse the sign-in.

        Args:
            event: As Cognito sends it to the trigger after an authentication.
        """
        started = time.perf_counter()
        report = Report()
        now_ms = self._now()
        try:
            if self._mailing is not None and event.get("triggerSource") == SIGNED_IN:
                person = _person(event, now_ms)
                if person is not None:
                    self._send([entry(0, person, _AT_ONCE_MS)])
                    report.counts[counts.SIGN_INS] += 1
        except Exception as error:  # noqa: BLE001 - who signs in must not wait for a mail
            _note(report, error)
        self._log(report.lines(self._region, now_ms, (time.perf_counter() - started) * 1000))

    def answer(
        self, event: Mapping[str, Any], remaining_ms: Callable[[], int] | None = None
    ) -> dict[str, Any]:
        """Look at the people of an event.

        Args:
            event: As Lambda's event source mapping for SQS sends it.
            remaining_ms: Milliseconds that this invocation may still take.

        Returns:
            Which messages the queue shall send again.
        """
        started = time.perf_counter()
        report = Report()
        again: list[str] = []
        later: list[tuple[PersonToLookAt, int]] = []
        for record in event["Records"]:
            in_time = remaining_ms is None or remaining_ms() > _RESERVE_MS
            if not in_time or not self._settle(record, report, later):
                again.append(record["messageId"])
        now_ms = self._now()
        for at in range(0, len(later), AT_ONCE):
            part = later[at : at + AT_ONCE]
            self._send([entry(n, person, due - now_ms) for n, (person, due) in enumerate(part)])
        self._log(report.lines(self._region, now_ms, (time.perf_counter() - started) * 1000))
        return {"batchItemFailures": [{"itemIdentifier": one} for one in again]}

    def _settle(
        self, record: Mapping[str, Any], report: Report, later: list[tuple[PersonToLookAt, int]]
    ) -> bool:
        """Look at one person; return whether the message is done, False if it must come again."""
        if self._mailing is None:
            return True
        now_ms = self._now()
        try:
            person = person_of(record["body"])
            due = self._mailing.look(person, now_ms, self._living(now_ms), report)
        except InvalidNoticeMessageError as error:
            # It would be no better the next time.
            report.counts[counts.FAILED] += 1
            report.faults.append(str(error))
            return True
        except Exception as error:  # noqa: BLE001 - it comes again, at last to the dead letters
            _note(report, error)
            return False
        if due is not None:
            later.append((person, due))
        return True


def _person(event: Mapping[str, Any], now_ms: int) -> PersonToLookAt | None:
    """Return who signed in; None: nobody that could be mailed."""
    request = event.get("request")
    request = request if isinstance(request, Mapping) else {}
    named = request.get("userAttributes")
    named = named if isinstance(named, Mapping) else {}
    subject, mail = named.get("sub"), named.get("email")
    if not isinstance(subject, str) or not is_subject(subject) or not isinstance(mail, str):
        return None
    if not mail or named.get("email_verified") != "true":
        return None
    locale = named.get("locale")
    sign_in = SignIn(
        mail, locale if isinstance(locale, str) else "", request.get("newDeviceUsed") is True
    )
    return PersonToLookAt(subject, now_ms, sign_in)


def _note(report: Report, error: Exception) -> None:
    report.counts[counts.FAILED] += 1
    # Without the error's own text, in which a service may quote the address.
    trace = "".join(traceback.format_tb(error.__traceback__)[-_SHOWN_LINES:])
    report.faults.append(f"{type(error).__name__}\n{trace}")
    report.fault_codes[code_of(error)] += 1
