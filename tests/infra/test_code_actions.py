"""The rights that the gate reads from a Lambda's code."""

from infra_cdk.checks import sources
from infra_cdk.constructs.live import HANDLER


def test_a_transaction_needs_the_right_to_each_of_its_parts() -> None:
    """The Lambda deletes a row in a transaction alone: without the right all of it is refused."""
    assert {
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    } <= sources.actions_of(HANDLER)
