"""The CloudWatch dashboard over all regions."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra_cdk.config import Deployment
from services.domain import log_lines
from services.domain.watching import metrics

_MINUTE: Final = Duration.minutes(1)
_WIDTH: Final = 8  # three graphs a row
_HEIGHT: Final = 6

Metrics = list[cloudwatch.IMetric]


class Dashboard(Construct):
    """The dashboard; every graph has a line for each region."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment) -> None:
        super().__init__(scope, construct_id)
        self._regions = deployment.regions
        self._table = deployment.table
        board = cloudwatch.Dashboard(
            self,
            "Board",
            dashboard_name="carte",
            default_interval=Duration.hours(3),
            period_override=cloudwatch.PeriodOverride.INHERIT,
        )
        board.add_widgets(*self._serving(staged=deployment.cache.stage_gb != "none"))
        board.add_widgets(*self._lambdas())
        board.add_widgets(*self._data(strong=deployment.database.strong))
        if not deployment.database.strong:
            board.add_widgets(*self._orders())
        board.add_widgets(*self._live())
        board.add_widgets(
            *self._queues(
                canary=bool(deployment.canary_store), counts=not deployment.database.strong
            )
        )

    def _serving(self, *, staged: bool) -> list[cloudwatch.IWidget]:
        cache_hits = metrics.REQUESTS._replace(name="CacheHitCount")
        return [
            self._watched("Requests a minute", metrics.REQUESTS),
            self._watched("Share of 5xx", metrics.SHARE_OF_ERRORS),
            self._watched("Latency p99, ms", metrics.P99),
            *([self._watched("Stage cache hits", cache_hits)] if staged else []),
        ]

    def _lambdas(self) -> list[cloudwatch.IWidget]:
        menu = {"FunctionName": "carte-menu-api"}
        return [
            self._graph("Menu Lambda p99, ms", "AWS/Lambda", "Duration", menu, "p99"),
            self._graph("Menu Lambda errors", "AWS/Lambda", "Errors", menu, "Sum"),
            self._graph(
                "Menu Lambda faults",
                log_lines.NAMESPACE,
                log_lines.FAULTS,
                {log_lines.FUNCTION: log_lines.MENU_API},
                "Sum",
            ),
            self._graph(
                "Menu Lambda at once", "AWS/Lambda", "ConcurrentExecutions", menu, "Maximum"
            ),
            self._graph("Menu Lambda calls refused", "AWS/Lambda", "Throttles", menu, "Sum"),
        ]

    def _data(self, *, strong: bool) -> list[cloudwatch.IWidget]:
        convergence = {"FunctionName": "carte-convergence"}
        widgets: list[cloudwatch.IWidget] = [
            self._watched("Repairs", metrics.REPAIRS),
            self._graph(
                "Convergence behind, ms", "AWS/Lambda", "IteratorAge", convergence, "Maximum"
            ),
        ]
        if not strong and len(self._regions) > 1:
            widgets.insert(0, self._widget("Replication latency, ms", self._replication()))
        return widgets

    def _orders(self) -> list[cloudwatch.IWidget]:
        overdue = metrics.WatchedMetric(log_lines.NAMESPACE, "OldestDueMinutes", "Maximum")
        return [
            self._watched("Work on orders overdue, minutes", overdue),
            self._watched("Duties of orders performed", metrics.ORDER_STEPS),
            *(
                self._graph(title, log_lines.NAMESPACE, metric, {}, statistic)
                for title, metric, statistic in (
                    ("Duties taken over from other regions", "DutiesTakenOver", "Sum"),
                    ("Notices sent", "NoticesSent", "Sum"),
                    ("Notices sent twice", "NoticesRepeated", "Sum"),
                )
            ),
        ]

    def _live(self) -> list[cloudwatch.IWidget]:
        queue = {"QueueName": "carte-live.fifo"}
        return [
            *(
                self._graph(title, log_lines.NAMESPACE, metric, {}, "Sum")
                for title, metric in (
                    ("Live connections opened", "LiveConnects"),
                    ("Live connections refused", "LiveRefused"),
                    ("Live messages sent", "LivePosts"),
                    ("Live messages that failed", "LiveFailed"),
                )
            ),
            self._graph(
                "Change waits to be sent, s",
                "AWS/SQS",
                "ApproximateAgeOfOldestMessage",
                queue,
                "Maximum",
            ),
        ]

    def _replication(self) -> Metrics:
        return [
            _metric(
                metrics.replication(self._table, receiving), sending, f"{sending} to {receiving}"
            )
            for sending in self._regions
            for receiving in self._regions
            if receiving != sending
        ]

    def _queues(self, *, canary: bool, counts: bool) -> list[cloudwatch.IWidget]:
        widgets: list[cloudwatch.IWidget] = [
            self._graph(
                f"Waiting in {queue}",
                "AWS/SQS",
                "ApproximateNumberOfMessagesVisible",
                {"QueueName": queue},
                "Maximum",
            )
            for queue in (
                "carte-convergence-dead-letters",
                *(["carte-counts-dead-letters"] if counts else []),
                *(["carte-orders-dead-letters.fifo"] if counts else []),
                *(["carte-stock-alerts-dead-letters"] if counts else []),
                "carte-live-dead-letters.fifo",
                *(["carte-people-dead-letters"] if counts else []),
            )
        ]
        if canary:
            name = {"CanaryName": "carte-menu"}
            widgets.append(
                self._graph(
                    "Canary, % passed", "CloudWatchSynthetics", "SuccessPercent", name, "Average"
                )
            )
        return widgets

    def _graph(
        self, title: str, namespace: str, metric: str, dimensions: dict[str, str], statistic: str
    ) -> cloudwatch.IWidget:
        watched = metrics.WatchedMetric(namespace, metric, statistic, tuple(dimensions.items()))
        return self._watched(title, watched)

    def _watched(self, title: str, watched: metrics.WatchedMetric) -> cloudwatch.IWidget:
        return self._widget(title, [_metric(watched, region, region) for region in self._regions])

    def _widget(self, title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.IWidget:
        return cloudwatch.GraphWidget(
            title=title, left=[*metrics], width=_WIDTH, height=_HEIGHT, period=_MINUTE
        )


def _metric(watched: metrics.WatchedMetric, region: str, label: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=watched.namespace,
        metric_name=watched.name,
        dimensions_map=dict(watched.dimensions),
        region=region,
        statistic=watched.statistic,
        period=_MINUTE,
        label=label,
    )
