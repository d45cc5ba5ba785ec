"""Checks of what calls a Lambda: every one is called by something, and schedules are on time."""

import re
from collections.abc import Iterator
from typing import Any, Final

from infra_cdk.checks.compute import FUNCTION, functions_of
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, references

_RULE: Final = "AWS::Events::Rule"
_CALLERS: Final = (
    *("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Integration", _RULE),
    *("AWS::Lambda::EventSourceMapping", "AWS::SNS::Subscription"),
)
_ALARM: Final = "AWS::CloudWatch::Alarm"
_RATE: Final = re.compile(r"rate\((\d+) minutes?\)")
# Handler to the metric that each of its runs publishes, by whose alarm people hear that it stopped.
_PUBLISHED: Final = {
    "services.fulfilment.sweeper.handler": "RegionSilentSeconds",
    "services.convergence.reconciler.handler": "UnverifiedMinutes",
}


def every_lambda_is_called(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every Lambda of carte has what calls it: an API, an event source, a topic or a schedule."""
    for stack in cloud.stacks:
        called = {
            function.logical_id
            for one in stack.resources(*_CALLERS)
            for function in functions_of(stack, one.properties)
        }
        for function in stack.resources(FUNCTION):
            handler = as_text(function.properties.get("Handler", ""))
            if handler.startswith("services.") and function.logical_id not in called:
                yield function, "is called by nothing"


def schedules_are_on_time(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A schedule is on, calls an alias once, and as often as the alarm on its Lambda looks.

    EventBridge user guide, "Retry policy": a call that fails would be repeated for a day, beside
    the next ones.
    """
    for stack in cloud.stacks:
        aliases = {one.logical_id for one in stack.resources("AWS::Lambda::Alias")}
        for rule in stack.resources(_RULE):
            if "ScheduleExpression" not in rule.properties:
                yield rule, "has no schedule"
                continue
            if rule.properties.get("State") != "ENABLED":
                yield rule, f"is {rule.properties.get('State')}"
            targets = rule.properties.get("Targets", [])
            if len(targets) != 1 or not references(targets[0].get("Arn")) & aliases:
                yield rule, f"calls {len(targets)} targets, or no alias"
            for target in targets:
                yield from _of_target(stack, rule, target)


def _of_target(stack: Stack, rule: Resource, target: Any) -> Iterator[tuple[Resource, str]]:
    if target.get("RetryPolicy", {}).get("MaximumRetryAttempts") != 0:
        yield rule, "repeats a call that fails beside the next ones"
    match = _RATE.fullmatch(str(rule.properties["ScheduleExpression"]))
    seconds = 60 * int(match[1]) if match else 0
    for function in functions_of(stack, target.get("Arn")):
        metric = _PUBLISHED.get(as_text(function.properties.get("Handler", "")))
        periods = {
            one.properties.get("Period")
            for one in stack.resources(_ALARM)
            if one.properties.get("MetricName") == metric
        }
        if periods != {seconds}:
            yield rule, f"runs every {seconds} s, and alarms on it look every {periods}"
        if function.properties.get("Timeout", 3) >= seconds and metric == "RegionSilentSeconds":
            yield rule, "begins a run while the last one runs"
