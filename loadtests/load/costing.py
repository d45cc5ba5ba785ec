"""Computes the AWS cost of a million requests like those of a run."""

from typing import Final

from loadtests.cost import measured, prices
from loadtests.cost.serving import WAIT_MS
from loadtests.load.dynamodb_usage import DynamoDBUsage
from loadtests.load.recording import Recording
from loadtests.measurement.measurement import Measurement

_MEMORY_GB: Final = 1.0


def usd_per_million(recording: Recording, usage: DynamoDBUsage, regions: int) -> Measurement:
    """Return US dollars for a million of the run's requests, at the base region's prices.

    Counted are CloudFront's requests and, for those that reach a region, API Gateway, Lambda and
    DynamoDB with the replication of its writes. Data transfer, logs and what has a price by the
    hour belong to `carte cost`.

    Args:
        recording: The run; all of its requests are those of CloudFront.
        usage: What the service logged; without it there is no price.
        regions: How many regions a write is replicated to, the one that takes it included.
    """
    total = recording.total().requests
    if not total:
        return Measurement.missing("no request was recorded")
    if not usage.is_measured:
        missing = usage.measurements(total)["requests"]
        return Measurement(None, usage.answers, f"DynamoDB's part is unknown: {missing.reason}")
    rates, ours = prices.load(), measured.load()

    def usd(name: str, millions: float) -> float:
        return rates[name].tiers[0].usd * millions

    reached = usage.answers / 1e6
    seconds = usage.answers * (ours.menu_cpu_ms + WAIT_MS) / 1000
    spent = (
        usd("cdn_requests_na", total / 1e6)
        + usd("api_requests", reached)
        + usd("lambda_requests", reached)
        + usd("lambda_compute", seconds * _MEMORY_GB)
        + usd("dynamodb_read", usage.read_units / 1e6)
        + usd("dynamodb_write", usage.write_units * (1 + (regions - 1) / 2) / 1e6)
    )
    return Measurement(round(spent / total * 1e6, 2), usage.answers)
