"""The data stack: the one global table and its replicas. Deployed in the primary region."""

from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra_cdk.config import Deployment

EXPIRES = "expires"


class DataStack(Stack):
    """Holds what must outlive every other stack.

    Deletion protection is not inherited by replicas, so it is set on each; so is point-in-time
    recovery, for whoever reads the template.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, deployment: Deployment, **kwargs: Any
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        recovery = dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True)
        dynamodb.TableV2(
            self,
            "Table",
            table_name=deployment.table,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing=dynamodb.Billing.on_demand(),
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute=EXPIRES,
            deletion_protection=True,
            point_in_time_recovery_specification=recovery,
            removal_policy=RemovalPolicy.RETAIN,
            replicas=[
                dynamodb.ReplicaTableProps(
                    region=region,
                    deletion_protection=True,
                    point_in_time_recovery_specification=recovery,
                )
                for region in deployment.regions[1:]
            ],
        )
