"""The environment of the Lambda as one typed object."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from services.configuration import Environment, read
from services.storage.binding import Binding


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


class Settings(NamedTuple):
    """What the deployment configures for the GraphQL Lambda.

    Attributes:
        binding: The table and how it is reached (CARTE_REGION, CARTE_TABLE; in the local cloud
            AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL; CARTE_FAST_READS, whose `off` reads
            through PynamoDB only; CARTE_DAX_ENDPOINT, an option).
        version: Version of the software, shown in `region` (CARTE_VERSION).
        oidc: The issuer of staff tokens; None: no token is accepted.
        local_pool: A second issuer, the user pool of a local cloud (CARTE_OIDC_LOCAL_POOL, JSON of
            `issuer`, `audience` and `keys`); None: there is none. Refused anywhere else.
        carries_bytes: Whether the API passes compressed bodies on (CARTE_BINARY_RESPONSES; `on`
            where the API's binary media types are `*/*`).
        cors_origins: Origins whose web pages may read answers (CARTE_CORS_ORIGINS, separated by
            commas, such as `https://shop.example`); empty: none but the site's own.
        regions: The AWS regions that the chain is deployed in (CARTE_REGIONS, separated by
            commas), among which stock and pickup slots are shared out; empty: not known, this one
            alone.
        takes_cards: Whether guests may pay by card (CARTE_CARDS; `on` where a payment provider is
            configured).
        count_bucket: The region's bucket for files of counts (CARTE_COUNT_BUCKET); None: there is
            none.
        s3_endpoint: URL of S3 where it is not the region's own (AWS_ENDPOINT_URL_S3 or
            AWS_ENDPOINT_URL, in the local cloud).
    """

    binding: Binding
    version: str
    oidc: Oidc | None = None
    carries_bytes: bool = False
    cors_origins: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    takes_cards: bool = False
    local_pool: Oidc | None = None
    count_bucket: str | None = None
    s3_endpoint: str | None = None

    @property
    def region(self) -> str:
        """The AWS region that this process answers from."""
        return self.binding.region

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: A variable is missing or cannot be used.
        """
        return read(cls._read, variables)

    @classmethod
    def _read(cls, environment: Environment) -> "Settings":
        return cls(
            binding=Binding.read(environment)._replace(
                fast_reads=environment.switch("CARTE_FAST_READS", default=True),
                dax_endpoint=environment.optional("CARTE_DAX_ENDPOINT"),
            ),
            version=environment.optional("CARTE_VERSION") or "unknown",
            oidc=_oidc(environment),
            carries_bytes=environment.switch("CARTE_BINARY_RESPONSES", default=False),
            cors_origins=_origins(environment),
            regions=_regions(environment),
            takes_cards=environment.switch("CARTE_CARDS", default=False),
            local_pool=_local_pool(environment),
            count_bucket=environment.optional("CARTE_COUNT_BUCKET"),
            s3_endpoint=environment.optional("AWS_ENDPOINT_URL_S3")
            or environment.optional("AWS_ENDPOINT_URL"),
        )


def _origins(environment: Environment) -> tuple[str, ...]:
    text = environment.optional("CARTE_CORS_ORIGINS")
    if not text:
        return ()
    from services.domain.web_origins import is_origin

    origins = tuple(part.strip() for part in text.split(",") if part.strip())
    environment.problems.extend(
        f"CARTE_CORS_ORIGINS: {origin[:100]!r} is no origin; write it as https://shop.example, "
        "without a path, and name each origin"
        for origin in origins
        if not is_origin(origin)
    )
    return origins


def _regions(environment: Environment) -> tuple[str, ...]:
    text = environment.optional("CARTE_REGIONS")
    return tuple(text.split(",")) if text else ()


def _oidc(environment: Environment) -> Oidc | None:
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


def _local_pool(environment: Environment) -> Oidc | None:
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
