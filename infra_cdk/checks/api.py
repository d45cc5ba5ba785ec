"""Checks of the regional API: its cache, its throttling and its timeouts."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, listed, references
from services.domain import faults

# API Gateway answers 504 after this; a Lambda that goes on is paid for and heard by nobody.
GATEWAY_TIMEOUT_S: Final = 29
METHOD: Final = "AWS::ApiGateway::Method"
STAGE: Final = "AWS::ApiGateway::Stage"
OWN_ANSWER: Final = "AWS::ApiGateway::GatewayResponse"


def cache_keys_are_declared(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A cache key of a method is one of its declared parameters; others are silently ignored."""
    for method in cloud.resources(METHOD):
        declared = set(method.properties.get("RequestParameters", {}))
        for key in method.properties.get("Integration", {}).get("CacheKeyParameters", []):
            if key not in declared:
                yield method, f"{key} is not declared: every value of it gets the first one's body"


def only_persisted_reads_are_cached(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The stage caches GET of persisted operations and nothing else: no probe, no mutation."""
    for stage in cloud.resources(STAGE):
        for setting in stage.properties.get("MethodSettings", []):
            if not setting.get("CachingEnabled"):
                continue
            path = str(setting.get("ResourcePath", "")).replace("~1", "/")
            if setting.get("HttpMethod") != "GET" or "/persisted/" not in path:
                yield stage, f"caches {setting.get('HttpMethod')} {path}"


def cached_methods_key_all_that_varies(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A cached method has its document and its variables in the key."""
    for stack in cloud.stacks:
        if not _caches(stack):
            continue
        for method in stack.resources(METHOD):
            path = path_of(stack, method.properties.get("ResourceId"))
            if method.properties.get("HttpMethod") != "GET" or "/persisted/" not in path:
                continue
            keys = set(method.properties.get("Integration", {}).get("CacheKeyParameters", []))
            for wanted in (
                "method.request.path.documentId",
                "method.request.querystring.variables",
            ):
                if wanted not in keys:
                    yield method, f"{wanted} is not in the cache key: stores get each other's menus"


def lambdas_answer_before_the_gateway_gives_up(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A Lambda behind the API has a timeout below API Gateway's 29 seconds."""
    for stack in cloud.stacks:
        aliases = {
            one.logical_id: one.properties.get("FunctionName")
            for one in stack.resources("AWS::Lambda::Alias")
        }
        behind: set[str] = set()
        for method in stack.resources(METHOD):
            named = references(method.properties.get("Integration", {}).get("Uri"))
            behind |= named
            for alias in named & aliases.keys():
                behind |= references(aliases[alias])
        for function in stack.resources("AWS::Lambda::Function"):
            seconds = function.properties.get("Timeout", 3)
            if function.logical_id in behind and seconds >= GATEWAY_TIMEOUT_S:
                yield function, f"times out after {seconds} s, its caller after {GATEWAY_TIMEOUT_S}"


def the_stage_is_throttled_and_logged(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every stage has a rate limit for all methods and an access log."""
    for stage in cloud.resources(STAGE):
        settings = stage.properties.get("MethodSettings", [])
        everywhere = [one for one in settings if one.get("ResourcePath") == "/*"]
        if not any("ThrottlingRateLimit" in one for one in everywhere):
            yield stage, "has no rate limit: one client may use up the account's"
        if "AccessLogSetting" not in stage.properties:
            yield stage, "has no access log"


def what_the_gateway_answers_says_when_to_repeat(
    cloud: Cloud,
) -> Iterator[tuple[Resource, str]]:
    """Every API's own answers to throttled and failed requests carry Retry-After.

    Without a gateway response of ours they are `{"message": ...}` with no header that a client
    could act on (API Gateway developer guide, "Gateway response types").
    """
    for stack in cloud.stacks:
        for api in stack.resources("AWS::ApiGateway::RestApi"):
            answers = {
                one.properties.get("ResponseType"): one.properties.get("ResponseParameters", {})
                for one in stack.resources(OWN_ANSWER)
                if api.logical_id in references(one.properties.get("RestApiId"))
            }
            for kind in ("THROTTLED", "DEFAULT_5XX"):
                header = answers.get(kind, {}).get("gatewayresponse.header.Retry-After", "")
                if not re.fullmatch(r"'[1-9][0-9]?'", str(header)):
                    yield api, f"answers {kind} without Retry-After"


def the_gateways_own_answers_are_graphql_errors(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """What API Gateway answers itself at a limit or without a Lambda reads as a GraphQL error.

    Clients repeat a request by `retryable`; the codes are those of the Lambda's own refusals.
    """
    for answer in cloud.resources("AWS::ApiGateway::GatewayResponse"):
        kind = str(answer.properties.get("ResponseType"))
        text = answer.properties.get("ResponseTemplates", {}).get("application/json", "")
        # The variable brings its own quotation marks.
        plain = str(text).replace("$context.error.messageString", '"said"')
        code = faults.THROTTLED if kind == "THROTTLED" else faults.SERVICE_UNAVAILABLE
        wanted = {"message": "said", "extensions": {"code": code, "retryable": True}}
        try:
            found = json.loads(plain)
        except json.JSONDecodeError:
            found = plain
        if found != {"errors": [wanted]}:
            yield answer, f"answers {kind} with {text}"
        headers = {
            str(name).removeprefix("gatewayresponse.header."): value
            for name, value in answer.properties.get("ResponseParameters", {}).items()
        }
        if headers.get("Cache-Control") != "'no-store'":
            yield answer, f"lets caches keep {kind}"
        shown = headers.get("Access-Control-Expose-Headers")
        if "Access-Control-Allow-Origin" in headers and shown != "'retry-after'":
            yield answer, f"shows pages of other origins {shown} of {kind}, not when to repeat"


def callers_reach_an_alias(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """The API and the stream invoke an alias, which deployments shift and rollbacks shift back."""
    for stack in cloud.stacks:
        aliases = {one.logical_id for one in stack.resources("AWS::Lambda::Alias")}
        functions = {one.logical_id for one in stack.resources("AWS::Lambda::Function")}
        targets: list[tuple[Resource, Any]] = [
            (one, one.properties.get("Integration", {}).get("Uri"))
            for one in stack.resources(METHOD)
        ]
        targets += [
            (one, one.properties.get("FunctionName"))
            for one in stack.resources("AWS::Lambda::EventSourceMapping")
        ]
        for resource, target in targets:
            named = references(target)
            if named & functions and not named & aliases:
                yield resource, "invokes the latest code, past every canary and rollback"


def _caches(stack: Stack) -> bool:
    return any(
        setting.get("CachingEnabled")
        for stage in stack.resources(STAGE)
        for setting in stage.properties.get("MethodSettings", [])
    )


def path_of(stack: Stack, resource_id: Any) -> str:
    """Return the path of an API resource, from its parents."""
    resources = {one.logical_id: one for one in stack.resources("AWS::ApiGateway::Resource")}
    parts: list[str] = []
    names = references(resource_id)
    while found := names & resources.keys():
        resource = resources[found.pop()]
        parts.insert(0, as_text(resource.properties.get("PathPart")))
        names = references(listed(resource.properties.get("ParentId")))
    return "/" + "/".join(parts)
