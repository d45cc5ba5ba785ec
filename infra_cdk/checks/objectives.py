"""Checks of the objectives: each of docs/operations.md has its burn-rate alarms, as it says there.

A burn-rate alarm is a composite of two metric alarms, its parts: the share of bad requests is above
its bound over a long window and over a short one. Burn rates and windows are those of Google, "The
Site Reliability Workbook", chapter 5, table "Recommended time windows and burn rates".
"""

import re
from collections.abc import Iterator
from functools import cache
from math import isclose
from pathlib import Path
from typing import Any, Final, NamedTuple

from infra_cdk.checks.api import METHOD, path_of
from infra_cdk.checks.model import Cloud, Resource, Stack, as_text, references

METRIC_ALARM: Final = "AWS::CloudWatch::Alarm"
COMPOSITE: Final = "AWS::CloudWatch::CompositeAlarm"
_PAGE: Final = Path(__file__).parents[2] / "docs" / "operations.md"
_ROW: Final = re.compile(
    r"^\| (?P<name>[a-z]+) \| `(?P<methods>[A-Z, ]+) (?P<path>/\S*)` "
    r"\| (?P<available>[\d.]+) % \| (?P<quick>[\d.]+) % within (?P<ms>\d+) ms \|$",
    re.MULTILINE,
)
_IN_WORDS: Final = {3600: "1h", 300: "5m", 21_600: "6h", 1800: "30m"}
_FEWEST: Final = 100


class _Burning(NamedTuple):
    """A burn rate, and the two windows, in seconds, over which it is too high."""

    name: str
    rate: float
    long_s: int
    short_s: int


_BURNING: Final = (_Burning("fast", 14.4, 3600, 300), _Burning("slow", 6.0, 21_600, 1800))


class _Objective(NamedTuple):
    """A row of the page: a route, and the shares of its requests that may be bad, by kind."""

    name: str
    methods: tuple[str, ...]
    path: str
    within_ms: int
    budgets: dict[str, float]


def parts(stack: Stack) -> set[str]:
    """Return the logical ids of metric alarms that are parts of a composite, and notify nobody."""
    named: set[str] = set()
    for one in stack.resources(COMPOSITE):
        named |= references(one.properties.get("AlarmRule"))
    return {
        one.logical_id
        for one in stack.resources(METRIC_ALARM)
        if one.logical_id in named and not one.properties.get("AlarmActions")
    }


def alarms_that_ring(cloud: Cloud) -> Iterator[Resource]:
    """Yield the metric alarms that are no parts of another alarm."""
    for stack in cloud.stacks:
        for one in alarms_that_notify(stack):
            if one.type == METRIC_ALARM:
                yield one


def alarms_that_notify(stack: Stack) -> Iterator[Resource]:
    """Yield the alarms of a stack, metric and composite ones, without the parts of the latter."""
    inner = parts(stack)
    for one in stack.resources(METRIC_ALARM, COMPOSITE):
        if one.logical_id not in inner:
            yield one


def objectives_have_their_alarms(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Every objective of the operations page rings when its budget burns too fast in a region."""
    for stack in cloud.regional():
        open_ = {
            (one.properties["HttpMethod"], path_of(stack, one.properties["ResourceId"]))
            for one in stack.resources(METHOD)
        }
        for objective in _objectives():
            for method in objective.methods:
                if (method, objective.path) not in open_:
                    yield next(stack.resources()), f"{method} {objective.path} is no route"
            for kind in objective.budgets:
                for burning in _BURNING:
                    yield from _of_one(stack, objective, kind, burning)


def _of_one(
    stack: Stack, objective: _Objective, kind: str, burning: _Burning
) -> Iterator[tuple[Resource, str]]:
    """Yield what is wrong with the alarm on one kind of an objective over one pair of windows."""
    name = f"carte-slo-{objective.name}-{kind}-{burning.name}"
    composite = _named(stack, COMPOSITE, name)
    if composite is None:
        yield next(stack.resources()), f"{name} of {_PAGE.name} is no alarm"
        return
    yield from ((composite, wrong) for wrong in _wrong_rule(stack, composite, burning))
    threshold = burning.rate * objective.budgets[kind]
    for window, fewest in ((burning.long_s, _FEWEST), (burning.short_s, 0)):
        part = _named(stack, METRIC_ALARM, f"{name}-{_IN_WORDS[window]}")
        if part is None:
            yield composite, f"has no part for {window} s"
            continue
        yield from ((part, wrong) for wrong in _wrong_bound(part, threshold))
        yield from ((part, wrong) for wrong in _wrong_share(part, objective, kind, window, fewest))


@cache
def _objectives() -> tuple[_Objective, ...]:
    found = tuple(
        _Objective(
            row["name"],
            tuple(row["methods"].split(", ")),
            row["path"],
            int(row["ms"]),
            {
                "availability": 1 - float(row["available"]) / 100,
                "latency": 1 - float(row["quick"]) / 100,
            },
        )
        for row in _ROW.finditer(_PAGE.read_text(encoding="utf-8"))
    )
    if not found:
        raise ValueError(f"{_PAGE.name} has no table of objectives")
    return found


def _named(stack: Stack, kind: str, name: str) -> Resource | None:
    return next((one for one in stack.resources(kind) if one.properties["AlarmName"] == name), None)


def _wrong_rule(stack: Stack, composite: Resource, burning: _Burning) -> Iterator[str]:
    """Yield where a composite alarm does not ring exactly while both of its parts do."""
    properties = composite.properties
    rule = as_text(properties.get("AlarmRule"))
    named = references(properties.get("AlarmRule"))
    inner = {
        str(one.properties["AlarmName"])
        for one in stack.resources(METRIC_ALARM)
        if one.logical_id in named
    }
    windows = (burning.long_s, burning.short_s)
    if inner != {f"{properties['AlarmName']}-{_IN_WORDS[window]}" for window in windows}:
        yield f"looks at {sorted(inner)}"
    states = re.findall(r"\b(ALARM|OK|INSUFFICIENT_DATA)\(", rule)
    others = re.search(r"\b(OR|NOT)\b", rule)
    if states != ["ALARM", "ALARM"] or " AND " not in rule or others:
        yield f"rings by {rule}"
    if not properties.get("AlarmActions") or not properties.get("OKActions"):
        yield "notifies nobody of its beginning or its end"
    if properties.get("ActionsEnabled", True) is not True:
        yield "has its actions switched off"


def _wrong_bound(part: Resource, threshold: float) -> Iterator[str]:
    properties = part.properties
    wanted = {
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }
    for name, value in wanted.items():
        if properties.get(name) != value:
            yield f"has {name} {properties.get(name)}, not {value}"
    if properties.get("DatapointsToAlarm", 1) != 1:
        yield f"needs {properties['DatapointsToAlarm']} periods"
    found = properties.get("Threshold")
    if not isinstance(found, int | float) or not isclose(found, threshold, rel_tol=1e-3):
        yield f"rings above {found}, not {threshold:.6f}"


def _wrong_share(
    part: Resource, objective: _Objective, kind: str, window_s: int, fewest: int
) -> Iterator[str]:
    lines = part.properties.get("Metrics", [])
    looked_at = {
        str(one.get("Id")): _line(one["MetricStat"]) for one in lines if "MetricStat" in one
    }
    expected = _lines(objective, kind, window_s)
    if looked_at != expected:
        yield f"looks at {looked_at}, not {expected}"
    expressions = [one["Expression"] for one in lines if "Expression" in one]
    formula = _formula(objective, kind, fewest)
    if expressions != [formula]:
        yield f"computes {expressions}, not {formula}"


def _line(stat: Any) -> tuple[Any, ...]:
    metric = stat["Metric"]
    named = {one["Name"]: one["Value"] for one in metric.get("Dimensions", [])}
    return (
        *(metric.get("Namespace"), metric.get("MetricName"), stat.get("Stat"), stat.get("Period")),
        tuple(sorted(named.items())),
    )


def _lines(objective: _Objective, kind: str, window: int) -> dict[str, tuple[Any, ...]]:
    expected: dict[str, tuple[Any, ...]] = {}
    for number, method in enumerate(objective.methods):
        where = (
            *(("ApiName", "carte-api"), ("Method", method)),
            *(("Resource", objective.path), ("Stage", "live")),
        )
        bad = ("e", "5XXError", "Sum")
        if kind == "latency":
            bad = ("q", "Latency", f"PR(:{objective.within_ms})")
        for letter, metric, statistic in (("r", "Count", "Sum"), bad):
            expected[f"{letter}{number}"] = ("AWS/ApiGateway", metric, statistic, window, where)
    return expected


def _formula(objective: _Objective, kind: str, fewest: int) -> str:
    numbers = range(len(objective.methods))
    every = " + ".join(f"FILL(r{one}, 0)" for one in numbers)
    failed = "FILL(e{0}, 0)"
    slow = "(100 - FILL(q{0}, 100)) / 100 * FILL(r{0}, 0)"
    bad = " + ".join((failed if kind == "availability" else slow).format(one) for one in numbers)
    return f"IF({every} > {fewest}, ({bad}) / ({every}), 0)"
