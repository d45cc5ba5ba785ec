"""Starts and ends the observer's traffic, which runs in a process of its own."""

import contextlib
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import orjson

from loadtests.drills.exceptions import DrillError
from loadtests.drills.traffic.plan import SUMMARY, TrafficPlan
from localcloud.layout import REPO_ROOT

_LOG: Final = "traffic.log"
_GRACE_S: Final = 15.0


class TrafficProcess:
    """The process; it ends when the drill does, however that happens."""

    def __init__(self, plan: TrafficPlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        plan.save(folder)
        with (folder / _LOG).open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "loadtests.drills.traffic", str(folder)],
                cwd=REPO_ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for the drill, which ends its traffic in order
            )

    def finish(self) -> dict[str, Any]:
        """Send nothing new, wait until everything has an outcome, and return its summary.

        Raises:
            DrillError: It died.
        """
        self._close()
        try:
            code = self._process.wait(
                self._plan.final_retry_s + self._plan.read_patience_s + _GRACE_S
            )
        except subprocess.TimeoutExpired:
            self.kill()
            raise DrillError("the traffic does not end") from None
        if code:
            raise DrillError(f"the traffic died: see {self._folder / _LOG}")
        summary: dict[str, Any] = orjson.loads((self._folder / SUMMARY).read_bytes())
        return summary

    def kill(self) -> None:
        """End it at once; does nothing if it has ended."""
        self._close()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _close(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
