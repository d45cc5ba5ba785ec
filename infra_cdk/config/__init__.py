"""The settings of a deployment, as one typed object that is read from a TOML file."""

from infra_cdk.config.audit import Audit
from infra_cdk.config.deployment import (
    DEFAULT_REGIONS,
    LOCAL_ACCOUNT,
    Deployment,
)
from infra_cdk.config.exceptions import ConfigError
from infra_cdk.config.game_days import GameDays
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
)
from infra_cdk.config.version import project_version, software_version

__all__ = [
    "DEFAULT_REGIONS",
    "LOCAL_ACCOUNT",
    "Audit",
    "Backup",
    "Cache",
    "ConfigError",
    "Database",
    "Deployment",
    "Domain",
    "Edge",
    "GameDays",
    "Identity",
    "Lambdas",
    "Pipeline",
    "Recovery",
    "project_version",
    "software_version",
]
