"""The convergence Lambda: reads the replica's stream, repairs what last-writer-wins dropped."""

from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.log_group import log_group

HANDLER = "services.convergence.handler.handler"
ALIAS = "live"
STREAM_ARN = "StreamArn"
_MEMORY_MB = 512
_TIMEOUT_S = 60
# It reads a document, and puts it back joined, alone or in a transaction: no Query, no update.
TABLE_ACTIONS = ("dynamodb:GetItem", "dynamodb:PutItem")
STREAM_ACTIONS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
BATCH_SIZE = 100
# Lambda keeps the order per partition key within a shard, also with several batches at once.
PARALLEL_BATCHES = 4
# Long enough for a bad hour of the table, short enough that one record does not hold up the rest of
# its shard for the day that a stream lives. What is given up is named in the dead-letter queue, and
# stays in the stream until that day is over.
RETRIES = 60
MAX_AGE = Duration.hours(6)
_ACKNOWLEDGED = {
    "IAM5[Resource::*]": "X-Ray's two actions and dynamodb:ListStreams take no resource.",
    "L1": "The lock's wheels and the package's bytecode are for this runtime; they move together.",
    "SQS3": "It is a dead-letter queue itself: of the stream's mapping.",
}


class Convergence(Construct):
    """The stream Lambda of one region, and its mapping onto the stream of the local replica.

    CloudFormation does not tell the stream of a replica, so it is a parameter: whoever deploys asks
    DynamoDB for it, sees it in the change set, and a wrong one is refused.

    Attributes:
        alias: what the mapping invokes; deployments shift it.
        dead_letters: names the stream records that were given up.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        region: str,
        table: dynamodb.ITableV2,
        code: lambda_.Code,
    ) -> None:
        super().__init__(scope, construct_id)
        acknowledge(self, _ACKNOWLEDGED)
        stream_arn = _stream_parameter(Stack.of(self), deployment, region)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        self.alias = self._function(deployment, region, table, code, stream_arn)
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
            # An overwrite may have dropped something; a new operation record may be a second one.
            # No list of document types: a new type must not be forgotten here.
            filters=[
                lambda_.FilterCriteria.filter({"eventName": lambda_.FilterRule.is_equal("MODIFY")}),
                lambda_.FilterCriteria.filter(
                    {
                        "eventName": lambda_.FilterRule.is_equal("INSERT"),
                        "dynamodb": {"Keys": {"sk": {"S": lambda_.FilterRule.is_equal("OP")}}},
                    }
                ),
            ],
        )

    def _function(
        self,
        deployment: Deployment,
        region: str,
        table: dynamodb.ITableV2,
        code: lambda_.Code,
        stream_arn: str,
    ) -> lambda_.Alias:
        log = log_group(self, "Log", name="/carte/convergence", days=deployment.log_retention_days)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description="The convergence Lambda: reads the stream, repairs the local replica.",
        )
        log.grant_write(role)
        for actions, resource in (
            (TABLE_ACTIONS, table.table_arn),
            (STREAM_ACTIONS, stream_arn),
            # Knows no narrower resource.
            (("dynamodb:ListStreams",), "*"),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[resource]))
        function = lambda_.Function(
            self,
            "Function",
            description="carte: repairs what last-writer-wins dropped",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=HANDLER,
            code=code,
            memory_size=_MEMORY_MB,
            timeout=Duration.seconds(_TIMEOUT_S),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log,
            role=role,
            environment={
                "CARTE_REGION": region,
                "CARTE_TABLE": deployment.table,
                "CARTE_VERSION": deployment.version,
                "CARTE_STAGE": deployment.stage,
            },
        )
        return lambda_.Alias(self, "Alias", alias_name=ALIAS, version=function.current_version)


def _stream_parameter(stack: Stack, deployment: Deployment, region: str) -> str:
    table = f"{region}:{deployment.account}:table/{deployment.table}"
    parameter = CfnParameter(
        stack,
        STREAM_ARN,
        description=f"Stream of the table {deployment.table} in this region: `aws dynamodb "
        f"describe-table --table-name {deployment.table} --region {region} --query "
        "Table.LatestStreamArn --output text`",
        allowed_pattern=rf"arn:aws[a-z-]*:dynamodb:{table}/stream/[0-9A-Z:.-]+",
        constraint_description=f"must be the stream of {table}",
    )
    return parameter.value_as_string
