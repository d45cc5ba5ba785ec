"""Foresees, before a run, with which templates stacks will run while its steps are deployed."""

from typing import Any

from infra_cdk.deployment.edge_and_regions import Running
from infra_cdk.deployment.steps import Step


class Foreseen:
    """The templates of stacks after some steps of a run: those of the steps, else those that run.

    It is a `Running`. The account is asked once for each stack.
    """

    def __init__(self, running: Running) -> None:
        """Begin with what runs.

        Args:
            running: Reads the template of a step's stack.
        """
        self._running = running
        self._known: dict[str, dict[str, Any] | None] = {}

    def __call__(self, step: Step) -> dict[str, Any] | None:
        """Return the template with which a step's stack will run; None: there is no such stack.

        Raises:
            CarteError: The account does not answer.
        """
        if step.name not in self._known:
            self._known[step.name] = self._running(step)
        return self._known[step.name]

    def deploy(self, step: Step, template: dict[str, Any]) -> None:
        """Take a template of a step's stack for deployed."""
        self._known[step.name] = template
