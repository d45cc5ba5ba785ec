"""How long after it was sent a decision about roles may be carried out.

A region that is frozen keeps the requests that it has taken, and goes on with them when it is back.
Their stamps would be those of that moment, and a grant of minutes ago would beat every revocation
that other regions took meanwhile. So a decision says when it was sent and is carried out soon, or
not at all; docs/decisions/late-grants.md has the alternatives.

The check is made after the stamp of the edit, by the wall clock of that stamp: whatever delays the
write after the check, the stamp lies at most `LATEST_S` after `sentAt`, or right after the newest
stamp that the process had made or seen before, of any document.

`sentAt` is by the sender's clock. One that is more than `AHEAD_S` ahead is refused; but a region
that keeps such a request until its own clock has come so far carries it out. So the decision of a
sender whose clock is ahead may be carried out for `LATEST_S` and that difference: senders learn it
before they send (`cli.people`), or move `sentAt` by it after a region's refusal.
"""

from datetime import datetime, timedelta
from typing import Final

from services.domain.errors import CarteError
from services.domain.validation import InvalidFieldError

LATEST_S: Final = 12.0
"""Seconds for which a decision may be carried out: as long as clients wait for an answer
(`clients.failover.Timing`), so that nothing is done that nobody waits for any more."""
AHEAD_S: Final = 3.0
"""Seconds by which the sender's clock may be ahead of the region's; they prolong `LATEST_S`."""
FIELD: Final = "sentAt"
_LATE: Final = (
    f"roles are changed within {LATEST_S:.0f} s or not at all, so that nothing newer is undone: "
    "look at the roles of the person and decide again; where the sender's clock is wrong, "
)
_MOVE: Final = (
    f"send it again with {FIELD} moved by the difference between serverTime and the sender's "
    "clock, never set to serverTime, which would make it younger than it is"
)


class UntimelyError(CarteError, ValueError):
    """A decision about roles is too old to be carried out, or comes from the future.

    Attributes:
        field: The field of the input that says so; None: the region itself took too long.
    """

    def __init__(self, field: str | None, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.field = field

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}"


def check_timely(sent_at: datetime | None, now: datetime, held: timedelta) -> None:
    """Check that a decision about roles may be carried out.

    Args:
        sent_at: When it was sent first, by the sender's clock; None: the sender does not say.
        now: The time of the clock that made the stamp of the edit, read after that; with a zone.
        held: How long ago the process took the request.

    Raises:
        InvalidFieldError: `sent_at` has no offset.
        UntimelyError: It may not be carried out.
    """
    if held > timedelta(seconds=LATEST_S):
        raise UntimelyError(None, f"this region took {_seconds(held)} over it", _LATE + _MOVE)
    if sent_at is None:
        return
    if sent_at.utcoffset() is None:
        raise InvalidFieldError(
            FIELD,
            "has no offset",
            f"{FIELD} has no offset from UTC",
            "write it like 2026-05-01T08:00:00+02:00, or with Z for UTC",
        )
    age = now - sent_at
    if age > timedelta(seconds=LATEST_S):
        message = f"{FIELD} is {_seconds(age)} ago by this region's clock"
        raise UntimelyError(FIELD, message, _LATE + _MOVE)
    if -age > timedelta(seconds=AHEAD_S):
        raise UntimelyError(
            FIELD,
            f"{FIELD} is {_seconds(-age)} ahead of this region's clock, more than {AHEAD_S:.0f} s",
            _MOVE,
        )


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.1f} s"
