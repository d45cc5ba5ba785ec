"""The regional API: who may invoke what, what its access log holds, what the emulator needs."""

import json

from tests.infra.conftest import Assembly

REGIONAL = "carte-eu-west-1"


def test_only_this_api_may_invoke_the_lambda(assembly: Assembly) -> None:
    (api,) = assembly.resources(REGIONAL, "AWS::ApiGateway::RestApi")
    permissions = assembly.resources(REGIONAL, "AWS::Lambda::Permission").values()
    from_gateway = [one for one in permissions if one["Principal"] == "apigateway.amazonaws.com"]
    assert len(from_gateway) == 6  # one for each route and method
    for permission in from_gateway:
        source = json.dumps(permission["SourceArn"])
        assert api in source
        assert "test-invoke-stage" not in source


def test_the_emulator_finds_the_pinned_id_on_the_api_alone(assembly: Assembly) -> None:
    tagged = [
        body["Type"]
        for body in assembly.template(REGIONAL)["Resources"].values()
        if "ms-custom-id" in json.dumps(body.get("Properties", {}).get("Tags", []))
    ]
    assert tagged == ["AWS::ApiGateway::RestApi"]


def test_the_access_log_leads_to_the_lambdas_log_and_to_the_trace(assembly: Assembly) -> None:
    (stage,) = assembly.resources(REGIONAL, "AWS::ApiGateway::Stage").values()
    line = json.loads(stage["AccessLogSetting"]["Format"])
    assert line["request"] == "$context.requestId"
    assert line["lambdaRequest"] == "$context.integration.requestId"
    assert line["trace"] == "$context.xrayTraceId"
    assert line["lambdaError"] == "$context.integrationErrorMessage"
