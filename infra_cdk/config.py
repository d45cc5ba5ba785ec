"""What a deployment may choose, as one typed object read from a TOML file."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

from botocore.loaders import Loader

LOCAL_ACCOUNT: Final = "000000000000"
DEFAULT_REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
_ACCOUNT: Final = re.compile(r"\d{12}")
_TABLE: Final = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_MEMORY_MB: Final = range(128, 10_241)
# What CloudWatch Logs takes.
_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def project_version() -> str:
    """The software's version, from the one place that says it: pyproject.toml."""
    path = Path(__file__).parents[1] / "pyproject.toml"
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"])


class ConfigError(ValueError):
    """A deployment file is wrong; the message says where and what to write instead."""


def aws_regions() -> list[str]:
    """The regions of all AWS partitions, as the pinned botocore knows them, without network."""
    partitions = Loader().load_data("partitions")["partitions"]
    names = [name for partition in partitions for name in partition["regions"]]
    return sorted(name for name in names if not name.endswith("-global"))


@dataclass(frozen=True, slots=True)
class Deployment:
    """One chain, deployed.

    Attributes:
        account: AWS account id, twelve digits.
        regions: AWS regions, the first is the primary one; adding a region is adding its name.
        table: name of the global table.
        stage: `aws`, or `local` for the emulators.
        version: version of the software, shown by `region { version }`.
        log_retention_days: how long logs are kept; a value that CloudWatch Logs knows.
        memory_mb: memory of the menu Lambda; its CPU grows with it.
        throttle_rate: requests a second that a region's API takes before it answers 429.
        throttle_burst: requests at once above that rate.
        oidc_issuer: URL of the issuer of staff tokens, an output of the stack `carte-identity`;
            empty: no mutation is accepted.
        oidc_audience: client id that staff tokens must carry; the other output of that stack.
        oidc_jwks: keys of the local cloud's development issuer (JSON); refused for `aws`.
    """

    account: str = LOCAL_ACCOUNT
    regions: tuple[str, ...] = DEFAULT_REGIONS
    table: str = "carte"
    stage: str = "aws"
    version: str = project_version()
    log_retention_days: int = 30
    memory_mb: int = 1024
    throttle_rate: int = 5000
    throttle_burst: int = 2500
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_jwks: str = ""

    def __post_init__(self) -> None:
        """Check everything that can be checked without AWS."""
        if not _ACCOUNT.fullmatch(self.account):
            raise ConfigError(f"account {self.account!r} is not twelve digits")
        self._check_regions()
        if not _TABLE.fullmatch(self.table):
            raise ConfigError(f"table {self.table!r} is not 3 to 255 letters, digits, - _ or .")
        if self.stage not in {"aws", "local"}:
            raise ConfigError(f"stage {self.stage!r} is neither aws nor local")
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
        self._check_issuer()

    def _check_issuer(self) -> None:
        if self.stage == "aws" and self.oidc_jwks:
            raise ConfigError("oidc_jwks is for the local cloud; a deployment has its own issuer")
        if self.oidc_issuer and not self.oidc_issuer.startswith("https://"):
            raise ConfigError(f"oidc_issuer {self.oidc_issuer!r} does not start with https://")

    def _check_regions(self) -> None:
        if not self.regions:
            raise ConfigError("regions is empty; name at least one AWS region")
        known = aws_regions()
        for region in self.regions:
            if region not in known:
                near = difflib.get_close_matches(str(region), known, n=1)
                hint = f"; did you mean {near[0]}?" if near else " such as eu-west-1"
                raise ConfigError(f"{region!r} is not an AWS region{hint}")
        if len(set(self.regions)) != len(self.regions):
            raise ConfigError("regions names a region twice")

    @property
    def primary(self) -> str:
        """The region in which the global table is declared."""
        return self.regions[0]

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Read a deployment file; see `deployment.example.toml`.

        Raises:
            ConfigError: the file is missing, is no TOML, or holds a key or value that is wrong.
        """
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ConfigError(f"there is no {path}; start from deployment.example.toml") from error
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
        known = {field.name: field for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise ConfigError(f"{name!r} is not a setting; settings are {', '.join(known)}")
            wanted = list if name == "regions" else type(known[name].default)
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise ConfigError(f"{name} must be a {wanted.__name__}, not {value!r}")
        converted: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**converted)
