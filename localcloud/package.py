"""Unpack the libraries of the Lambda packages once, not again for each Lambda worker.

The emulator unpacks a function's whole package into a new folder for every worker it starts. Of
2,600 files that is a second of CPU before the first import, and much more when several workers
start at once. So the package is divided: its libraries are unpacked into one folder, which the
workers find through PYTHONPATH, and the functions get a package of the sources alone. Both halves
come from the package that was built; the templates stay as they are. The entry point of bad
versions (`localcloud/faults/bad_version.py`) is added to the sources.
"""

import hashlib
import re
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from localcloud.exceptions import StartError
from localcloud.layout import CloudLayout

_SOURCES: Final = ("services/", "graphql_schema/")
# The entry point of bad versions, which the fault controller rolls out.
_BAD_VERSION: Final = Path(__file__).with_name("faults") / "bad_version.py"
_OURS: Final = "services/__init__.py"  # in every package of ours
_STAMP: Final = ".package"
_DISTRIBUTION: Final = re.compile(r"(?P<name>[^/-]+)-(?P<version>[^/]+)\.dist-info/")


def libraries(layout: CloudLayout) -> Path:
    """Return the folder in which the Lambda workers of a cloud find the libraries."""
    return layout.state_dir / "libraries"


def divide(layout: CloudLayout, cloud_assembly: Path) -> None:
    """Divide the Lambda packages of an assembly; `sources_of` returns the half to upload.

    The packages share one folder of libraries: their locks agree on every version that both have.

    Raises:
        StartError: They do not agree.
    """
    with ExitStack() as stack:
        packages = []
        for archive in sorted(cloud_assembly.glob("asset.*.zip")):
            if archive.suffixes[-2:] == [".sources", ".zip"]:
                continue
            package = stack.enter_context(zipfile.ZipFile(archive))
            if _OURS in package.namelist():
                _write_sources(package, _sources_path(archive))
                packages.append(package)
        if packages:
            _unpack_libraries(packages, libraries(layout))


def sources_of(archive: Path) -> Path:
    """Return the file to upload for a package: its sources, or the package if it is not divided."""
    sources = _sources_path(archive)
    return sources if sources.exists() else archive


def _sources_path(archive: Path) -> Path:
    return archive.with_suffix(".sources.zip")


def _write_sources(package: zipfile.ZipFile, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as sources:
        for entry in package.infolist():
            if entry.filename.startswith(_SOURCES):
                sources.writestr(entry, package.read(entry))
        sources.write(_BAD_VERSION, _BAD_VERSION.name)


def _unpack_libraries(packages: Sequence[zipfile.ZipFile], folder: Path) -> None:
    _refuse_differences(packages)
    found = {
        entry.filename: (package, entry)
        for package in packages
        for entry in package.infolist()
        if not entry.filename.startswith(_SOURCES)
    }
    entries = sorted((name, entry.CRC) for name, (_, entry) in found.items())
    digest = hashlib.sha256(repr(entries).encode()).hexdigest()
    stamp = folder / _STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    shutil.rmtree(folder, ignore_errors=True)
    for package in packages:
        package.extractall(folder, [entry for owner, entry in found.values() if owner is package])
    stamp.write_text(digest, encoding="utf-8")


def _refuse_differences(packages: Sequence[zipfile.ZipFile]) -> None:
    """Raise StartError where packages hold a library in different versions.

    One of them would run with what another one was tested with, without any message.
    """
    versions: dict[str, str] = {}
    for package in packages:
        for name in package.namelist():
            found = _DISTRIBUTION.match(name)
            if found and versions.setdefault(found["name"], found["version"]) != found["version"]:
                raise StartError(
                    f"the Lambda packages hold {found['name']} in the versions "
                    f"{versions[found['name']]} and {found['version']}",
                    "pin one version in requirements/runtime.lock and payments.lock: `make lock`",
                )
