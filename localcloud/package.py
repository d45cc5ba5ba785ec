"""Unpack the libraries of the Lambda package once, not again for each Lambda worker.

The emulator unpacks a function's whole package into a new folder for every worker it starts. Of
2,600 files that is a second of CPU before the first import, and much more when several workers
start at once. So the package is divided: its libraries are unpacked into one folder, which the
workers find through PYTHONPATH, and the functions get a package of the sources alone. Both halves
come from the package that was built; the templates stay as they are. The entry point of bad
versions (`localcloud/faults/bad_version.py`) is added to the sources.
"""

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import Final

from localcloud.layout import CloudLayout

_SOURCES: Final = ("services/", "graphql_schema/")
# The entry point of bad versions, which the fault controller rolls out.
_BAD_VERSION: Final = Path(__file__).with_name("faults") / "bad_version.py"
_MENU_HANDLER: Final = "services/menu_api/handler.py"
_STAMP: Final = ".package"


def libraries(layout: CloudLayout) -> Path:
    """Return the folder in which the Lambda workers of a cloud find the libraries."""
    return layout.state_dir / "libraries"


def divide(layout: CloudLayout, cloud_assembly: Path) -> None:
    """Divide the Lambda package of an assembly; `sources_of` returns the half to upload."""
    for archive in cloud_assembly.glob("asset.*.zip"):
        if archive.suffixes[-2:] == [".sources", ".zip"]:
            continue
        with zipfile.ZipFile(archive) as package:
            if _MENU_HANDLER in package.namelist():
                _write_sources(package, _sources_path(archive))
                _unpack_libraries(package, libraries(layout))


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


def _unpack_libraries(package: zipfile.ZipFile, folder: Path) -> None:
    entries = [e for e in package.infolist() if not e.filename.startswith(_SOURCES)]
    digest = hashlib.sha256(repr([(e.filename, e.CRC) for e in entries]).encode()).hexdigest()
    stamp = folder / _STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    shutil.rmtree(folder, ignore_errors=True)
    package.extractall(folder, entries)
    stamp.write_text(digest, encoding="utf-8")
