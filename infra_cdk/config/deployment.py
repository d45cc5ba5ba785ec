"""A deployment: its settings, and the rules that hold between them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from infra_cdk.config.audit import Audit
from infra_cdk.config.exceptions import ConfigError
from infra_cdk.config.game_days import GameDays
from infra_cdk.config.operator import Operator
from infra_cdk.config.reading import read
from infra_cdk.config.regions import check_regions
from infra_cdk.config.sections import (
    Backup,
    Cache,
    Database,
    Domain,
    Edge,
    Identity,
    Lambdas,
    Pipeline,
    Recovery,
    one_of,
)
from infra_cdk.config.strong import check_strong
from infra_cdk.config.version import software_version
from infra_cdk.edge_rules import has_third_path
from infra_cdk.picture_buckets import local_regions
from services.domain.ids import is_id
from services.domain.stock_files.columns import InvalidColumnNamesError, configured_names
from services.domain.web_origins import is_origin

LOCAL_ACCOUNT: Final = "000000000000"
DEFAULT_REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
_ACCOUNT: Final = re.compile(r"\d{12}")
_TABLE: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MEMORY_MB: Final = range(128, 10_241)
_REGIONS_OF_A_PLAN: Final = 2
# What CloudWatch Logs takes.
_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """The deployment of a chain.

    Attributes:
        account: AWS account id, twelve digits.
        regions: AWS regions, the first is the primary one; adding a region is adding its name.
        table: name of the global table.
        stage: `aws`, or `local` for the emulators.
        version: Version of the software with its commit, shown by `region { version }`.
        log_retention_days: how long logs are kept; a value that CloudWatch Logs allows.
        memory_mb: memory of the menu Lambda; its CPU grows with it.
        throttle_rate: requests a second that a region's API takes before it answers 429.
        throttle_burst: requests at once above that rate.
        oidc_issuer: URL of the issuer of staff tokens, an output of the stack `carte-identity`;
            empty: no mutation is accepted.
        oidc_audience: client id that staff tokens must carry; the other output of that stack.
        oidc_jwks: keys of the local cloud's development issuer (JSON); refused for `aws`.
        cors_origins: Origins whose web pages may read answers, such as `https://shop.example`; see
            docs/security.md.
        alarm_addresses: e-mail addresses that alarms and the budget write to.
        mail_from: Sender of the mails to guests about their orders, at a domain that SES may send
            for; empty: guests get no mails.
        mail_identity: Whether to make the SES identity of that domain in each region; an account
            has it only once in a region.
        count_columns: The chain's own names of columns in count files, such as
            `store=Laden|Shop;pieces=Stand`; empty: the usual names alone (docs/files.md).
        payments: `stripe`: guests may pay by card (docs/operations.md); `none`: at the store only.
        monthly_budget_usd: US dollars a month after which the budget warns; 0: no budget.
        cost_anomaly_usd: US dollars of an unexplained rise of costs, from which on it is mailed; 0:
            nothing is watched.
        canary_store: id of a store whose menu each region's canary reads; empty: no canary.
        domain: names; see `Domain`, and so on for the other tables.
    """

    account: str = LOCAL_ACCOUNT
    regions: tuple[str, ...] = DEFAULT_REGIONS
    table: str = "carte"
    stage: str = "aws"
    version: str = field(default_factory=software_version)
    log_retention_days: int = 30
    memory_mb: int = 1024
    throttle_rate: int = 5000
    throttle_burst: int = 2500
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_jwks: str = ""
    cors_origins: tuple[str, ...] = ()
    alarm_addresses: tuple[str, ...] = ()
    mail_from: str = ""
    mail_identity: bool = True
    count_columns: str = ""
    payments: str = "none"
    monthly_budget_usd: int = 0
    cost_anomaly_usd: int = 0
    canary_store: str = ""
    domain: Domain = field(default_factory=Domain)
    database: Database = field(default_factory=Database)
    lambdas: Lambdas = field(default_factory=Lambdas)
    cache: Cache = field(default_factory=Cache)
    edge: Edge = field(default_factory=Edge)
    backup: Backup = field(default_factory=Backup)
    recovery: Recovery = field(default_factory=Recovery)
    audit: Audit = field(default_factory=Audit)
    game_days: GameDays = field(default_factory=GameDays)
    identity: Identity = field(default_factory=Identity)
    operator: Operator = field(default_factory=Operator)
    pipeline: Pipeline = field(default_factory=Pipeline)

    def __post_init__(self) -> None:
        """Check everything that can be checked without AWS."""
        if not _ACCOUNT.fullmatch(self.account):
            raise ConfigError(f"account {self.account!r} is not twelve digits")
        if not self.regions:
            raise ConfigError("regions is empty; name at least one AWS region")
        check_regions(self.regions)
        if self.edge.site_replica:
            check_regions([self.edge.site_replica], "edge.site_replica")
        if self.backup.copy_region:
            check_regions([self.backup.copy_region], "backup.copy_region")
        if not _TABLE.fullmatch(self.table):
            raise ConfigError(f"table {self.table!r} is not 3 to 255 letters, digits, - _ or .")
        one_of("stage", self.stage, ("aws", "local"))
        one_of("payments", self.payments, ("none", "stripe"))
        try:
            configured_names(self.count_columns)
        except InvalidColumnNamesError as error:
            raise ConfigError(f"count_columns: {error.message}; {error.hint}") from error
        self._check_numbers()
        self._check_issuer()
        for origin in self.cors_origins:
            if not isinstance(origin, str) or not is_origin(origin):
                raise ConfigError(
                    f"cors_origins: {origin!r} is no origin such as https://shop.example"
                )
        self._check_addresses()
        if self.canary_store and not is_id(self.canary_store):
            raise ConfigError(f"canary_store {self.canary_store!r} is not the id of a store")
        self._check_between()

    def _check_addresses(self) -> None:
        for address in self.alarm_addresses:
            if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
                raise ConfigError(f"alarm_addresses: {address!r} is not an e-mail address")
        if self.mail_from and not _ADDRESS.fullmatch(self.mail_from):
            raise ConfigError(f"mail_from: {self.mail_from!r} is not an e-mail address")

    def _check_numbers(self) -> None:
        if self.log_retention_days not in _RETENTION_DAYS:
            days = ", ".join(map(str, _RETENTION_DAYS))
            raise ConfigError(f"log_retention_days {self.log_retention_days} is not one of {days}")
        if self.memory_mb not in _MEMORY_MB:
            raise ConfigError(
                f"memory_mb {self.memory_mb} is not within {_MEMORY_MB[0]} to {_MEMORY_MB[-1]}"
            )
        for name in ("throttle_rate", "throttle_burst"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is below 1, so the API would answer nobody")
        if self.monthly_budget_usd < 0:
            raise ConfigError("monthly_budget_usd is below 0; write 0 for no budget")
        if self.cost_anomaly_usd < 0:
            raise ConfigError("cost_anomaly_usd is below 0; write 0 to watch nothing")

    def _check_issuer(self) -> None:
        if self.identity.replica:
            check_regions([self.identity.replica], "identity.replica")
        if self.identity.replica == self.primary:
            raise ConfigError("identity.replica is the primary region, where the pool itself is")
        if self.stage == "aws" and self.oidc_jwks:
            raise ConfigError("oidc_jwks is for the local cloud; a deployment has its own issuer")
        if self.oidc_issuer and not self.oidc_issuer.startswith("https://"):
            raise ConfigError(f"oidc_issuer {self.oidc_issuer!r} does not start with https://")

    def _check_between(self) -> None:
        if self.database.strong and self.takes_cards:
            raise ConfigError("payments is set, and a strongly consistent table takes no orders")
        if self.database.strong:
            check_strong(self.regions, staff=bool(self.oidc_issuer), dax=bool(self.cache.dax_node))
        if self.monthly_budget_usd and not self.alarm_addresses:
            raise ConfigError(
                "monthly_budget_usd is set and alarm_addresses is empty: nobody hears"
            )
        if self.cost_anomaly_usd and not self.alarm_addresses:
            raise ConfigError("cost_anomaly_usd is set and alarm_addresses is empty: nobody hears")
        self._check_backup()
        self._check_recovery()
        self._check_game_days()
        for region in self.cache.zones:
            if region not in self.regions:
                raise ConfigError(f"cache.zones names {region}, which is not in regions")

    def _check_backup(self) -> None:
        """Check that backups are missed where they fail, and are copied elsewhere."""
        if self.backup.days and not self.alarm_addresses:
            raise ConfigError(
                "backup.days is set and alarm_addresses is empty: nobody hears of one that fails"
            )
        if self.backup.copy_region == self.primary:
            raise ConfigError(f"backup.copy_region is {self.primary}, where the backups are made")

    def _check_recovery(self) -> None:
        recovery = self.recovery
        if not self.domain:
            for name in ("on", "region_switch", "accelerated_dns"):
                if getattr(recovery, name):
                    raise ConfigError(f"recovery.{name} needs a domain: it acts on its records")
        # CloudFormation, AWS::ARCRegionSwitch::Plan, Regions: two, no more and no less.
        if recovery.region_switch and len(self.regions) != _REGIONS_OF_A_PLAN:
            raise ConfigError(
                f"recovery.region_switch takes exactly two regions, not {len(self.regions)}: ARC "
                "has no plans for more; remove it, or write recovery.on = true (routing controls)"
            )
        for name in ("controls", "health_checks"):
            for region in getattr(recovery, name):
                if region not in self.regions:
                    raise ConfigError(f"recovery.{name} names {region}, which is not in regions")

    def _check_game_days(self) -> None:
        if not self.game_days:
            return
        if len(self.regions) == 1:
            raise ConfigError("game_days.until needs a second region, which takes over")
        if self.database.strong:
            raise ConfigError(
                'game_days.until and database.consistency = "strong" exclude each other: a replica '
                "that is cut off takes no writes"
            )
        # Lambda API reference, PutFunctionConcurrency: not below what is provisioned.
        if self.lambdas.provisioned:
            raise ConfigError(
                "game_days.until and lambdas.provisioned exclude each other: a Lambda with "
                "provisioned environments cannot be stopped; lower provisioned to 0 for the day"
            )

    @property
    def primary(self) -> str:
        """The region in which the global table is declared."""
        return self.regions[0]

    @property
    def backup_copy_region(self) -> str:
        """The region that backups are copied to; empty: none is made, or none is copied."""
        if not self.backup.days:
            return ""
        return self.backup.copy_region or next(iter(self.regions[1:]), "")

    @property
    def takes_cards(self) -> bool:
        """Whether guests may pay by card."""
        return self.payments != "none"

    @property
    def has_edge(self) -> bool:
        """Whether there is a CloudFront distribution: its origins need names to be reached by."""
        return self.edge.on and bool(self.domain)

    @property
    def has_third(self) -> bool:
        """Whether a third attempt of a write has a name of its own: `third.api.<domain>`."""
        return self.has_edge and has_third_path(len(self.regions))

    @property
    def origin_secrets(self) -> tuple[int, ...]:
        """Numbers of the origin secrets that the API takes, the newest first; empty: none."""
        newest = self.edge.origin_secret
        return tuple(range(newest, max(newest - 2, 0), -1)) if self.has_edge else ()

    @property
    def origin_secrets_kept(self) -> tuple[int, ...]:
        """Numbers of the origin secrets that exist, with the one that a roll-back refers to."""
        newest = self.edge.origin_secret
        return tuple(range(newest, max(newest - 3, 0), -1)) if self.has_edge else ()

    @property
    def site_replica(self) -> str:
        """The region of the second copy of the site."""
        others = (region for region in self.regions if region != "us-east-1")
        return self.edge.site_replica or next(others, "us-west-2")

    @property
    def picture_regions(self) -> tuple[str, ...]:
        """The regions that have a bucket of uploaded pictures, the first one first; empty: none.

        They are those of the site's two copies, or, in a local cloud, the first two.
        """
        if self.stage == "local":
            return local_regions(self.regions)
        return ("us-east-1", self.site_replica) if self.has_edge else ()

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Read a deployment file; see `deployment.example.toml`.

        Raises:
            ConfigError: The file cannot be read, is no TOML, or holds a key or value that is wrong.
        """
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ConfigError(f"there is no {path}; start from deployment.example.toml") from error
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path} is no text in UTF-8: {error}") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: {error}") from error
        try:
            return cls.from_mapping(values)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error}") from error

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Make a deployment of plain values.

        Raises:
            ConfigError: a key is unknown or a value has the wrong type.
        """
        return read(cls, values)
