"""The construct of every Lambda of carte: a package, one kind of role, one log, one alias."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra_cdk.config import Deployment
from infra_cdk.constructs.acknowledged import acknowledge
from infra_cdk.constructs.log_group import log_group
from infra_cdk.constructs.network import Network

ALIAS: Final = "live"
_NETWORK_ACTIONS: Final = (
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
)
_ACKNOWLEDGED: Final = {
    "IAM5[Resource::*]": "X-Ray's two actions, dynamodb:ListStreams, cloudwatch:GetMetricData, "
    "cloudwatch:DescribeAlarms and those on network interfaces take no resource.",
    "L1": "The lock's wheels and the package's bytecode are for this runtime; they move together.",
}


@dataclass(frozen=True, slots=True)
class Home:
    """The resources of a region that all its Lambdas share.

    Attributes:
        deployment: what is deployed.
        region: the AWS region.
        table: the local replica.
        code: The package of most Lambdas.
        orders_code: The package of those that work on orders and payments.
        live_code: The package of those of live updates.
    """

    deployment: Deployment
    region: str
    table: dynamodb.ITableV2
    code: lambda_.Code
    orders_code: lambda_.Code
    live_code: lambda_.Code


class CarteFunction(Construct):
    """A Lambda of one region, with exactly the rights that it is given.

    Attributes:
        function: the Lambda.
        role: what it may do.
        alias: what callers invoke; deployments shift it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        home: Home,
        name: str,
        description: str,
        handler: str,
        table_actions: Sequence[str],
        memory_mb: int,
        timeout_s: int,
        environment: Mapping[str, str] | None = None,
        snapstart: bool = False,
        provisioned: int = 0,
        network: Network | None = None,
        works_on_orders: bool = False,
        code: lambda_.Code | None = None,
    ) -> None:
        """Make it.

        Args:
            scope: what it belongs to.
            construct_id: its id there.
            home: the region's table and package.
            name: its part of names: the Lambda is `carte-<name>`, its log `/carte/<name>`.
            description: one line for whoever finds it in the console.
            handler: entry point in the package.
            table_actions: what it may do with the local replica, and no more.
            memory_mb: memory; its CPU grows with it.
            timeout_s: seconds after which it is stopped.
            environment: variables beside those that all have.
            snapstart: whether it starts from a snapshot.
            provisioned: environments that are kept warm.
            network: where it runs; None: in no network of ours.
            works_on_orders: Whether its code is in the package of orders and payments.
            code: The package that it is in, where it is another one.
        """
        super().__init__(scope, construct_id)
        deployment = home.deployment
        log = log_group(self, "Log", name=f"/carte/{name}", days=deployment.log_retention_days)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=description,
        )
        log.grant_write(self.role)
        self.allow(table_actions, home.table.table_arn)
        if network:
            self.allow(_NETWORK_ACTIONS, "*")
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=f"carte-{name}",
            description=description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=handler,
            code=code or (home.orders_code if works_on_orders else home.code),
            memory_size=memory_mb,
            timeout=Duration.seconds(timeout_s),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log,
            role=self.role,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snapstart else None,
            vpc=network.vpc if network else None,
            vpc_subnets=network.subnets if network else None,
            security_groups=[network.clients] if network else None,
            environment={
                "CARTE_REGION": home.region,
                "CARTE_TABLE": deployment.table,
                "CARTE_VERSION": deployment.version,
                "CARTE_STAGE": deployment.stage,
                **(environment or {}),
            },
        )
        acknowledge(self, _ACKNOWLEDGED)
        self.alias = lambda_.Alias(
            self,
            "Alias",
            alias_name=ALIAS,
            version=self.function.current_version,
            provisioned_concurrent_executions=provisioned or None,
        )

    def allow(self, actions: Sequence[str], *resources: str) -> None:
        """Let it do something."""
        self.role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[*resources]))
