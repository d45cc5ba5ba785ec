"""Checks of ARC: switches of regions, and plans of Region switch with what they act on."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Resource, as_text, references
from infra_cdk.config import Deployment, Domain

_PLAN: Final = "AWS::ARCRegionSwitch::Plan"
_RECORD: Final = "AWS::Route53::RecordSet"
_CONTROL: Final = "AWS::Route53RecoveryControl::RoutingControl"
_SAFETY: Final = "AWS::Route53RecoveryControl::SafetyRule"
_REGION: Final = "us-east-1"
_LONGEST_MINUTES: Final = 15


def plans_take_each_region_out_and_back(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """A plan, where the deployment file wants one, acts on the API's record of each region.

    ARC developer guide, "Amazon Route 53 health check execution block": record sets are found by
    zone, name and identifier. CloudFormation, AWS::ARCRegionSwitch::Plan: two regions.
    """
    deployment = cloud.deployment
    if deployment is None:
        return
    plans = list(cloud.resources(_PLAN))
    if len(plans) != deployment.recovery.region_switch:
        yield next(cloud.resources()), f"has {len(plans)} plans of Region switch"
    name = deployment.domain.api
    records = sorted(
        (str(one.properties.get("SetIdentifier")), str(one.properties.get("Region")))
        for one in cloud.resources(_RECORD)
        if one.properties.get("Name") == f"{name}."
    )
    for plan in plans:
        yield from _of_plan(cloud, plan, deployment, records)


def one_region_always_stays_switched_on(cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Where regions have routing controls, a rule asserts that one of all of them is on.

    ARC developer guide, "Safety rules in routing control": an assertion rule refuses a change by
    which fewer controls would be on.
    """
    for stack in cloud.stacks:
        controls = {one.logical_id for one in stack.resources(_CONTROL)}
        if not controls:
            continue
        asserted = [
            references(one.properties.get("AssertionRule", {}).get("AssertedControls"))
            for one in stack.resources(_SAFETY)
        ]
        if not any(controls <= one for one in asserted):
            yield next(stack.resources(_CONTROL)), "may be off together with all others"


def _of_plan(
    cloud: Cloud, plan: Resource, deployment: Deployment, records: list[tuple[str, str]]
) -> Iterator[tuple[Resource, str]]:
    properties = plan.properties
    if plan.region != _REGION:
        yield plan, f"is configured in {plan.region}, where ARC has no such service"
    if properties.get("Regions") != [*deployment.regions]:
        yield plan, f"is of {properties.get('Regions')}"
    if properties.get("RecoveryApproach") != "activeActive":
        yield plan, f"takes the regions for {properties.get('RecoveryApproach')}"
    workflows = properties.get("Workflows", [])
    actions = sorted(str(one.get("WorkflowTargetAction")) for one in workflows)
    if actions != ["activate", "deactivate"]:
        yield plan, f"can {' and '.join(actions)}"
    for workflow in workflows:
        yield from _of_workflow(plan, workflow, deployment.domain, records)
    outputs = next(one.template for one in cloud.stacks if one.name == plan.stack)["Outputs"]
    if f'"{plan.logical_id}"' not in as_text(outputs):
        yield plan, "has no output with its ARN, by which its health checks are found"


def _of_workflow(
    plan: Resource, workflow: Mapping[str, Any], domain: Domain, records: list[tuple[str, str]]
) -> Iterator[tuple[Resource, str]]:
    """Compare the one step of a workflow with the records of the API's name."""
    (step,) = workflow["Steps"]
    block = step["ExecutionBlockConfiguration"].get("Route53HealthCheckConfig", {})
    if step.get("ExecutionBlockType") != "Route53HealthCheck":
        yield plan, f"does {step.get('ExecutionBlockType')}"
    where = (block.get("HostedZoneId"), block.get("RecordName"))
    if where != (domain.zone_id, domain.api):
        yield plan, f"acts on {where}"
    sets = sorted(
        (str(one.get("RecordSetIdentifier")), str(one.get("Region")))
        for one in block.get("RecordSets", [])
    )
    if sets != records:
        yield plan, f"acts on {sets}, not on the records {records}"
    if not 1 <= block.get("TimeoutMinutes", 60) <= _LONGEST_MINUTES:
        yield plan, "waits for an hour"
