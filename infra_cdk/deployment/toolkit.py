"""The AWS CDK's command line, pinned in infra_cdk/cli: it uploads assets and runs change sets."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra_cdk.app import ROOT as REPO_ROOT
from services.domain.errors import CarteError

FOLDER: Final = REPO_ROOT / "infra_cdk" / "cli"
PROGRAM: Final = FOLDER / "node_modules" / ".bin" / "cdk"
# A question or a notice would stop a pipeline; telemetry would report it to others.
_QUIET: Final = ("--no-notices", "--ci", "--no-color")
_ALONE: Final = ("--exclusively", "--require-approval", "never", "--outputs-file")
# Lines of its output to leave out, and lines that say why it failed.
_NOISE: Final = ("✨", "Stack ARN", "arn:")
_FAILURES: Final = ("FAILED", "Error", "error", "❌")
_ENVIRONMENT: Final = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    "NODE_NO_WARNINGS": "1",
}


def pinned_version() -> str:
    """The version of aws-cdk that package.json pins."""
    package = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    return str(package["devDependencies"]["aws-cdk"])


def installed_version(folder: Path = FOLDER) -> str:
    """The version of aws-cdk that is installed in a folder; empty where there is none.

    Read from its package, because to start it takes a second.
    """
    package = folder / "node_modules" / "aws-cdk" / "package.json"
    try:
        return str(json.loads(package.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


@dataclass(frozen=True, slots=True)
class Deployed:
    """The result of deploying a stack.

    Attributes:
        changed: False where CloudFormation had nothing to do.
        outputs: the stack's outputs.
    """

    changed: bool
    outputs: Mapping[str, str]


class Toolkit:
    """Runs the CDK's command line.

    Args:
        say: gets each line that it prints while it works.
        program: the executable.
    """

    def __init__(self, say: Callable[[str], None], program: Path = PROGRAM) -> None:
        self._say = say
        self._program = program

    def deploy(self, assembly: Path, stack: str, parameters: Mapping[str, str]) -> Deployed:
        """Deploy one stack of an assembly, and no other.

        Raises:
            CarteError: CloudFormation refused or failed; it has rolled the stack back.
        """
        given = [
            word
            for name, value in parameters.items()
            for word in ("--parameters", f"{stack}:{name}={value}")
        ]
        with tempfile.TemporaryDirectory(prefix="carte-outputs-") as folder:
            outputs = Path(folder) / "outputs.json"
            lines = self.run(
                ["deploy", stack, "--app", str(assembly), *_ALONE, str(outputs), *given],
                f"CloudFormation did not take {stack}",
                "mend what it names and run `carte deploy` again: finished steps are skipped",
            )
            known = json.loads(outputs.read_text(encoding="utf-8")) if outputs.exists() else {}
        changed = not any("(no changes)" in line for line in lines)
        return Deployed(changed, known.get(stack, {}))

    def difference(self, assembly: Path, stack: str) -> list[str]:
        """Return what would change in a stack, as lines for a person."""
        return self.run(
            ["diff", stack, "--app", str(assembly), "--exclusively", "--method=template"],
            f"{stack} cannot be compared",
            "check the credentials",
        )

    def refuse_drift(self, assembly: Path, stack: str, credentials: Mapping[str, str]) -> None:
        """Compare a deployed stack's resources with its template, as CloudFormation does.

        Args:
            assembly: The assembly that holds the stack.
            stack: Its name.
            credentials: Environment variables of credentials that may look at all resources;
                empty: the caller's own.

        Raises:
            CarteError: A resource was changed beside CloudFormation, or cannot be looked at.
        """
        self.run(
            ["drift", stack, "--app", str(assembly), "--fail"],
            f"{stack} was changed by hand since it was deployed, or cannot be compared",
            "take what was changed into the sources, or change it back: a deployment would undo "
            "it, or leave it as it is without a word",
            credentials,
        )

    def run(
        self,
        arguments: Sequence[str],
        failure: str,
        hint: str,
        credentials: Mapping[str, str] | None = None,
    ) -> list[str]:
        """Run the CDK's command line; return the lines that it printed.

        Args:
            arguments: Arguments of the command line.
            failure: The message where it fails.
            hint: What to do then.
            credentials: Environment variables of other credentials than the caller's.

        Raises:
            CarteError: The command failed, or the CDK is not installed.
        """
        if not self._program.exists():
            raise CarteError("the CDK's command line is missing", "cd infra_cdk/cli && npm ci")
        process = subprocess.Popen(
            [str(self._program), *arguments, *_QUIET],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **_ENVIRONMENT, **(credentials or {})},
        )
        lines = []
        assert process.stdout is not None  # noqa: S101 - for the type checker
        with process.stdout:
            for line in process.stdout:
                if line.strip():
                    lines.append(line.rstrip())
                    if not _is_noise(line.strip()):
                        self._say(line.rstrip())
        if process.wait() != 0:
            failures = [line for line in lines if any(word in line for word in _FAILURES)]
            detail = "\n".join(failures or lines[-15:])
            raise CarteError(failure, _remedy(detail) or hint, detail=detail)
        return lines


def _is_noise(line: str) -> bool:
    """Return whether a line can be left out: asset steps, and events of successes."""
    went_well = " | " in line and "FAILED" not in line
    return went_well or line.startswith(_NOISE) or ": start: " in line or ": success: " in line


def _remedy(output: str) -> str | None:
    """Return what to do where the message alone does not say it."""
    if "TerminationProtection" in output:
        # A protected stack whose first deployment failed is empty, and still cannot be replaced.
        return (
            "its first deployment failed and left an empty, protected stack: `aws cloudformation "
            "update-termination-protection --no-enable-termination-protection --stack-name STACK`, "
            "then `aws cloudformation delete-stack --stack-name STACK`, then deploy again"
        )
    return None
