"""The regional REST API: exactly the routes of the contract, to the Lambda of each."""

import json
from typing import Any

from aws_cdk import Duration, RemovalPolicy, Size, Tags
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.log_group import log_group
from infra_cdk.edge_rules import (
    OPT_OUT_METHODS,
    OPT_OUT_PATH,
    WEBHOOK_PATH,
    origin_secret_reference,
)
from services.domain import faults
from services.domain.watching.metrics import API_NAME, STAGE

PERSISTED = "/graphql/persisted/{documentId}"
# Path to methods. Whatever is not here, API Gateway answers 403 without waking a Lambda.
ROUTES = {
    "/graphql": ("GET", "HEAD", "POST", "OPTIONS"),
    PERSISTED: ("GET", "HEAD"),
    "/health": ("GET", "HEAD"),
    "/ready": ("GET", "HEAD"),
}
# What the answer to a persisted read varies with; API Gateway silently ignores a part of a cache
# key that the method does not declare.
CACHE_KEY = {
    "method.request.path.documentId": True,
    "method.request.querystring.variables": False,
    "method.request.header.Accept": False,
}
_WORTH_COMPRESSING = 1024  # bytes
PROBES = ("/health", "/ready")
# Some 18 checkers of Route 53 ask every 10 s each, canaries and smoke tests a little.
PROBE_RATE = 100  # requests a second
PROBE_BURST = 100
# Strangers can only have it refuse them; the provider sends a few events an order.
_WEBHOOK_RATE = 100  # requests a second
_WEBHOOK_BURST = 100
_OPT_OUT_RATE = 50  # requests a second
_OPT_OUT_BURST = 50
# Answers that API Gateway gives itself, and the code in them: its limit is reached, or the Lambda
# cannot be invoked, fails or is late (API Gateway developer guide, "Gateway response types").
# Whatever the Lambda did, repeating is safe: every mutation has one effect.
GATEWAY_RESPONSES = {"THROTTLED": faults.THROTTLED, "DEFAULT_5XX": faults.SERVICE_UNAVAILABLE}
GATEWAY_RETRY_AFTER_S = 1
# The emulator pins the API's id to this tag; AWS ignores it.
EMULATOR_ID_TAG = "ms-custom-id"
# What finds a slow or failed request again, at the gateway, in the Lambda's log and in the trace.
# No variable here may hold a quotation mark, or the line would be no JSON exactly when there is an
# error: `$context.error.messageString` is quoted already, and the messages of a failed Lambda hold
# JSON (API Gateway developer guide, "Variables for access logging"). The Lambda's own log has them.
_ACCESS_LOG = {
    "at": "$context.requestTimeEpoch",
    "request": "$context.requestId",
    "lambdaRequest": "$context.integration.requestId",
    "trace": "$context.xrayTraceId",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "ms": "$context.responseLatency",
    "lambdaMs": "$context.integrationLatency",
    "error": "$context.error.responseType",
    "lambdaStatus": "$context.integration.status",
    "lambdaCode": "$context.integration.integrationStatus",
}
_ACKNOWLEDGED = {
    "APIG2": "GraphQL has no fixed request shape; the Lambda validates and answers 400 itself.",
    "APIG3": "The web ACL stands in front of CloudFront, and the API takes no other requests.",
    "APIG4": "Menus are public; the Lambda checks staff rights where a field needs them.",
    "COG4": "As APIG4.",
    "APIG6": "Execution logs go to a log group that API Gateway makes without retention; the "
    "access log names their kinds.",
    "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
    "AmazonAPIGatewayPushToCloudWatchLogs]": "The policy that AWS documents for this one role.",
}


class RestApi(Construct):
    """API Gateway in front of the Lambdas of one region that answer HTTP.

    As an option the stage caches persisted reads, and nothing else. A client that
    sends `Cache-Control: max-age=0` gets the cached answer all the same: API Gateway demands the
    right `execute-api:InvalidateCache` unless configured otherwise (CloudFormation has no word for
    it), and nobody is given that right.

    Attributes:
        api: the API; its stage is `api.deployment_stage`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        alias: lambda_.IFunction,
        webhook: lambda_.IFunction | None,
        opting_out: lambda_.IFunction | None,
    ) -> None:
        super().__init__(scope, construct_id)
        access_log = log_group(
            self, "AccessLog", name="/carte/api-access", days=deployment.log_retention_days
        )
        self.api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=API_NAME,
            description="carte: menus over GraphQL",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                access_log_destination=apigateway.LogGroupLogDestination(access_log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(_ACCESS_LOG)),
                tracing_enabled=True,
                metrics_enabled=True,
                throttling_rate_limit=deployment.throttle_rate,
                throttling_burst_limit=deployment.throttle_burst,
                method_options={
                    **_probing(),
                    **_cached_reads(deployment),
                    **(_webhooks() if webhook else {}),
                    **(_opt_outs() if opting_out else {}),
                },
                **_caching(deployment),
            ),
            # The gateway compresses, behind its cache: what is kept serves every client.
            min_compression_size=Size.bytes(_WORTH_COMPRESSING),
            # With names of our own there is one way in less to watch.
            disable_execute_api_endpoint=bool(deployment.domain),
            policy=_only_for_the_edge(deployment),
        )
        Tags.of(self.api).add(
            EMULATOR_ID_TAG, "carte", include_resource_types=["AWS::ApiGateway::RestApi"]
        )
        acknowledge(self, _ACKNOWLEDGED)
        for kind, code in GATEWAY_RESPONSES.items():
            self.api.add_gateway_response(
                kind,
                type=apigateway.ResponseType.of(kind),
                response_headers=_own_headers(deployment),
                templates={"application/json": _error(code)},
            )
        for path, methods in ROUTES.items():
            resource = self.api.root.resource_for_path(path)
            key = CACHE_KEY if path == PERSISTED else {}
            integration = apigateway.LambdaIntegration(
                alias,
                proxy=True,
                # The console's test button would need a second permission for each method.
                allow_test_invoke=False,
                cache_key_parameters=[*key] or None,
            )
            for method in methods:
                resource.add_method(method, integration, request_parameters=key or None)
        if webhook:
            self.api.root.resource_for_path(WEBHOOK_PATH).add_method(
                "POST",
                apigateway.LambdaIntegration(webhook, proxy=True, allow_test_invoke=False),
            )
        if opting_out:
            resource = self.api.root.resource_for_path(OPT_OUT_PATH)
            integration = apigateway.LambdaIntegration(
                opting_out, proxy=True, allow_test_invoke=False
            )
            for method in OPT_OUT_METHODS:
                resource.add_method(method, integration)


def _own_headers(deployment: Deployment) -> dict[str, str]:
    """Return the headers of answers that API Gateway gives without a Lambda.

    Such an answer cannot compare the request's Origin with a list, so where any origin is
    configured all may read it: it holds nothing of anybody's.
    """
    headers = {"Retry-After": f"'{GATEWAY_RETRY_AFTER_S}'", "Cache-Control": "'no-store'"}
    if deployment.cors_origins:
        headers["Access-Control-Allow-Origin"] = "'*'"
        headers["Access-Control-Expose-Headers"] = "'retry-after'"
    return headers


def _error(code: str) -> str:
    """Return the body template of a GraphQL answer without data."""
    return (
        '{"errors":[{"message":$context.error.messageString,'
        f'"extensions":{{"code":"{code}","retryable":true}}}}]}}'
    )


def _only_for_the_edge(deployment: Deployment) -> iam.PolicyDocument | None:
    """Return a policy that lets only probes in without an origin secret; None without CloudFront.

    Probes stay open: health checks of Route 53 send no headers of ours. API Gateway judges before
    it looks into its cache or wakes the Lambda. A changed policy needs another deployment of the
    stage, which the CDK makes, because the number of the secret is in the template.
    """
    secrets = [origin_secret_reference(number) for number in deployment.origin_secrets]
    if not secrets:
        return None
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                actions=["execute-api:Invoke"],
                principals=[iam.AnyPrincipal()],
                resources=["execute-api:/*"],
            ),
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=["execute-api:Invoke"],
                principals=[iam.AnyPrincipal()],
                resources=[
                    f"execute-api:/{STAGE}/*/graphql*",
                    *([f"execute-api:/{STAGE}/*{WEBHOOK_PATH}"] if deployment.takes_cards else []),
                    *(
                        []
                        if deployment.database.strong
                        else [f"execute-api:/{STAGE}/*{OPT_OUT_PATH}"]
                    ),
                ],
                # True also where there is no such header at all.
                conditions={"StringNotEquals": {"aws:Referer": secrets}},
            ),
        ]
    )


def _probing() -> dict[str, apigateway.MethodDeploymentOptions]:
    """Return throttles for the probes alone, so that many clients never fail a health check.

    API Gateway developer guide, "Throttle requests to your REST APIs": the setting of a method
    replaces the stage's for it.
    """
    return {
        f"{path}/GET": apigateway.MethodDeploymentOptions(
            metrics_enabled=True,
            throttling_rate_limit=PROBE_RATE,
            throttling_burst_limit=PROBE_BURST,
        )
        for path in PROBES
    }


def _webhooks() -> dict[str, apigateway.MethodDeploymentOptions]:
    return {
        f"{WEBHOOK_PATH}/POST": apigateway.MethodDeploymentOptions(
            metrics_enabled=True,
            throttling_rate_limit=_WEBHOOK_RATE,
            throttling_burst_limit=_WEBHOOK_BURST,
        )
    }


def _opt_outs() -> dict[str, apigateway.MethodDeploymentOptions]:
    """Return throttles for opt-outs: a stranger can only have the Lambda refuse links."""
    return {
        f"{OPT_OUT_PATH}/{method}": apigateway.MethodDeploymentOptions(
            metrics_enabled=True,
            throttling_rate_limit=_OPT_OUT_RATE,
            throttling_burst_limit=_OPT_OUT_BURST,
        )
        for method in ("GET", "POST")
    }


def _cached_reads(deployment: Deployment) -> dict[str, apigateway.MethodDeploymentOptions]:
    if deployment.cache.stage_gb == "none":
        return {}
    persisted = apigateway.MethodDeploymentOptions(
        caching_enabled=True,
        cache_ttl=Duration.seconds(deployment.cache.ttl_s),
        cache_data_encrypted=True,
        metrics_enabled=True,
        throttling_rate_limit=deployment.throttle_rate,
        throttling_burst_limit=deployment.throttle_burst,
    )
    return {f"{PERSISTED}/GET": persisted}


def _caching(deployment: Deployment) -> dict[str, Any]:
    if deployment.cache.stage_gb == "none":
        return {}
    return {"cache_cluster_enabled": True, "cache_cluster_size": deployment.cache.stage_gb}
