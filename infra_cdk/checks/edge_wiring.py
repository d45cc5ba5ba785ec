"""Checks of the distribution against the rules of the edge: each path, origin, error and function.

What is expected is derived from `edge_rules`, from the domain of the deployment file and from the
sources of the edge functions, not from the constructs.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

from infra_cdk import edge_rules
from infra_cdk.checks.edge import (
    ALL_VIEWER_EXCEPT_HOST,
    CACHING_DISABLED,
    behaviors,
    distributions,
)
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, records_of_the_api, references
from infra_cdk.config import Deployment, Domain

SOURCES: Final = Path(__file__).parents[1] / "edge_function"
# AWS's managed cache policy "CachingOptimized".
CACHING_OPTIMIZED: Final = "658327ea-f89d-4fab-a63d-7e88639e58f6"
_READS: Final = ("GET", "HEAD", "OPTIONS")
_ALL: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
# On requests, and on responses.
_SITE: Final = "viewer-request carte-site-path,viewer-response carte-site-status"
_CHOOSE: Final = "viewer-request carte-choose-region"
# The KeyValueStore that a function reads.
_READS_STORE: Final = {"choose_region": "carte-drain", "site_path": "carte-stores"}
_NAME: Final = "Name"
_SOURCE: Final = re.compile(r"'none'|'self'|'unsafe-inline'|'sha256-[^']+'|data:|blob:|https://\S+")
_PLACEHOLDER: Final = re.compile(r"/\* [A-Z_]+ \*/ (?:\[\]|''|false|0)")


class _Behavior(NamedTuple):
    """What a path of the distribution must do; policies of ours by name, those of AWS by id."""

    methods: tuple[str, ...]
    kept: tuple[str, ...]
    cache: str
    request: str
    headers: str
    function: str


_BEHAVIORS: Final[Mapping[str, _Behavior]] = {
    "*": _Behavior(_READS, _READS, CACHING_OPTIMIZED, "", "carte-site", _SITE),
    "/graphiql*": _Behavior(_READS, _READS, CACHING_OPTIMIZED, "", "carte-graphiql", _SITE),
    edge_rules.PICTURES_PATH: _Behavior(
        _READS, _READS, CACHING_OPTIMIZED, "", "carte-pictures", ""
    ),
    "/graphql/persisted/*": _Behavior(
        _READS, _READS, "carte-persisted", "carte-persisted", "", _CHOOSE
    ),
    **dict.fromkeys(
        (*edge_rules.WRITE_PATHS, edge_rules.WEBHOOK_PATH, edge_rules.OPT_OUT_PATH),
        _Behavior(_ALL, (), CACHING_DISABLED, ALL_VIEWER_EXCEPT_HOST, "", _CHOOSE),
    ),
}


def paths_do_what_they_are_for(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each path takes, keeps, passes on and runs what the rules of the edge say, over HTTPS."""
    named = {
        (one.stack, one.logical_id): _name_of(one)
        for one in cloud.resources(
            "AWS::CloudFront::CachePolicy",
            "AWS::CloudFront::OriginRequestPolicy",
            "AWS::CloudFront::ResponseHeadersPolicy",
            "AWS::CloudFront::Function",
        )
    }
    for distribution, config in distributions(cloud):

        def name(value: Any, stack: str = distribution.stack) -> str:
            ours = [named[stack, one] for one in references(value) if (stack, one) in named]
            return ours[0] if ours else as_text(value or "")

        found = {one.get("PathPattern", "*"): one for one in behaviors(config)}
        wanted = {*_BEHAVIORS}
        if cloud.deployment and not cloud.deployment.takes_cards:
            wanted.remove(edge_rules.WEBHOOK_PATH)
        if cloud.deployment and cloud.deployment.database.strong:
            wanted.remove(edge_rules.OPT_OUT_PATH)
        if found.keys() != wanted:
            yield distribution, f"has the paths {sorted(found)}"
        for path in found.keys() & wanted:
            one, kept = found[path], _BEHAVIORS[path].kept
            does = _Behavior(
                tuple(sorted(one.get("AllowedMethods", ("GET", "HEAD")))),
                tuple(sorted(one.get("CachedMethods", ()))) if kept else (),
                name(one.get("CachePolicyId")),
                name(one.get("OriginRequestPolicyId")),
                name(one.get("ResponseHeadersPolicyId")),
                ",".join(
                    f"{each.get('EventType')} {name(each['FunctionARN'])}"
                    for each in one.get("FunctionAssociations", [])
                ),
            )
            if does != _BEHAVIORS[path]:
                yield distribution, f"{path} does {does}"
            if (one.get("ViewerProtocolPolicy"), one.get("Compress")) != (
                "redirect-to-https",
                True,
            ):
                yield distribution, f"{path} is reached without TLS, or uncompressed"


def origins_are_the_names_of_the_deployment(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each origin has the host that its id promises, and is reached by TLS 1.2 alone."""
    deployment = cloud.deployment
    if deployment is None:
        return
    for distribution, config in distributions(cloud):
        wanted = dict(_hosts(deployment))
        given = {as_text(one["Id"]): one for one in config.get("Origins", [])}
        if wanted.keys() != given.keys():
            yield distribution, f"has the origins {sorted(given)}, not {sorted(wanted)}"
        for name in wanted.keys() & given.keys():
            host = as_text(given[name].get("DomainName"))
            if host != wanted[name]:
                yield distribution, f"{name} is {host}, not {wanted[name]}"
            custom = given[name].get("CustomOriginConfig", {})
            tls = custom.get("OriginProtocolPolicy"), custom.get("OriginSSLProtocols")
            if name.startswith(("site-", "pictures-")):
                if given[name].get("S3OriginConfig") != {"OriginAccessIdentity": ""}:
                    yield distribution, f"{name} is no bucket that is read with signed requests"
            elif tls != ("https-only", ["TLSv1.2"]):
                yield distribution, f"{name} is reached by {tls}"
        if config.get("Aliases") != [deployment.domain.name]:
            yield distribution, f"answers to {config.get('Aliases')}"


def groups_and_errors_follow_the_rules(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Groups hold two origins and all codes of the rules; errors are kept as the rules say."""
    for distribution, config in distributions(cloud):
        groups = config.get("OriginGroups", {})
        if groups.get("Quantity", 0) != len(groups.get("Items", [])):
            yield distribution, f"says it has {groups.get('Quantity')} groups"
        for group in groups.get("Items", []):
            codes = group["FailoverCriteria"]["StatusCodes"]
            members = group["Members"]
            of_pictures = "pictures-" in as_text(members)
            wanted = edge_rules.PICTURE_FAIL_OVER if of_pictures else edge_rules.FAIL_OVER
            if sorted(codes["Items"]) != sorted(wanted) or codes.get("Quantity") != len(wanted):
                yield distribution, f"leaves an origin at {codes}"
            if len({as_text(one) for one in members["Items"]}) != _PAIR or (
                members.get("Quantity") != _PAIR
            ):
                yield distribution, f"has a group of {members}"
        kept = {
            (one.get("ErrorCode"), one.get("ErrorCachingMinTTL"))
            for one in config.get("CustomErrorResponses", [])
        }
        if kept != {(code, edge_rules.ERROR_TTL_S) for code in edge_rules.ERRORS_KEPT}:
            yield distribution, f"keeps the errors {sorted(kept, key=str)}"
        if config.get("IPV6Enabled") is not True:
            yield distribution, "does not answer over IPv6, as its records promise"
        if config.get("ViewerCertificate", {}).get("SslSupportMethod") != "sni-only":
            yield distribution, "pays for addresses of its own"


_PAIR: Final = 2


def edge_functions_are_their_sources(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A function of the edge is its source with the deployment written in, with its flags."""
    named = {
        (one.stack, one.logical_id): _name_of(one)
        for one in cloud.resources("AWS::CloudFront::KeyValueStore")
    }
    for function in cloud.resources("AWS::CloudFront::Function"):
        name = as_text(function.properties.get("Name")).removeprefix("carte-").replace("-", "_")
        path = SOURCES / f"{name}.js"
        if not path.exists():
            continue
        code = as_text(function.properties.get("FunctionCode"))
        source = path.read_text(encoding="utf-8")
        parts = _PLACEHOLDER.split(source)
        pattern = "(.*?)".join(re.escape(part) for part in parts)
        filled = re.fullmatch(pattern, code, re.DOTALL)
        if filled is None:
            yield function, f"is not {path.name}"
            continue
        stores = function.properties.get("FunctionConfig", {}).get("KeyValueStoreAssociations", [])
        read = [
            named.get((function.stack, each), "another")
            for one in stores
            for each in references(one.get("KeyValueStoreARN"))
        ]
        if read != ([_READS_STORE[name]] if "cf.kvs" in source else []):
            yield function, f"reads the KeyValueStores {read}"
        if cloud.deployment and len(parts) > 1:
            yield from _filled(function, filled.groups(), cloud.deployment)


def _filled(
    function: Resource, values: tuple[str, ...], deployment: Deployment
) -> Iterator[tuple[Resource, str]]:
    regions, api, live, wait, codes, paths, third = (json.loads(value) for value in values)
    if [one[0] for one in regions] != [*deployment.regions]:
        yield function, f"chooses among {regions}"
    if not all(_is_place(*one[1:]) for one in regions):
        yield function, f"holds no places: {regions}"
    if (api, codes) != (deployment.domain.api, [*edge_rules.FAIL_OVER]):
        yield function, f"sends to {api}, and on at {codes}"
    if (live, wait) != (deployment.domain.live, edge_rules.HANDSHAKE_S):
        yield function, f"sends handshakes to {live}, and waits {wait} s"
    if (paths, third) != ([*edge_rules.WRITE_PATHS], deployment.has_third):
        yield function, f"has the paths {paths}, and a third region is {third}"


def header_policies_are_sound(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every source of a content security policy is one, and headers that reveal S3 are removed."""
    for policy in cloud.resources("AWS::CloudFront::ResponseHeadersPolicy"):
        config = policy.properties["ResponseHeadersPolicyConfig"]
        removed = {one["Header"] for one in config.get("RemoveHeadersConfig", {}).get("Items", [])}
        if not {"server", "x-amz-server-side-encryption", "x-amz-version-id"} <= removed:
            yield policy, f"removes only {sorted(removed)}"
        security = config.get("SecurityHeadersConfig", {})
        text = as_text(security.get("ContentSecurityPolicy", {}).get("ContentSecurityPolicy", ""))
        for directive in filter(None, (part.strip() for part in text.split(";"))):
            name, *sources = directive.split()
            for source in sources:
                if not _SOURCE.fullmatch(source):
                    yield policy, f"{name} allows {source}, which is no source"
            if not sources or not re.fullmatch(r"[a-z-]+-(src|uri|action|ancestors)", name):
                yield policy, f"holds {directive}"


def certificates_are_for_their_names(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Certificates are for the names of the deployment, and validated in its zone."""
    for stack, domain in _with_domain(cloud):
        regional = stack.name == f"carte-{stack.region}"
        allowed = (
            [[name, f"*.{name}"] for name in (domain.api, domain.live)]
            if regional
            else [[domain.name]]
        )
        found: list[list[Any]] = []
        for one in stack.resources("AWS::CertificateManager::Certificate"):
            options = one.properties.get("DomainValidationOptions", [])
            names = [
                one.properties.get("DomainName"),
                *one.properties.get("SubjectAlternativeNames", []),
            ]
            if names not in allowed or names in found:
                yield one, f"is for {names}, not one of {allowed}"
            found.append(names)
            # One record validates a name and the wildcard below it.
            if options != [{"DomainName": names[0], "HostedZoneId": domain.zone_id}]:
                yield one, f"is validated by {options}"
        for one in stack.resources("AWS::ApiGateway::DomainName"):
            if one.properties.get("SecurityPolicy") != "TLS_1_2":
                yield one, "speaks old TLS"
        for one in stack.resources("AWS::ApiGatewayV2::DomainName"):
            (ends,) = one.properties.get("DomainNameConfigurations", [{}])
            if (ends.get("SecurityPolicy"), ends.get("EndpointType")) != ("TLS_1_2", "REGIONAL"):
                yield one, f"ends TLS by {as_text(ends)}"


def records_point_where_their_names_say(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Each record is one of the names of the deployment, of the right type, and leads somewhere."""
    for stack, domain in _with_domain(cloud):
        names: set[str] = set()
        if stack.name == f"carte-{stack.region}":
            names |= {domain.api, domain.next_api}
            names |= {domain.regional_api(stack.region), domain.healthy(stack.region)}
            names |= {domain.third_api, domain.live, domain.next_live}
            names |= {domain.regional_live(stack.region), domain.healthy_live(stack.region)}
        if cloud.deployment and any(stack.resources("AWS::CloudFront::Distribution")):
            regions = cloud.deployment.regions
            names |= {domain.name, *(domain.without(one) for one in regions)}
            names |= {domain.second_without(one) for one in regions}
            names |= {domain.live_without(one) for one in regions}
            names |= {domain.without(*pair) for pair in combinations(regions, 2)}
        for record in records_of_the_api(stack):
            name = as_text(record.properties.get("Name")).rstrip(".")
            if name not in names:
                yield record, f"is called {name}, not one of {sorted(names)}"
            for problem in _astray(record.properties, name, domain):
                yield record, f"{name} {problem}"


def _astray(record: Mapping[str, Any], name: str, domain: Domain) -> Iterator[str]:
    kind, target = record.get("Type"), record.get("AliasTarget", {})
    following = name in {domain.next_api, domain.third_api, domain.next_live}
    inherits = name.startswith(("without-", "second-without-"))
    if kind not in ({"CNAME"} if following else {"A", "AAAA"} if name == domain.name else {"A"}):
        yield f"is of the type {kind}"
    if record.get("HostedZoneId") != domain.zone_id:
        yield f"is in the zone {as_text(record.get('HostedZoneId'))}"
    if not following:
        leads = bool(target.get("DNSName")) and bool(target.get("HostedZoneId"))
        if not leads or bool(target.get("EvaluateTargetHealth")) != inherits:
            yield f"leads to {as_text(target)}"
    if inherits and target.get("HostedZoneId") != domain.zone_id:
        yield f"leads into the zone {as_text(target.get('HostedZoneId'))}"
    if inherits and record.get("SetIdentifier") != record.get("Region"):
        yield "is not distinguished by its region"
    if name.startswith("healthy-") and record.get("Weight") != 1:
        yield f"has the weight {record.get('Weight')}"
    if (following or name in {domain.api, domain.live}) and "Region" not in record:
        yield "is for no region"


def _with_domain(cloud: Cloud) -> Iterator[tuple[Stack, Domain]]:
    if cloud.deployment and cloud.deployment.domain:
        yield from ((stack, cloud.deployment.domain) for stack in cloud.stacks)


def _is_place(latitude: Any = None, longitude: Any = None) -> bool:
    if latitude is None and longitude is None:
        return True  # a region that is newer than the table of places
    return bool(abs(latitude) <= 90 and abs(longitude) <= 180)  # noqa: PLR2004 - degrees


def _hosts(deployment: Deployment) -> Iterator[tuple[str, str]]:
    domain = deployment.domain
    yield "api", domain.api
    yield "api-reads", domain.api
    several = len(deployment.regions) > 1
    if several:
        yield "api-next", domain.next_api
        yield "api-next-write", domain.next_api
    if deployment.has_third:
        yield "api-third", domain.third_api
    if deployment.takes_cards:
        yield "api-webhook", domain.api
    for region in deployment.regions:
        yield f"api-{region}", domain.regional_api(region)
        if several:
            yield f"without-{region}", domain.without(region)
    for number, region in enumerate(("us-east-1", deployment.site_replica), 1):
        for kind in ("site", "pictures"):
            bucket = f"carte-{kind}-{deployment.account}-{region}"
            yield f"{kind}-{number}", f"{bucket}.s3.{region}.amazonaws.com"


def _name_of(resource: Resource) -> str:
    if _NAME in resource.properties:
        return as_text(resource.properties[_NAME])
    (config,) = resource.properties.values()
    return as_text(config.get(_NAME))
