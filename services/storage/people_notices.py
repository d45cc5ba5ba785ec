"""What people were mailed about their accounts, in one region's replica."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from services.domain.mail_reservation import Reservation
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.exceptions import RevisionMovedError
from services.storage.kinds import Document, Settings
from services.storage.replica import Replica, Stored, Write

WELCOME: Final = "welcome"
"""The register that the first sign-in sets, also of who is not welcomed; no role is such a word."""
DEVICES: Final = "devices"
"""The register of the latest sign-ins that were mailed, each by its Unix milliseconds."""
# Until when the person's mails are reserved, a number as version 0.1.0 writes and reads it.
_CLAIM: Final = "claim"
_HOLDER: Final = "holder"
_UNANSWERED: Final = "unanswered"


class HeldNotices(NamedTuple):
    """What a person was mailed, as it was read.

    Attributes:
        subject: The person.
        stored: The item; None: the person was never mailed.
        settings: The document in it.
    """

    subject: str
    stored: Stored | None
    settings: Settings

    @property
    def mailed(self) -> dict[str, Any]:
        """What the person was mailed: role to whether it was granted, and `WELCOME`."""
        return {name: register.value for name, register in self.settings.registers.items()}

    @property
    def reservation(self) -> Reservation:
        """The reservation of the person's mails."""
        return _reservation_in(self.settings)


class PeopleNotices:
    """Reads and writes what each person was mailed: one register for each role, and the welcome."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def held(self, subject: str) -> HeldNotices:
        """Return what a person was mailed, as this region last acknowledged it."""
        stored = self._replica.get(keys.notices(subject), consistent=True)
        return HeldNotices(subject, stored, _settings(stored.document() if stored else None))

    def reserve(self, held: HeldNotices, now_ms: int, holder: str) -> Reservation | None:
        """Reserve the mails to a person; None where something was written since it was read.

        The write's condition lets one of several processes of a region through.

        Args:
            held: What the person was mailed, as it was read.
            now_ms: Unix milliseconds (UTC).
            holder: Unique name of the process's attempt.
        """
        taken = held.reservation.taken(now_ms, holder)
        return taken if self._write(held, _registers_of(taken)) else None

    def settle(self, held: HeldNotices, known: Mapping[str, Any]) -> bool:
        """Record what needs no mail; False where something was written since it was read.

        Args:
            held: What the person was mailed, as it was read.
            known: As `record` takes it.
        """
        return self._write(held, known)

    def _write(self, held: HeldNotices, changes: Mapping[str, Any]) -> bool:
        rev = self._replica.next_stamp(held.stored, held.settings)
        body = held.settings.assign(changes, rev).dump()
        replaces = held.stored.rev if held.stored else None
        try:
            self._replica.write(Write(keys.notices(held.subject), body, rev, replaces))
        except RevisionMovedError:
            return False
        return True

    def give_back(self, subject: str, reservation: Reservation) -> None:
        """Give a reservation back, unless another process has it by now.

        Raises:
            ContentionError: Others changed the same, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            before = _settings(current)
            now = _reservation_in(before)
            left = now.given_back(reservation)
            return before if left == now else before.assign(_registers_of(left), stamp)

        self._replica.change(keys.notices(subject), edit)

    def record(self, subject: str, mailed: Mapping[str, Any]) -> None:
        """Record what was mailed, and end the reservation.

        Args:
            subject: The person.
            mailed: Role to whether it is granted, and `WELCOME`.

        Raises:
            ContentionError: Others changed the same, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            done = {**mailed, **_registers_of(Reservation())}
            return _settings(current).assign(done, stamp, again=True)

        self._replica.change(keys.notices(subject), edit)


def _settings(document: Document | None) -> Settings:
    return document if isinstance(document, Settings) else Settings({})


def _reservation_in(settings: Settings) -> Reservation:
    """Return the reservation in a document, also in one that an earlier version wrote."""
    named = (settings[_CLAIM] or 0, settings[_HOLDER] or "", settings[_UNANSWERED] or 0)
    return Reservation(*named)


def _registers_of(reservation: Reservation) -> dict[str, Any]:
    until_ms, holder, unanswered = reservation
    return {_CLAIM: until_ms, _HOLDER: holder, _UNANSWERED: unanswered}
