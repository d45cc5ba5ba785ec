"""The tables of a deployment file: domain, database, Lambdas, cache, edge, backup, ... pipeline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from infra_cdk.config.exceptions import ConfigError

_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_ZONE: Final = re.compile(r"Z[A-Z0-9]{3,31}")
_MULTI_REGION_KEY: Final = re.compile(r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/mrk-[0-9a-f]+")
_HEALTH_CHECK: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
# What API Gateway offers, in GB.
STAGE_CACHES: Final = ("none", "0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237")
_LONGEST_STAGE_TTL_S: Final = 3600
_NODES: Final = range(1, 12)
_BACKUP_DAYS: Final = range(7, 3651)
_RATE_LIMITS: Final = range(10, 2_000_000_001)


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise unless a setting has one of its values.

    Raises:
        ConfigError: it has another.
    """
    if value not in allowed:
        raise ConfigError(f"{name} {value!r} is not one of {', '.join(allowed)}")


@dataclass(frozen=True, slots=True)
class Domain:
    """The names under which people and machines find carte. Empty: AWS's own names, and no edge.

    Attributes:
        name: the site's; the API is `api.<name>`, one region of it `<region>.api.<name>`; live
            updates are `live.<name>` and `<region>.live.<name>`.
        zone_id: id of the Route 53 hosted zone that the records go into.
        zone_name: that zone's name: `name` or a parent of it.
    """

    name: str = ""
    zone_id: str = ""
    zone_name: str = ""

    def __post_init__(self) -> None:
        """Raise ConfigError for names that cannot be used."""
        if not any((self.name, self.zone_id, self.zone_name)):
            return
        for part in ("name", "zone_name"):
            value = getattr(self, part)
            if not _NAME.fullmatch(value):
                raise ConfigError(
                    f"domain.{part} {value!r} is not a name such as menus.example.com"
                )
        if not _ZONE.fullmatch(self.zone_id):
            raise ConfigError(
                f"domain.zone_id {self.zone_id!r} is not the id of a hosted zone such as "
                "Z0123456789ABC; see `aws route53 list-hosted-zones`"
            )
        if self.name != self.zone_name and not self.name.endswith(f".{self.zone_name}"):
            raise ConfigError(f"domain.name {self.name} is not within the zone {self.zone_name}")

    def __bool__(self) -> bool:
        return bool(self.name)

    @property
    def api(self) -> str:
        """The API's name, answered by the nearest healthy region."""
        return f"api.{self.name}"

    @property
    def next_api(self) -> str:
        """The name that the next nearest healthy region answers."""
        return f"next.{self.api}"

    @property
    def third_api(self) -> str:
        """The name that the third nearest region answers."""
        return f"third.{self.api}"

    @property
    def live(self) -> str:
        """The name of live updates, answered by the nearest healthy region."""
        return f"live.{self.name}"

    @property
    def next_live(self) -> str:
        """The name of live updates that the next nearest healthy region answers."""
        return f"next.{self.live}"

    def regional_live(self, region: str) -> str:
        """The name of one region's live updates, healthy or not."""
        return f"{region}.{self.live}"

    def healthy_live(self, region: str) -> str:
        """The name of one region's live updates that falls with its health."""
        return f"healthy-{region}.{self.live}"

    def live_without(self, region: str) -> str:
        """The name of live updates that the nearest healthy region but this one answers."""
        return f"without-{region}.{self.live}"

    def regional_api(self, region: str) -> str:
        """The name of one region's API, healthy or not."""
        return f"{region}.{self.api}"

    def healthy(self, region: str) -> str:
        """The name of one region's API that falls with its health."""
        return f"healthy-{region}.{self.api}"

    def without(self, *regions: str) -> str:
        """The name that the nearest healthy region but these answers; one or two regions."""
        return f"without-{'-'.join(sorted(regions))}.{self.api}"

    def second_without(self, region: str) -> str:
        """The name that the second nearest region but this one answers."""
        return f"second-without-{region}.{self.api}"


@dataclass(frozen=True, slots=True)
class Database:
    """The global table.

    Attributes:
        consistency: `eventual` (MREC), or `strong` (MRSC: three regions of one continent).
        keys: Owner of the keys that encrypt it: `aws-owned`, `aws-managed`, or `customer`.
        key_number: With customer keys, which one encrypts the table: 1 is `alias/carte-table`, 2
            `alias/carte-table-2`, ...; to rotate to a new key, add one and deploy.
        warm_reads: read units a second that it is ready for at once; 0: what DynamoDB gives.
        warm_writes: likewise write units.
    """

    consistency: str = "eventual"
    keys: str = "aws-owned"
    key_number: int = 1
    warm_reads: int = 0
    warm_writes: int = 0

    def __post_init__(self) -> None:
        """Raise ConfigError for a value that is not one of the choices."""
        one_of("database.consistency", self.consistency, ("eventual", "strong"))
        one_of("database.keys", self.keys, ("aws-owned", "aws-managed", "customer"))
        if self.key_number < 1:
            raise ConfigError(f"database.key_number {self.key_number} is below 1")
        if self.key_number > 1 and self.keys != "customer":
            raise ConfigError(
                f'database.key_number is {self.key_number} and keys is "{self.keys}"; write '
                'keys = "customer"'
            )
        # What every on-demand table has; below it DynamoDB refuses.
        for name, least in (("warm_reads", 12_000), ("warm_writes", 4_000)):
            if 0 < getattr(self, name) < least or getattr(self, name) < 0:
                raise ConfigError(
                    f"database.{name} is below {least}, what every table has; write 0"
                )

    @property
    def strong(self) -> bool:
        """Whether reads see the last write of any region."""
        return self.consistency == "strong"


@dataclass(frozen=True, slots=True)
class Lambdas:
    """How the menu Lambda starts and how new code takes over.

    Attributes:
        start: `plain`, `snapstart`, or `provisioned`.
        provisioned: environments that are kept warm, with `provisioned`.
        shift: how traffic goes to new code: `canary` (a tenth for five minutes, then all),
            `linear` (a tenth a minute), or `all-at-once`.
    """

    start: str = "plain"
    provisioned: int = 0
    shift: str = "canary"

    def __post_init__(self) -> None:
        """Check that Lambda would take it: never SnapStart with provisioned concurrency."""
        one_of("lambdas.start", self.start, ("plain", "snapstart", "provisioned"))
        one_of("lambdas.shift", self.shift, ("canary", "linear", "all-at-once"))
        if self.start == "provisioned" and self.provisioned < 1:
            raise ConfigError('lambdas.start is "provisioned"; say how many: provisioned = 10')
        if self.start != "provisioned" and self.provisioned:
            raise ConfigError(
                f'lambdas.provisioned is {self.provisioned} and start is "{self.start}": Lambda '
                'takes one of the two; write start = "provisioned" or provisioned = 0'
            )


@dataclass(frozen=True, slots=True)
class Cache:
    """The caches between a region's API and its table.

    Attributes:
        stage_gb: Size of the API's cache of persisted reads in GB, or `none`; see
            docs/decisions/stage-cache.md before choosing another.
        ttl_s: seconds that it keeps an answer.
        dax_node: type of the DAX nodes in front of the table such as `dax.t3.small`; empty: none.
        dax_nodes: how many, over as many availability zones.
        zones: region to the availability zones of the DAX nodes; `a`, `b` and `c` of a region that
            is not named here.
    """

    stage_gb: str = "none"
    ttl_s: int = 5
    dax_node: str = ""
    dax_nodes: int = 3
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check sizes and zones."""
        one_of("cache.stage_gb", self.stage_gb, STAGE_CACHES)
        if not 1 <= self.ttl_s <= _LONGEST_STAGE_TTL_S:
            raise ConfigError(f"cache.ttl_s {self.ttl_s} is not within 1 to {_LONGEST_STAGE_TTL_S}")
        if self.dax_node and not re.fullmatch(
            r"dax\.[a-z0-9]+\.\d*(?:small|medium|x?large)", self.dax_node
        ):
            raise ConfigError(
                f"cache.dax_node {self.dax_node!r} is not a type such as dax.t3.small"
            )
        if self.dax_nodes not in _NODES:
            raise ConfigError(f"cache.dax_nodes {self.dax_nodes} is not within 1 to {_NODES[-1]}")
        for region, zones in self.zones.items():
            for zone in zones:
                if not re.fullmatch(rf"{re.escape(region)}[a-z]", zone):
                    raise ConfigError(f"cache.zones.{region}: {zone!r} is not a zone of {region}")

    def zones_of(self, region: str) -> list[str]:
        """The availability zones to use, named and not looked up."""
        return [*self.zones.get(region, [f"{region}{letter}" for letter in "abc"])]


@dataclass(frozen=True, slots=True)
class Edge:
    """CloudFront.

    Attributes:
        on: whether there is one; without a domain there is none.
        rate_limit: requests that one address may make in five minutes; a store's tills and guests
            often share one.
        live_connections: Open connections of live updates that one address may have opened in a
            region within two hours.
        site_replica: region of the second copies of site and pictures; empty: the first that is not
            us-east-1.
        origin_secret: Number of the secret that CloudFront shows the API. The API takes this one
            and the one before it; to rotate, add one and deploy.
    """

    on: bool = True
    rate_limit: int = 5000
    live_connections: int = 1000
    site_replica: str = ""
    origin_secret: int = 1

    def __post_init__(self) -> None:
        """Check the limits, the region and the number."""
        if self.origin_secret < 1:
            raise ConfigError(f"edge.origin_secret {self.origin_secret} is below 1")
        if self.rate_limit not in _RATE_LIMITS:
            raise ConfigError(f"edge.rate_limit {self.rate_limit} is below 10, the least WAF takes")
        if self.live_connections < 1:
            raise ConfigError(
                f"edge.live_connections {self.live_connections} is below 1, so nobody could connect"
            )
        if self.site_replica == "us-east-1":
            raise ConfigError("edge.site_replica is us-east-1, where the first copy is")


@dataclass(frozen=True, slots=True)
class Recovery:
    """Route 53 and its Application Recovery Controller (ARC): what helps while much is away.

    Attributes:
        on: whether to have a cluster, for about $1,800 a month.
        controls: region to the ARN of its routing control: outputs of the stack `carte-recovery`,
            to be written here once it is deployed.
        region_switch: Whether to have a plan of ARC Region switch, for about $70 a month.
        health_checks: Region to the id of the health check that Region switch made for it; see
            docs/operations.md.
        accelerated_dns: Whether a deployment needs a hosted zone with accelerated recovery, whose
            records can be changed while us-east-1 is away.
    """

    on: bool = False
    controls: Mapping[str, str] = field(default_factory=dict)
    region_switch: bool = False
    health_checks: Mapping[str, str] = field(default_factory=dict)
    accelerated_dns: bool = False

    def __post_init__(self) -> None:
        """Check that the controls and the health checks are some."""
        for region, check in self.health_checks.items():
            if not _HEALTH_CHECK.fullmatch(check):
                raise ConfigError(
                    f"recovery.health_checks.{region} {check!r} is not the id of a health check"
                )
        if self.health_checks and not self.region_switch:
            raise ConfigError("recovery.health_checks are given; write region_switch = true")
        for region, arn in self.controls.items():
            if not arn.startswith("arn:aws") or ":route53-recovery-control:" not in arn:
                raise ConfigError(
                    f"recovery.controls.{region} {arn!r} is not a routing control's ARN"
                )
        if self.controls and not self.on:
            raise ConfigError("recovery.controls are given; write recovery.on = true")


@dataclass(frozen=True, slots=True)
class Backup:
    """AWS Backup: a copy of the table each day, which no mistake in the table reaches.

    Point-in-time recovery is always on; it reaches back 35 days, and ends with the table's account
    and region.

    Attributes:
        days: for how many days a backup is kept; 0: none is made.
        copy_region: where each backup is copied to; empty: the second region, or none if there is
            one region alone.
    """

    days: int = 0
    copy_region: str = ""

    def __post_init__(self) -> None:
        """Check that a backup is kept for a time that AWS Backup takes."""
        if self.days not in _BACKUP_DAYS and self.days:
            raise ConfigError(
                f"backup.days {self.days} is not 0 or within {_BACKUP_DAYS[0]} to "
                f"{_BACKUP_DAYS[-1]}"
            )
        if self.copy_region and not self.days:
            raise ConfigError("backup.copy_region is given; write backup.days, too")


@dataclass(frozen=True, slots=True)
class Identity:
    """A copy of the user pool in a second region, for when that of the pool is lost.

    Attributes:
        replica: the region of the copy; empty: there is none.
        key: ARN of a multi-Region KMS key of the primary region, of which a replica key is in the
            region of the copy (docs/people.md): Cognito replicates no pool with a key of its own.
    """

    replica: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        """Check that a copy has a key."""
        if bool(self.replica) != bool(self.key):
            raise ConfigError("identity.replica and identity.key go together: write both")
        if self.key and not _MULTI_REGION_KEY.fullmatch(self.key):
            raise ConfigError(
                f"identity.key {self.key!r} is no ARN of a multi-Region key such as "
                "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd"
            )


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The GitHub repository whose workflow deploys.

    Attributes:
        repository: `owner/name`; empty: no role for it.
        owner_id: GitHub's numeric id of the owner; with `repository_id`, the role trusts the
            immutable subject that GitHub writes for repositories made since 2026-07-15.
        repository_id: GitHub's numeric id of the repository; 0: the subject has names alone.
        environment: the GitHub environment whose protection rules guard a deployment.
        make_provider: whether to make GitHub's identity provider; an account has it only once.
    """

    repository: str = ""
    owner_id: int = 0
    repository_id: int = 0
    environment: str = "production"
    make_provider: bool = True

    def __post_init__(self) -> None:
        """Check that the trust of the role is for one repository and environment."""
        if self.repository and not _REPOSITORY.fullmatch(self.repository):
            raise ConfigError(f"pipeline.repository {self.repository!r} is not owner/name")
        if (
            bool(self.owner_id) != bool(self.repository_id)
            or min(self.owner_id, self.repository_id) < 0
        ):
            raise ConfigError(
                "pipeline.owner_id and pipeline.repository_id go together: write both, as `gh api "
                "repos/OWNER/NAME --jq '.owner.id, .id'` prints them, or neither"
            )
        if self.repository_id and not self.repository:
            raise ConfigError("pipeline.repository_id is set and pipeline.repository is empty")
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", self.environment):
            raise ConfigError(f"pipeline.environment {self.environment!r} must be one plain name")

    @property
    def subject(self) -> str:
        """The subject (`sub`) of the tokens that GitHub signs for the environment.

        GitHub's reference "OpenID Connect", "Immutable subject claims": repositories made or
        renamed since 2026-07-15 have `owner@id/name@id` in place of `owner/name`.
        """
        owner, _, name = self.repository.partition("/")
        if self.repository_id:
            owner, name = f"{owner}@{self.owner_id}", f"{name}@{self.repository_id}"
        return f"repo:{owner}/{name}:environment:{self.environment}"
