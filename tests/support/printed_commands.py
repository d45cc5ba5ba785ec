"""The commands of a page of docs/, as printed, and a shell that runs them against a local cloud."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from localcloud.layout import REPO_ROOT
from tests.support.local_cloud import LocalCloud

AWS = REPO_ROOT / ".venv-aws" / "bin" / "aws"
_SECONDS = 300
# Only the second version of the AWS CLI, which PyPI does not have, encodes payloads by itself.
_SECOND_VERSION = "--cli-binary-format raw-in-base64-out"
_PLACEHOLDER = re.compile(r"<[a-z' ]+>|\.\.\.")
_CODE_INDENT = 4  # of blocks; text of lists is indented by three at most

# Each request goes to the emulator of the last region that the command names.
_PROGRAM = """#!/bin/bash
for word in "$@"; do
  case "$word" in
{cases}  esac
done
exec {program} "$@"
"""


class PrintedCommands:
    """The commands of a page, without prompts and comments."""

    def __init__(self, page: str) -> None:
        self._text = (REPO_ROOT / "docs" / page).read_text(encoding="utf-8")

    def block(self, part: str, places: Mapping[str, str]) -> str:
        """Return the only block of commands that has a text, with its places filled in."""
        return _filled(_only(part, (one for one in self._blocks() if part in one)), places)

    def line(self, part: str, places: Mapping[str, str] | None = None) -> str:
        """Return the only command that has a text, of a block or within a sentence.

        Args:
            part: What it has.
            places: What to write for what the page leaves open, or has as an example.
        """
        lines = {one for one in self._lines() if part in one}
        found = lines or {one for one in self._sentences() if part in one}
        return _filled(_only(part, iter(found)), places or {})

    def _blocks(self) -> Iterator[str]:
        block: list[str] = []
        for line in [*self._text.splitlines(), ""]:
            if line.startswith(" " * _CODE_INDENT):
                block.append(line.strip())
            elif block:
                yield "\n".join(block)
                block = []

    def _lines(self) -> Iterator[str]:
        for block in self._blocks():
            for line in block.replace("\\\n", "").splitlines():
                yield re.sub(r"\s+# .*", "", line)

    def _sentences(self) -> Iterator[str]:
        text = re.sub(r"```.*?```", "", self._text, flags=re.DOTALL)
        for found in re.findall(r"`([^`]+)`", text):
            yield " ".join(found.split())


class OperatorShell:
    """A shell in a folder of its own, in which `aws` and `carte` reach a cloud's emulators."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        self.folder = folder
        programs = folder / "programs"
        programs.mkdir()
        cases = "".join(
            f"    {one.name}) export AWS_ENDPOINT_URL={one.endpoint};;\n"
            for one in cloud.layout.regions
        )
        # For queues the AWS CLI does not look at AWS_ENDPOINT_URL.
        aws = f'{AWS} --endpoint-url "$AWS_ENDPOINT_URL"'
        for name, program in (("aws", aws), ("carte", f"{sys.executable} -m cli.main")):
            file = programs / name
            file.write_text(_PROGRAM.format(cases=cases, program=program), encoding="utf-8")
            file.chmod(0o755)
        primary = cloud.layout.region(cloud.layout.primary)
        self._environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(folder),
            "PYTHONPATH": str(REPO_ROOT),
            "NO_PROXY": "127.0.0.1,localhost",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": primary.name,
            "AWS_ENDPOINT_URL": primary.endpoint,
        }

    def run(self, *commands: str, check: bool = True, **variables: str) -> str:
        """Run commands one after the other, until one fails; return what they print.

        Args:
            commands: In the shell's language.
            check: Whether a failure fails the test.
            variables: More environment variables.
        """
        assert AWS.exists(), "`make .venv-aws/.ready` installs the AWS CLI"
        script = "\n".join(commands).replace(_SECOND_VERSION, "")
        done = subprocess.run(
            ("bash", "-euo", "pipefail", "-c", script),
            cwd=self.folder,
            env={**self._environment, **variables},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert not check or done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout if check else done.stdout + done.stderr


def _only(part: str, found: Iterator[str]) -> str:
    (one,) = found
    assert part in one
    return one


def _filled(command: str, places: Mapping[str, str]) -> str:
    for place, value in places.items():
        assert place in command, f"{place} is not in: {command}"
        command = command.replace(place, value)
    left = _PLACEHOLDER.findall(command)
    assert not left, f"{left} is left open in: {command}"
    return command
