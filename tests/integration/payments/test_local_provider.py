"""What the front adds to localstripe, through real requests."""

import json
import time

from localcloud.payments.settings import API_KEY, WEBHOOK_SECRETS
from services.payments.intents import ORDER
from tests.support.local_payments import LocalPayments, wait_for

FORM = {"amount": "500", "currency": "eur", "capture_method": "manual"}


def about(payments: LocalPayments, order: str) -> list[str]:
    """The types of the events about an order that were delivered."""
    bodies = [json.loads(body) for body, _ in payments.sink.got]
    return [
        one["type"]
        for one in bodies
        if (one["data"]["object"].get("metadata") or {}).get(ORDER) == order
    ]


def test_webhooks_are_signed_with_both_secrets_and_repeated_until_accepted(
    payments: LocalPayments,
) -> None:
    import stripe

    payments.sink.refuse = 2
    api = payments.api()
    made, _ = api.create("hooks-1", "hooks", 1, 500, "EUR")
    api.confirm("hooks-2", made.id, "pm_card_visa")
    wanted = {"payment_intent.created", "payment_intent.amount_capturable_updated"}
    wait_for(lambda: wanted <= set(about(payments, "hooks")), "webhooks")
    body, signature = payments.sink.got[-1]
    for secret in WEBHOOK_SECRETS:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, 300)
    assert payments.sink.refuse == 0
    assert payments.control()["undelivered"] == 0


def test_webhooks_twice_and_late(payments: LocalPayments) -> None:
    payments.faults({"twice": 1.0}, {"late_s": 0.2})
    try:
        payments.api().create("twice-1", "twice", 1, 500, "EUR")
    finally:
        payments.faults()
    wait_for(lambda: len(about(payments, "twice")) == 2, "second delivery")


def test_a_wrong_key_of_the_account_is_refused(payments: LocalPayments) -> None:
    import stripe

    client = stripe.StripeClient("sk_other", base_addresses={"api": payments.url})
    try:
        client.v1.payment_intents.list()
    except stripe.AuthenticationError:
        return
    raise AssertionError(f"another key than {API_KEY} was accepted")


def test_all_payments_are_listed_page_by_page(payments: LocalPayments) -> None:
    import stripe

    api = payments.api()
    names = [api.create(f"list-{n}", "list", n, 500, "EUR")[0].id for n in range(1, 5)]
    client = stripe.StripeClient(API_KEY, base_addresses={"api": payments.url})
    listed = client.v1.payment_intents.list({"limit": 2})
    found = [one.id for one in listed.auto_paging_iter()]
    assert found[:4] == names[::-1]
    assert len(found) == len(set(found))
    assert [one.id for one in api.intents(0)] == found
    assert list(api.intents(int(time.time()) + 100)) == []
