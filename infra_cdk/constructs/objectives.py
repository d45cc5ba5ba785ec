"""Service level objectives of a region's routes, and the alarms on how fast they are being missed.

An objective allows a share of requests to fail (or to be slow) in 30 days: the error budget. The
burn rate is how many times faster than that the budget is being used. An alarm rings when the burn
rate is too high over a long window and still is over a short one, so it neither rings for a blink
nor keeps ringing after the end of an incident.
Source: Google, "The Site Reliability Workbook", chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra_cdk.constructs.rest_api import PERSISTED
from services.domain.watching.metrics import ALARM_PREFIX, API_NAME, STAGE

# Requests in the long window below which a share says nothing: one lost request of a quiet night.
_FEWEST: Final = 100


class Objective(NamedTuple):
    """The objective of a route of the API in one region.

    Attributes:
        name: Its part of the names of alarms.
        path: The route, as API Gateway's dimension `Resource` has it.
        methods: The HTTP methods that count, together.
        available: Share of requests that must not be answered 5xx.
        within_ms: Milliseconds, at the gateway, that count as quick.
        quick: Share of requests that must be quick.
    """

    name: str
    path: str
    methods: tuple[str, ...]
    available: float
    within_ms: int
    quick: float


class Windows(NamedTuple):
    """Two windows that an alarm looks at together.

    Attributes:
        name: Its part of the names of alarms.
        long: The window that shows that it matters.
        short: The window that shows that it goes on.
        burn: The burn rate above which both are too high.
        uses: The part of a month's budget that is gone when the long window is over, for people.
    """

    name: str
    long: Duration
    short: Duration
    burn: float
    uses: str


OBJECTIVES: Final = (
    Objective("menus", PERSISTED, ("GET",), available=0.999, within_ms=200, quick=0.99),
    Objective("graphql", "/graphql", ("GET", "POST"), available=0.999, within_ms=500, quick=0.99),
)
WINDOWS: Final = (
    Windows("fast", Duration.hours(1), Duration.minutes(5), burn=14.4, uses="2 %"),
    Windows("slow", Duration.hours(6), Duration.minutes(30), burn=6, uses="5 %"),
)


class ObjectiveAlarms(Construct):
    """The burn-rate alarms of one region's API: availability and latency of each route."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._topic = topic
        for objective in OBJECTIVES:
            for windows in WINDOWS:
                self._burning(objective, "availability", 1 - objective.available, windows)
                self._burning(objective, "latency", 1 - objective.quick, windows)

    def _burning(self, objective: Objective, kind: str, budget: float, windows: Windows) -> None:
        name = f"{ALARM_PREFIX}slo-{objective.name}-{kind}-{windows.name}"
        parts = [
            cloudwatch.Alarm(
                self,
                f"{name}-{window.to_iso_string()}",
                alarm_name=f"{name}-{_in_words(window)}",
                alarm_description=f"Part of {name}; notifies nobody by itself, and rings while "
                f"the burn rate of the last {_in_words(window)} is above {windows.burn}.",
                metric=_share(objective, kind, window, fewest),
                threshold=round(windows.burn * budget, 6),
                evaluation_periods=1,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )
            for window, fewest in ((windows.long, _FEWEST), (windows.short, 0))
        ]
        both = cloudwatch.CompositeAlarm(
            self,
            name,
            composite_alarm_name=name,
            alarm_description=_DESCRIPTIONS[kind].format(
                route=objective.path, ms=objective.within_ms, uses=windows.uses, name=name
            ),
            alarm_rule=cloudwatch.AlarmRule.all_of(
                *(
                    cloudwatch.AlarmRule.from_alarm(one, cloudwatch.AlarmState.ALARM)
                    for one in parts
                )
            ),
        )
        both.add_alarm_action(actions.SnsAction(self._topic))
        both.add_ok_action(actions.SnsAction(self._topic))


_DESCRIPTIONS: Final = {
    "availability": "So many requests to {route} are answered 5xx that {uses} of the month's error "
    "budget goes in this window. Look into docs/operations.md, objectives, for {name}.",
    "latency": "So many requests to {route} take more than {ms} ms that {uses} of the month's "
    "error budget goes in this window. Look into docs/operations.md, objectives, for {name}.",
}


def _in_words(window: Duration) -> str:
    minutes = int(window.to_minutes())
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _share(
    objective: Objective, kind: str, window: Duration, fewest: int
) -> cloudwatch.MathExpression:
    """Return the share of a route's requests that failed or were slow in a window.

    Below the fewest requests it is 0. API Gateway developer guide, "Amazon API Gateway dimensions
    and metrics": with detailed metrics, each method has its own; a method without requests has no
    data, which counts as none. `PR(:200)` is the percentage of values up to 200 (CloudWatch user
    guide, "CloudWatch statistics definitions"; an alarm takes it, PutMetricAlarm says).
    """
    metrics: dict[str, cloudwatch.IMetric] = {}
    bad: list[str] = []
    for number, method in enumerate(objective.methods):
        metrics[f"r{number}"] = _metric("Count", "Sum", objective.path, method, window)
        if kind == "availability":
            metrics[f"e{number}"] = _metric("5XXError", "Sum", objective.path, method, window)
            bad.append(f"FILL(e{number}, 0)")
        else:
            quick = f"PR(:{objective.within_ms})"
            metrics[f"q{number}"] = _metric("Latency", quick, objective.path, method, window)
            bad.append(f"(100 - FILL(q{number}, 100)) / 100 * FILL(r{number}, 0)")
    every = _sum([f"FILL(r{number}, 0)" for number in range(len(objective.methods))])
    return cloudwatch.MathExpression(
        expression=f"IF({every} > {fewest}, ({_sum(bad)}) / ({every}), 0)",
        using_metrics=metrics,
        period=window,
        label=f"share of {objective.path} that is bad",
    )


def _sum(terms: Sequence[str]) -> str:
    return " + ".join(terms)


def _metric(
    name: str, statistic: str, path: str, method: str, window: Duration
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiName": API_NAME, "Stage": STAGE, "Method": method, "Resource": path},
        statistic=statistic,
        period=window,
    )
