"""A replaced API key: processes that kept the old one take the new one at the first refusal."""

import json
from collections.abc import Iterator

import pytest

from services.domain.orders.provider import UnknownOutcomeError
from services.payments.secrets import PaymentSecrets
from services.payments.stripe_api import StripeApi
from tests.support.http_server import QuietHandler, ThreadedServer, running

INTENT = {
    "id": "pi_1", "object": "payment_intent", "status": "canceled", "amount": 300,
    "currency": "eur", "created": 1, "metadata": {},
}  # fmt: skip


class Account(ThreadedServer):
    """An account on loopback that accepts one key.

    Attributes:
        valid: The key.
        keys: The keys of all requests.
    """

    valid = "sk_old"

    def __init__(self) -> None:
        self.keys: list[str] = []
        super().__init__(_Answer)


class _Answer(QuietHandler):
    server: Account

    def do_GET(self) -> None:
        key = str(self.headers["authorization"]).removeprefix("Bearer ")
        self.server.keys.append(key)
        refusal = {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}
        body = json.dumps(INTENT if key == self.server.valid else refusal).encode()
        self.send_response(200 if key == self.server.valid else 401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def account() -> Iterator[Account]:
    with running(Account()) as server:
        yield server


class Stored:
    """The secret as Secrets Manager has it, and the clock of the process that keeps it."""

    def __init__(self) -> None:
        self.key, self.seconds, self.reads = "sk_old", 0.0, 0
        self.secrets = PaymentSecrets(self._read, lambda: self.seconds)

    def _read(self) -> str:
        self.reads += 1
        return json.dumps({"apiKey": self.key, "webhookSecrets": ["whsec_1"]})

    def api(self, account: Account) -> StripeApi:
        return StripeApi(self.secrets.api_key, account.url, self.secrets.renewed_api_key)


def test_a_request_that_the_old_key_made_is_repeated_once_with_the_new_one(
    account: Account,
) -> None:
    stored = Stored()
    api = stored.api(account)
    assert api.intent("pi_1").id == "pi_1"
    stored.key = account.valid = "sk_new"
    stored.seconds = 11
    assert api.intent("pi_1").id == "pi_1"
    assert api.intent("pi_1").id == "pi_1"
    assert account.keys == ["sk_old", "sk_old", "sk_new", "sk_new"]


def test_a_key_that_is_refused_and_was_not_replaced_is_not_tried_again(account: Account) -> None:
    stored = Stored()
    api = stored.api(account)
    account.valid = "sk_other"
    for _ in range(5):
        with pytest.raises(UnknownOutcomeError, match="does not accept the secret key"):
            api.intent("pi_1")
    assert account.keys == ["sk_old"] * 5
    assert stored.reads == 1, "no more than one read in ten seconds"


def test_a_new_key_that_is_refused_too_leaves_the_outcome_unknown(account: Account) -> None:
    stored = Stored()
    api = stored.api(account)
    assert api.intent("pi_1").id == "pi_1"
    stored.key, account.valid, stored.seconds = "sk_new", "sk_other", 11
    with pytest.raises(UnknownOutcomeError, match="does not accept the secret key"):
        api.intent("pi_1")
    assert account.keys == ["sk_old", "sk_old", "sk_new"]
