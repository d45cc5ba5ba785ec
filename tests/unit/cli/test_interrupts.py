"""A Ctrl-C that meets a finalizer ends the command all the same."""

import subprocess
import sys
import time

import pytest

from localcloud.layout import REPO_ROOT

# A command of which a finalizer runs when the interrupt comes, so that Python ignores it there.
COMMAND = """
import signal, sys, time, weakref
from cli import main

class Late:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

class Watched:
    pass

def command(*_, **__):
    {begin}
    time.sleep(30)

main._called = lambda _: command
main.main()
"""
BEGINS = {
    "no finalizer": "signal.raise_signal(signal.SIGINT)",
    "__del__": "Late()",
    "weakref": "w = Watched(); r = weakref.ref(w, lambda _: signal.raise_signal(2)); del w",
    "two in a row": "Late(); Late()",
}


@pytest.mark.parametrize("begin", BEGINS.values(), ids=BEGINS)
def test_an_interrupt_in_a_finalizer_is_not_swallowed(begin: str) -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND.format(begin=begin)],
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert time.monotonic() - started < 25, "it went on"


def test_what_else_a_finalizer_raises_is_reported_as_ever() -> None:
    begin = "Late.__del__ = lambda _: 1 / 0; Late(); return 0"
    done = subprocess.run(
        [sys.executable, "-c", COMMAND.format(begin=begin)],
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0
    assert "ZeroDivisionError" in done.stderr
