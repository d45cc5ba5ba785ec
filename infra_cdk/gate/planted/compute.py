"""Faults of the Lambdas and what feeds them, each with the check that must find it."""

from typing import Final

from infra_cdk.gate.planting import Faults, Templates, found, removing, setting

_HERE: Final = "carte-eu-west-1"
_LAMBDA: Final = "AWS::Lambda::Function"
_STREAM: Final = "AWS::Lambda::EventSourceMapping"
_REGION: Final = "Environment.Variables.CARTE_REGIONS"


def _visible_soon(templates: Templates) -> None:
    queue = found(templates, "AWS::SQS::Queue", having="VisibilityTimeout", stack=_HERE)
    queue["Properties"]["VisibilityTimeout"] = 5


def _provisioned_and_snapped(templates: Templates) -> None:
    alias = found(templates, "AWS::Lambda::Alias", having="ProvisionedConcurrencyConfig")
    named = alias["Properties"]["FunctionName"]["Ref"]
    for template in templates.values():
        if named in template["Resources"]:
            function = template["Resources"][named]["Properties"]
            function["SnapStart"] = {"ApplyOn": "PublishedVersions"}


COMPUTE: Final[Faults] = (
    (
        "a stream mapping without a dead-letter queue",
        "streams-give-up-in-time-and-report",
        removing(_STREAM, "DestinationConfig"),
    ),
    (
        "a stream mapping that retries for ever",
        "streams-give-up-in-time-and-report",
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
        "a Lambda that gets another region's name",
        "functions-get-their-own-region",
        setting(
            _LAMBDA, "Environment.Variables.CARTE_REGION", "us-east-1", having=_REGION, stack=_HERE
        ),
    ),
    (
        "a Lambda that does not know of a region",
        "functions-get-every-region",
        setting(_LAMBDA, _REGION, "us-east-1,eu-west-1", having=_REGION),
    ),
    (
        "a Lambda that logs into a group without retention",
        "logs-go-where-they-end",
        removing(_LAMBDA, "LoggingConfig", having=_REGION),
    ),
    (
        "SnapStart together with provisioned concurrency",
        "snapstart-or-provisioned",
        _provisioned_and_snapped,
        "options",
    ),
)
