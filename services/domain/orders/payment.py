"""What the payment provider did with an order's attempts and refunds, added up from the facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.domain.orders.facts import (
    CARD,
    Authorized,
    Captured,
    Declined,
    Offered,
    Placed,
    RefundAsked,
    Refunded,
    RefundRefused,
    Voided,
)
from services.domain.orders.order import Order

EXCESS: Final = "excess-"  # prefix of refunds that no person requested
MAX_ATTEMPTS: Final = 10
MAX_REFUNDS: Final = 20  # that staff request
MAX_EXCESS_TRIES: Final = 5  # of giving the same money back where the provider refuses it
MAX_EXCESS_REFUNDS: Final = MAX_ATTEMPTS * MAX_EXCESS_TRIES  # that no person requests


@dataclass(frozen=True, slots=True)
class Payment:
    """Amounts in minor units, by attempt number and refund id.

    Attributes:
        by_card: The order is paid through the provider.
        total: What the guest is to pay.
        authorized: Attempts that the provider holds or held money for.
        declined: Attempts that it refused.
        captured: Attempts that it took money for.
        voided: Attempts that it released, or that it will never carry out.
        offered: Attempts for which the guest offered another card.
        requested: Refunds that were requested, in the order of their stamps.
        refunded: Refunds that were made, without those that failed later.
        refused: Refunds that the provider refused, or that failed.
        failed: Refunds that the provider reported as made and that failed later.
    """

    by_card: bool = False
    total: int = 0
    authorized: Mapping[int, int] = field(default_factory=dict)
    declined: frozenset[int] = frozenset()
    captured: Mapping[int, int] = field(default_factory=dict)
    voided: frozenset[int] = frozenset()
    offered: frozenset[int] = frozenset()
    requested: Mapping[str, int] = field(default_factory=dict)
    refunded: Mapping[str, int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()

    @property
    def captured_amount(self) -> int:
        """Return all money that was taken."""
        return sum(self.captured.values())

    @property
    def refunded_amount(self) -> int:
        """Return all money that was given back."""
        return sum(self.refunded.values())

    @property
    def requested_back(self) -> int:
        """Return the money that was given back at the request of staff."""
        return sum(amount for name, amount in self.refunded.items() if not name.startswith(EXCESS))

    @property
    def net(self) -> int:
        """Return what the guest has paid."""
        return self.captured_amount - self.refunded_amount

    @property
    def left_by_attempt(self) -> dict[int, int]:
        """Return what each attempt that was captured still has to give back.

        A refund is of one payment: of the earliest attempt that has enough left, as
        `PaymentProvider.perform` chooses it. Refunds that are being made are taken off too.
        """
        left = dict(sorted(self.captured.items()))
        for amount in (*self.refunded.values(), *self.pending_refunds.values()):
            rest = amount
            one = next((number for number, has in left.items() if has >= amount), None)
            for number in list(left) if one is None else [one]:
                taken = min(rest, left[number])
                left[number] -= taken
                rest -= taken
        return left

    @property
    def refundable_at_once(self) -> int:
        """Return the most that one refund can give back: what is left of a single payment."""
        return max(self.left_by_attempt.values(), default=0)

    @property
    def excess_back(self) -> int:
        """Return the money that was given back without a request of staff."""
        return self.refunded_amount - self.requested_back

    @property
    def is_given_back(self) -> bool:
        """Return whether staff gave all of it back."""
        return self.net == 0 and 0 < self.total <= self.requested_back

    @property
    def excess_names(self) -> list[str]:
        """Return the ids that a refund that no person requests has now, of each try."""
        name = f"{EXCESS}{self.refunded_amount}"
        return [name, *(f"{name}-{number}" for number in range(1, MAX_EXCESS_TRIES))]

    @property
    def requested_by_staff(self) -> int:
        """Return how many refunds staff requested."""
        return sum(not name.startswith(EXCESS) for name in self.requested)

    @property
    def excess_name(self) -> str | None:
        """Return the id of the next refund that no person requests; None: enough were tried.

        It is made of what was given back before and of how often such a refund was refused, so that
        two regions that know the same use one key, and the payment provider refuses a region that
        knows less instead of refunding twice. A refund that failed after it was made is not
        repeated: the operator gives that money back another way.
        """
        tries = self.excess_names
        if not self.failed.isdisjoint(tries):
            return None
        if len(self.requested) - self.requested_by_staff >= MAX_EXCESS_REFUNDS:
            return None
        return next((one for one in tries if one not in self.refused), None)

    @property
    def open(self) -> dict[int, int]:
        """Return the attempts for which the provider still holds money."""
        return {
            attempt: amount
            for attempt, amount in sorted(self.authorized.items())
            if attempt not in self.voided and attempt not in self.captured
        }

    @property
    def released(self) -> frozenset[int]:
        """Return the attempts that took or held money and do not any more, or never will."""
        return self.voided | self.captured.keys()

    @property
    def latest_attempt(self) -> int:
        """Return the number of the latest attempt of which anything is known, at least 1."""
        seen = {*self.authorized, *self.declined, *self.captured, *self.voided, *self.offered}
        return max(seen, default=1)

    @property
    def pending_refunds(self) -> dict[str, int]:
        """Return the refunds that staff requested and whose outcome is not known."""
        return {
            name: amount
            for name, amount in self.requested.items()
            if name not in self.refunded and name not in self.refused
        }

    def outcome_known(self, attempt: int) -> bool:
        """Return whether the provider answered an attempt."""
        return (
            attempt in self.authorized
            or attempt in self.declined
            or attempt in self.captured
            or attempt in self.voided
        )


def payment_of(order: Order, placement: Placed | None, *, accepted: bool = False) -> Payment:
    """Return what the provider did, from an order's facts.

    An order is paid by card where any of its placements or outcomes is by card, whichever placement
    counts: what the provider did does not disappear. It is paid at the store nevertheless where the
    store accepted it so and no money was taken, or where it costs nothing.

    Args:
        order: The order.
        placement: The placement that counts.
        accepted: An acceptance names that placement.
    """
    if placement is None:
        return Payment()
    cards = (Authorized, Declined, Captured, Voided)
    by_card = any(data.method == CARD for _, data in order.of_kind(Placed)) or any(
        isinstance(fact.data, cards) for fact in order.facts.values()
    )
    if not order.of_kind(Captured) and (
        placement.total == 0 or (accepted and placement.method != CARD)
    ):
        by_card = False
    refused = [data for _, data in order.of_kind(RefundRefused)]
    made = [data for _, data in order.of_kind(Refunded)]
    failed = {
        one.refund_id for one in made if any(data.reports_failure_of(one) for data in refused)
    }
    return Payment(
        by_card=by_card,
        total=placement.total,
        authorized={data.attempt: data.amount for _, data in order.of_kind(Authorized)},
        declined=frozenset(data.attempt for _, data in order.of_kind(Declined)),
        captured={data.attempt: data.amount for _, data in order.of_kind(Captured)},
        voided=frozenset(data.attempt for _, data in order.of_kind(Voided)),
        offered=frozenset(data.attempt for _, data in order.of_kind(Offered)),
        requested={data.refund_id: data.amount for _, data in order.of_kind(RefundAsked)},
        refunded={one.refund_id: one.amount for one in made if one.refund_id not in failed},
        refused=frozenset(data.refund_id for data in refused),
        failed=frozenset(failed),
    )
