"""Check of what alarms and dashboards look at: metrics that something really publishes.

A metric with another set of dimensions is another metric: CloudWatch shows no data for it and says
nothing. The table of AWS's metrics is from the documents of each service ("... metrics and
dimensions"); carte's own are read from the sources of its Lambdas.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, references
from services.domain import log_lines

ROOT: Final = Path(__file__).parents[2]
# Names of metrics that the site and the dashboard show.
_READ_ALONE: Final = ROOT / "services" / "domain" / "watching"
Dimensions = frozenset[str]


def _sets(*names: str) -> frozenset[Dimensions]:
    return frozenset(frozenset(one.split()) for one in names)


_OF_FUNCTIONS: Final = _sets("", "FunctionName", "FunctionName Resource")
_OF_METHODS: Final = _sets("ApiName", "ApiName Stage", "ApiName Stage Method Resource")
_OF_DISTRIBUTIONS: Final = _sets("DistributionId Region")
# Namespace to metric to the sets of dimensions under which it is published.
AWS: Final[Mapping[str, Mapping[str, frozenset[Dimensions]]]] = {
    "AWS/Lambda": {
        **dict.fromkeys(
            ("Errors", "Invocations", "Duration", "Throttles", "ConcurrentExecutions"),
            _OF_FUNCTIONS,
        ),
        "IteratorAge": _sets("FunctionName", "FunctionName Resource"),
    },
    "AWS/ApiGateway": dict.fromkeys(
        (
            *("Count", "4XXError", "5XXError", "Latency", "IntegrationLatency"),
            *("CacheHitCount", "CacheMissCount"),
        ),
        _OF_METHODS,
    ),
    "AWS/CloudFront": {
        **dict.fromkeys(("Requests", "4xxErrorRate", "5xxErrorRate"), _OF_DISTRIBUTIONS),
        # Only with additional metrics switched on (AWS::CloudFront::MonitoringSubscription).
        **dict.fromkeys(("OriginLatency", "CacheHitRate"), _OF_DISTRIBUTIONS),
        **dict.fromkeys(
            ("FunctionInvocations", "FunctionExecutionErrors", "FunctionThrottles"),
            _sets("FunctionName Region"),
        ),
    },
    "AWS/SQS": dict.fromkeys(
        ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"),
        _sets("QueueName"),
    ),
    "AWS/DynamoDB": {"ReplicationLatency": _sets("TableName ReceivingRegion")},
    "AWS/Route53": {"HealthCheckStatus": _sets("HealthCheckId")},
    "CloudWatchSynthetics": {"SuccessPercent": _sets("CanaryName", "CanaryName StepName")},
}
# Put by operators, as docs/operations.md says.
_BY_HAND: Final = {"Drained": _sets("")}
_GLOBAL: Final = "Global"
_METRIC: Final = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")
_QUERY: Final = re.compile(r'SELECT \w+\((\w+)\) FROM SCHEMA\("([^"]+)", ([^)]*)\)')
# Dimension to the type and the property that name what it stands for.
_NAMED_BY: Final = {
    "FunctionName": (
        ("AWS::Lambda::Function", "FunctionName"),
        ("AWS::CloudFront::Function", "Name"),
    ),
    "ApiName": (("AWS::ApiGateway::RestApi", "Name"),),
    "QueueName": (("AWS::SQS::Queue", "QueueName"),),
    "CanaryName": (("AWS::Synthetics::Canary", "Name"),),
}


class Watched(NamedTuple):
    """A metric that an alarm or a dashboard reads.

    Attributes:
        by: The alarm or the dashboard.
        region: Where it looks.
        namespace: Such as `AWS/Lambda`.
        metric: Such as `Errors`.
        dimensions: Names to values, with their intrinsic functions.
    """

    by: Resource
    region: str
    namespace: str
    metric: str
    dimensions: Mapping[str, Any]


def metrics_exist(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Alarms and dashboards look at metrics that AWS or a Lambda of carte publishes, as they do.

    CloudFront developer guide, "View CloudFront and edge function metrics": the dimension Region is
    always Global, and additional metrics must be switched on.
    """
    table = {**AWS, log_lines.NAMESPACE: published()}
    for one in watched(cloud):
        known = table.get(one.namespace, {})
        names = frozenset(one.dimensions)
        label = f"{one.namespace} {one.metric} by {', '.join(sorted(names)) or 'nothing'}"
        if one.metric not in known:
            yield one.by, f"looks at {label}, which nobody publishes"
        elif names not in known[one.metric]:
            yield one.by, f"looks at {label}, which is published otherwise"
        elif one.namespace == "AWS/CloudFront" and one.dimensions["Region"] != _GLOBAL:
            yield one.by, f"looks at {label} in {one.dimensions['Region']}, not in {_GLOBAL}"
        else:
            for name, value in one.dimensions.items():
                if not _is_there(cloud, one, name, value):
                    yield one.by, f"looks at {label} of {as_text(value)}, which is not there"
        if one.metric == "OriginLatency" and not list(
            cloud.resources("AWS::CloudFront::MonitoringSubscription")
        ):
            yield one.by, f"looks at {label}, which is not switched on"


def watched(cloud: Cloud) -> Iterator[Watched]:
    """Yield every metric that an alarm or a dashboard looks at."""
    for alarm in cloud.resources("AWS::CloudWatch::Alarm"):
        yield from _of_alarm(alarm)
    for board in cloud.resources("AWS::CloudWatch::Dashboard"):
        for widget in json.loads(plain_text(board.properties["DashboardBody"]))["widgets"]:
            shown = widget["properties"]
            for line in shown.get("metrics", ()):
                options = line[-1] if isinstance(line[-1], dict) else {}
                namespace, metric, *pairs = [part for part in line if not isinstance(part, dict)]
                dimensions = dict(zip(pairs[::2], pairs[1::2], strict=True))
                region = options.get("region", shown.get("region", board.region))
                yield Watched(board, region, namespace, metric, dimensions)


@cache
def published() -> Mapping[str, frozenset[Dimensions]]:
    """Return carte's own metrics and their dimensions, from the sources that publish them.

    A name counts as published where a module that writes metrics (it imports `log_lines`) has it as
    a text of its own, or as a constant of `log_lines`; the test of the alarms' causes runs that
    code. What is only read (`_READ_ALONE`) is published nowhere.
    """
    found: dict[str, frozenset[Dimensions]] = dict(_BY_HAND)
    for path in sorted((ROOT / "services").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "log_lines" not in text or path.is_relative_to(_READ_ALONE):
            continue
        for node in ast.walk(ast.parse(text)):
            name = _text_of(node)
            if name is not None and _METRIC.fullmatch(name):
                found[name] = _sets("", "DocumentType")
    found[log_lines.FAULTS] = frozenset(frozenset(one) for one in log_lines.FAULT_DIMENSIONS)
    return found


def _text_of(node: ast.AST) -> str | None:
    """Return the text of a literal, or of a constant of `log_lines`; None: it is neither."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "log_lines":
        return str(getattr(log_lines, node.attr, ""))
    return None


def _of_alarm(alarm: Resource) -> Iterator[Watched]:
    properties = alarm.properties
    if "MetricName" in properties:
        yield Watched(
            alarm,
            alarm.region,
            as_text(properties["Namespace"]),
            as_text(properties["MetricName"]),
            _pairs(properties.get("Dimensions", ())),
        )
    for one in properties.get("Metrics", ()):
        if "MetricStat" in one:
            metric = one["MetricStat"]["Metric"]
            yield Watched(
                alarm,
                alarm.region,
                as_text(metric["Namespace"]),
                as_text(metric["MetricName"]),
                _pairs(metric.get("Dimensions", ())),
            )
        elif query := _QUERY.search(as_text(one.get("Expression", ""))):
            names = [name.strip() for name in query[3].split(",")]
            yield Watched(alarm, alarm.region, query[2], query[1], dict.fromkeys(names, "*"))


def _pairs(dimensions: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {one["Name"]: one["Value"] for one in dimensions}


def plain_text(body: Any) -> str:
    """Return a text with its references written out as `${...}`."""
    if isinstance(body, str):
        return body
    parts = body["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else "${reference}" for part in parts)


def _is_there(cloud: Cloud, one: Watched, name: str, value: Any) -> bool:
    """Return whether a dimension names a resource that is deployed in the metric's region."""
    if name not in _NAMED_BY or value == "*":
        return True
    stacks = [stack for stack in cloud.stacks if stack.region == one.region]
    if not isinstance(value, str):
        return bool(references(value))
    return value in {known for stack in stacks for known in _names(stack, name)}


def _names(stack: Stack, dimension: str) -> Iterator[str]:
    for kind, key in _NAMED_BY[dimension]:
        for one in stack.resources(kind):
            yield as_text(one.properties.get(key))
