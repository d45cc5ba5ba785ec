"""Whatever the provider keeps, loses or does late: money is held, charged and returned once."""

import os
import random
from collections import Counter
from typing import Any, cast

import pytest

from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import Authorized, Refunded, Voided
from services.domain.orders.provider import UnknownOutcomeError
from services.payments.intents import Intent
from services.payments.stripe_api import FailedAnswerError, StripeApi
from services.payments.stripe_provider import StripeProvider
from tests.property.orders.stripe_world import (
    FATES,
    FINE,
    GATEWAY,
    HELD,
    KEPT,
    KEPT_DONE,
    KEPT_LATE,
    ORDER,
    TOTAL,
    Account,
    Region,
    duty,
    one_comes,
    pass_hours,
    run,
    settle,
)

SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120")) * 5


def adapter(api: StripeApi) -> StripeProvider:
    return StripeProvider(api, lambda: cast("Account", api).now_ms)


def tried(account: Account, wanted: Duty, times: int = 6) -> Any:
    """Perform a duty until there is an outcome, as sweeps do; None where there is none."""
    for _ in range(times):
        try:
            return adapter(cast("StripeApi", account)).perform(ORDER, "EUR", wanted)
        except UnknownOutcomeError:
            continue
    return None


def account_of(rng: random.Random) -> Account:
    return Account(lambda _: rng.choice(FATES))


def attempts_of(rng: random.Random, make: Any) -> None:
    """Two or three regions authorize and void one attempt; regions may have other totals."""
    account = account_of(rng)
    wanted = [
        duty(DutyKind.AUTHORIZE),
        duty(DutyKind.AUTHORIZE, rng.choice([TOTAL, 400]), token=rng.choice(["pm_1", "pm_2"])),
        *[duty(DutyKind.VOID, rng.choice([TOTAL, 400]))] * rng.randrange(3),
    ]
    regions = [Region(make, one) for one in wanted]
    run(account, regions, rng)
    known = [outcome for one in regions for outcome in one.outcomes]
    settle(account)
    assert account.most_held <= 1, "held twice"
    statuses = Counter(one.status for one in account.intents.values())
    released = any(isinstance(one, Voided) for one in known)
    assert not (released and statuses[HELD]), "recorded as released, and still held"
    if any(isinstance(one, Authorized) for one in known) and not released and len(wanted) == 2:
        assert statuses[HELD] == 1
    # No region that comes later, or carries out what it had begun, holds money again.
    if released:
        for one in wanted:
            tried(account, one)
        assert account.most_held <= 1
        assert HELD not in {one.status for one in account.intents.values()}, "held after release"


def refunds_of(rng: random.Random, make: Any) -> None:
    """Two or three regions give back the same, in one refund."""
    account = account_of(rng).charged()
    amount = rng.choice([TOTAL, 300, 250, 200, 100])
    regions = [Region(make, duty(DutyKind.REFUND, amount, "r1")) for _ in range(2)]
    other = rng.choice([[], [Region(make, duty(DutyKind.REFUND, 100, "r2"))]])
    run(account, regions + other, rng)
    settle(account)
    for one in [*regions, *other]:
        tried(account, one.wanted)
    made = Counter(one.name for one in account.made.get("pi_1", []))
    assert all(times == 1 for times in made.values()), f"given back twice: {made}"


@pytest.mark.parametrize("seed", range(4))
def test_an_attempt_holds_money_once_and_what_is_released_stays_so(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(SCHEDULES):
        attempts_of(rng, adapter)


@pytest.mark.parametrize("seed", range(2))
def test_a_refund_is_made_once(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(SCHEDULES):
        refunds_of(rng, adapter)


@pytest.mark.parametrize("seed", range(4))
def test_that_holds_also_after_hours_and_days(seed: int) -> None:
    """One duty after the other, with hours in between, in which keys are forgotten."""
    rng = random.Random(seed)
    for _ in range(SCHEDULES):
        account = account_of(rng)
        released = False
        for _ in range(rng.randrange(3, 9)):
            pass_hours(account, rng.choice([0, 0, 0.02, 1, 8, 17, 18.5, 5]))
            if account.coming and rng.random() < 0.3:
                one_comes(account, rng)
            kind = rng.choice([DutyKind.AUTHORIZE, DutyKind.AUTHORIZE, DutyKind.VOID])
            wanted = duty(kind, rng.choice([TOTAL, TOTAL, 400]), token=rng.choice(["pm_1", "pm_2"]))
            released |= isinstance(tried(account, wanted, 1), Voided)
            assert account.most_held <= 1, "held twice"
            assert not (released and HELD in {one.status for one in account.intents.values()})


@pytest.mark.parametrize("seed", range(2))
def test_a_refund_is_made_once_also_after_hours_and_days(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(SCHEDULES):
        account = account_of(rng).charged()
        wanted = duty(DutyKind.REFUND, rng.choice([TOTAL, 300, 200]), "r1")
        for _ in range(rng.randrange(3, 9)):
            pass_hours(account, rng.choice([0, 0, 0.02, 1, 8, 17, 18.5, 5]))
            if account.coming and rng.random() < 0.3:
                one_comes(account, rng)
            tried(account, wanted, 1)
            assert len(account.made.get("pi_1", [])) <= 1


class OfAnyAmount(StripeProvider):
    """Requests a refund under a second key though two of them would fit into the payment."""

    def _fits_once(self, intent: Intent, amount: int) -> bool:  # noqa: ARG002
        return True


class AtEachFailure(OfAnyAmount):
    """Goes to the second key though a request under the first may still be carried out."""

    def _is_over(self, failed: FailedAnswerError, duty: Duty) -> bool:  # noqa: ARG002
        return True


class BySearch(StripeProvider):
    """Takes what a search finds for the intent that counts."""

    def _made_like(self, found: Intent, order_id: str, duty: Duty) -> Intent:  # noqa: ARG002
        return found


@pytest.mark.parametrize(
    ("weak", "world"),
    [
        (AtEachFailure, attempts_of),
        (BySearch, attempts_of),
        (AtEachFailure, refunds_of),
        (OfAnyAmount, refunds_of),
    ],
)
def test_a_planted_fault_is_found(weak: type[StripeProvider], world: Any) -> None:
    rng = random.Random(1)
    with pytest.raises(AssertionError):  # noqa: PT012 - any schedule may find it
        for _ in range(SCHEDULES * 10):
            world(rng, lambda api: weak(api, lambda: 0))


def of_first(kept: str, *, also_second: bool = False) -> Account:
    """An account whose first request under a key of `create` or a refund meets a fate."""
    first: list[str] = []

    def fate(key: str) -> str:
        first.append(key)
        return kept if len(first) <= 1 + also_second else FINE

    return Account(fate)


@pytest.mark.parametrize("kept", [KEPT, KEPT_DONE, KEPT_LATE])
def test_one_failure_that_is_kept_stops_no_authorization(kept: str) -> None:
    account = of_first(kept)
    assert isinstance(tried(account, duty(DutyKind.AUTHORIZE)), Authorized)
    settle(account)
    assert isinstance(tried(account, duty(DutyKind.AUTHORIZE)), Authorized)
    assert account.most_held == 1
    assert isinstance(tried(account, duty(DutyKind.VOID)), Voided)
    assert {one.status for one in account.intents.values()} == {"canceled"} or kept != KEPT


@pytest.mark.parametrize("kept", [KEPT, KEPT_DONE, KEPT_LATE])
def test_one_failure_that_is_kept_stops_no_void_and_what_comes_later_is_refused(kept: str) -> None:
    account = of_first(kept)
    assert isinstance(tried(account, duty(DutyKind.VOID)), Voided)
    settle(account)
    assert isinstance(tried(account, duty(DutyKind.AUTHORIZE)), Voided)
    assert isinstance(tried(account, duty(DutyKind.VOID)), Voided)
    assert {one.status for one in account.intents.values()} == {"canceled"}


@pytest.mark.parametrize("kept", [KEPT, KEPT_DONE, KEPT_LATE])
@pytest.mark.parametrize("amount", [TOTAL, 251])
def test_one_failure_that_is_kept_stops_no_refund_of_more_than_half(kept: str, amount: int) -> None:
    account = of_first(kept).charged()
    assert isinstance(tried(account, duty(DutyKind.REFUND, amount, "r1")), Refunded)
    settle(account)
    assert isinstance(tried(account, duty(DutyKind.REFUND, amount, "r1")), Refunded)
    assert [one.amount for one in account.made["pi_1"]] == [amount]


def test_a_smaller_refund_waits_since_two_of_it_would_be_made() -> None:
    account = of_first(KEPT_LATE).charged()
    assert tried(account, duty(DutyKind.REFUND, 250, "r1")) is None
    settle(account)
    assert isinstance(tried(account, duty(DutyKind.REFUND, 250, "r1")), Refunded)
    assert [one.amount for one in account.made["pi_1"]] == [250]


@pytest.mark.parametrize(
    ("kind", "hours", "outcome"),
    [
        (DutyKind.AUTHORIZE, 17.9, Authorized),
        (DutyKind.AUTHORIZE, 18.1, type(None)),
        (DutyKind.REFUND, 17.9, Refunded),
        (DutyKind.REFUND, 18.1, type(None)),
        (DutyKind.VOID, 18.1, Voided),
    ],
)
def test_the_second_key_is_used_no_more_when_the_first_may_soon_be_forgotten(
    kind: DutyKind, hours: float, outcome: type[Any]
) -> None:
    account = of_first(KEPT)
    wanted = duty(kind)
    if kind is DutyKind.REFUND:
        account.charged()
    assert tried(account, wanted, 1) is None
    pass_hours(account, hours)
    assert isinstance(tried(account, wanted), outcome)
    pass_hours(account, 25)
    assert tried(account, wanted) is not None


@pytest.mark.parametrize("kind", [DutyKind.AUTHORIZE, DutyKind.VOID, DutyKind.REFUND])
def test_a_failure_that_is_not_kept_leaves_the_second_key_alone(kind: DutyKind) -> None:
    used: list[str] = []

    def fate(key: str) -> str:
        used.append(key)
        return GATEWAY

    account = Account(fate)
    if kind is DutyKind.REFUND:
        account.charged()
    assert tried(account, duty(kind)) is None
    assert len(set(used)) == 1


def test_of_what_a_failed_request_left_the_cancelled_one_says_what_became_of_it() -> None:
    """A day later, when only search tells: an intent beside the voided one is not confirmed."""
    account = of_first(KEPT_DONE)
    assert isinstance(tried(account, duty(DutyKind.VOID)), Voided)
    pass_hours(account, 25)
    assert isinstance(tried(account, duty(DutyKind.AUTHORIZE)), Voided)
    assert account.most_held == 0
