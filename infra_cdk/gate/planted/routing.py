"""Faults of records and health checks, each with the check that must find it."""

from typing import Final

from infra_cdk.gate.planting import Faults, Templates, removing, setting

_HERE: Final = "carte-eu-west-1"
_CHECK: Final = "AWS::Route53::HealthCheck"
_RECORD: Final = "AWS::Route53::RecordSet"
_HTTPS: Final = "HealthCheckConfig.FullyQualifiedDomainName"


def _without(templates: Templates, kind: str) -> None:
    resources = templates[_HERE]["Resources"]
    (name, *_) = (name for name, body in resources.items() if body["Type"] == kind)
    del resources[name]


ROUTING: Final[Faults] = (
    (
        "a health check that asks the shared name",
        "health-checks-ask-their-own-region",
        setting(_CHECK, _HTTPS, "api.menus.example.com", having=_HTTPS),
    ),
    (
        "a health check that does not see a drained region",
        "health-checks-ask-their-own-region",
        setting(_CHECK, "HealthCheckConfig.ResourcePath", "/health", having=_HTTPS),
    ),
    (
        "a health check that needs ten failures",
        "ill-regions-are-left-in-time",
        setting(_CHECK, "HealthCheckConfig.FailureThreshold", 10, having=_HTTPS),
    ),
    (
        "a latency record for another region",
        "latency-records-name-their-region",
        setting(_RECORD, "Region", "us-east-1", having="Region", stack=_HERE),
    ),
    (
        "a latency record without a health check",
        "latency-records-name-their-region",
        removing(_RECORD, "HealthCheckId"),
    ),
    (
        "a record to a name that the API does not have",
        "records-lead-to-a-custom-domain",
        setting(_RECORD, "Name", "menu.example.com.", having="Region"),
    ),
    (
        "a custom domain without a stage",
        "records-lead-to-a-custom-domain",
        lambda templates: _without(templates, "AWS::ApiGateway::BasePathMapping"),
    ),
    (
        "readers whose region fails are sent to it once more",
        "every-region-has-a-next-one",
        setting(_RECORD, "ResourceRecords", ["api.menus.example.com"], having="ResourceRecords"),
    ),
    (
        "an ill region stays among those to try next",
        "every-region-has-a-next-one",
        setting(
            _RECORD,
            "AliasTarget.EvaluateTargetHealth",
            value=False,
            having="Region",
            stack="carte-edge",
        ),
    ),
    (
        "a region that is never tried next",
        "every-region-has-a-next-one",
        setting(_RECORD, "Name", "elsewhere.", having="Region", stack="carte-edge"),
    ),
    (
        "a region that is tried next, well or ill",
        "every-region-has-a-next-one",
        removing(_RECORD, "HealthCheckId", having="Weight"),
    ),
)
