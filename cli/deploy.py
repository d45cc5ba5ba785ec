"""`carte deploy`: deploy what a deployment file describes to AWS, step by step."""

import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.deploy_preparing import (
    build,
    build_names_alone,
    confirm,
    found_config,
    judge,
    prerequisites_of,
    read_config,
    require,
    show_plan,
)
from cli.options import JsonOption, finite, print_json
from localcloud.layout import REPO_ROOT
from services.domain.errors import CarteError, UnknownNameError, UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from infra_cdk.config import Deployment
    from infra_cdk.deployment.drift import Comparison
    from infra_cdk.deployment.rollout import Done, Rollout
    from infra_cdk.deployment.steps import Plan, Step

EXAMPLES: Final = (
    "carte deploy --plan",
    "carte deploy --config deployment.toml",
    "carte deploy --region eu-west-1 --bake 600",
    "carte deploy --drift",
    "carte deploy --region eu-west-1 --roll-back",
)
_ASSEMBLY: Final = REPO_ROOT / "build" / "deploy"


def command(
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Deployment file; copy infra_cdk/deployment.example.toml to begin one.",
            show_default="deployment.toml",
        ),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION",
            help="Deploy only the stack of this region, such as eu-west-1; repeatable.",
        ),
    ] = None,
    step: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STEP",
            help="Deploy only this step, by its name in `--plan` (data, identity, a region, edge, "
            "operations, ...); repeatable.",
        ),
    ] = None,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan", help="Check the templates and print the steps; needs no AWS account."
        ),
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Print what would change in the AWS account; change nothing."),
    ] = False,
    drift: Annotated[
        bool,
        typer.Option(
            "--drift",
            help="Fail where a resource was changed by hand since it was deployed; change nothing.",
        ),
    ] = False,
    roll_back: Annotated[
        bool,
        typer.Option(
            "--roll-back",
            help="Return the steps of --region and --step to the version that ran before.",
        ),
    ] = False,
    bake: Annotated[
        float,
        typer.Option(
            min=0,
            callback=finite,
            metavar="SECONDS",
            help="Seconds to watch a region's alarms after deploying it.",
        ),
    ] = 300.0,
    again: Annotated[
        bool, typer.Option("--again", help="Deploy steps that are finished already, too.")
    ] = False,
    accept_outage: Annotated[
        bool,
        typer.Option(
            "--accept-outage",
            help="Deploy a region, too, that the running edge cannot reach afterwards: for another "
            "name in `[domain]`. The site is away until the step edge has run.",
        ),
    ] = False,
    assembly: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Deploy the templates and package that `--plan --keep` wrote there, unchecked.",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Write templates and package there, for `--assembly` later."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Deploy without asking for confirmation.")
    ] = False,
    smoke_front: Annotated[
        str | None,
        typer.Option(
            help="URL that takes the smoke tests' requests: for emulators.",
            envvar="CARTE_SMOKE_FRONT",
            hidden=True,
        ),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(
            min=0, callback=finite, help="Seconds until a smoke test gives up.", hidden=True
        ),
    ] = 180.0,
    as_json: JsonOption = False,
) -> None:
    """Deploy to AWS, step by step, with smoke tests and rollback.

    Checks the templates offline, builds the package once, and runs a smoke test after each step.
    The steps are the table, the identity pool, the regions from the last to the primary one, the
    edge, and operations. After a region its alarms are watched for a while; a step that fails goes
    back to what ran before, and no later step begins. Run it again to go on: what is finished is
    skipped.
    """
    from infra_cdk.deployment.steps import read_plan

    named = [*(step or []), *(region or [])]
    if roll_back and not named:
        raise UnusableInputError("--roll-back needs --region or --step", "name what goes back")
    say = _say_aside if as_json else _say
    deployment = read_config(config)
    from infra_cdk.deployment.account import Account
    from infra_cdk.deployment.drift import compare
    from infra_cdk.deployment.journal import Journal
    from infra_cdk.deployment.rollout import Rollout, RolloutSettings
    from infra_cdk.deployment.toolkit import Toolkit

    toolkit = Toolkit(lambda line: say(f"  {line}"))

    def rollout(of: "Plan") -> Rollout:
        account = Account(of.account)
        return Rollout(
            of,
            account=account,
            toolkit=toolkit,
            journal=Journal(account),
            settings=RolloutSettings(
                bake,
                again=again,
                front=smoke_front,
                patience=patience,
                accept_outage=accept_outage,
            ),
            table=deployment.table,
            say=say,
        )

    if roll_back:
        # From what was kept when it was deployed alone: the sources of today may be broken.
        with tempfile.TemporaryDirectory(prefix="carte-before-") as scratch:
            journal = Journal(Account(deployment.account))
            whole = journal.plan_before(named, deployment.regions, Path(scratch))
        require(prerequisites_of(whole, whole.steps, deployment, reads_only=True), say)
        confirm(yes, f"go back in {_names(whole.steps)} in account {whole.account}?")
        _go_back(rollout(whole), whole, as_json=as_json)
        return
    _check_regions(region or (), deployment)
    if drift:
        with tempfile.TemporaryDirectory(prefix="carte-drift-") as scratch:
            whole = read_plan(
                assembly or build_names_alone(config or found_config(), Path(scratch), say),
                deployment.regions,
            )
            chosen = whole.chosen(named)
            require(prerequisites_of(whole, chosen, deployment, reads_only=True), say)
            _refuse_drift(
                compare(Account(whole.account), whole.assembly, chosen), say, as_json=as_json
            )
        return
    made = assembly or build(config or found_config(), keep or _ASSEMBLY, say)
    whole = read_plan(made, deployment.regions)
    chosen = whole.chosen(named)
    if diff:
        require(prerequisites_of(whole, chosen, deployment, reads_only=True), say)
        rollout(whole).compare(chosen)
        return
    if assembly is None:
        judge(config or found_config(), say)
    if plan:
        show_plan(whole, chosen, deployment, as_json=as_json)
        return
    require(prerequisites_of(whole, chosen, deployment), say)
    to_run = rollout(whole)
    also = "".join(f", and {one}," for one in to_run.first_of_all(chosen))
    confirm(yes, f"deploy {_names(chosen)}{also} in account {whole.account}?")
    _tell(to_run.run(chosen), chosen, whole.account, as_json=as_json)


def _check_regions(named: "Sequence[str]", deployment: "Deployment") -> None:
    """Refuse a region that the deployment does not have, before anything is built.

    Raises:
        UnknownNameError: There is no such region.
    """
    for one in named:
        if one not in deployment.regions:
            raise UnknownNameError(
                "region",
                one,
                deployment.regions,
                where="in the deployment",
                more="other steps are named by --step",
            )


def _tell(done: "list[Done]", chosen: "tuple[Step, ...]", account: str, *, as_json: bool) -> None:
    """Print the result of a deployment.

    Raises:
        CarteError: A step failed, or was rolled back.
    """
    if as_json:
        print_json({"account": account, "done": [asdict(one) for one in done]})
    failed = [one for one in done if one.outcome in {"failed", "rolled back"}]
    if failed:
        left = _names(chosen[len(done) :]) or "nothing"
        raise CarteError(
            f"{failed[0].step}: {failed[0].outcome}; no later step was begun",
            "mend it and run `carte deploy` again: it goes on at this step",
            detail=f"{failed[0].text}\nnot begun: {left}",
        )
    if not as_json:
        total = sum(one.seconds for one in done)
        print(f"{len(done)} steps in {total:.0f} s: all of it stands")


def _names(steps: "Sequence[Step]") -> str:
    return ", ".join(one.name for one in steps)


def _go_back(rollout: "Rollout", plan: "Plan", *, as_json: bool) -> None:
    """Return steps to the version that ran before, the last of them first.

    Raises:
        CarteError: A step cannot go back; those that went back are named.
    """
    done: list[Done] = []
    failure: CarteError | None = None
    for one in reversed(plan.steps):
        try:
            done.append(rollout.go_back(one))
        except CarteError as error:
            failure = error
            break
    back = ", ".join(one.step for one in done)
    if as_json:
        print_json({"account": plan.account, "done": [asdict(one) for one in done]})
    elif done:
        print(f"back to the version before: {back}")
    if failure is not None:
        detail = [*failure.detail.splitlines(), f"went back: {back or 'nothing'}"]
        raise CarteError(failure.message, failure.hint, detail="\n".join(detail))


def _refuse_drift(
    comparisons: "Iterable[Comparison]", say: "Callable[[str], None]", *, as_json: bool
) -> None:
    """Print how stacks compare with what was deployed, and name all that were changed by hand.

    Raises:
        CarteError: Stacks were changed by hand, or cannot be compared.
    """
    refused: list[tuple[str, CarteError]] = []
    same: list[str] = []
    absent: list[str] = []
    for one in comparisons:
        name = one.step.name
        for line in one.lines:
            say(f"  {line}")
        if one.error is not None:
            refused.append((name, one.error))
            say(f"{name}: NOT as it was deployed, or not compared")
        elif one.outcome == "not deployed":
            absent.append(name)
            say(f"{name}: not deployed yet")
        else:
            same.append(name)
            say(f"{name}: as it was deployed")
    if as_json:
        reasons = {name: error.message for name, error in refused}
        print_json({"asDeployed": same, "notDeployed": absent, "refused": reasons})
    if refused:
        first = refused[0][1]
        names = ", ".join(name for name, _ in refused)
        many = f"{len(refused)} stacks were changed by hand, or cannot be compared: {names}"
        raise CarteError(
            many if len(refused) > 1 else first.message,
            first.hint,
            detail="\n".join(f"{error.message}\n{error.detail}" for _, error in refused),
        )


def _say(line: str) -> None:
    print(line, flush=True)


def _say_aside(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
