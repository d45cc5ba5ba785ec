"""Faults of cost tags and cost alarms, each with the check that must find it."""

from typing import Final

from infra_cdk.gate.planting import Faults, removing, setting

COSTS: Final[Faults] = (
    (
        "a Lambda that is billed to nobody",
        "everything-that-takes-tags-is-tagged",
        removing("AWS::Lambda::Function", "Tags", stack="carte-eu-west-1"),
    ),
    (
        "a role that is billed to nobody",
        "everything-that-takes-tags-is-tagged",
        removing("AWS::IAM::Role", "Tags", stack="carte-eu-west-1"),
    ),
    (
        "a replica that is billed to nobody",
        "everything-that-takes-tags-is-tagged",
        removing("AWS::DynamoDB::GlobalTable", "Replicas.0.Tags"),
    ),
    (
        "a monitor of another project's costs",
        "rising-costs-are-noticed",
        setting("AWS::CE::AnomalyMonitor", "MonitorSpecification", "{}"),
    ),
    (
        "a rise of costs of which nobody hears",
        "rising-costs-are-noticed",
        setting("AWS::CE::AnomalySubscription", "Subscribers", []),
    ),
)
