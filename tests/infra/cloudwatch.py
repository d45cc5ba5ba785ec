"""CloudWatch as far as carte's alarms use it: metrics, statistics, metric math, alarm states.

A metric is its namespace, its name and its dimensions together: data that is published under other
dimensions is another metric, and an alarm on it sees nothing.
"""

import ast
import json
import math
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from infra_cdk.checks.metrics import AWS
from infra_cdk.checks.model import as_text, references

Key = tuple[str, str, frozenset[tuple[str, str]]]
_SELECT = re.compile(
    r'SELECT (\w+)\((\w+)\) FROM SCHEMA\("([^"]+)", ([^)]*)\) WHERE (\w+) = \'(.*)\''
)
# The percentage of values up to a bound.
_RANK = re.compile(r"PR\(:(\d+)\)")
_STATISTICS: Mapping[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
    "Minimum": min,
}


class Metrics:
    """What was published in one period, which is repeated for as long as an alarm looks.

    Args:
        lasting_s: Seconds for which this is so; None: for as long as any alarm looks back.
        before: What was published in as many seconds before, again and again.
    """

    def __init__(self, lasting_s: int | None = None, before: "Metrics | None" = None) -> None:
        self._values: defaultdict[Key, list[float]] = defaultdict(list)
        self._lasting_s = lasting_s
        self._before = before

    def put(
        self, namespace: str, metric: str, values: Iterable[float], **dimensions: str
    ) -> "Metrics":
        """Publish values under exactly these dimensions."""
        key = namespace, metric, frozenset(dimensions.items())
        self._values[key] += values
        return self

    def aws(
        self, namespace: str, metric: str, values: Sequence[float], **dimensions: str
    ) -> "Metrics":
        """Publish values as an AWS service does: under each documented set of dimensions."""
        for names in AWS[namespace][metric]:
            if names <= dimensions.keys():
                chosen = {name: dimensions[name] for name in names}
                self.put(namespace, metric, values, **chosen)
        return self

    def log(self, lines: Iterable[str]) -> "Metrics":
        """Publish what log lines hold in the embedded metric format."""
        for line in lines:
            for text in line.splitlines():
                entry = json.loads(text)
                for directive in entry.get("_aws", {}).get("CloudWatchMetrics", ()):
                    for names in directive["Dimensions"]:
                        dimensions = {name: str(entry[name]) for name in names}
                        for one in directive["Metrics"]:
                            value = entry[one["Name"]]
                            self.put(directive["Namespace"], one["Name"], [value], **dimensions)
        return self

    def statistic(self, key: Key, name: str, period_s: int = 60) -> float | None:
        """A statistic of one metric over the last period; None where nothing was published."""
        values: list[float] = [*self._values.get(key, ())]
        if self._lasting_s and self._before and period_s > self._lasting_s:
            earlier = period_s // self._lasting_s - 1
            values += self._before._values.get(key, []) * earlier
        if not values:
            return None
        if rank := _RANK.fullmatch(name):
            return 100 * sum(value <= float(rank[1]) for value in values) / len(values)
        if name in _STATISTICS:
            return float(_STATISTICS[name](values))
        share = float(name.removeprefix("p")) / 100
        return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]

    def query(self, expression: str) -> float | None:
        """The value of a Metrics Insights query."""
        found = _SELECT.fullmatch(expression)
        assert found, expression
        function, metric, namespace, names, where, value = found.groups()
        schema = frozenset(name.strip() for name in names.split(","))
        values = [
            number
            for (space, name, pairs), numbers in self._values.items()
            if (space, name) == (namespace, metric)
            and frozenset(dict(pairs)) == schema
            and dict(pairs)[where] == value
            for number in numbers
        ]
        named = {"MAX": "Maximum", "SUM": "Sum"}
        return float(_STATISTICS[named[function]](values)) if values else None


def state(alarm: Mapping[str, Any], metrics: Metrics) -> str:
    """The state of an alarm when the period has been repeated for as long as it looks back."""
    value = _value(alarm, metrics)
    silence = alarm["TreatMissingData"]
    if value is None:
        return {"breaching": "ALARM", "notBreaching": "OK", "ignore": "unchanged"}[silence]
    breaching = {
        "GreaterThanThreshold": value > alarm["Threshold"],
        "GreaterThanOrEqualToThreshold": value >= alarm["Threshold"],
    }[alarm["ComparisonOperator"]]
    return "ALARM" if breaching else "OK"


def both(composite: Mapping[str, Any], alarms: Mapping[str, Any], metrics: Metrics) -> str:
    """The state of a composite alarm that rings while all of its parts do.

    Args:
        composite: Its properties.
        alarms: The metric alarms of its stack, by logical id.
        metrics: What was published.
    """
    rule = as_text(composite["AlarmRule"])
    assert rule.count("ALARM(") == rule.count(" AND ") + 1, rule
    parts = [alarms[name] for name in references(composite["AlarmRule"])]
    ringing = all(state(one, metrics) == "ALARM" for one in parts)
    return "ALARM" if ringing else "OK"


def _value(alarm: Mapping[str, Any], metrics: Metrics) -> float | None:
    if "MetricName" in alarm:
        statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        return metrics.statistic(_key(alarm), statistic, alarm["Period"])
    named: dict[str, float | None] = {}
    results = []
    for one in alarm["Metrics"]:
        if "MetricStat" in one:
            stat = one["MetricStat"]
            named[one["Id"]] = metrics.statistic(_key(stat["Metric"]), stat["Stat"], stat["Period"])
        if one.get("ReturnData", True):
            results.append(one)
    (result,) = results
    expression = result["Expression"]
    if expression.startswith("SELECT"):
        return metrics.query(expression)
    return _evaluate(ast.parse(expression, mode="eval").body, named)


def _key(metric: Mapping[str, Any]) -> Key:
    pairs = {(one["Name"], as_text(one["Value"])) for one in metric.get("Dimensions", ())}
    return as_text(metric["Namespace"]), metric["MetricName"], frozenset(pairs)


_OPERATORS: Mapping[type[ast.AST], Callable[[float, float], float | None]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else None,
    ast.Gt: lambda a, b: float(a > b),
}


def _evaluate(node: ast.expr, named: Mapping[str, float | None]) -> float | None:
    """Metric math: a period without data on one side has none in the result."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return named[name]
        case ast.Call(func=ast.Name(id="FILL"), args=[value, filler]):
            found = _evaluate(value, named)
            return _evaluate(filler, named) if found is None else found
        case ast.Call(func=ast.Name(id="IF"), args=[condition, yes, no]):
            held = _evaluate(condition, named)
            return None if held is None else _evaluate(yes if held else no, named)
    if isinstance(node, ast.BinOp):
        left, right, kind = node.left, node.right, type(node.op)
        return _apply(_OPERATORS[kind], _evaluate(left, named), _evaluate(right, named))
    assert isinstance(node, ast.Compare), f"no metric math for {ast.dump(node)}"
    sides = _evaluate(node.left, named), _evaluate(node.comparators[0], named)
    return _apply(_OPERATORS[type(node.ops[0])], *sides)


def _apply(
    function: Callable[[float, float], float | None], left: float | None, right: float | None
) -> float | None:
    return None if left is None or right is None else function(left, right)
