"""A private network for the DAX cluster and the Lambda that uses it."""

from typing import Final

from aws_cdk import CfnResource
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IConstruct

from infra_cdk.constructs.acknowledged import acknowledge

_MASK: Final = 24
_ACKNOWLEDGED: Final = {
    "VPC7": "Nothing in it has a way to or from the internet, and its two members are named.",
}


def zones_are_named(resource: IConstruct | None) -> None:
    """Have cfn-lint accept written-out zones of a resource, so that nothing is looked up."""
    assert isinstance(resource, CfnResource)  # noqa: S101 - for the type checker
    resource.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3010"]}})


class Network(Construct):
    """Subnets without a way out, in zones that are named: nothing is looked up.

    Staff tokens are verified with the issuer's keys. Outside its own region the issuer cannot be
    reached from here; the copy of its keys in the global table can.

    Attributes:
        vpc: the network.
        subnets: which of its subnets to use.
        clients: The security group of the clients.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, zones: list[str], issuer_is_near: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            availability_zones=zones,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Private",
                    subnet_type=ec2.SubnetType.PRIVATE_ISOLATED,
                    cidr_mask=_MASK,
                )
            ],
            gateway_endpoints={
                "DynamoDb": ec2.GatewayVpcEndpointOptions(
                    service=ec2.GatewayVpcEndpointAwsService.DYNAMODB
                ),
                # The prepared tables of the search.
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            },
        )
        self.subnets = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        self.clients = ec2.SecurityGroup(
            self, "Clients", vpc=self.vpc, description="carte: Lambdas that ask DAX and DynamoDB"
        )
        acknowledge(self, _ACKNOWLEDGED)
        for subnet in self.vpc.isolated_subnets:
            zones_are_named(subnet.node.default_child)
        if issuer_is_near:
            self._reach_issuer()

    def _reach_issuer(self) -> None:
        group = ec2.SecurityGroup(
            self,
            "Issuer",
            vpc=self.vpc,
            allow_all_outbound=False,
            description="carte: the way to Cognito",
        )
        group.add_ingress_rule(self.clients, ec2.Port.tcp(443), "keys of the token issuer")
        self.vpc.add_interface_endpoint(
            "Cognito",
            service=ec2.InterfaceVpcEndpointAwsService.COGNITO_IDP,
            subnets=self.subnets,
            security_groups=[group],
            open=False,
        )
