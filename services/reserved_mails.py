"""Sends mails that are reserved, for the Lambdas of stock alerts and of notices to people.

One region is responsible for a recipient, and another one takes over where that one is lost. What a
mail says is read and composed first. Then a process reserves the mails to the recipient, under the
condition that nothing was written about the recipient since it was read, and hands the mail over at
once: only a mail that was handed over counts as one whose outcome may be unknown.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from services.configuration.invocation_report import InvocationReport
from services.domain.mail import (
    Mail,
    MailRefusedError,
    MailSender,
    MailsLimitedError,
    MailUnansweredError,
)
from services.domain.mail_reservation import RECHECK_MS, Reservation
from services.domain.orders import takeover
from services.mail_deliveries import MailReport, note_fault

SOON_MS: Final = 2_000
"""After which a recipient is looked at again whom others changed, or for whom no time was left."""
SENDING_MS: Final = 10_000
"""What reserving, sending and recording a mail needs where DynamoDB and the mail service answer
slowly; no mail is reserved with less time left."""


def new_holder(region: str) -> str:
    """Return a unique name of an attempt of a process in a region to mail somebody."""
    return f"{region}/{secrets.token_hex(8)}"


def region_of_holder(holder: str) -> str:
    """Return the region of an attempt that `new_holder` named; empty: it has no name."""
    return holder.partition("/")[0]


def has_time(report: InvocationReport, more_ms: int = 0) -> bool:
    """Return whether an invocation has time for a mail, and for some milliseconds of other work."""
    return report.remaining_ms is None or report.remaining_ms() >= SENDING_MS + more_ms


def turn_ms(  # noqa: PLR0917 - what decides it
    responsible: str,
    since_ms: int,
    here: str,
    living: AbstractSet[str],
    regions: Sequence[str],
    now_ms: int,
) -> int:
    """Return when a region mails, or looks again whether it does, Unix milliseconds; now, or later.

    Args:
        responsible: The region that mails the recipient as long as it lives.
        since_ms: Since when the mail is due, Unix milliseconds (UTC).
        here: The region.
        living: Regions that do their work, as `takeover.alive` returns them.
        regions: All regions of the deployment.
        now_ms: Unix milliseconds (UTC).
    """
    if not takeover.is_here(responsible, since_ms, here, living, regions, now_ms):
        return now_ms + RECHECK_MS
    return now_ms if responsible == here else max(now_ms, since_ms + RECHECK_MS)


def send_reserved(
    sender: MailSender,
    mail: Mail,
    reservation: Reservation,
    now_ms: int,
    report: MailReport,
    *,
    about: str,
    sent: Mapping[str, int],
    give_back: Callable[[Reservation], object],
) -> int | None:
    """Hand over a mail that is reserved.

    Args:
        sender: Sends mails.
        mail: The mail.
        reservation: The reservation, which is written already.
        now_ms: Unix milliseconds (UTC).
        report: Counts what is done.
        about: Names the recipient in the log, without an address.
        sent: Metrics that are counted where the mail was taken.
        give_back: Gives the reservation back: called where the mail was surely not taken.

    Returns:
        None: the mail is to be recorded, because it was taken or is refused for good. Else when to
        try again, Unix milliseconds.

    Raises:
        Exception: What the mail service raises; the mail was not taken.
    """
    try:
        sender.send(mail)
    except MailRefusedError as error:
        report.counts[report.REFUSED] += 1
        report.faults.append(f"{about}: {error.message}")
    except MailsLimitedError:
        # No failure: thousands of mails at once take a while.
        report.counts[report.DELAYED] += 1
        give_back(reservation)
        return now_ms + RECHECK_MS
    except MailUnansweredError as error:
        # It may have been sent. The reservation stays, so that nobody repeats it at once.
        note_fault(report, error)
        return reservation.until_ms
    except Exception:
        give_back(reservation)
        raise
    else:
        report.counts.update(sent)
    return None
