"""Staff tokens: which are accepted, and what each role may do."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from graphql import build_schema

from graphql_schema.export import HERE
from localcloud.issuer import AUDIENCE, NAME, DevelopmentIssuer
from services.configuration import SettingsError
from services.domain.orders.facts import Accepted, Authorized, Captured, Declined, Ready
from services.domain.orders.identity import order_id
from services.domain.stamp import HybridClock
from services.menu_api.settings import Settings
from services.staff_tokens import KEYS_MAX_AGE_S, KeySet, Oidc, TokenRefusedError, TokenVerifier
from services.storage.identity import IssuerKeyRepository
from services.storage.orders import OrderRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.order_story import operation_id
from tests.support.service import REGIONS, Service
from tests.support.tokens import ISSUER

KID = {"kid": "development"}
ADMIN, MANAGER = "chain:admin", "store:de-1:manager"
OF_STORE = {
    "updateAssortment": 'storeId: "de-1", lines: [{ itemId: "glazed", priceMinor: 150 }]',
    "recordStockCount": 'storeId: "de-1", counts: [{ itemId: "glazed", pieces: 9 }]',
    "recordSale": 'storeId: "de-1", lines: [{ itemId: "glazed", pieces: 1 }]',
    "updateStoreClosures": 'storeId: "de-1", openDays: ["2026-12-24"], hidden: null',
}
OF_CHAIN = {
    "editCatalogItem": 'market: "de", itemId: "glazed", priceMinor: 210',
    "publishCatalog": 'market: "de"',
}
ORDER = f'orderId: "{order_id(operation_id("order-small"))}"'
BY_CARD = f'orderId: "{order_id(operation_id("order-card"))}"'
LARGE = f'orderId: "{order_id(operation_id("order-large"))}"'
# For whoever knows an order's id, which nobody can guess; and for everybody.
OF_GUEST = {
    "placeOrder": """storeId: "de-1", payment: AT_STORE, expectedTotalMinor: 199,
      contact: { name: "Ada" }, lines: [{ itemId: "glazed", quantity: 1 }]""",
    "cancelOrder": ORDER,
    "forgetGuest": ORDER,
    "offerCard": f'{BY_CARD}, paymentToken: "pm_2"',
}
# What has to be done before, so that the step is possible.
OF_STORES_ORDER = {
    "acceptOrder": (ORDER, ()),
    "rejectOrder": (ORDER, ()),
    "markOrderReady": (ORDER, (Accepted(),)),
    "markOrderCollected": (ORDER, (Accepted(), Ready())),
    "decideOrderReview": (f"{LARGE}, approve: true", ()),
    "refundOrder": (BY_CARD, (Authorized(1, 199), Accepted(), Captured(1, 199))),
}
# What the payment provider has to have done before.
BEFORE = {"offerCard": (Declined(1, 199),)}
OF_STORE |= {name: text for name, (text, _) in OF_STORES_ORDER.items()}
OPERATIONS = {
    name: f"""mutation {{ {name}(input: {{ operationId: "{operation_id("x")}", {text} }}) {{
      errors {{ __typename message }} }} }}"""
    for name, text in {**OF_STORE, **OF_CHAIN, **OF_GUEST}.items()
}


@pytest.fixture
def shop(service: Service) -> Service:
    # Deadlines of orders are judged by the stamps of what is recorded.
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def placed(shop: Service, operation: str) -> None:
    """Place the orders that an operation is about, and bring them where it is possible."""
    if "orderId:" not in OPERATIONS[operation]:
        return
    for name, quantity, method in (
        ("order-small", 1, "AT_STORE"),
        ("order-large", 80, "AT_STORE"),
        ("order-card", 1, 'CARD, paymentToken: "pm_1"'),
    ):
        lines = f'[{{ itemId: "glazed", quantity: {quantity} }}]'
        text = OF_GUEST["placeOrder"].partition("lines:")[0].replace("199", f"{quantity * 199}")
        text = text.replace("AT_STORE", method)
        asked = f'operationId: "{operation_id(name)}", {text} lines: {lines}'
        answer = shop.post(
            f"mutation {{ placeOrder(input: {{ {asked} }}) {{ errors {{ path }} }} }}"
        )
        assert orjson.loads(answer.body)["data"]["placeOrder"]["errors"] == []
    _, before = OF_STORES_ORDER.get(operation, ("", BEFORE.get(operation, ())))
    name = "order-card" if BY_CARD in OPERATIONS[operation] else "order-small"
    for fact in before:
        OrderRepository(shop.table, REGIONS).record(order_id(operation_id(name)), fact, "ada")


def outcome(shop: Service, operation: str, headers: dict[str, str]) -> str:
    """`ok`, or the code of the error."""
    answer = orjson.loads(shop.post(OPERATIONS[operation], headers=headers).body)
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    assert answer["data"][operation]["errors"] == []
    return "ok"


def test_every_mutation_has_its_roles_tested() -> None:
    mutations = build_schema((HERE / "schema.graphql").read_text()).mutation_type
    assert mutations is not None
    assert set(mutations.fields) == set(OPERATIONS)


ROLES: tuple[tuple[list[str] | None, str, str], ...] = (
    (None, "UNAUTHENTICATED", "UNAUTHENTICATED"),
    ([], "FORBIDDEN", "FORBIDDEN"),
    (["customers"], "FORBIDDEN", "FORBIDDEN"),
    (["store:de-2:manager"], "FORBIDDEN", "FORBIDDEN"),
    (["store:de-1:manager:x"], "FORBIDDEN", "FORBIDDEN"),
    ([MANAGER], "ok", "FORBIDDEN"),
    ([ADMIN], "ok", "ok"),
    ([ADMIN, MANAGER], "ok", "ok"),
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_role_may_do_exactly_this(shop: Service, operation: str) -> None:
    """In one shop: refusals come first and write nothing; a repetition needs the right as well."""
    placed(shop, operation)
    for roles, of_store, of_chain in ROLES:
        headers = {} if roles is None else ISSUER.bearer(*roles)
        expected = of_store if operation in OF_STORE else of_chain
        if operation in OF_GUEST:
            expected = "ok"
        assert outcome(shop, operation, headers) == expected, roles


def part(value: dict[str, Any]) -> str:
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned() -> str:
    """A token of algorithm none."""
    claims = {"iss": NAME, "aud": AUDIENCE, "sub": "x", "exp": time.time() + 60}
    return f"{part({'alg': 'none', **KID})}.{part(claims)}."


def signed_with_the_public_key_as_a_secret() -> str:
    """Return a token signed by HS256 with the public key as its secret (key confusion)."""
    signed = unsigned().replace(part({"alg": "none", **KID}), part({"alg": "HS256", **KID}))[:-1]
    public = json.dumps(ISSUER.keys.jwks()["keys"][0]).encode()
    digest = hmac.digest(public, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def tampered() -> str:
    header, _, signature = ISSUER.keys.token([MANAGER]).split(".")
    _, payload, _ = DevelopmentIssuer.make().token([ADMIN]).split(".")
    return f"{header}.{payload}.{signature}"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ISSUER.keys.token([ADMIN], lifetime_s=-60), "expired"),
        (lambda: DevelopmentIssuer.make().token([ADMIN]), "not valid"),
        (unsigned, "RS256 or ES256"),
        (signed_with_the_public_key_as_a_secret, "RS256 or ES256"),
        (tampered, "not valid"),
        (lambda: ISSUER.keys.token([ADMIN], iss="https://other.invalid"), "not valid"),
        (lambda: ISSUER.keys.token([ADMIN], aud="other"), "another audience"),
        (lambda: ISSUER.keys.token([ADMIN], aud=None), "not valid|audience"),
        (lambda: ISSUER.keys.token([ADMIN], nbf=time.time() + 600), "not valid"),
        (lambda: "x", "not valid"),
        (lambda: "a.b.c", "not valid"),
        (lambda: "a" * 9000, "too long"),
        (lambda: "", "Bearer"),
    ],
)
def test_tokens_that_are_not_believed_change_nothing_and_say_why(
    shop: Service, make: Callable[[], str], said: str
) -> None:
    headers = {"authorization": f"Bearer {make()}"}
    answer = orjson.loads(shop.post(OPERATIONS["recordSale"], headers=headers).body)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    with pytest.raises(TokenRefusedError, match=said):
        TokenVerifier(ISSUER.oidc, IssuerKeyRepository(shop.table)).principal(headers)
    assert shop.table.partition("STORE#de-1")[0].key.sk == "PROFILE"
    assert len(shop.table.partition("STORE#de-1")) == 1


def test_a_bad_token_does_not_keep_anyone_from_reading_menus(shop: Service) -> None:
    response = shop.post('{ menu(storeId: "de-1") { version } }', {"authorization": "Bearer x"})
    assert "errors" not in orjson.loads(response.body)


def test_clocks_may_differ_by_half_a_minute(shop: Service) -> None:
    assert outcome(shop, "recordSale", ISSUER.bearer(ADMIN, lifetime_s=-10)) == "ok"


def test_rs256_and_access_tokens_of_cognito_are_believed() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    oidc = Oidc("https://cognito.invalid/pool", "client-1")
    claims = {
        "iss": oidc.issuer,
        "client_id": "client-1",
        "sub": "someone",
        "exp": time.time() + 60,
        "cognito:groups": [ADMIN],
    }
    token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "1"})
    verifier = TokenVerifier(oidc, Copies())
    verifier._keys = KeySet(oidc, Copies(), lambda _: {"keys": [{**public, "kid": "1"}]})
    principal = verifier.principal({"authorization": f"bearer {token}"})
    assert principal is not None
    assert principal.is_admin


class Copies:
    """Keeps the keys in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] | None = None

    def load(self) -> dict[str, Any] | None:
        return self.kept

    def save(self, keys: dict[str, Any]) -> None:
        self.kept = keys


def test_keys_are_fetched_when_unknown_but_not_with_every_request() -> None:
    fetched: list[str] = []
    now = [1000.0]

    def fetch(url: str) -> dict[str, Any]:
        fetched.append(url)
        return ISSUER.keys.jwks()

    keys = KeySet(Oidc("https://issuer.invalid/", "x"), Copies(), fetch, lambda: now[0])
    assert keys.key("development")
    for _ in range(3):
        with pytest.raises(TokenRefusedError):
            keys.key("unknown")
    assert fetched == ["https://issuer.invalid/.well-known/jwks.json"]
    now[0] += 61
    with pytest.raises(TokenRefusedError):
        keys.key("unknown")
    assert len(fetched) == 2


def test_a_region_that_cannot_reach_the_issuer_takes_the_copy_of_another(table: Table) -> None:
    def away(_: str) -> dict[str, Any]:
        raise OSError("no route")

    oidc = Oidc("https://issuer.invalid", "x")
    with pytest.raises(TokenRefusedError):
        KeySet(oidc, IssuerKeyRepository(table), away).key("development")
    KeySet(oidc, IssuerKeyRepository(table), lambda _: ISSUER.keys.jwks()).key("development")
    assert KeySet(oidc, IssuerKeyRepository(table), away).key("development")


@pytest.mark.parametrize(
    "answer",
    [{"message": "maintenance"}, {"keys": []}, {"keys": ["x"]}, {"keys": [{"kty": "?"}]}, ["x"]],
    ids=str,
)
def test_an_answer_without_keys_replaces_neither_the_copy_nor_the_keys(
    table: Table, answer: Any
) -> None:
    oidc, copies = Oidc("https://issuer.invalid", "x"), IssuerKeyRepository(table)
    answers = [ISSUER.keys.jwks(), answer]
    now = [1000.0]
    keys = KeySet(oidc, copies, lambda _: answers.pop(0), lambda: now[0])
    assert keys.key("development")
    now[0] += KEYS_MAX_AGE_S + 1
    assert keys.key("development")
    assert not answers
    assert copies.load() == ISSUER.keys.jwks()
    assert KeySet(oidc, copies, lambda _: answer).key("development")


def test_a_good_token_is_believed_though_the_copy_cannot_be_kept(table: Table) -> None:
    keys = KeySet(
        Oidc("https://issuer.invalid", "x"),
        IssuerKeyRepository(table),
        lambda _: ISSUER.keys.jwks(),
    )
    table.item.delete_table()
    assert keys.key("development")


def test_a_deployed_stack_takes_no_keys_from_its_environment() -> None:
    environment = {
        "CARTE_REGION": "eu-west-1",
        "CARTE_TABLE": "carte",
        "CARTE_STAGE": "aws",
        "CARTE_OIDC_ISSUER": NAME,
        "CARTE_OIDC_AUDIENCE": AUDIENCE,
        "CARTE_OIDC_JWKS": json.dumps(ISSUER.keys.jwks()),
    }
    with pytest.raises(SettingsError, match="local cloud"):
        Settings.from_environment(environment)
    oidc = Settings.from_environment({**environment, "CARTE_STAGE": "local"}).oidc
    assert oidc is not None
    assert oidc.inline_jwks == ISSUER.keys.jwks()


class Verifying:
    """A verifier whose clocks and keys a test sets, and the number of tokens it has decoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.monotonic = time.time(), 1000.0
        self.jwks = ISSUER.keys.jwks()
        self.decoded = 0
        oidc = Oidc(NAME, AUDIENCE)
        self._verifier = TokenVerifier(oidc, Copies(), clock=lambda: self.now)
        self._verifier._keys = KeySet(
            oidc, Copies(), lambda _: self.jwks, monotonic=lambda: self.monotonic
        )
        decode = jwt.decode

        def counted(*arguments: Any, **options: Any) -> Any:
            self.decoded += 1
            return decode(*arguments, **options)

        monkeypatch.setattr(jwt, "decode", counted)

    def subject(self, token: str) -> str:
        """Return the subject of a token that is believed."""
        principal = self._verifier.principal({"authorization": f"Bearer {token}"})
        assert principal is not None
        return principal.subject

    @property
    def remembered(self) -> int:
        """The number of tokens that are remembered."""
        return len(self._verifier._verified_tokens)


@pytest.fixture
def verifying(monkeypatch: pytest.MonkeyPatch) -> Verifying:
    return Verifying(monkeypatch)


def test_a_token_is_verified_once_while_it_is_valid(verifying: Verifying) -> None:
    one, other = (ISSUER.keys.token([ADMIN], sub=name, lifetime_s=600) for name in ("ada", "bob"))
    assert [verifying.subject(token) for token in (one, one, other, one)] == [
        *("ada", "ada", "bob", "ada")
    ]
    assert verifying.decoded == 2
    # The last second at which PyJWT takes it, and the first at which it does not.
    verifying.now = int(jwt.decode(one, options={"verify_signature": False})["exp"]) + 29.9
    verifying.decoded = 0
    assert verifying.subject(one) == "ada"
    assert verifying.decoded == 0
    verifying.now += 0.1
    verifying.subject(one)
    assert verifying.decoded == 1


def test_a_remembered_token_is_refused_when_its_key_is_gone(verifying: Verifying) -> None:
    token = ISSUER.keys.token([ADMIN], lifetime_s=36_000)
    verifying.subject(token)
    verifying.jwks = {"keys": [{**verifying.jwks["keys"][0], "kid": "another"}]}
    verifying.subject(token)
    verifying.monotonic += 3601
    with pytest.raises(TokenRefusedError, match="does not have"):
        verifying.subject(token)


def test_no_more_than_the_latest_tokens_are_remembered(verifying: Verifying) -> None:
    for at in range(210):
        verifying.subject(ISSUER.keys.token([ADMIN], sub=f"staff-{at}"))
    assert verifying.remembered == 200
    with pytest.raises(TokenRefusedError):
        verifying.subject(DevelopmentIssuer.make().token([ADMIN]))
    assert verifying.remembered == 200
