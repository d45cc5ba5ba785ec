"""The house rules for single resources: each finds its planted fault, none a sound resource."""

import json
from typing import Any

import pytest
from aws_cdk import Environment, Stack
from aws_cdk.cloudformation_include import CfnInclude

from infra_cdk.gate.synthesis import judged_app, synth
from infra_cdk.guard.rules import RULES

pytestmark = pytest.mark.xdist_group("infra")

BLOCK = dict.fromkeys(
    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
)
PLANTED: dict[str, tuple[str, dict[str, Any]]] = {
    "LOGS_END": ("AWS::Logs::LogGroup", {"LogGroupName": "/carte/planted"}),
    "LAMBDAS_ARE_ALIKE": (
        "AWS::Lambda::Function",
        {
            "Code": {"ZipFile": "x"},
            "Handler": "index.handler",
            "Role": "arn:aws:iam::123456789012:role/planted",
            "Runtime": "python3.13",
            "Architectures": ["x86_64"],
            "MemorySize": 128,
            "TracingConfig": {"Mode": "Active"},
            "LoggingConfig": {"LogGroup": "/carte/planted"},
            "Environment": {"Variables": {"CARTE_REGION": "eu-west-1"}},
        },
    ),
    "BUCKETS_ARE_PRIVATE": (
        "AWS::S3::Bucket",
        {"PublicAccessBlockConfiguration": {**BLOCK, "BlockPublicPolicy": False}},
    ),
    "QUEUES_ARE_ENCRYPTED": ("AWS::SQS::Queue", {"SqsManagedSseEnabled": False}),
    "ALARMS_EXPLAIN_THEMSELVES": (
        "AWS::CloudWatch::Alarm",
        {
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": 1,
            "MetricName": "Errors",
            "Namespace": "AWS/Lambda",
            "Period": 60,
            "Statistic": "Sum",
            "Threshold": 1,
        },
    ),
    "TABLES_STAY": (
        "AWS::DynamoDB::GlobalTable",
        {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
            "Replicas": [{"Region": "eu-west-1", "DeletionProtectionEnabled": False}],
        },
    ),
    "DOMAINS_USE_TLS_1_2": (
        "AWS::ApiGateway::DomainName",
        {
            "DomainName": "planted.example.com",
            "RegionalCertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
            "SecurityPolicy": "TLS_1_0",
        },
    ),
    "KEYS_ROTATE": ("AWS::KMS::Key", {"EnableKeyRotation": False, "KeyPolicy": {}}),
    "VIEWERS_USE_TLS": (
        "AWS::CloudFront::Distribution",
        {
            "DistributionConfig": {
                "Enabled": True,
                "DefaultCacheBehavior": {
                    "TargetOriginId": "one",
                    "ViewerProtocolPolicy": "allow-all",
                },
                "Origins": [
                    {
                        "Id": "one",
                        "DomainName": "example.com",
                        "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
                    }
                ],
            }
        },
    ),
}


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the rules say of one stack for each fault, and of one without."""
    folder = tmp_path_factory.mktemp("guard")
    app = judged_app(folder / "out", nag=False)
    sound = ("AWS::Logs::LogGroup", {"RetentionInDays": 30})
    for name, (kind, properties) in {**PLANTED, "SOUND": sound}.items():
        template = folder / f"{name}.json"
        resource = {"Type": kind, "Properties": properties}
        template.write_text(json.dumps({"Resources": {"One": resource}}))
        place = Environment(account="123456789012", region="eu-west-1")
        stack = Stack(app, name.replace("_", "-"), env=place)
        CfnInclude(stack, "Planted", template_file=str(template))
    return synth(app, folder / "out")


def rules() -> list[str]:
    return [line.split()[1] for line in RULES.read_text().splitlines() if line.startswith("rule ")]


@pytest.mark.parametrize("rule", rules())
def test_a_rule_finds_its_planted_fault(found: list[str], rule: str) -> None:
    stack = rule.replace("_", "-")
    assert [one for one in found if f": {rule} at {stack}/" in one], rule


def test_a_sound_resource_is_left_alone(found: list[str]) -> None:
    assert [one for one in found if " at SOUND/" in one] == []


def test_every_rule_says_why(found: list[str]) -> None:
    text = RULES.read_text()
    for block in text.split("\nrule ")[1:]:
        assert "<<" in block, block.split()[0]
