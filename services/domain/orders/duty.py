"""A duty: one thing to do for an order, by one of its regions.

Whoever performs a duty writes its outcome as a fact, and the duty is not due any more. Performing
one twice is harmless: the provider recognizes the key, and the outcome's fact has the same id. So
a duty is performed at least once, by the region of the fact that caused it, and by any other region
where that one is lost; `only` names the duties that touch what a single region may write.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from services.domain.orders.facts import Fact


class DutyKind(Enum):
    """What a duty does."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"
    VOID = "void"
    ASK_REFUND = "ask-refund"  # recorded before the provider is called
    REFUND = "refund"
    EXPIRE = "expire"
    CLOSE = "close"
    REOPEN = "reopen"  # an order that this region had closed, and that is to be made
    CONFIRM = "confirm"  # that another region reopened the order
    SETTLE = "settle"
    NOTIFY = "notify"
    REVIEW = "review"  # the risk check of a large order


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do.

    Attributes:
        kind: What to do.
        key: The same for each repetition: the provider's idempotency key, or the id of the fact
            that records the outcome.
        due_at: From when on, Unix milliseconds (UTC): the time of the latest fact without which it
            would not be due, or a deadline. For AUTHORIZE no later than the first use of its key.
            The time of a fact may lie ahead of the wall clock, as its stamp follows that of another
            region; it says how old the duty is, not whether it is due (`is_due`).
        responsible: Region that does it while it lives: the region of the causing fact.
        only: The one region that may do it at all; empty: any.
        amount: Minor units, for an effect at the provider.
        attempt: Number of the payment attempt, for an effect on one.
        name: Id of the refund, the topic of the notice, or for CONFIRM the region that reopened the
            order.
        token: The payment method to authorize.
        audience: The audience that gets the notice.
        given_back: SETTLE: the reserved pieces are given back.
        waits: `due_at` is a deadline: before it the duty is not due.
        references: The provider's ids that the facts name: of the attempt for CAPTURE and VOID, of
            all captured attempts for REFUND, the earliest first.
    """

    kind: DutyKind
    key: str
    due_at: int
    responsible: str
    only: str = ""
    amount: int = 0
    attempt: int = 0
    name: str = ""
    token: str = ""
    audience: str = ""
    given_back: bool = False
    waits: bool = False
    references: tuple[str, ...] = ()

    def is_due(self, now: int) -> bool:
        """Return whether it is due: what is due since a fact is due wherever the fact is known.

        Args:
            now: Unix milliseconds (UTC).
        """
        return not self.waits or self.due_at <= now


def latest_of(facts: Iterable[Fact]) -> Fact:
    """Return the latest of facts: where a duty needs them all, it is due since that one."""
    return max(facts, key=moment)


def moment(fact: Fact) -> tuple[int, str]:
    """Return what facts are compared by: the time, and for facts of one time the id."""
    return fact.stamp.time, fact.id
