"""The adapter to Stripe: performs the duties of an order at the payment provider.

Stripe forgets an idempotency key 24 hours after its first use at the earliest ("Idempotent
requests"), and its search finds a payment a minute, at worst an hour, after it was made ("Search
API"). Together they always find what an earlier request made: a young payment by its key, an old
one by search. Where the facts name the provider's id, neither is needed.

A failure that Stripe keeps under a key would be its answer for a day, so a request that makes
something has one further key, the same in all regions, which is used only once nothing can come of
the first one any more. docs/orders.md, "Money", says why no two effects come of that.
"""

from collections.abc import Callable
from typing import Final

from services.domain.orders.duty import Duty, DutyKind
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
from services.payments.intents import Intent, Refund, furthest, outcome, refund_outcome
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
# For so long the second key may be used. Less than `KEYS_TRUSTED_MS` by more than the search lags,
# so that whoever goes by search finds what was made under it.
SECOND_KEY_MS: Final = KEYS_TRUSTED_MS - 2 * 3_600_000


class StripeProvider:
    """A `PaymentProvider` on Stripe's PaymentIntents with manual capture."""

    def __init__(self, api: StripeApi, now_ms: Callable[[], int] = unix_ms) -> None:
        """Take the requests to the account; nothing is requested yet.

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
        if forgotten and duty.kind is DutyKind.AUTHORIZE:
            known = furthest(self._api.search(order_id, duty.attempt))
            if known is not None:
                return known
        try:
            return self._by_key(order_id, currency, duty, amount)
        except OtherParametersError:
            # Two placements of one order had different totals: which one was made can only be
            # searched for.
            known = furthest(self._api.search(order_id, duty.attempt))
        if known is None:
            raise UnknownOutcomeError(
                "the attempt was made with another amount, and cannot be found yet",
                "It is searched for again; a payment is found about a minute after it is made.",
            )
        return self._made_like(known, order_id, duty)

    def _made_like(self, found: Intent, order_id: str, duty: Duty) -> Intent:
        """Return the intent of an attempt, of which one with its amount was found by search.

        That may be one that a failed request left behind: the keys decide which one counts.

        Raises:
            UnknownOutcomeError: There was no answer that settles it.
        """
        try:
            return self._by_key(order_id, found.currency, duty, found.amount)
        except (OtherParametersError, RefusedError):
            raise UnknownOutcomeError(
                "the payment that was found is not the one that the attempt's key made",
                "It is searched for again; a payment is found about a minute after it is made.",
            ) from None

    def _by_key(self, order_id: str, currency: str, duty: Duty, amount: int) -> Intent:
        """Return the one intent that the keys of an attempt stand for, as it is now.

        It is that of the first key, or where that key is spent on a failure, that of the second. An
        intent that the failed request left behind is none that any region would confirm.

        Raises:
            RefusedError: It cannot be made.
            OtherParametersError: The key was used with another amount.
            UnknownOutcomeError: There was no answer that settles it.
        """
        key = provider_key(order_id, DutyKind.AUTHORIZE.value, str(duty.attempt))
        wanted = (order_id, duty.attempt, amount, currency)
        try:
            intent, replayed = self._api.create(key, *wanted)
        except FailedAnswerError as failed:
            if not self._is_over(failed, duty):
                raise
            intent, replayed = self._api.create(_second(key), *wanted)
        # A replayed answer has the state of the intent at that time, not its current state.
        return self._api.intent(intent.id) if replayed else intent

    def _is_over(self, failed: FailedAnswerError, duty: Duty) -> bool:
        """Return whether no request under the key of a failure has an effect any more.

        Not so long as the failure may come from before the provider's record of keys: then a
        request under way, such as another region's, may still be carried out. Nor when the provider
        may soon forget the key. When a void's attempt was first sent is not known; what it makes
        under the second key is cancelled at once.
        """
        soon_forgotten = self._now_ms() - duty.due_at > SECOND_KEY_MS
        return failed.is_replay and (duty.kind is DutyKind.VOID or not soon_forgotten)

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
            return self._cancelled(duty.references[0], duty.key)
        try:
            names = self._unrecorded(order_id, currency, duty)
        except (RefusedError, InexactAmountError):
            # An intent that the provider does not make holds nothing, now and later.
            return Voided(duty.attempt, duty.amount)
        # The one that counts comes first: once an event says that one of them was cancelled, the
        # void is not due any more.
        settled = [self._cancelled(name, f"{duty.key}-{name}") for name in names]
        return next((one for one in settled if isinstance(one, Captured)), settled[0])

    def _cancelled(self, name: str, key: str) -> Captured | Voided:
        try:
            after = self._by_state(lambda used: self._api.cancel(used, name), key, name)
        except (RefusedError, OtherParametersError):
            after = self._api.intent(name)
        settled = outcome(after)
        if isinstance(settled, Captured | Voided):
            return settled
        raise _unsettled(after)

    def _unrecorded(self, order_id: str, currency: str, duty: Duty) -> list[str]:
        """Return the ids of an attempt's intents, of which no fact is known, to cancel in order.

        There is one at least: it is made if the attempt never arrived, so that it cannot succeed if
        it arrives later. Whatever comes under the attempt's keys then meets a cancelled intent.

        Raises:
            RefusedError: It cannot be made.
            InexactAmountError: It cannot be made.
            UnknownOutcomeError: There was no answer that settles it.
        """
        # A void may come long after the attempt it is about: when its keys were used is not known.
        found = self._api.search(order_id, duty.attempt)
        known = furthest(found)
        if known is not None and known.status in _WITH_MONEY:
            return [known.id]
        first_ms = min((one.created for one in found), default=0) * 1000
        if known is not None and self._now_ms() - first_ms > KEYS_TRUSTED_MS:
            # Whoever authorizes now goes by search, which finds all of them.
            counts = known
        elif known is not None:
            counts = self._made_like(known, order_id, duty)
        else:
            counts = self._attempt(order_id, currency, duty, to_provider(duty.amount, currency))
        others = (one for one in found if one.id != counts.id and one.status not in _ENDED)
        return [counts.id, *(one.id for one in others)]

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
            made = self._returned(intent, amount, duty)
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

    def _returned(self, intent: Intent, amount: int, duty: Duty) -> Refund:
        """Make a refund; see `StripeApi.create` for what is raised."""
        try:
            return self._api.refund(duty.key, intent.id, amount, duty.name)
        except FailedAnswerError as failed:
            # The failed request may have made the refund, or be finished by the provider hours
            # later. Only where no two of them fit into the payment does it refuse the other one.
            if not (self._is_over(failed, duty) and self._fits_once(intent, amount)):
                raise
            return self._api.refund(_second(duty.key), intent.id, amount, duty.name)

    def _fits_once(self, intent: Intent, amount: int) -> bool:
        return 2 * amount > intent.received

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
_WITH_MONEY: Final = ("processing", _HELD, "succeeded")
_NOT_CHARGED: Final = ("requires_payment_method", "requires_confirmation", "requires_action")


def _authorized(intent: Intent) -> Data | None:
    """Return the outcome of an authorization; what was captured had been authorized."""
    settled = outcome(intent)
    if isinstance(settled, Captured):
        amount = from_provider(intent.amount, intent.currency)
        return Authorized(intent.attempt, amount, intent.id)
    return settled


def _second(key: str) -> str:
    return f"{key}-again"


def _unsettled(intent: Intent) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"the payment is {intent.status}, which settles nothing", "It is looked at again."
    )
