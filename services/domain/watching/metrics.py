"""Names of what CloudWatch has of a region: one place for the dashboard, the alarms and `/ops`.

Imports nothing of AWS: the templates (infra_cdk) and the Lambdas read it alike.
"""

from typing import Final, NamedTuple

from services.domain import log_lines

API_NAME: Final = "carte-api"
STAGE: Final = "live"
ALARM_PREFIX: Final = "carte-"
"""What the name of each alarm begins with."""


class WatchedMetric(NamedTuple):
    """A metric of CloudWatch, and how it is taken over a time.

    Attributes:
        namespace: Such as `AWS/ApiGateway`.
        name: The metric's.
        statistic: Such as `Sum` or `p99`.
        dimensions: Names and values; another set of them is another metric.
    """

    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...] = ()


# API Gateway developer guide, "Amazon API Gateway dimensions and metrics".
_API: Final = "AWS/ApiGateway"
_OF_API: Final = (("ApiName", API_NAME), ("Stage", STAGE))

REQUESTS: Final = WatchedMetric(_API, "Count", "Sum", _OF_API)
ERRORS: Final = WatchedMetric(_API, "5XXError", "Sum", _OF_API)
SHARE_OF_ERRORS: Final = ERRORS._replace(statistic="Average")
P50: Final = WatchedMetric(_API, "Latency", "p50", _OF_API)
P95: Final = P50._replace(statistic="p95")
P99: Final = P50._replace(statistic="p99")
REPAIRS: Final = WatchedMetric(log_lines.NAMESPACE, log_lines.REPAIRS, "Sum")
ORDER_STEPS: Final = WatchedMetric(log_lines.NAMESPACE, log_lines.DUTIES_DONE, "Sum")


def replication(table: str, receiving: str) -> WatchedMetric:
    """Return how many milliseconds writes take to another region.

    DynamoDB developer guide, "Monitoring global tables": the region that sends has it.

    Args:
        table: Name of the table.
        receiving: The AWS region in which they arrive.
    """
    of_pair = (("TableName", table), ("ReceivingRegion", receiving))
    return WatchedMetric("AWS/DynamoDB", "ReplicationLatency", "Average", of_pair)
