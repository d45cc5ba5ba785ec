"""The customer's key of one region's replica.

One key a region, found by its alias, and not one multi-region key with replicas: DynamoDB encrypts
each replica by itself, so nothing is gained by equal key material, and the id of a multi-region key
is known only once it exists: the table and every other region would wait for it.
"""

from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

ALIAS: Final = "alias/carte-table"


def alias_arn(partition: str, account: str, region: str) -> str:
    """The ARN by which the table names a region's key."""
    return f"arn:{partition}:kms:{region}:{account}:{ALIAS}"


class TableKey(Construct):
    """A key that whoever may use the table may use through DynamoDB, and nobody else."""

    def __init__(self, scope: Construct, construct_id: str, *, account: str, region: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(
            self,
            "Key",
            description="carte: the table's replica in this region",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ThroughDynamoDb",
                principals=[iam.AnyPrincipal()],
                actions=[
                    "kms:CreateGrant",
                    "kms:Decrypt",
                    "kms:DescribeKey",
                    "kms:Encrypt",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                ],
                resources=["*"],
                conditions={
                    "StringEquals": {
                        "kms:CallerAccount": account,
                        "kms:ViaService": f"dynamodb.{region}.amazonaws.com",
                    }
                },
            )
        )
        kms.Alias(self, "Alias", alias_name=ALIAS, target_key=key)
