"""Live updates of one region: WebSocket API, Lambdas, their table, and the queue of topics."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy, Stack, Tags
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.menu_api import TABLE_ACTIONS, staff_tokens
from infra_cdk.constructs.queues import dead_letters
from infra_cdk.constructs.rest_api import EMULATOR_ID_TAG, STAGE

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
_KEPT: Final = Duration.minutes(10)
_TOPICS_AT_ONCE: Final = 50
_BATCH: Final = 5
_LIVE_TABLE_ACTIONS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
_POST: Final = ("execute-api:ManageConnections",)
_QUEUE_ACTIONS: Final = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
_ACKNOWLEDGED: Final = {
    "APIG4": "Menus are public; the Lambda checks staff rights where a field needs them.",
    "APIG1": "Each Lambda writes one line an event, with its connection's end and its faults.",
    "DDB3": "Connections last two hours at most, and clients make new ones.",
}


class TopicQueue(Construct):
    """The queue of topics that changed, one group per topic.

    Attributes:
        queue: Filled by the convergence Lambda.
        dead_letters: Topics whose state could not be sent again and again.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = dead_letters(
            self, "DeadLetters", name="carte-live-dead-letters.fifo", of="the queue of topics"
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name="carte-live.fifo",
            fifo=True,
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(_FAN_OUT_TIMEOUT_S + _MARGIN_S),
            retention_period=_KEPT,
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=_ATTEMPTS
            ),
        )


class LiveUpdates(Construct):
    """The WebSocket API of one region, and the Lambdas behind it.

    The table of connections is this region's alone: a connection belongs to the region that holds
    it, and nothing in the table is worth a restore.
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
        sockets = CarteFunction(
            self,
            "Sockets",
            home=home,
            name="live",
            description="carte: answers GraphQL subscriptions over WebSockets",
            handler=HANDLER,
            table_actions=TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={**environment, **staff_tokens(deployment)},
            code=home.live_code,
        )
        fan_out = CarteFunction(
            self,
            "FanOut",
            home=home,
            name="live-fan-out",
            description="carte: sends changes to GraphQL subscriptions",
            handler=FAN_OUT_HANDLER,
            table_actions=TABLE_ACTIONS,
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
        for function in (sockets, fan_out):
            function.allow(_LIVE_TABLE_ACTIONS, table.table_arn)
            function.allow(_POST, connections)
        fan_out.allow((*_QUEUE_ACTIONS, "sqs:SendMessage"), topics.queue.queue_arn)
        lambda_.EventSourceMapping(
            self,
            "Topics",
            target=fan_out.alias,
            event_source_arn=topics.queue.queue_arn,
            batch_size=_BATCH,
            report_batch_item_failures=True,
            max_concurrency=_TOPICS_AT_ONCE,
        )
        self._route(sockets.alias)
        acknowledge(self, _ACKNOWLEDGED)

    def _route(self, alias: lambda_.IFunction) -> None:
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
        apigatewayv2.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=STAGE,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(
                rate_limit=deployment.throttle_rate, burst_limit=deployment.throttle_burst
            ),
        )
