"""Answers the payment provider's webhooks: each only leads to a look at the provider.

Nothing but the payment's id and the time of the event is taken from a body. Stripe repeats what is
not answered with 2xx for three days, in any order, so a webhook that comes before its order or
while the provider is down is answered with 503. An order that has not arrived a day after the event
is another deployment's, or lost: then the webhook is accepted and counts as failed, because Stripe
switches an address off that goes on failing (Stripe, "Webhooks": "Automatic retries").
"""

import binascii
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from services.configuration import tracing
from services.domain import log_lines
from services.domain.errors import CarteError
from services.domain.stamp import unix_ms
from services.payments.outcomes import OrderNotHereError, OutcomeRecorder, SecondPaymentError
from services.payments.secrets import PaymentSecrets
from services.payments.signatures import is_signed
from services.payments.stripe_api import RefusedError
from services.storage.exceptions import ContentionError

MOST_BODY: Final = 64 * 1024  # bytes; an event of Stripe has a few thousand
_MOST_ID: Final = 100
# From an event on; a replica that is cut off for 20 hours leaves the global table.
MOST_WAIT_S: Final = 24 * 3600
# The metric of signed webhooks that could not be carried out.
FAILED: Final = "WebhooksFailed"
_PAYMENT: Final = "pi_"


class Webhook:
    """Answers requests of API Gateway's REST API."""

    def __init__(
        self,
        secrets: PaymentSecrets,
        recorder: OutcomeRecorder,
        log: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        """Take the secrets and the recorder; nothing is read yet.

        Args:
            secrets: The signing secrets.
            recorder: Records what the provider has.
            log: Gets one line for each request.
        """
        self._secrets = secrets
        self._recorder = recorder
        self._log = log

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a request, as a Lambda proxy integration takes it."""
        status, what, more = self._judged(event)
        # Neither body nor signature: both are of use to whoever reads the log.
        line = {
            # An order that has not arrived is no failure: replication takes a second.
            **log_lines.counts(unix_ms(), {FAILED: int("why" in more)}),
            "event": "webhook",
            "status": status,
            "what": what,
            **more,
        }
        self._log(log_lines.text({**tracing.of_invocation(), **line}))
        headers = {"content-type": "application/json", "cache-control": "no-store"}
        if status == _LATER:
            headers["retry-after"] = "5"
        return {
            "statusCode": status,
            "headers": headers,
            "body": orjson.dumps({"message": what}).decode(),
            "isBase64Encoded": False,
        }

    def _judged(  # noqa: PLR0911 - one an answer
        self, event: Mapping[str, Any]
    ) -> tuple[int, str, dict[str, Any]]:
        body = _body(event)
        if body is None or len(body) > MOST_BODY:
            return 413, "the body is too large", {}
        try:
            if not is_signed(body, _header(event, "stripe-signature"), self._secrets):
                return 400, "the signature is missing, wrong or too old", {}
        except CarteError as error:
            return _LATER, "the signing secrets cannot be read", {"why": error.message}
        payment = _payment_of(body)
        if payment is None:
            return 200, "not about a payment", {}
        try:
            new = self._recorder.record(payment)
        except OrderNotHereError as error:
            if unix_ms() / 1000 - _created(body) < MOST_WAIT_S:
                return _LATER, "the order has not arrived here yet", {"payment": payment}
            why = f"order {str(error)[:_MOST_ID]} has not arrived a day after the event"
            return 200, "not recorded", {"payment": payment, "why": why}
        except RefusedError as error:
            return 200, "the provider has no such payment", {"payment": payment, "code": error.code}
        except SecondPaymentError as error:
            # No repetition of the webhook changes that; it counts as failed.
            return 200, "not recorded", {"payment": payment, "why": error.message}
        except (CarteError, ContentionError) as error:
            return _LATER, "it cannot be looked at now", {"payment": payment, "why": str(error)}
        return 200, "received", {"payment": payment, "new": new}


_LATER: Final = 503


def _body(event: Mapping[str, Any]) -> bytes | None:
    """Return the body of a request, or None if it is too large to be looked at."""
    body = event.get("body") or ""
    if not isinstance(body, str) or len(body) > 2 * MOST_BODY:
        return None
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        return b""


def _header(event: Mapping[str, Any], wanted: str) -> str:
    headers = event.get("headers") or {}
    return next((str(value) for name, value in headers.items() if name.lower() == wanted), "")


def _payment_of(body: bytes) -> str | None:
    """Return the id of the payment that an event is about, or None."""
    try:
        about = orjson.loads(body)["data"]["object"]
        found = about["id"] if about.get("object") == "payment_intent" else about["payment_intent"]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(found, str) or not found.startswith(_PAYMENT) or len(found) > _MOST_ID:
        return None
    return found if found.isascii() and found.removeprefix(_PAYMENT).isalnum() else None


def _created(body: bytes) -> float:
    """Return when a signed event was made, Unix seconds; 0 where it does not say."""
    try:
        found = orjson.loads(body)["created"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return 0
    return found if type(found) is int else 0
