"""The regional API: who may invoke what, what its access log holds, what the emulator needs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import Assembly

ROOT = Path(__file__).parents[2]

REGIONAL = "carte-eu-west-1"


def test_only_this_api_may_invoke_the_lambda(assembly: Assembly) -> None:
    (api,) = assembly.resources(REGIONAL, "AWS::ApiGateway::RestApi")
    permissions = assembly.resources(REGIONAL, "AWS::Lambda::Permission").values()
    (sockets,) = assembly.resources(REGIONAL, "AWS::ApiGatewayV2::Api")
    from_gateway = [
        one
        for one in permissions
        if one["Principal"] == "apigateway.amazonaws.com"
        and sockets not in json.dumps(one["SourceArn"])
    ]
    assert len(from_gateway) == 10 + 3  # one for each route and method; three are opt-outs
    for permission in from_gateway:
        source = json.dumps(permission["SourceArn"])
        assert api in source
        assert "test-invoke-stage" not in source


def test_the_emulator_finds_the_pinned_ids_on_the_apis_alone(assembly: Assembly) -> None:
    tagged = [
        body["Type"]
        for body in assembly.template(REGIONAL)["Resources"].values()
        if "ms-custom-id" in json.dumps(body.get("Properties", {}).get("Tags", []))
    ]
    assert sorted(tagged) == ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"]


def test_the_access_log_leads_to_the_lambdas_log_and_to_the_trace(assembly: Assembly) -> None:
    (stage,) = assembly.resources(REGIONAL, "AWS::ApiGateway::Stage").values()
    text = stage["AccessLogSetting"]["Format"]
    line = json.loads(text)
    assert line["request"] == "$context.requestId"
    assert line["lambdaRequest"] == "$context.integration.requestId"
    assert line["trace"] == "$context.xrayTraceId"
    assert line["lambdaCode"] == "$context.integration.integrationStatus"
    # With an error it must still be JSON: this variable is the quoted message, quotes included.
    quoted = {name: f'"{name} failed"' for name in ("$context.error.messageString",)}
    # And these are somebody else's text, which API Gateway writes as it is.
    foreign = dict.fromkeys(
        (
            "$context.integrationErrorMessage",
            "$context.integration.error",
            "$context.error.message",
        ),
        'RuntimeError: "x" is no {"y"}',
    )
    for name, value in {**quoted, **foreign}.items():
        text = text.replace(name, value)
    assert json.loads(text) == line


def settings(assembly: Assembly) -> dict[str, Any]:
    """The stage's settings, by method and path."""
    (stage,) = assembly.resources(REGIONAL, "AWS::ApiGateway::Stage").values()
    return {f"{one['HttpMethod']} {one['ResourcePath']}": one for one in stage["MethodSettings"]}


def test_the_stage_caches_nothing_by_default(production: Assembly) -> None:
    # It keeps errors too, whatever Cache-Control says: docs/decisions/stage-cache.md.
    (stage,) = production.resources(REGIONAL, "AWS::ApiGateway::Stage").values()
    assert not stage.get("CacheClusterEnabled")
    assert not any(one.get("CachingEnabled") for one in settings(production).values())


def test_the_probes_have_throttles_of_their_own(production: Assembly) -> None:
    # Clients that use up the stage's rate must not make the health check fail.
    for path in ("health", "ready"):
        own = settings(production)[f"GET /~1{path}"]
        assert (own["ThrottlingRateLimit"], own["ThrottlingBurstLimit"]) == (100, 100)


@pytest.mark.parametrize(
    ("kind", "code"), [("THROTTLED", "THROTTLED"), ("DEFAULT_5XX", "SERVICE_UNAVAILABLE")]
)
def test_the_gateways_own_answers_are_graphql_errors_that_say_when_to_repeat(
    assembly: Assembly, kind: str, code: str
) -> None:
    answers = assembly.resources(REGIONAL, "AWS::ApiGateway::GatewayResponse").values()
    (answer,) = (one for one in answers if one["ResponseType"] == kind)
    assert answer["ResponseParameters"]["gatewayresponse.header.Retry-After"] == "'1'"
    assert answer["ResponseParameters"]["gatewayresponse.header.Cache-Control"] == "'no-store'"
    template = answer["ResponseTemplates"]["application/json"]
    (error,) = json.loads(template.replace("$context.error.messageString", '"Too many"'))["errors"]
    assert error == {"message": "Too many", "extensions": {"code": code, "retryable": True}}


def test_the_cache_keeps_persisted_reads_encrypted_and_nothing_else(options: Assembly) -> None:
    assembly = options
    (stage,) = assembly.resources(REGIONAL, "AWS::ApiGateway::Stage").values()
    assert stage["CacheClusterEnabled"] is True
    assert stage["CacheClusterSize"] == "0.5"
    cached = {name: one for name, one in settings(assembly).items() if one.get("CachingEnabled")}
    assert list(cached) == ["GET /~1graphql~1persisted~1{documentId}"]
    (persisted,) = cached.values()
    assert persisted["CacheTtlInSeconds"] == assembly.deployment.cache.ttl_s
    assert persisted["CacheDataEncrypted"] is True


def test_the_cache_key_is_all_that_an_answer_varies_with_and_is_declared(
    assembly: Assembly,
) -> None:
    methods = assembly.resources(REGIONAL, "AWS::ApiGateway::Method").values()
    persisted = {one["HttpMethod"]: one for one in methods if one.get("RequestParameters")}
    wanted = {
        "method.request.path.documentId": True,
        "method.request.querystring.variables": False,
        "method.request.header.Accept": False,
    }
    assert persisted["GET"]["RequestParameters"] == wanted
    assert set(persisted["GET"]["Integration"]["CacheKeyParameters"]) == wanted.keys()


def test_a_persisted_read_may_be_asked_for_its_head(assembly: Assembly) -> None:
    # CloudFront sends HEAD on as HEAD, and API Gateway answers 403 to a method that it lacks.
    methods = assembly.resources(REGIONAL, "AWS::ApiGateway::Method").values()
    get, head = (
        next(one for one in methods if one["HttpMethod"] == name and one.get("RequestParameters"))
        for name in ("GET", "HEAD")
    )
    assert get["ResourceId"] == head["ResourceId"]
    assert get["Integration"] == head["Integration"]
    assert head["AuthorizationType"] == "NONE"


def test_the_cached_answers_are_the_same_for_everybody() -> None:
    # Authorization is not in the key: a persisted operation must not ask what only staff may see.
    operations = (ROOT / "graphql_schema" / "operations").glob("*.graphql")
    for path in operations:
        text = path.read_text()
        assert not re.search(r"\b(inventory|editConflicts|mutation)\b", text), path.name


def test_nobody_may_invalidate_the_cache(production: Assembly) -> None:
    for region in production.deployment.regions:
        assert "InvalidateCache" not in json.dumps(production.template(f"carte-{region}"))


def test_pages_of_other_origins_may_read_the_gateways_own_answers_where_one_is_allowed(
    production: Assembly, options: Assembly
) -> None:
    assert options.deployment.cors_origins
    assert not production.deployment.cors_origins
    header = "gatewayresponse.header.Access-Control-"
    for assembly, origin in ((production, None), (options, "'*'")):
        answers = assembly.resources(REGIONAL, "AWS::ApiGateway::GatewayResponse").values()
        assert len(answers) == 2
        for answer in answers:
            headers = answer["ResponseParameters"]
            assert headers.get(f"{header}Allow-Origin") == origin
            assert (f"{header}Expose-Headers" in headers) is (origin is not None)
