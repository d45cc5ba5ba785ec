"""A log group with a retention: every log of carte ends after a while."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct


def log_group(scope: Construct, construct_id: str, *, name: str, days: int) -> logs.LogGroup:
    """Make a log group that goes with its stack.

    It has a fixed name, so one that stayed behind would stop the stack from coming back.

    Args:
        scope: what the log group belongs to.
        construct_id: its id there.
        name: its name, the same in every region.
        days: retention; a value that CloudWatch Logs takes (the configuration checks it).
    """
    made = logs.LogGroup(
        scope, construct_id, log_group_name=name, removal_policy=RemovalPolicy.DESTROY
    )
    resource = made.node.default_child
    assert isinstance(resource, logs.CfnLogGroup)  # noqa: S101 - for the type checker
    resource.retention_in_days = days  # the construct itself takes an enumeration, not a number
    return made
