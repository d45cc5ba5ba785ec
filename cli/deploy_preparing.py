"""What `carte deploy` does before it changes anything: reads, builds, judges, plans, and asks."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from cli.options import print_json
from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    from infra_cdk.config import Deployment
    from infra_cdk.deployment.prerequisites import Prerequisite
    from infra_cdk.deployment.steps import Plan, Step

_DEFAULT_CONFIG: Final = Path("deployment.toml")


def read_config(config: Path | None) -> "Deployment":
    """Return the settings of a deployment file; None: of deployment.toml, or the defaults.

    Raises:
        UnusableInputError: The file cannot be read, or is wrong.
    """
    from infra_cdk.config import ConfigError, Deployment

    path = config or found_config()
    try:
        return Deployment.from_toml(path) if path else Deployment()
    except ConfigError as error:
        raise UnusableInputError(
            str(error), "compare with infra_cdk/deployment.example.toml"
        ) from error


def found_config() -> Path | None:
    """Return deployment.toml of the folder in which the command runs, if it is there."""
    return _DEFAULT_CONFIG if _DEFAULT_CONFIG.exists() else None


def build(config: Path | None, assembly: Path, say: Any) -> Path:
    """Build the package and write the templates; return their folder."""
    from infra_cdk.deployment import building

    say("package: one for all regions")
    building.build_package()
    building.synthesize(config, assembly)
    return assembly


def build_names_alone(config: Path | None, folder: Path, say: Any) -> Path:
    """Write templates whose packages are empty: a comparison needs the names of stacks alone."""
    from infra_cdk.deployment import building

    say("templates: for the names of the stacks")
    return building.synthesize_without_code(config, folder)


def judge(config: Path | None, say: Any) -> None:
    """Run the gate over what is going to be deployed."""
    from infra_cdk.deployment import building

    say("gate: everything that can be wrong offline")
    building.judge(config, building.PACKAGE, say)


def prerequisites_of(
    plan: "Plan",
    steps: "tuple[Step, ...]",
    deployment: "Deployment",
    *,
    reads_only: bool = False,
) -> "list[Prerequisite]":
    """Return what a deployment needs; `reads_only`: what a comparison or going back needs."""
    from infra_cdk.deployment import prerequisites
    from infra_cdk.deployment.account import Account
    from infra_cdk.deployment.site import BUILT

    emulated = bool(os.environ.get("AWS_ENDPOINT_URL"))
    builds = not reads_only and any(step.kind == "edge" for step in steps)
    site = BUILT if builds else None
    found = [*prerequisites.of_this_machine(site=site)]
    found.append(prerequisites.real_account(plan.account, emulated=emulated))
    if builds:
        found.append(prerequisites.of_the_operator(deployment.operator))
    account = Account(plan.account)
    found += prerequisites.of_the_account(account, () if reads_only else steps)
    if not reads_only and deployment.recovery.accelerated_dns and all(one.met for one in found):
        found.append(prerequisites.of_the_zone(account, deployment.domain.zone_id))
    return found


def require(found: "list[Prerequisite]", say: Any) -> None:
    """Print prerequisites, and refuse to go on where one is missing.

    Raises:
        CarteError: One is missing; all that are missing are named with their remedies.
    """
    for one in found:
        say(f"  {'ok     ' if one.met else 'MISSING'} {one.name}: {one.text}")
    missing = [one for one in found if not one.met]
    if missing:
        raise CarteError(
            f"{len(missing)} prerequisite(s) missing; nothing was deployed",
            missing[0].remedy,
            detail="\n".join(f"{one.name}: {one.remedy}" for one in missing),
        )


def show_plan(
    plan: "Plan", steps: "tuple[Step, ...]", deployment: "Deployment", *, as_json: bool
) -> None:
    """Print the steps of a deployment in their order, and what this machine lacks for it."""
    from infra_cdk.deployment import prerequisites
    from infra_cdk.deployment.beside import OF_EACH_STEP, beside
    from infra_cdk.deployment.replicas import replicas

    machine = list(prerequisites.of_this_machine(site=None))
    if as_json:
        print_json(
            {
                "account": plan.account,
                "assembly": str(plan.assembly),
                "version": deployment.version,
                "prerequisites": [asdict(one) for one in machine],
                "steps": [
                    {
                        "name": one.name,
                        "stack": one.stack,
                        "region": one.region,
                        "resources": one.resources,
                        "digest": one.digest,
                        "replicas": list(replicas(one.template)),
                        "beside": [asdict(each) for each in beside(one, plan.steps)],
                    }
                    for one in steps
                ],
                "ofEachStep": list(OF_EACH_STEP),
            }
        )
        return
    for one in machine:
        print(f"  {'ok     ' if one.met else 'MISSING'} {one.name}: {one.text}")
        if not one.met:
            print(f"          {one.remedy}")
    print(f"carte {deployment.version} to account {plan.account}, in this order:")
    for number, step in enumerate(steps, 1):
        text = f"{step.stack} in {step.region}: {step.resources} resources"
        print(f"  {number}. {step.name:<16} {text}")
        for each in beside(step, plan.steps):
            print(f"     {each.text}")
    print("in each step, too:")
    for text in OF_EACH_STEP:
        print(f"  - {text}")
    print("nothing was deployed; leave --plan out to deploy, or --diff shows what would change")


def confirm(yes: bool, question: str) -> None:
    """Have a person confirm, unless `--yes` was given.

    Raises:
        CarteError: Nobody can be asked, or the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UnusableInputError(
            "standard input is no terminal, so the deployment cannot be confirmed",
            "add --yes to deploy without confirmation",
        )
    if not typer.confirm(question):
        raise CarteError("nothing was deployed", "run it again and answer y to deploy")
