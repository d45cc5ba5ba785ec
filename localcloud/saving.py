"""Finds out whether the emulators of a cloud could save their tables when they ended.

An emulator saves on SIGTERM. Where the disk is full, it keeps the earlier state and ends with exit
code 0 all the same: only its log says that what was written since its last good stop is gone. One
that had to be killed saved nothing; whoever kills it writes that into its log.
"""

import contextlib
import re
from pathlib import Path
from typing import Final

from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout

# As ministack 1.5.33 words it (core/persistence.py), and `note_killed`.
_FAILED: Final = re.compile(
    r"Persistence: (?:failed to save|error getting state for) (?P<what>\S+): (?P<why>.*)"
)
_EVERYTHING: Final = "everything"
_MOST_BYTES: Final = 64 * 1024  # of the end of a log


class UnsavedTablesError(LocalCloudError):
    """Emulators ended without saving their tables."""


class SavedTables:
    """Watches the logs of a cloud's emulators from the moment on at which it is made."""

    def __init__(self, layout: CloudLayout) -> None:
        self._layout = layout
        self._sizes = {
            record.name: _size(layout.log(record.name))
            for record in layout.processes
            if record.role == "emulator"
        }

    def failures(self) -> list[str]:
        """Return one line for each thing that an emulator could not save."""
        found: list[str] = []
        for name, size in self._sizes.items():
            path = self._layout.log(name)
            if _size(path) <= size:
                continue
            with path.open("rb") as log:
                log.seek(max(size, _size(path) - _MOST_BYTES))
                text = log.read(_MOST_BYTES).decode("utf-8", "replace")
            found += [f"{name}: {one['what']}: {one['why']}" for one in _FAILED.finditer(text)]
        return found

    def check(self) -> None:
        """Check that everything was saved.

        Raises:
            UnsavedTablesError: Something was not; the message names it.
        """
        failures = self.failures()
        if failures:
            raise UnsavedTablesError(
                f"emulators could not save their tables: {'; '.join(failures)[:500]}",
                f"what was written since the last good stop is gone. Free space on the disk of "
                f"{self._layout.state_dir}, start the cloud, and run seeds and imports again",
            )


def note_killed(logs: Path, name: str, why: str) -> None:
    """Write into an emulator's log that it was killed, and why, after it was asked to end.

    Another process may wait for the cloud's end and report what was not saved: it reads the log.
    """
    with contextlib.suppress(OSError), (logs / f"{name}.log").open("a", encoding="utf-8") as log:
        log.write(f"Persistence: failed to save {_EVERYTHING}: it {why}, and was killed\n")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
