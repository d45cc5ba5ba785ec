"""Sends the notice of a duty, a few times at most where nobody answers.

Neither SES nor SNS has a token by which it knows a notice that it took already. So a process
reserves the notice, for all regions, and then hands it over: `services.domain.mail_reservation`.
"""

from collections.abc import Set as AbstractSet

from services.domain.mail import MailRefusedError, MailUnansweredError
from services.domain.mail_reservation import MOST_UNANSWERED, RECHECK_MS, Reservation
from services.domain.orders import takeover
from services.domain.orders.duty import Duty
from services.domain.orders.facts import OPERATOR
from services.domain.orders.notices import LATE_MS, Notice
from services.domain.orders.order import Order
from services.domain.orders.state import fold
from services.fulfilment import report as counts
from services.fulfilment.notice_desk import NoticeDesk
from services.fulfilment.report import Report
from services.reserved_mails import new_holder, region_of_holder
from services.storage.fault_codes import code_of
from services.storage.order_notices import OrderNotices


class Notifier:
    """Sends the notices of one region."""

    def __init__(self, region: str, desk: NoticeDesk, notices: OrderNotices) -> None:
        """Take the desk and the reservations of notices; nothing is sent yet.

        Args:
            region: The region.
            desk: Composes notices, and hands them over.
            notices: What is reserved.
        """
        self._region = region
        self._desk = desk
        self._notices = notices

    def notify(
        self, order: Order, duty: Duty, now_ms: int, living: AbstractSet[str], report: Report
    ) -> bool:
        """Send the notice of a duty; whether it is done, so that the outcome is to be recorded.

        It is done as well where nobody gets it: there is nobody, it is too late to help, the
        service refuses it for good, or it was handed over `MOST_UNANSWERED` times without an
        answer. What fails keeps no other duty of the order from being performed.

        Args:
            order: The order as this region has it.
            duty: The duty.
            now_ms: Unix milliseconds (UTC), by which is judged what is due, and what reserved.
            living: Regions that perform their duties, as `takeover.alive` returns them.
            report: Counts what is done.
        """
        # What an operator has to do about money does not become needless by waiting.
        if duty.audience != OPERATOR and now_ms - duty.due_at >= LATE_MS:
            report.counts[counts.NOBODY] += 1
            return True
        try:
            return self._notify(order, duty, now_ms, living, report)
        except Exception as error:  # noqa: BLE001 - the notice stays due
            # No text of the error: a mail service quotes the address.
            _failed(order, duty, f"{type(error).__name__} ({code_of(error)})", report)
            return False

    def _notify(
        self, order: Order, duty: Duty, now_ms: int, living: AbstractSet[str], report: Report
    ) -> bool:
        held = self._notices.held(order.order_id)
        known = held.reservation(_name(duty))
        if self._free_ms(known, duty, now_ms, living) > now_ms:
            return False
        if known.unanswered >= MOST_UNANSWERED:
            return _given_up(order, duty, report)
        state = fold(order)
        notice = self._desk.compose(order.order_id, state, duty, held.contact)
        if notice is None or state.placement is None:
            report.counts[counts.NOBODY] += 1
            return True
        # By the wall clock: from the time of a message that comes again, the reservation would have
        # ended when it is written.
        taken = self._notices.reserve(
            *(held, _name(duty), self._notices.now_ms(), new_holder(self._region)),
            pickup_at=state.placement.pickup_at,
        )
        if taken is None:
            return False
        # The reservation of a process that did not record whether it sent its notice.
        report.counts[counts.REPEATED] += known.unanswered > 0
        return self._send(order, duty, notice, taken, report)

    def _free_ms(
        self, known: Reservation, duty: Duty, now_ms: int, living: AbstractSet[str]
    ) -> int:
        """Return from when on the region may send a notice, Unix milliseconds.

        Where the responsible region lives and another one is to take over what it leaves undone,
        both sweep, maybe in the same second, in which none sees what the other reserves. So the one
        that did not make the last attempt is first, as its mail service may answer, and the other
        one waits until that one must have looked at the order.
        """
        here = self._region
        if not known.unanswered or duty.responsible not in living:
            return known.free_ms(is_responsible=duty.responsible == here)
        last = region_of_holder(known.holder)
        if duty.responsible == here:
            is_shared = living > {here} and takeover.is_left_undone(duty.due_at, now_ms)
            is_first = last != here or not is_shared
        else:
            is_first = last == duty.responsible
        return known.until_ms + (0 if is_first else takeover.LONGEST_WAIT_MS + RECHECK_MS)

    def _send(
        self, order: Order, duty: Duty, notice: Notice, taken: Reservation, report: Report
    ) -> bool:
        """Hand over a notice that is reserved; whether it is done."""
        try:
            self._desk.send(notice)
        except MailRefusedError as error:
            _failed(order, duty, error.message, report)
            report.counts[counts.NOBODY] += 1
            return True
        except MailUnansweredError as error:
            # It may have been sent. The reservation stays, so that nobody repeats it at once.
            _failed(order, duty, error.message, report)
            return taken.unanswered >= MOST_UNANSWERED and _given_up(order, duty, report)
        except Exception:
            self._notices.give_back(order.order_id, _name(duty), taken)
            raise
        report.counts[counts.SENT] += 1
        report.counts[counts.TO_OPERATOR] += duty.audience == OPERATOR
        return True


def _name(duty: Duty) -> str:
    return f"{duty.audience}/{duty.name}"


def _failed(order: Order, duty: Duty, why: str, report: Report) -> None:
    report.counts[counts.NOTICES_FAILED] += 1
    report.faults.append(f"{order.order_id} {duty.key}: {why}")


def _given_up(order: Order, duty: Duty, report: Report) -> bool:
    """Count a notice that is not handed over again; True: it is done."""
    report.faults.append(
        f"{order.order_id} {duty.key}: handed over {MOST_UNANSWERED} times without an answer"
    )
    report.counts[counts.NOBODY] += 1
    # The operator may have got it, and is to look at the money in any case.
    report.counts[counts.TO_OPERATOR] += duty.audience == OPERATOR
    return True
