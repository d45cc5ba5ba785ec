"""The pipeline's own gate: actionlint for mistakes, zizmor for holes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / ".github" / "workflows"


def workflow_findings(folder: Path = FOLDER) -> list[str]:
    """Return what actionlint and zizmor find in the workflows of a folder, without network."""
    files = sorted(str(path) for path in folder.glob("*.yml"))
    return [*_actionlint(files), *_zizmor(files)]


def _actionlint(files: list[str]) -> list[str]:
    # Without shellcheck: it is not installed everywhere, and the gate must say the same everywhere.
    command = [_tool("actionlint"), "-shellcheck=", "-pyflakes=", "-format", "{{json .}}", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"actionlint failed: {done.stderr}")
    return [
        f"actionlint: {Path(one['filepath']).name}:{one['line']}: {one['message']}"
        for one in json.loads(done.stdout)
    ]


def _zizmor(files: list[str]) -> list[str]:
    command = [_tool("zizmor"), "--offline", "--no-config", "--persona=pedantic", "--format=json"]
    command += files
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as above
    if not done.stdout.strip():
        raise RuntimeError(f"zizmor failed: {done.stderr}")
    found = []
    for one in json.loads(done.stdout):
        where = one["locations"][0]
        name = Path(where["symbolic"]["key"]["Local"]["verbatim_path"]).name
        line = where["concrete"]["location"]["start_point"]["row"] + 1
        found.append(f"zizmor: {name}:{line}: {one['ident']}: {one['desc']}")
    return found


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
