"""What people were mailed about their accounts, in one region's replica."""

from collections.abc import Mapping
from typing import Any, Final

from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document, Settings
from services.storage.replica import Replica

WELCOME: Final = "welcome"
"""The register that the first sign-in sets, also of who is not welcomed; no role is such a word."""
DEVICES: Final = "devices"
"""The register of the latest sign-ins that were mailed, each by its Unix milliseconds."""
_CLAIM: Final = "claim"


class ClaimedError(Exception):
    """Another process mails the person just now.

    Attributes:
        until_ms: Until when it may do so, Unix milliseconds.
    """

    def __init__(self, until_ms: int) -> None:
        super().__init__(f"claimed until {until_ms}")
        self.until_ms = until_ms


class PeopleNotices:
    """Reads and writes what each person was mailed: one register for each role, and the welcome."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def mailed(self, subject: str) -> dict[str, Any]:
        """Return what a person was mailed: role to whether it was granted, and `WELCOME`."""
        stored = self._replica.get(keys.notices(subject), consistent=True)
        document = stored.document() if stored else None
        if not isinstance(document, Settings):
            return {}
        return {name: register.value for name, register in document.registers.items()}

    def claim(self, subject: str, now_ms: int, until_ms: int) -> Settings:
        """Reserve the mails to a person, and return what was mailed.

        The write's condition lets one of several processes of a region through.

        Raises:
            ClaimedError: Another process has them reserved.
            ContentionError: Others changed the same, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            before = current if isinstance(current, Settings) else Settings({})
            claimed = before[_CLAIM] or 0
            if claimed > now_ms:
                raise ClaimedError(claimed)
            return before.assign({_CLAIM: until_ms}, stamp)

        return self._replica.change(keys.notices(subject), edit)

    def record(self, subject: str, mailed: Mapping[str, Any]) -> None:
        """Record what was mailed, and give the reservation back.

        Args:
            subject: The person.
            mailed: Role to whether it is granted, and `WELCOME`; empty: nothing was.

        Raises:
            ContentionError: Others changed the same, every time.
        """

        def edit(current: Document | None, stamp: Stamp) -> Settings:
            before = current if isinstance(current, Settings) else Settings({})
            return before.assign({**mailed, _CLAIM: 0}, stamp)

        self._replica.change(keys.notices(subject), edit)
