"""Measure the gate: which changed or deleted values of the templates it catches.

`python -m infra_cdk.gate --mutate-values 200` synthesizes once and edits the templates, where
`--mutate` edits the sources and synthesizes for each: it tries many more values in the same time,
also those that no argument of a construct sets. A value is named by its resource's type and path.
"""

import copy
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from infra_cdk.checks.model import Cloud, Stack
from infra_cdk.config import Deployment
from infra_cdk.gate.configurations import ACCOUNT, SETTINGS
from infra_cdk.gate.equivalents import EQUIVALENT_KEYS, TEXTS, without_equivalents
from infra_cdk.gate.mutations import other_value
from infra_cdk.gate.synthesis import judged_app
from infra_cdk.packaging.stand_in import stand_in_package

_DEPLOYMENTS: Final = ("production", "options", "practised")
_INTRINSIC: Final = ("Ref", "Fn::")
EQUIVALENT: Final = "equivalent"
# No edits are made of what is equivalent whatever its value, nor of tags, of which most are the
# same on every resource.
_LEFT_OUT: Final = frozenset({*TEXTS, *EQUIVALENT_KEYS, "Tags"})
_REGION: Final = re.compile(r"[a-z]{2}-[a-z]+-\d")
_HASH: Final = re.compile(r"[0-9A-F]{8}")

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ValueEdit:
    """An edit of one value of a resource.

    Attributes:
        configuration: The deployment.
        stack: The stack's name.
        logical_id: Of the resource.
        type: Of the resource.
        path: Of the value, below `Properties`.
        value: In place of the value; None: it is deleted.
    """

    configuration: str
    stack: str
    logical_id: str
    type: str
    path: Place
    value: Any

    def __str__(self) -> str:
        """Return the edit as a line."""
        path = ".".join(map(str, self.path))
        what = "deleted" if self.value is None else f"becomes {self.value!r}"
        return f"{self.configuration} {self.stack} {self.logical_id} ({self.type}): {path} {what}"

    def into(self, cloud: Cloud) -> Cloud:
        """Return a deployment with this edit."""
        return Cloud(tuple(self._edited(one) for one in cloud.stacks), cloud.deployment)

    def _edited(self, stack: Stack) -> Stack:
        if stack.name != self.stack:
            return stack
        template = copy.deepcopy(stack.template)
        part = template["Resources"][self.logical_id]["Properties"]
        for key in self.path[:-1]:
            part = part[key]
        if self.value is None:
            del part[self.path[-1]]
        else:
            part[self.path[-1]] = self.value
        return replace(stack, template=template)


def edits_of(name: str, cloud: Cloud) -> Iterator[ValueEdit]:
    """Yield the edits of a deployment; of what each region has, those of one region alone."""
    seen: set[str] = set()
    for stack in cloud.stacks:
        for one in stack.resources():
            if one.type.startswith("AWS::CDK::"):
                continue
            for path, value in _values(one.properties):
                key = (
                    *(_REGION.sub("", stack.name), _HASH.sub("", one.logical_id)),
                    *map(str, path),
                )
                if _REGION.sub("", "/".join(key)) in seen:
                    continue
                seen.add(_REGION.sub("", "/".join(key)))
                changed = other_value(value)
                for new in (None, changed) if changed is not None else (None,):
                    yield ValueEdit(name, stack.name, one.logical_id, one.type, path, new)


def measure_values(
    out: Path, sample: int, seed: int, only: str = ""
) -> Iterator[tuple[ValueEdit, str]]:
    """Try edits of values; yield each with what found it, empty where nothing did.

    An edit that `equivalents` declares to matter to nothing is yielded with `EQUIVALENT`.

    Args:
        out: A folder for the assemblies.
        sample: How many to try, chosen at random; 0: all.
        seed: Of the choice.
        only: A part of the lines of the edits to try, such as `ReplicationConfiguration`; empty:
            all.
    """
    clouds = {name: _synthesize(name, out / name) for name in _DEPLOYMENTS}
    edits = [one for name, cloud in clouds.items() for one in edits_of(name, cloud)]
    edits = [one for one in edits if only in str(one)]
    if sample:
        edits = random.Random(seed).sample(edits, min(sample, len(edits)))
    for edit in edits:
        yield edit, outcome_of(edit, clouds[edit.configuration])


def report_values(results: Sequence[tuple[ValueEdit, str]]) -> Iterator[str]:
    """Yield the report's lines: the share that was caught, then each survivor."""
    equivalent = sum(by == EQUIVALENT for _, by in results)
    matters = len(results) - equivalent
    caught = [by for _, by in results if by not in {"", EQUIVALENT}]
    rules = sum(by.startswith("cfn-lint") for by in caught)
    share = len(caught) / matters if matters else 1.0
    yield (
        f"{len(results)} values, {equivalent} of which matter to nothing; of the other {matters}, "
        f"the gate catches {len(caught)} ({share:.1%}): {len(caught) - rules} by own checks, "
        f"{rules} by cfn-lint"
    )
    yield from (f"survived: {edit}" for edit, by in results if not by)


def outcome_of(edit: ValueEdit, cloud: Cloud) -> str:
    """Return which check finds an edit; empty: none; `EQUIVALENT`: it matters to nothing."""
    from infra_cdk.checks.registry import CHECKS
    from infra_cdk.gate.linting import lint_template

    mutant = edit.into(cloud)
    if _is_equivalent(edit, mutant, cloud):
        return EQUIVALENT
    for check in CHECKS:
        if check.findings(mutant):
            return check.name
    (stack,) = (one for one in mutant.stacks if one.name == edit.stack)
    found = lint_template(stack.template, [stack.region])
    return f"cfn-lint: {found[0]}" if found else ""


def _is_equivalent(edit: ValueEdit, mutant: Cloud, cloud: Cloud) -> bool:
    """Whether the edited resource says the same, as `equivalents` declares."""
    before, after = (_edited_resource(edit, one) for one in (cloud, mutant))
    return bool(before == after)


def _edited_resource(edit: ValueEdit, cloud: Cloud) -> Any:
    """Return a template of the resource of an edit alone, without what matters to nothing."""
    (stack,) = (one for one in cloud.stacks if one.name == edit.stack)
    body = stack.template["Resources"][edit.logical_id]
    return without_equivalents({"Resources": {edit.logical_id: body}})


def _values(part: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield the values of a part of a template with their paths; a reference is one value."""
    if isinstance(part, dict):
        if path and len(part) == 1 and next(iter(part)).startswith(_INTRINSIC):
            yield path, None
            return
        for key, value in part.items():
            if key not in _LEFT_OUT:
                yield from _values(value, (*path, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _values(value, (*path, index))
    else:
        yield path, part


def _synthesize(name: str, out: Path) -> Cloud:
    from infra_cdk.app import add_stacks

    settings = {**SETTINGS[name]}
    if name == "production":
        # Two regions show all that several do.
        settings["regions"] = ["us-east-1", "eu-west-1"]
    deployment = Deployment.from_mapping({"account": ACCOUNT, **settings})
    out.mkdir(parents=True, exist_ok=True)
    app = judged_app(out, template_rules=False, nag=False)
    add_stacks(app, deployment, stand_in_package(out.with_suffix(".zip")))
    app.synth()
    return Cloud.of_assembly(out, deployment)
