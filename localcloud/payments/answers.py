"""Answers in Stripe's form: errors, and what localstripe leaves out of a payment."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from localcloud.payments.records import Answer

Json = dict[str, Any]

DECLINED: Final = 402


def answer(body: Mapping[str, Any], status: int = 200) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, orjson.dumps(body))


def refusal(status: int, kind: str, message: str, *, code: str = "", **more: Any) -> Answer:
    """Return an error in Stripe's form.

    Args:
        status: HTTP status.
        kind: Stripe's `type`.
        message: For a person.
        code: Stripe's `code`; empty: none.
        more: Further members.
    """
    error = {"type": kind, "message": message, **({"code": code} if code else {}), **more}
    return answer({"error": error}, status)


def invalid(message: str, code: str = "", **more: Any) -> Answer:
    """Return the error of a request that cannot be carried out."""
    return refusal(400, "invalid_request_error", message, code=code, **more)


def payment(found: Mapping[str, Any], captured: int) -> Json:
    """Return a PaymentIntent in Stripe's form.

    Args:
        found: As localstripe gives it.
        captured: What was captured, in its unit.
    """
    charge = found.get("latest_charge")
    error = found.get("last_payment_error")
    waiting = found["amount"] if found["status"] == "requires_capture" else 0
    shown = {name: value for name, value in found.items() if name != "charges"}
    return {
        **shown,
        "latest_charge": charge["id"] if isinstance(charge, dict) else charge,
        "amount_received": captured if found["status"] == "succeeded" else 0,
        "amount_capturable": waiting,
        "last_payment_error": card_error(error) if error else None,
    }


def card_error(found: Mapping[str, Any]) -> Json:
    """Return the refusal of a card in Stripe's form."""
    code = str(found.get("code") or "card_declined")
    authentication = code == "payment_intent_authentication_failure"
    return {
        **found,
        "type": "card_error",
        "code": "authentication_required" if authentication else code,
        "decline_code": "authentication_required" if authentication else "generic_decline",
    }


def page(url: str, rows: list[Json], *, has_more: bool) -> Json:
    """Return a list in Stripe's form."""
    return {"object": "list", "url": url, "data": rows, "has_more": has_more}
