"""Checks of DNS and health checks: a region is judged by itself and left when it is ill."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk import edge_rules
from infra_cdk.checks.edge import distributions
from infra_cdk.checks.model import (
    Cloud,
    Resource,
    Stack,
    as_text,
    listed,
    records_of_the_api,
    references,
)

HEALTH_CHECK: Final = "AWS::Route53::HealthCheck"
RECORD: Final = "AWS::Route53::RecordSet"
# Interval 10 s x threshold 3 + TTL: what DESIGN promises for a lost region.
_LONGEST_TTL_S: Final = 60
_SLOWEST_INTERVAL_S: Final = 30
_HIGHEST_THRESHOLD: Final = 3
_DOMAINS: Final = ("AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName")
_MAPPINGS: Final = ("AWS::ApiGateway::BasePathMapping", "AWS::ApiGatewayV2::ApiMapping")


def health_checks_ask_their_own_region(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A health check goes to `<region>.api...`: another region may answer at the shared name."""
    for stack in cloud.regional():
        for check in stack.resources(HEALTH_CHECK):
            config = check.properties.get("HealthCheckConfig", {})
            if config.get("Type") not in {"HTTPS", "HTTPS_STR_MATCH", "HTTP", "HTTP_STR_MATCH"}:
                continue
            host = as_text(config.get("FullyQualifiedDomainName", ""))
            if not host.startswith(f"{stack.region}."):
                yield check, f"checks {host}, which is not {stack.region} alone"
            if not str(config.get("ResourcePath", "")).endswith("/ready"):
                yield check, f"checks {config.get('ResourcePath')}: a drained region stays in use"


def ill_regions_are_left_in_time(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Health checks are fast enough for the promised bound: 10 or 30 s, three failures."""
    for check in cloud.resources(HEALTH_CHECK):
        config = check.properties.get("HealthCheckConfig", {})
        if not str(config.get("Type", "")).startswith("HTTP"):
            continue
        if config.get("RequestInterval", 30) > _SLOWEST_INTERVAL_S:
            yield check, f"checks every {config['RequestInterval']} s"
        if config.get("FailureThreshold", 3) > _HIGHEST_THRESHOLD:
            yield check, f"needs {config['FailureThreshold']} failures"


def regions_are_healthy_by_all_their_checks(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A region's health is all of its checks, and every shared name falls with that health."""
    for stack in cloud.regional():
        checks = {one.logical_id: one for one in stack.resources(HEALTH_CHECK)}
        wholes = {
            name
            for name, one in checks.items()
            if one.properties["HealthCheckConfig"].get("Type") == "CALCULATED"
        }
        for name in wholes:
            yield from _of_parts(cloud, stack, checks, wholes, checks[name])
        if not checks:
            continue
        for record in records_of_the_api(stack):
            name = as_text(record.properties.get("Name"))
            own = name.startswith((f"{stack.region}.api.", f"{stack.region}.live."))
            falls = references(record.properties.get("HealthCheckId")) & wholes
            if not own and not falls:
                yield record, f"{name} keeps its clients when the region is ill"
            if not own and record.properties.get("SetIdentifier") != stack.region:
                yield record, f"{name} is not distinguished from the other regions'"
            if record.properties.get("HostedZoneId") is None:
                yield record, f"{name} is in no zone"


def _of_parts(
    cloud: Cloud, stack: Stack, checks: dict[str, Resource], wholes: set[str], whole: Resource
) -> Iterator[tuple[Resource, str]]:
    """Compare the parts of a region's health with the region's health checks."""
    config = whole.properties["HealthCheckConfig"]
    parts = config.get("ChildHealthChecks", [])
    children = references(parts)
    if children != checks.keys() - wholes:
        yield whole, f"leaves out {sorted(checks.keys() - wholes - children)}"
    # Those that Region switch made are named by their ids.
    if {one for one in parts if isinstance(one, str)} != _switched(cloud, stack.region):
        yield whole, "does not obey Region switch as the deployment file says"
    if config.get("HealthThreshold") != len(parts):
        yield whole, f"needs {config.get('HealthThreshold')} of {len(parts)}"


def _switched(cloud: Cloud, region: str) -> set[str]:
    """Return the health checks of Region switch that the deployment file names for a region."""
    if cloud.deployment is None:
        return set()
    return {one for at, one in cloud.deployment.recovery.health_checks.items() if at == region}


def mails_are_signed_by_the_domain(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The zone of the deployment has the three records by which SES proves who sends its mails.

    SES developer guide, "Easy DKIM in Amazon SES": three CNAME records, which stay.
    """
    for stack in cloud.stacks:
        records = [(as_text(one.properties.get("Name")), one) for one in stack.resources(RECORD)]
        for identity in stack.resources("AWS::SES::EmailIdentity"):
            for number in (1, 2, 3):
                name = as_text({"Fn::GetAtt": [identity.logical_id, f"DkimDNSTokenName{number}"]})
                value = {"Fn::GetAtt": [identity.logical_id, f"DkimDNSTokenValue{number}"]}
                found = [one.properties for named, one in records if named == name]
                zone = cloud.deployment.domain.zone_id if cloud.deployment else None
                if not any(
                    one.get("Type") == "CNAME"
                    and one.get("ResourceRecords") == [value]
                    and zone in (None, one.get("HostedZoneId"))
                    for one in found
                ):
                    yield identity, f"has no record {number} that signs its mails"


def latency_records_name_their_region(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A latency record of a region stands for that region and falls with its health check."""
    identifiers: set[tuple[str, ...]] = set()
    regional = {stack.name for stack in cloud.regional()}
    for record in cloud.resources(RECORD):
        region = record.properties.get("Region")
        if region is None:
            continue
        if record.stack in regional and region != record.region:
            yield record, f"sends those near {region} to {record.region}"
        if "HealthCheckId" not in record.properties and not _inherits_health(record):
            yield record, "has no health check: a dead region keeps its clients"
        if "AliasTarget" not in record.properties:
            ttl = int(record.properties.get("TTL", 0))
            if ttl > _LONGEST_TTL_S:
                yield record, f"is remembered for {ttl} s"
        key = tuple(
            as_text(record.properties.get(part)) for part in ("SetIdentifier", "Type", "Name")
        )
        if key in identifiers:
            yield record, f"has the set identifier of another record: {key[0]}"
        identifiers.add(key)


def aliases_come_after_the_records_that_they_lead_to(
    cloud: Cloud,
) -> Iterator[tuple[Resource, str]]:
    """An alias depends on every record of its own stack that has the name it leads to.

    Route 53 API reference, "ChangeResourceRecordSets": the target of an alias must exist.
    """
    for stack in cloud.stacks:
        records = list(stack.resources(RECORD))
        named: dict[str, set[str]] = {}
        for one in records:
            named.setdefault(_name(one), set()).add(one.logical_id)
        needs = {one.logical_id: set(listed(one.body.get("DependsOn"))) for one in records}
        for record in records:
            target = as_text(record.properties.get("AliasTarget", {}).get("DNSName", ""))
            late = named.get(target, set()) - _ancestors(record.logical_id, needs)
            if late:
                yield record, f"may be made before {target}, which it leads to"


def _ancestors(record: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Return all records that are made before a record."""
    found: set[str] = set()
    left = [record]
    while left:
        new = needs.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def records_lead_to_a_custom_domain(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every name that leads to a region's API is a custom domain of that API, with its stage."""
    for stack in cloud.regional():
        domains = {one.logical_id: one for one in stack.resources(*_DOMAINS)}
        names = {as_text(one.properties.get("DomainName")).rstrip(".") for one in domains.values()}
        for record in records_of_the_api(stack):
            given = record.properties.get("Name")
            name = as_text(given).rstrip(".")
            below = f"*.{name.partition('.')[2]}"
            if not {name, below} & names and not references(given) & domains.keys():
                yield record, f"leads {name} to an API that answers 403 to that name"
        mapped = as_text([one.properties for one in stack.resources(*_MAPPINGS)])
        for domain in domains.values():
            if domain.logical_id not in mapped:
                yield domain, "has no mapping to a stage: it answers 403"
        yield from _mapped_to_the_stage(stack)


def _mapped_to_the_stage(stack: Stack) -> Iterator[tuple[Resource, str]]:
    """Yield the mappings of REST APIs that do not lead from the root of a name to the API's stage.

    API Gateway API reference, "CreateBasePathMapping": without a stage, callers have to name the
    stage in the path, and without a base path, the API is at the root of the name.
    """
    stages = {
        one.logical_id: references(one.properties.get("RestApiId"))
        for one in stack.resources("AWS::ApiGateway::Stage")
    }
    for mapping in stack.resources("AWS::ApiGateway::BasePathMapping"):
        api = references(mapping.properties.get("RestApiId"))
        staged = references(mapping.properties.get("Stage"))
        if not any(stages.get(one) == api for one in staged):
            yield (
                mapping,
                "leads to no stage of its API: clients have to name one in the path",
            )
        if "BasePath" in mapping.properties:
            yield mapping, f"is at {mapping.properties['BasePath']}, clients call the root"


def every_region_has_a_next_one(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Readers next to a region that fails find all others, each as long as it is healthy."""
    regions = {stack.region for stack in cloud.regional()}
    records = list(cloud.resources(RECORD))
    falling = {_name(one) for one in records if "HealthCheckId" in one.properties}
    for distribution, config in distributions(cloud):
        if not any(as_text(one["DomainName"]).startswith("next.") for one in config["Origins"]):
            if len(regions) > 1:
                yield distribution, "has no second region for readers"
            continue
        leads = {
            one.region: as_text(one.properties.get("ResourceRecords"))
            for one in records
            if _name(one).startswith("next.api.")
        }
        for region in sorted(regions):
            if f'"without-{region}.' not in leads.get(region, ""):
                yield distribution, f"sends readers near {region} to {leads.get(region)} next"
            sets = [one for one in records if _name(one).startswith(f"without-{region}.api.")]
            others = {str(one.properties["Region"]) for one in sets if _leads_home(one, falling)}
            if others != regions - {region}:
                yield distribution, f"has without {region}: {', '.join(sorted(others))}"


def every_attempt_of_a_write_goes_to_another_region(
    cloud: Cloud,
) -> Iterator[tuple[Resource, str]]:
    """Each path of a write takes POST and leads to another name, soon enough for three seconds.

    Behind `third.api`, each region leads past itself and past each other region to all the rest.
    """
    regions = {stack.region for stack in cloud.regional()}
    has_third = edge_rules.has_third_path(len(regions))
    names = min(len(regions), 3 if has_third else 2)
    for distribution, config in distributions(cloud):
        origins = {as_text(one["Id"]): one for one in config["Origins"]}
        taken = {
            one["PathPattern"]: origins.get(as_text(one.get("TargetOriginId")))
            for one in config.get("CacheBehaviors", [])
            if "POST" in one.get("AllowedMethods", [])
        }
        for path in edge_rules.WRITE_PATHS:
            if taken.get(path) is None:
                yield distribution, f"takes no write at {path}"
        hosts = [as_text(one["DomainName"]) for one in taken.values() if one]
        if len(set(hosts)) < names:
            yield distribution, f"sends attempts of a write to {', '.join(sorted(set(hosts)))} only"
        for path in edge_rules.WRITE_PATHS[:2]:
            custom = (taken.get(path) or {}).get("CustomOriginConfig", {})
            if custom.get("OriginReadTimeout", 30) > edge_rules.FIRST_WRITE_S:
                yield distribution, f"waits too long at {path} for a region that is silent"
        if has_third:
            for region, trouble in _third_ones(cloud, regions):
                yield distribution, f"sends a third attempt near {region} {trouble}"


def _third_ones(cloud: Cloud, regions: set[str]) -> Iterator[tuple[str, str]]:
    records: dict[str, list[Resource]] = {}
    for record in cloud.resources(RECORD):
        records.setdefault(_name(record).partition(".")[0], []).append(record)
    falling = {_name(one) for all_ in records.values() for one in all_ if _has_health(one)}
    leads = {
        one.region: as_text(one.properties.get("ResourceRecords"))
        for one in records.get("third", [])
        if _has_health(one)
    }
    for region in sorted(regions):
        if f'"second-without-{region}.' not in leads.get(region, ""):
            yield region, f"to {leads.get(region)}"
        passing = {
            str(one.properties["Region"]): as_text(one.properties["AliasTarget"]["DNSName"])
            for one in records.get(f"second-without-{region}", [])
            if _inherits_health(one)
        }
        for other in sorted(regions - {region}):
            label = f"without-{'-'.join(sorted((region, other)))}"
            if not passing.get(other, "").startswith(f"{label}."):
                yield region, f"past {other} to {passing.get(other)}"
            rest = [one for one in records.get(label, []) if _leads_home(one, falling)]
            if {str(one.properties["Region"]) for one in rest} != regions - {region, other}:
                yield region, f"past {other} to {len(rest)} regions"


def _has_health(record: Resource) -> bool:
    return "HealthCheckId" in record.properties


def _leads_home(record: Resource, falling: set[str]) -> bool:
    """Return whether a latency record leads to its own region, as long as that is healthy."""
    target = as_text(record.properties.get("AliasTarget", {}).get("DNSName", ""))
    home = target.startswith(f"healthy-{record.properties['Region']}.")
    return home and target in falling and _inherits_health(record)


def _name(record: Resource) -> str:
    return as_text(record.properties.get("Name", ""))


def _inherits_health(record: Resource) -> bool:
    target: dict[str, Any] = record.properties.get("AliasTarget", {})
    return bool(target.get("EvaluateTargetHealth"))
