"""Checks of CloudFront: what it may send where, keep, and let the browser load."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, as_text, references

DISTRIBUTION: Final = "AWS::CloudFront::Distribution"
WEB_ACL: Final = "AWS::WAFv2::WebACL"
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# AWS's own policies, by the ids that its documentation gives.
ALL_VIEWER: Final = "216adef6-5c7f-47e4-b989-5492eafa07d3"
ALL_VIEWER_EXCEPT_HOST: Final = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
CACHING_DISABLED: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
# A reader waits this long at most before the next origin is tried: attempts x seconds.
_LONGEST_WAIT_S: Final = 6
_LONGEST_READ_S: Final = 10
_READ_DEFAULT_S: Final = 30
_MUST_FAIL_OVER: Final = frozenset({429, 500, 502, 503, 504})
# The edge function gets the regions written in, and makes of each the ids of its origins.
_CHOOSES: Final = re.compile(r"createRequestOriginGroup")
_ORIGINS_OF_A_REGION: Final = ("api-{}", "without-{}")
_REGION: Final = re.compile(r"\b[a-z]{2}-[a-z]+-\d\b")


def origin_groups_are_read_only(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A behavior whose target is an origin group takes GET, HEAD and OPTIONS and nothing else."""
    for distribution, config in distributions(cloud):
        groups = {one["Id"] for one in config.get("OriginGroups", {}).get("Items", [])}
        for behavior in behaviors(config):
            extra = set(behavior.get("AllowedMethods", [])) - _READS
            if behavior.get("TargetOriginId") in groups and extra:
                path = behavior.get("PathPattern", "*")
                yield distribution, f"{path} sends {', '.join(sorted(extra))} to an origin group"


def edge_resources_are_in_us_east_1(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A web ACL for CloudFront and the site's certificate are in us-east-1; nowhere else works."""
    for resource in cloud.resources(WEB_ACL, "AWS::WAFv2::IPSet"):
        if resource.properties.get("Scope") == "CLOUDFRONT" and resource.region != "us-east-1":
            yield resource, f"is for CloudFront and in {resource.region}"
    for distribution, config in distributions(cloud):
        certificate = config.get("ViewerCertificate", {}).get("AcmCertificateArn")
        foreign = isinstance(certificate, str) and ":us-east-1:" not in certificate
        own = certificate is not None and distribution.region != "us-east-1"
        if foreign or (own and not isinstance(certificate, str)):
            yield distribution, "has a certificate that is not in us-east-1"


def behaviors_lead_to_origins(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every behavior, group and edge function names origins that the distribution has."""
    for distribution, config in distributions(cloud):
        origins = {as_text(one["Id"]) for one in config.get("Origins", [])}
        groups = config.get("OriginGroups", {}).get("Items", [])
        for group in groups:
            for member in group["Members"]["Items"]:
                if as_text(member["OriginId"]) not in origins:
                    yield distribution, f"group {group['Id']} names {member['OriginId']}"
        known = origins | {as_text(one["Id"]) for one in groups}
        for behavior in behaviors(config):
            if as_text(behavior.get("TargetOriginId")) not in known:
                yield distribution, f"a behavior names {behavior.get('TargetOriginId')}"
        for chosen in sorted(_origins_in_functions(cloud, distribution)):
            if chosen not in origins:
                yield distribution, f"the edge function chooses {chosen}, which is no origin"


def every_region_is_an_origin(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The distribution has an origin in every region, or the edge function could not choose it."""
    serving = {stack.region for stack in cloud.regional()}
    for distribution, config in distributions(cloud):
        domains = [as_text(one.get("DomainName")) for one in config.get("Origins", [])]
        for region in sorted(serving):
            if not any(domain.startswith(f"{region}.api.") for domain in domains):
                yield distribution, f"has no API origin in {region}"


def apis_get_their_own_host(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """No behavior passes the viewer's Host on: API Gateway answers 403 to a name it lacks."""
    for distribution, config in distributions(cloud):
        for behavior in behaviors(config):
            policy = as_text(behavior.get("OriginRequestPolicyId", ""))
            if policy == ALL_VIEWER or _passes_host(cloud, behavior):
                yield distribution, f"{behavior.get('PathPattern', '*')} passes Host on"


def dead_origins_are_left_soon(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An origin of a group is given up within seconds; the default is three times ten."""
    for distribution, config in distributions(cloud):
        grouped = {
            as_text(member["OriginId"])
            for group in config.get("OriginGroups", {}).get("Items", [])
            for member in group["Members"]["Items"]
        }
        for origin in config.get("Origins", []):
            if as_text(origin["Id"]) in grouped:
                attempts = origin.get("ConnectionAttempts", 3)
                seconds = attempts * origin.get("ConnectionTimeout", 10)
                if seconds > _LONGEST_WAIT_S:
                    yield distribution, f"waits {seconds} s for {as_text(origin['Id'])}"
            read = origin.get("CustomOriginConfig", {}).get("OriginReadTimeout", _READ_DEFAULT_S)
            if "CustomOriginConfig" in origin and read > _LONGEST_READ_S:
                yield distribution, f"waits {read} s for an answer of {as_text(origin['Id'])}"


def groups_fail_over_on_errors(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An origin group goes on to the next origin at 429, 500, 502, 503 and 504, and keeps OPTIONS.

    CloudFront's developer guide: without 503 it stays at a connection that fails, without 504 at
    one that is silent, and without OPTIONS among the methods that it keeps at all of them.
    """
    for distribution, config in distributions(cloud):
        for group in config.get("OriginGroups", {}).get("Items", []):
            codes = set(group.get("FailoverCriteria", {}).get("StatusCodes", {}).get("Items", []))
            missing = _MUST_FAIL_OVER - codes
            if missing:
                yield distribution, f"group {group['Id']} stays at {sorted(missing)}"
        grouped = {group["Id"] for group in config.get("OriginGroups", {}).get("Items", [])}
        for behavior in behaviors(config):
            kept = behavior.get("CachedMethods", ["GET", "HEAD"])
            if behavior.get("TargetOriginId") in grouped and "OPTIONS" not in kept:
                yield distribution, f"{behavior.get('PathPattern', '*')} does not keep OPTIONS"


def writes_are_never_cached(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A behavior that takes POST keeps nothing."""
    for distribution, config in distributions(cloud):
        for behavior in behaviors(config):
            if "POST" in behavior.get("AllowedMethods", []):
                policy = behavior.get("CachePolicyId")
                if policy != CACHING_DISABLED and _longest_life(cloud, policy) != 0:
                    yield distribution, f"{behavior.get('PathPattern', '*')} takes POST and caches"


def persisted_reads_key_their_variables(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The cache key of persisted reads has the query string's `variables`."""
    for distribution, config in distributions(cloud):
        for behavior in behaviors(config):
            if "persisted" not in behavior.get("PathPattern", ""):
                continue
            policy = _cache_policy(cloud, behavior.get("CachePolicyId"))
            keys = policy.get("ParametersInCacheKeyAndForwardedToOrigin", {})
            strings = keys.get("QueryStringsConfig", {})
            named = strings.get("QueryStrings", [])
            if strings.get("QueryStringBehavior") != "all" and "variables" not in named:
                yield distribution, "persisted reads of different stores are one object"


def distributions(cloud: Cloud) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    """Every distribution with its configuration."""
    for one in cloud.resources(DISTRIBUTION):
        yield one, one.properties["DistributionConfig"]


def behaviors(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The default behavior and the others."""
    return [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]


def _origins_in_functions(cloud: Cloud, distribution: Resource) -> set[str]:
    found: set[str] = set()
    for function in cloud.resources("AWS::CloudFront::Function"):
        if function.stack == distribution.stack:
            code = as_text(function.properties.get("FunctionCode", ""))
            if _CHOOSES.search(code):
                regions = set(_REGION.findall(code))
                # A region alone cannot be drained, so nothing is ever chosen.
                if len(regions) > 1:
                    found |= {
                        named.format(region) for region in regions for named in _ORIGINS_OF_A_REGION
                    }
    return found


def _passes_host(cloud: Cloud, behavior: Mapping[str, Any]) -> bool:
    for policy in cloud.resources("AWS::CloudFront::OriginRequestPolicy"):
        if policy.logical_id in references(behavior.get("OriginRequestPolicyId")):
            headers = policy.properties["OriginRequestPolicyConfig"].get("HeadersConfig", {})
            kind, names = headers.get("HeaderBehavior"), headers.get("Headers", [])
            named = any(name.lower() == "host" for name in names)
            return (
                kind in {"allViewer", "allViewerAndWhitelistCloudFront"}
                or (kind == "whitelist" and named)
                or (kind == "allExcept" and not named)
            )
    return False


def _cache_policy(cloud: Cloud, named: Any) -> Mapping[str, Any]:
    for policy in cloud.resources("AWS::CloudFront::CachePolicy"):
        if policy.logical_id in references(named):
            config: Mapping[str, Any] = policy.properties["CachePolicyConfig"]
            return config
    return {}


def _longest_life(cloud: Cloud, named: Any) -> float:
    return float(_cache_policy(cloud, named).get("MaxTTL", 31_536_000))
