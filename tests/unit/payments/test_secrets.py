"""The payment secret: kept for a while, replaced without downtime, never shown."""

import json

import pytest

from services.configuration import SettingsError
from services.domain.orders.provider import UnknownOutcomeError
from services.payments.secrets import KEPT_S, PaymentSecretError, PaymentSecrets, Secrets
from services.payments.settings import PaymentSettings
from services.payments.stripe_api import StripeApi

AWS = {"CARTE_REGION": "eu-west-1", "CARTE_PAYMENT_SECRET": "carte-payments"}


def text(*webhook: str, key: str = "sk_1") -> str:
    return json.dumps({"apiKey": key, "webhookSecrets": webhook})


class World:
    def __init__(self) -> None:
        self.now = 0.0
        self.value = text("a")
        self.reads = 0
        self.away = False
        self.lines: list[str] = []
        self.secrets = PaymentSecrets(self._read, lambda: self.now, self.lines.append)

    def _read(self) -> str:
        self.reads += 1
        if self.away:
            raise PaymentSecretError("the payment secret x cannot be read: Unavailable", "wait")
        return self.value


def test_it_is_read_again_after_five_minutes() -> None:
    world = World()
    world.secrets.current()
    world.value = text("b", "a", key="sk_2")
    world.now = KEPT_S - 1
    assert world.secrets.api_key() == "sk_1"
    world.now = KEPT_S
    assert world.secrets.current() == Secrets("sk_2", ("b", "a"))
    assert world.reads == 2


def test_what_is_known_stays_valid_while_it_cannot_be_read_again() -> None:
    world = World()
    world.secrets.current()
    world.away = True
    for world.now in (KEPT_S, KEPT_S + 9, KEPT_S + 10, KEPT_S + 19, 10 * KEPT_S):
        assert world.secrets.api_key() == "sk_1"
        assert world.secrets.renewed().api_key == "sk_1"
    assert world.reads == 4
    assert [json.loads(line)["why"] for line in world.lines] == [
        "the payment secret x cannot be read: Unavailable"
    ] * 3
    world.away, world.value = False, text("b", key="sk_2")
    world.now += 10
    assert world.secrets.api_key() == "sk_2"


def test_a_secret_that_was_never_read_is_an_error() -> None:
    world = World()
    world.away = True
    with pytest.raises(PaymentSecretError, match="Unavailable"):
        world.secrets.current()


def test_a_strange_signature_has_it_read_at_most_every_ten_seconds() -> None:
    world = World()
    world.secrets.current()
    world.value = text("b")
    for world.now in (1.0, 9.0, 10.0, 11.0, 19.0):
        world.secrets.renewed()
    assert world.reads == 2
    assert world.secrets.current().webhook == ("b",)


@pytest.mark.parametrize(
    "value",
    [
        *("", "sk_1", "[]", "{}", '{"apiKey": "sk_secret"}'),
        *(text(), text("a", "b", "c"), text("a", key=""), text("")),
        '{"apiKey": "sk_secret", "webhookSecrets": "whsec_secret"}',
    ],
)
def test_another_form_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(PaymentSecretError) as refused:
        Secrets.load(value)
    shown = f"{refused.value!r} {refused.value.hint} {refused.value.__context__!r}"
    assert "secret" not in shown.replace("payment secret", "").replace("webhookSecrets", "")
    assert "whsec_secret" not in shown


def test_its_representation_hides_it() -> None:
    assert "sk_1" not in repr(Secrets.load(text("whsec_1")))
    assert "sk_1" not in f"{Secrets.load(text('whsec_1'))}"


def test_the_local_provider_cannot_be_named_in_a_deployment() -> None:
    with pytest.raises(SettingsError, match="CARTE_PAYMENT_URL"):
        PaymentSettings.from_environment({**AWS, "CARTE_PAYMENT_URL": "http://127.0.0.1:1"})
    url = {"CARTE_PAYMENT_URL": "http://127.0.0.1:1", "CARTE_STAGE": "local"}
    assert PaymentSettings.from_environment({**AWS, **url}).url == "http://127.0.0.1:1"


def test_an_unusable_secret_leaves_the_outcome_unknown() -> None:
    secrets = PaymentSecrets(lambda: "the random text of the deployment")
    with pytest.raises(UnknownOutcomeError, match="another form than expected"):
        StripeApi(secrets.api_key).intent("pi_1")


def test_a_secret_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")
    # Nothing listens there.
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETSMANAGER", "http://127.0.0.1:9")
    secrets = PaymentSettings.from_environment(AWS).secrets()
    with pytest.raises(PaymentSecretError, match="carte-payments cannot be read: Endpoint"):
        secrets.current()
