"""Zip archives that are the same bytes whenever their content is."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time of the zip format: times must not vary
_READABLE: Final = 0o100644 << 16  # Lambda runs as a user that does not own the files
_UNIX: Final = 3


def add(archive: Path, folder: Path) -> None:
    """Append a folder's files to an archive, in the order of their names; make it if need be."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name, path in sorted(_files(folder)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            entry.create_system = _UNIX
            zipped.writestr(entry, path.read_bytes())


def unzipped_size(archive: Path) -> int:
    """Bytes of an archive's content; Lambda takes 250 MiB."""
    with zipfile.ZipFile(archive) as zipped:
        return sum(entry.file_size for entry in zipped.infolist())


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path
