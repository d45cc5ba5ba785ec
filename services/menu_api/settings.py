"""The environment of the Lambda as one typed object."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson


class SettingsError(RuntimeError):
    """The environment lacks something; the message names the variable."""


class Oidc(NamedTuple):
    """Whose tokens are believed.

    Attributes:
        issuer: the `iss` of its tokens (CARTE_OIDC_ISSUER).
        audience: the `aud` or `client_id` they must carry (CARTE_OIDC_AUDIENCE).
        inline_jwks: the issuer's keys themselves (CARTE_OIDC_JWKS): the local cloud's development
            issuer; refused anywhere else.
    """

    issuer: str
    audience: str
    inline_jwks: dict[str, Any] | None = None

    @property
    def jwks_url(self) -> str:
        """Where the issuer publishes its keys."""
        return self.issuer.rstrip("/") + "/.well-known/jwks.json"


class Settings(NamedTuple):
    """What the deployment tells the process.

    Attributes:
        region: AWS region this process answers from (CARTE_REGION).
        table: name of the global table (CARTE_TABLE).
        version: version of the software, shown in `region` (CARTE_VERSION).
        dynamodb_endpoint: URL of DynamoDB where it is not the region's own: the local cloud's
            (AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL).
        oidc: whose staff tokens are believed; None: nobody's.
        fast_reads: read past PynamoDB where that is known to be the same (CARTE_FAST_READS; `off`
            turns it off).
        carries_bytes: the API hands compressed bodies on (CARTE_BINARY_RESPONSES; `on` where the
            API's binary media types are `*/*`).
        dax_endpoint: URL of a DAX cluster to ask first (CARTE_DAX_ENDPOINT); an option.
    """

    region: str
    table: str
    version: str
    dynamodb_endpoint: str | None
    oidc: Oidc | None = None
    fast_reads: bool = True
    carries_bytes: bool = False
    dax_endpoint: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the variables that infra_cdk sets.

        Raises:
            SettingsError: one is missing.
        """

        def required(name: str) -> str:
            value = environment.get(name)
            if not value:
                raise SettingsError(f"the environment variable {name} is not set")
            return value

        return cls(
            region=required("CARTE_REGION"),
            table=required("CARTE_TABLE"),
            version=environment.get("CARTE_VERSION") or "unknown",
            dynamodb_endpoint=environment.get("AWS_ENDPOINT_URL_DYNAMODB")
            or environment.get("AWS_ENDPOINT_URL"),
            oidc=_oidc(environment),
            fast_reads=environment.get("CARTE_FAST_READS") != "off",
            carries_bytes=environment.get("CARTE_BINARY_RESPONSES") == "on",
            dax_endpoint=environment.get("CARTE_DAX_ENDPOINT") or None,
        )


def _oidc(environment: Mapping[str, str]) -> Oidc | None:
    issuer, audience = environment.get("CARTE_OIDC_ISSUER"), environment.get("CARTE_OIDC_AUDIENCE")
    inline = environment.get("CARTE_OIDC_JWKS")
    if inline and environment.get("CARTE_STAGE") != "local":
        raise SettingsError("CARTE_OIDC_JWKS is for the local cloud; unset it in a deployment")
    if not issuer or not audience:
        return None
    return Oidc(issuer, audience, orjson.loads(inline) if inline else None)
