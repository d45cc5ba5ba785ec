"""The requests to Stripe that carte makes, with typed answers and bounded time.

The library is imported at the first request: it takes a quarter of a second, and most processes
that can pay never do.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeVar

from services.domain.orders.provider import UnknownOutcomeError
from services.payments.intents import ATTEMPT, ORDER, REFUND, Intent, Refund, decline_code
from services.payments.secrets import PaymentSecretError

CONNECT_S: Final = 2.0
ANSWER_S: Final = 8.0  # what takes longer is an unknown outcome, and is requested again
_RETRIES: Final = 1  # of a request that certainly or possibly failed, under the same key
_PAGE: Final = 100

Answer = TypeVar("Answer")
Secret = Callable[[], str]


class FailedAnswerError(UnknownOutcomeError):
    """The provider answered that it failed, and gives that answer to whatever has the key again.

    Source: Stripe, "Idempotent requests": the status and body of the first request under a key are
    kept, "including 500 errors". What such a request did is not known: Stripe may finish it or undo
    it later ("Advanced error handling").

    Attributes:
        is_replay: The answer is that of an earlier request, so it is kept: no request under the key
            does anything until the provider forgets the key. An answer that is given for the first
            time may come from before the provider's record of keys.
    """

    def __init__(self, message: str, hint: str = "", *, is_replay: bool = False) -> None:
        super().__init__(message, hint)
        self.is_replay = is_replay


class _KeyRefusedError(UnknownOutcomeError):
    """The provider does not accept the secret key; nothing was done."""


class RefusedError(Exception):
    """The provider refused the request for good: repeating it gives the same answer.

    Attributes:
        code: The provider's code.
        by_card: The card or its issuer refused it, not the request's form.
    """

    def __init__(self, code: str, *, by_card: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.by_card = by_card


class OtherParametersError(Exception):
    """The key was used with other parameters: the effect exists, in another form."""


class StripeApi:
    """Requests to one Stripe account."""

    def __init__(
        self, api_key: Secret, url: str | None = None, renewed: Secret | None = None
    ) -> None:
        """Take how the key is read; nothing is requested yet.

        Args:
            api_key: Returns the secret key; called for each request.
            url: Address of the provider; None: Stripe's own.
            renewed: Returns the secret key as it is stored now; called where the provider does not
                accept the key. None: the key is never replaced.
        """
        self._api_key = api_key
        self._url = url
        self._renewed = renewed
        self._client_of_key: tuple[str, Any] | None = None

    def create(
        self, key: str, order_id: str, attempt: int, amount: int, currency: str
    ) -> tuple[Intent, bool]:
        """Make the unconfirmed intent of an attempt; return it, and whether the key was known.

        Args:
            key: Idempotency key.
            order_id: The order.
            attempt: Number of the attempt.
            amount: In the provider's unit.
            currency: ISO 4217 code.

        Raises:
            RefusedError: It cannot be made.
            OtherParametersError: The key made another intent.
            UnknownOutcomeError: There was no answer that settles it.
        """
        params = {
            "amount": amount,
            "currency": currency.lower(),
            "capture_method": "manual",
            "payment_method_types": ["card"],
            "metadata": {ORDER: order_id, ATTEMPT: str(attempt)},
        }
        found = self._answer(lambda c: c.payment_intents.create(params, _under(key)))
        return Intent.of(found), _was_replayed(found)

    def confirm(self, key: str, intent: str, payment_method: str) -> Intent:
        """Hold the money of an intent on the card; see `create` for what is raised."""
        params = {
            "payment_method": payment_method,
            # Nobody is there to authenticate: the request comes after the guest has gone.
            "error_on_requires_action": True,
        }
        return Intent.of(
            self._answer(lambda c: c.payment_intents.confirm(intent, params, _under(key)))
        )

    def capture(self, key: str, intent: str, amount: int) -> Intent:
        """Take money that an intent holds; see `create` for what is raised."""
        params = {"amount_to_capture": amount}
        return Intent.of(
            self._answer(lambda c: c.payment_intents.capture(intent, params, _under(key)))
        )

    def cancel(self, key: str, intent: str) -> Intent:
        """Release what an intent holds, for ever; see `create` for what is raised."""
        return Intent.of(self._answer(lambda c: c.payment_intents.cancel(intent, {}, _under(key))))

    def intent(self, intent: str) -> Intent:
        """Return an intent as it is now.

        Raises:
            RefusedError: There is none.
            UnknownOutcomeError: There was no answer.
        """
        return Intent.of(self._answer(lambda c: c.payment_intents.retrieve(intent)))

    def search(self, order_id: str, attempt: int | None = None) -> list[Intent]:
        """Return the intents of an order, or of one attempt; each as it is now.

        Stripe's search lags by up to a minute, an hour in outages (Stripe, "Search API").

        Raises:
            UnknownOutcomeError: There was no answer, or the account cannot search.
        """
        query = f"metadata['{ORDER}']:'{order_id}'"
        if attempt is not None:
            query += f" AND metadata['{ATTEMPT}']:'{attempt}'"
        params = {"query": query, "limit": _PAGE}
        try:
            found = self._answer(lambda c: c.payment_intents.search(params))
            return [self.intent(str(one.id)) for one in found.data]
        except RefusedError as error:
            raise _unknown(f"the search is refused ({error.code})") from None

    def refund(self, key: str, intent: str, amount: int, name: str) -> Refund:
        """Give money back; see `create` for what is raised."""
        params = {"payment_intent": intent, "amount": amount, "metadata": {REFUND: name}}
        return Refund.of(self._answer(lambda c: c.refunds.create(params, _under(key))))

    def refunds(self, intent: str) -> list[Refund]:
        """Return all refunds of an intent.

        Raises:
            UnknownOutcomeError: There was no answer.
        """
        params = {"payment_intent": intent}
        return [Refund.of(one) for one in self._pages(lambda c, p: c.refunds.list(p), params)]

    def intents(self, since: int) -> Iterator[Intent]:
        """Yield all intents of the account, the newest first.

        Args:
            since: Unix seconds (UTC): only those made from then on.

        Raises:
            UnknownOutcomeError: There was no answer.
        """
        params = {"created": {"gte": since}}
        for one in self._pages(lambda c, p: c.payment_intents.list(p), params):
            yield Intent.of(one)

    def _pages(
        self, listed: Callable[[Any, dict[str, Any]], Any], params: Mapping[str, Any]
    ) -> Iterator[Any]:
        after: dict[str, str] = {}
        while True:
            page = self._page(listed, {**params, **after, "limit": _PAGE})
            yield from page.data
            if not page.has_more or not page.data:
                return
            after = {"starting_after": str(page.data[-1].id)}

    def _page(self, listed: Callable[[Any, dict[str, Any]], Any], query: dict[str, Any]) -> Any:
        return self._answer(lambda c: listed(c, query))

    def _answer(self, request: Callable[[Any], Answer]) -> Answer:
        api_key = self._secret(self._api_key)
        try:
            return self._answered(request, api_key)
        except _KeyRefusedError:
            # A process keeps the key for minutes, and the old one may be revoked sooner.
            later = self._secret(self._renewed) if self._renewed else api_key
            if later == api_key:
                raise
        return self._answered(request, later)

    def _secret(self, read: Secret) -> str:
        try:
            return read()
        except PaymentSecretError as error:
            raise _unknown(error.message) from None

    def _answered(self, request: Callable[[Any], Answer], api_key: str) -> Answer:
        stripe = self._stripe
        client = self._client(api_key)
        try:
            return request(client.v1)
        except stripe.CardError as error:
            raise RefusedError(decline_code(error.error or error), by_card=True) from None
        except stripe.IdempotencyError as error:
            if error.http_status == _IN_USE:
                raise _unknown("the same request is still being answered") from None
            raise OtherParametersError from None
        except stripe.InvalidRequestError as error:
            if error.http_status == _IN_USE:
                raise _unknown("the same request is still being answered") from None
            raise RefusedError(str(error.code or "invalid_request")) from None
        except stripe.AuthenticationError:
            known = _unknown("the payment provider does not accept the secret key")
            raise _KeyRefusedError(known.message, known.hint) from None
        except stripe.StripeError as error:
            # Never the library's message: it may quote what was sent.
            what = f"{type(error).__name__}, status {error.http_status}"
            if (error.http_status or 0) >= _SERVER_ERROR:
                known, is_replay = _unknown(what), _is_replay(error.headers)
                raise FailedAnswerError(known.message, known.hint, is_replay=is_replay) from None
            raise _unknown(what) from None

    def _client(self, api_key: str) -> Any:
        if self._client_of_key is None or self._client_of_key[0] != api_key:
            stripe = self._stripe
            self._client_of_key = (
                api_key,
                stripe.StripeClient(
                    api_key,
                    max_network_retries=_RETRIES,
                    http_client=stripe.RequestsClient(timeout=(CONNECT_S, ANSWER_S)),
                    **({"base_addresses": {"api": self._url}} if self._url else {}),
                ),
            )
        return self._client_of_key[1]

    @cached_property
    def _stripe(self) -> Any:
        import stripe

        stripe.enable_telemetry = False
        # On debug level the library logs what it sends, tokens included.
        logging.getLogger("stripe").setLevel(logging.WARNING)
        return stripe


_IN_USE: Final = 409
_SERVER_ERROR: Final = 500


def _under(key: str) -> dict[str, str]:
    return {"idempotency_key": key}


def _was_replayed(found: Any) -> bool:
    """Return whether the answer is that of an earlier request under the same key."""
    return _is_replay(getattr(found.last_response, "headers", None) or {})


def _is_replay(headers: Mapping[str, str]) -> bool:
    found = {name.lower(): value for name, value in headers.items()}
    return str(found.get("idempotent-replayed", "")).lower() == "true"


def _unknown(what: str) -> UnknownOutcomeError:
    return UnknownOutcomeError(
        f"the payment provider's answer settles nothing: {what}",
        "It is tried again under the same key; https://status.stripe.com shows outages.",
    )
