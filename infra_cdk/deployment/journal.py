"""The record of deployments from this machine: finished steps, and what ran before them."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra_cdk.deployment.assembly import of_one_stack
from infra_cdk.deployment.steps import Plan, Step


class Journal:
    """Notes on disk, so that a deployment that was stopped goes on where it was.

    They save time and enable going back; CloudFormation remains the truth, and a journal that is
    lost costs a few minutes of steps without changes.
    """

    def __init__(self, account: str, root: Path) -> None:
        self._folder = root / account

    def finished(self, step: Step) -> str | None:
        """When this very template was deployed, smoke-tested and baked; None if it was not."""
        try:
            noted: dict[str, str] = json.loads(self._note(step).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return noted["at"] if noted["digest"] == step.digest else None

    def finish(self, step: Step) -> None:
        """Note that a step is done."""
        self._folder.mkdir(parents=True, exist_ok=True)
        note = {"digest": step.digest, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        self._note(step).write_text(json.dumps(note), encoding="utf-8")

    def forget(self, step: Step) -> None:
        """Note that a step is not done."""
        self._note(step).unlink(missing_ok=True)

    def keep_previous(self, plan: Plan, step: Step, template: dict[str, Any]) -> Path:
        """Keep the template that runs now, as an assembly that the CDK can deploy again."""
        folder = self.previous(step)
        shutil.rmtree(folder, ignore_errors=True)
        of_one_stack(plan.assembly, step.stack, template, folder)
        return folder

    def previous(self, step: Step) -> Path:
        """The folder of the assembly that ran before the step's last deployment."""
        return self._folder / f"{step.stack}.before"

    def _note(self, step: Step) -> Path:
        return self._folder / f"{step.stack}.json"
