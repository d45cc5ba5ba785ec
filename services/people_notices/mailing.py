"""Mails a person what is new about the own account, once over all regions.

Changed roles are seen by every region's stream. One region is responsible for a person, and another
one takes over where that one is lost. Sign-ins come from the user pool, to its region alone. A
process reserves the mails to a person by a conditional write before it sends one, and records it
afterwards: only a process that dies in between, or two regions that each take the other for lost,
make a mail be repeated.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from services.domain.mail import (
    Mail,
    MailRefusedError,
    MailSender,
    MailsLimitedError,
    MailUnansweredError,
)
from services.domain.orders import takeover
from services.domain.people.notice_messages import PersonToLookAt, SignIn
from services.domain.people.notice_texts import language_of
from services.domain.people.notices import Reader, changed_roles, new_device, welcome
from services.domain.people.role_news import news_of, standing
from services.mail_deliveries import note_fault
from services.people_notices import report as counts
from services.people_notices.accounts import Accounts, AccountsAwayError
from services.people_notices.report import Report
from services.storage.kinds import Settings
from services.storage.people import PeopleRepository
from services.storage.people_notices import DEVICES, WELCOME, ClaimedError, PeopleNotices

CLAIMED_MS: Final = 60_000  # longer than the Lambda runs
# After which a region looks whether the responsible one has sent a mail.
RECHECK_MS: Final = 60_000
_GIVEN_UP_MS: Final = 24 * 3600 * 1000
# How old an account may be at the first sign-in that is seen, to be welcomed: as long as an
# invitation holds (Amazon Cognito, PasswordPolicyType, TemporaryPasswordValidityDays). Older ones
# are those of before there were mails, whose people have signed in many times.
NEW_MS: Final = 7 * 24 * 3600 * 1000
_MOST_SIGN_INS: Final = 20  # remembered, so that one that is delivered again is not mailed again


class PeopleMailing:
    """Mails the people of one region's replica."""

    def __init__(
        self,
        region: str,
        regions: Sequence[str],
        people: PeopleRepository,
        notices: PeopleNotices,
        accounts: Accounts,
        *,
        mails: MailSender,
        site: str,
    ) -> None:
        """Prepare.

        Args:
            region: This region.
            regions: All regions of the deployment.
            people: Roles of people.
            notices: What they were mailed.
            accounts: Finds their addresses.
            mails: Sends mails.
            site: URL of the site, without a slash at its end.
        """
        self._region = region
        self._regions = tuple(regions)
        self._people = people
        self._notices = notices
        self._accounts = accounts
        self._mails = mails
        self._site = site

    def look(
        self, person: PersonToLookAt, now_ms: int, living: AbstractSet[str], report: Report
    ) -> int | None:
        """Mail a person what is new, as far as it is this region's task.

        Args:
            person: As a message names it.
            now_ms: Unix milliseconds (UTC).
            living: Regions that do their work, as `takeover.alive` returns them.
            report: Counts what is done.

        Returns:
            When to look again, Unix milliseconds; None: there is no more to do.

        Raises:
            ContentionError: Others changed the same, every time. What the mail service raises is
                raised too.
        """
        report.counts[counts.LOOKED_AT] += 1
        if now_ms - person.since_ms > _GIVEN_UP_MS:
            if self._is_missed(person, now_ms):
                report.counts[counts.GIVEN_UP] += 1
                report.faults.append(f"{person.subject}: not mailed for a day, and given up")
            return None
        if person.sign_in is None and not self._is_here(person, now_ms, living):
            # The responsible region may be lost before it has looked.
            return None if self._is_mailed(person.subject, now_ms) else now_ms + RECHECK_MS
        try:
            mailed = self._notices.claim(person.subject, now_ms, now_ms + CLAIMED_MS)
        except ClaimedError as error:
            return error.until_ms
        again: int | None = None
        done: dict[str, Any] = {}
        try:
            if person.sign_in is not None:
                done = self._signed_in(person, person.sign_in, mailed, report)
            else:
                done = self._roles_changed(person.subject, mailed, now_ms, report)
        except AccountsAwayError as error:
            # The pool's region may be lost for hours, and five attempts last minutes.
            note_fault(report, error)
            again = now_ms + RECHECK_MS
        except MailsLimitedError:
            report.counts[counts.DELAYED] += 1
            again = now_ms + RECHECK_MS
        except MailUnansweredError as error:
            # It may have been sent. The reservation stays, so that nobody repeats it at once.
            note_fault(report, error)
            return now_ms + CLAIMED_MS
        except Exception:
            self._notices.record(person.subject, {})
            raise
        self._notices.record(person.subject, done)
        return again

    def _is_here(self, person: PersonToLookAt, now_ms: int, living: AbstractSet[str]) -> bool:
        responsible = takeover.region_of(person.subject, self._regions)
        return takeover.is_here(
            responsible, person.since_ms, self._region, living, self._regions, now_ms
        )

    def _is_mailed(self, subject: str, now_ms: int) -> bool:
        roles = self._people.read(subject)
        return roles is None or not news_of(roles, self._notices.mailed(subject), now_ms)

    def _is_missed(self, person: PersonToLookAt, now_ms: int) -> bool:
        """Return whether there was something to mail that is too old by now.

        A region that was away reads its messages when the others have mailed what they are about.
        """
        mailed = self._notices.mailed(person.subject)
        if person.sign_in is not None:
            if not mailed.get(WELCOME):
                return True  # whether the account was new is the pool's to say, which may be away
            return person.sign_in.is_new_device and person.since_ms not in (
                mailed.get(DEVICES) or []
            )
        roles = self._people.read(person.subject)
        # What is still new has a message of its own.
        return roles is not None and news_of(roles, mailed, person.since_ms) != news_of(
            roles, mailed, now_ms
        )

    def _signed_in(
        self, person: PersonToLookAt, sign_in: SignIn, mailed: Settings, report: Report
    ) -> dict[str, Any]:
        """Welcome a person of a new account at the first sign-in; else report a new device."""
        reader = Reader(sign_in.mail, language_of(sign_in.locale))
        told = mailed[DEVICES] or []
        done = {DEVICES: [*told, person.since_ms][-_MOST_SIGN_INS:]}
        settled: dict[str, Any] = {} if mailed[WELCOME] else {WELCOME: True}
        if settled and self._is_new(person):
            self._send(person.subject, welcome(reader, self._site), counts.WELCOMES, report)
            return {**settled, **done}
        if not sign_in.is_new_device or person.since_ms in told:
            return settled
        mail = new_device(reader, self._site, person.since_ms)
        self._send(person.subject, mail, counts.DEVICES, report)
        return {**settled, **done}

    def _is_new(self, person: PersonToLookAt) -> bool:
        """Return whether the account of who signed in was made shortly before."""
        created = self._accounts.created_ms(person.subject)
        return created is not None and person.since_ms - created <= NEW_MS

    def _roles_changed(
        self, subject: str, mailed: Settings, now_ms: int, report: Report
    ) -> dict[str, Any]:
        roles = self._people.read(subject)
        if roles is None:
            return {}
        known = {name: register.value for name, register in mailed.registers.items()}
        news = news_of(roles, known, now_ms)
        if news:
            reader = self._accounts.reader(subject)
            if reader is None:
                report.counts[counts.WITHOUT_ADDRESS] += 1
            else:
                self._send(subject, changed_roles(reader, news), counts.ROLES, report)
        stands = standing(roles)
        return {role: value for role, value in stands.items() if known.get(role) is not value}

    def _send(self, subject: str, mail: Mail, counted: str, report: Report) -> None:
        """Mail a person; a mail that is refused for good is settled as if it had been sent."""
        try:
            self._mails.send(mail)
        except MailRefusedError as error:
            report.counts[counts.REFUSED] += 1
            report.faults.append(f"{subject}: {error.message}")
            return
        report.counts[counted] += 1
