"""Putting a package together: libraries, sources, bytecode, zip."""

import compileall
import py_compile
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra_cdk.packaging.libraries import install
from infra_cdk.packaging.target import Target

SOURCES: Final = (
    "graphql_schema",
    "services/domain",
    "services/storage",
    "services/menu_api",
    "services/convergence",
    "services/inventory",
)
_KEPT: Final = (".py", ".json")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that zip knows: times must not vary
_COMPILE: Final = (
    "import compileall, py_compile, sys; sys.exit(not compileall.compile_dir(sys.argv[1], "
    "quiet=1, stripdir=sys.argv[1], workers=1, "
    "invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH))"
)


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


def build(target: Target, root: Path) -> Package:
    """Make `build/<target>.zip` from the sources below `root`.

    Raises:
        PackagingError: the libraries could not be installed.
    """
    libraries = root / "build" / f"{target.name}-libraries"
    libraries.parent.mkdir(exist_ok=True)
    install(target, root / "requirements" / "runtime.lock", libraries)
    bytecode = compile_all(libraries, target)
    staging = root / "build" / f"{target.name}-sources"
    shutil.rmtree(staging, ignore_errors=True)
    for source in SOURCES:
        for path in sorted((root / source).rglob("*")):
            if path.suffix in _KEPT and path.is_file():
                copy = staging / path.relative_to(root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
    shutil.copyfile(root / "services" / "__init__.py", staging / "services" / "__init__.py")
    bytecode = compile_all(staging, target) and bytecode
    archive = root / "build" / f"{target.name}.zip"
    unzipped = _zip(archive, libraries, staging)
    return Package(archive, archive.stat().st_size, unzipped, bytecode)


def compile_all(folder: Path, target: Target) -> bool:
    """Write .pyc files that are valid for ever, by the target's Python; False: there is none here.

    Lambda's files have no times worth comparing, so the bytecode is not checked against them.
    """
    if target.python == f"{sys.version_info.major}.{sys.version_info.minor}":
        compileall.compile_dir(
            folder,
            quiet=1,
            stripdir=str(folder),
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return True
    found = subprocess.run(
        [sys.executable, "-m", "uv", "python", "find", "--no-python-downloads", target.python],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        return False
    done = subprocess.run([found.stdout.strip(), "-c", _COMPILE, str(folder)], check=False)
    return done.returncode == 0


def _zip(archive: Path, *folders: Path) -> int:
    files = {
        path.relative_to(folder).as_posix(): path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }
    unzipped = 0
    partial = archive.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name in sorted(files):
            content = files[name].read_bytes()
            unzipped += len(content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, content)
    partial.replace(archive)
    return unzipped
