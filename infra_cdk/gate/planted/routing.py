"""Faults of records and health checks, each with the check that must find it."""

from typing import Any, Final

from infra_cdk.gate.planting import Faults, Plant, Templates, found, removing, setting

_HERE: Final = "carte-eu-west-1"
_CHECK: Final = "AWS::Route53::HealthCheck"
_RECORD: Final = "AWS::Route53::RecordSet"
_CDN: Final = "AWS::CloudFront::Distribution"
_ATTEMPTS: Final = "every-attempt-of-a-write-goes-to-another-region"
_HTTPS: Final = "HealthCheckConfig.FullyQualifiedDomainName"


def _attempt(path: str, key: str, value: Any) -> Plant:
    """Set a key of the origin that an attempt of a write goes to."""

    def plant(templates: Templates) -> None:
        config = found(templates, _CDN)["Properties"]["DistributionConfig"]
        (target,) = (
            one["TargetOriginId"] for one in config["CacheBehaviors"] if one["PathPattern"] == path
        )
        (origin,) = (one for one in config["Origins"] if one["Id"] == target)
        (origin["CustomOriginConfig"] if key in origin["CustomOriginConfig"] else origin)[key] = (
            value
        )

    return plant


def _record_of(name: str, path: str, value: Any) -> Plant:
    """Set a property of the first record of a name."""

    def plant(templates: Templates) -> None:
        for template in templates.values():
            for body in template["Resources"].values():
                properties = body.get("Properties", {})
                named = str(properties.get("Name", "")).startswith(f"{name}.")
                if body["Type"] == _RECORD and named:
                    place, _, last = path.rpartition(".")
                    (properties[place] if place else properties)[last] = value
                    return
        raise LookupError(f"no record {name}")

    return plant


def _at_once(templates: Templates) -> None:
    """Let the names that lead past two regions be made together with what leads to them."""
    for body in templates["carte-edge"]["Resources"].values():
        if str(body.get("Properties", {}).get("Name", "")).startswith("second-without-"):
            del body["DependsOn"]
            return
    raise LookupError("no record leads past two regions")


def _without(templates: Templates, kind: str) -> None:
    resources = templates[_HERE]["Resources"]
    (name, *_) = (name for name, body in resources.items() if body["Type"] == kind)
    del resources[name]


ROUTING: Final[Faults] = (
    (
        "a health check of the shared name",
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
        "an alias that may be made before the record that it leads to",
        "aliases-come-after-the-records-that-they-lead-to",
        _at_once,
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
        "a custom domain whose callers have to name the stage",
        "records-lead-to-a-custom-domain",
        removing("AWS::ApiGateway::BasePathMapping", "Stage"),
    ),
    (
        "an API that is not at the root of its name",
        "records-lead-to-a-custom-domain",
        setting("AWS::ApiGateway::BasePathMapping", "BasePath", "v1"),
    ),
    (
        "readers whose region fails are sent to it once more",
        "every-region-has-a-next-one",
        _record_of("next.api", "ResourceRecords", ["api.menus.example.com"]),
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
    (
        "a second attempt of a write goes where the first went",
        _ATTEMPTS,
        _attempt("/graphql/next", "DomainName", "api.menus.example.com"),
    ),
    (
        "the first attempt of a write waits ten seconds for a silent region",
        _ATTEMPTS,
        _attempt("/graphql", "OriginReadTimeout", 10),
    ),
    (
        "the second attempt of a write has no path",
        _ATTEMPTS,
        setting(_CDN, "DistributionConfig.CacheBehaviors.3.PathPattern", "/graphql/next2"),
    ),
    (
        "a third attempt of a write ends at the second region",
        _ATTEMPTS,
        _record_of("third", "ResourceRecords", ["without-eu-west-1.api.menus.example.com"]),
    ),
    (
        "a third attempt leads past the wrong region",
        _ATTEMPTS,
        _record_of(
            "second-without-eu-west-1",
            "AliasTarget.DNSName",
            "without-eu-west-1.api.menus.example.com.",
        ),
    ),
    (
        "a third attempt goes to a region that is known to be ill",
        _ATTEMPTS,
        _record_of("without-eu-west-1-us-east-1", "AliasTarget.EvaluateTargetHealth", value=False),
    ),
)
