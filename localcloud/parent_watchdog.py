"""Run a program that ends when its parent ends: `parent_watchdog.py PID HANGUP PROGRAM ARGS`.

PID is the parent's; HANGUP is `ignored` where the program shall not end by SIGHUP, else `default`.

A supervisor that is killed with SIGKILL cannot stop its children. Linux can: it sends them the
signal chosen here when the parent dies, and the choice outlives `execve`. This is a script of its
own rather than a `preexec_fn`, because code between fork and exec is unsafe beside threads. It is
run by path with `-I -S`, so it starts in a few milliseconds and imports nothing of the project.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Ask for the signal, then become the program."""
    parent, hangup, program = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if hangup == "ignored":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
        if os.getppid() != parent:
            sys.exit("the supervisor ended before its child began")
    os.execvp(program[0], program)  # noqa: S606 - replacing this process is the purpose


if __name__ == "__main__":
    main()
