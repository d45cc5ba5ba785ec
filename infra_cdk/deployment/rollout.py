"""One step after the other: deploy, smoke-test, bake; at the first failure go back and stop."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.journal import Journal
from infra_cdk.deployment.site import forget_pages, upload_site
from infra_cdk.deployment.smoke import base_url, smoke_test
from infra_cdk.deployment.steps import Plan, Step
from infra_cdk.deployment.toolkit import Toolkit
from services.domain.errors import CarteError

Outcome = Literal["deployed", "unchanged", "skipped", "rolled back", "failed"]
_BETWEEN_LOOKS_S: Final = 10.0
_FILLED_BY_THE_CDK: Final = "BootstrapVersion"
_STREAM: Final = "StreamArn"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one step."""

    step: str
    outcome: Outcome
    seconds: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How carefully to go on.

    Attributes:
        bake: seconds that a region's alarms are watched after it was deployed.
        again: also deploy steps that are finished.
        roll_back: go back to what ran before where a step fails after its deployment.
        url: where to ask a region in place of its own host, for emulators.
        patience: seconds until a smoke test gives up.
    """

    bake: float
    again: bool = False
    roll_back: bool = True
    url: str | None = None
    patience: float = 180.0


class Rollout:
    """Takes the steps of a plan to an account."""

    def __init__(
        self,
        plan: Plan,
        *,
        account: Account,
        toolkit: Toolkit,
        journal: Journal,
        manner: Manner,
        table: str,
        say: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._account = account
        self._toolkit = toolkit
        self._journal = journal
        self._manner = manner
        self._table = table
        self._say = say

    def run(self, steps: Iterable[Step]) -> list[Done]:
        """Deploy these steps in order; stop at the first that fails."""
        done: list[Done] = []
        for step in steps:
            done.append(self._one(step))
            self._say(f"{step.name}: {done[-1].outcome}")
            if done[-1].outcome in {"failed", "rolled back"}:
                break
        return done

    def go_back(self, step: Step) -> Done:
        """Deploy what ran before the step's last deployment from here.

        Raises:
            CarteError: nothing is known to have run before, or CloudFormation refuses it.
        """
        started = time.monotonic()
        previous = self._journal.previous(step)
        if not previous.exists():
            raise CarteError(
                f"nothing is known to have run before {step.name} was deployed from here",
                "check out the version that ran before, and deploy it",
            )
        self._say(f"{step.name}: going back to what ran before")
        self._toolkit.deploy(previous, step.stack, {})
        self._journal.forget(step)
        return Done(step.name, "rolled back", time.monotonic() - started)

    def _one(self, step: Step) -> Done:
        started = time.monotonic()
        finished = self._journal.finished(step)
        if finished and not self._manner.again:
            return Done(step.name, "skipped", 0.0, f"finished {finished}; --again repeats it")
        try:
            changed, outputs = self._deploy(step)
        except CarteError as error:
            text = "\n".join([error.message, *error.detail.splitlines()])
            return Done(step.name, "failed", time.monotonic() - started, text)
        try:
            self._look_after(step, changed=changed, outputs=outputs)
        except CarteError as error:
            text = "\n".join([error.message, *error.detail.splitlines()])
            return self._undo(step, text, started)
        self._journal.finish(step)
        return Done(step.name, "deployed" if changed else "unchanged", time.monotonic() - started)

    def _deploy(self, step: Step) -> tuple[bool, Mapping[str, str]]:
        self._journal.forget(step)
        running = self._account.template(step.stack, step.region)
        if running is not None:
            self._journal.keep_previous(self._plan, step, running)
        deployed = self._toolkit.deploy(self._plan.assembly, step.stack, self._parameters(step))
        return deployed.changed, deployed.outputs

    def _parameters(self, step: Step) -> dict[str, str]:
        """What a template asks whoever deploys it.

        Raises:
            CarteError: it asks for something that is not known here.
        """
        parameters = {}
        for name, body in step.template.get("Parameters", {}).items():
            if name == _STREAM:
                parameters[name] = self._account.stream(self._table, step.region)
            elif "Default" not in body and name != _FILLED_BY_THE_CDK:
                raise CarteError(f"{step.stack} asks for {name}", "give it a default in infra_cdk")
        return parameters

    def _look_after(self, step: Step, *, changed: bool, outputs: Mapping[str, str]) -> None:
        """Smoke-test a step, and watch its alarms for a while.

        Raises:
            CarteError: it does not answer, or an alarm is on.
        """
        if step.kind == "edge" and {"SiteBucket", "DistributionId"} <= outputs.keys():
            self._upload_site(step, outputs)
        url = self._manner.url if step.kind == "region" else None
        url = url or base_url(step, outputs)
        if url is not None:
            version = _version(step)
            asked = smoke_test(step, url, version, deadline=self._manner.patience)
            self._say(f"{step.name}: {asked} probes answered at {url}")
        until = time.monotonic() + (self._manner.bake if changed else 0.0)
        while True:
            if alarms := self._account.alarms_on(step.region):
                raise CarteError(f"{step.name} raises alarms", detail="\n".join(alarms))
            left = until - time.monotonic()
            if left <= 0:
                return
            self._say(f"{step.name}: baking, {left:.0f} s left, no alarm")
            time.sleep(min(left, _BETWEEN_LOOKS_S))

    def _upload_site(self, step: Step, outputs: Mapping[str, str]) -> None:
        count = upload_site(self._account.client("s3", step.region), outputs["SiteBucket"])
        forget_pages(
            self._account.client("cloudfront", step.region),
            outputs["DistributionId"],
            f"{step.digest[:16]}-{time.time_ns()}",
        )
        self._say(f"{step.name}: {count} files of the site uploaded")

    def _undo(self, step: Step, text: str, started: float) -> Done:
        if self._manner.roll_back and self._journal.previous(step).exists():
            try:
                self.go_back(step)
            except CarteError as error:
                text += f"\nand what ran before could not be brought back: {error.message}"
                return Done(step.name, "failed", time.monotonic() - started, text)
            return Done(step.name, "rolled back", time.monotonic() - started, text)
        return Done(
            step.name, "failed", time.monotonic() - started, f"{text}\nnothing ran here before"
        )


def _version(step: Step) -> str:
    for one in step.template.get("Resources", {}).values():
        told = one.get("Properties", {}).get("Environment", {})
        variables = told.get("Variables", {}) if isinstance(told, dict) else {}
        if "CARTE_VERSION" in variables:
            return str(variables["CARTE_VERSION"])
    return ""
