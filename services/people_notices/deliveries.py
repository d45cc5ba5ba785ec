"""The events of the Lambda: people to look at, from the queue, and sign-ins, from the user pool."""

import time
from collections.abc import Mapping
from typing import Any, Final

from services.domain.people.notice_messages import PersonToLookAt, SignIn, entry, person_of
from services.domain.people.roles import is_subject
from services.mail_deliveries import MailDeliveries, note_fault
from services.people_notices import report as counts
from services.people_notices.report import Report

SIGNED_IN: Final = "PostAuthentication_Authentication"
"""`triggerSource` of a sign-in (Amazon Cognito developer guide, "Post authentication Lambda
trigger")."""
_AT_ONCE_MS: Final = 0


class Deliveries(MailDeliveries[PersonToLookAt, Report]):
    """Looks at the people of messages, and puts those who sign in into the queue."""

    def new_report(self) -> Report:
        """Return the report of an invocation that begins."""
        return Report()

    def named(self, body: str) -> PersonToLookAt:
        """Return the person of a message, or raise `InvalidMessageError`."""
        return person_of(body)

    def entry(self, number: int, named: PersonToLookAt, wait_ms: int) -> dict[str, Any]:
        """Return the entry of a request that names a person again."""
        return entry(number, named, wait_ms)

    def signed_in(self, event: Mapping[str, Any]) -> None:
        """Put a sign-in into the queue; never raises, because that would refuse the sign-in.

        Args:
            event: As Cognito sends it to the trigger after an authentication.
        """
        started = time.perf_counter()
        report = self.new_report()
        now_ms = self._now()
        try:
            if self._mailing is not None and event.get("triggerSource") == SIGNED_IN:
                person = _person(event, now_ms)
                if person is not None:
                    self._send([entry(0, person, _AT_ONCE_MS)])
                    report.counts[counts.SIGN_INS] += 1
        except Exception as error:  # noqa: BLE001 - who signs in must not wait for a mail
            note_fault(report, error)
        self.log_report(report, started)


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
