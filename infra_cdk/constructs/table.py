"""The global table: one replica a region, each protected and restorable by itself."""

from typing import Final

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra_cdk.config import Database, Deployment
from infra_cdk.constructs.table_key import alias_arn
from services.domain.orders.table_indexes import INDEXES, Index

# Operation records carry it, documents never.
EXPIRES: Final = "expires"


class Table(Construct):
    """The table `carte`.

    Deletion protection is not inherited by replicas, so it is set on each; so is point-in-time
    recovery, for whoever reads the template.
    """

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        self._account = deployment.account
        database = deployment.database
        recovery = dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True)
        table = dynamodb.TableV2(
            self,
            "Table",
            table_name=deployment.table,
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            global_secondary_indexes=[_index(one) for one in INDEXES],
            billing=dynamodb.Billing.on_demand(),
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            # A strongly consistent table has none: operation records stay for ever there.
            time_to_live_attribute=None if database.strong else EXPIRES,
            deletion_protection=True,
            point_in_time_recovery_specification=recovery,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            encryption=self._encryption(database, deployment.regions),
            warm_throughput=_warm(database),
            replicas=[
                dynamodb.ReplicaTableProps(
                    region=region,
                    deletion_protection=True,
                    point_in_time_recovery_specification=recovery,
                )
                for region in deployment.regions[1:]
            ],
        )
        if database.strong:
            # A property, because the construct supports only the first of the sets of regions.
            resource = table.node.default_child
            assert isinstance(resource, dynamodb.CfnGlobalTable)  # noqa: S101 - for the type checker
            resource.multi_region_consistency = "STRONG"

    def _encryption(
        self, database: Database, regions: tuple[str, ...]
    ) -> dynamodb.TableEncryptionV2 | None:
        if database.keys == "aws-owned":
            return None
        if database.keys == "aws-managed":
            return dynamodb.TableEncryptionV2.aws_managed_key()
        partition = Stack.of(self).partition
        number = database.key_number
        arns = {region: alias_arn(partition, self._account, region, number) for region in regions}
        key = kms.Key.from_key_arn(self, "Key", arns[regions[0]])
        replicas = {region: arns[region] for region in regions[1:]}
        return dynamodb.TableEncryptionV2.customer_managed_key(key, replicas)


def _index(index: Index) -> dynamodb.GlobalSecondaryIndexPropsV2:
    """Return an index that holds only the attributes that its readers need."""
    kind = dynamodb.ProjectionType
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=index.name,
        partition_key=dynamodb.Attribute(name=index.partition, type=dynamodb.AttributeType.STRING),
        sort_key=dynamodb.Attribute(name=index.sort, type=dynamodb.AttributeType.STRING),
        projection_type=kind.INCLUDE if index.projected else kind.KEYS_ONLY,
        non_key_attributes=[*index.projected] or None,
    )


def _warm(database: Database) -> dynamodb.WarmThroughput | None:
    if not database.warm_reads and not database.warm_writes:
        return None
    return dynamodb.WarmThroughput(
        read_units_per_second=database.warm_reads or None,
        write_units_per_second=database.warm_writes or None,
    )
