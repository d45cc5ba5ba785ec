"""The regional REST API: exactly the routes of the contract, all to one Lambda."""

from aws_cdk import RemovalPolicy, Tags
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra_cdk.config import Deployment

STAGE = "live"
# Path to methods. Whatever is not here, API Gateway answers 403 without waking a Lambda.
ROUTES = {
    "/graphql": ("GET", "POST", "OPTIONS"),
    "/graphql/persisted/{documentId}": ("GET",),
    "/health": ("GET",),
    "/ready": ("GET",),
}
# The emulator pins the API's id to this tag; AWS ignores it.
EMULATOR_ID_TAG = "ms-custom-id"


class RestApi(Construct):
    """API Gateway in front of the menu Lambda of one region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        alias: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        access_log = logs.LogGroup(
            self,
            "AccessLog",
            log_group_name="/carte/api-access",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        retention = access_log.node.default_child
        assert isinstance(retention, logs.CfnLogGroup)  # noqa: S101 - for the type checker
        retention.retention_in_days = deployment.log_retention_days
        self.api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name="carte-api",
            description="carte: menus over GraphQL",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN,
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                access_log_destination=apigateway.LogGroupLogDestination(access_log),
                access_log_format=apigateway.AccessLogFormat.json_with_standard_fields(
                    caller=False,
                    http_method=True,
                    ip=True,
                    protocol=True,
                    request_time=True,
                    resource_path=True,
                    response_length=True,
                    status=True,
                    user=False,
                ),
                tracing_enabled=True,
                metrics_enabled=True,
                throttling_rate_limit=deployment.throttle_rate,
                throttling_burst_limit=deployment.throttle_burst,
            ),
        )
        Tags.of(self.api).add(EMULATOR_ID_TAG, "carte")
        integration = apigateway.LambdaIntegration(alias, proxy=True)
        for path, methods in ROUTES.items():
            resource = self.api.root.resource_for_path(path)
            for method in methods:
                resource.add_method(method, integration)
