"""Mails a person what is new about the own account, once over all regions.

Changed roles are seen by every region's stream. One region is responsible for a person, and another
one takes over where that one is lost. Sign-ins come from the user pool, to its region alone.
Reserving, handing over and whose turn it is: `services.reserved_mails`.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, Final, NamedTuple

from services.domain.mail import Mail, MailSender
from services.domain.mail_reservation import GIVEN_UP_MS, RECHECK_MS
from services.domain.orders import takeover
from services.domain.people.notice_messages import PersonToLookAt, SignIn
from services.domain.people.notice_texts import language_of
from services.domain.people.notices import Reader, changed_roles, new_device, welcome
from services.domain.people.role_news import news_of, standing
from services.mail_deliveries import note_fault
from services.people_notices import report as counts
from services.people_notices.accounts import Accounts, AccountsAwayError
from services.people_notices.report import Report
from services.reserved_mails import SOON_MS, has_time, new_holder, send_reserved, turn_ms
from services.storage.people import PeopleRepository
from services.storage.people_notices import DEVICES, WELCOME, HeldNotices, PeopleNotices

# How old an account may be at the first sign-in that is seen, to be welcomed: as long as an
# invitation holds (Amazon Cognito, PasswordPolicyType, TemporaryPasswordValidityDays). Older ones
# are those of before there were mails, whose people have signed in many times.
NEW_MS: Final = 7 * 24 * 3600 * 1000
_MOST_SIGN_INS: Final = 20  # remembered, so that one that is delivered again is not mailed again


class _Due(NamedTuple):
    """What is due for a person.

    Attributes:
        mail: The mail; None: there is nothing to say.
        counted: The metric of such mails.
        known: What is recorded as mailed then, as `PeopleNotices.record` takes it.
    """

    mail: Mail | None
    counted: str
    known: Mapping[str, Any]


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
        """Take what the mails of one region need; nothing is read or sent yet.

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
        held = self._notices.held(person.subject)
        if now_ms - person.since_ms > GIVEN_UP_MS:
            # Nobody is mailed any more; by what is still to be done it counts as given up.
            return now_ms if self._is_missed(person, held.mailed, now_ms) else None
        # Sign-ins are in the queue of one region.
        responsible = takeover.region_of(person.subject, self._regions)
        is_responsible = person.sign_in is not None or responsible == self._region
        if not is_responsible:
            turn = turn_ms(
                responsible, person.since_ms, self._region, living, self._regions, now_ms
            )
            if turn > now_ms:
                # The responsible region may be lost before it has looked.
                return None if self._is_mailed(held, now_ms) else turn
        free = held.reservation.free_ms(is_responsible=is_responsible)
        if free > now_ms:
            return free
        try:
            due = self._due(person, held, now_ms, report)
        except AccountsAwayError as error:
            # The pool's region may be lost for hours, and five attempts last minutes.
            note_fault(report, error)
            return now_ms + RECHECK_MS
        if due.mail is not None:
            return self._send(held, due.mail, due, now_ms, report)
        is_settled = not due.known or self._notices.settle(held, due.known)
        return None if is_settled else now_ms + SOON_MS

    def _send(
        self, held: HeldNotices, mail: Mail, due: _Due, now_ms: int, report: Report
    ) -> int | None:
        """Mail a person; return when to look again, None: it is done."""
        if not has_time(report):
            return now_ms + SOON_MS
        reservation = self._notices.reserve(held, now_ms, new_holder(self._region))
        if reservation is None:
            return now_ms + SOON_MS
        again = send_reserved(
            *(self._mails, mail, reservation, now_ms, report),
            about=held.subject,
            sent={due.counted: 1},
            give_back=partial(self._notices.give_back, held.subject),
        )
        if again is None:
            self._notices.record(held.subject, due.known)
        return again

    def _is_mailed(self, held: HeldNotices, now_ms: int) -> bool:
        roles = self._people.read(held.subject)
        return roles is None or not news_of(roles, held.mailed, now_ms)

    def _is_missed(self, person: PersonToLookAt, mailed: Mapping[str, Any], now_ms: int) -> bool:
        """Return whether there was something to mail that is too old by now.

        A region that was away reads its messages when the others have mailed what they are about.
        """
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

    def _due(self, person: PersonToLookAt, held: HeldNotices, now_ms: int, report: Report) -> _Due:
        """Return what is due for a person.

        Raises:
            AccountsAwayError: The user pool does not answer now.
        """
        if person.sign_in is not None:
            return self._signed_in(person, person.sign_in, held.mailed)
        return self._roles_changed(held, now_ms, report)

    def _signed_in(
        self, person: PersonToLookAt, sign_in: SignIn, mailed: Mapping[str, Any]
    ) -> _Due:
        """Welcome a person of a new account at the first sign-in; else report a new device."""
        reader = Reader(sign_in.mail, language_of(sign_in.locale))
        devices = mailed.get(DEVICES) or []
        known = {WELCOME: True, DEVICES: [*devices, person.since_ms][-_MOST_SIGN_INS:]}
        is_first = not mailed.get(WELCOME)
        if is_first and self._is_new(person):
            return _Due(welcome(reader, self._site), counts.WELCOMES, known)
        if not sign_in.is_new_device or person.since_ms in devices:
            return _Due(None, "", {WELCOME: True} if is_first else {})
        return _Due(new_device(reader, self._site, person.since_ms), counts.DEVICES, known)

    def _is_new(self, person: PersonToLookAt) -> bool:
        """Return whether the account of who signed in was made shortly before."""
        created = self._accounts.created_ms(person.subject)
        return created is not None and person.since_ms - created <= NEW_MS

    def _roles_changed(self, held: HeldNotices, now_ms: int, report: Report) -> _Due:
        roles = self._people.read(held.subject)
        if roles is None:
            return _Due(None, "", {})
        stands, mailed = standing(roles), held.mailed
        known = {role: value for role, value in stands.items() if mailed.get(role) is not value}
        news = news_of(roles, mailed, now_ms)
        if not news:
            return _Due(None, "", known)
        reader = self._accounts.reader(held.subject)
        if reader is None:
            report.counts[counts.WITHOUT_ADDRESS] += 1
            return _Due(None, "", known)
        return _Due(changed_roles(reader, news), counts.ROLES, known)
