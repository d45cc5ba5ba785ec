"""Outages of a local cloud: how it, or a region of it, is taken away, and how it comes back.

- `down`: `carte down`, then `carte up`;
- `sigkill`: SIGKILL for the supervisor, then `carte up`;
- `kill-kept`, `kill-lost`: one region loses power for some seconds, with its disk or without.

The cloud is started again with the options that it had.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from loadtests.checker.settings import CheckError
from localcloud.layout import CloudLayout
from localcloud.processes import marked
from localcloud.state_file import load_layout

WAYS: Final = ("down", "sigkill", "kill-kept", "kill-lost")
PATIENCE_S: Final = 300.0
_AWAY_S: Final = 4.0
_FRESH_S: Final = 1.0


def up_options(layout: CloudLayout) -> tuple[str, ...]:
    """Return the options by which `carte up` starts a cloud of this layout once more."""
    return (
        *("--regions", ",".join(layout.region_names)),
        *("--region-port", str(layout.regions[0].port)),
        *("--runtime", layout.runtime),
        *("--place", layout.default_region),
        *("--time-scale", f"{layout.time_scale:g}"),
        *("--assembly", str(layout.state_dir / "cdk.out")),
    )


class Outage:
    """Takes a cloud away in one way, and brings it back."""

    def __init__(self, state_dir: Path, how: str) -> None:
        """Take the cloud and the way; nothing is ended yet.

        Args:
            state_dir: Of a cloud that runs.
            how: One of `WAYS`.
        """
        self._state_dir = state_dir
        self._how = how

    @property
    def layout(self) -> CloudLayout:
        """The cloud, with the processes that run now.

        Raises:
            CheckError: There is none.
        """
        found = load_layout(self._state_dir)
        if found is None:
            raise CheckError(f"there is no cloud in {self._state_dir}", "start one: `carte up`")
        return found

    def begin(self, region: str) -> None:
        """Take the cloud away, or one of its regions for some seconds.

        Args:
            region: The one that loses power, where one does.

        Raises:
            CheckError: It cannot be taken away.
        """
        if self._how == "down":
            self._carte("down")
        elif self._how == "sigkill":
            record = self.layout.process("supervisor")
            if record is None:
                raise CheckError("the cloud has no supervisor", "start it with `carte up --detach`")
            os.kill(record.pid, signal.SIGKILL)
            deadline = time.monotonic() + PATIENCE_S
            while marked(self._state_dir):
                if time.monotonic() > deadline:
                    raise CheckError("processes of the cloud outlive their supervisor")
                time.sleep(0.1)
        else:
            disk = self._how.removeprefix("kill-")
            options = ("--region", region, "--seconds", str(_AWAY_S), "--set", f"disk={disk}")
            self._carte("fault", "inject", "kill", *options)

    def end(self, layout: CloudLayout) -> None:
        """Start the cloud again, or wait until its region is back and reconciled.

        Args:
            layout: The cloud as it was before.

        Raises:
            CheckError: It does not come back.
        """
        if self._how in {"down", "sigkill"}:
            self._carte("up", "--detach", *up_options(layout))
            return
        deadline = time.monotonic() + PATIENCE_S
        while not _is_back(json.loads(self._carte("status", "--json", check=False))):
            if time.monotonic() > deadline:
                raise CheckError("the cloud did not become healthy again")
            time.sleep(0.5)

    def may_lose(self, acknowledged: float, began: float) -> bool:
        """Return whether a write that the lost region acknowledged may be lost with its disk.

        Args:
            acknowledged: Monotonic seconds of the acknowledgement.
            began: Those of the beginning of the outage.
        """
        return self._how == "kill-lost" and began - _FRESH_S < acknowledged < began + _AWAY_S

    def _carte(self, *words: str, check: bool = True) -> str:
        port, folder = str(self.layout.port), str(self._state_dir)
        carte = str(Path(sys.executable).with_name("carte"))  # the command, as a person starts it
        command = (carte, *words, "--port", port, "--state-dir", folder)
        done = subprocess.run(  # noqa: S603 - our own command
            command, capture_output=True, text=True, timeout=2 * PATIENCE_S, check=False
        )
        if check and done.returncode:
            raise CheckError(f"carte {' '.join(words)} failed", detail=done.stderr)
        return done.stdout


def _is_back(status: Mapping[str, Any]) -> bool:
    """Return whether all runs, and no region is still reconciled after its restart."""
    return status["healthy"] and not any(one["reconciling"] for one in status["regions"])
