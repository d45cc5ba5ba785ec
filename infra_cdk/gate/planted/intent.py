"""Faults against what the code, the settings and the people need, each with its check."""

import json
from typing import Any, Final

from infra_cdk.gate.planting import Faults, Templates, found, grant, removing, setting

_HERE: Final = "carte-eu-west-1"
_LAMBDA: Final = "AWS::Lambda::Function"
_STREAM: Final = "AWS::Lambda::EventSourceMapping"
_ALARM: Final = "AWS::CloudWatch::Alarm"
_MENU: Final = "Environment.Variables.CARTE_REGIONS"


def _without_right(action: str, stack: str) -> Any:
    """Take an action out of the first policy of a stack that allows it."""

    def plant(templates: Templates) -> None:
        for body in templates[stack]["Resources"].values():
            if body["Type"] != "AWS::IAM::Policy":
                continue
            for statement in body["Properties"]["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                if action == actions:
                    statement["Action"] = "sts:GetCallerIdentity"
                    return
                if isinstance(actions, list) and action in actions:
                    actions.remove(action)
                    return
        raise LookupError(f"nothing in {stack} may {action}")

    return plant


def _metric_alarms_alone(templates: Templates) -> None:
    """Let the pipeline read alarms by their ARNs, which hides composite ones."""
    for body in templates["carte-operations"]["Resources"].values():
        if body["Type"] == "AWS::IAM::Policy":
            for statement in body["Properties"]["PolicyDocument"]["Statement"]:
                if "cloudwatch:DescribeAlarms" in statement["Action"]:
                    statement["Resource"] = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"
                    return
    raise LookupError("the pipeline reads no alarms")


def _without_proof(templates: Templates) -> None:
    """Take away a record by which SES verifies the domain of the sender."""
    resources = templates[_HERE]["Resources"]
    (name, *_) = (
        name
        for name, body in resources.items()
        if body["Type"] == "AWS::Route53::RecordSet" and "DkimDNSTokenName" in str(body)
    )
    del resources[name]


def _extra_right(templates: Templates) -> None:
    function = found(templates, _LAMBDA, having=_MENU, stack=_HERE)
    extra = grant("dynamodb:UpdateItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/carte")
    extra["Properties"]["Roles"] = [{"Ref": function["Properties"]["Role"]["Fn::GetAtt"][0]}]
    templates[_HERE]["Resources"]["Planted"] = extra


def _closed_to_cloudfront(templates: Templates) -> None:
    policy = found(templates, "AWS::S3::BucketPolicy", stack="carte-site")
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    statements[:] = [one for one in statements if one["Effect"] == "Deny"]


def _without_alarm(templates: Templates) -> None:
    resources = templates[_HERE]["Resources"]
    (name,) = (
        name
        for name, body in resources.items()
        if body["Type"] == _ALARM and body["Properties"]["AlarmName"] == "carte-api-errors"
    )
    del resources[name]


def _all_percent(templates: Templates) -> None:
    for body in templates[_HERE]["Resources"].values():
        if body["Type"] == _ALARM and body["Properties"]["AlarmName"] == "carte-menu-errors":
            body["Properties"]["Threshold"] = 1


def _without_route(templates: Templates) -> None:
    resources = templates[_HERE]["Resources"]
    name = next(
        name
        for name, body in resources.items()
        if body["Type"] == "AWS::ApiGateway::Method"
        and body["Properties"]["HttpMethod"] == "OPTIONS"
    )
    del resources[name]


def _another_name(templates: Templates) -> None:
    for template in templates.values():
        for body in template["Resources"].values():
            if body.get("Properties", {}).get("QueueName") == "carte-convergence-dead-letters":
                body["Properties"]["QueueName"] = "carte-lost-records"


def _deaf_queue(templates: Templates) -> None:
    mapping = found(templates, _STREAM, having="ScalingConfig", stack=_HERE)
    del mapping["Properties"]["FunctionResponseTypes"]


def _one_check_is_enough(templates: Templates) -> None:
    check = found(
        templates,
        "AWS::Route53::HealthCheck",
        having="HealthCheckConfig.ChildHealthChecks",
        stack=_HERE,
    )
    check["Properties"]["HealthCheckConfig"]["HealthThreshold"] = 1


def _of_another_index(templates: Templates) -> None:
    """Let a Lambda query another index than its code does."""
    for body in templates[_HERE]["Resources"].values():
        text = json.dumps(body)
        if body["Type"] == "AWS::IAM::Policy" and "/index/board" in text:
            body.update(json.loads(text.replace("/index/board", "/index/work")))
            return
    raise LookupError("/index/board")


def _index_alone(templates: Templates) -> None:
    """Let a Lambda query an index, and not the table that its code queries, too."""
    for body in templates[_HERE]["Resources"].values():
        if body["Type"] == "AWS::IAM::Policy" and "/index/work" in json.dumps(body):
            for one in body["Properties"]["PolicyDocument"]["Statement"]:
                if (
                    "/index/" not in json.dumps(one["Resource"])
                    and "dynamodb:Query" in one["Action"]
                ):
                    one["Action"].remove("dynamodb:Query")
                    return
    raise LookupError("/index/work")


INTENT: Final[Faults] = (
    (
        "a Lambda that may query another index than its code does",
        "lambdas-may-do-what-their-code-does",
        _of_another_index,
    ),
    (
        "a Lambda that may query an index, and not the table",
        "lambdas-may-do-what-their-code-does",
        _index_alone,
    ),
    (
        "a Lambda that may not write what its code writes",
        "lambdas-may-do-what-their-code-does",
        _without_right("dynamodb:PutItem", _HERE),
    ),
    (
        "a Lambda that may do what no code of it does",
        "lambdas-may-do-what-their-code-does",
        _extra_right,
    ),
    (
        "a Lambda that is not given a variable that it reads",
        "lambdas-get-the-variables-that-they-read",
        removing(_LAMBDA, "Environment.Variables.CARTE_TABLE", having=_MENU),
    ),
    (
        "a Lambda that does not know a queue that another one fills",
        "lambdas-get-the-variables-that-they-read",
        removing(_LAMBDA, "Environment.Variables.CARTE_ORDER_QUEUE", stack=_HERE),
    ),
    (
        "a Lambda that may not run at all",
        "lambdas-are-named-as-callers-expect",
        setting(_LAMBDA, "ReservedConcurrentExecutions", 0, having=_MENU),
    ),
    (
        "a queue's mapping that does not read which files failed",
        "failures-named-by-handlers-are-heard",
        _deaf_queue,
    ),
    (
        "a route of the Lambda that the API does not have",
        "every-route-of-the-lambda-is-one-of-the-api",
        _without_route,
    ),
    (
        "a canary whose handler does not exist",
        "canaries-have-a-handler",
        setting("AWS::Synthetics::Canary", "Code.Handler", "menus.handler"),
    ),
    (
        "an issuer of tokens that is not passed to the Lambda",
        "settings-reach-the-templates",
        removing(_LAMBDA, "Environment.Variables.CARTE_OIDC_ISSUER", having=_MENU),
    ),
    (
        "an alarm topic that mails somebody else",
        "alarms-reach-the-addresses",
        setting("AWS::SNS::Subscription", "Endpoint", "nobody@example.com", stack=_HERE),
    ),
    (
        "an alarm that the operations page explains and nobody made",
        "every-alarm-that-people-expect-is-there",
        _without_alarm,
    ),
    (
        "an alarm that computes with a metric that it does not have",
        "metric-math-has-its-operands",
        setting(_ALARM, "Metrics.1.Id", "others", having="Metrics.1.MetricStat"),
    ),
    ("an alarm that rings when every call fails", "alarms-ring-in-time", _all_percent),
    (
        "a bucket of the site that CloudFront may not read",
        "buckets-are-read-by-who-must",
        _closed_to_cloudfront,
    ),
    (
        "a bucket that may not notify its queue of files",
        "buckets-notify-and-copy-as-they-must",
        setting(
            "AWS::SQS::QueuePolicy",
            "PolicyDocument.Statement.1.Principal",
            {"Service": "sns.amazonaws.com"},
            having="PolicyDocument.Statement.1",
            stack=_HERE,
        ),
    ),
    (
        "a region that is healthy by one of its checks",
        "regions-are-healthy-by-all-their-checks",
        _one_check_is_enough,
    ),
    (
        "a pipeline that may not read the alarms that it watches",
        "the-pipeline-may-do-what-it-does",
        _without_right("cloudwatch:DescribeAlarms", "carte-operations"),
    ),
    (
        "a pipeline that composite alarms are hidden from",
        "the-pipeline-may-do-what-it-does",
        _metric_alarms_alone,
    ),
    (
        "a queue that the operations page calls by another name",
        "names-of-the-page-are-there",
        _another_name,
    ),
    (
        "a sender whose domain is never proved to SES",
        "settings-reach-the-templates",
        _without_proof,
    ),
    (
        "a stack that goes on naming a region that was removed",
        "the-page-removes-a-region-everywhere",
        lambda templates: templates["carte-identity"]["Outputs"].update(
            {"Planted": {"Value": "eu-west-1"}}
        ),
    ),
    (
        "an origin more than the operations page counts",
        "the-page-counts-the-origins",
        setting(
            "AWS::CloudFront::Distribution",
            "DistributionConfig.Origins",
            lambda origins: [*origins, origins[0]],
        ),
    ),
    (
        "a region without an output of its address",
        "stacks-have-the-outputs-that-the-deployment-reads",
        lambda templates: templates[_HERE]["Outputs"].pop("Url"),
    ),
    (
        "messages that end before people look",
        "properties-are-what-they-must-be",
        setting("AWS::SQS::Queue", "MessageRetentionPeriod", 60, having="MessageRetentionPeriod"),
    ),
)
