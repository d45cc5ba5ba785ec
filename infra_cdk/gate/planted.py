"""Faults that no tool knows, each with the check of `infra_cdk/checks` that must find it."""

from typing import Any, Final

from infra_cdk.checks.model import references
from infra_cdk.gate.planted_edge import EDGE
from infra_cdk.gate.planting import Planted, Templates, adding, found, removing, setting

_HERE: Final = "carte-eu-west-1"
_TABLE: Final = "AWS::DynamoDB::GlobalTable"
_STAGE: Final = "AWS::ApiGateway::Stage"
_METHOD: Final = "AWS::ApiGateway::Method"
_LAMBDA: Final = "AWS::Lambda::Function"
_STREAM: Final = "AWS::Lambda::EventSourceMapping"
_ALARM: Final = "AWS::CloudWatch::Alarm"
_CHECK: Final = "AWS::Route53::HealthCheck"
_RECORD: Final = "AWS::Route53::RecordSet"
_REGION: Final = "Environment.Variables.CARTE_REGIONS"
_KEYS: Final = "Integration.CacheKeyParameters"
_HTTPS: Final = "HealthCheckConfig.FullyQualifiedDomainName"
_OIDC: Final = "AssumeRolePolicyDocument.Statement.0.Condition.StringEquals"
_SUBJECT: Final = "token.actions.githubusercontent.com:sub"


def _grant(action: str, resource: str) -> dict[str, Any]:
    """A policy with one right."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "planted", "PolicyDocument": {"Statement": [statement]}},
    }


def _oidc(key: str, value: str) -> Any:
    def plant(templates: Templates) -> None:
        role = found(templates, "AWS::IAM::Role", having=_OIDC, stack="carte-operations")
        document = role["Properties"]["AssumeRolePolicyDocument"]
        document["Statement"][0]["Condition"]["StringEquals"].pop(_SUBJECT)
        document["Statement"][0]["Condition"][key] = {_SUBJECT: value}

    return plant


def _visible_soon(templates: Templates) -> None:
    queue = found(templates, "AWS::SQS::Queue", having="VisibilityTimeout", stack=_HERE)
    queue["Properties"]["VisibilityTimeout"] = 30


def _same_role_everywhere(templates: Templates) -> None:
    for name in ("carte-us-east-1", _HERE):
        found(templates, "AWS::IAM::Role", stack=name)["Properties"]["RoleName"] = "carte-menu"


def _provisioned_and_snapped(templates: Templates) -> None:
    alias = found(templates, "AWS::Lambda::Alias", having="ProvisionedConcurrencyConfig")
    named = alias["Properties"]["FunctionName"]["Ref"]
    for template in templates.values():
        if named in template["Resources"]:
            function = template["Resources"][named]["Properties"]
            function["SnapStart"] = {"ApplyOn": "PublishedVersions"}


def _past_the_alias(templates: Templates) -> None:
    mapping = found(templates, _STREAM, having="StartingPosition", stack=_HERE)
    resources = templates[_HERE]["Resources"]
    (alias,) = (
        name
        for name in references(mapping["Properties"]["FunctionName"])
        if resources[name]["Type"] == "AWS::Lambda::Alias"
    )
    mapping["Properties"]["FunctionName"] = resources[alias]["Properties"]["FunctionName"]


def _without(templates: Templates, kind: str) -> None:
    resources = templates[_HERE]["Resources"]
    (name, *_) = (name for name, body in resources.items() if body["Type"] == kind)
    del resources[name]


_IN_REGIONS: Final[tuple[tuple[str, str, Any], ...]] = (
    (
        "a cache key parameter that the method does not declare",
        "cache-keys-are-declared",
        removing(_METHOD, "RequestParameters", having=_KEYS),
    ),
    (
        "API Gateway's key without the variables",
        "cached-methods-key-all-that-varies",
        setting(_METHOD, _KEYS, ["method.request.path.documentId"], having=_KEYS),
    ),
    (
        "the stage caches every method",
        "only-persisted-reads-are-cached",
        setting(_STAGE, "MethodSettings.0.CachingEnabled", value=True),
    ),
    (
        "a Lambda that works on after the gateway gave up",
        "lambdas-answer-before-the-gateway-gives-up",
        setting(_LAMBDA, "Timeout", 60, having=_REGION),
    ),
    (
        "a stage without a rate limit",
        "the-stage-is-throttled-and-logged",
        removing(_STAGE, "MethodSettings.0.ThrottlingRateLimit"),
    ),
    (
        "a stage without an access log",
        "the-stage-is-throttled-and-logged",
        removing(_STAGE, "AccessLogSetting"),
    ),
    (
        "the stream invokes the latest code instead of the alias",
        "callers-reach-an-alias",
        _past_the_alias,
    ),
    (
        "a stream mapping without a dead-letter queue",
        "streams-give-up-in-time-and-tell",
        removing(_STREAM, "DestinationConfig"),
    ),
    (
        "a stream mapping that retries for ever",
        "streams-give-up-in-time-and-tell",
        removing(_STREAM, "MaximumRetryAttempts"),
    ),
    (
        "a queue that shows a message again while it is worked on",
        "queues-wait-for-their-consumer",
        _visible_soon,
    ),
    (
        "a handler that is no module",
        "handlers-exist",
        setting(_LAMBDA, "Handler", "services.menus.handler.handler", having=_REGION),
    ),
    (
        "a Lambda that is told another region's name",
        "functions-are-told-their-own-region",
        setting(
            _LAMBDA, "Environment.Variables.CARTE_REGION", "us-east-1", having=_REGION, stack=_HERE
        ),
    ),
    (
        "a Lambda that does not know of a region",
        "functions-know-every-region",
        setting(_LAMBDA, _REGION, "us-east-1,eu-west-1", having=_REGION),
    ),
    (
        "a Lambda that logs into a group without retention",
        "logs-go-where-they-end",
        removing(_LAMBDA, "LoggingConfig", having=_REGION),
    ),
    (
        "a replica without point-in-time recovery",
        "every-replica-can-be-restored",
        removing(_TABLE, "Replicas.0.PointInTimeRecoverySpecification"),
    ),
    (
        "a replica without deletion protection",
        "every-replica-can-be-restored",
        removing(_TABLE, "Replicas.0.DeletionProtectionEnabled"),
    ),
    (
        "documents that expire",
        "only-operation-records-expire",
        setting(_TABLE, "TimeToLiveSpecification.AttributeName", "rev"),
    ),
    (
        "a region without a replica",
        "every-region-has-a-replica",
        removing(_TABLE, "Replicas.0"),
    ),
    (
        "a table that goes with its stack",
        "the-table-outlives-its-stack",
        setting(_TABLE, "^DeletionPolicy", "Delete"),
    ),
    (
        "a stream without old images",
        "the-stream-has-both-images",
        setting(_TABLE, "StreamSpecification.StreamViewType", "NEW_IMAGE"),
    ),
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
        "an alarm that does not say what to do",
        "alarms-say-what-to-do",
        setting(_ALARM, "AlarmDescription", "Errors."),
    ),
    ("an alarm that wakes nobody", "alarms-tell-somebody", removing(_ALARM, "AlarmActions")),
    (
        "an alarm that sleeps when its metric falls silent",
        "alarms-decide-what-silence-means",
        removing(_ALARM, "TreatMissingData"),
    ),
    (
        "an alarm on CloudFront outside us-east-1",
        "alarms-look-where-the-metric-is",
        setting(_ALARM, "Namespace", "AWS/CloudFront", having="Namespace", stack=_HERE),
    ),
    (
        "a right to everything of a service",
        "no-right-is-a-wildcard",
        adding(_grant("dynamodb:*", "arn:aws:dynamodb:eu-west-1:123456789012:table/carte")),
    ),
    (
        "a right on every resource",
        "no-right-is-a-wildcard",
        adding(_grant("s3:GetObject", "*")),
    ),
    (
        "a Lambda that any account's API may invoke",
        "services-call-for-this-account-only",
        removing("AWS::Lambda::Permission", "SourceArn"),
    ),
    (
        "a pipeline role for every branch and fork",
        "the-pipeline-role-is-for-one-repository",
        _oidc("StringLike", "repo:example/*"),
    ),
    (
        "a Lambda that may scan the table",
        "the-menu-lambda-never-scans-or-deletes",
        adding(_grant("dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:123456789012:table/carte")),
    ),
    (
        "a regional stack that names another region",
        "regions-do-not-refer-to-each-other",
        setting("AWS::SNS::Topic", "DisplayName", "mirrors us-east-1", stack=_HERE),
    ),
    (
        "a stack that imports another one's output",
        "no-stack-waits-for-another-region",
        setting("AWS::SNS::Topic", "DisplayName", {"Fn::ImportValue": "other"}, stack=_HERE),
    ),
    (
        "the same role name in two regions of one account",
        "global-names-are-used-once",
        _same_role_everywhere,
    ),
    (
        "a template with too many resources",
        "templates-fit",
        lambda templates: templates[_HERE]["Resources"].update(
            {f"Planted{number}": _grant("s3:GetObject", "arn:aws:s3:::x") for number in range(500)}
        ),
    ),
)

PLANTED: Final = (
    *(Planted(fault, check, plant) for fault, check, plant in (*EDGE, *_IN_REGIONS)),
    Planted(
        "SnapStart together with provisioned concurrency",
        "snapstart-or-provisioned",
        _provisioned_and_snapped,
        "options",
    ),
    Planted(
        "strong consistency together with a time to live",
        "strong-tables-do-without-ttl",
        setting(_TABLE, "TimeToLiveSpecification", {"AttributeName": "expires", "Enabled": True}),
        "strong",
    ),
    Planted(
        "strong consistency over two regions",
        "strong-tables-do-without-ttl",
        removing(_TABLE, "Replicas.0"),
        "strong",
    ),
)
