"""Putting a package together: libraries, sources, bytecode, zip."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra_cdk.packaging import archive
from infra_cdk.packaging.bytecode import compile_all, compiler
from infra_cdk.packaging.content import SERVING, Content
from infra_cdk.packaging.exceptions import PackagingError
from infra_cdk.packaging.libraries import libraries
from infra_cdk.packaging.target import Target

_SUFFIXES: Final = (".py", ".json")
_GENERATORS: Final = {
    "graphql_schema.compile": "compiling the persisted operations",
    "dataload.place_names": "collecting the names of places",
}


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was made.

    Attributes:
        archive: the zip.
        zipped: its bytes.
        unzipped: bytes of its content.
        bytecode: whether .pyc files are in it; without them a cold start takes about four times as
            long.
    """

    archive: Path
    zipped: int
    unzipped: int
    bytecode: bool


def build(
    target: Target, root: Path, out: Path | None = None, content: Content = SERVING
) -> Package:
    """Make a package from the sources below `root`, unless it is there, made from the same.

    Args:
        target: where the package will run.
        root: the repository.
        out: folder of the zip and of what is kept for the next time; `build` of the repository
            when None.
        content: What the package holds.

    Raises:
        PackagingError: the libraries could not be installed, or a module or a persisted operation
            does not compile.
    """
    folder = out or root / "build"
    folder.mkdir(parents=True, exist_ok=True)
    _generate(root)
    interpreter = compiler(target.python)
    name = f"{target.name}{content.suffix}"
    lock = root / "requirements" / content.lock
    base = libraries(target, lock, folder, interpreter)
    sources = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in _sources(root, content)
    }
    made, stamp = folder / f"{name}.zip", folder / f"{name}.json"
    wanted = _fingerprint(base.name, sources)
    if not made.exists() or _read(stamp).get("made_from") != wanted:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".sources-") as scratch:
            unpacked, partial = Path(scratch) / "content", Path(scratch) / made.name
            for path, text in sources.items():
                copy = unpacked / path
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(text)
            if interpreter:
                compile_all(unpacked, interpreter)
            shutil.copyfile(base, partial)
            archive.add(partial, unpacked)
            partial.replace(made)
        stamp.write_text(json.dumps({"made_from": wanted}), encoding="utf-8")
    return Package(
        made, made.stat().st_size, archive.unzipped_size(made), bytecode=interpreter is not None
    )


def _generate(root: Path) -> None:
    """Make what is packed and not committed, unless it is current.

    The persisted operations are compiled, so that a cold start need not import GraphQL, and the
    names of places are collected, which search reads. Each is made from the sources that are
    packed, by the program beside them.

    Raises:
        PackagingError: A program failed.
    """
    for module, what in _GENERATORS.items():
        path = root / module.replace(".", "/")
        if not (path.with_suffix(".py").exists() or path.is_dir()):
            continue
        command = [sys.executable, "-m", module]
        current = subprocess.run([*command, "--check"], cwd=root, capture_output=True, check=False)
        if current.returncode == 0:
            continue
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PackagingError(f"{what} failed:\n{done.stderr}")


def _sources(root: Path, content: Content) -> Iterator[Path]:
    yield root / "services" / "__init__.py"
    for source in content.sources:
        whole = root / source
        for path in [whole] if whole.is_file() else sorted(whole.rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in _SUFFIXES and path.is_file() and "tests" not in inside:
                yield path


def _fingerprint(base: str, sources: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(base.encode())
    for name, text in sources.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(text).digest())
    return digest.hexdigest()


def _read(stamp: Path) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(stamp.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return values
