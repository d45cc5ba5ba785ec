"""Checks of the alarms: each has a remedy, a topic, a metric that exists, and rings in time."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, as_text, references
from infra_cdk.checks.objectives import COMPOSITE, METRIC_ALARM, alarms_that_ring

ALARMS: Final = (METRIC_ALARM, COMPOSITE)
# These services publish into one region, whatever region they serve.
_ONLY_US_EAST_1: Final = frozenset({"AWS/CloudFront", "AWS/Route53", "AWS/Billing"})
# A sentence on what happened and one on what to do; less than this is neither.
_SHORTEST: Final = 40


def alarms_say_what_to_do(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every alarm's description says what to do."""
    for alarm in cloud.resources(*ALARMS):
        text = str(alarm.properties.get("AlarmDescription", ""))
        if len(text) < _SHORTEST:
            yield alarm, f"describes itself as {text!r}"


def alarms_notify_somebody(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
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


def alarms_say_when_it_is_over(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every alarm that rings also notifies when it is over; an operator ends a drain himself."""
    for alarm in alarms_that_ring(cloud):
        drain = alarm.properties.get("AlarmName") == "carte-drain"
        if not drain and not alarm.properties.get("OKActions"):
            yield alarm, "notifies nobody when it is over"


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


# The statistic by which each metric shows what an alarm on it is for (each service's documents):
# counts are summed, states and ages looked at by their worst, times by their slowest.
_STATISTICS: Final = {
    **dict.fromkeys(("Errors", "Invocations", "Faults", "Throttles", "Repairs", "Skipped"), "Sum"),
    **dict.fromkeys(("AlertsFailed", "CountFilesFailed", "FunctionExecutionErrors"), "Sum"),
    **dict.fromkeys(("ReconcilerFound", "NoticesFailed", "NoticesToOperator"), "Sum"),
    **dict.fromkeys(("WebhooksFailed", "AlertMailsRefused", "LiveFailed", "LiveThrottled"), "Sum"),
    **dict.fromkeys(("PeopleMailsRefused", "PeopleNoticesGivenUp", "AlertStoresGivenUp"), "Sum"),
    "ApproximateAgeOfOldestMessage": "Maximum",
    "OldestDueMinutes": "Maximum",
    "RegionSilentSeconds": "Maximum",
    "RegionsUnheard": "Maximum",
    "UnverifiedMinutes": "Maximum",
    **dict.fromkeys(("IteratorAge", "ApproximateNumberOfMessagesVisible", "Drained"), "Maximum"),
    **dict.fromkeys(("Duration", "Latency", "OriginLatency"), "p99"),
    # Averages of a share: API Gateway and CloudFront publish 0 or 1, or percent, per request.
    **dict.fromkeys(("5XXError", "5xxErrorRate", "SuccessPercent"), "Average"),
    "HealthCheckStatus": "Minimum",
}
# What silence means where it means anything else than that nothing happened.
_SILENCE: Final = {
    "HealthCheckStatus": "breaching",
    "UnverifiedMinutes": "breaching",
    "RegionsUnheard": "breaching",
    "Drained": "ignore",
}
# Published by our own code without dimensions, one time series a region.
_WITHOUT_DIMENSIONS: Final = frozenset(
    {"AlertsFailed", "CountFilesFailed", "Drained", "ReconcilerFound", "Repairs", "Skipped"}
    | {"UnverifiedMinutes", "NoticesFailed", "NoticesToOperator", "OldestDueMinutes"}
    | {"WebhooksFailed", "AlertMailsRefused", "LiveFailed", "LiveThrottled"}
    | {"PeopleMailsRefused", "PeopleNoticesGivenUp", "AlertStoresGivenUp"}
    | {"RegionSilentSeconds", "RegionsUnheard"}
)
_SHIFTED: Final = frozenset({"Duration", "Invocations"})


def alarms_look_at_the_right_figure(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An alarm judges a metric by its statistic, of one function and of the alias in use.

    Without dimensions a metric of AWS is that of a whole account; by the function alone, one of
    every version of the code. Parts of burn-rate alarms are judged by `objectives`.
    """
    for alarm in alarms_that_ring(cloud):
        for metric, statistic, dimensions in _figures(alarm):
            wanted = _STATISTICS.get(metric)
            if statistic != wanted:
                yield alarm, f"looks at {statistic} of {metric}, not at {wanted}"
            if bool(dimensions) == (metric in _WITHOUT_DIMENSIONS):
                yield alarm, f"looks at {metric} by {sorted(dimensions)}"
            named = str(alarm.properties.get("AlarmName"))
            if metric in _SHIFTED and "Resource" not in dimensions:
                yield alarm, f"looks at {metric} of other code than the alias has"
            if metric == "Errors" and "menu" in named and "Resource" not in dimensions:
                yield alarm, f"looks at {metric} of other code than the alias has"


def silence_means_what_it_must(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Silence is no alarm but of health checks and the reconciler; a drain stays as it is."""
    for alarm in cloud.resources(METRIC_ALARM):
        names = {metric for metric, _, _ in _figures(alarm)}
        wanted = next((_SILENCE[name] for name in names & _SILENCE.keys()), "notBreaching")
        if alarm.properties.get("TreatMissingData") != wanted:
            yield alarm, f"takes silence for {alarm.properties.get('TreatMissingData')}"


def alarms_have_one_line(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Of an alarm's metrics exactly one is judged: its expression, where it has one."""
    for alarm in cloud.resources(METRIC_ALARM):
        lines = alarm.properties.get("Metrics", [])
        judged = [one for one in lines if one.get("ReturnData", True)]
        if lines and (len(judged) != 1 or "Expression" not in judged[0]):
            yield alarm, f"judges {len(judged)} of {len(lines)} metrics"


def faults_are_those_of_a_lambda(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An alarm on our own faults names one of the stack's Lambdas, as the Lambda names itself."""
    for stack in cloud.regional():
        lambdas = {str(one.properties.get("FunctionName")) for one in stack.resources(_FUNCTION)}
        for alarm in stack.resources(METRIC_ALARM):
            for metric, _, dimensions in _figures(alarm):
                named = str(dimensions.get("Function")).replace("_", "-")
                if metric == "Faults" and f"carte-{named}" not in lambdas:
                    yield alarm, f"looks at faults of {dimensions.get('Function')}"


# The metric that an alarm looks at, to the highest bound that still wakes somebody in time; in the
# metric's own unit, for a share of one and for percent as they are.
_HIGHEST: Final = {
    "5XXError": 0.05,
    "5xxErrorRate": 5,
    "Latency": 3000,
    "Duration": 3000,
    "OriginLatency": 3000,
    "IteratorAge": 300_000,
    "ReplicationLatency": 60_000,
    "Throttles": 100,
    "ApproximateNumberOfMessagesVisible": 0,
    "FunctionExecutionErrors": 0,
    "Repairs": 1000,
    "Skipped": 0,
    "AlertsFailed": 0,
    "CountFilesFailed": 0,
    "ReconcilerFound": 0,
    "NoticesFailed": 0,
    "NoticesToOperator": 0,
    "OldestDueMinutes": 15,
    "RegionSilentSeconds": 600,
    "RegionsUnheard": 0,
    "WebhooksFailed": 0,
    "AlertMailsRefused": 0,
    "AlertStoresGivenUp": 0,
    "PeopleMailsRefused": 0,
    "PeopleNoticesGivenUp": 0,
    "LiveFailed": 10,
    "LiveThrottled": 10,
    "ApproximateAgeOfOldestMessage": 60,
    "UnverifiedMinutes": 24 * 60,
    "HealthCheckStatus": 0,
    "SuccessPercent": 50,
    "Drained": 1,
}
_SHARE: Final = 0.05
_LONGEST_S: Final = 300
_MOST_PERIODS: Final = 5
# What clients feel is looked at every minute.
_SOON_S: Final = 60
_FELT: Final = frozenset(
    {"5XXError", "5xxErrorRate", "Latency", "Duration", "OriginLatency", "OldestDueMinutes"}
)
_OPERAND: Final = re.compile(r"\b[a-z]\w*\b")
_SLOW: Final = frozenset({"Latency", "Duration", "OriginLatency"})


def alarms_ring_in_time(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An alarm's bound, statistic and period are such that people are woken while it matters.

    Parts of burn-rate alarms have longer windows; `objectives` judges them.
    """
    for alarm in alarms_that_ring(cloud):
        properties = alarm.properties
        threshold = properties.get("Threshold")
        expressions = " ".join(as_text(one.get("Expression", "")) for one in _metrics(alarm))
        share = "/" in expressions.replace("AWS/", "")
        metrics = [
            (one.get("MetricStat", {}).get("Metric", {}).get("MetricName"), one)
            for one in _metrics(alarm)
        ]
        names = {str(name) for name, _ in metrics if name} | {str(properties.get("MetricName"))}
        names |= {name for name in _HIGHEST if f"({name})" in expressions}
        bounds = [_HIGHEST[name] for name in names & _HIGHEST.keys()]
        highest = _SHARE if share else min(bounds, default=0)
        if not isinstance(threshold, int | float) or not 0 <= threshold <= highest:
            yield alarm, f"rings above {threshold}, which is later than {highest}"
        # An alarm that silence rings waits for a few runs of what publishes.
        silent = properties.get("TreatMissingData") == "breaching"
        periods = properties.get("EvaluationPeriods", 0)
        if not silent and periods > _MOST_PERIODS:
            yield alarm, f"waits for {periods} periods"
        operator = str(properties.get("ComparisonOperator"))
        # Draining is a metric of 0 and 1; everything else rings above its bound.
        if operator != f"GreaterThan{'OrEqualTo' if 'Drained' in names else ''}Threshold":
            yield alarm, f"rings by {operator}"
        statistic = properties.get("ExtendedStatistic", "")
        if names & _SLOW and statistic != "p99":
            yield alarm, f"looks at {statistic or properties.get('Statistic')} of what clients wait"
        longest = _SOON_S if share or names & _FELT else _LONGEST_S
        for seconds in (properties.get("Period"), *_periods(alarm)):
            if seconds is not None and seconds > longest:
                yield alarm, f"looks every {seconds} s"


def metric_math_has_its_operands(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An alarm's expression names metrics of the alarm, and uses all of them."""
    for alarm in cloud.resources(METRIC_ALARM):
        named = {str(one.get("Id")) for one in _metrics(alarm) if "MetricStat" in one}
        for one in _metrics(alarm):
            expression = as_text(one.get("Expression", ""))
            if not expression or expression.startswith("SELECT"):
                continue
            operands = set(_OPERAND.findall(expression))
            for name in sorted(operands ^ named):
                yield alarm, f"computes {expression} of {', '.join(sorted(named))}: {name}"


_FUNCTION: Final = "AWS::Lambda::Function"


def _figures(alarm: Resource) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield metric, statistic and dimensions of all that an alarm looks at by name."""
    properties = alarm.properties
    if "MetricName" in properties:
        statistic = properties.get("Statistic", properties.get("ExtendedStatistic"))
        yield properties["MetricName"], str(statistic), _dimensions(properties)
    for one in properties.get("Metrics", []):
        if "MetricStat" in one:
            metric = one["MetricStat"]["Metric"]
            yield metric["MetricName"], str(one["MetricStat"].get("Stat")), _dimensions(metric)


def _dimensions(metric: Mapping[str, Any]) -> dict[str, Any]:
    return {one["Name"]: one["Value"] for one in metric.get("Dimensions", [])}


def _metrics(alarm: Resource) -> list[dict[str, Any]]:
    return list(alarm.properties.get("Metrics", []))


def _periods(alarm: Resource) -> Iterator[int]:
    for one in _metrics(alarm):
        seconds = one.get("MetricStat", {}).get("Period", one.get("Period"))
        if seconds is not None:
            yield seconds
