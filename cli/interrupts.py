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
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_AGAIN_S: Final = 0.05


def keep_interrupts() -> None:
    """Send this process's main thread each Ctrl-C again that a finalizer swallowed."""
    sys.unraisablehook = _ignored


def _ignored(what: "UnraisableHookArgs", /) -> None:
    """Report what Python ignores, as it does by itself; but for an interrupt, which comes again."""
    if not issubclass(what.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(what)
        return
    # By another thread: here the interrupt would be raised within this function, and ignored, too.
    timer = threading.Timer(_AGAIN_S, _interrupt)
    timer.daemon = True
    timer.start()


def _interrupt() -> None:
    # A real signal also ends the wait of a system call, which `_thread.interrupt_main` does not.
    main = threading.main_thread().ident
    if main is not None:
        signal.pthread_kill(main, signal.SIGINT)
