"""The deployments that the gate synthesizes: the default, each option, and the combinations."""

from collections.abc import Mapping
from typing import Any, Final

from infra_cdk.config import Deployment

ACCOUNT: Final = "123456789012"
_DOMAIN: Final[Mapping[str, Any]] = {
    "name": "menus.example.com",
    "zone_id": "Z0123456789ABC",
    "zone_name": "example.com",
}
# What a chain in earnest writes into its deployment file.
PRODUCTION: Final[Mapping[str, Any]] = {
    "domain": _DOMAIN,
    "alarm_addresses": ["on-call@example.com"],
    "monthly_budget_usd": 5000,
    "canary_store": "us-00001",
    "oidc_issuer": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example",
    "oidc_audience": "exampleclientid",
    "pipeline": {"repository": "example/carte"},
}
_FIVE: Final = ("us-east-1", "eu-west-1", "ap-southeast-1", "sa-east-1", "ap-northeast-1")
_CONTROL: Final = "arn:aws:route53-recovery-control::123456789012:controlpanel/0a/routingcontrol"

# One region is enough where an option changes what is in a region, not how many there are.
_ONE: Final[Mapping[str, Any]] = {"regions": ["eu-west-1"]}

# Name to what its deployment file would say.
SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "default": {},
    "production": PRODUCTION,
    "one-region": {**PRODUCTION, **_ONE},
    "five-regions": {"regions": list(_FIVE)},
    "without-edge": {**PRODUCTION, **_ONE, "edge": {"on": False}},
    "strong": {
        "regions": ["us-east-1", "us-east-2", "us-west-2"],
        "database": {"consistency": "strong"},
    },
    "customer-keys": {"regions": ["us-east-1", "eu-west-1"], "database": {"keys": "customer"}},
    "warm": {**_ONE, "database": {"warm_reads": 40_000, "warm_writes": 10_000}},
    "aws-managed-keys": {**_ONE, "database": {"keys": "aws-managed"}},
    "dax": {**_ONE, "cache": {"dax_node": "dax.t3.small"}},
    "no-cache": {**_ONE, "cache": {"stage_gb": "none"}},
    "snapstart": {**_ONE, "lambdas": {"start": "snapstart", "shift": "linear"}},
    "provisioned": {
        **_ONE,
        "lambdas": {"start": "provisioned", "provisioned": 10, "shift": "all-at-once"},
    },
    "recovery": {
        **PRODUCTION,
        **_ONE,
        "recovery": {"on": True, "controls": {"eu-west-1": f"{_CONTROL}/1"}},
    },
}


def configurations() -> dict[str, Deployment]:
    """Every configuration as a deployment file would make it."""
    return {
        name: Deployment.from_mapping({"account": ACCOUNT, **settings})
        for name, settings in SETTINGS.items()
    }
