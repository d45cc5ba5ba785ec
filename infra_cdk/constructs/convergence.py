"""The convergence Lambda: reads the replica's stream, repairs what last-writer-wins dropped."""

from typing import Final

from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.constructs.carte_function import CarteFunction, Home
from infra_cdk.constructs.queues import dead_letters
from services.domain.documents.journal import EDIT_BEGINS

HANDLER: Final = "services.convergence.handler.handler"
STREAM_ARN: Final = "StreamArn"
_MEMORY_MB: Final = 512
_TIMEOUT_S: Final = 60
# It reads a document (a stock: all its parts), and puts it back joined, alone or in a transaction.
TABLE_ACTIONS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
)
STREAM_ACTIONS: Final = (
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
)
BATCH_SIZE: Final = 100
# Lambda keeps the order per partition key within a shard, also with several batches at once.
PARALLEL_BATCHES: Final = 4
# Long enough for a bad hour of the table, short enough that one record does not hold up the rest of
# its shard for the day that a stream lives. What is given up is named in the dead-letter queue, and
# stays in the stream until that day is over.
RETRIES: Final = 60
MAX_AGE: Final = Duration.hours(6)


class Convergence(CarteFunction):
    """The stream Lambda of one region, and its mapping onto the stream of the local replica.

    CloudFormation does not return the stream of a replica, so it is a parameter: the deployment
    asks DynamoDB for it, sees it in the change set, and a wrong one is refused.

    A global table's stream should have one reader in a region, so this one also notifies the topic
    when a store ran out of something, and puts orders into the fulfilment queue, topics into
    that of live updates, stores into that of stock alerts, and people into that of notices.

    Attributes:
        dead_letters: names the stream records that were given up.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        home: Home,
        sold_out: sns.ITopic,
        orders: sqs.IQueue | None = None,
        topics: sqs.IQueue | None = None,
        alerts: sqs.IQueue | None = None,
        people: sqs.IQueue | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            home=home,
            name="convergence",
            description="carte: reads the stream, repairs what last-writer-wins dropped",
            handler=HANDLER,
            table_actions=TABLE_ACTIONS,
            memory_mb=_MEMORY_MB,
            timeout_s=_TIMEOUT_S,
            environment={
                "CARTE_SOLD_OUT_TOPIC": sold_out.topic_arn,
                **({"CARTE_ORDER_QUEUE": orders.queue_url} if orders else {}),
                **({"CARTE_LIVE_QUEUE": topics.queue_url} if topics else {}),
                **({"CARTE_ALERT_QUEUE": alerts.queue_url} if alerts else {}),
                **({"CARTE_PEOPLE_QUEUE": people.queue_url} if people else {}),
            },
        )
        queues = [one.queue_arn for one in (orders, topics, alerts, people) if one]
        if queues:
            self.allow(("sqs:SendMessage",), *queues)
        stream_arn = _stream_parameter(Stack.of(self), home)
        self.allow(STREAM_ACTIONS, stream_arn)
        self.allow(("dynamodb:ListStreams",), "*")  # has no narrower resource
        self.allow(("sns:Publish",), sold_out.topic_arn)
        self.dead_letters = dead_letters(
            self, "DeadLetters", name="carte-convergence-dead-letters", of="the stream's mapping"
        )
        lambda_.EventSourceMapping(
            self,
            "Stream",
            target=self.alias,
            event_source_arn=stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=BATCH_SIZE,
            parallelization_factor=PARALLEL_BATCHES,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            retry_attempts=RETRIES,
            max_record_age=MAX_AGE,
            on_failure=event_sources.SqsDlq(self.dead_letters),
            # An overwrite may have dropped something; a new operation record may be a second one;
            # the first count or sale of a store may take the last piece of something;
            # an edit that is new in the journal may be one of two concurrent ones; a region's
            # first facts about an order may make something due; subscribers wait for a region's
            # first drain, for a catalog that arrives after its pointer, and for a guest's contact
            # that arrives after the facts; people hear of their first role. Lambda takes five
            # filters at most.
            # No list of document types: a new type must not be forgotten here.
            filters=[
                lambda_.FilterCriteria.filter({"eventName": lambda_.FilterRule.is_equal("MODIFY")}),
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": lambda_.FilterRule.is_equal("INSERT"),
                        "dynamodb": {"Keys": {"sk": {"S": lambda_.FilterRule.is_equal("OP")}}},
                    }
                ),
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": lambda_.FilterRule.is_equal("INSERT"),
                        "dynamodb": {
                            "Keys": {"sk": {"S": lambda_.FilterRule.begins_with("STOCK")}}
                        },
                    }
                ),
                # Of the journal only edits: its entries of sales begin otherwise.
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": lambda_.FilterRule.is_equal("INSERT"),
                        "dynamodb": {
                            "Keys": {"pk": {"S": lambda_.FilterRule.begins_with("JOURNAL#")}},
                            "NewImage": {
                                "body": {"S": lambda_.FilterRule.begins_with(EDIT_BEGINS)}
                            },
                        },
                    }
                ),
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": lambda_.FilterRule.is_equal("INSERT"),
                        "dynamodb": {
                            "Keys": {
                                "sk": {
                                    "S": [
                                        *lambda_.FilterRule.begins_with("FACTS#"),
                                        *lambda_.FilterRule.begins_with("DRAIN#"),
                                        *lambda_.FilterRule.begins_with("VERSION#"),
                                        *lambda_.FilterRule.begins_with("PERSON#"),
                                        *lambda_.FilterRule.is_equal("PERSON"),
                                    ]
                                }
                            }
                        },
                    }
                ),
            ],
        )


def _stream_parameter(stack: Stack, home: Home) -> str:
    name, region = home.deployment.table, home.region
    table = f"{region}:{home.deployment.account}:table/{name}"
    parameter = CfnParameter(
        stack,
        STREAM_ARN,
        description=f"Stream of the table {name} in this region: `aws dynamodb "
        f"describe-table --table-name {name} --region {region} --query "
        "Table.LatestStreamArn --output text`",
        allowed_pattern=rf"arn:aws[a-z-]*:dynamodb:{table}/stream/[0-9A-Z:.-]+",
        constraint_description=f"must be the stream of {table}",
    )
    return parameter.value_as_string
