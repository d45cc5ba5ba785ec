"""Who works is waited for, who hangs is killed, and nobody is waited for without end."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest

from localcloud.stopping import stop_working, wait_for_working

WORKS = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("runs", flush=True)
while True:
    worked = time.process_time()
    while time.process_time() - worked < 0.03:
        pass
    time.sleep(0.07)
"""
HANGS = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("runs", flush=True)
time.sleep(600)
"""
# As a supervisor: it does nothing itself, for longer than a hanging one is given.
WAITS = """
import time
print("runs", flush=True)
time.sleep(1.5)
"""
Start = Callable[[str], psutil.Process]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def one(code: str) -> psutil.Process:
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "runs\n"
        return psutil.Process(child.pid)

    yield one
    for child in started:
        child.kill()
        child.communicate()


def test_of_two_the_one_that_hangs_is_killed_first(start: Start) -> None:
    hangs, works = start(HANGS), start(WORKS)
    killed = stop_working([hangs, works], idle_s=0.7, at_most_s=2)
    assert killed == {
        hangs: "did nothing for 0.7 s after SIGTERM",
        works: "had not ended 2 s after SIGTERM",
    }
    assert list(killed) == [hangs, works]


def test_one_that_ends_is_not_killed_and_nothing_happens_to_one_that_has(start: Start) -> None:
    ends = start(HANGS.replace("SIG_IGN", "SIG_DFL"))
    assert stop_working([ends], idle_s=5) == {}
    assert stop_working([ends], idle_s=5) == {}


def test_who_waits_for_one_that_works_is_waited_for(start: Start) -> None:
    works = start(WORKS)
    waits = start(WAITS)
    assert wait_for_working([waits], [works], idle_s=0.7) == []


def test_who_waits_for_nobody_is_given_up(start: Start) -> None:
    hangs, works = start(HANGS), start(WORKS)
    assert wait_for_working([hangs], [], idle_s=0.2) == [hangs]
    assert wait_for_working([hangs], [hangs], idle_s=0.2) == [hangs]
    assert wait_for_working([hangs], [works], idle_s=0.2, at_most_s=1) == [hangs]
