"""Fit a synthesized template to the emulator: drop what it lacks, and say what was dropped."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from localcloud.exceptions import DeployError

# The emulator rejects a whole template for one type it does not know. A type is listed here only
# after its absence was seen; anything else that it rejects fails the deployment.
UNSUPPORTED_TYPES: Final = frozenset(
    {
        "AWS::ApiGatewayV2::RouteResponse",  # it sends each answer of a route back anyway
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Budgets::Budget",
        "AWS::CDK::Metadata",
        "AWS::CloudFront::MonitoringSubscription",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::DynamoDB::ReplicaKey",
        "AWS::Logs::Delivery",
        "AWS::Logs::DeliveryDestination",
        "AWS::Logs::DeliverySource",
        "AWS::Logs::QueryDefinition",
        "AWS::Route53::HealthCheck",
        "AWS::Route53::RecordSetGroup",
        "AWS::Synthetics::Canary",
        "AWS::WAFv2::IPSet",
        "AWS::WAFv2::WebACLAssociation",
    }
)
# Likewise for one use of a type that is known otherwise.
UNSUPPORTED_PROPERTIES: Final[Mapping[str, str]] = {
    "AWS::CloudWatch::Alarm": "Metrics",  # alarms of metric math
}
_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)(?:\.[\w.]+)?\}")


@dataclass(frozen=True)
class Dropped:
    """A resource of the template that the emulator does not get.

    Attributes:
        stack: the stack that it is in.
        logical_id: its name in the template.
        type: its type, and the property that is to blame where the type as such is known.
    """

    stack: str
    logical_id: str
    type: str


def fit(stack: str, template: Mapping[str, Any]) -> tuple[dict[str, Any], list[Dropped]]:
    """Return the template that the emulator takes, and what was left out of it.

    The version check of the CDK's bootstrap stack goes too: there is none in an emulator.

    Raises:
        DeployError: A resource that stays refers to one that was dropped.
    """
    resources: dict[str, Any] = template.get("Resources", {})
    gone = {name: why for name, body in resources.items() if (why := _unsupported(body))}
    left = {name: body for name, body in resources.items() if name not in gone}
    kept = {name: _free_of(body, gone.keys()) for name, body in left.items()}
    for name, body in kept.items():
        for target in _references(body):
            if target in gone:
                raise DeployError(
                    f"{stack}: {name} refers to {target}, which the emulator cannot have "
                    f"({gone[target]})",
                    "guard the reference in infra_cdk for the stage `local`",
                )
    outputs = {
        name: body
        for name, body in template.get("Outputs", {}).items()
        if gone.keys().isdisjoint(_references(body))
    }
    fitted = {key: value for key, value in template.items() if key != "Rules"}
    parameters = {
        name: body
        for name, body in template.get("Parameters", {}).items()
        if name != "BootstrapVersion"
    }
    fitted.update(Resources=kept, Outputs=outputs, Parameters=parameters)
    dropped = [Dropped(stack, name, gone[name]) for name in sorted(gone)]
    return {key: value for key, value in fitted.items() if value}, dropped


def renew_streams(template: Mapping[str, Any], mark: int) -> dict[str, Any]:
    """Return the template with stream mappings that CloudFormation must replace.

    The emulator's streams begin anew when it restarts, but a mapping that it kept goes on reading
    where the old stream ended. A new mapping begins with the first record.

    Args:
        template: A fitted template.
        mark: Any number that differs from that of the deployment before.
    """

    def renewed(body: dict[str, Any]) -> dict[str, Any]:
        properties = body.get("Properties", {})
        if "StartingPosition" not in properties:
            return body
        # Without meaning beside TRIM_HORIZON, but a change of it replaces the mapping.
        return {**body, "Properties": {**properties, "StartingPositionTimestamp": mark}}

    resources = {name: renewed(body) for name, body in template["Resources"].items()}
    return {**template, "Resources": resources}


def with_variables(
    template: Mapping[str, Any], handler: str, variables: Mapping[str, str]
) -> dict[str, Any]:
    """Return the template with more environment variables of a Lambda.

    Args:
        template: A fitted template.
        handler: The handler of the Lambda; other functions stay as they are.
        variables: Name to value.
    """

    def extended(body: dict[str, Any]) -> dict[str, Any]:
        properties = body.get("Properties", {})
        if properties.get("Handler") != handler or not variables:
            return body
        known = properties.get("Environment", {}).get("Variables", {})
        environment = {"Variables": {**known, **variables}}
        return {**body, "Properties": {**properties, "Environment": environment}}

    resources = {name: extended(body) for name, body in template["Resources"].items()}
    return {**template, "Resources": resources}


def _unsupported(body: Mapping[str, Any]) -> str | None:
    """Return what the emulator lacks for a resource; None: nothing."""
    kind: str = body["Type"]
    if kind in UNSUPPORTED_TYPES:
        return kind
    blamed = UNSUPPORTED_PROPERTIES.get(kind)
    return f"{kind} with {blamed}" if blamed in body.get("Properties", {}) else None


def _free_of(body: dict[str, Any], gone: AbstractSet[str]) -> dict[str, Any]:
    """The resource without waiting for dropped ones, and without being updated by them."""
    waits = body.get("DependsOn", [])
    names = [waits] if isinstance(waits, str) else waits
    left = [name for name in names if name not in gone]
    rest = {key: value for key, value in body.items() if key != "DependsOn"}
    if not gone.isdisjoint(_references(body.get("UpdatePolicy"))):
        # An alias that CodeDeploy would shift: without it, the new version has all traffic at once.
        del rest["UpdatePolicy"]
    return {**rest, "DependsOn": left} if left else rest


def _references(node: Any) -> Iterator[str]:
    """Every logical id that a part of a template names by Ref, GetAtt or Sub."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "Ref" and isinstance(value, str):
                yield value
            elif key == "Fn::GetAtt":
                yield value.split(".")[0] if isinstance(value, str) else value[0]
            elif key == "Fn::Sub":
                text, bound = (value, {}) if isinstance(value, str) else value
                yield from (name for name in _PLACEHOLDER.findall(text) if name not in bound)
                yield from _references(bound)
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
