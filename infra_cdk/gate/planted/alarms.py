"""Faults of the alarms, each with the check that must find it."""

from typing import Any, Final

from infra_cdk.gate.planting import Faults, removing, setting

_HERE: Final = "carte-eu-west-1"
_ALARM: Final = "AWS::CloudWatch::Alarm"
_COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"


def _only_the_first(rule: Any) -> Any:
    """Cut a rule of two alarms down to its first."""
    words, (opening, alarm, *_) = rule["Fn::Join"]
    return {"Fn::Join": [words, [opening, alarm, '"))']]}


ALARMS: Final[Faults] = (
    (
        "an alarm that does not say what to do",
        "alarms-say-what-to-do",
        setting(_ALARM, "AlarmDescription", "Errors."),
    ),
    ("an alarm without an action", "alarms-notify-somebody", removing(_ALARM, "AlarmActions")),
    (
        "an alarm of whose end nobody hears",
        "alarms-say-when-it-is-over",
        removing(_ALARM, "OKActions"),
    ),
    (
        "a burn-rate alarm that looks at its long window alone",
        "objectives-have-their-alarms",
        setting(_COMPOSITE, "AlarmRule", _only_the_first),
    ),
    (
        "an objective that rings only when its budget is gone",
        "objectives-have-their-alarms",
        setting(_ALARM, "Threshold", 1, having="Metrics.4", stack=_HERE),
    ),
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
