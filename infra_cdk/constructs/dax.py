"""DAX in front of the table: an option, off by default.

Writes that come from other regions do not refresh it, so for as long as its time to live it may
answer what was true before them. The API's stage cache and CloudFront are the default.
"""

from typing import Final

from aws_cdk import aws_dax as dax
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.network import Network, zones_are_named

# The port of clusters that encrypt what travels.
PORT: Final = 9111
_TTL_MS: Final = "5000"
_TABLE_ACTIONS: Final = (
    "dynamodb:BatchGetItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
)


class Dax(Construct):
    """A cluster that answers eventually consistent reads of one region.

    It may only read: what it cannot write, it cannot keep that a region's join has replaced.

    Attributes:
        endpoint: URL for the variable CARTE_DAX_ENDPOINT.
        arn: what its clients need rights for.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        zones: list[str],
        table: dynamodb.ITableV2,
        network: Network,
    ) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("dax.amazonaws.com"),
            description="carte: DAX reads the local replica.",
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=[*_TABLE_ACTIONS], resources=[table.table_arn])
        )
        group = ec2.SecurityGroup(
            self,
            "Nodes",
            vpc=network.vpc,
            allow_all_outbound=False,
            description="carte: DAX nodes",
        )
        group.add_ingress_rule(network.clients, ec2.Port.tcp(PORT), "DAX over TLS")
        subnets = dax.CfnSubnetGroup(
            self,
            "Subnets",
            subnet_group_name="carte",
            subnet_ids=network.vpc.select_subnets(
                subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
            ).subnet_ids,
        )
        parameters = dax.CfnParameterGroup(
            self,
            "Parameters",
            parameter_group_name="carte",
            parameter_name_values={
                "query-ttl-millis": _TTL_MS,
                "record-ttl-millis": _TTL_MS,
            },
        )
        cluster = dax.CfnCluster(
            self,
            "Cluster",
            cluster_name="carte",
            description="carte: eventually consistent reads",
            iam_role_arn=role.role_arn,
            node_type=deployment.cache.dax_node,
            replication_factor=deployment.cache.dax_nodes,
            availability_zones=[
                zones[number % len(zones)] for number in range(deployment.cache.dax_nodes)
            ],
            cluster_endpoint_encryption_type="TLS",
            sse_specification=dax.CfnCluster.SSESpecificationProperty(sse_enabled=True),
            subnet_group_name=subnets.ref,
            parameter_group_name=parameters.ref,
            security_group_ids=[group.security_group_id],
        )
        cluster.node.add_dependency(role)
        zones_are_named(cluster)
        self.endpoint = cluster.attr_cluster_discovery_endpoint_url
        self.arn = cluster.attr_arn
