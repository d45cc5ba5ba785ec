"""Measure the gate: which mechanical edits of the constructs it catches, and which survive.

`python -m infra_cdk.gate --mutate 40` tries a sample, `--mutate 0` all of them. Not counted are
mutations that leave every template as it was, that change only texts or restate a default, and that
the CDK itself refuses, which fails every deployment before the gate.
"""

import importlib.abc
import importlib.util
import json
import random
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, Literal

from infra_cdk.checks.model import Cloud
from infra_cdk.config import Deployment
from infra_cdk.gate.configurations import ACCOUNT, SETTINGS
from infra_cdk.gate.equivalents import without_equivalents, without_texts
from infra_cdk.gate.mutations import Mutation, mutations
from infra_cdk.gate.offline import go_offline
from infra_cdk.packaging.stand_in import stand_in_package

Verdict = Literal["same", "equivalent", "refused", "caught", "caught by rules", "survived"]
# Two regions show all that several do; the rest is in the options.
_DEPLOYMENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "practised": SETTINGS["practised"],
    "production": {**SETTINGS["production"], "regions": ["us-east-1", "eu-west-1"]},
    "options": SETTINGS["options"],
}
# Parts of the paths of what only some configuration has; everything else is in production.
_CONFIGURATIONS: Final = {
    "options": ("dax.py", "network.py", "recovery", "table_key.py", "keys.py", "backup"),
    "practised": (
        *("audit", "configuration_recorder", "experiments", "game_days", "region_outage"),
        *("switch_plan", "region_switch"),
    ),
}
# The CDK never forgets an app: a process is good for a few.
_A_PROCESS: Final = 8
_WORKERS: Final = 2
_FRESH: Final = ("infra_cdk.constructs", "infra_cdk.stacks", "infra_cdk.app")
# Verdicts that say that an edit could break nothing, or could not be deployed.
NO_MATTER: Final = frozenset({"same", "equivalent", "refused"})
_HASH: Final = re.compile(r"[0-9a-f]{64}|[0-9a-f]{32}|[0-9A-F]{8}")


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a mutation.

    Attributes:
        mutation: The edit.
        verdict: Whether the templates changed, and what found it.
        by: The check that found it first; empty where none did.
    """

    mutation: Mutation
    verdict: Verdict
    by: str = ""


def measure(out: Path, sample: int, seed: int, only: str = "") -> Iterator[Result]:
    """Try mutations, and yield the outcome of each as soon as its batch is done.

    Args:
        out: A folder for the assemblies.
        sample: How many to try, chosen at random; 0: all.
        seed: Of the choice.
        only: A part of the path of the files to mutate, such as `constructs/live`; empty: all.
    """
    out.mkdir(parents=True, exist_ok=True)
    chosen = mutations(only=only)
    if sample:
        chosen = random.Random(seed).sample(chosen, min(sample, len(chosen)))
    batches = [chosen[at : at + _A_PROCESS] for at in range(0, len(chosen), _A_PROCESS)]
    work = [(batch, out / str(number)) for number, batch in enumerate(batches)]
    with get_context("spawn").Pool(_WORKERS, go_offline, maxtasksperchild=1) as pool:
        for done in pool.imap_unordered(try_batch, work, chunksize=1):
            yield from done


def line_of(result: Result) -> str:
    """Return the outcome of one mutation as a line."""
    mutation, by = result.mutation, f" by {result.by}" if result.by else ""
    return f"{result.verdict}{by}: {mutation.path}:{mutation.line}: {mutation.what}"


def report(results: Sequence[Result]) -> Iterator[str]:
    """Yield the report's lines: the share that was caught, then each survivor."""
    counts = Counter(one.verdict for one in results)
    matters = [one for one in results if one.verdict not in NO_MATTER]
    caught = counts["caught"] + counts["caught by rules"]
    share = caught / len(matters) if matters else 1.0
    yield (
        f"{len(results)} mutations: {counts['same']} change no template, {counts['equivalent']} "
        f"nothing but texts and restated defaults, {counts['refused']} the CDK refuses; of the "
        f"other {len(matters)}, the gate catches {caught} ({share:.1%}): {counts['caught']} by own "
        f"checks, {counts['caught by rules']} by rules and cfn-lint"
    )
    for one in results:
        if one.verdict == "survived":
            yield line_of(one)


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a mutated source."""

    def __init__(self, mutation: Mutation) -> None:
        self._name = mutation.path.removesuffix(".py").replace("/", ".")
        self._mutation = mutation

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """Take over the one module."""
        if name != self._name:
            return None
        return importlib.util.spec_from_loader(name, self, origin=self._mutation.path)

    def exec_module(self, module: Any) -> None:
        """Run the mutated source; `__file__` is where the original is."""
        file = Path(__file__).parents[2] / self._mutation.path
        module.__file__ = str(file)
        exec(compile(self._mutation.source, str(file), "exec"), module.__dict__)  # noqa: S102 - our own source


def try_batch(work: tuple[Sequence[Mutation], Path]) -> list[Result]:
    """Try a few mutations in this process, whose modules of infra_cdk are loaded anew.

    Args:
        work: The mutations, and a folder for their assemblies, which is removed afterwards.
    """
    batch, out = work
    originals = {name: _synthesize(name, out / name) for name in _needed(batch)}
    results = [
        _try(one, originals[_configuration(one)], out / f"mutant-{number}")
        for number, one in enumerate(batch)
    ]
    shutil.rmtree(out, ignore_errors=True)
    return results


def checks_that_find(work: tuple[Sequence[Mutation], Path]) -> frozenset[str]:
    """Return the names of the checks that find something where all of these edits are made.

    Modules of infra_cdk are loaded anew in this process.

    Args:
        work: Mutations of different files, and a folder for the assembly.
    """
    from infra_cdk.checks.registry import CHECKS

    batch, out = work
    (name,) = _needed(batch)
    mutant = _synthesize(name, out, batch)
    return frozenset(check.name for check in CHECKS if check.findings(mutant))


def _needed(batch: Sequence[Mutation]) -> set[str]:
    return {_configuration(one) for one in batch}


def _configuration(mutation: Mutation) -> str:
    for name, parts in _CONFIGURATIONS.items():
        if any(part in mutation.path for part in parts):
            return name
    return "production"


def _try(mutation: Mutation, original: Cloud, out: Path) -> Result:
    from infra_cdk.checks.registry import CHECKS

    name = _configuration(mutation)
    try:
        mutant = _synthesize(name, out, [mutation])
    except Exception:  # noqa: BLE001 - whatever it is, no deployment gets past it
        return Result(mutation, "refused")
    if _plain(mutant) == _plain(original):
        return Result(mutation, "same")
    if _plain(mutant, loosely=True) == _plain(original, loosely=True):
        return Result(mutation, "equivalent")
    for check in CHECKS:
        if check.findings(mutant):
            return Result(mutation, "caught", check.name)
    by = _rules(name, mutant, original, mutation, out)
    return Result(mutation, "caught by rules" if by else "survived", by)


def _rules(name: str, mutant: Cloud, original: Cloud, mutation: Mutation, out: Path) -> str:
    """Return what cfn-lint, the house rules or cdk-nag find in a mutant; empty: nothing."""
    from infra_cdk.gate.linting import lint_template

    before = {stack.name: stack.template for stack in original.stacks}
    for stack in mutant.stacks:
        if stack.template != before.get(stack.name):
            found = lint_template(stack.template, [stack.region])
            if found:
                return f"cfn-lint: {found[0]}"
    judged = out.with_name(f"{out.name}-judged")
    _synthesize(name, judged, [mutation], judged=True)
    from infra_cdk.gate.synthesis import broken_rules

    rules = broken_rules(judged)
    return rules[0] if rules else ""


def _synthesize(
    name: str, out: Path, edits: Sequence[Mutation] = (), *, judged: bool = False
) -> Cloud:
    """Synthesize a deployment from sources with these mutations, each of another file."""
    from infra_cdk.gate.synthesis import judged_app

    deployment = Deployment.from_mapping({"account": ACCOUNT, **_DEPLOYMENTS[name]})
    for module in [one for one in sys.modules if one.startswith(_FRESH)]:
        del sys.modules[module]
    finder = [_Mutated(one) for one in edits]
    sys.meta_path[:0] = finder
    try:
        app = judged_app(out, template_rules=judged, nag=judged)
        from infra_cdk.app import add_stacks

        out.mkdir(parents=True, exist_ok=True)
        package = stand_in_package(out.with_suffix(".zip"))
        add_stacks(app, deployment, package)
        try:
            app.synth()
        except RuntimeError as error:
            if "ValidationFailed" not in str(error):
                raise
    finally:
        sys.meta_path[:] = [one for one in sys.meta_path if one not in finder]
    return Cloud.of_assembly(out, deployment)


def _plain(cloud: Cloud, *, loosely: bool = False) -> list[str]:
    """The templates without texts for people and hashes; loosely: without equivalents, too."""
    plain = without_equivalents if loosely else without_texts
    return sorted(
        _HASH.sub("#", json.dumps(plain(stack.template), sort_keys=True)) for stack in cloud.stacks
    )
