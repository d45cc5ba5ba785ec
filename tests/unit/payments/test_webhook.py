"""Webhooks: forged, late, twice, before the order, while the provider is down."""

import base64
import json
import time
from typing import Any

import pytest
import stripe

from services.domain.orders.facts import Authorized, Captured, Refunded, RefundRefused
from services.domain.orders.identity import order_id
from services.domain.orders.order import Order
from services.domain.orders.provider import UnknownOutcomeError
from services.domain.orders.state import fold
from services.payments.intents import Intent, Refund
from services.payments.outcomes import OutcomeRecorder
from services.payments.secrets import PaymentSecrets
from services.payments.signatures import TOLERANCE_S
from services.payments.stripe_api import RefusedError
from services.payments.webhook import MOST_BODY, MOST_WAIT_S, Webhook
from services.storage.orders import OrderRepository
from services.storage.table import Table
from tests.support.order_story import REGIONS, place, write_store

ID = order_id("operation-1")


class Provider:
    """What the provider has, by payment."""

    def __init__(self) -> None:
        self.has: dict[str, Intent] = {}
        self.made: list[Refund] = []
        self.down = False
        self.looked = 0

    def intent(self, name: str) -> Intent:
        self.looked += 1
        if self.down:
            raise UnknownOutcomeError("no answer")
        if name not in self.has:
            raise RefusedError("resource_missing")
        return self.has[name]

    def refunds(self, _name: str) -> list[Refund]:
        return self.made


class World:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.orders = OrderRepository(table, REGIONS)
        self.provider = Provider()
        self.secret = {"apiKey": "sk_1", "webhookSecrets": ["whsec_new", "whsec_old"]}
        self.seconds = 0.0
        self.log: list[str] = []
        secrets = PaymentSecrets(lambda: json.dumps(self.secret), lambda: self.seconds)
        recorder = OutcomeRecorder(self.provider, self.orders)  # type: ignore[arg-type]  # a stand-in
        self.webhook = Webhook(secrets, recorder, self.log.append)

    def placed(self) -> None:
        write_store(self.table)
        place(self.table)

    def holds(self, status: str = "requires_capture", **more: Any) -> None:
        values: dict[str, Any] = {
            "amount": 300,
            "received": 0,
            "currency": "EUR",
            "order_id": ID,
            "attempt": 1,
        }
        values |= {"declined": "", "created": 1, **more}
        self.provider.has["pi_1"] = Intent(id="pi_1", status=status, **values)

    def send(
        self,
        body: Any = None,
        *,
        key: str = "whsec_new",
        age_s: float = 0,
        event_age_s: float = 0,
        **more: Any,
    ) -> int:
        if body is None:
            about = {"object": "payment_intent", "id": "pi_1"}
            body = {"created": int(time.time() - event_age_s), "data": {"object": about}}
        text = body if isinstance(body, str) else json.dumps(body)
        at = int(time.time() - age_s)
        signature = stripe.WebhookSignature.generate_signature_header(text, key, at)
        event = {"body": text, "headers": {"Stripe-Signature": signature}, **more}
        return int(self.webhook.answer(event)["statusCode"])

    def order(self) -> Order:
        found = self.orders.read(ID)
        assert found is not None
        return found


@pytest.fixture
def world(table: Table) -> World:
    made = World(table)
    made.holds()
    return made


def test_it_records_what_the_provider_has(world: World) -> None:
    world.placed()
    assert world.send() == 200
    assert [data for _, data in world.order().of_kind(Authorized)] == [Authorized(1, 300, "pi_1")]


def test_what_the_body_claims_counts_for_nothing(world: World) -> None:
    world.placed()
    claims = {"object": "payment_intent", "id": "pi_1", "status": "succeeded", "amount": 1}
    assert world.send({"type": "payment_intent.succeeded", "data": {"object": claims}}) == 200
    assert world.order().of_kind(Captured) == []


def test_a_forged_one_is_refused_before_anything_is_looked_at(world: World) -> None:
    world.placed()
    assert world.send(key="whsec_forged") == 400
    event = {"body": "{}", "headers": {}}
    assert world.webhook.answer(event)["statusCode"] == 400
    now = int(time.time())
    strange = (f"t={now},v1=\u00e9", f"t={now},v1=" + "\u0660" * 64, "t=\u0661,v1=0")
    for header in ("", "t=1", "v1=", "t=x,v1=y", "t=1,v1=" + "0" * 64, "=,=", *strange):
        answer = world.webhook.answer({"body": "{}", "headers": {"stripe-signature": header}})
        assert answer["statusCode"] == 400
    assert world.provider.looked == 0


def test_a_changed_body_is_refused(world: World) -> None:
    text = '{"data": {"object": {"object": "payment_intent", "id": "pi_1"}}}'
    signature = stripe.WebhookSignature.generate_signature_header(text, "whsec_new")
    changed = {"body": text.replace("pi_1", "pi_2"), "headers": {"stripe-signature": signature}}
    assert world.webhook.answer(changed)["statusCode"] == 400


def test_an_old_one_is_refused(world: World) -> None:
    world.placed()
    assert world.send(age_s=TOLERANCE_S - 60) == 200
    assert world.send(age_s=TOLERANCE_S + 60) == 400


def test_both_signing_secrets_are_valid(world: World) -> None:
    world.placed()
    assert world.send(key="whsec_old") == 200


def test_a_secret_that_was_just_added_is_valid_at_once(world: World) -> None:
    world.placed()
    world.send()
    world.secret["webhookSecrets"] = ["whsec_newest", "whsec_new"]
    world.seconds = 11
    assert world.send(key="whsec_newest") == 200
    assert world.send(key="whsec_old") == 400


def test_one_that_comes_twice_changes_nothing(world: World) -> None:
    world.placed()
    world.send()
    before = world.order()
    assert world.send() == 200
    assert world.order() == before


def test_one_that_comes_before_its_order_is_wanted_again(world: World) -> None:
    assert world.send() == 503
    world.placed()
    assert world.send() == 200
    assert world.order().of_kind(Authorized)


def test_one_whose_order_does_not_arrive_is_wanted_for_a_day_and_then_counts_as_failed(
    world: World,
) -> None:
    assert world.send(event_age_s=MOST_WAIT_S - 60) == 503
    assert json.loads(world.log[-1])["WebhooksFailed"] == 0
    assert world.send(event_age_s=MOST_WAIT_S + 60) == 200, "Stripe sends it no more"
    line = json.loads(world.log[-1])
    assert (line["WebhooksFailed"], line["payment"]) == (1, "pi_1")
    assert line["why"] == f"order {ID} has not arrived a day after the event"
    world.placed()
    assert world.send(event_age_s=MOST_WAIT_S + 60) == 200
    assert world.order().of_kind(Authorized), "an old one of an order that is here is recorded"


@pytest.mark.parametrize("created", [None, "now", 1e9, True, -1, [], {}])
def test_one_that_does_not_say_when_it_was_made_is_not_waited_for(
    world: World, created: Any
) -> None:
    about = {"object": "payment_intent", "id": "pi_1"}
    assert world.send({"created": created, "data": {"object": about}}) == 200
    assert json.loads(world.log[-1])["WebhooksFailed"] == 1


def test_while_the_provider_is_down_it_is_wanted_again(world: World) -> None:
    world.placed()
    world.provider.down = True
    assert world.send() == 503


def test_a_late_one_does_not_undo_what_came_after_it(world: World) -> None:
    """The webhook of the authorization comes when the money was taken and partly given back."""
    world.placed()
    world.holds("succeeded", received=300)
    world.provider.made = [Refund("re_1", 100, "r1", failed=False), Refund("re_2", 5, "", False)]
    assert world.send() == 200
    order = world.order()
    assert [data for _, data in order.of_kind(Captured)] == [Captured(1, 300, "pi_1")]
    assert [data for _, data in order.of_kind(Refunded)] == [Refunded("r1", 100, "re_1")]


def test_a_refund_that_failed_after_it_was_recorded_as_made_does_not_hold(world: World) -> None:
    world.placed()
    world.holds("succeeded", received=300)
    world.provider.made = [Refund("re_1", 100, "r1", failed=False)]
    assert world.send() == 200
    assert fold(world.order()).payment.net == 200
    world.provider.made = [Refund("re_1", 100, "r1", failed=True)]
    assert world.send() == 200
    state = fold(world.order())
    assert (state.payment.net, [one.fact.id for one in state.overruled]) == (300, ["refunded/r1"])


def test_a_failure_is_recorded_also_where_the_same_refund_was_refused_before(world: World) -> None:
    world.placed()
    world.orders.record(ID, Captured(1, 300, "pi_1"), "x")
    world.orders.record(ID, RefundRefused("r1", 100, "more_than_is_left"), "x")
    world.holds("succeeded", received=300)
    for failed in (False, True):
        world.provider.made = [Refund("re_1", 100, "r1", failed=failed)]
        assert world.send() == 200
    payment = fold(world.order()).payment
    assert (payment.net, payment.failed) == (300, frozenset({"r1"}))


@pytest.mark.parametrize("status", ["requires_capture", "succeeded"])
def test_another_payment_of_an_attempt_is_no_repetition(world: World, status: str) -> None:
    world.placed()
    known = (Authorized(1, 300, "pi_first"), Captured(1, 300, "pi_first"))
    world.orders.record(ID, known[status == "succeeded"], "x")
    before = world.order()
    world.holds(status, received=300 * (status == "succeeded"))
    assert world.send() == 200  # repeating the webhook would change nothing
    assert world.order() == before
    line = json.loads(world.log[-1])
    assert line["WebhooksFailed"] == 1
    assert "has the payment pi_first, and pi_1 beside it" in line["why"]
    world.holds("canceled")  # without money it is harmless
    assert world.send() == 200
    assert json.loads(world.log[-1])["WebhooksFailed"] == 0


def test_an_event_of_a_charge_or_a_refund_leads_to_its_payment(world: World) -> None:
    world.placed()
    about = {"object": "refund", "id": "re_1", "payment_intent": "pi_1"}
    assert world.send({"data": {"object": about}}) == 200
    assert world.order().of_kind(Authorized)


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "null", "{", '{"data": 1}', '{"data": {"object": {"object": "customer"}}}'),
        '{"data": {"object": {"object": "payment_intent", "id": "pi_../../v1/refunds"}}}',
        '{"data": {"object": {"object": "payment_intent", "id": "pi_%s"}}}' % ("a" * 200),
        '{"data": {"object": {"object": "payment_intent", "id": {"a": 1}}}}',
    ],
)
def test_other_events_are_accepted_and_nothing_is_looked_at(world: World, body: str) -> None:
    assert world.send(body) == 200
    assert world.provider.looked == 0


def test_a_payment_that_is_none_of_ours_is_accepted(world: World) -> None:
    world.holds(order_id="", attempt=0)
    assert world.send() == 200
    world.provider.has.clear()
    assert world.send() == 200


def test_a_large_body_is_not_read(world: World) -> None:
    assert world.send("x" * (MOST_BODY + 1)) == 413
    assert world.webhook.answer({"body": "x" * 10_000_000, "headers": {}})["statusCode"] == 413


def test_a_body_in_base64_is_read(world: World) -> None:
    world.placed()
    text = '{"data": {"object": {"object": "payment_intent", "id": "pi_1"}}}'
    signature = stripe.WebhookSignature.generate_signature_header(text, "whsec_new")
    packed = base64.b64encode(text.encode()).decode()
    event = {
        "body": packed,
        "isBase64Encoded": True,
        "headers": {"stripe-signature": signature},
    }
    assert world.webhook.answer(event)["statusCode"] == 200
    for body in ("====", "a"):
        event |= {"body": body}
        assert world.webhook.answer(event)["statusCode"] == 400


def test_the_log_shows_neither_signature_nor_body(world: World) -> None:
    world.placed()
    world.send({"data": {"object": {"object": "payment_intent", "id": "pi_1", "x": "secret"}}})
    world.send(key="whsec_forged")
    assert len(world.log) == 2
    assert not any(word in line for line in world.log for word in ("secret", "v1=", "whsec"))


def test_only_what_cannot_be_carried_out_counts_as_failed(world: World) -> None:
    assert world.send() == 503  # before its order
    world.placed()
    assert world.send() == 200
    world.provider.down = True
    assert world.send() == 503
    assert [json.loads(line)["WebhooksFailed"] for line in world.log] == [0, 0, 1]
