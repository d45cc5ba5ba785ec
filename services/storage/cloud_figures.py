"""Reads the figures and alarms of a deployed chain from the CloudWatch of each of its regions.

All regions are read at once, and nothing waits for a region longer than two seconds: one that is
late or refuses has a problem in place of figures.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final, Protocol, Self

from services.domain.watching import metrics
from services.domain.watching.figures import MAX_ALARMS, MAX_REASON, Alarm, RegionAnswer, Span

TIMEOUT_S: Final = 2.0
_CONNECT_TIMEOUT_S: Final = 1.0
_MAX_PAGES: Final = 5  # of one question; five hundred values are one page
_ALARMS_A_PAGE: Final = 100  # CloudWatch API reference, "DescribeAlarms", MaxRecords
_COLUMNS: Final = {
    "requests": metrics.REQUESTS,
    "errors": metrics.ERRORS,
    "p50": metrics.P50,
    "p95": metrics.P95,
    "p99": metrics.P99,
    "repairs": metrics.REPAIRS,
    "order_steps": metrics.ORDER_STEPS,
}


class CloudWatch(Protocol):
    """What is called of boto3's client of CloudWatch."""

    def get_metric_data(self, **request: Any) -> Mapping[str, Any]:
        """Return a page of values."""
        ...

    def describe_alarms(self, **request: Any) -> Mapping[str, Any]:
        """Return a page of alarms."""
        ...


class _LateError(Exception):
    """No time is left for another page."""


class CloudFigures:
    """The CloudWatch of all regions of a deployment."""

    @classmethod
    def of_regions(cls, regions: Sequence[str], table: str) -> Self:
        """Return that of these regions of AWS; the clients are made at the first question."""
        return cls(regions, table, cloudwatch)

    def __init__(
        self,
        regions: Sequence[str],
        table: str,
        client: Callable[[str], CloudWatch],
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Take the regions to ask; nothing is requested yet.

        Args:
            regions: The AWS regions of the deployment.
            table: Name of the table.
            client: Makes a region's client, whose calls raise what they like when they fail.
            timeout_s: Seconds after which a region counts as one that does not answer.
        """
        self._regions = tuple(regions)
        self._table = table
        self._client = client
        self._timeout_s = timeout_s
        self._clients: dict[str, CloudWatch] = {}

    def region_answers(self, span: Span) -> dict[str, RegionAnswer]:
        """Return the answer of each region's CloudWatch; where it failed, its `problem`.

        Args:
            span: The steps that values are wanted of.
        """
        # Made here: boto3's sessions are not for several threads.
        for region in self._regions:
            if region not in self._clients:
                self._clients[region] = self._client(region)
        until = monotonic() + self._timeout_s
        pool = ThreadPoolExecutor(2 * len(self._regions), "cloudwatch")
        try:
            values = {one: pool.submit(self._values, one, span, until) for one in self._regions}
            alarms = {one: pool.submit(self._alarms, one, until) for one in self._regions}
            started: list[Future[Any]] = [*values.values(), *alarms.values()]
            wait(started, timeout=self._timeout_s)
            return {one: self._joined(values[one], alarms[one]) for one in self._regions}
        finally:
            # Whoever is late ends by the time-outs of its own client, and nobody waits for it.
            pool.shutdown(wait=False, cancel_futures=True)

    def _joined(
        self, values: Future[dict[str, list[float | None]]], alarms: Future[list[Alarm]]
    ) -> RegionAnswer:
        problem = self._problem(values) or self._problem(alarms)
        if problem is not None:
            return RegionAnswer.missing(problem)
        found = values.result()
        columns = {name: found[name] for name in _COLUMNS}
        sent = {name: column for name, column in found.items() if name not in columns}
        return RegionAnswer(columns, sent, alarms.result())

    def _problem(self, future: Future[Any]) -> str | None:
        late = f"no answer within {self._timeout_s:g} s"
        if not future.done():
            return late
        error = future.exception()
        if error is None:
            return None
        if isinstance(error, _LateError) or "Timeout" in type(error).__name__:
            return late
        # The code alone: messages of AWS name accounts and roles.
        answered = getattr(error, "response", None) or {}
        return str(answered.get("Error", {}).get("Code") or type(error).__name__)

    def _values(self, region: str, span: Span, until: float) -> dict[str, list[float | None]]:
        """Return the values of each column, and of the way to each other region by its name."""
        wanted = _COLUMNS | {
            other: metrics.replication(self._table, other)
            for other in self._regions
            if other != region
        }
        # An id of a question begins with a small letter and has no hyphens.
        ids = {f"m{number}": name for number, name in enumerate(wanted)}
        request = {
            "StartTime": datetime.fromtimestamp(span.begin_s, UTC),
            "EndTime": datetime.fromtimestamp(span.end_s, UTC),
            "MetricDataQueries": [
                _question(one, wanted[name], span.step_s) for one, name in ids.items()
            ],
        }
        steps = len(span.starts_s)
        found: dict[str, list[float | None]] = {name: [None] * steps for name in wanted}
        for page in _pages(self._clients[region].get_metric_data, request, until):
            for result in page["MetricDataResults"]:
                column = found[ids[result["Id"]]]
                for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                    index = span.index_of(at)
                    if index is not None:
                        column[index] = value
        return found

    def _alarms(self, region: str, until: float) -> list[Alarm]:
        """Return the alarms that ring, the latest first."""
        request = {
            "AlarmNamePrefix": metrics.ALARM_PREFIX,
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
            "StateValue": "ALARM",
            "MaxRecords": _ALARMS_A_PAGE,
        }
        found = [
            Alarm(
                one["AlarmName"],
                one.get("StateTransitionedTimestamp") or one["StateUpdatedTimestamp"],
                one.get("StateReason", "")[:MAX_REASON],
            )
            for page in _pages(self._clients[region].describe_alarms, request, until)
            for kind in ("MetricAlarms", "CompositeAlarms")
            for one in page.get(kind, ())
            # Parts of other alarms notify nobody; the whole one stands for them.
            if one.get("AlarmActions")
        ]
        found.sort(key=lambda one: (one.since, one.name), reverse=True)
        return found[:MAX_ALARMS]


def _question(name: str, watched: metrics.WatchedMetric, step_s: int) -> dict[str, Any]:
    metric = {
        "Namespace": watched.namespace,
        "MetricName": watched.name,
        "Dimensions": [{"Name": one, "Value": value} for one, value in watched.dimensions],
    }
    stat = {"Metric": metric, "Period": step_s, "Stat": watched.statistic}
    return {"Id": name, "MetricStat": stat}


def _pages(
    call: Callable[..., Mapping[str, Any]], request: Mapping[str, Any], until: float
) -> Iterator[Mapping[str, Any]]:
    """Yield the pages of an answer, at most _MAX_PAGES.

    Raises:
        _LateError: The time is over, and there are more.
    """
    more: dict[str, str] = {}
    for _ in range(_MAX_PAGES):
        if monotonic() > until:
            raise _LateError
        page = call(**request, **more)
        yield page
        token = page.get("NextToken")
        if not token:
            return
        more = {"NextToken": token}


def cloudwatch(region: str) -> CloudWatch:
    """Return boto3's client of a region's CloudWatch, which tries once and soon gives up."""
    # Here: reading boto3 takes longer than all else of a cold start.
    import boto3
    from botocore.config import Config

    once = Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=TIMEOUT_S,
        retries={"total_max_attempts": 1},
    )
    made: CloudWatch = boto3.client("cloudwatch", region_name=region, config=once)
    return made
