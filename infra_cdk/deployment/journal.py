"""The record of deployments from this machine: finished steps, and what ran before them."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from infra_cdk.deployment.assembly import of_one_stack
from infra_cdk.deployment.steps import STACK_PREFIX, Plan, Step, in_order, read_plan
from services.domain.errors import CarteError

_BEFORE: Final = ".before"


@dataclass(frozen=True, slots=True)
class Begun:
    """A deployment that began and has not finished its bake.

    Attributes:
        digest: Of the template that was deployed.
        ringing: The alarms of the step's stack that rang before it, by name: since when.
    """

    digest: str
    ringing: Mapping[str, str]


class Journal:
    """Notes on disk, so that a deployment that was stopped goes on where it was.

    They save time and enable going back; CloudFormation remains the truth, and a journal that is
    lost costs a few minutes of steps without changes, and the way back by `--roll-back`.

    What is kept as the previous template is the last one that is not known to be unfinished: a
    version that was deployed and then interrupted never takes the place of the one before it.
    """

    def __init__(self, account: str, root: Path) -> None:
        self._folder = root / account

    def finished(self, step: Step) -> str | None:
        """When this very template was deployed, smoke-tested and baked; None if it was not."""
        noted = _read(self._note(step))
        return str(noted["at"]) if noted and noted["digest"] == step.digest else None

    def begun(self, step: Step) -> Begun | None:
        """Return the step's last deployment from here where it was never finished."""
        noted = _read(self._note_of_begun(step))
        return Begun(noted["digest"], noted["ringing"]) if noted else None

    def begin(self, step: Step, ringing: Mapping[str, str]) -> None:
        """Note that a step's template is being deployed, and is not finished.

        Args:
            step: The step.
            ringing: The alarms of its stack that ring before it, by name: since when.
        """
        self._write(self._note_of_begun(step), {"digest": step.digest, "ringing": dict(ringing)})
        self._note(step).unlink(missing_ok=True)

    def finish(self, step: Step) -> None:
        """Note that a step is done."""
        note = {"digest": step.digest, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        self._write(self._note(step), note)
        self._note_of_begun(step).unlink(missing_ok=True)

    def forget(self, step: Step) -> None:
        """Note that a step is neither done nor begun."""
        self._note(step).unlink(missing_ok=True)
        self._note_of_begun(step).unlink(missing_ok=True)

    def keep_previous(self, plan: Plan, step: Step, template: dict[str, Any]) -> None:
        """Keep the template that runs now, as an assembly that the CDK can deploy again.

        Nothing is kept where the step's last deployment from here was not finished, and the one
        before it remains; nor where the step's own template runs already: both would take the way
        back.
        """
        if template == step.template or self.begun(step) is not None:
            return
        folder = self.previous(step)
        made = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(made, ignore_errors=True)
        of_one_stack(plan.assembly, step.stack, template, made)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)

    def previous(self, step: Step) -> Path:
        """The folder of the assembly that ran before the step's last deployment."""
        return self._folder / f"{step.stack}{_BEFORE}"

    def plan_before(self, names: Sequence[str], regions: Sequence[str]) -> Plan:
        """Return the steps of these names with the templates that ran before, in the plan's order.

        It needs neither the sources nor a package: both are of today, and may be broken.

        Args:
            names: The steps' names.
            regions: The deployment's regions, the primary first.

        Raises:
            CarteError: Of a step, nothing is known to have run before.
        """
        known = {
            one.name.removesuffix(_BEFORE).removeprefix(STACK_PREFIX): one
            for one in sorted(self._folder.glob(f"{STACK_PREFIX}*{_BEFORE}"))
        }
        missing = [name for name in names if name not in known]
        if missing:
            raise CarteError(
                f"nothing is known to have run before {', '.join(missing)} was deployed from here",
                f"known are {', '.join(known) or 'none'}; else check out the version that ran "
                "before, and deploy it",
            )
        steps = [read_plan(known[name], regions).steps[0] for name in dict.fromkeys(names)]
        return Plan(self._folder, self._folder.name, in_order(steps, regions))

    def _note(self, step: Step) -> Path:
        return self._folder / f"{step.stack}.json"

    def _note_of_begun(self, step: Step) -> Path:
        return self._folder / f"{step.stack}.begun.json"

    def _write(self, path: Path, note: Mapping[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(".new")
        made.write_text(json.dumps(note), encoding="utf-8")
        made.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
