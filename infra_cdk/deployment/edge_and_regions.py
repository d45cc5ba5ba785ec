"""Keeps the edge and the regions fit for each other while they are deployed one after another.

The edge's names lead to records that the regions make, and CloudFront shows the regions a secret
that they ask for (docs/decisions/origin-secret.md). All of it is judged by templates: those that
run, and those that shall.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from infra_cdk.deployment import shown_secret
from infra_cdk.deployment.steps import Step
from services.domain.errors import CarteError

Template = Mapping[str, Any]
# The template with which a step's stack runs; None: there is no such stack.
Running = Callable[[Step], Template | None]
_RECORD: Final = "AWS::Route53::RecordSet"


def refuse_misfit(step: Step, steps: Iterable[Step], running: Running) -> None:
    """Refuse an edge that does not fit the regions that run; other steps are not looked at.

    Args:
        step: The step that is about to be deployed.
        steps: All steps of the plan, chosen or not.
        running: Reads the template of a step's stack.

    Raises:
        CarteError: A region lacks records that the edge leads to, or would answer 403 to it.
    """
    if step.kind != "edge":
        return
    regions = [(one, running(one)) for one in steps if one.kind == "region"]
    _refuse_missing_records(step, regions)
    for one, template in regions:
        if template is not None:
            shown_secret.refuse_another(template, step.template, f"{step.name}, with {one.name}")


def update_of_edge_before(
    step: Step, steps: Iterable[Step], running: Running
) -> tuple[Step, dict[str, Any]] | None:
    """Return the edge's step, and the template by which it shows the secret before a region asks.

    An edge of a version without origin secrets shows none. The whole new edge cannot come before
    the regions, to whose new records it leads; so the running one gets the secret alone, as an
    update of its own. No region that runs minds: one that asks for a secret has had it shown. The
    step of the edge, which is not begun by this, comes after the regions as ever.

    Args:
        step: The step that is about to be deployed.
        steps: All steps of the plan, chosen or not.
        running: Reads the template of a step's stack.

    Returns:
        None where the step is no region's, or nothing is to change.

    Raises:
        CarteError: The running edge shows a secret that the region would not take.
    """
    edge = next((one for one in steps if one.kind == "edge"), None)
    if step.kind != "region" or edge is None or not shown_secret.taken(step.template):
        return None
    runs = running(edge)
    if runs is None:
        return None
    shown_secret.refuse_another(step.template, runs, step.name)
    template = shown_secret.showing(runs, edge.template)
    return None if template is None else (edge, template)


def _refuse_missing_records(edge: Step, regions: Iterable[tuple[Step, Template | None]]) -> None:
    """Refuse an edge whose names lead to records that are not there: Route 53 takes no such alias.

    Raises:
        CarteError: A region was never deployed, or runs a version without such a record.
    """
    leads = {_host(one.get("AliasTarget", {}).get("DNSName")) for one in _records(edge.template)}
    missing = [
        one.name
        for one, template in regions
        if (needed := leads & _hosts(one.template)) and not needed <= _hosts(template or {})
    ]
    if missing:
        raise CarteError(
            "the edge leads to records of regions that are not deployed, or not in this "
            f"version: {', '.join(missing)}",
            "deploy them first: "
            + " ".join(["carte deploy", *(f"--region {name}" for name in missing)]),
        )


def _records(template: Template) -> Iterator[Template]:
    """Yield the properties of a template's DNS records."""
    for one in template.get("Resources", {}).values():
        if one["Type"] == _RECORD:
            yield one["Properties"]


def _hosts(template: Template) -> set[str]:
    """Return the names of a template's DNS records."""
    return {_host(one.get("Name")) for one in _records(template)} - {""}


def _host(name: object) -> str:
    """Return a DNS name as names are compared; empty where CloudFormation makes it."""
    return name.rstrip(".").lower() if isinstance(name, str) else ""
