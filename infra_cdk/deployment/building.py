"""Judge, build once, synthesize: what every step of a deployment then takes from."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from infra_cdk.app import ROOT as REPO_ROOT
from infra_cdk.packaging.stand_in import stand_in_package
from services.domain.errors import CarteError

PACKAGE: Final = REPO_ROOT / "build" / "lambda-arm64.zip"
Say = Callable[[str], None]


def judge(config: Path | None, package: Path, say: Say) -> dict[str, Any]:
    """Run the offline gate over the deployment file; return its report.

    Raises:
        CarteError: it found something.
    """
    command = [sys.executable, "-m", "infra_cdk.gate", "--json", "--package", str(package)]
    if config is not None:
        command += ["--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPO_ROOT)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise CarteError(
            "the gate could not run",
            "see what it says",
            detail=(done.stderr or done.stdout)[-2000:],
        ) from error
    for step in report["steps"]:
        say(f"  {step['name']:<24} {step['seconds']:6.1f} s  {step['checked']}")
    if not report["passed"]:
        found = [f"{step['name']}: {one}" for step in report["steps"] for one in step["findings"]]
        raise CarteError(
            f"the gate found {len(found)} fault(s); nothing was deployed",
            "mend them in infra_cdk; `python -m infra_cdk.gate` shows them again",
            detail="\n".join(found),
        )
    return report


def build_package() -> None:
    """Make the Lambdas' zip, unless it is there, made from the same sources.

    Raises:
        CarteError: it could not be made.
    """
    _run([sys.executable, "-m", "infra_cdk.packaging", "--target", "lambda"], "the package")


def synthesize(
    config: Path | None, assembly: Path, package: Path | None = None, *, judged: bool = True
) -> None:
    """Write the assembly that is going to be deployed.

    Args:
        config: The deployment file; None: the defaults.
        assembly: The folder to write.
        package: Zip of most Lambdas; None: the one that `build_package` made.
        judged: Whether the CDK judges the templates by its own rules.

    Raises:
        CarteError: a template could not be made.
    """
    command = [sys.executable, "-m", "infra_cdk.app", "--out", str(assembly)]
    if package is not None:
        command += ["--package", str(package)]
    if not judged:
        command.append("--unjudged")
    if config is not None:
        command += ["--config", str(config)]
    _run(command, "the templates")


def synthesize_without_code(config: Path | None, folder: Path) -> Path:
    """Write an assembly whose packages are empty, for whoever needs the names of stacks alone.

    Args:
        config: The deployment file; None: the defaults.
        folder: An existing folder, for the assembly and the packages.

    Returns:
        The assembly's folder.

    Raises:
        CarteError: a template could not be made.
    """
    assembly = folder / "assembly"
    synthesize(config, assembly, stand_in_package(folder / PACKAGE.name), judged=False)
    return assembly


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPO_ROOT)
    if done.returncode != 0:
        raise CarteError(
            f"{what} could not be made",
            "see what it says",
            detail=(done.stderr or done.stdout)[-2000:],
        )
