"""The adapter to Stripe: performs the duties of an order at the payment provider.

Stripe forgets an idempotency key 24 hours after its first use at the earliest ("Idempotent
requests"), and its search finds a payment a minute, at worst an hour, after it was made ("Search
API"). Together they always find what an earlier request made: a young payment by its key, an old
one by search. Where the facts name the provider's id, neither is needed.
"""

from collections.abc import Callable
from typing import Final

from services.domain.orders.duties import Duty, DutyKind
from services.domain.orders.facts import (
    Authorized,
    Captured,
    Data,
    Declined,
    RefundRefused,
    Voided,
)
from services.domain.orders.identity import provider_key
from services.domain.orders.provider import UnknownOutcomeError
from services.domain.stamp import unix_ms
from services.payments.intents import Intent, furthest, outcome, refund_outcome
from services.payments.minor_units import InexactAmountError, from_provider, to_provider
from services.payments.stripe_api import (
    FailedAnswerError,
    OtherParametersError,
    RefusedError,
    StripeApi,
)

# After so long a key counts as forgotten. Less than the 24 hours that Stripe promises, for clocks
# that differ, and far more than its search lags.
KEYS_TRUSTED_MS: Final = 20 * 3_600_000


class StripeProvider:
    """A `PaymentProvider` on Stripe's PaymentIntents with manual capture."""

    def __init__(self, api: StripeApi, now_ms: Callable[[], int] = unix_ms) -> None:
        """Prepare.

        Args:
            api: Requests to the account.
            now_ms: Returns the time, Unix milliseconds (UTC).
        """
        self._api = api
        self._now_ms = now_ms

    def perform(self, order_id: str, currency: str, duty: Duty) -> Data:
        """See `PaymentProvider`.

        Raises:
            UnknownOutcomeError: There was no answer, or one that settles nothing.
            ValueError: The duty is none of the provider's.
        """
        try:
            return self._perform(order_id, currency, duty)
        except (RefusedError, InexactAmountError) as error:
            # What could be refused for good was handled where it is known what that means.
            raise UnknownOutcomeError(
                f"the payment provider does not have what the order names: {error}",
                "`carte reconcile` compares the orders with the provider's records.",
            ) from error

    def _perform(self, order_id: str, currency: str, duty: Duty) -> Data:
        match duty.kind:
            case DutyKind.AUTHORIZE:
                return self._authorize(order_id, currency, duty)
            case DutyKind.CAPTURE:
                return self._capture(order_id, currency, duty)
            case DutyKind.VOID:
                return self._void(order_id, currency, duty)
            case DutyKind.REFUND:
                return self._refund(order_id, currency, duty)
            case _:
                raise ValueError(f"{duty.kind.value} is no duty of the payment provider")

    def _authorize(self, order_id: str, currency: str, duty: Duty) -> Data:
        try:
            amount = to_provider(duty.amount, currency)
            intent = self._attempt(order_id, currency, duty, amount)
        except InexactAmountError:
            return Declined(duty.attempt, duty.amount, "amount_not_chargeable")
        except RefusedError as refused:
            return Declined(duty.attempt, duty.amount, refused.code)
        return _authorized(intent) or self._confirmed(intent, duty)

    def _confirmed(self, intent: Intent, duty: Duty) -> Data:
        """Hold the money on the card; a repetition gets the answer of the first time."""
        try:
            after = self._by_state(
                lambda key: self._api.confirm(key, intent.id, duty.token),
                f"{duty.key}-confirm",
                intent.id,
                confirms=True,
            )
            refused = None
        except (RefusedError, OtherParametersError) as error:
            # What stands is what the provider has: another region may have been faster, or the
            # attempt was voided. Only an intent that holds nothing was refused.
            after, refused = self._api.intent(intent.id), error
        settled = _authorized(after)
        if settled is not None:
            return settled
        if isinstance(refused, RefusedError) and after.status in _NOT_CHARGED:
            return Declined(duty.attempt, duty.amount, refused.code)
        raise _unsettled(after)

    def _attempt(self, order_id: str, currency: str, duty: Duty, amount: int) -> Intent:
        """Return the intent of an attempt, made if there is none, as it is now.

        Raises:
            RefusedError: It cannot be made.
            UnknownOutcomeError: There was no answer that settles it.
        """
        forgotten = self._now_ms() - duty.due_at > KEYS_TRUSTED_MS
        # A void may come long after the attempt it is about: when its key was used is not known.
        if duty.kind is not DutyKind.AUTHORIZE or forgotten:
            known = furthest(self._api.search(order_id, duty.attempt))
            if known is not None:
                return known
        key = provider_key(order_id, DutyKind.AUTHORIZE.value, str(duty.attempt))
        try:
            intent, replayed = self._api.create(key, order_id, duty.attempt, amount, currency)
        except OtherParametersError:
            # Two placements of one order had different totals: which intent was made can only be
            # searched for.
            known = furthest(self._api.search(order_id, duty.attempt))
            if known is None:
                raise UnknownOutcomeError(
                    "the attempt was made with another amount, and cannot be found yet",
                    "It is searched for again; a payment is found about a minute after it is made.",
                ) from None
            return known
        # A replayed answer has the state of the intent at that time, not its current state.
        return self._api.intent(intent.id) if replayed else intent

    def _capture(self, order_id: str, currency: str, duty: Duty) -> Data:
        intent = self._known(order_id, duty)
        amount = to_provider(duty.amount, currency)
        try:
            after = self._by_state(
                lambda key: self._api.capture(key, intent, amount), duty.key, intent
            )
        except (RefusedError, OtherParametersError):
            after = self._api.intent(intent)
        settled = outcome(after)
        if isinstance(settled, Captured | Voided):
            return settled
        raise _unsettled(after)

    def _void(self, order_id: str, currency: str, duty: Duty) -> Data:
        if duty.references:
            name = duty.references[0]
        else:
            # Made if it never arrived, so that it cannot succeed if it arrives later: whatever
            # comes under the attempt's key then meets a cancelled intent.
            try:
                amount = to_provider(duty.amount, currency)
                name = self._attempt(order_id, currency, duty, amount).id
            except (RefusedError, InexactAmountError):
                # An intent that the provider does not make holds nothing, now and later.
                return Voided(duty.attempt, duty.amount)
        try:
            after = self._by_state(lambda key: self._api.cancel(key, name), duty.key, name)
        except (RefusedError, OtherParametersError):
            after = self._api.intent(name)
        settled = outcome(after)
        if isinstance(settled, Captured | Voided):
            return settled
        raise _unsettled(after)

    def _by_state(
        self, request: Callable[[str], Intent], key: str, name: str, *, confirms: bool = False
    ) -> Intent:
        """Send a request that the intent's state makes idempotent, and return the intent after it.

        A failure that the provider keeps under the key would be its answer for a day: then the
        intent decides, and where it shows no effect the request goes under another key, a new one
        each minute.

        Raises:
            UnknownOutcomeError: There was no answer that settles it.
        """
        try:
            return request(key)
        except FailedAnswerError:
            now = self._api.intent(name)
            if now.status in _ENDED or (now.status == _HELD and confirms):
                return now
            return request(f"{key}-{self._now_ms() // 60_000}")

    def _refund(self, order_id: str, currency: str, duty: Duty) -> Data:
        amount = to_provider(duty.amount, currency)
        paid = [
            one
            for one in (
                [self._api.intent(name) for name in duty.references] or self._api.search(order_id)
            )
            if one.received
        ]
        if not paid:
            raise UnknownOutcomeError(
                "the payment to refund cannot be found yet",
                "It is searched for again; a payment is found about a minute after it is made.",
            )
        made = {one.id: self._api.refunds(one.id) for one in paid}
        for refund in (refund for refunds in made.values() for refund in refunds):
            if refund.name == duty.name:
                return refund_outcome(refund, currency)
        for one in paid:
            left = one.received - sum(r.amount for r in made[one.id] if not r.failed)
            if left >= amount:
                return self._give_back(one, amount, currency, duty)
        return RefundRefused(duty.name, duty.amount, "more_than_is_left")

    def _give_back(self, intent: Intent, amount: int, currency: str, duty: Duty) -> Data:
        try:
            made = self._api.refund(duty.key, intent.id, amount, duty.name)
        except (RefusedError, OtherParametersError) as refused:
            # Another region may have made it, or another refund took what was left.
            for one in self._api.refunds(intent.id):
                if one.name == duty.name:
                    return refund_outcome(one, currency)
            if isinstance(refused, RefusedError):
                return RefundRefused(duty.name, duty.amount, refused.code)
            raise UnknownOutcomeError(
                "the refund was requested in another form", "It is looked up again."
            ) from None
        return refund_outcome(made, currency)

    def _known(self, order_id: str, duty: Duty) -> str:
        """Return the provider's id of an attempt that holds money."""
        if duty.references:
            return duty.references[0]
        found = furthest(self._api.search(order_id, duty.attempt))
        if found is None:
            raise UnknownOutcomeError(
                "the payment to capture cannot be found yet",
                "It is searched for again; a payment is found about a minute after it is made.",
            )
        return found.id


_HELD: Final = "requires_capture"
_ENDED: Final = ("succeeded", "canceled")
_NOT_CHARGED: Final = ("requires_payment_method", "requires_confirmation", "requires_action")


def _authorized(intent: Intent) -> Data | None:
    """Return the outcome of an authorization; what was captured had been authorized."""
    settled = outcome(intent)
    if isinstance(settled, Captured):
        amount = from_provider(intent.amount, intent.currency)
        return Authorized(intent.attempt, amount, intent.id)
    return settled


def _unsettled(intent: Intent) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"the payment is {intent.status}, which settles nothing", "It is looked at again."
    )
