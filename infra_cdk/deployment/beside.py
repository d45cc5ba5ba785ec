"""What a step's run may change besides the one update of its own stack.

The plan names it without an account, from templates alone: so it says under which condition. Before
a deployment begins, the account says what is so (`first_of_all`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from infra_cdk.deployment import edge_and_regions, replicas, shown_secret
from infra_cdk.deployment.edge_and_regions import Running
from infra_cdk.deployment.foreseen import Foreseen
from infra_cdk.deployment.steps import Step

SITE_OUTPUTS: Final = frozenset({"SiteBucket", "DistributionId"})
"""Outputs of an edge whose step uploads the site."""
OF_EACH_STEP: Final = (
    "a step's record in the bootstrap bucket of its region is written",
    "an empty stack that a failed first creation left is replaced, its deletion protection lifted",
    "what ran before runs again where a step fails after its deployment; not data, identity, keys",
)
"""What every step's run may change beside the stacks that are named."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A change that a step's run may make besides the one update of its own stack.

    Attributes:
        stack: The stack that is changed.
        region: Where that is.
        text: What is changed, and under which condition; for a person.
    """

    stack: str
    region: str
    text: str


def beside(step: Step, steps: Iterable[Step]) -> Iterator[Beside]:
    """Yield what a step's run may change besides the one update of its own stack.

    Args:
        step: The step.
        steps: All steps of the plan, chosen or not.
    """
    edge = next((one for one in steps if one.kind == "edge"), None)
    if step.kind == "region" and edge is not None and shown_secret.taken(step.template):
        yield Beside(
            edge.stack,
            edge.region,
            f"first {edge.stack} in {edge.region}, where it runs without the origin secret: an "
            "update of its own, which shows it to the regions",
        )
    if len(regions := replicas.replicas(step.template)) > 1:
        text = f"replicas in {', '.join(regions)}; one update for each that is new"
        yield Beside(step.stack, step.region, text)
    if indexes := replicas.indexes(step.template):
        text = f"indexes {', '.join(indexes)}; one update for each that is new"
        yield Beside(step.stack, step.region, text)
    if step.kind == "edge" and step.template.get("Outputs", {}).keys() >= SITE_OUTPUTS:
        text = "then the built site is uploaded to its bucket, and CloudFront forgets its pages"
        yield Beside(step.stack, step.region, text)


def first_of_all(
    chosen: Sequence[Step],
    steps: Sequence[Step],
    running: Running,
    *,
    skips: Callable[[Step], bool] = lambda _step: False,
    accept_outage: bool = False,
) -> list[str]:
    """Return what these steps change first in stacks of other steps, by the account as it is.

    Args:
        chosen: The steps that are about to be deployed, in their order.
        steps: All steps of the plan.
        running: Reads the template of a step's stack.
        skips: Says whether the run will skip a step that is finished: it is passed over.
        accept_outage: Whether a region may lose every name by which the running edge reaches it.

    Raises:
        CarteError: A region or the edge could not be deployed when its turn came.
    """
    changed: list[str] = []
    foreseen = Foreseen(running)
    for step in chosen:
        if step.kind not in {"region", "edge"} or skips(step):
            continue
        first = edge_and_regions.fit(step, steps, foreseen, accept_outage=accept_outage)
        if first is not None:
            foreseen.deploy(*first)
            changed.append(f"{first[0].stack}, which shows the regions the origin secret first")
        foreseen.deploy(step, step.template)
    return changed
