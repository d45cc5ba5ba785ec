"""Stops processes that save what they hold when they end: whoever works is waited for.

How long saving takes depends on the machine and on what else it does, so a fixed time would kill a
process that is nearly done. A process that hangs uses no CPU: that one is killed.
"""

import contextlib
import signal
import time
from collections.abc import Callable, Collection, Iterable
from typing import Final

import psutil

from localcloud.processes import is_alive, wait_gone

IDLE_S: Final = 30.0
"""Seconds without work after which a process that was asked to end is killed."""
AT_MOST_S: Final = 600.0
"""Seconds after which it is killed although it works: it may do so for ever."""
# Share of a core. A hanging process may still wake up now and then; one that saves on a machine
# with far more to do than it can gets more than this.
_WORKING: Final = 0.02
_POLL_S: Final = 0.1


class _Work:
    """Since when a process has done nothing: no CPU time used, no disk waited for."""

    def __init__(self, process: psutil.Process, idle_s: float) -> None:
        self._process = process
        self._enough = _WORKING * idle_s
        self._cpu = self._used()
        self.since = time.monotonic()

    def look(self) -> None:
        """Take note of what it has done."""
        used = self._used()
        if used - self._cpu >= self._enough or self._waits_for_disk():
            self._cpu = used
            self.since = time.monotonic()

    def _used(self) -> float:
        try:
            times = self._process.cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def _waits_for_disk(self) -> bool:
        try:
            return bool(self._process.status() == psutil.STATUS_DISK_SLEEP)
        except psutil.Error:
            return False


def stop_working(
    processes: Iterable[psutil.Process],
    *,
    idle_s: float = IDLE_S,
    at_most_s: float = AT_MOST_S,
    meanwhile: Callable[[], None] = lambda: None,
) -> dict[psutil.Process, str]:
    """End these processes: SIGTERM, thawed if frozen; SIGKILL to those that do not get on with it.

    Args:
        processes: The processes.
        idle_s: Seconds without work after which one is killed.
        at_most_s: Seconds after which one is killed although it works.
        meanwhile: Called again and again while it waits, at first before the signals are sent.

    Returns:
        Those that had to be killed, with the reason.
    """
    left = list(processes)
    meanwhile()
    for number in (signal.SIGTERM, signal.SIGCONT):
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
    began = time.monotonic()
    work = {process: _Work(process, idle_s) for process in left}
    killed: dict[psutil.Process, str] = {}
    while left := [one for one in left if is_alive(one) and one not in killed]:
        meanwhile()
        for process in left:
            work[process].look()
            now = time.monotonic()
            if now - work[process].since >= idle_s:
                killed[process] = f"did nothing for {idle_s:g} s after SIGTERM"
            elif now - began >= at_most_s:
                killed[process] = f"had not ended {at_most_s:g} s after SIGTERM"
            else:
                continue
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(_POLL_S)
    wait_gone(killed, timeout=5.0)
    return killed


def wait_for_working(
    processes: Iterable[psutil.Process],
    workers: Collection[psutil.Process],
    *,
    idle_s: float,
    at_most_s: float = AT_MOST_S,
) -> list[psutil.Process]:
    """Wait until processes have ended that wait for others: as long as one of these works.

    Args:
        processes: The processes.
        workers: Those that they wait for.
        idle_s: Seconds without work of any of them after which it gives up.
        at_most_s: Seconds after which it gives up in any case.

    Returns:
        Those that have not ended.
    """
    left = list(processes)
    began = time.monotonic()
    work = [_Work(one, idle_s) for one in workers]
    while left := [one for one in left if is_alive(one)]:
        for one in work:
            one.look()
        now = time.monotonic()
        latest = max((one.since for one in work), default=began)
        if now - max(latest, began) >= idle_s or now - began >= at_most_s:
            break
        time.sleep(_POLL_S)
    return left
