"""Faults of the alarms, each with the check that must find it."""

from typing import Final

from infra_cdk.gate.planting import Faults, removing, setting

_HERE: Final = "carte-eu-west-1"
_ALARM: Final = "AWS::CloudWatch::Alarm"


ALARMS: Final[Faults] = (
    (
        "an alarm that does not say what to do",
        "alarms-say-what-to-do",
        setting(_ALARM, "AlarmDescription", "Errors."),
    ),
    ("an alarm without an action", "alarms-tell-somebody", removing(_ALARM, "AlarmActions")),
    (
        "an alarm that sleeps when its metric falls silent",
        "alarms-decide-what-silence-means",
        removing(_ALARM, "TreatMissingData"),
    ),
    (
        "an alarm on a metric that is published under other dimensions",
        "metrics-exist",
        setting(
            _ALARM,
            "Dimensions",
            [{"Name": "DistributionId", "Value": {"Ref": "DistributionCdn"}}],
            having="Dimensions",
            stack="carte-edge",
        ),
    ),
    (
        "an alarm on CloudFront outside us-east-1",
        "alarms-look-where-the-metric-is",
        setting(_ALARM, "Namespace", "AWS/CloudFront", having="Namespace", stack=_HERE),
    ),
)
