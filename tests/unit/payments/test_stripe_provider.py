"""What the adapter to Stripe makes of a failure that the provider keeps under the request's key."""

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import Authorized, Captured, Voided
from services.domain.orders.provider import UnknownOutcomeError
from services.payments.intents import Intent
from services.payments.stripe_api import FailedAnswerError, StripeApi
from services.payments.stripe_provider import StripeProvider

CARD = "pm_card_visa"
NEW = Intent(
    id="pi_1", amount=500, currency="EUR", order_id="o", attempt=1, declined="", created=1,
    status="requires_confirmation", received=0,
)  # fmt: skip
HELD = replace(NEW, status="requires_capture")
AFTER = {
    DutyKind.AUTHORIZE: HELD,
    DutyKind.CAPTURE: replace(NEW, status="succeeded", received=500),
    DutyKind.VOID: replace(NEW, status="canceled"),
}
EXPECTED = {
    DutyKind.AUTHORIZE: Authorized,
    DutyKind.CAPTURE: Captured,
    DutyKind.VOID: Voided,
}


@dataclass
class Account:
    """An account of one intent, which answers some keys with a failure, again and again.

    Attributes:
        effective: Whether the failed request had its effect nevertheless.
    """

    intent_now: Intent
    after: Intent
    effective: bool
    failing: int = 1
    failed: set[str] = field(default_factory=set)

    def create(self, *_: Any) -> tuple[Intent, bool]:
        return self.intent_now, False

    def search(self, *_: Any) -> list[Intent]:
        return [self.intent_now]

    def intent(self, _: str) -> Intent:
        return self.intent_now

    def act(self, key: str, *_: Any) -> Intent:
        if key in self.failed or len(self.failed) < self.failing:
            self.failed.add(key)
            if self.effective:
                self.intent_now = self.after
            raise FailedAnswerError("status 500", "again")
        self.intent_now = self.after
        return self.after

    confirm = capture = cancel = act


def performed(kind: DutyKind, account: Account, now_ms: int = 0) -> Any:
    provider = StripeProvider(cast("StripeApi", account), lambda: now_ms)
    references = () if kind is DutyKind.AUTHORIZE else ("pi_1",)
    duty = Duty(
        kind, "key", 0, "eu-west-1", amount=500, attempt=1, token=CARD, references=references
    )
    return provider.perform("o", "EUR", duty)


@pytest.mark.parametrize("effective", [True, False])
@pytest.mark.parametrize("kind", EXPECTED)
def test_a_failure_that_is_kept_under_the_key_delays_nothing(
    kind: DutyKind, *, effective: bool
) -> None:
    before = NEW if kind is DutyKind.AUTHORIZE else HELD
    account = Account(before, AFTER[kind], effective)
    assert isinstance(performed(kind, account), EXPECTED[kind])


@pytest.mark.parametrize("kind", EXPECTED)
def test_while_it_fails_the_outcome_is_unknown_and_a_minute_later_is_another_try(
    kind: DutyKind,
) -> None:
    before = NEW if kind is DutyKind.AUTHORIZE else HELD
    account = Account(before, AFTER[kind], effective=False, failing=2)
    with pytest.raises(UnknownOutcomeError):
        performed(kind, account)
    assert isinstance(performed(kind, account, 60_000), EXPECTED[kind])
