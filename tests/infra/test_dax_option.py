"""DAX in front of the table: an option, in a network without a way out."""

import json
import re

from tests.infra.conftest import Assembly

REGIONAL = "carte-us-east-1"
MENU_API = "services.menu_api.handler.handler"


def test_it_is_off_by_default_and_nothing_is_in_a_network(production: Assembly) -> None:
    text = json.dumps(production.template("carte-eu-west-1"))
    assert "AWS::DAX" not in text
    assert "AWS::EC2" not in text
    assert "CARTE_DAX_ENDPOINT" not in text


def test_the_cluster_encrypts_and_is_spread_over_zones_that_are_named(options: Assembly) -> None:
    (cluster,) = options.resources(REGIONAL, "AWS::DAX::Cluster").values()
    assert cluster["SSESpecification"] == {"SSEEnabled": True}
    assert cluster["ClusterEndpointEncryptionType"] == "TLS"
    assert cluster["AvailabilityZones"] == ["us-east-1a", "us-east-1b", "us-east-1c"]
    subnets = options.resources(REGIONAL, "AWS::EC2::Subnet").values()
    assert {one["AvailabilityZone"] for one in subnets} == set(cluster["AvailabilityZones"])
    assert not any(one.get("MapPublicIpOnLaunch") for one in subnets)
    manifest = json.loads((options.folder / "manifest.json").read_text())
    assert "missing" not in manifest


def test_it_may_read_the_local_replica_and_never_write(options: Assembly) -> None:
    (cluster,) = options.resources(REGIONAL, "AWS::DAX::Cluster").values()
    role = cluster["IAMRoleARN"]["Fn::GetAtt"][0]
    (policy,) = (
        one
        for one in options.resources(REGIONAL, "AWS::IAM::Policy").values()
        if {"Ref": role} in one["Roles"]
    )
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert set(statement["Action"]) == {
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:Query",
    }


def test_the_menu_lambda_is_in_its_network_and_reaches_it_and_the_table(
    options: Assembly,
) -> None:
    function = options.function(REGIONAL, MENU_API)
    (cluster,) = options.resources(REGIONAL, "AWS::DAX::Cluster")
    endpoint = function["Environment"]["Variables"]["CARTE_DAX_ENDPOINT"]
    assert endpoint == {"Fn::GetAtt": [cluster, "ClusterDiscoveryEndpointURL"]}
    assert len(function["VpcConfig"]["SubnetIds"]) == 3
    rights = options.rights(REGIONAL, MENU_API)
    # There is no way to CloudWatch from its network, so it may not ask it.
    assert not [one for one in rights if one.startswith("cloudwatch:")]
    assert {one for one in rights if one.startswith("dax:")} == {
        "dax:BatchGetItem",
        "dax:GetItem",
        "dax:Query",
    }
    (mine,) = function["VpcConfig"]["SecurityGroupIds"]
    ingress = options.resources(REGIONAL, "AWS::EC2::SecurityGroupIngress").values()
    to_dax = [one for one in ingress if one["FromPort"] == 9111]
    assert [one["SourceSecurityGroupId"] for one in to_dax] == [mine]
    endpoints = options.resources(REGIONAL, "AWS::EC2::VPCEndpoint").values()
    assert any("dynamodb" in json.dumps(one["ServiceName"]) for one in endpoints)


def test_ec2_takes_every_description(options: Assembly) -> None:
    # EC2 API reference, IpRange: a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$* alone.
    taken = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")
    kinds = ("SecurityGroup", "SecurityGroupIngress", "SecurityGroupEgress")
    texts = [
        text
        for kind in kinds
        for one in options.resources("carte-eu-west-1", f"AWS::EC2::{kind}").values()
        for text in (
            one.get("Description", one.get("GroupDescription", "")),
            *(rule.get("Description", "") for rule in one.get("SecurityGroupEgress", [])),
        )
    ]
    assert len(texts) > 5
    for text in texts:
        assert taken.fullmatch(str(text)), text


def test_the_issuer_is_reached_in_its_own_region_alone(options: Assembly) -> None:
    def interfaces(region: str) -> list[str]:
        found = options.resources(f"carte-{region}", "AWS::EC2::VPCEndpoint").values()
        return [json.dumps(one) for one in found if one["VpcEndpointType"] == "Interface"]

    (cognito,) = interfaces(options.deployment.primary)
    assert "cognito-idp" in cognito
    assert interfaces("us-east-1") == []
