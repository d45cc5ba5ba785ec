"""The prerequisites of a deployment, each with its remedy."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra_cdk.config import LOCAL_ACCOUNT
from infra_cdk.config.operator import Operator
from infra_cdk.deployment.account import OLDEST_BOOTSTRAP, Account
from infra_cdk.deployment.quotas import Need, needs
from infra_cdk.deployment.steps import Step
from infra_cdk.deployment.toolkit import PROGRAM, installed_version, pinned_version
from services.domain.errors import CarteError

_OLDEST_NODE: Final = 20


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A prerequisite of a deployment.

    Attributes:
        name: what it is.
        met: whether it is there.
        text: what was found.
        remedy: what to do where it is not.
    """

    name: str
    met: bool
    text: str
    remedy: str = ""


def of_this_machine(*, site: Path | None) -> Iterator[Prerequisite]:
    """Yield what can be looked at without an account.

    Args:
        site: the built site, where the deployment uploads it.
    """
    node = _version_of("node")
    major = int(node.lstrip("v").split(".")[0]) if node else 0
    yield Prerequisite(
        "node", major >= _OLDEST_NODE, node or "missing", f"install Node {_OLDEST_NODE} or newer"
    )
    wanted = pinned_version()
    found = (installed_version() if PROGRAM.exists() else "") or "missing"
    yield Prerequisite(
        "cdk command line",
        found == wanted,
        f"{found}, pinned {wanted}",
        "cd infra_cdk/cli && npm ci",
    )
    if site is not None:
        there = (site / "index.html").exists()
        yield Prerequisite("site", there, "built" if there else "not built", "make web/dist/.ready")


def of_the_account(account: Account, steps: Sequence[Step]) -> Iterator[Prerequisite]:
    """Yield what only the account can answer: its owner, and whether the CDK may work in it."""
    try:
        caller = account.caller()
    except CarteError as error:
        yield Prerequisite("credentials", met=False, text=error.message, remedy=error.hint)
        return
    yield Prerequisite(
        "credentials",
        caller == account.id,
        f"of account {caller}, the deployment file names {account.id}",
        "choose another AWS_PROFILE, or another deployment file",
    )
    if caller != account.id:
        return
    for region in sorted({step.region for step in steps}):
        yield _of_bootstrap(account, region)
    for need in needs(steps):
        yield _of_quota(account, need)


def of_the_operator(operator: Operator) -> Prerequisite:
    """Return whether the site's imprint says who operates it."""
    lacks = operator.lacks()
    return Prerequisite(
        "operator of the site",
        not lacks,
        f"{', '.join(lacks)} not filled in" if lacks else operator.name,
        "fill in [operator] in the deployment file: the page /imprint shows it (docs/site.md)",
    )


def of_the_zone(account: Account, zone: str) -> Prerequisite:
    """Return whether the records of a hosted zone can be changed while us-east-1 is away.

    Route 53 developer guide, "Enabling accelerated recovery for managing public DNS records".
    CloudFormation can set it only on zones that it makes, and the deployment file names one that is
    there.

    Args:
        account: The account of the zone.
        zone: Its id.
    """
    try:
        state = account.accelerated_recovery(zone)
    except CarteError as error:
        state = f"NOT READ: {error.message}"
    return Prerequisite(
        "accelerated recovery of the hosted zone",
        state == "ENABLED",
        state,
        f"aws route53 update-hosted-zone-features --hosted-zone-id {zone} "
        "--enable-accelerated-recovery, or remove recovery.accelerated_dns",
    )


def _of_bootstrap(account: Account, region: str) -> Prerequisite:
    name = f"bootstrap of {region}"
    try:
        version = account.bootstrap_version(region)
    except CarteError as error:
        return Prerequisite(name, met=False, text=error.message, remedy=error.hint)
    return Prerequisite(
        name,
        version >= OLDEST_BOOTSTRAP,
        f"version {version}" if version else "missing",
        f"infra_cdk/cli/node_modules/.bin/cdk bootstrap aws://{account.id}/{region}",
    )


def _of_quota(account: Account, need: Need) -> Prerequisite:
    """Compare a quota; one that cannot be read stops no deployment, and is printed."""
    quota, name = need.quota, f"{need.quota.name} in {need.region}"
    try:
        value = account.quota(quota.service, quota.code, need.region)
    except CarteError as error:
        return Prerequisite(name, met=True, text=f"NOT CHECKED, needed {need.least:g}: {error}")
    return Prerequisite(
        name,
        value >= need.least,
        f"{value:g}, needed {need.least:g} by {need.because}",
        f"aws service-quotas request-service-quota-increase --region {need.region} --service-code "
        f"{quota.service} --quota-code {quota.code} --desired-value {need.least:g}; or lower the "
        "setting in the deployment file",
    )


def real_account(account: str, *, emulated: bool) -> Prerequisite:
    """A deployment file that forgot its account would name the emulators' one."""
    return Prerequisite(
        "account",
        emulated or account != LOCAL_ACCOUNT,
        account,
        'write account = "<twelve digits>" into the deployment file',
    )


def _version_of(program: str) -> str:
    if shutil.which(program) is None:
        return ""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip()
