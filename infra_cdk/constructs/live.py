"""Live updates of one region: WebSocket API, Lambdas, their table, and the queue of topics."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy, Stack, Tags
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.menu_api import staff_tokens
from infra_cdk.constructs.queues import CONSUMER_ACTIONS, WorkQueue
from infra_cdk.constructs.rest_api import EMULATOR_ID_TAG
from infra_cdk.edge_rules import origin_secret_reference
from services.domain.orders.table_indexes import BOARD
from services.domain.watching.metrics import STAGE

HANDLER: Final = "services.live.handler.handler"
FAN_OUT_HANDLER: Final = "services.live.fan_out_handler.handler"
API_ID: Final = "carte-live"  # in the emulator
TABLE: Final = "carte-live"
_TIMEOUT_S: Final = 10
_FAN_OUT_TIMEOUT_S: Final = 25
_MEMORY_MB: Final = 1024  # posting is signing: CPU, which grows with the memory
_MARGIN_S: Final = 5  # a failed topic waits for the rest of this time, and so do its changes
_ATTEMPTS: Final = 3
# A state that is this old is no news: the next change sends a newer one.
_RETENTION: Final = Duration.minutes(10)
_TOPICS_AT_ONCE: Final = 50
_LOCAL_CONNECTIONS: Final = 20_000  # all clients of a local cloud have one address
_BATCH: Final = 5
# The replica is read alone: subscriptions change nothing.
_TABLE_ACTIONS: Final = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")
_LIVE_TABLE_ACTIONS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
_POST: Final = ("execute-api:ManageConnections",)
_ACKNOWLEDGED: Final = {
    "APIG4": "Menus are public; the Lambda checks staff rights where a field needs them.",
    "APIG1": "Each Lambda writes one line an event, with its connection's end and its faults.",
    "DDB3": "Connections last two hours at most, and clients make new ones.",
}


class TopicQueue(WorkQueue):
    """The queue of topics that changed, one group per topic.

    Attributes:
        queue: Filled by the convergence Lambda.
        dead_letters: Topics whose state could not be sent again and again.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(
            scope,
            construct_id,
            name="carte-live.fifo",
            of="the queue of topics",
            visibility_s=_FAN_OUT_TIMEOUT_S + _MARGIN_S,
            retention=_RETENTION,
            attempts=_ATTEMPTS,
        )


class LiveUpdates(Construct):
    """The WebSocket API of one region, and the Lambdas behind it.

    The table of connections is this region's alone: a connection belongs to the region that holds
    it, and nothing in the table is worth a restore.

    A WebSocket API takes no resource policy and no web ACL, so behind CloudFront the Lambda itself
    refuses connections that show no origin secret. The endpoint execute-api stays on: messages to
    connections go through it.

    Attributes:
        api: The WebSocket API.
        stage: Its stage.
        sockets: The Lambda that answers connections and their messages.
        fan_out: The Lambda that sends changes.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, home: Home, topics: TopicQueue
    ) -> None:
        super().__init__(scope, construct_id)
        self._home = home
        table = dynamodb.Table(
            self,
            "Connections",
            table_name=TABLE,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires",
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.api = apigatewayv2.WebSocketApi(
            self,
            "Api",
            api_name="carte-live",
            description="carte: GraphQL subscriptions (graphql-transport-ws)",
            # Every message goes to $default: no other route has a key.
            route_selection_expression="$request.body.type",
        )
        Tags.of(self.api).add(
            EMULATOR_ID_TAG, API_ID, include_resource_types=["AWS::ApiGatewayV2::Api"]
        )
        deployment = home.deployment
        environment = {
            "CARTE_REGIONS": ",".join(deployment.regions),
            "CARTE_LIVE_TABLE": TABLE,
            "CARTE_LIVE_API": self.api.api_id,
            "CARTE_LIVE_STAGE": STAGE,
        }
        secrets = " ".join(map(origin_secret_reference, deployment.origin_secrets))
        self.sockets = CarteFunction(
            self,
            "Sockets",
            home=home,
            name="live",
            description="carte: answers GraphQL subscriptions over WebSockets",
            handler=HANDLER,
            table_actions=_TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={
                **environment,
                **staff_tokens(deployment),
                "CARTE_LIVE_PER_ADDRESS": str(
                    deployment.edge.live_connections
                    if deployment.stage == "aws"
                    else _LOCAL_CONNECTIONS
                ),
                **({"CARTE_LIVE_SECRETS": secrets} if secrets else {}),
            },
            code=home.live_code,
        )
        self.fan_out = CarteFunction(
            self,
            "FanOut",
            home=home,
            name="live-fan-out",
            description="carte: sends changes to GraphQL subscriptions",
            handler=FAN_OUT_HANDLER,
            table_actions=_TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_FAN_OUT_TIMEOUT_S,
            environment={**environment, "CARTE_LIVE_QUEUE": topics.queue.queue_url},
            code=home.live_code,
        )
        stack = Stack.of(self)
        connections = (
            f"arn:{stack.partition}:execute-api:{home.region}:{deployment.account}:"
            f"{self.api.api_id}/{STAGE}/*/@connections/*"
        )
        api = self.api.node.default_child
        assert isinstance(api, apigatewayv2.CfnApi)  # noqa: S101 - for the type checker
        named = (
            f"arn:{stack.partition}:execute-api:{home.region}:{deployment.account}:"
            f"<{stack.get_logical_id(api)}>/{STAGE}/*/@connections/*"
        )
        board = f"{home.table.table_arn}/index/{BOARD.name}"
        for function in (self.sockets, self.fan_out):
            function.allow(_LIVE_TABLE_ACTIONS, table.table_arn)
            function.allow(("dynamodb:Query",), board)
            function.allow(_POST, connections)
        self.fan_out.allow((*CONSUMER_ACTIONS, "sqs:SendMessage"), topics.queue.queue_arn)
        lambda_.EventSourceMapping(
            self,
            "Topics",
            target=self.fan_out.alias,
            event_source_arn=topics.queue.queue_arn,
            batch_size=_BATCH,
            report_batch_item_failures=True,
            max_concurrency=_TOPICS_AT_ONCE,
        )
        self.stage = self._route(self.sockets.alias)
        acknowledge(
            self,
            {
                **_ACKNOWLEDGED,
                f"IAM5[Resource::{named}]": "Any connection of this API, and no other API's.",
            },
        )

    def _route(self, alias: lambda_.IFunction) -> apigatewayv2.WebSocketStage:
        """Lead connections and messages to the Lambda, whose answers go back to the client."""
        stack = Stack.of(self)
        source = f"arn:{stack.partition}:execute-api:{self._home.region}:{stack.account}"
        alias.add_permission(
            "Sockets",
            principal=iam.ServicePrincipal("apigateway.amazonaws.com"),
            source_arn=f"{source}:{self.api.api_id}/*/*",
        )
        # Of the lowest level: the constructs above it give two resources the same name.
        integration = apigatewayv2.CfnIntegration(
            self,
            "Integration",
            api_id=self.api.api_id,
            integration_type="AWS_PROXY",
            integration_uri=f"arn:{stack.partition}:apigateway:{self._home.region}:lambda:path/"
            f"2015-03-31/functions/{alias.function_arn}/invocations",
        )
        for key in ("$connect", "$disconnect", "$default"):
            route = apigatewayv2.CfnRoute(
                self,
                f"Route{key.removeprefix('$').capitalize()}",
                api_id=self.api.api_id,
                route_key=key,
                authorization_type="NONE",
                target=f"integrations/{integration.ref}",
            )
        apigatewayv2.CfnRouteResponse(
            self,
            "Answers",  # of the last route, $default
            api_id=self.api.api_id,
            route_id=route.ref,
            route_response_key="$default",
        )
        deployment = self._home.deployment
        return apigatewayv2.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=STAGE,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(
                rate_limit=deployment.throttle_rate, burst_limit=deployment.throttle_burst
            ),
        )
