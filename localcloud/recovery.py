"""Restarts processes of the cloud that ended although nothing stopped them."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout
from localcloud.processes import Child, marked, stop_all
from localcloud.regions import hold_marker

_FIRST_DELAY: Final = 0.5  # seconds before a restart; doubles with each failure
_LONGEST_DELAY: Final = 30.0
_WELL_AFTER: Final = 60.0  # seconds of running after which earlier failures are forgotten


@dataclass(frozen=True)
class Program:
    """A process of the cloud: its command line, and what to do after a restart.

    `start` runs in the main thread. `heal`, which may wait for the process, runs beside it.
    """

    start: Callable[[], Child]
    heal: Callable[[], None] | None = None


@dataclass
class _Case:
    failures: int = 0
    retry_at: float | None = None  # monotonic; None while it runs
    held: bool = False
    healing: "Future[None] | None" = None


class Recovery:
    """Looks at one process after the other and decides when to start it again."""

    def __init__(self, layout: CloudLayout, say: Callable[[str], None]) -> None:
        self._layout = layout
        self._say = say
        self._cases: dict[str, _Case] = {}
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="heal")

    def look_at(self, child: Child, program: Program) -> Child | None:
        """Return the process that takes the child's place, if it was restarted just now."""
        name = child.record.name
        case = self._cases.setdefault(name, _Case())
        how = child.exit_status()
        if how is None:
            self._while_running(child, case, program)
            return None
        if hold_marker(self._layout, name).exists():
            if not case.held:
                self._say(f"{name} {how}; it stays down on purpose")
            case.held, case.retry_at = True, None
            return None
        if case.retry_at is None:
            self._plan(name, how, case)
            return None
        if time.monotonic() < case.retry_at:
            return None
        try:
            successor = program.start()
        except (LocalCloudError, OSError) as error:  # a full disk, too many open files
            case.failures += 1
            delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2**case.failures)
            case.retry_at = time.monotonic() + delay
            self._say(f"{name} cannot be started: {error}; trying again in {delay:g} s")
            return None
        case.retry_at, case.held = None, False
        if program.heal is not None:
            case.healing = self._pool.submit(program.heal)
        else:
            self._say(f"{name} restarted")
        return successor

    def close(self) -> None:
        """Start nothing more; what heals now is left to fail."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _plan(self, name: str, how: str, case: _Case) -> None:
        delay = min(_LONGEST_DELAY, _FIRST_DELAY * 2**case.failures)
        if case.held:
            delay = 0.0
        else:
            case.failures += 1
            log = self._layout.log(name)
            self._say(f"{name} {how}; restarting in {delay:g} s (its log: {log})")
        case.retry_at = time.monotonic() + delay
        # What it leaves behind (Lambda workers) would mix with what its successor starts.
        stop_all(marked(self._layout.state_dir, name), grace=0.0)

    def _while_running(self, child: Child, case: _Case, program: Program) -> None:
        if time.monotonic() - child.started > _WELL_AFTER:
            case.failures = 0
        if case.healing is None or not case.healing.done():
            return
        name, healing, case.healing = child.record.name, case.healing, None
        try:
            healing.result()
            self._say(f"{name} restarted")
        except Exception as error:  # noqa: BLE001 - the other processes must run on
            why = error.message if isinstance(error, LocalCloudError) else repr(error)
            self._say(f"{name} restarted, but {why}; trying again")
            if program.heal is not None:
                case.healing = self._pool.submit(program.heal)
