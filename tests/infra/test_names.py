"""The API's names: who answers to them, and when a region stops to."""

from typing import Any

import pytest

from infra_cdk.config import Deployment, Domain
from tests.infra.conftest import CONTROL, Assembly

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
HEALTH_CHECK = "AWS::Route53::HealthCheck"


NAMES_OF_A_REGION = (
    *("{}.api", "api", "healthy-{}.api", "next.api", "third.api"),
    *("{}.live", "live", "healthy-{}.live", "next.live"),
)


def records(assembly: Assembly, region: str) -> dict[str, dict[str, Any]]:
    """A region's records, by name."""
    found = assembly.resources(f"carte-{region}", "AWS::Route53::RecordSet").values()
    return {one["Name"]: one for one in found}


def checks(assembly: Assembly, region: str) -> dict[str, dict[str, Any]]:
    """A region's health checks, by type."""
    found = assembly.resources(f"carte-{region}", HEALTH_CHECK).values()
    return {one["HealthCheckConfig"]["Type"]: one["HealthCheckConfig"] for one in found}


def certificates(assembly: Assembly, stack: str) -> dict[str, dict[str, Any]]:
    """A region's certificates, by their name."""
    found = assembly.resources(stack, "AWS::CertificateManager::Certificate").values()
    return {one["DomainName"]: one for one in found}


def named(assembly: Assembly, region: str, reference: dict[str, Any]) -> str:
    """The type of the health check that a part of a template refers to."""
    name = reference.get("Ref") or reference["Fn::GetAtt"][0]
    check = assembly.resources(f"carte-{region}", HEALTH_CHECK)[name]
    return str(check["HealthCheckConfig"]["Type"])


@pytest.mark.parametrize("region", REGIONS)
def test_the_shared_name_is_a_latency_record_that_falls_with_the_region(
    production: Assembly, region: str
) -> None:
    shared = records(production, region)["api.menus.example.com."]
    assert shared["Region"] == shared["SetIdentifier"] == region
    assert named(production, region, shared["HealthCheckId"]) == "CALCULATED"
    assert shared["HostedZoneId"] == "Z0123456789ABC"


@pytest.mark.parametrize("region", REGIONS)
def test_the_next_name_leads_past_the_region_and_falls_with_it_too(
    production: Assembly, region: str
) -> None:
    found = records(production, region)
    following = found["next.api.menus.example.com."]
    assert (following["Type"], following["TTL"]) == ("CNAME", "60")
    assert following["ResourceRecords"] == [f"without-{region}.api.menus.example.com"]
    assert following["Region"] == following["SetIdentifier"] == region
    healthy = found[f"healthy-{region}.api.menus.example.com."]
    assert "Region" not in healthy
    for record in (following, healthy):
        assert named(production, region, record["HealthCheckId"]) == "CALCULATED"
    assert found.keys() == {
        f"{name.format(region)}.menus.example.com." for name in NAMES_OF_A_REGION
    }


@pytest.mark.parametrize("region", REGIONS)
def test_the_third_name_leads_past_the_region_and_the_next_one(
    production: Assembly, region: str
) -> None:
    third = records(production, region)["third.api.menus.example.com."]
    assert (third["Type"], third["TTL"]) == ("CNAME", "60")
    assert third["ResourceRecords"] == [f"second-without-{region}.api.menus.example.com"]
    assert third["Region"] == third["SetIdentifier"] == region
    assert named(production, region, third["HealthCheckId"]) == "CALCULATED"


@pytest.mark.parametrize(
    ("count", "third"), [(1, False), (2, False), (3, True), (8, True), (9, False)]
)
def test_a_third_attempt_has_a_name_with_three_to_eight_regions(count: int, *, third: bool) -> None:
    some = [
        *("us-east-1", "eu-west-1", "ap-southeast-1", "sa-east-1", "us-west-2"),
        *("eu-central-1", "ap-northeast-1", "ca-central-1", "eu-north-1"),
    ]
    domain = Domain("menus.example.com", "Z0123456789ABC", "example.com")
    assert Deployment(regions=tuple(some[:count]), domain=domain).has_third is third
    assert not Deployment(regions=tuple(some[:count])).has_third


@pytest.mark.parametrize("region", REGIONS)
def test_the_regions_own_name_stays_whatever_its_health(production: Assembly, region: str) -> None:
    own = records(production, region)[f"{region}.api.menus.example.com."]
    assert not {"HealthCheckId", "Region", "SetIdentifier"} & own.keys()


def test_both_names_lead_to_the_stage_with_one_certificate(production: Assembly) -> None:
    stack = "carte-eu-west-1"
    certificate = certificates(production, stack)["api.menus.example.com"]
    domains = production.resources(stack, "AWS::ApiGateway::DomainName")
    assert {one["DomainName"] for one in domains.values()} == {
        certificate["DomainName"],
        *certificate["SubjectAlternativeNames"],
    }
    assert {one["SecurityPolicy"] for one in domains.values()} == {"TLS_1_2"}
    mappings = production.resources(stack, "AWS::ApiGateway::BasePathMapping").values()
    assert {one["DomainName"]["Ref"] for one in mappings} == domains.keys()
    (stage,) = production.resources(stack, "AWS::ApiGateway::Stage")
    assert all(one["Stage"] == {"Ref": stage} for one in mappings)


@pytest.mark.parametrize("region", REGIONS)
def test_live_updates_have_names_that_fall_with_the_region(
    production: Assembly, region: str
) -> None:
    found = records(production, region)
    shared = found["live.menus.example.com."]
    assert shared["Region"] == shared["SetIdentifier"] == region
    following = found["next.live.menus.example.com."]
    assert following["ResourceRecords"] == [f"without-{region}.live.menus.example.com"]
    for record in (shared, following, found[f"healthy-{region}.live.menus.example.com."]):
        assert named(production, region, record["HealthCheckId"]) == "CALCULATED"
    own = found[f"{region}.live.menus.example.com."]
    assert not {"HealthCheckId", "Region", "SetIdentifier"} & own.keys()


def test_live_names_lead_to_the_websocket_api_at_the_path_of_graphql(production: Assembly) -> None:
    stack = "carte-eu-west-1"
    certificate = certificates(production, stack)["live.menus.example.com"]
    domains = production.resources(stack, "AWS::ApiGatewayV2::DomainName")
    assert {one["DomainName"] for one in domains.values()} == {
        certificate["DomainName"],
        *certificate["SubjectAlternativeNames"],
    }
    mappings = production.resources(stack, "AWS::ApiGatewayV2::ApiMapping").values()
    assert {one["DomainName"]["Ref"] for one in mappings} == domains.keys()
    assert {one["ApiMappingKey"] for one in mappings} == {"graphql"}
    (stage,) = production.resources(stack, "AWS::ApiGatewayV2::Stage").values()
    assert {one["Stage"] for one in mappings} == {stage["StageName"]} == {"live"}


def test_a_region_is_left_out_of_live_updates_by_a_name(production: Assembly) -> None:
    found = production.resources("carte-edge", "AWS::Route53::RecordSet").values()
    for region in REGIONS:
        name = f"without-{region}.live.menus.example.com."
        led = {one["Region"]: one["AliasTarget"] for one in found if one["Name"] == name}
        assert {at: to["DNSName"] for at, to in led.items()} == {
            other: f"healthy-{other}.live.menus.example.com."
            for other in REGIONS
            if other != region
        }
        assert all(to["EvaluateTargetHealth"] for to in led.values())


def test_there_is_no_way_in_beside_the_names(production: Assembly, assembly: Assembly) -> None:
    for of, closed in ((production, True), (assembly, False)):
        (api,) = of.resources("carte-eu-west-1", "AWS::ApiGateway::RestApi").values()
        assert api.get("DisableExecuteApiEndpoint", False) is closed


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_asked_itself_whether_it_is_ready(production: Assembly, region: str) -> None:
    check = checks(production, region)["HTTPS"]
    assert check["FullyQualifiedDomainName"] == f"{region}.api.menus.example.com"
    assert check["ResourcePath"] == "/ready"
    assert check["EnableSNI"] is True
    # Lost within interval x threshold + the alias record's 60 s.
    assert check["RequestInterval"] * check["FailureThreshold"] <= 30


def test_a_region_is_healthy_when_it_answers_and_nobody_drained_it(production: Assembly) -> None:
    found = checks(production, "eu-west-1")
    whole = found["CALCULATED"]
    parts = {named(production, "eu-west-1", one) for one in whole["ChildHealthChecks"]}
    assert parts == {"HTTPS", "CLOUDWATCH_METRIC"}
    assert whole["HealthThreshold"] == len(parts)
    drain = found["CLOUDWATCH_METRIC"]
    assert drain["InsufficientDataHealthStatus"] == "LastKnownStatus"
    alarms = production.resources("carte-eu-west-1", "AWS::CloudWatch::Alarm")
    alarm = alarms[drain["AlarmIdentifier"]["Name"]["Ref"]]
    assert drain["AlarmIdentifier"]["Region"] == "eu-west-1"
    assert (alarm["Namespace"], alarm["MetricName"]) == ("carte", "Drained")
    # Drained stays drained until somebody says otherwise.
    assert alarm["TreatMissingData"] == "ignore"


def test_a_routing_control_is_one_more_condition(options: Assembly) -> None:
    found = checks(options, "eu-west-1")
    assert found["RECOVERY_CONTROL"] == {"Type": "RECOVERY_CONTROL", "RoutingControlArn": CONTROL}
    assert found["CALCULATED"]["HealthThreshold"] == 3
    # The other region's control is not known yet: its health does without.
    assert "RECOVERY_CONTROL" not in checks(options, "us-east-1")


def test_a_routing_control_for_each_region_of_which_one_stays_on(options: Assembly) -> None:
    kind = "AWS::Route53RecoveryControl::"
    controls = options.resources("carte-recovery", f"{kind}RoutingControl")
    assert {one["Name"] for one in controls.values()} == {"carte-eu-west-1", "carte-us-east-1"}
    (rule,) = options.resources("carte-recovery", f"{kind}SafetyRule").values()
    assert rule["RuleConfig"] == {"Inverted": False, "Threshold": 1, "Type": "ATLEAST"}
    asserted = {one["Fn::GetAtt"][0] for one in rule["AssertionRule"]["AssertedControls"]}
    assert asserted == controls.keys()


def test_without_a_domain_there_are_no_records_and_no_checks(assembly: Assembly) -> None:
    for region in assembly.deployment.regions:
        assert not assembly.resources(f"carte-{region}", "AWS::Route53::RecordSet")
        assert not assembly.resources(f"carte-{region}", HEALTH_CHECK)
