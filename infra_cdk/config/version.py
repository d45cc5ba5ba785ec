"""The version that a deployment shows: the project's, and the commit that it was built from."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_COMMIT: Final = re.compile(r"[0-9a-f]{12}")


@cache
def project_version() -> str:
    """Return the software's version, from the one place that says it: pyproject.toml."""
    text = (_ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


@cache
def software_version() -> str:
    """Return the project's version with its commit, such as `0.3.0+1f2e3d4c5b6a`.

    Two deployments between two releases differ in the commit, so a smoke test can distinguish the
    new code from the old. Without a repository (an unpacked archive) the project's version stands
    alone.
    """
    commit = _commit()
    return f"{project_version()}+{commit}" if commit else project_version()


def _commit() -> str:
    command = ["git", "-C", str(_ROOT), "rev-parse", "--short=12", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    except OSError:
        return ""
    found = done.stdout.strip()[:12]
    return found if _COMMIT.fullmatch(found) else ""
