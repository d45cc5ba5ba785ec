"""Compare deployed stacks with what was deployed, several at a time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Literal

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.steps import Step
from infra_cdk.deployment.toolkit import Toolkit
from services.domain.errors import CarteError

# CloudFormation looks at the resources of a stack for minutes, while the CDK's command line, a
# process of 150 MB for each stack, only asks whether it is done.
AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a deployed stack compares with what was deployed.

    Attributes:
        step: The step that deploys it.
        outcome: Whether it is there, and as it was deployed.
        lines: What the CDK's command line printed, line by line.
        error: What was changed by hand, or why it could not be compared; None: neither.
    """

    step: Step
    outcome: Literal["as deployed", "not deployed", "refused"]
    lines: tuple[str, ...] = ()
    error: CarteError | None = None


def compare(
    account: Account,
    assembly: Path,
    steps: Sequence[Step],
    toolkit: Callable[[Callable[[str], None]], Toolkit] = Toolkit,
) -> Iterator[Comparison]:
    """Compare the stacks of these steps, at most `AT_ONCE` at a time.

    Args:
        account: The account that they run in.
        assembly: An assembly with stacks of these names.
        steps: The steps; the comparisons come in their order.
        toolkit: Makes a command line that prints to the function that it is given.

    Raises:
        CarteError: The account does not answer.
    """
    # Sessions of boto3 may not be used by several threads at once.
    asking = Lock()

    def compared(step: Step) -> Comparison:
        lines: list[str] = []
        with asking:
            if account.template(step.stack, step.region) is None:
                return Comparison(step, "not deployed")
        try:
            with asking:
                credentials = account.reading_credentials(step.region)
            toolkit(lines.append).refuse_drift(assembly, step.stack, credentials)
        except CarteError as error:
            return Comparison(step, "refused", tuple(lines), error)
        return Comparison(step, "as deployed", tuple(lines))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(compared, steps)
