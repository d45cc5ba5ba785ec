"""Checks of the alarms: each has a remedy, a topic, and a metric that exists."""

from collections.abc import Iterator
from typing import Final

from infra_cdk.checks.model import Cloud, Resource, references

ALARMS: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
METRIC_ALARM: Final = "AWS::CloudWatch::Alarm"
# These services publish into one region, whatever region they serve.
_ONLY_US_EAST_1: Final = frozenset({"AWS/CloudFront", "AWS/Route53", "AWS/Billing"})
# A sentence on what happened and one on what to do; less than this is neither.
_SHORTEST: Final = 40


def alarms_say_what_to_do(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every alarm's description tells whoever is woken what to do."""
    for alarm in cloud.resources(*ALARMS):
        text = str(alarm.properties.get("AlarmDescription", ""))
        if len(text) < _SHORTEST:
            yield alarm, f"describes itself as {text!r}"


def alarms_tell_somebody(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every alarm has an action, or is one that a composite alarm or a deployment looks at."""
    for stack in cloud.stacks:
        watched: set[str] = set()
        for watcher in stack.resources(
            "AWS::CloudWatch::CompositeAlarm",
            "AWS::CodeDeploy::DeploymentGroup",
            "AWS::Route53::HealthCheck",
        ):
            watched |= references(watcher.properties)
        for alarm in stack.resources(*ALARMS):
            if not alarm.properties.get("AlarmActions") and alarm.logical_id not in watched:
                yield alarm, "wakes nobody"


def alarms_decide_what_silence_means(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every alarm says what missing data means; the default is to stay as it was."""
    for alarm in cloud.resources(METRIC_ALARM):
        if alarm.properties.get("TreatMissingData", "missing") == "missing":
            yield alarm, "keeps its state when the metric falls silent"


def alarms_look_where_the_metric_is(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """CloudFront, Route 53 and billing metrics are looked at in us-east-1, where they appear."""
    for alarm in cloud.resources(METRIC_ALARM):
        spaces = {alarm.properties.get("Namespace")} | {
            one.get("MetricStat", {}).get("Metric", {}).get("Namespace")
            for one in alarm.properties.get("Metrics", [])
        }
        for space in sorted(str(one) for one in spaces & _ONLY_US_EAST_1):
            if alarm.region != "us-east-1":
                yield alarm, f"looks at {space} in {alarm.region}, where it never appears"
