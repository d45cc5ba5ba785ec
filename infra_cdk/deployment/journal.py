"""The record of deployments to an account: finished steps, and what ran before them."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from infra_cdk.deployment.account import Account, answered
from infra_cdk.deployment.assembly import of_one_stack
from infra_cdk.deployment.steps import STACK_PREFIX, Plan, Step, in_order, read_plan
from services.domain.errors import CarteError

FOLDER: Final = "carte/deployments/"
_BEFORE: Final = ".before"
_NOT_THERE: Final = frozenset({"NoSuchBucket", "NoSuchKey"})
_REGION_AT_THE_END: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d$")
# Stacks that go there whatever the deployment's regions are: the edge's, and routing controls'.
_FIXED_REGIONS: Final = ("us-east-1", "us-west-2")


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
    """Notes in AWS, so that a deployment that was stopped goes on where it was, on any machine.

    They are objects of the CDK's bootstrap bucket in the region of the stack that they are about:
    it is there before the first step, it is where CloudFormation takes the template from, so no
    deployment goes on without it, and the pipeline's role may write there.

    They save time and enable going back; CloudFormation remains the truth, and a journal that is
    lost costs a few minutes of steps without changes, and the way back by `--roll-back`.

    What is kept as the previous template is the last one that is not known to be unfinished: a
    version that was deployed and then interrupted never takes the place of the one before it.
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    def finished(self, step: Step, fingerprint: str) -> str | None:
        """Return when a step with this fingerprint was deployed, smoke-tested and baked.

        None where it was not, or where something else was deployed since.

        Args:
            step: The step.
            fingerprint: Of all that the step puts in place.

        Raises:
            CarteError: The bucket cannot be read.
        """
        noted = self._read(step.region, _note(step))
        return str(noted["at"]) if noted and noted.get("finished") == fingerprint else None

    def begun(self, step: Step) -> Begun | None:
        """Return the step's last deployment where it was never finished.

        Raises:
            CarteError: The bucket cannot be read.
        """
        noted = self._read(step.region, _note(step))
        return Begun(noted["begun"], noted["ringing"]) if noted and "begun" in noted else None

    def begin(self, step: Step, ringing: Mapping[str, str]) -> None:
        """Note that a step's template is being deployed, and is not finished.

        Args:
            step: The step.
            ringing: The alarms of its stack that ring before it, by name: since when.

        Raises:
            CarteError: The bucket cannot be written.
        """
        self._write(step.region, _note(step), {"begun": step.digest, "ringing": dict(ringing)})

    def finish(self, step: Step, fingerprint: str) -> None:
        """Note that a step is done.

        Raises:
            CarteError: The bucket cannot be written.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._write(step.region, _note(step), {"finished": fingerprint, "at": at})

    def forget(self, step: Step) -> None:
        """Note that a step is neither done nor begun.

        Raises:
            CarteError: The bucket cannot be written.
        """
        self._write(step.region, _note(step), {})

    def keep_previous(self, plan: Plan, step: Step, template: dict[str, Any]) -> None:
        """Keep the template that runs now, as an assembly that the CDK can deploy again.

        Nothing is kept where the step's last deployment was not finished, and the one before it
        remains; nor where the step's own template runs already: both would take the way back.

        Raises:
            CarteError: The bucket cannot be written.
        """
        if template == step.template or self.begun(step) is not None:
            return
        with tempfile.TemporaryDirectory(prefix="carte-journal-") as scratch:
            made = Path(scratch) / "assembly"
            of_one_stack(plan.assembly, step.stack, template, made)
            files = {one.name: one.read_text(encoding="utf-8") for one in sorted(made.iterdir())}
        self._write(step.region, _before(step.stack), files)

    def write_previous(self, step: Step, folder: Path) -> Path | None:
        """Write the assembly that ran before the step's last deployment.

        Args:
            step: The step.
            folder: An existing folder, which gets a folder with the assembly.

        Returns:
            The assembly's folder; None where nothing is known to have run before.

        Raises:
            CarteError: The bucket cannot be read.
        """
        return self._write_kept(step.region, step.stack, folder)

    def plan_before(self, names: Sequence[str], regions: Sequence[str], folder: Path) -> Plan:
        """Return the steps of these names with the templates that ran before, in the plan's order.

        It needs neither the sources nor a package: both are of today, and may be broken.

        Args:
            names: The steps' names.
            regions: The deployment's regions, the primary first.
            folder: An existing folder, which gets the templates.

        Raises:
            CarteError: Of a step, nothing is known to have run before, or a bucket cannot be read.
        """
        steps: list[Step] = []
        missing: list[str] = []
        for name in dict.fromkeys(names):
            kept = (
                self._write_kept(region, f"{STACK_PREFIX}{name}", folder)
                for region in _regions_of(name, regions)
            )
            found = next((one for one in kept if one is not None), None)
            if found is None:
                missing.append(name)
            else:
                steps += read_plan(found, regions).steps
        if missing:
            raise CarteError(
                f"nothing is known to have run before {', '.join(missing)} was deployed",
                "see the names of steps in `carte deploy --plan`; else check out the version that "
                "ran before, and deploy it",
            )
        return Plan(folder, self._account.id, in_order(steps, regions))

    def _write_kept(self, region: str, stack: str, folder: Path) -> Path | None:
        files = self._read(region, _before(stack))
        if files is None:
            return None
        made = folder / f"{stack}{_BEFORE}"
        made.mkdir(exist_ok=True)
        for name, text in files.items():
            (made / Path(name).name).write_text(text, encoding="utf-8")
        return made

    def _read(self, region: str, key: str) -> dict[str, Any] | None:
        client, bucket = self._account.bootstrap_bucket(region)
        with answered(f"the record of deployments in {bucket} cannot be read"):
            try:
                body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] in _NOT_THERE:
                    return None
                raise
        found: dict[str, Any] = json.loads(body)
        return found

    def _write(self, region: str, key: str, note: Mapping[str, Any]) -> None:
        client, bucket = self._account.bootstrap_bucket(region)
        with answered(f"the record of deployments in {bucket} cannot be written"):
            client.put_object(
                Bucket=bucket,
                Key=key,
                Body=json.dumps(note).encode(),
                ContentType="application/json",
            )


def _note(step: Step) -> str:
    return f"{FOLDER}{step.stack}.json"


def _before(stack: str) -> str:
    return f"{FOLDER}{stack}{_BEFORE}.json"


def _regions_of(name: str, regions: Sequence[str]) -> Iterator[str]:
    """Yield where the stack of a step may be, the likeliest region first, each once."""
    at_the_end = _REGION_AT_THE_END.search(name)
    named = [at_the_end.group()] if at_the_end else []
    yield from dict.fromkeys([*named, *regions[:1], *_FIXED_REGIONS, *regions])
