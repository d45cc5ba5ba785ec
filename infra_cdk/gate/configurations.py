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
    "mail_from": "orders@menus.example.com",
    "count_columns": "store=Laden|Shop",
    "payments": "stripe",
    "monthly_budget_usd": 5000,
    "cost_anomaly_usd": 100,
    "canary_store": "us-00001",
    "oidc_issuer": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example",
    "oidc_audience": "exampleclientid",
    "cors_origins": ["https://shop.example"],
    "pipeline": {"repository": "example/carte"},
    "operator": {
        "name": "Example Donuts Ltd",
        "address": "1 Example Street\nExample City",
        "mail": "contact@example.com",
    },
}
_FIVE: Final = ("us-east-1", "eu-west-1", "ap-southeast-1", "sa-east-1", "ap-northeast-1")
_CONTROL: Final = "arn:aws:route53-recovery-control::123456789012:controlpanel/0a/routingcontrol"

# Name to what its deployment file would say. Options that go with each other share a deployment,
# and one region where they change what is in a region, not how many there are.
SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "default": {},
    "production": PRODUCTION,
    "one-region": {**PRODUCTION, "regions": ["eu-west-1"], "edge": {"on": False}},
    "five-regions": {"regions": list(_FIVE)},
    "strong": {
        "regions": ["us-east-1", "us-east-2", "us-west-2"],
        "database": {"consistency": "strong"},
        "lambdas": {"start": "snapstart"},
    },
    # A second customer key, DAX, a stage cache, provisioned concurrency, routing controls.
    "options": {
        **PRODUCTION,
        "regions": ["eu-west-1"],
        "database": {"keys": "customer", "key_number": 2},
        "lambdas": {"start": "provisioned", "provisioned": 10, "shift": "all-at-once"},
        "cache": {"stage_gb": "0.5", "dax_node": "dax.t3.small"},
        "backup": {"days": 35, "copy_region": "eu-central-1"},
        "recovery": {"on": True, "controls": {"eu-west-1": f"{_CONTROL}/1"}},
        "identity": {
            "replica": "us-east-1",
            "key": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/mrk-1234abcd",
        },
    },
    # Records of the account, game days, a plan of Region switch; SnapStart, linear shifting, AWS's
    # own keys, a warm table.
    "practised": {
        **PRODUCTION,
        "regions": ["us-east-1", "eu-west-1"],
        "audit": {"trail": True, "configuration": True, "days": 400},
        "game_days": {"until": "2027-03-31"},
        "recovery": {
            "region_switch": True,
            "health_checks": {"eu-west-1": "01234567-89ab-cdef-0123-456789abcdef"},
            "accelerated_dns": True,
        },
        "database": {"keys": "aws-managed", "warm_reads": 40_000, "warm_writes": 10_000},
        "lambdas": {"start": "snapstart", "shift": "linear"},
    },
}


def configurations() -> dict[str, Deployment]:
    """Every configuration as a deployment file would make it."""
    return {
        name: Deployment.from_mapping({"account": ACCOUNT, **settings})
        for name, settings in SETTINGS.items()
    }
