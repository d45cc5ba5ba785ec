"""Ctrl-C that is never lost.

Python runs the handler of a signal between two instructions of whatever runs, also of a finalizer
(`__del__`, a callback of a weak reference), and an exception that leaves a finalizer is reported
and ignored: the command would go on, and wait for a second Ctrl-C. Libraries have many finalizers
(connections, temporary files). So an interrupt that was ignored there is sent again a moment later,
when the finalizer has ended; if it meets another one, once more.
"""

import signal
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_AGAIN_S: Final = 0.05


def keep_interrupts() -> None:
    """Send this process's main thread each Ctrl-C again that a finalizer swallowed."""
    sys.unraisablehook = _ignored


def _ignored(what: "UnraisableHookArgs", /) -> None:
    """Report what Python ignores, as it does by itself; but for an interrupt, which comes again."""
    to_report = not issubclass(what.exc_type, KeyboardInterrupt)
    while True:
        try:
            if to_report:
                sys.__unraisablehook__(what)
                return
            # By another thread: here the interrupt would be raised within this function, and
            # ignored, too.
            threading.Thread(target=_interrupt, daemon=True).start()
        except KeyboardInterrupt:
            to_report = False  # while that was reported, or the thread made: ignored, too
        else:
            return


def _interrupt() -> None:
    main = threading.main_thread().ident
    if main is None:
        return
    time.sleep(_AGAIN_S)
    # On a busy machine the hook may still be there: it waits until this thread has started.
    while _reports(sys._current_frames().get(main)):  # noqa: SLF001 - documented, if for debuggers
        time.sleep(_AGAIN_S)
    # A real signal also ends the wait of a system call, which `_thread.interrupt_main` does not.
    signal.pthread_kill(main, signal.SIGINT)


def _reports(frame: FrameType | None) -> bool:
    """Return whether a thread is in the hook, where an interrupt would be ignored again."""
    while frame is not None and frame.f_code is not _ignored.__code__:
        frame = frame.f_back
    return frame is not None
