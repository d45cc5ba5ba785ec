"""The reservation of the mails to one recipient by one process, which holds for some time.

A process reserves the mails to a recipient by a conditional write, hands one over, and records it
(`services.reserved_mails`). A mail service has no token by which it knows a mail that it took
already: where it does not answer, or the process ends in between, nobody knows whether the mail was
sent. The mail is repeated then, each time after a longer pause, so that it is sent five times in a
day at most. Notices about an order are reserved likewise, each by its audience and topic.
"""

from typing import Final, NamedTuple, Self

RESERVED_MS: Final = 2 * 60_000
"""Milliseconds of a recipient's first reservation: longer than a Lambda that mails runs."""
RECHECK_MS: Final = 60_000
"""After which a region looks whether the responsible one has sent a mail, and which it lets that
one be ahead where it seems to be lost: what that one wrote may be on its way here."""
MOST_UNANSWERED: Final = 5
"""After so many attempts of unknown outcome, in most of a day, a notice of an order is given up."""
GIVEN_UP_MS: Final = 24 * 3600 * 1000
"""After which a mail that could not be sent helps nobody any more."""
# By which a reservation is longer than the one before it, where nobody knows whether that one's
# mail was sent.
_LONGER: Final = 6
_LONGEST_MS: Final = 24 * 3600 * 1000
_ENOUGH: Final = 8  # of such reservations: their pauses are the longest anyway


class Reservation(NamedTuple):
    """Which process mails a recipient, and how often nobody knows what came of that.

    Attributes:
        until_ms: When it expires, Unix milliseconds; a process that still has not recorded its mail
            by then is taken for lost. 0: nothing is reserved.
        holder: Unique name of the process's attempt; empty: nothing is reserved, or the version
            that reserved it gave no name.
        unanswered: Attempts whose outcome nobody knows, this one included, since the last mail that
            was recorded.
    """

    until_ms: int = 0
    holder: str = ""
    unanswered: int = 0

    def taken(self, now_ms: int, holder: str) -> Self:
        """Return the reservation of a process that is about to hand a mail over.

        It counts as an attempt of unknown outcome until it is given back, because no mail was
        taken, or until the mail is recorded.

        Args:
            now_ms: Unix milliseconds (UTC).
            holder: Unique name of the process's attempt.
        """
        lasts_ms = min(RESERVED_MS * _LONGER ** min(self.unanswered, _ENOUGH), _LONGEST_MS)
        return type(self)(now_ms + lasts_ms, holder, self.unanswered + 1)

    def given_back(self, held: Self) -> Self:
        """Return what is left where a process gives its reservation back, as no mail was taken.

        Args:
            held: The reservation of the process; one that another process has by now stays.
        """
        if (self.until_ms, self.holder) != (held.until_ms, held.holder):
            return self
        return type(self)(0, "", max(self.unanswered - 1, 0))

    def free_ms(self, *, is_responsible: bool) -> int:
        """Return from when on a region may reserve the recipient's mails, Unix milliseconds.

        A region that takes over waits longer: otherwise it and the responsible one, which lives
        after all, would both mail when the same reservation ends.
        """
        return self.until_ms + RECHECK_MS if self.until_ms and not is_responsible else self.until_ms
