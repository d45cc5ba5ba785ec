"""The parent of a cloud's processes: starts them, watches them, stops them in order."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from localcloud import teardown
from localcloud.layout import CloudLayout, ProcessRecord
from localcloud.lock import only_one
from localcloud.processes import Child, own_record
from localcloud.recovery import Program, Recovery
from localcloud.saving import SavedTables
from localcloud.startup import Say, StartOptions, Startup
from localcloud.state_file import save_layout, unwritable

_WATCH: Final = 0.1  # seconds between two looks at the children
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):  # noqa: N818 - a request, not an error
    """The supervisor was stopped by a signal while it was waiting."""


class Supervisor:
    """Runs one cloud from the main thread of one process, until a signal ends it."""

    def __init__(self, layout: CloudLayout, say: Say) -> None:
        """Take the layout of the cloud; nothing starts before `run`."""
        self.layout = layout
        self._say = say
        self._children: dict[str, tuple[Child, Program]] = {}
        # A plain flag: the handler runs inside whatever the main thread does, locks included.
        self._stop = False

    def run(self, options: StartOptions, ready: Callable[[], None]) -> None:
        """Start the cloud, call `ready`, watch until SIGINT, SIGTERM or SIGHUP, stop it all.

        Raises:
            LocalCloudError: The start failed; what had started has been stopped again. Or an
                emulator could not save its tables at the end.
        """
        with only_one(self.layout), self._signals():
            try:
                self._record_self()
                Startup(self, options, self._say).run()
                ready()
                self._watch_until_stopped()
            except StopRequested:
                self._say("stopping ...")
            finally:
                saved = SavedTables(self.layout)
                teardown.sweep(self.layout)
                self._reap()
                for failure in saved.failures():
                    self._say(f"NOT SAVED: {failure}")
            if not teardown.discards(self.layout.state_dir):
                saved.check()

    def start(self, program: Program) -> Child:
        """Start a process, take it under watch, and record it for everyone."""
        child = program.start()
        self._adopt(child, program)
        return child

    def ended(self, name: str) -> str | None:
        """Return how the process of that name ended, or None while it runs."""
        return self._children[name][0].exit_status()

    def pause(self, seconds: float) -> None:
        """Wait; every wait of the main thread goes through here.

        Raises:
            StopRequested: A signal came.
        """
        deadline = time.monotonic() + seconds
        while not self._stop and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, _WATCH))
        if self._stop:
            raise StopRequested

    def _watch_until_stopped(self) -> None:
        try:
            self._watch()
        except StopRequested:
            self._say("settling ...")
            teardown.settle_before_stop(self.layout, self._say)
            raise

    def _watch(self) -> None:
        recovery = Recovery(self.layout, self._say)
        try:
            while True:
                self.pause(_WATCH)
                for child, program in list(self._children.values()):
                    successor = recovery.look_at(child, program)
                    if successor is not None:
                        self._adopt(successor, program)
        finally:
            recovery.close()

    def _adopt(self, child: Child, program: Program) -> None:
        self._children[child.record.name] = (child, program)
        try:
            self._record(child.record)
        except OSError as error:  # a full disk; the process runs and is ended with the others
            self._say(f"{child.record.name} runs, but cloud.json cannot be written: {error}")

    def _record_self(self) -> None:
        try:
            self._record(own_record("supervisor"))
        except OSError as error:
            raise unwritable(self.layout, error) from error

    def _record(self, record: ProcessRecord) -> None:
        self.layout = self.layout.with_process(record)
        save_layout(self.layout)

    def _reap(self) -> None:
        for child, _ in self._children.values():
            child.process.wait()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def request(_number: int, _frame: FrameType | None) -> None:
            self._stop = True

        before = {number: signal.signal(number, request) for number in _ENDING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
