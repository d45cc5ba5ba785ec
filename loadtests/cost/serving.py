"""Bills a region's requests: API Gateway, menu Lambda, logs, and resources with hourly prices."""

from typing import Final

from loadtests.cost.bill import Bill
from loadtests.cost.demand import GB, HOURS, MILLION, RegionDemand
from loadtests.cost.measured import Measured
from loadtests.cost.resources import Templates

WAIT_MS: Final = 4.0  # for one request to DynamoDB: "single-digit milliseconds", AWS says
WAITS_OF_AN_EDIT: Final = 4  # operation record, document, profile, transaction
_MB_OF_A_VCPU: Final = 1769  # Lambda developer guide, "Configure Lambda function memory"
_TRACED: Final = 0.05  # X-Ray's default sampling: one a second and 5 % of the rest
_METRICS: Final = 16  # custom metrics in the Lambdas' logs
_COMPRESSED: Final = 0.15  # what CloudWatch stores of a gigabyte that it took in
_DEPLOYMENTS_A_MONTH: Final = 8
_POLLS_A_SECOND: Final = 5 / 20  # Lambda's five pollers of a queue, 20 s a poll


def vcpus(memory_gb: float) -> float:
    """Share of a vCPU that a function of so much memory gets; one core at most helps a request."""
    return min(1.0, memory_gb * 1024 / _MB_OF_A_VCPU) or 1.0


def requests(
    bill: Bill, templates: Templates, measured: Measured, name: str, region: RegionDemand
) -> None:
    """Add the requests and the compute of the menu Lambda to the bill."""
    memory = templates.memory_mb(name, "services.menu_api") / 1024
    bill.add(
        "API Gateway",
        "requests",
        "api_requests",
        region.api_requests / MILLION,
        because="GETs past CloudFront, POSTs and mutations",
        region=name,
    )
    bill.add(
        "Lambda",
        "menu_api requests",
        "lambda_requests",
        region.calls / MILLION,
        because="requests past the stage cache",
        region=name,
    )
    edits = sum(region.online.values())
    cpu_ms = (
        region.menus * measured.menu_cpu_ms
        + region.memory_hits * measured.hit_cpu_ms
        + region.queries * measured.query_cpu_ms
        + edits * measured.edit_cpu_ms
    )
    wait_ms = (region.menus + region.queries + edits * WAITS_OF_AN_EDIT) * WAIT_MS
    ms = cpu_ms / vcpus(memory) + wait_ms
    bill.add(
        "Lambda",
        "menu_api compute",
        "lambda_compute",
        ms / 1000 * memory,
        because=f"{ms / max(region.calls, 1):.2f} ms a request at {memory:g} GB",
        region=name,
    )
    kept = templates.provisioned_gb(name)
    bill.add(
        "Lambda",
        "provisioned concurrency",
        "lambda_provisioned",
        kept * HOURS * 3600,
        because=f"{kept:g} GB kept ready",
        region=name,
    )
    snapshots = templates.snapshot_gb(name)
    bill.add(
        "Lambda",
        "SnapStart cache",
        "lambda_snapstart_cache",
        snapshots * HOURS * 3600,
        because=f"{snapshots:g} GB of snapshots",
        region=name,
    )


def logs(
    bill: Bill, templates: Templates, measured: Measured, name: str, region: RegionDemand
) -> None:
    """Bill logs, traces and files of counts."""
    gigabytes = region.api_requests * measured.log_bytes / GB
    bill.add(
        "CloudWatch",
        "logs ingested",
        "logs_ingested",
        gigabytes,
        because=f"{measured.log_bytes} bytes a request: the Lambda's line and the API's",
        region=name,
    )
    months = templates.retention_months(name)
    bill.add(
        "CloudWatch",
        "logs stored",
        "logs_stored",
        gigabytes * months * _COMPRESSED,
        because=f"kept {months:.1f} months, compressed to {_COMPRESSED:.0%}",
        region=name,
    )
    if templates.is_traced(name):
        bill.add(
            "X-Ray",
            "traces",
            "traces",
            region.calls * _TRACED / MILLION,
            because=f"{_TRACED:.0%} of the requests",
            region=name,
        )
    bill.add(
        "S3",
        "CSV files",
        "storage_writes",
        region.csv_files * 2 / 1000,
        because="a file a day, and its report",
        region=name,
    )
    if templates.is_fed_by_queue(name):
        bill.add(
            "SQS",
            "polls",
            "queue_requests",
            HOURS * 3600 * _POLLS_A_SECOND / MILLION,
            because="Lambda's five pollers wait 20 s at a time",
            region=name,
        )


def standing(bill: Bill, templates: Templates, name: str) -> None:
    """Bill resources with hourly or monthly prices."""
    cache = templates.stage_cache_gb(name)
    if cache:
        bill.add(
            "API Gateway",
            f"stage cache {cache} GB",
            f"stage_cache_{cache.replace('.', '_')}",
            HOURS,
            because="from the template",
            region=name,
        )
    counted = {
        "alarms": templates.alarm_metrics(name),
        "composite_alarms": templates.count("AWS::CloudWatch::CompositeAlarm", name),
        "dashboards": templates.count("AWS::CloudWatch::Dashboard", name),
        "canary_runs": templates.canary_runs(name),
        "metrics": _METRICS + templates.detailed_metrics(name),
    }
    for price, number in counted.items():
        item = price.replace("_", " ")
        bill.add("CloudWatch", item, price, number, because="from the template", region=name)
    recorded = templates.recorded(name) * _DEPLOYMENTS_A_MONTH
    reason = f"each resource at each of {_DEPLOYMENTS_A_MONTH} deployments a month, at most"
    bill.add("AWS Config", "versions", "configuration_items", recorded, because=reason, region=name)
    minutes = templates.experiment_minutes(name)
    reason = "each experiment once a month"
    bill.add("FIS", "experiments", "experiment_minutes", minutes, because=reason, region=name)
    keys = templates.keys(name)
    bill.add("KMS", "customer keys", "keys", keys, because="from the template", region=name)
