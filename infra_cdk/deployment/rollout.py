"""Runs the steps in order: deploy, smoke-test, bake; rolls back and stops at a failure."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from infra_cdk.deployment import beside, edge_and_regions, replicas, shown_secret
from infra_cdk.deployment.account import Account, ActiveAlarm, answered
from infra_cdk.deployment.assembly import of_one_stack, template_of
from infra_cdk.deployment.bootstrap_bucket import OvertakenError
from infra_cdk.deployment.foreseen import Foreseen
from infra_cdk.deployment.journal import Journal
from infra_cdk.deployment.record import Record
from infra_cdk.deployment.site import (
    BUILT,
    OPERATOR,
    digest_of_site,
    forget_pages,
    upload_site,
)
from infra_cdk.deployment.smoke import base_url, live_url, origin_secret_of, smoke_test
from infra_cdk.deployment.steps import STACK_PREFIX, Plan, Step
from infra_cdk.deployment.toolkit import Toolkit
from infra_cdk.sign_in import FILE as SIGN_IN
from services.domain.errors import CarteError

Outcome = Literal["deployed", "unchanged", "skipped", "rolled back", "failed"]
_BETWEEN_LOOKS_S: Final = 10.0
_FILLED_BY_THE_CDK: Final = "BootstrapVersion"
_STREAM: Final = "StreamArn"
_HEALTH_CHECK: Final = "HealthCheckOf"
_HEALTH_CHECK_OUTPUT: Final = "HealthCheckId"
_ALARM_TYPES: Final = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_EDGE: Final = (f"{STACK_PREFIX}edge", "us-east-1")  # its stack, which is there in any deployment
# Steps whose previous template would take data or keys away: an alarm never rolls them back.
_NEVER_ROLLED_BACK: Final = frozenset({"data", "identity", "keys"})


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome of a step.

    Attributes:
        step: Its name.
        outcome: What became of it.
        seconds: How long it took.
        text: Why, and what else to do, where there is something to say.
    """

    step: str
    outcome: Outcome
    seconds: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class RolloutSettings:
    """The settings of a rollout: how long to watch alarms, and what to repeat.

    Attributes:
        bake: Seconds that the alarms of a step's stack are watched after it changed.
        again: Also deploy steps that are finished.
        roll_back: Deploy the previous template where a step fails after its deployment.
        front: URL that receives the smoke tests' requests in place of the hosts that they name,
            with the Host header of that host, for emulators.
        patience: Seconds until a smoke test gives up.
        accept_outage: Also deploy a region of which the running edge loses every name.
    """

    bake: float
    again: bool = False
    roll_back: bool = True
    front: str | None = None
    patience: float = 180.0
    accept_outage: bool = False


class Rollout:
    """Takes the steps of a plan to an account."""

    def __init__(
        self,
        plan: Plan,
        *,
        account: Account,
        toolkit: Toolkit,
        journal: Journal,
        settings: RolloutSettings,
        table: str,
        say: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._account = account
        self._toolkit = toolkit
        self._journal = journal
        self._settings = settings
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

    def first_of_all(self, steps: Sequence[Step]) -> list[str]:
        """Return what these steps change first in stacks of other steps, for a person.

        Raises:
            CarteError: A region or the edge could not be deployed when its turn came, or the
                account does not answer.
        """
        return beside.first_of_all(
            steps,
            self._plan.steps,
            self._running,
            skips=self._skips,
            accept_outage=self._settings.accept_outage,
        )

    def compare(self, steps: Iterable[Step]) -> None:
        """Print what these steps would change, in the order in which they would; change nothing.

        Each step is judged as if those before it had been deployed.

        Raises:
            CarteError: The account does not answer, or a stack cannot be compared.
        """
        foreseen = Foreseen(self._running)
        for step in steps:
            first = None
            # One that runs its template already is skipped, or nothing of it changes.
            if self._settings.again or foreseen(step) != step.template:
                try:
                    first = edge_and_regions.fit(
                        step,
                        self._plan.steps,
                        foreseen,
                        accept_outage=self._settings.accept_outage,
                    )
                except CarteError as error:
                    self._warn(step, f"it would be refused as things are: {_text(error)}")
            if first is not None:
                foreseen.deploy(*first)
                edge, template = first
                self._say(
                    f"{step.name}: first {edge.name}, as it runs, shows the regions the secret"
                )
                with self._alone(edge, template) as folder:
                    self._toolkit.difference(folder, edge.stack)
            for number, (what, _) in enumerate(
                replicas.updates(self._running(step), step.template), 1
            ):
                self._say(f"{step.name}: update {number}: {what}")
            self._toolkit.difference(self._plan.assembly, step.stack)
            foreseen.deploy(step, step.template)

    def go_back(self, step: Step) -> Done:
        """Deploy the template that ran before the step's last deployment.

        Raises:
            CarteError: No previous template is known, it is the one that runs, it would remove a
                replica of the table, or CloudFormation refuses it.
        """
        return self._go_back(step, self._journal.read(step), time.monotonic())

    def _go_back(self, step: Step, record: Record, started: float) -> Done:
        with tempfile.TemporaryDirectory(prefix="carte-previous-") as scratch:
            previous = self._journal.write_previous(record, Path(scratch))
            if previous is None:
                raise CarteError(
                    f"nothing is known to have run before {step.name} was deployed",
                    "check out the version that ran before, and deploy it",
                )
            self._deploy_previous(step, previous)
        text = ""
        try:
            self._journal.forget(record)
        except OvertakenError as error:
            text = self._warn(
                step, f"what ran before was deployed while another deployment began: {_text(error)}"
            )
        except CarteError as error:
            text = self._warn(
                step,
                f"what ran before runs again, and the record of it was not written: {_text(error)}",
                "nothing else is to do: the next deployment of it compares what runs",
            )
        return Done(step.name, "rolled back", time.monotonic() - started, text)

    def _deploy_previous(self, step: Step, previous: Path) -> None:
        kept = template_of(previous, step.stack)
        running = self._running(step)
        if running == kept:
            raise CarteError(
                f"{step.name} runs the version already that ran before its last deployment",
                "to go further back, check out that version, and deploy it",
            )
        replicas.refuse_to_lose_replicas(running, kept)
        edge = self._account.template(*_EDGE) if step.kind == "region" else None
        if edge is not None:
            shown_secret.refuse_another(
                kept,
                edge,
                f"what ran before in {step.name}",
                "go back in the edge first: `carte deploy --roll-back --step edge`",
            )
            if running is not None and not self._settings.accept_outage:
                what = f"what ran before in {step.name}"
                edge_and_regions.refuse_names_lost_to(
                    edge,
                    running,
                    kept,
                    what,
                    # The edge cannot be first: its names of before lead to records that are gone.
                    "in a time in which the site may be away: `carte deploy --roll-back "
                    f"--accept-outage --region {step.name}`, the other regions likewise, then "
                    "`carte deploy --roll-back --step edge`",
                )
        self._say(f"{step.name}: deploying the previous template")
        self._toolkit.deploy(previous, step.stack, {})

    def _one(self, step: Step) -> Done:
        started = time.monotonic()
        try:
            # Before what runs is looked at: what another deployment puts in place after this makes
            # `begin` fail, so what is kept as the version before is the one that ran.
            record = self._journal.read(step)
            running = self._running(step)
            parameters = self._parameters(step)
            fingerprint = _fingerprint(step, parameters)
            # A stack that was changed since, by whatever means, is not what the record is about.
            finished = record.finished(fingerprint) if running == step.template else None
            if finished and not self._settings.again:
                return Done(step.name, "skipped", 0.0, f"finished {finished}; --again repeats it")
            self._fit_the_other_end(step)
            begun = record.begun
            # Put in place by this deployment, or by an earlier one that was interrupted.
            ours = running != step.template or (begun is not None and begun.digest == step.digest)
            if begun is not None and ours and running == step.template:
                before = begun.active_alarms
            else:
                before = {name: one.since for name, one in self._active_alarms(step).items()}
            if ours:
                record = self._journal.begin(
                    self._plan, step, record, running=running, active_alarms=before
                )
            changed, outputs = self._deploy(step, running, parameters)
        except CarteError as error:
            return Done(step.name, "failed", time.monotonic() - started, _text(error))
        try:
            # What was not watched to the end is watched now, also where nothing changed.
            bake = changed or finished is None
            self._look_after(step, bake=bake, outputs=outputs, before=before)
        except CarteError as error:
            if not ours:
                text = f"{_text(error)}\nit ran before this deployment: nothing to go back to"
                return Done(step.name, "failed", time.monotonic() - started, text)
            return self._undo(step, record, _text(error), started)
        text = ""
        try:
            self._journal.finish(record, fingerprint)
        except OvertakenError as error:
            return Done(step.name, "failed", time.monotonic() - started, _text(error))
        except CarteError as error:
            text = self._warn(
                step,
                f"it is deployed and watched, and the record of it was not written: {_text(error)}",
                f"mend that, then `carte deploy --step {step.name}`: until then it does not count "
                "as the version to go back to",
            )
        outcome: Outcome = "deployed" if changed else "unchanged"
        return Done(step.name, outcome, time.monotonic() - started, text)

    def _warn(self, step: Step, *lines: str) -> str:
        """Print a warning; return it."""
        text = "\n".join(lines)
        for line in text.splitlines():
            self._say(f"{step.name}: WARNING: {line}")
        return text

    def _deploy(
        self, step: Step, running: Mapping[str, Any] | None, parameters: Mapping[str, str]
    ) -> tuple[bool, Mapping[str, str]]:
        if self._account.release_failed_creation(step.stack, step.region):
            self._say(f"{step.name}: replacing the empty stack that a failed creation left")
        stepwise = self._change_replicas(step, running)
        deployed = self._toolkit.deploy(self._plan.assembly, step.stack, parameters)
        return deployed.changed or stepwise, deployed.outputs

    def _fit_the_other_end(self, step: Step) -> None:
        """See to it that the edge and the regions, as they run, fit what comes beside them.

        Raises:
            CarteError: They do not, or CloudFormation refuses the update of the edge; nothing of
                the step was changed.
        """
        first = edge_and_regions.fit(
            step,
            self._plan.steps,
            self._running,
            accept_outage=self._settings.accept_outage,
        )
        if first is not None:
            edge, template = first
            self._say(f"{step.name}: first {edge.name}, as it runs, shows the regions the secret")
            self._deploy_alone(edge, template)

    def _skips(self, step: Step) -> bool:
        """Return whether a run will skip the step: what runs is its own, and is finished.

        Raises:
            CarteError: The account does not answer, or a record cannot be read.
        """
        if self._settings.again or self._running(step) != step.template:
            return False
        record = self._journal.read(step)
        return bool(record.finished(_fingerprint(step, self._parameters(step))))

    def _running(self, step: Step) -> dict[str, Any] | None:
        return self._account.template(step.stack, step.region)

    def _change_replicas(self, step: Step, running: Mapping[str, Any] | None) -> bool:
        """Add and remove the table's replicas, one update each; whether there was one."""
        changed = False
        for number, (what, template) in enumerate(replicas.updates(running, step.template), 1):
            self._say(f"{step.name}: update {number}: {what}")
            self._deploy_alone(step, template)
            changed = True
        return changed

    def _deploy_alone(self, step: Step, template: dict[str, Any]) -> None:
        """Deploy a template on the way to the step's own; its record is not touched."""
        with self._alone(step, template) as folder:
            self._toolkit.deploy(folder, step.stack, {})

    @contextmanager
    def _alone(self, step: Step, template: dict[str, Any]) -> Iterator[Path]:
        """Write an assembly of a step's stack alone, with another template; yield its folder."""
        with tempfile.TemporaryDirectory(prefix="carte-update-") as scratch:
            folder = Path(scratch) / "assembly"
            of_one_stack(self._plan.assembly, step.stack, template, folder)
            yield folder

    def _parameters(self, step: Step) -> dict[str, str]:
        """Return the parameters of a step's template that CloudFormation cannot know by itself.

        A parameter of an existing stack that is left out keeps its value.

        Raises:
            CarteError: A parameter has no default, and its value is not known here.
        """
        parameters = {}
        for name, body in step.template.get("Parameters", {}).items():
            if name == _STREAM:
                parameters[name] = self._account.stream(self._table, step.region)
            elif name.startswith(_HEALTH_CHECK):
                region = str(body["Description"]).rpartition(" ")[2]
                found = self._account.outputs(f"carte-{region}", region)
                if _HEALTH_CHECK_OUTPUT in found:
                    parameters[name] = found[_HEALTH_CHECK_OUTPUT]
            elif "Default" not in body and name != _FILLED_BY_THE_CDK:
                raise CarteError(
                    f"{step.stack} needs the parameter {name}", "give it a default in infra_cdk"
                )
        return parameters

    def _active_alarms(self, step: Step) -> dict[str, ActiveAlarm]:
        """Return the alarms of a step's own stack that ring now, by name; of no other stack."""
        own = _alarms(step)
        if not own:
            return {}
        found = self._account.active_alarms(step.region)
        return {one.name: one for one in found if one.name in own}

    def _look_after(
        self,
        step: Step,
        *,
        bake: bool,
        outputs: Mapping[str, str],
        before: Mapping[str, str],
    ) -> None:
        """Smoke-test a step; unless it was watched before, watch its stack's alarms for a while.

        An alarm that rang before the deployment and has not stopped since is no evidence against
        it: a fix must be deployable while the alarm that it ends still rings.

        Raises:
            CarteError: The step does not answer, or an alarm began to ring.
        """
        if step.kind == "edge" and outputs.keys() >= beside.SITE_OUTPUTS:
            self._upload_site(step, outputs)
        url = base_url(step, outputs)
        if url is not None:
            version = _version(step)
            named = origin_secret_of(step)
            probes = smoke_test(
                step,
                url,
                version,
                deadline=self._settings.patience,
                front=self._settings.front,
                secret=self._account.secret(named, step.region) if named else None,
                live=live_url(step, outputs),
            )
            self._say(f"{step.name}: {probes} probes answered at {url}")
        if not bake or not _alarms(step):
            return
        for name, since in before.items():
            self._say(f"{step.name}: {name} rings since {since}: not judged by it")
        until = time.monotonic() + self._settings.bake
        while True:
            now = self._active_alarms(step).values()
            began = [
                f"{one.name}: {one.reason}" for one in now if one.since != before.get(one.name)
            ]
            if began:
                raise CarteError(f"{step.name} raises alarms", detail="\n".join(began))
            left = until - time.monotonic()
            if left <= 0:
                return
            self._say(f"{step.name}: baking, {left:.0f} s left, no new alarm")
            time.sleep(min(left, _BETWEEN_LOOKS_S))

    def _upload_site(self, step: Step, outputs: Mapping[str, str]) -> None:
        named = {SIGN_IN: "SignIn", OPERATOR: "Operator"}
        generated = {file: outputs[name] for file, name in named.items() if name in outputs}
        with answered("the site cannot be uploaded"):
            count = upload_site(
                self._account.client("s3", step.region),
                outputs["SiteBucket"],
                owner=self._account.id,
                generated=generated,
            )
            forget_pages(
                self._account.client("cloudfront", step.region),
                outputs["DistributionId"],
                f"{step.digest[:16]}-{time.time_ns()}",
            )
        self._say(f"{step.name}: {count} files of the site uploaded")

    def _undo(self, step: Step, record: Record, text: str, started: float) -> Done:
        if step.kind not in _NEVER_ROLLED_BACK and self._settings.roll_back:
            try:
                self._refuse_overtaken(step, record)
                done = self._go_back(step, record, started)
            except CarteError as error:
                text += f"\nand what ran before could not be brought back: {_text(error)}"
            else:
                return replace(done, text=f"{text}\n{done.text}".rstrip())
        return Done(step.name, "failed", time.monotonic() - started, text)

    def _refuse_overtaken(self, step: Step, record: Record) -> None:
        """Refuse to undo what another deployment has put in place meanwhile.

        Raises:
            OvertakenError: Another deployment of the step began.
        """
        try:
            overtaken = self._journal.is_overtaken(record)
        except CarteError as error:
            # What ran before is known without the bucket: the way back does not depend on it.
            self._warn(step, f"not known whether another deployment began: {_text(error)}")
            return
        if overtaken:
            raise OvertakenError(
                f"another deployment of {step.name} began meanwhile",
                "wait until it has ended; it watches what it deploys",
            )


def _fingerprint(step: Step, parameters: Mapping[str, str]) -> str:
    """Return a hash of all that a step puts in place: template, parameters, the edge's site."""
    site = digest_of_site(BUILT) if step.kind == "edge" and BUILT.exists() else ""
    parts = json.dumps([step.digest, dict(parameters), site], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()


def _text(error: CarteError) -> str:
    """Return an error with its hint, for a step's report among those of others."""
    return "\n".join([error.message, *error.detail.splitlines(), *error.hint.splitlines()])


def _alarms(step: Step) -> set[str]:
    """Return the names of the alarms of a step's own stack by which it is judged."""
    if step.kind in _NEVER_ROLLED_BACK:
        return set()
    return {
        one["Properties"]["AlarmName"]
        for one in step.template.get("Resources", {}).values()
        if one["Type"] in _ALARM_TYPES and "AlarmName" in one.get("Properties", {})
    }


def _version(step: Step) -> str:
    for one in step.template.get("Resources", {}).values():
        environment = one.get("Properties", {}).get("Environment", {})
        variables = environment.get("Variables", {}) if isinstance(environment, dict) else {}
        if "CARTE_VERSION" in variables:
            return str(variables["CARTE_VERSION"])
    return ""
