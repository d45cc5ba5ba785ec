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

_ALIAS: Final = "alias/carte-table"


def alias_of(number: int) -> str:
    """Return the alias of a region's key, by its number in the deployment file."""
    return _ALIAS if number == 1 else f"{_ALIAS}-{number}"


def alias_arn(partition: str, account: str, region: str, number: int) -> str:
    """Return the ARN by which the table names a region's key.

    DynamoDB resolves the alias when the table is updated, and CloudFormation updates it only where
    the template changed. So another key has another alias; to point the old alias to another key
    would change nothing.
    """
    return f"arn:{partition}:kms:{region}:{account}:{alias_of(number)}"


class TableKey(Construct):
    """A key that only users of the table may use, and only through DynamoDB.

    A key that a later number replaced leaves the stack and stays in the account: backups made with
    it can be restored for as long as it exists.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, account: str, region: str, number: int
    ) -> None:
        super().__init__(scope, construct_id)
        suffix = "" if number == 1 else str(number)
        key = kms.Key(
            self,
            f"Key{suffix}",
            description="carte: the table's replica in this region",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
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
        kms.Alias(self, f"Alias{suffix}", alias_name=alias_of(number), target_key=key)
