"""A check's phases end in time and at once when the check is interrupted."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from loadtests.checker.blocking_calls import call
from loadtests.checker.history import History
from loadtests.checker.phases import Phases
from loadtests.checker.settings import CheckError

FOREVER_S = 600.0


def test_a_phase_says_what_is_waited_for_and_how_long_at_most() -> None:
    shown: list[str] = []
    lines: list[str] = []
    phases = Phases(History(lines.append), shown.append)

    async def run() -> None:
        async with phases.phase("waiting for replication", 60):
            pass

    asyncio.run(run())
    assert shown == ["waiting for replication (at most 60 s)"]
    assert json.loads(lines[0])["phase"] == "waiting for replication"


def test_a_phase_that_does_not_end_is_an_error_that_names_it() -> None:
    phases = Phases(History(), lambda _: None)

    async def run() -> None:
        async with phases.phase("waiting for replication", 0.01):
            await asyncio.Event().wait()

    with pytest.raises(CheckError, match="waiting for replication took longer"):
        asyncio.run(run())


def test_what_a_phase_raises_is_raised_also_if_it_is_a_timeout_of_its_own() -> None:
    phases = Phases(History(), lambda _: None)

    async def run() -> None:
        async with phases.phase("reading", 60):
            raise TimeoutError("a socket's")

    with pytest.raises(TimeoutError, match="a socket's"):
        asyncio.run(run())


def test_a_call_returns_what_its_function_does_and_raises_what_it_raises() -> None:
    async def run() -> tuple[int, str]:
        with pytest.raises(ZeroDivisionError):
            await call("dividing", 60, lambda: 1 // 0)
        return await call("adding", 60, lambda: 2), await call("naming", 60, lambda: "x")

    assert asyncio.run(run()) == (2, "x")


def test_a_call_that_hangs_is_an_error_and_the_event_loop_ends() -> None:
    release = threading.Event()

    async def run() -> None:
        await call("waiting for replication", 0.01, lambda: release.wait(FOREVER_S))

    try:
        with pytest.raises(CheckError, match="waiting for replication took longer"):
            asyncio.run(run())
    finally:
        release.set()


INTERRUPTED = """
import asyncio, signal, time
from cli.check import _run

class Check:
    async def run(self):
        from loadtests.checker.blocking_calls import call
        print("waiting", flush=True)
        await call("waiting for replication", 600, lambda: time.sleep(600))

signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    asyncio.run(_run(Check()))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_check_that_waits_for_a_thread_ends_when_it_is_interrupted(
    number: signal.Signals,
) -> None:
    """The process must end, not only its event loop: it would wait for threads of an executor."""
    root = Path(__file__).parents[4]
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], cwd=root, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        os.kill(process.pid, number)
        shown, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert shown == "interrupted\n"
    assert process.returncode == 0
