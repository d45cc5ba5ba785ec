"""What a million requests like a run's would cost on AWS."""

from typing import Final

from loadtests.cost import measured, prices
from loadtests.cost.serving import WAIT_MS
from loadtests.load.processes import Units
from loadtests.load.recording import Recording

_MEMORY_GB: Final = 1.0


def per_million_usd(recording: Recording, units: Units, regions: int) -> float | None:
    """Dollars for a million of the run's requests, at the base region's prices.

    CloudFront's requests, and for those that reach a region: API Gateway, Lambda and DynamoDB with
    the replication of its writes. Data transfer, logs and what costs by standing there are the
    business of `carte cost`. None: nothing was sent.
    """
    total = recording.total().requests
    if not total:
        return None
    rates, ours = prices.load(), measured.load()

    def usd(name: str, millions: float) -> float:
        return rates[name].tiers[0].usd * millions

    reached = units.answers / 1e6
    seconds = units.answers * (ours.menu_cpu_ms + WAIT_MS) / 1000
    spent = (
        usd("cdn_requests_na", total / 1e6)
        + usd("api_requests", reached)
        + usd("lambda_requests", reached)
        + usd("lambda_compute", seconds * _MEMORY_GB)
        + usd("dynamodb_read", units.read_units / 1e6)
        + usd("dynamodb_write", units.write_units * (1 + (regions - 1) / 2) / 1e6)
    )
    return round(spent / total * 1e6, 2)
