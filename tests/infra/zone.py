"""Route 53 as far as these templates use it: who answers to a name, ill regions apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from infra_cdk.checks.model import Cloud, Resource, references

Healthy = Callable[[str], bool]
_RECORD = "AWS::Route53::RecordSet"


@dataclass(frozen=True)
class Zone:
    """All records of a deployment."""

    cloud: Cloud

    def answer(self, name: str, order: Sequence[str], healthy: Healthy) -> str:
        """The region that answers to a name.

        Args:
            name: host name.
            order: all regions, by their latency from who asks.
            healthy: whether the health check of a region passes.
        """
        region = self._follow(name, order, healthy)
        assert self._taken(name, region), f"{region} answers 403 to {name}"
        return region

    def _follow(self, name: str, order: Sequence[str], healthy: Healthy) -> str:
        named = self._records(name)
        assert named, f"there is no {name}"
        # "If all records in a group are unhealthy, Route 53 considers all of them to be healthy."
        usable = [one for one in named if self._is_healthy(one, healthy)] or named
        chosen = min(usable, key=lambda one: order.index(one.properties.get("Region", order[0])))
        target = _target(chosen)
        return chosen.region if target is None else self._follow(target, order, healthy)

    def _is_healthy(self, record: Resource, healthy: Healthy) -> bool:
        own = "HealthCheckId" not in record.properties or healthy(record.region)
        alias = record.properties.get("AliasTarget", {})
        if not own or not alias.get("EvaluateTargetHealth"):
            return own
        target = _target(record)
        assert target is not None
        return any(self._is_healthy(one, healthy) for one in self._records(target))

    def _records(self, name: str) -> list[Resource]:
        found = self.cloud.resources(_RECORD)
        return [one for one in found if one.properties["Name"] == f"{name}."]

    def _taken(self, name: str, region: str) -> bool:
        domains = {
            one.properties["DomainName"]
            for one in self.cloud.resources("AWS::ApiGateway::DomainName")
            if one.region == region
        }
        return bool({name, f"*.{name.partition('.')[2]}"} & domains)


def _target(record: Resource) -> str | None:
    """The name that a record leads to; None: to the API of its own region."""
    given: Any = record.properties.get("ResourceRecords")
    if given:
        return str(given[0])
    name = record.properties["AliasTarget"]["DNSName"]
    if isinstance(name, str):
        return name.rstrip(".")
    assert references(name)
    return None
