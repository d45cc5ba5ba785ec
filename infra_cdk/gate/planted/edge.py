"""Faults of CloudFront, each with the check that must find it."""

from typing import Any, Final

from infra_cdk.gate.planting import Faults, Templates, found, setting

_HERE: Final = "carte-eu-west-1"
_CDN: Final = "AWS::CloudFront::Distribution"
_PERSISTED: Final = "/graphql/persisted/*"


def _behavior(path: str, key: str, value: Any) -> Any:
    """Set a key of the cache behavior of a path."""

    def plant(templates: Templates) -> None:
        config = found(templates, _CDN)["Properties"]["DistributionConfig"]
        (behavior,) = (one for one in config["CacheBehaviors"] if one["PathPattern"] == path)
        behavior[key] = value

    return plant


def _without_origin(name: str) -> Any:
    def plant(templates: Templates) -> None:
        config = found(templates, _CDN)["Properties"]["DistributionConfig"]
        config["Origins"] = [one for one in config["Origins"] if one["Id"] != name]

    return plant


def _elsewhere(templates: Templates) -> None:
    acl = found(templates, "AWS::WAFv2::WebACL")
    templates[_HERE]["Resources"]["Planted"] = acl


def _csp(old: str, new: str) -> Any:
    path = "ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy"
    return setting(
        "AWS::CloudFront::ResponseHeadersPolicy",
        f"{path}.ContentSecurityPolicy",
        lambda policy: policy.replace(old, new),
        having=path,
    )


EDGE: Final[Faults] = (
    (
        "POST on a behavior whose target is an origin group",
        "origin-groups-are-read-only",
        _behavior(_PERSISTED, "AllowedMethods", ["GET", "HEAD", "OPTIONS", "POST"]),
    ),
    ("a web ACL for CloudFront in eu-west-1", "edge-resources-are-in-us-east-1", _elsewhere),
    (
        "the site's certificate in eu-west-1",
        "edge-resources-are-in-us-east-1",
        setting(
            _CDN,
            "DistributionConfig.ViewerCertificate.AcmCertificateArn",
            "arn:aws:acm:eu-west-1:123456789012:certificate/1",
        ),
    ),
    (
        "an origin that the edge function chooses is missing",
        "behaviors-lead-to-origins",
        _without_origin("api-ap-southeast-1"),
    ),
    (
        "a region without an origin",
        "every-region-is-an-origin",
        _without_origin("api-eu-west-1"),
    ),
    (
        "the viewer's Host is passed to API Gateway",
        "apis-get-their-own-host",
        _behavior("/graphql", "OriginRequestPolicyId", "216adef6-5c7f-47e4-b989-5492eafa07d3"),
    ),
    (
        "a dead origin is waited for ten seconds",
        "dead-origins-are-left-soon",
        setting(_CDN, "DistributionConfig.Origins.0.ConnectionTimeout", 10),
    ),
    (
        "an origin group that stays at 503",
        "groups-fail-over-on-errors",
        setting(
            _CDN,
            "DistributionConfig.OriginGroups.Items.0.FailoverCriteria.StatusCodes.Items",
            [500, 502, 504],
        ),
    ),
    (
        "an origin group that stays with a region that throttles",
        "groups-fail-over-on-errors",
        setting(
            _CDN,
            "DistributionConfig.OriginGroups.Items.1.FailoverCriteria.StatusCodes.Items",
            [500, 502, 503, 504],
        ),
    ),
    (
        "an origin group that does not fail over for want of OPTIONS",
        "groups-fail-over-on-errors",
        _behavior(_PERSISTED, "CachedMethods", ["GET", "HEAD"]),
    ),
    (
        "answers to POST are cached",
        "writes-are-never-cached",
        _behavior("/graphql", "CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6"),
    ),
    (
        "CloudFront's key without the variables",
        "persisted-reads-key-their-variables",
        setting(
            "AWS::CloudFront::CachePolicy",
            "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig",
            {"QueryStringBehavior": "none"},
        ),
    ),
    (
        "a content security policy that refuses the site's own scripts",
        "the-site-may-load-what-it-needs",
        _csp("script-src 'self'", "script-src 'none'"),
    ),
    (
        "a content security policy without the API",
        "the-site-may-load-what-it-needs",
        _csp("connect-src 'self'", "connect-src https://example.com"),
    ),
)
