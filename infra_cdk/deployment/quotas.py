"""The service quotas that a deployment needs, compared with those of the account.

A quota that is too low fails nothing at deployment: it refuses clients in the first busy hour, and
in every other region when one is lost.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from infra_cdk.deployment.steps import Step

# Lambda developer guide, "Understanding Lambda function scaling": concurrency is requests a second
# times seconds a request, and 100 stay for functions without reserved concurrency. New accounts
# begin far below the documented 1,000.
_SECONDS_A_REQUEST: Final = 0.05
_UNRESERVED: Final = 100


class Quota(NamedTuple):
    """A quota, by the codes of the Service Quotas API; they are the same in every region."""

    service: str
    code: str
    name: str


CONCURRENCY: Final = Quota("lambda", "L-B99A9384", "concurrent executions")
RATE: Final = Quota("apigateway", "L-8A5B8E43", "API requests a second")
BURST: Final = Quota("apigateway", "L-CDF5615A", "API requests at once")
READS: Final = Quota("dynamodb", "L-CF0CBE56", "read units of a table")
WRITES: Final = Quota("dynamodb", "L-AB614373", "write units of a table")


class Need(NamedTuple):
    """What a deployment needs of a quota in a region.

    Attributes:
        quota: The quota.
        region: The AWS region.
        least: The least value, in the unit of the quota.
        because: The setting of the deployment file that needs it.
    """

    quota: Quota
    region: str
    least: float
    because: str


def needs(steps: Sequence[Step]) -> Iterator[Need]:
    """Yield what the templates of these steps need."""
    for step in steps:
        if step.kind == "region":
            yield from _of_region(step)
        for table in _of(step, "AWS::DynamoDB::GlobalTable"):
            yield from _of_table(table)


def _of_region(step: Step) -> Iterator[Need]:
    for stage in _of(step, "AWS::ApiGateway::Stage"):
        for settings in stage.get("MethodSettings", []):
            if settings.get("ResourcePath") != "/*":
                continue
            rate, burst = settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]
            yield Need(RATE, step.region, rate, f"throttle_rate = {rate:g}")
            yield Need(BURST, step.region, burst, f"throttle_burst = {burst:g}")
            busy = math.ceil(rate * _SECONDS_A_REQUEST)
            warm = sum(
                one.get("ProvisionedConcurrencyConfig", {}).get(
                    "ProvisionedConcurrentExecutions", 0
                )
                for one in _of(step, "AWS::Lambda::Alias")
            )
            text = f"throttle_rate = {rate:g} at {_SECONDS_A_REQUEST * 1000:g} ms a request"
            if warm > busy:
                text = f"provisioned = {warm}"
            least = max(busy, warm) + _UNRESERVED
            yield Need(CONCURRENCY, step.region, least, f"{text}, and {_UNRESERVED} for the others")


def _of_table(table: Mapping[str, Any]) -> Iterator[Need]:
    """Yield the needs of a table whose throughput is warmed up; others begin within the quota."""
    warm = table.get("WarmThroughput", {})
    for quota, key, setting in (
        (READS, "ReadUnitsPerSecond", "warm_reads"),
        (WRITES, "WriteUnitsPerSecond", "warm_writes"),
    ):
        if key in warm:
            for replica in table.get("Replicas", []):
                yield Need(quota, replica["Region"], warm[key], f"{setting} = {warm[key]}")


def _of(step: Step, kind: str) -> Iterator[Mapping[str, Any]]:
    for one in step.template.get("Resources", {}).values():
        if one["Type"] == kind:
            yield one.get("Properties", {})
