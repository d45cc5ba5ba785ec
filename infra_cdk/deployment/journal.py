"""The records of deployments to an account: finished steps, and what ran before them."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from infra_cdk.deployment.account import Account
from infra_cdk.deployment.assembly import of_one_stack, template_of
from infra_cdk.deployment.bootstrap_bucket import BootstrapBucket
from infra_cdk.deployment.record import (
    Begun,
    NewerRecordError,
    Record,
    UnreadableRecordError,
    parse,
)
from infra_cdk.deployment.steps import (
    STACK_PREFIX,
    Plan,
    Step,
    UnreadableAssemblyError,
    in_order,
    read_plan,
)
from services.domain.errors import CarteError

FOLDER: Final = "carte/deployments/"
_BEFORE: Final = ".before"
_REGION_AT_THE_END: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d$")
# Stacks that go there whatever the deployment's regions are: the edge's, and routing controls'.
_FIXED_REGIONS: Final = ("us-east-1", "us-west-2")

# What reading an assembly that is none raises.
_NO_RECORD: Final = (
    *(AttributeError, LookupError, TypeError, ValueError),
    *(FileNotFoundError, IsADirectoryError, UnreadableAssemblyError),
)


class Journal:
    """Records in AWS, so that a deployment that was stopped goes on where it was, on any machine.

    They are objects of the CDK's bootstrap bucket in the region of the stack that they are about:
    it is there before the first step, it is where CloudFormation takes the template from, so no
    deployment goes on without it, and the pipeline's role may write there.

    They save time and enable going back; CloudFormation remains the truth, and a journal that is
    lost costs a few minutes of steps without changes, and the way back by `--roll-back`.

    What is kept as the previous template is the last one that is not known to be unfinished: a
    version that was deployed and then interrupted never takes the place of the one before it.

    A step reads its record once, and each write replaces what was read or written before, and
    nothing else: of two deployments of a step, one goes on, and the other gets an error.
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    def read(self, step: Step) -> Record:
        """Return the record of a step; an empty one where there is none.

        Raises:
            CarteError: The bucket cannot be read, or what is there is no record.
        """
        return self._read(step.stack, step.region)

    def is_overtaken(self, record: Record) -> bool:
        """Return whether another deployment wrote a record since this one was read or written.

        Raises:
            CarteError: The bucket cannot be read.
        """
        found = BootstrapBucket(self._account, record.region).read(_key(record.stack))
        return (found.tag if found else None) != record.tag

    def begin(
        self,
        plan: Plan,
        step: Step,
        record: Record,
        *,
        running: dict[str, Any] | None,
        active_alarms: Mapping[str, str],
    ) -> Record:
        """Note that a step's template is being deployed, is not finished, and what ran before.

        What runs is not kept where the step's last deployment was not finished, and the one before
        it remains; nor where the step's own template runs already: both would take the way back.

        Args:
            plan: The plan of the step.
            step: The step.
            record: As it was read.
            running: The template that runs, if any.
            active_alarms: The alarms of its stack that ring before it, by name: since when.

        Returns:
            The record as it is now.

        Raises:
            OvertakenError: Another deployment of the step began.
            CarteError: The bucket cannot be written.
        """
        previous = record.previous
        if running is not None and running != step.template and record.begun is None:
            previous = _files_of(plan, step, running)
        begun = Begun(step.digest, dict(active_alarms))
        return self._write(Record(step.stack, step.region, record.tag, begun, previous=previous))

    def finish(self, record: Record, fingerprint: str) -> Record:
        """Note that a step is done; return the record as it is now.

        Raises:
            OvertakenError: Another deployment of the step began.
            CarteError: The bucket cannot be written.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        return self._write(replace(record, begun=None, fingerprint=fingerprint, at=at))

    def forget(self, record: Record) -> Record:
        """Note that a step is neither done nor begun; return the record as it is now.

        Raises:
            OvertakenError: Another deployment of the step began.
            CarteError: The bucket cannot be written.
        """
        return self._write(replace(record, begun=None, fingerprint="", at=""))

    def write_previous(self, record: Record, folder: Path) -> Path | None:
        """Write the assembly that ran before the last deployment of a step.

        Args:
            record: The step's.
            folder: An existing folder, which gets a folder with the assembly.

        Returns:
            The assembly's folder; None where nothing is known to have run before.

        Raises:
            CarteError: What was kept is no assembly.
        """
        if not record.previous:
            return None
        made = folder / f"{record.stack}{_BEFORE}"
        made.mkdir(exist_ok=True)
        with self._readable(record.stack, record.region):
            for name, text in record.previous.items():
                (made / Path(name).name).write_text(text, encoding="utf-8")
            template_of(made, record.stack)
            read_plan(made, ())
        return made

    def plan_before(self, names: Sequence[str], regions: Sequence[str], folder: Path) -> Plan:
        """Return the steps of these names with the templates that ran before, in the plan's order.

        It needs neither the sources nor a package: both are of today, and may be broken.

        Args:
            names: The steps' names.
            regions: The deployment's regions, the primary first.
            folder: An existing folder, which gets the templates.

        Raises:
            CarteError: Of a step, nothing is known to have run before, or a bucket cannot be read,
                or what was kept is no assembly.
        """
        steps: list[Step] = []
        missing: list[str] = []
        for name in dict.fromkeys(names):
            records = (
                self._read(f"{STACK_PREFIX}{name}", region) for region in _regions_of(name, regions)
            )
            record = next((one for one in records if one.previous), None)
            found = None if record is None else self.write_previous(record, folder)
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

    def _read(self, stack: str, region: str) -> Record:
        found = BootstrapBucket(self._account, region).read(_key(stack))
        if found is None:
            return Record(stack, region)
        with self._readable(stack, region):
            return parse(found.body, found.tag, stack, region)

    def _write(self, record: Record) -> Record:
        bucket = BootstrapBucket(self._account, record.region)
        tag = bucket.write(_key(record.stack), record.to_json(), record.tag)
        return replace(record, tag=tag)

    @contextmanager
    def _readable(self, stack: str, region: str) -> Iterator[None]:
        """Say what to do with a record that cannot be read; it is left as it is.

        Raises:
            CarteError: It cannot be read.
        """
        try:
            yield
        except _NO_RECORD as error:
            where = BootstrapBucket(self._account, region).address(_key(stack))
            is_explained = isinstance(error, UnreadableRecordError | UnreadableAssemblyError)
            why = str(error) if is_explained else repr(error)
            newer = "deploy with the version that wrote it, or a newer one; or: "
            raise CarteError(
                f"the record of the deployments of {stack} cannot be read: {why}; nothing was "
                f"changed: {where}",
                (newer if isinstance(error, NewerRecordError) else "")
                + f"look at it (`aws s3 cp {where} - --region {region}`) and mend it, or move it "
                f"away (`aws s3 mv {where} {where}.unreadable --region {region}`) and deploy "
                "again: the step is watched once more, and what ran before it is not known until "
                "the next change",
            ) from error


def _key(stack: str) -> str:
    return f"{FOLDER}{stack}.json"


def _files_of(plan: Plan, step: Step, template: dict[str, Any]) -> dict[str, str]:
    """Return the files of an assembly by which the CDK can deploy a step's template again."""
    with tempfile.TemporaryDirectory(prefix="carte-journal-") as scratch:
        made = Path(scratch) / "assembly"
        of_one_stack(plan.assembly, step.stack, template, made)
        return {one.name: one.read_text(encoding="utf-8") for one in sorted(made.iterdir())}


def _regions_of(name: str, regions: Sequence[str]) -> Iterator[str]:
    """Yield where the stack of a step may be, the likeliest region first, each once."""
    at_the_end = _REGION_AT_THE_END.search(name)
    named = [at_the_end.group()] if at_the_end else []
    yield from dict.fromkeys([*named, *regions[:1], *_FIXED_REGIONS, *regions])
