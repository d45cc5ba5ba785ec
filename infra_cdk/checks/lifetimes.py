"""Check of what outlives its stack: data and keys stay, everything else leaves with its stack."""

from collections.abc import Iterator
from typing import Final

from infra_cdk.checks.model import Cloud, Resource

# What people or other stacks lose for good where it goes, and the account-wide setting of API
# Gateway, which other APIs of the account may use.
_LASTING: Final = frozenset(
    {
        *("AWS::ApiGateway::Account", "AWS::Cognito::UserPool", "AWS::DynamoDB::GlobalTable"),
        *("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::Backup::BackupVault"),
    }
)
_RETAINED: Final = ("RetainExceptOnCreate", "Retain")
_GOES: Final = ({None, "Delete"}, {None, "Delete"})


def data_outlives_its_stack_and_nothing_else_does(
    cloud: Cloud,
) -> Iterator[tuple[Resource, str]]:
    """Data and keys stay when a stack goes; all else goes, or its name would block a new stack.

    CloudFormation user guide, "DeletionPolicy attribute": RetainExceptOnCreate keeps a resource
    when its stack is deleted, and removes what a failed creation left, so that it can be repeated.
    """
    for stack in cloud.stacks:
        for one in stack.resources():
            policies = one.body.get("DeletionPolicy"), one.body.get("UpdateReplacePolicy")
            if one.type in _LASTING or _is_account_wide(one) or _holds_payment_keys(one):
                if policies != _RETAINED:
                    yield one, f"has the policies {policies}, not {_RETAINED}"
            elif policies[0] not in _GOES[0] or policies[1] not in _GOES[1]:
                yield one, f"stays when its stack goes: {policies}"


def _holds_payment_keys(resource: Resource) -> bool:
    """Whether it is the secret of payments, without which no money can be given back."""
    return (
        resource.type == "AWS::SecretsManager::Secret"
        and resource.properties.get("Name") == "carte-payments"
    )


def _is_account_wide(resource: Resource) -> bool:
    """Whether it is the role of API Gateway's account-wide setting."""
    trust = str(resource.properties.get("AssumeRolePolicyDocument", ""))
    return resource.type == "AWS::IAM::Role" and "apigateway.amazonaws.com" in trust
