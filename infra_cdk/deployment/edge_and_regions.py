"""Keeps the edge and the regions fit for each other while they are deployed one after another.

The edge's names lead to records that the regions make, and CloudFront shows the regions a secret
that they ask for (docs/decisions/origin-secret.md). All of it is judged by templates: those that
run, and those that shall.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from infra_cdk.deployment import shown_secret
from infra_cdk.deployment.steps import Step
from services.domain.errors import CarteError

Template = Mapping[str, Any]
# The template with which a step's stack runs; None: there is no such stack.
Running = Callable[[Step], dict[str, Any] | None]
_RECORD: Final = "AWS::Route53::RecordSet"
_NAMES_OF_BEFORE: Final = (
    "write the `[domain] name` of before into the deployment file; to change the names in "
    "a time in which the site may be away, deploy all regions and the edge in one run: "
    "`carte deploy --accept-outage` (docs/operations.md, Change the names)"
)


def fit(
    step: Step, steps: Sequence[Step], running: Running, *, accept_outage: bool
) -> tuple[Step, dict[str, Any]] | None:
    """Return what is to be deployed before a step, so that edge and regions fit each other.

    Args:
        step: The step that is about to be deployed.
        steps: All steps of the plan, chosen or not.
        running: Reads the template of a step's stack.
        accept_outage: Whether a region may lose every name by which the running edge reaches it.

    Returns:
        The edge's step, and a template of its stack; None: nothing.

    Raises:
        CarteError: They would not fit each other.
    """
    refuse_misfit(step, steps, running)
    if not accept_outage:
        refuse_lost_names(step, steps, running)
    return update_of_edge_before(step, steps, running)


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
    step: Step, steps: Sequence[Step], running: Running
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
        CarteError: The running edge shows a secret that the region would not take. A region that
            runs its template already is not refused: it stays as it is, and the edge is mended.
    """
    edge = next((one for one in steps if one.kind == "edge"), None)
    if step.kind != "region" or edge is None or not shown_secret.taken(step.template):
        return None
    runs = running(edge)
    if runs is None:
        return None
    if running(step) != step.template:
        shown_secret.refuse_another(step.template, runs, step.name)
    # Names that only the version which runs has: the wanted edge does not lead there any more.
    regions = (running(one) for one in steps if one.kind == "region")
    own = _hosts(runs).union(*(_hosts(one) for one in regions if one is not None))
    template = shown_secret.showing(runs, edge.template, own)
    return None if template is None else (edge, template)


def refuse_lost_names(step: Step, steps: Iterable[Step], running: Running) -> None:
    """Refuse a region that would lose every name by which the running edge reaches it.

    So it is where `[domain] name` changes: each region takes its old names away, and CloudFront
    gets no answer from any before the edge's step, which comes last. Where some of the names stay,
    as where the number of regions changes, the edge reaches it by these.

    Args:
        step: The step that is about to be deployed; others than a region's are not looked at.
        steps: All steps of the plan, chosen or not.
        running: Reads the template of a step's stack.

    Raises:
        CarteError: The edge that runs would not reach it.
    """
    edge = next((one for one in steps if one.kind == "edge"), None)
    if step.kind != "region" or edge is None:
        return
    edge_runs, region_runs = running(edge), running(step)
    if edge_runs is not None and region_runs is not None:
        refuse_names_lost_to(edge_runs, region_runs, step.template, step.name)


def refuse_names_lost_to(
    edge: Template, runs: Template, wanted: Template, what: str, hint: str = _NAMES_OF_BEFORE
) -> None:
    """Refuse a region's template without any of the names by which an edge reaches the region.

    Args:
        edge: The template that the edge runs with.
        runs: The template that the region runs with.
        wanted: The template that it shall run with.
        what: What would be deployed, for the message.
        hint: What to do instead.

    Raises:
        CarteError: The edge that runs would not reach the region.
    """
    led = shown_secret.hosts(edge) & _hosts(runs)
    if led and not led & _hosts(wanted):
        raise CarteError(
            f"{what} cannot be deployed: the region would lose {', '.join(sorted(led))}, to which "
            "the edge leads as it runs, so CloudFront would get no answer from it before the edge "
            "is deployed, too",
            hint,
        )


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
