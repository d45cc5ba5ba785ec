"""What the front does for each request: checks that localstripe leaves out, then localstripe."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson

from localcloud.payments.answers import DECLINED, Json, answer, card_error, invalid, page, payment
from localcloud.payments.records import Answer, KnownIntent, Records
from localcloud.payments.upstream import Localstripe

Form = Mapping[str, str]
Emit = Callable[[str, Json], None]

_INTENTS: Final = "/v1/payment_intents"
_REFUNDS: Final = "/v1/refunds"
_ORDER: Final = "carte_order"
_OK: Final = 200
_MOST: Final = 100
_CLAUSE: Final = re.compile(r"metadata\[['\"](?P<name>[^'\"]+)['\"]\]:['\"](?P<value>[^'\"]*)['\"]")
# Test cards of Stripe ("Test your Stripe integration") that localstripe does not have by name.
_TEST_CARDS: Final = {
    "pm_card_mastercard": "5555555555554444",
    "pm_card_chargeDeclined": "4000000000000341",
    "pm_card_visa_chargeDeclined": "4000000000000341",
    "pm_card_authenticationRequired": "4000002760003184",
}


class Operations:
    """Carries out requests, one after the other: localstripe holds no lock between two of them."""

    def __init__(
        self,
        localstripe: Localstripe,
        records: Records,
        emit: Emit,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take what carries requests out; nothing is requested yet.

        Args:
            localstripe: What carries them out in the end.
            records: What the front remembers.
            emit: Gets the type of each event and the object that it is about.
            clock: Returns Unix seconds (UTC).
        """
        self._upstream = localstripe
        self._records = records
        self._emit = emit
        self._clock = clock
        self._turn = asyncio.Lock()
        self.search_lag_s = 0.0

    async def carry_out(self, method: str, path: str, form: Form) -> Answer:
        """Return the answer to a request.

        Args:
            method: `GET` or `POST`, or what localstripe takes.
            path: Path below the host.
            form: Parameters, as form or query.

        Raises:
            aiohttp.ClientError: Localstripe does not answer.
        """
        async with self._turn:
            operation = self._operation(method, path)
            return await (operation(form) if operation else self._passed(method, path, form))

    def _operation(  # noqa: PLR0911 - one a route
        self, method: str, path: str
    ) -> Callable[[Form], Awaitable[Answer]] | None:
        if path == _INTENTS:
            return self._create if method == "POST" else self._list
        if path == _REFUNDS:
            return self._refund if method == "POST" else self._refunds
        if path == f"{_INTENTS}/search" and method == "GET":
            return self._search
        match path.removeprefix(_INTENTS).split("/"):
            case ["", intent] if method == "GET":
                return lambda _form: self._retrieve(intent)
            case ["", intent, "confirm"] if method == "POST":
                return lambda form: self._confirm(intent, form)
            case ["", intent, "capture"] if method == "POST":
                return lambda form: self._capture(intent, form)
            case ["", intent, "cancel"] if method == "POST":
                return lambda _form: self._cancel(intent)
        return None

    async def _passed(self, method: str, path: str, form: Form) -> Answer:
        return await self._upstream.passed(method, path, form)

    async def _create(self, form: Form) -> Answer:
        if form.get("confirm") == "true":
            return invalid("carte confirms in a request of its own; so does this provider")
        if not form.get("amount", "").isdigit() or int(form["amount"]) < 1:
            code = "amount_too_small"
            return invalid("The amount must be at least one unit.", code, param="amount")
        made = await self._passed("POST", _INTENTS, form)
        if made.status != _OK:
            return made
        found = orjson.loads(made.body)
        self._note(found)
        return self._changed(found, "payment_intent.created")

    async def _retrieve(self, intent: str) -> Answer:
        found = await self._found(intent)
        return answer(self._shown(found)) if found else _no_such("payment_intent", intent)

    async def _confirm(self, intent: str, form: Form) -> Answer:
        found = await self._found(intent)
        if found is None:
            return _no_such("payment_intent", intent)
        if found["status"] not in {"requires_payment_method", "requires_confirmation"}:
            return self._unexpected(found, "confirmed")
        method = form.get("payment_method", "")
        # At Stripe a payment method of no customer is taken once. A test card's name makes a new
        # one with each use there; here it stands for one of the order, as a guest's card does.
        order = str((found.get("metadata") or {}).get(_ORDER, intent))
        if self._records.was_taken(order, method):
            message = "This PaymentMethod was used before and belongs to no Customer."
            return invalid(message, "payment_method_unexpected_state", param="payment_method")
        refused = await self._with_method(intent, method)
        if refused is not None:
            return refused
        await self._passed("POST", f"{_INTENTS}/{intent}/confirm", {})
        after = await self._there(intent)
        if after["status"] == "requires_action" and form.get("error_on_requires_action"):
            # Stripe: the attempt fails, as if the guest had refused to authenticate.
            secret = {"client_secret": after["client_secret"], "success": "false"}
            await self._passed("POST", f"{_INTENTS}/{intent}/_authenticate", secret)
            after = await self._there(intent)
        self._note(after)
        error = after.get("last_payment_error")
        if not error:
            self._records.note_taken(order, method)
            return self._changed(after, "payment_intent.amount_capturable_updated")
        shown = self._shown(after)
        self._emit("payment_intent.payment_failed", shown)
        return answer({"error": {**card_error(error), "payment_intent": shown}}, DECLINED)

    async def _with_method(self, intent: str, method: str) -> Answer | None:
        """Give an intent its payment method; return the refusal if there is no such method."""
        if not method:
            return invalid("A payment method is missing.", "parameter_missing")
        if method in _TEST_CARDS:
            card = {"number": _TEST_CARDS[method], "exp_month": "12", "exp_year": "2040"}
            form = {f"card[{name}]": value for name, value in {**card, "cvc": "123"}.items()}
            made = await self._passed("POST", "/v1/payment_methods", {"type": "card", **form})
            method = orjson.loads(made.body)["id"]
        elif await self._upstream.found(f"/v1/payment_methods/{method}") is None:
            return invalid("No such PaymentMethod.", "resource_missing", param="payment_method")
        await self._passed("POST", f"{_INTENTS}/{intent}", {"payment_method": method})
        return None

    async def _capture(self, intent: str, form: Form) -> Answer:
        found = await self._found(intent)
        if found is None:
            return _no_such("payment_intent", intent)
        if found["status"] != "requires_capture":
            return self._unexpected(found, "captured")
        amount = int(form.get("amount_to_capture", found["amount"]))
        if not 0 < amount <= found["amount"]:
            return invalid("More than is held cannot be captured.", "amount_too_large")
        await self._passed(
            "POST", f"{_INTENTS}/{intent}/capture", {"amount_to_capture": str(amount)}
        )
        self._records.note_captured(intent, amount)
        after = await self._there(intent)
        if amount < found["amount"]:
            # Localstripe takes all and gives the rest back; at Stripe there is no such refund.
            for refund in await self._all_refunds(intent):
                self._records.hide_refund(refund["id"])
        self._note(after)
        return self._changed(after, "payment_intent.succeeded")

    async def _cancel(self, intent: str) -> Answer:
        found = await self._found(intent)
        if found is None:
            return _no_such("payment_intent", intent)
        if found["status"] in {"succeeded", "canceled", "processing"}:
            return self._unexpected(found, "canceled")
        await self._passed("POST", f"{_INTENTS}/{intent}/cancel", {})
        after = await self._there(intent)
        self._note(after)
        return self._changed(after, "payment_intent.canceled")

    async def _refund(self, form: Form) -> Answer:
        intent = form.get("payment_intent", "")
        found = await self._found(intent) if intent else None
        if found is None:
            return _no_such("payment_intent", intent)
        left = self._records.captured(intent) - sum(
            refund["amount"] for refund in await self._all_refunds(intent)
        )
        amount = int(form.get("amount", left))
        if left < 1:
            return invalid("The charge has been refunded.", "charge_already_refunded")
        if not 0 < amount <= left:
            return invalid("The refund is greater than the unrefunded amount on the charge.")
        made = await self._passed("POST", _REFUNDS, {**form, "amount": str(amount)})
        if made.status == _OK:
            refund = orjson.loads(made.body)
            self._note(found)
            self._emit("refund.created", refund)
            self._emit("charge.refunded", await self._charge(found))
        return made

    async def _charge(self, intent: Mapping[str, Any]) -> Json:
        charge = await self._upstream.found(f"/v1/charges/{intent['latest_charge']['id']}")
        return {**(charge or {}), "payment_intent": intent["id"]}

    async def _refunds(self, form: Form) -> Answer:
        intent = form.get("payment_intent", "")
        found = await self._found(intent) if intent else None
        if found is None:
            return _no_such("payment_intent", intent)
        rows = await self._all_refunds(intent)
        return answer(_page(_REFUNDS, rows, form))

    async def _all_refunds(self, intent: str) -> list[Json]:
        found = await self._there(intent)
        if not found.get("latest_charge"):
            return []
        got = await self._upstream.found(_REFUNDS, payment_intent=intent, limit="1000")
        rows = got["data"] if got else []
        return [
            {**row, "payment_intent": intent}
            for row in rows
            if not self._records.is_hidden(row["id"])
        ]

    async def _list(self, form: Form) -> Answer:
        since = int(form.get("created[gte]", 0))
        until = int(form.get("created[lt]", 1 << 62))
        known = [one for one in self._records.intents() if since <= one.created < until]
        rows, more = _window(known, form)
        return answer(page(_INTENTS, await self._all(rows), has_more=more))

    async def _search(self, form: Form) -> Answer:
        query = form.get("query", "")
        clauses = [match.groupdict() for match in _CLAUSE.finditer(query)]
        if not clauses or _CLAUSE.sub("", query).replace("AND", "").strip():
            return invalid("This search takes metadata['name']:'value', joined by AND.")
        seen_until = self._clock() - self.search_lag_s
        known = [
            one
            for one in self._records.intents()
            if one.created <= seen_until
            and all(one.metadata.get(c["name"]) == c["value"] for c in clauses)
        ]
        rows = await self._all(known[:_MOST])
        found = page(f"{_INTENTS}/search", rows, has_more=False)
        return answer({**found, "object": "search_result", "next_page": None})

    async def _all(self, known: list[KnownIntent]) -> list[Json]:
        found = [await self._found(one.id) for one in known]
        return [self._shown(one) for one in found if one]

    async def _found(self, intent: str) -> Json | None:
        return await self._upstream.found(f"{_INTENTS}/{intent}")

    async def _there(self, intent: str) -> Json:
        found = await self._found(intent)
        if found is None:
            raise LookupError(intent)
        return found

    def _note(self, found: Mapping[str, Any]) -> None:
        metadata = found.get("metadata") or {}
        self._records.intent_changed(found["id"], found["created"], metadata, self._clock())

    def _shown(self, found: Mapping[str, Any]) -> Json:
        return payment(found, self._records.captured(found["id"]))

    def _changed(self, found: Mapping[str, Any], event: str) -> Answer:
        shown = self._shown(found)
        self._emit(event, shown)
        return answer(shown)

    def _unexpected(self, found: Mapping[str, Any], wanted: str) -> Answer:
        return invalid(
            f"This PaymentIntent cannot be {wanted} because it has a status of {found['status']}.",
            "payment_intent_unexpected_state",
            payment_intent=self._shown(found),
        )


def _no_such(kind: str, name: str) -> Answer:
    body = {"type": "invalid_request_error", "code": "resource_missing", "param": "intent"}
    return answer({"error": {**body, "message": f"No such {kind}: '{name[:64]}'"}}, 404)


def _page(url: str, rows: list[Json], form: Form) -> Json:
    known = [KnownIntent(row["id"], 0, 0.0, {}) for row in rows]
    chosen, more = _window(known, form)
    names = {one.id for one in chosen}
    return page(url, [row for row in rows if row["id"] in names], has_more=more)


def _window(known: list[KnownIntent], form: Form) -> tuple[list[KnownIntent], bool]:
    """Return the rows of a page, and whether more follow."""
    limit = max(1, min(_MOST, int(form.get("limit", 10))))
    names = [one.id for one in known]
    after = form.get("starting_after", "")
    start = names.index(after) + 1 if after in names else 0
    return known[start : start + limit], len(known) > start + limit
