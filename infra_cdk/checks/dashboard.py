"""Checks of the dashboard: it shows what alarms of a region watch, in every region."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks.metrics import Watched, plain_text, watched
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, references
from infra_cdk.checks.objectives import alarms_that_ring

_BOARD: Final = "AWS::CloudWatch::Dashboard"
# Metrics of AWS by which a region's alarms ring. What carte publishes itself is in their texts.
_SPACES: Final = (
    *("AWS/ApiGateway", "AWS/DynamoDB", "AWS/Lambda", "AWS/SQS"),
    "CloudWatchSynthetics",
)
# The operand of a share, which the dashboard shows as one.
_OPERANDS: Final = frozenset({"Invocations"})
# Between two regions: a line for each pair.
_OF_PAIRS: Final = frozenset({"ReplicationLatency"})
# Dimensions that say of which queue or canary a metric is.
_NAMES: Final = {"QueueName": "QueueName", "CanaryName": "Name"}
_PERIOD_S: Final = 60


def the_dashboard_shows_what_alarms_watch(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Whoever is woken by an alarm on a metric of AWS sees that metric on the dashboard."""
    for board in cloud.resources(_BOARD):
        lines = {_line(one, None) for one in watched(cloud) if one.by == board}
        lines |= {(*line[:3], "") for line in lines}
        for region, namespace, metric, name in sorted(_woken_by(cloud) - lines):
            yield board, f"does not show {namespace} {metric} {name} of {region}"


def the_dashboard_shows_every_region(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every graph has a line of each region, minute by minute, over the hours of an incident."""
    regions = {stack.region for stack in cloud.regional()}
    for board in cloud.resources(_BOARD):
        body = json.loads(plain_text(board.properties["DashboardBody"]))
        if not str(body.get("start", "")).startswith("-PT"):
            yield board, f"begins {body.get('start')}, not hours ago"
        if body.get("periodOverride") != "inherit":
            yield board, "shows other periods than its graphs say"
        lines: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
        for one in watched(cloud):
            if one.by == board and one.metric not in _OF_PAIRS:
                dimensions = as_text(sorted(one.dimensions.items()))
                lines[one.namespace, one.metric, dimensions].add(one.region)
        for (_, metric, dimensions), found in lines.items():
            for region in sorted(regions - found):
                yield board, f"has no line of {region} for {metric} {dimensions}"
        for widget in body["widgets"]:
            shown = widget["properties"]
            if shown.get("metrics") and shown.get("period") != _PERIOD_S:
                yield board, f"shows {shown.get('title')} every {shown.get('period')} s"


def _woken_by(cloud: Cloud) -> set[tuple[str, str, str, str]]:
    """Return the lines of the metrics of AWS by which alarms of the regions wake somebody."""
    notifying = {(alarm.stack, alarm.logical_id) for alarm in alarms_that_ring(cloud)}
    stacks = {stack.name: stack for stack in cloud.regional()}
    left_out = _OPERANDS | (_OF_PAIRS if len(stacks) == 1 else set())
    return {
        _line(one, stacks[one.by.stack])
        for one in watched(cloud)
        if one.by.stack in stacks
        and (one.by.stack, one.by.logical_id) in notifying
        and one.namespace in _SPACES
        and one.metric not in left_out
    }


def _line(one: Watched, stack: Stack | None) -> tuple[str, str, str, str]:
    """Region, namespace, metric, and the queue or canary that it is of, if it is of one."""
    names = [
        _resolved(value, _NAMES[name], stack)
        for name, value in one.dimensions.items()
        if name in _NAMES
    ]
    return one.region, one.namespace, one.metric, "".join(names)


def _resolved(value: Any, attribute: str, stack: Stack | None) -> str:
    if stack is not None:
        for resource in stack.resources():
            if resource.logical_id in references(value):
                return as_text(resource.properties.get(attribute, value))
    return as_text(value)
