"""A Ctrl-C that meets a finalizer ends the command all the same."""

import signal
import subprocess
import sys

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
    time.sleep(600)

main._called = lambda _: command
main.main()
"""
# Says when the answer is printed.
WATCHED = """
from cli import answers
from cli.answers import print_json
whole = answers._print
answers._print = lambda one: (print("printing", file=sys.stderr, flush=True), whole(one))
"""
# As on a busy machine: the interrupt is sent again while the thread that sends it is started.
SLOWLY = (
    "import threading; start = threading.Thread.start; "
    "threading.Thread.start = lambda one: (start(one), time.sleep(0.5))"
)
# A second one in the hook itself, while the thread that sends the first one again is made.
AT_WORST = (
    "import threading; start = threading.Thread.start; left = [signal.SIGINT]; "
    "threading.Thread.start = lambda one: "
    "(left and signal.raise_signal(left.pop()), start(one))"
)
BEGINS = {
    "no finalizer": "signal.raise_signal(signal.SIGINT)",
    "__del__": "Late()",
    "weakref": "w = Watched(); r = weakref.ref(w, lambda _: signal.raise_signal(2)); del w",
    "two in a row": "Late(); Late()",
    "a thread that is slow to start": f"{SLOWLY}; Late()",
    "a second one meanwhile": f"{AT_WORST}; Late()",
}


@pytest.mark.parametrize("begin", BEGINS.values(), ids=BEGINS)
def test_an_interrupt_in_a_finalizer_is_not_swallowed(begin: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND.format(begin=begin)],
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        timeout=90,  # an interrupt that is lost: it goes on
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_interrupt_while_the_answer_is_printed_is_no_traceback() -> None:
    """As of a pager that is left: more than a pipe holds is printed, and nobody reads it."""
    printing = COMMAND.replace("{begin}", 'print_json({{"text": "x" * 2_000_000}}); return 0')
    printing = printing.replace("from cli import main", "from cli import main\n" + WATCHED)
    process = subprocess.Popen(
        [sys.executable, "-c", printing.format(), "--json"],
        cwd=REPO_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stderr
        assert process.stderr.readline() == "printing\n"
        assert process.stdout.read(1) == "{"  # the rest of it fills the pipe
        process.send_signal(signal.SIGINT)
        process.wait(60)
        assert (process.returncode, process.stderr.read()) == (130, "")
    finally:
        process.kill()
        process.communicate()


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
