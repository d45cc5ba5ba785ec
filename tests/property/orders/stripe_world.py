"""Regions that pay through one Stripe account whose failures are kept, request by request.

The account stands in for `StripeApi`. Each region runs in a thread of its own and waits before each
request until the schedule lets it go on, so that requests of all regions and what the provider does
late come in any order.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.facts import Data
from services.domain.orders.identity import provider_key
from services.domain.orders.provider import UnknownOutcomeError
from services.payments.intents import Intent, Refund
from services.payments.stripe_api import (
    FailedAnswerError,
    OtherParametersError,
    RefusedError,
    StripeApi,
)
from services.payments.stripe_provider import KEYS_TRUSTED_MS, StripeProvider

ORDER = "o"
TOTAL = 500
HOUR_MS = 3_600_000
HELD = "requires_capture"
# What becomes of the first request under a key; `kept` answers are those of all later ones.
FINE = "fine"
KEPT = "kept, without effect"
KEPT_DONE = "kept, with its effect"
KEPT_LATE = "kept, with its effect later"
GATEWAY = "failed before the provider's record of keys"
LOST = "carried out, the answer lost"
DELAYED = "given up by the client, carried out later"
INDEXED = "found by search from now on"
FATES = (FINE, FINE, KEPT, KEPT_DONE, KEPT_LATE, GATEWAY, LOST, DELAYED)

Answer = tuple[str, str]  # what it is about and its state then, or an error and its code


@dataclass
class Account:
    """An account of one order.

    Attributes:
        fate: Decides what becomes of a request that is about to be carried out, by its key.
        wait: Called before each request.
        coming: What happens later, in any order: its kind, and what it does.
        now_ms: The time; keys are forgotten a day after their first use.
    """

    fate: Callable[[str], str] = lambda _: FINE
    wait: Callable[[], None] = lambda: None
    intents: dict[str, Intent] = field(default_factory=dict)
    made: dict[str, list[Refund]] = field(default_factory=dict)
    keys: dict[str, tuple[object, Answer, int]] = field(default_factory=dict)
    coming: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    now_ms: int = 0
    searchable: set[str] = field(default_factory=set)
    most_held: int = 0

    def _answered(
        self, key: str, request: object, effect: Callable[[], Answer]
    ) -> tuple[str, bool]:
        self.wait()
        fate = FINE if key in self.keys else self.fate(key)
        if fate == GATEWAY:
            raise FailedAnswerError("status 503")
        if fate == DELAYED:
            later = (DELAYED, lambda: self._carried_out(key, request, effect, FINE))
            self.coming.append(later)
            raise UnknownOutcomeError("no answer")
        answer, replayed = self._carried_out(key, request, effect, fate)
        if fate == LOST:
            raise UnknownOutcomeError("no answer")
        match answer:
            case ("failed", code):
                raise FailedAnswerError(f"status {code}", is_replay=replayed)
            case ("refused", code):
                raise RefusedError(code)
            case ("other", _):
                raise OtherParametersError
        return answer[0], replayed

    def _carried_out(
        self, key: str, request: object, effect: Callable[[], Answer], fate: str
    ) -> tuple[Answer, bool]:
        if key in self.keys:
            known, answer, _ = self.keys[key]
            return (answer, True) if known == request else (("other", ""), False)
        answer = ("failed", "500")
        if fate == KEPT_LATE:
            self.coming.append((KEPT_LATE, effect))
        elif fate == KEPT_DONE:
            effect()
        elif fate != KEPT:
            answer = effect()
        self.keys[key] = request, answer, self.now_ms
        return answer, False

    def _changed(self, name: str, **changes: object) -> Answer:
        after = replace(self.intents[name], **changes)  # type: ignore[arg-type]  # fields of it
        self.intents[name] = after
        with_money = [one for one in self.intents.values() if one.status in {HELD, "succeeded"}]
        self.most_held = max(self.most_held, len(with_money))
        return name, after.status

    def create(
        self, key: str, order_id: str, attempt: int, amount: int, currency: str
    ) -> tuple[Intent, bool]:
        new = Intent(
            id="", status="requires_payment_method", amount=amount, received=0, currency=currency,
            order_id=order_id, attempt=attempt, declined="", created=0,
        )  # fmt: skip

        def effect() -> Answer:
            name = f"pi_{len(self.intents) + 1}"
            self.intents[name] = replace(new, id=name, created=self.now_ms // 1000)
            self.coming.append((INDEXED, lambda: self.searchable.add(name)))
            return name, new.status

        name, replayed = self._answered(key, new, effect)
        return replace(self.intents[name], status=new.status), replayed

    def _act(self, key: str, name: str, request: object, frm: set[str], to: str) -> Intent:
        def effect() -> Answer:
            now = self.intents[name]
            if now.status not in frm:
                return "refused", "payment_intent_unexpected_state"
            return self._changed(name, status=to, received=TOTAL if to == "succeeded" else 0)

        self._answered(key, (name, request), effect)
        return self.intents[name]

    def confirm(self, key: str, intent: str, token: str) -> Intent:
        return self._act(key, intent, token, {"requires_payment_method"}, HELD)

    def capture(self, key: str, intent: str, amount: int) -> Intent:
        return self._act(key, intent, amount, {HELD}, "succeeded")

    def cancel(self, key: str, intent: str) -> Intent:
        return self._act(key, intent, "", {HELD, "requires_payment_method"}, "canceled")

    def intent(self, intent: str) -> Intent:
        self.wait()
        return self.intents[intent]

    def search(self, _order_id: str, _attempt: int | None = None) -> list[Intent]:
        self.wait()
        return [one for name, one in self.intents.items() if name in self.searchable]

    def refunds(self, intent: str) -> list[Refund]:
        self.wait()
        return [*self.made.get(intent, [])]

    def refund(self, key: str, intent: str, amount: int, name: str) -> Refund:
        def effect() -> Answer:
            before = self.made.setdefault(intent, [])
            if sum(one.amount for one in before) + amount > self.intents[intent].received:
                return "refused", "charge_already_refunded"
            before.append(Refund(f"re_{len(before) + 1}", amount, name, failed=False))
            return before[-1].id, ""

        found, _ = self._answered(key, (intent, amount, name), effect)
        return next(one for one in self.made[intent] if one.id == found)

    def charged(self) -> "Account":
        """The account after the order was paid."""
        paid = Intent(
            id="pi_1", status="succeeded", amount=TOTAL, received=TOTAL, currency="EUR",
            order_id=ORDER, attempt=1, declined="", created=0,
        )  # fmt: skip
        self.intents[paid.id] = paid
        self.searchable.add(paid.id)
        return self


def duty(kind: DutyKind, amount: int = TOTAL, name: str = "1", token: str = "pm_card_visa") -> Duty:  # noqa: S107 - a test card
    references = ("pi_1",) if kind is DutyKind.REFUND else ()
    key = provider_key(ORDER, kind.value, name)
    attempt = 0 if kind is DutyKind.REFUND else 1
    return Duty(
        *(kind, key, 0, "eu-west-1"),
        amount=amount,
        attempt=attempt,
        name=name,
        token=token,
        references=references,
    )


class Region(threading.Thread):
    """Performs a duty, a few times until there is an outcome, one request at a time.

    Attributes:
        outcomes: What it learned.
    """

    def __init__(self, provider: Callable[[StripeApi], StripeProvider], wanted: Duty) -> None:
        super().__init__(daemon=True)
        self.outcomes: list[Data] = []
        self.wanted = wanted
        self._may = threading.Semaphore(0)
        self._waits = threading.Semaphore(0)
        self._provider = provider
        self._account: Account | None = None
        self.ended = False

    def begin(self, account: Account) -> None:
        self._account = account
        self.start()
        self._waits.acquire()

    def step(self) -> None:
        """Let it send one request."""
        self._may.release()
        self._waits.acquire()

    def wait(self) -> None:
        self._waits.release()
        self._may.acquire()

    def run(self) -> None:
        try:
            self._perform(self._provider(cast("StripeApi", self._account)))
        finally:
            self.ended = True
            self._waits.release()

    def _perform(self, provider: StripeProvider) -> None:
        for _ in range(4):
            try:
                self.outcomes.append(provider.perform(ORDER, "EUR", self.wanted))
            except UnknownOutcomeError:
                continue
            return


def run(account: Account, regions: list[Region], rng: random.Random) -> None:
    """Let regions and what the provider does late take turns in some order, to the end."""
    now: list[Region] = []

    def wait() -> None:
        now[0].wait()

    account.wait = wait
    for one in regions:
        now[:] = [one]
        one.begin(account)
    while going := [one for one in regions if not one.ended]:
        if account.coming and rng.random() < 0.25:
            one_comes(account, rng)
            continue
        now[:] = [rng.choice(going)]
        now[0].step()
    account.wait = lambda: None


def one_comes(account: Account, rng: random.Random) -> None:
    account.coming.pop(rng.randrange(len(account.coming)))[1]()


def pass_hours(account: Account, hours: float) -> None:
    """Let time pass: search lags an hour at most, and no request is under way for so long."""
    account.now_ms += int(hours * HOUR_MS)
    soon = {INDEXED, DELAYED} | ({KEPT_LATE} if account.now_ms > KEYS_TRUSTED_MS else set())
    while due := [one for one in account.coming if one[0] in soon]:
        account.coming.remove(due[0])
        due[0][1]()
    day = account.now_ms - 24 * HOUR_MS
    account.keys = {key: known for key, known in account.keys.items() if known[2] > day}


def settle(account: Account) -> None:
    """Let everything happen that was to come, and nothing fail any more."""
    while account.coming:
        account.coming.pop()[1]()
    account.fate = lambda _: FINE
