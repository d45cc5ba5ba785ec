"""Staff tokens: which are accepted."""

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

from localcloud.issuer import AUDIENCE, NAME, DevelopmentIssuer
from services.configuration import SettingsError
from services.domain.stamp import HybridClock
from services.menu_api.settings import Settings
from services.staff_tokens import (
    KEYS_MAX_AGE_S,
    KeySet,
    Oidc,
    TokenRefusedError,
    TokenVerifier,
    _fetch,
    _Issuer,
)
from services.storage.identity import IssuerKeyRepository
from services.storage.table import Table
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service
from tests.support.staff_requests import REQUESTS, outcome
from tests.support.tokens import ISSUER

KID = {"kid": "development"}
ADMIN, MANAGER = "chain:admin", "store:de-1:manager"


@pytest.fixture
def shop(service: Service) -> Service:
    # Deadlines of orders are judged by the stamps of what is recorded.
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


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
    ("make", "message"),
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
    shop: Service, make: Callable[[], str], message: str
) -> None:
    headers = {"authorization": f"Bearer {make()}"}
    answer = orjson.loads(shop.post(REQUESTS["recordSale"], headers=headers).body)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    with pytest.raises(TokenRefusedError, match=message):
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
    keys = KeySet(oidc, Copies(), lambda _: {"keys": [{**public, "kid": "1"}]})
    verifier._issuer = _Issuer(oidc, keys)
    principal = verifier.principal({"authorization": f"bearer {token}"})
    assert principal is not None
    assert principal.roles == {ADMIN}


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


POOL = {"issuer": "https://cognito.invalid/pool", "audience": "client-1", "keys": "http://x"}


def test_a_deployment_takes_no_local_pool() -> None:
    environment = {
        "CARTE_REGION": "eu-west-1",
        "CARTE_TABLE": "carte",
        "CARTE_OIDC_LOCAL_POOL": json.dumps(POOL),
    }
    with pytest.raises(SettingsError, match="CARTE_OIDC_LOCAL_POOL is for the local cloud"):
        Settings.from_environment({**environment, "CARTE_STAGE": "aws"})
    local = {**environment, "CARTE_STAGE": "local"}
    pool = Settings.from_environment(local).local_pool
    assert pool == Oidc(POOL["issuer"], POOL["audience"], keys_address=POOL["keys"])
    assert pool.jwks_url == "http://x"
    for text in ("x", "[]", "{}", '{"issuer": "x"}'):
        with pytest.raises(SettingsError, match="names no user pool"):
            Settings.from_environment({**local, "CARTE_OIDC_LOCAL_POOL": text})


def test_tokens_of_a_local_pool_are_verified_beside_those_of_the_development_issuer() -> None:
    """Each by the keys of its own issuer, whichever a token claims to come from."""
    pool, copies = DevelopmentIssuer.make(), Copies()
    oidc = Oidc(POOL["issuer"], POOL["audience"], keys_address=POOL["keys"])
    verifier = TokenVerifier(ISSUER.oidc, copies, local_pool=oidc)
    verifier._pool = _Issuer(oidc, KeySet(oidc, copies, lambda _: pool.jwks()))
    claims: dict[str, Any] = {"iss": oidc.issuer, "aud": "client-1", "sub": "ada"}

    def subject(token: str) -> str:
        found = verifier.principal({"authorization": f"Bearer {token}"})
        assert found is not None
        return found.subject

    for _ in range(2):  # verified, and remembered
        assert subject(pool.token([ADMIN], **claims)) == "ada"
        assert subject(ISSUER.keys.token([ADMIN], sub="bob")) == "bob"
    assert copies.kept == pool.jwks()  # for when the pool's region is away
    for forged in (
        ISSUER.keys.token([ADMIN], **claims),  # signed by the other issuer
        pool.token([ADMIN]),
        pool.token([ADMIN], **{**claims, "aud": "client-2"}),
        ISSUER.keys.token([ADMIN], **{**claims, "iss": NAME}),
    ):
        with pytest.raises(TokenRefusedError):
            subject(forged)


@pytest.mark.parametrize("url", ["http://issuer.invalid", "file:///etc/passwd", "ftp://127.0.0.1:"])
def test_keys_are_fetched_over_https_or_from_this_machine(url: str) -> None:
    keys = KeySet(Oidc(url, "x"), Copies())
    with pytest.raises(TokenRefusedError, match="does not have"):
        keys.key("1")
    with pytest.raises(ValueError, match="is not https"):
        _fetch(url)


class Verifying:
    """A verifier whose clocks and keys a test sets, and the number of tokens it has decoded."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.monotonic = time.time(), 1000.0
        self.jwks = ISSUER.keys.jwks()
        self.decoded = 0
        oidc = Oidc(NAME, AUDIENCE)
        self._verifier = TokenVerifier(oidc, Copies(), clock=lambda: self.now)
        keys = KeySet(oidc, Copies(), lambda _: self.jwks, monotonic=lambda: self.monotonic)
        self._verifier._issuer = _Issuer(oidc, keys)
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
