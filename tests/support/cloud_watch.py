"""A CloudWatch that answers what a test gives it."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.domain.watching.figures import Span

NO_ALARMS: Mapping[str, Any] = {"MetricAlarms": [], "CompositeAlarms": []}


class GivenCloudWatch:
    """The client of one region."""

    def __init__(self, **values: list[float]) -> None:
        """Prepare.

        Args:
            values: Name of a metric, such as `Count`, to the value of each step; the percentiles of
                `Latency` by their names, ways to other regions by `to_eu_west_1`.
        """
        self.values = values
        self.requests: list[dict[str, Any]] = []
        self.alarm_pages: list[Mapping[str, Any]] = [NO_ALARMS]
        self.fault: Exception | None = None
        self.held = threading.Event()
        self.held.set()
        self.page_size = 1000  # values of a page

    def get_metric_data(self, **request: Any) -> Mapping[str, Any]:
        """Return the values, in as many pages as their size makes."""
        self._begin(request)
        begin, first = request["StartTime"].timestamp(), int(request.get("NextToken", "0"))
        found = []
        more = False
        for query in request["MetricDataQueries"]:
            stat = query["MetricStat"]
            values = self.values.get(_name(stat), [])
            part = values[first : first + self.page_size]
            more |= len(values) > first + self.page_size
            at = [
                datetime.fromtimestamp(begin + (first + index) * stat["Period"], UTC)
                for index in range(len(part))
            ]
            # The latest first, as CloudWatch has them.
            found.append({"Id": query["Id"], "Timestamps": at[::-1], "Values": part[::-1]})
        page: dict[str, Any] = {"MetricDataResults": found}
        return {**page, "NextToken": str(first + self.page_size)} if more else page

    def describe_alarms(self, **request: Any) -> Mapping[str, Any]:
        """Return a page of alarms."""
        self._begin(request)
        number = int(request.get("NextToken", "0"))
        page = self.alarm_pages[min(number, len(self.alarm_pages) - 1)]
        last = number + 1 >= len(self.alarm_pages)
        return page if last else {**page, "NextToken": str(number + 1)}

    def _begin(self, request: dict[str, Any]) -> None:
        self.requests.append(request)
        self.held.wait(60)
        if self.fault is not None:
            raise self.fault


def _name(stat: Mapping[str, Any]) -> str:
    metric = stat["Metric"]
    for one in metric["Dimensions"]:
        if one["Name"] == "ReceivingRegion":
            return f"to_{one['Value'].replace('-', '_')}"
    name: str = metric["MetricName"]
    return stat["Stat"] if name == "Latency" else name


def alarm(name: str, minute: int, *, notifies: bool = True, reason: str = "it is") -> Any:
    """Return an alarm that rings, as CloudWatch describes it."""
    return {
        "AlarmName": name,
        "AlarmActions": ["arn:aws:sns:eu-west-1:123456789012:carte-alarms"] if notifies else [],
        "StateReason": reason,
        "StateUpdatedTimestamp": datetime(2026, 5, 4, 9, 59, tzinfo=UTC),
        "StateTransitionedTimestamp": datetime(2026, 5, 4, 9, minute, tzinfo=UTC),
    }


def span(minutes: int = 3) -> Span:
    """Return the last minutes before 12:00 in Berlin."""
    return Span.until(datetime(2026, 5, 4, 10, 0, 30, tzinfo=UTC), minutes)
