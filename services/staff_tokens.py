"""Staff tokens: OpenID Connect bearer tokens, verified against the issuer's keys.

PyJWT does the cryptography; here is what carte demands of a token. It is imported when the first
token comes, because readers send none and a cold start should not pay for it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast

import orjson

from services.configuration import Environment
from services.storage.exceptions import StorageError

if TYPE_CHECKING:
    from services.domain.principal import Principal

ALGORITHMS: Final = ("RS256", "ES256")
ROLES_CLAIM: Final = "cognito:groups"
LEEWAY_S: Final = 30
KEYS_MAX_AGE_S: Final = 3600.0
REFETCH_S: Final = 60.0  # an unknown key id may ask for new keys, but not with every request
_FETCH_TIMEOUT_S: Final = 2.0
_SAFE: Final = ("https://", "http://127.0.0.1:")  # the second is the pool of a local cloud
_MAX_TOKEN: Final = 8192
_MAX_VERIFIED: Final = 200  # tokens that are remembered: 1.6 MB at most


class Oidc(NamedTuple):
    """The issuer whose tokens are accepted.

    Attributes:
        issuer: The `iss` of its tokens (CARTE_OIDC_ISSUER).
        audience: The `aud` or `client_id` they must carry (CARTE_OIDC_AUDIENCE).
        inline_jwks: The issuer's keys themselves (CARTE_OIDC_JWKS): the local cloud's development
            issuer; refused anywhere else.
        keys_address: Where its keys are, if not below its name: the local cloud's user pool.
    """

    issuer: str
    audience: str
    inline_jwks: dict[str, Any] | None = None
    keys_address: str | None = None

    @property
    def jwks_url(self) -> str:
        """Where the issuer publishes its keys."""
        if self.keys_address is not None:
            return self.keys_address
        return self.issuer.rstrip("/") + "/.well-known/jwks.json"


def read_oidc(environment: Environment) -> Oidc | None:
    """Return the issuer that the variables name; None: no token is accepted."""
    issuer = environment.optional("CARTE_OIDC_ISSUER")
    audience = environment.optional("CARTE_OIDC_AUDIENCE")
    inline = environment.optional("CARTE_OIDC_JWKS")
    keys: dict[str, Any] | None = None
    if inline and not environment.is_local:
        environment.problems.append(
            "CARTE_OIDC_JWKS is for the local cloud and must not be set in a deployment"
        )
    elif inline:
        try:
            keys = orjson.loads(inline)
        except orjson.JSONDecodeError as error:
            environment.problems.append(f"CARTE_OIDC_JWKS is not JSON ({error})")
    if not issuer or not audience:
        return None
    return Oidc(issuer, audience, keys)


def read_local_pool(environment: Environment) -> Oidc | None:
    """Return the user pool of a local cloud, whose tokens are accepted, too; None: none."""
    text = environment.optional("CARTE_OIDC_LOCAL_POOL")
    if not text:
        return None
    if not environment.is_local:
        environment.problems.append(
            "CARTE_OIDC_LOCAL_POOL is for the local cloud and must not be set in a deployment"
        )
        return None
    try:
        known = orjson.loads(text)
        return Oidc(known["issuer"], known["audience"], keys_address=known["keys"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        environment.problems.append(f"CARTE_OIDC_LOCAL_POOL names no user pool ({error!r})")
        return None


class TokenRefusedError(Exception):
    """A token is invalid; the message may be shown to the client that sent it."""


class KeyCopies(Protocol):
    """A store of a copy of the issuer's keys, for when the issuer does not answer."""

    def load(self) -> dict[str, Any] | None:
        """Return the copy, if there is one."""
        ...

    def save(self, keys: dict[str, Any]) -> None:
        """Store a copy."""
        ...


class KeySet:
    """The issuer's public keys (JWKS): in memory, fetched when old, with a copy in the table.

    The issuer lives in one region. A region that starts while that one is away reads the copy that
    another left in the global table, so staff can go on working.
    """

    def __init__(
        self,
        oidc: Oidc,
        copies: KeyCopies,
        fetch: Callable[[str], dict[str, Any]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._oidc = oidc
        self._copies = copies
        self._fetch = fetch or _fetch
        self._monotonic = monotonic
        self._keys: dict[str, Any] = {}
        self._fetched: float | None = None

    def key(self, key_id: str | None) -> Any:
        """Return the key of an id.

        Raises:
            TokenRefusedError: The issuer has no such key.
        """
        age = self._age()
        if age > KEYS_MAX_AGE_S or (key_id not in self._keys and age > REFETCH_S):
            self._load()
        if key_id is None or key_id not in self._keys:
            raise TokenRefusedError("the token is signed with a key that the issuer does not have")
        return self._keys[key_id]

    def current(self) -> "Mapping[str, Any] | None":
        """Return the keys in memory, another object when they are fetched anew; None: too old."""
        return self._keys if self._age() <= KEYS_MAX_AGE_S else None

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._monotonic() - self._fetched

    def _load(self) -> None:
        inline = self._oidc.inline_jwks
        keys = _usable(inline) if inline else self._published()
        self._fetched = self._monotonic()
        if keys:
            self._keys = keys

    def _published(self) -> dict[str, Any]:
        try:
            known = self._fetch(self._oidc.jwks_url)
        except (OSError, ValueError):  # URLError is an OSError
            known = None
        keys = _usable(known)
        if not keys:
            # The issuer is away, or answers with something else: a page about maintenance, no keys.
            return {} if self._keys else _usable(self._copies.load())
        from botocore.exceptions import BotoCoreError
        from pynamodb.exceptions import PynamoDBException

        # The copy is for another day: that it cannot be kept now must not refuse a good token.
        with suppress(PynamoDBException, BotoCoreError, StorageError):
            self._copies.save(cast("dict[str, Any]", known))
        return keys


def _usable(known: object) -> dict[str, Any]:
    """Return the keys of a JWKS document by id; empty where it is none, or holds none of use."""
    from jwt import PyJWKSet, PyJWTError

    found = known.get("keys") if isinstance(known, dict) else None
    if not isinstance(found, list):
        return {}
    keys = [one for one in found if isinstance(one, dict)]
    try:
        usable = PyJWKSet.from_dict({"keys": keys}).keys
    except (PyJWTError, TypeError, ValueError, AttributeError):
        return {}
    return {key.key_id: key for key in usable if key.key_id is not None}


class _Issuer(NamedTuple):
    """An issuer whose tokens are accepted, and its keys."""

    oidc: Oidc
    keys: KeySet


class _Verified(NamedTuple):
    """What is remembered of a token that was verified.

    Attributes:
        principal: Whom it names.
        until: Unix seconds until which it is valid.
        by: The keys of its issuer.
        keys: Those of them that verified it.
    """

    principal: "Principal"
    until: float
    by: KeySet
    keys: Mapping[str, Any] | None


class TokenVerifier:
    """Verifies the token of an Authorization header and returns its principal.

    A token that was verified is remembered while it is valid, and no longer than the keys by which
    it was verified: a request with the same token needs no cryptography. Only valid tokens are
    remembered, so only the issuer decides how many there are; a bound keeps the latest.
    """

    def __init__(
        self,
        oidc: Oidc | None,
        copies: KeyCopies,
        clock: Callable[[], float] = time.time,
        *,
        local_pool: Oidc | None = None,
    ) -> None:
        """Verify tokens of an issuer, in a local cloud of two.

        Args:
            oidc: The issuer; None: no token is accepted.
            copies: Where the issuer's keys are kept for another day.
            clock: Returns Unix seconds.
            local_pool: The second issuer: the user pool of a local cloud.
        """
        self._issuer = _Issuer(oidc, KeySet(oidc, copies)) if oidc else None
        self._pool = _Issuer(local_pool, KeySet(local_pool, copies)) if local_pool else None
        self._clock = clock
        self._verified_tokens: OrderedDict[str, _Verified] = OrderedDict()

    def identify(self, headers: Mapping[str, str]) -> "tuple[Principal | None, str | None]":
        """Return the principal of a request, and the reason where its token is invalid.

        Menus are for everyone, whatever the token: only a field for staff refuses the request.
        """
        try:
            return self.principal(headers), None
        except TokenRefusedError as error:
            return None, str(error)

    def principal(self, headers: Mapping[str, str]) -> "Principal | None":
        """Return the author of the request; None where there is no token.

        Raises:
            TokenRefusedError: There is one, and it is not believed.
        """
        header = headers.get("authorization")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenRefusedError("send the token as `Authorization: Bearer ...`")
        if self._issuer is None:
            raise TokenRefusedError("staff sign-in is not set up in this deployment")
        if len(token) > _MAX_TOKEN:
            raise TokenRefusedError("the token is too long")
        token = token.strip()
        known = self._verified_tokens.get(token)
        if known is not None and self._clock() < known.until and known.keys is known.by.current():
            return known.principal
        issuer = self._issuer
        if self._pool is not None and _claimed_issuer(token) == self._pool.oidc.issuer:
            issuer = self._pool
        principal, expires = self._verified(token, issuer)
        # One operation each: threads may do so at once, and lose a token at worst.
        until = expires + LEEWAY_S
        self._verified_tokens[token] = _Verified(
            principal, until, issuer.keys, issuer.keys.current()
        )
        if len(self._verified_tokens) > _MAX_VERIFIED:
            with suppress(KeyError):
                self._verified_tokens.popitem(last=False)
        return principal

    def verified(self, header: str) -> "tuple[Principal, int]":
        """Return the principal of an Authorization header, and until when its token holds.

        Returns:
            The principal, and Unix seconds.

        Raises:
            TokenRefusedError: The token is not believed.
        """
        principal = self.principal({"authorization": header})
        known = self._verified_tokens.get(header.partition(" ")[2].strip())
        if principal is None or known is None:
            raise TokenRefusedError("send the token as `Bearer ...`")
        return principal, int(known.until)

    def _verified(self, token: str, issuer: _Issuer) -> "tuple[Principal, float]":
        import jwt

        from services.domain.principal import Principal

        oidc, keys = issuer
        try:
            header = jwt.get_unverified_header(token)
            key_id = header.get("kid")
            # Checked before a key is looked up: the token does not choose how it is verified.
            if header.get("alg") not in ALGORITHMS:
                raise TokenRefusedError("the token must be signed with RS256 or ES256")
            claims: dict[str, Any] = jwt.decode(
                token,
                keys.key(key_id if isinstance(key_id, str) else None),
                algorithms=list(ALGORITHMS),
                issuer=oidc.issuer,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefusedError("the token has expired; sign in again") from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise TokenRefusedError(_refusal(error)) from error
        _check_audience(claims, oidc.audience)
        roles = claims.get(ROLES_CLAIM) or []
        if not isinstance(roles, list):
            raise TokenRefusedError(f"the token's {ROLES_CLAIM} is no list")
        principal = Principal(
            str(claims["sub"]), frozenset(one for one in roles if isinstance(one, str))
        )
        return principal, int(claims["exp"])


def _claimed_issuer(token: str) -> object:
    """Return what a token says of its issuer, to choose the keys that have to verify it."""
    import jwt

    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        return None


# In our own words: the library's may repeat what the token holds.
_REFUSALS: Final = {
    "InvalidSignatureError": "its signature is not the issuer's",
    "InvalidIssuerError": "it comes from another issuer",
    "ImmatureSignatureError": "it is not valid yet",
    "InvalidIssuedAtError": "it was issued in the future",
    "MissingRequiredClaimError": "it needs the claims exp, iss and sub",
}


def _refusal(error: Exception) -> str:
    return f"the token is not valid: {_REFUSALS.get(type(error).__name__, 'it cannot be read')}"


def _check_audience(claims: Mapping[str, Any], audience: str) -> None:
    # Cognito's access tokens name their client as client_id and have no aud (RFC 9068 has one).
    meant = claims.get("aud", claims.get("client_id"))
    if audience not in (meant if isinstance(meant, list) else [meant]):
        raise TokenRefusedError("the token is meant for another audience")


def _fetch(url: str) -> dict[str, Any]:
    import json
    import urllib.request

    if not url.startswith(_SAFE):
        raise ValueError(f"{url} is not https")
    with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT_S) as answer:  # noqa: S310 - checked
        keys: dict[str, Any] = json.load(answer)
    return keys
