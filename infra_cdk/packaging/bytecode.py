"""Bytecode for the target's Python: without it, a cold start compiles every module anew."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra_cdk.packaging.exceptions import PackagingError

CODE_ROOT: Final = "/var/task"  # where Lambda unpacks a package: what tracebacks show

# Lambda's files have no times worth comparing, so the bytecode is not checked against them. The
# hash seed is fixed because bytecode holds sets.
_COMPILE: Final = (
    *("-I", "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"),
    *("-p", CODE_ROOT),
)
_VERSION: Final = "import sys; print('%d.%d' % sys.version_info[:2])"


def compiler(python: str) -> Path | None:
    """An interpreter of that `major.minor` on this machine, or None."""
    for candidate in _candidates(python):
        if _version(candidate) == python:
            return candidate
    return None


def compile_all(folder: Path, interpreter: Path) -> None:
    """Write .pyc files that are valid for ever beside the modules of a folder.

    Raises:
        PackagingError: a module does not compile.
    """
    done = subprocess.run(
        [str(interpreter), *_COMPILE, "-s", str(folder), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    if done.returncode:
        raise PackagingError(f"compiling {folder.name} failed:\n{done.stdout}{done.stderr}")


def _candidates(python: str) -> Iterator[Path]:
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield Path(sys.executable)
    on_path = shutil.which(f"python{python}")
    if on_path:
        yield Path(on_path)
    # A pyenv shim on the path refuses every version but the chosen ones, so look behind it.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{python}*/bin/python{python}"))
    found = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "python", "find"),
            *("--managed-python", "--no-python-downloads", python),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode == 0:
        yield Path(found.stdout.strip())


def _version(interpreter: Path) -> str | None:
    done = subprocess.run(
        [str(interpreter), "-I", "-c", _VERSION], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None
