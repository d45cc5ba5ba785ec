"""The environment of the Lambda as one typed object."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from services.configuration import Environment, read
from services.staff_tokens import Oidc, read_local_pool, read_oidc
from services.storage.binding import Binding

if TYPE_CHECKING:
    from services.storage.picture_uploads import PictureBucket


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
        search_bucket: The region's bucket of prepared tables of the search (CARTE_SEARCH_BUCKET);
            None: each process makes its own.
        s3_endpoint: URL of S3 where it is not the region's own (AWS_ENDPOINT_URL_S3 or
            AWS_ENDPOINT_URL, in the local cloud).
        picture_buckets: The buckets of uploaded pictures (CARTE_PICTURE_BUCKETS, `region=bucket`
            separated by commas; in the local cloud CARTE_PICTURE_ENDPOINTS, `region=URL`, says
            where each region's S3 is); empty: no pictures are taken.
        has_cloudwatch: Whether this process can ask the CloudWatch of the chain's regions. Not in a
            local cloud (AWS_ENDPOINT_URL), and not in the network of a DAX cluster
            (CARTE_DAX_ENDPOINT), which has no way to it.
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
    search_bucket: str | None = None
    s3_endpoint: str | None = None
    picture_buckets: "tuple[PictureBucket, ...]" = ()
    has_cloudwatch: bool = False

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
            oidc=read_oidc(environment),
            carries_bytes=environment.switch("CARTE_BINARY_RESPONSES", default=False),
            cors_origins=_origins(environment),
            regions=_regions(environment),
            takes_cards=environment.switch("CARTE_CARDS", default=False),
            local_pool=read_local_pool(environment),
            count_bucket=environment.optional("CARTE_COUNT_BUCKET"),
            search_bucket=environment.optional("CARTE_SEARCH_BUCKET"),
            s3_endpoint=environment.optional("AWS_ENDPOINT_URL_S3")
            or environment.optional("AWS_ENDPOINT_URL"),
            picture_buckets=_picture_buckets(environment),
            has_cloudwatch=not (
                environment.optional("AWS_ENDPOINT_URL")
                or environment.optional("CARTE_DAX_ENDPOINT")
            ),
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


def _picture_buckets(environment: Environment) -> "tuple[PictureBucket, ...]":
    names = _pairs(environment, "CARTE_PICTURE_BUCKETS")
    if not names:
        return ()
    from services.storage.picture_uploads import PictureBucket

    endpoints = _pairs(environment, "CARTE_PICTURE_ENDPOINTS")
    return tuple(
        PictureBucket(region, name, endpoints.get(region)) for region, name in names.items()
    )


def _pairs(environment: Environment, variable: str) -> dict[str, str]:
    text = environment.optional(variable) or ""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    environment.problems.extend(
        f"{variable}: {''.join(pair)[:100]!r} is not written as region=value"
        for pair in pairs
        if not all(pair)
    )
    return {region: value for region, _, value in pairs}
