# ruff: noqa: T201 - a command prints
"""Known vulnerabilities of what the lock files name: `make audit`.

pip-audit and npm look the locked versions up in the advisories of the registries that this machine
is set up to use. A registry may have none: a mirror usually serves packages only, and each of the
two tools then ends with words that do not say so. Nothing was audited then, which is reported and
is a failure too: an audit that did not take place must not pass for one.

Standard library only, because it runs in the environment of pip-audit.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("web", "infra_cdk/cli", "loadtests/bench/node")
_PATIENCE_S: Final = 300.0  # for one lock file
# What the tools write where a registry does not answer, or has no advisories.
_NO_ADVISORIES: Final = re.compile(
    r"could not be audited|audit endpoint returned an error|ENOAUDIT|ECONNREFUSED|ENOTFOUND|"
    r"EAI_AGAIN|ETIMEDOUT|ConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|"
    r"ServiceError|HTTPError"
)

Verdict = Literal["clean", "vulnerable", "not audited"]


class Audit(NamedTuple):
    """The result for one lock file.

    Attributes:
        lock: The lock file, from the root of the repository.
        verdict: Whether advisories were found, or could not be looked up.
        output: What the tool wrote.
    """

    lock: str
    verdict: Verdict
    output: str


def commands(root: Path = ROOT) -> dict[str, tuple[Path, Sequence[str]]]:
    """Return the command of each lock file, and the folder that it runs in.

    Args:
        root: The folder of the repository.
    """
    pip_audit = str(Path(sys.executable).with_name("pip-audit"))
    python = {
        f"requirements/{path.name}": (
            root,
            [
                *(pip_audit, "--strict", "--disable-pip", "--require-hashes", "--timeout", "20"),
                *("--progress-spinner", "off", "-r", f"requirements/{path.name}"),
            ],
        )
        for path in sorted((root / "requirements").glob("*.lock"))
    }
    npm = [shutil.which("npm") or "npm", "audit", "--package-lock-only", "--audit-level=high"]
    node = {f"{folder}/package-lock.json": (root / folder, npm) for folder in FOLDERS}
    return {**python, **node}


def audited(lock: str, folder: Path, command: Sequence[str]) -> Audit:
    """Run the tool of one lock file."""
    try:
        done = subprocess.run(  # noqa: S603 - commands of this file
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return Audit(lock, "not audited", f"no answer within {_PATIENCE_S:.0f} s")
    except OSError as error:
        return Audit(lock, "not audited", str(error))
    output = f"{done.stdout}{done.stderr}".strip()
    if done.returncode == 0:
        return Audit(lock, "clean", output)
    if _NO_ADVISORIES.search(output) is not None:
        return Audit(lock, "not audited", output)
    return Audit(
        lock, "vulnerable", "\n".join([output, *_locked(folder / Path(lock).name, output)])
    )


def _locked(lock: Path, output: str) -> list[str]:
    """Return the versions that npm's lock file has of what npm names: npm prints ranges alone."""
    if lock.suffix != ".json" or not lock.exists():
        return []
    packages = json.loads(lock.read_text(encoding="utf-8")).get("packages", {})
    named = {line.strip() for line in output.splitlines()} & packages.keys()
    return [f"locked: {one} {packages[one].get('version', '')}" for one in sorted(named)]


def main(wanted: Mapping[str, tuple[Path, Sequence[str]]] | None = None) -> int:
    """Audit every lock file.

    Returns:
        0 if all are clean, 1 if one has known vulnerabilities, else 2 if some were not audited.

    Args:
        wanted: Folder and command of each lock file; None: those of `commands`.
    """
    found = [audited(lock, *how) for lock, how in (wanted or commands()).items()]
    for one in found:
        print(f"{one.lock}: {one.verdict}")
        if one.verdict != "clean":
            print("\n".join(f"    {line}" for line in one.output.splitlines()[-40:]))
    missing = [one.lock for one in found if one.verdict == "not audited"]
    if missing:
        print(
            f"error: {len(missing)} of {len(found)} lock files were NOT audited: the registry that "
            "this machine uses gave no advisories\n"
            "next:  run `make audit` where PyPI and npm's registry answer themselves, as in the "
            "job `audit` of .github/workflows/test.yml",
            file=sys.stderr,
        )
    if any(one.verdict == "vulnerable" for one in found):
        print(
            "error: there are known vulnerabilities, see above\n"
            "next:  raise the versions that are named, then `make lock`",
            file=sys.stderr,
        )
        return 1
    return 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
