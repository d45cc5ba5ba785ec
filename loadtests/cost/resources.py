"""Counts the resources of the synthesized templates that have a price."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loadtests.cost.exceptions import CostError

_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_DURATION: Final = re.compile(r"PT(\d+)M")
_MINUTES: Final = {"minute": 1, "hour": 60, "day": 1440}
# API Gateway developer guide, "Amazon API Gateway dimensions and metrics": without a stage cache.
_OF_A_METHOD: Final = 5
_MONTH_MINUTES: Final = 365 / 12 * 1440


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a template, and the region that its stack is deployed to."""

    region: str
    type: str
    properties: Mapping[str, Any]


class Templates:
    """The resources of a cloud assembly."""

    def __init__(self, resources: list[Resource], bytes_by_stack: Mapping[str, int]) -> None:
        self._resources = resources
        self.bytes_by_stack = bytes_by_stack

    @classmethod
    def read(cls, assembly: Path) -> "Templates":
        """All templates of an assembly, as `infra_cdk.app.synthesize` wrote it."""
        manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
        found, sizes = [], {}
        for name, artifact in manifest["artifacts"].items():
            if artifact["type"] != "aws:cloudformation:stack":
                continue
            text = (assembly / artifact["properties"]["templateFile"]).read_text(encoding="utf-8")
            region = artifact["environment"].rsplit("/", 1)[-1]
            sizes[name] = len(text.encode())
            found += [
                Resource(region, one["Type"], one.get("Properties", {}))
                for one in json.loads(text).get("Resources", {}).values()
            ]
        return cls(found, sizes)

    def without(self, region: str) -> "Templates":
        """The same without the stacks of a region."""
        return Templates(
            [one for one in self._resources if one.region != region], self.bytes_by_stack
        )

    def of(self, kind: str, region: str | None = None) -> Iterator[Mapping[str, Any]]:
        """Properties of the resources of a type, in one region or in all."""
        for one in self._resources:
            if one.type == kind and region in {None, one.region}:
                yield one.properties

    def count(self, kind: str, region: str | None = None) -> int:
        """Return how many resources of a type there are."""
        return sum(1 for _ in self.of(kind, region))

    def stage_cache_gb(self, region: str) -> str | None:
        """Size of the REST API's stage cache in GB, as AWS writes it; None: there is none."""
        for stage in self.of("AWS::ApiGateway::Stage", region):
            if stage.get("CacheClusterEnabled"):
                return str(stage.get("CacheClusterSize", "0.5"))
        return None

    def memory_mb(self, region: str, handler: str) -> int:
        """Return the memory of the Lambda with a handler, in MB.

        Raises:
            CostError: The region's templates have no such Lambda, so its price would be one of
                nothing.
        """
        for function in self.of("AWS::Lambda::Function", region):
            if str(function.get("Handler", "")).startswith(handler):
                return int(function.get("MemorySize", 128))
        raise CostError(
            f"the templates of {region} have no Lambda with the handler {handler}",
            "the handler was renamed, or the deployment has no such region",
        )

    def provisioned_gb(self, region: str) -> float:
        """Memory kept ready by provisioned concurrency, in GB."""
        kept = "ProvisionedConcurrentExecutions"
        ready = sum(
            int(alias.get("ProvisionedConcurrencyConfig", {}).get(kept, 0))
            for alias in self.of("AWS::Lambda::Alias", region)
        )
        return ready * self.memory_mb(region, "services.menu_api") / 1024

    def snapshot_gb(self, region: str) -> float:
        """Memory of functions whose snapshots are kept, in GB."""
        return sum(
            int(function.get("MemorySize", 128)) / 1024
            for function in self.of("AWS::Lambda::Function", region)
            if function.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions"
        )

    def dax_nodes(self, region: str) -> tuple[str, int]:
        """Node type and number of the DAX cluster's nodes."""
        for cluster in self.of("AWS::DAX::Cluster", region):
            kind = str(cluster["NodeType"]).removeprefix("dax.").replace(".", "_")
            return kind, int(cluster["ReplicationFactor"])
        return "", 0

    def health_checks(self) -> tuple[int, int]:
        """Health checks, and the options that are billed beside them (HTTPS, fast interval)."""
        checks, options = 0, 0
        for check in self.of("AWS::Route53::HealthCheck"):
            config = check["HealthCheckConfig"]
            checks += 1
            options += str(config.get("Type", "")).startswith("HTTPS")
            options += config.get("RequestInterval") == 10  # noqa: PLR2004 - the fast one
            options += bool(config.get("MeasureLatency"))
        return checks, options

    def canary_runs(self, region: str) -> float:
        """Runs of the region's canaries in a month."""
        runs = 0.0
        for canary in self.of("AWS::Synthetics::Canary", region):
            match = _RATE.search(str(canary.get("Schedule", {}).get("Expression", "")))
            if match:
                runs += _MONTH_MINUTES / (int(match[1]) * _MINUTES[match[2]])
        return runs

    def alarm_metrics(self, region: str) -> int:
        """Metrics that the region's alarms look at: one of metric math is billed for each."""
        return sum(
            max(1, sum("MetricStat" in line for line in alarm.get("Metrics", ())))
            for alarm in self.of("AWS::CloudWatch::Alarm", region)
        )

    def detailed_metrics(self, region: str) -> int:
        """Metrics of the API's methods, where the stage publishes them: billed as custom ones."""
        detailed = any(
            setting.get("MetricsEnabled")
            for stage in self.of("AWS::ApiGateway::Stage", region)
            for setting in stage.get("MethodSettings", ())
        )
        return self.count("AWS::ApiGateway::Method", region) * _OF_A_METHOD if detailed else 0

    def retention_months(self, region: str) -> float:
        """Return how long logs are kept, in months: the longest of the region's log groups."""
        days = [one.get("RetentionInDays", 30) for one in self.of("AWS::Logs::LogGroup", region)]
        return max(days, default=30) / (365 / 12)

    def secrets(self) -> int:
        """Secrets, each copy in another region counted."""
        found = self.of("AWS::SecretsManager::Secret")
        return sum(1 + len(one.get("ReplicaRegions", ())) for one in found)

    def waf_rules(self) -> tuple[int, int]:
        """Web ACLs, and the rules in them."""
        acls = list(self.of("AWS::WAFv2::WebACL"))
        return len(acls), sum(len(acl.get("Rules", ())) for acl in acls)

    def is_traced(self, region: str) -> bool:
        """Return whether requests are traced."""
        return any(
            stage.get("TracingEnabled") for stage in self.of("AWS::ApiGateway::Stage", region)
        )

    def is_fed_by_queue(self, region: str) -> bool:
        """Return whether a function is called for the messages of a queue."""
        return any(
            "StartingPosition" not in mapping
            for mapping in self.of("AWS::Lambda::EventSourceMapping", region)
        )

    def has_records(self) -> bool:
        """Return whether there is a domain."""
        return any(self.count(f"AWS::Route53::{kind}") for kind in ("RecordSet", "RecordSetGroup"))

    def recorded(self, region: str) -> int:
        """Resources of a region that AWS Config records; none where it has no recorder."""
        if not self.count("AWS::Config::ConfigurationRecorder", region):
            return 0
        return sum(one.region == region for one in self._resources)

    def experiment_minutes(self, region: str) -> int:
        """Minutes that all actions of the region's experiments last together."""
        return sum(
            int(match[1])
            for experiment in self.of("AWS::FIS::ExperimentTemplate", region)
            for action in experiment["Actions"].values()
            for match in _DURATION.finditer(json.dumps(action.get("Parameters", {})))
        )

    def keys(self, region: str) -> int:
        """Customer keys of a region."""
        return self.count("AWS::KMS::Key", region) + self.count("AWS::KMS::ReplicaKey", region)
