"""Checks of costs: everything that is billed says whose it is, and a rise is noticed."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource

_TABLE: Final = "AWS::DynamoDB::GlobalTable"
_PROJECT: Final = ("project", "carte")
_PART: Final = "carte:part"


def everything_that_takes_tags_is_tagged(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """What takes tags has the cost allocation tags `project` and `carte:part`.

    Which types take tags, and where, is read from the schemas of CloudFormation's registry: a new
    kind of resource is judged, too. DynamoDB developer guide, "Global tables": tags are a replica's
    own.
    """
    if cloud.deployment is None or cloud.deployment.stage != "aws":
        return
    for stack in cloud.stacks:
        part = stack.name.removeprefix("carte-")
        for one in stack.resources():
            place = tag_property(one.type)
            if place:
                yield from _wrong(one, one.properties.get(place), part)
        for table in stack.resources(_TABLE):
            for replica in table.properties.get("Replicas", []):
                yield from _wrong(table, replica.get("Tags"), part)


@cache
def tag_property(kind: str) -> str:
    """Return the property that holds the tags of a type of resource; empty where it has none.

    CloudFormation CLI user guide, "Resource type schema", `tagging`.
    """
    # Loading cfn-lint takes seconds, and no other check needs it.
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    tagging = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema.get(
        "tagging", {}
    )
    if not tagging.get("taggable", False):
        return ""
    return str(tagging.get("tagProperty", "/properties/Tags")).removeprefix("/properties/")


def rising_costs_are_noticed(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """An anomaly in the costs of what is tagged is mailed to the addresses, as the file says."""
    if cloud.deployment is None or cloud.deployment.stage != "aws":
        return
    usd = cloud.deployment.cost_anomaly_usd
    monitors = list(cloud.resources("AWS::CE::AnomalyMonitor"))
    subscriptions = list(cloud.resources("AWS::CE::AnomalySubscription"))
    if (len(monitors), len(subscriptions)) != ((1, 1) if usd else (0, 0)):
        yield next(cloud.resources()), f"has {len(monitors)} monitors of cost anomalies"
    for monitor in monitors:
        watched = json.loads(monitor.properties.get("MonitorSpecification", "{}"))
        tags = {"Key": _PROJECT[0], "Values": [_PROJECT[1]], "MatchOptions": ["EQUALS"]}
        if watched != {"Tags": tags} or monitor.properties.get("MonitorType") != "CUSTOM":
            yield monitor, f"watches {watched}, not what is tagged {tags['Values']}"
    for one in subscriptions:
        impact = json.loads(one.properties.get("ThresholdExpression", "{}")).get("Dimensions", {})
        if (impact.get("Key"), impact.get("MatchOptions"), impact.get("Values")) != (
            *("ANOMALY_TOTAL_IMPACT_ABSOLUTE", ["GREATER_THAN_OR_EQUAL"]),
            [str(usd)],
        ):
            yield one, f"mails above {impact}"
        mailed = [(each["Type"], each["Address"]) for each in one.properties["Subscribers"]]
        if mailed != [("EMAIL", address) for address in cloud.deployment.alarm_addresses]:
            yield one, f"mails {mailed}"
        if one.properties.get("Frequency") != "DAILY":
            yield one, f"mails {one.properties.get('Frequency')}, which mail cannot"
        if not one.properties.get("MonitorArnList"):
            yield one, "watches nothing"


def _wrong(resource: Resource, found: Any, part: str) -> Iterator[tuple[Resource, str]]:
    tags: Mapping[str, Any] = (
        found if isinstance(found, Mapping) else {one["Key"]: one["Value"] for one in found or []}
    )
    if tags.get(_PROJECT[0]) != _PROJECT[1]:
        yield resource, "is billed to nobody: it has no tag project"
    if tags.get(_PART) != part:
        yield resource, f"is billed as {tags.get(_PART)}, not {part}"
