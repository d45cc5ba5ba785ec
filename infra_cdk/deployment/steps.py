"""The order of a deployment, read from a synthesized assembly: one step per stack."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from services.domain.errors import CarteError, UnknownNameError

Kind = Literal[
    "keys",
    "data",
    "backup",
    "audit",
    "identity",
    "recovery",
    "secrets",
    "region",
    "health",
    "site",
    "edge",
    "game-days",
    "operations",
    "other",
]
STACK_PREFIX: Final = "carte-"
# Keys before the table that they lock, the table before its readers, secrets before the templates
# that refer to them, the edge after the regions that it sends to.
_ORDER: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a deployment: one stack.

    Attributes:
        name: how an operator calls it: `data`, `eu-west-1`, `edge`.
        kind: what it is, which decides its smoke test.
        stack: its name in CloudFormation.
        region: where it goes.
        template: its synthesized template.
        digest: hash of that template, which names its assets by their hashes.
        file: the template's file in the assembly.
    """

    name: str
    kind: Kind
    stack: str
    region: str
    template: dict[str, Any]
    digest: str
    file: str

    @property
    def resources(self) -> int:
        """How many resources it has."""
        return len(self.template.get("Resources", {}))


class UnreadableAssemblyError(CarteError):
    """A folder holds no assembly, or one that is not whole."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A deployment: its account, its steps in order."""

    assembly: Path
    account: str
    steps: tuple[Step, ...]

    def chosen(self, names: Sequence[str]) -> tuple[Step, ...]:
        """The steps of these names, in the plan's order; all where no name is given.

        Raises:
            UnknownNameError: a name is no step.
        """
        known = [step.name for step in self.steps]
        for name in names:
            if name not in known:
                raise UnknownNameError("step", name, known)
        return tuple(step for step in self.steps if not names or step.name in names)


def read_plan(assembly: Path, regions: Sequence[str]) -> Plan:
    """Read the steps of an assembly.

    Args:
        assembly: the folder that `python -m infra_cdk.app` wrote.
        regions: the deployment's regions, the primary first. They are deployed from the last to the
            first: a mistake meets the primary region only after it passed all others.

    Raises:
        UnreadableAssemblyError: there is no assembly, or one that is not whole.
        CarteError: its stacks go to several accounts.
    """
    manifest = assembly / "manifest.json"
    if not manifest.exists():
        raise UnreadableAssemblyError(
            f"there is no assembly in {assembly}", "leave --assembly out to make one"
        )
    steps, accounts = [], set()
    try:
        for step, account in _read_steps(assembly, manifest):
            steps.append(step)
            accounts.add(account)
    except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        raise UnreadableAssemblyError(
            f"the assembly in {assembly} is not whole: {error!r}",
            "write it anew with `carte deploy --plan --keep FOLDER`, or leave --assembly out",
        ) from error
    if len(accounts) != 1:
        raise CarteError(
            f"the assembly goes to the accounts {', '.join(sorted(accounts))}",
            "name one account in the deployment file",
        )
    return Plan(assembly, accounts.pop(), in_order(steps, regions))


def _read_steps(assembly: Path, manifest: Path) -> Iterator[tuple[Step, str]]:
    """Yield the steps of an assembly, and the account of each."""
    for stack, artifact in json.loads(manifest.read_text(encoding="utf-8"))["artifacts"].items():
        if artifact["type"] != "aws:cloudformation:stack":
            continue
        account, region = artifact["environment"].removeprefix("aws://").split("/")
        file = artifact["properties"]["templateFile"]
        text = (assembly / file).read_bytes()
        name = stack.removeprefix(STACK_PREFIX)
        digest = hashlib.sha256(text).hexdigest()
        template = json.loads(text)
        yield Step(name, _kind(name, region), stack, region, template, digest, file), account


def in_order(steps: Iterable[Step], regions: Sequence[str]) -> tuple[Step, ...]:
    """Return steps in the order of their deployment; see `read_plan` for the regions."""
    latest_first = {region: -index for index, region in enumerate(regions)}
    return tuple(
        sorted(steps, key=lambda step: (_ORDER.index(step.kind), latest_first.get(step.name, 0)))
    )


def _kind(name: str, region: str) -> Kind:
    if name == region:
        return "region"
    if name == "region-switch":
        return "recovery"
    for kind in _ORDER:
        if name in {kind, f"{kind}-{region}"}:
            return kind
    return "other"
