"""SNS topics: for alarms, for items that sold out, for count files with refused rows."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


def topic(scope: Construct, construct_id: str, *, name: str) -> sns.Topic:
    """A topic that is reached by TLS alone.

    It has no key of its own: SNS encrypts its disks, and what it says is which alarm rang or what
    sold out.
    """
    return sns.Topic(scope, construct_id, topic_name=name, enforce_ssl=True)


def alarm_topic(
    scope: Construct,
    construct_id: str,
    *,
    name: str,
    account: str,
    addresses: Sequence[str],
    services: Sequence[str] = ("cloudwatch.amazonaws.com",),
) -> sns.Topic:
    """A topic that AWS's alarms may publish to, and that writes to people.

    Args:
        scope: what it belongs to.
        construct_id: its id there.
        name: its name.
        account: only alarms of this account may publish.
        addresses: E-mail addresses; each gets a mail to confirm.
        services: AWS services that publish.
    """
    made = topic(scope, construct_id, name=name)
    # A topic with a policy of its own has lost the one that lets its account publish.
    made.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(service) for service in services],
            actions=["sns:Publish"],
            resources=[made.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": account}},
        )
    )
    for address in addresses:
        made.add_subscription(subscriptions.EmailSubscription(address))
    return made
