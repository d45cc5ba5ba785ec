"""Faults of the regional API, each with the check that must find it."""

from typing import Final

from infra_cdk.checks.model import references
from infra_cdk.gate.planting import Faults, Templates, found, removing, setting

_HERE: Final = "carte-eu-west-1"
_STAGE: Final = "AWS::ApiGateway::Stage"
_METHOD: Final = "AWS::ApiGateway::Method"
_LAMBDA: Final = "AWS::Lambda::Function"
_STREAM: Final = "AWS::Lambda::EventSourceMapping"
_REGION: Final = "Environment.Variables.CARTE_REGIONS"
_KEYS: Final = "Integration.CacheKeyParameters"


def _past_the_alias(templates: Templates) -> None:
    mapping = found(templates, _STREAM, having="StartingPosition", stack=_HERE)
    resources = templates[_HERE]["Resources"]
    (alias,) = (
        name
        for name in references(mapping["Properties"]["FunctionName"])
        if resources[name]["Type"] == "AWS::Lambda::Alias"
    )
    mapping["Properties"]["FunctionName"] = resources[alias]["Properties"]["FunctionName"]


API: Final[Faults] = (
    (
        "a cache key parameter that the method does not declare",
        "cache-keys-are-declared",
        removing(_METHOD, "RequestParameters", having=_KEYS),
    ),
    (
        "API Gateway's key without the variables",
        "cached-methods-key-all-that-varies",
        setting(_METHOD, _KEYS, ["method.request.path.documentId"], having=_KEYS),
        "options",
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
        "a throttled request without a Retry-After",
        "what-the-gateway-answers-says-when-to-repeat",
        removing(
            "AWS::ApiGateway::GatewayResponse",
            "ResponseParameters",
        ),
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
)
