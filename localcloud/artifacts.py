"""Build what gets deployed: the Lambda package for this machine and the synthesized templates."""

import fcntl
import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from infra_cdk.packaging.target import by_name
from localcloud import issuer
from localcloud.layout import REPO_ROOT, CloudLayout

Run = Callable[[str, Sequence[str]], None]
"""Runs a command to its end: a name for its log, and its arguments. Raises when it fails."""

# The jsii runtime greets the Node version of the newest supported machines with a banner.
ENVIRONMENT: Final = {"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"}

_BUILDS: Final = REPO_ROOT / "build"
# Of other regions or sources, so that two checkouts' states alternate.
_ASSEMBLIES: Final = 3
_SOURCES: Final = ("graphql_schema", "infra_cdk", "services", "requirements")
_KINDS: Final = frozenset({".py", ".json", ".graphql", ".lock", ".toml"})
# What no Lambda carries and no template depends on.
_ASIDE: Final = (Path("infra_cdk/deployment"), Path("infra_cdk/cli"))


def cloud_assembly(layout: CloudLayout) -> Path:
    """The folder that a cloud's templates are synthesized into."""
    return layout.state_dir / "cdk.out"


def build(layout: CloudLayout, run: Run, pause: Callable[[float], None]) -> Path:
    """Build package and templates, unless that was done from the very same sources.

    Args:
        layout: The cloud to build for.
        run: Runs a command of the build.
        pause: Waits some seconds while another cloud builds.

    Returns:
        The cloud's own copy of the templates, which stays as it is while others build anew.
    """
    with _one_builder(pause):
        shared = _BUILDS / f"assembly-{fingerprint(layout)[:16]}"
        if not (shared / "manifest.json").exists():
            run("packaging", [sys.executable, "-m", "infra_cdk.packaging", "--target", "local"])
            draft = shared.with_suffix(".partial")
            shutil.rmtree(draft, ignore_errors=True)
            keys = _BUILDS / "development-issuer-keys.json"
            keys.write_text(issuer_keys())
            run("synth", synth_command(layout, keys, draft))
            draft.replace(shared)
        shared.touch()
        own = cloud_assembly(layout)
        shutil.rmtree(own, ignore_errors=True)
        shutil.copytree(shared, own)
        _forget_old()
    return own


def _forget_old() -> None:
    kept = sorted(_BUILDS.glob("assembly-*"), key=lambda path: path.stat().st_mtime)[-_ASSEMBLIES:]
    for path in _BUILDS.glob("assembly-*"):
        if path not in kept:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _one_builder(pause: Callable[[float], None]) -> Iterator[None]:
    """Let clouds of this checkout that start at the same time build one after the other."""
    _BUILDS.mkdir(exist_ok=True)
    with (_BUILDS / ".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                pause(0.1)
        yield


def issuer_keys() -> str:
    """The public keys (JWKS) of the issuer whose staff tokens the local Lambdas believe."""
    return json.dumps(issuer.this_machines().jwks())


def synth_command(layout: CloudLayout, keys: Path, out: Path) -> list[str]:
    """The command that synthesizes the stacks of these regions for the local stage."""
    return [
        *(sys.executable, "-m", "infra_cdk.app", "--local"),
        *("--regions", ",".join(layout.region_names)),
        *("--issuer", issuer.NAME, "--issuer-audience", issuer.AUDIENCE),
        *("--issuer-keys", str(keys), "--package", str(package()), "--out", str(out)),
    ]


def package() -> Path:
    """The zip of the Lambdas' code for this machine."""
    return _BUILDS / f"{by_name('local').name}.zip"


def fingerprint(layout: CloudLayout) -> str:
    """A text that changes whenever a source of the package or of the templates changes."""
    digest = hashlib.sha256()
    digest.update(json.dumps([*layout.region_names, issuer_keys()]).encode())
    for path in _source_files():
        digest.update(str(path.relative_to(REPO_ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    yield REPO_ROOT / "pyproject.toml"
    for folder in _SOURCES:
        for path in sorted((REPO_ROOT / folder).rglob("*")):
            inside = path.relative_to(REPO_ROOT)
            aside = any(parent in _ASIDE for parent in inside.parents)
            if path.is_file() and path.suffix in _KINDS and not aside:
                yield path
