"""Nothing that a command starts goes on where the command was killed."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from localcloud.layout import REPO_ROOT
from tests.support.local_cloud import wait_until

# What is started otherwise, and why it may be.
_OTHERWISE = {
    "localcloud/launch.py": "the cloud of `up --detach` outlives the command",
    "loadtests/drills/traffic_process.py": "ends with its standard input, in order",
}
_LOAD = """
import sys, time
from pathlib import Path
from loadtests.load import session

child = "import time; print('sends', flush=True); time.sleep(600)"
commands = [[sys.executable, "-c", child]] * 2
session._locust = session._open_loop = lambda plan: commands
rate = float(sys.argv[2]) or None
plan = session.LoadPlan("http://x", "steady", 600.0, 1, rate, 1, None, {}, Path(sys.argv[1]))
with session._processes(plan) as started:
    print(*[one.pid for one in started], flush=True)
    time.sleep(600)
"""


@pytest.fixture
def command() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for one in started:
        one.kill()
        one.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child that its parent ended")
@pytest.mark.parametrize("rate", [0, 5])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_load_generators_end_with_a_command_that_is_killed(
    command: list[subprocess.Popen[str]], tmp_path: Path, rate: int, how: signal.Signals
) -> None:
    words = [sys.executable, "-c", _LOAD, str(tmp_path), str(rate)]
    load = subprocess.Popen(words, cwd=REPO_ROOT, stdout=subprocess.PIPE, text=True)
    command.append(load)
    assert load.stdout is not None
    children = [psutil.Process(int(pid)) for pid in load.stdout.readline().split()]
    assert len(children) == 2
    logs = [tmp_path / f"generator-{number}.log" for number in range(2)]
    wait_until(lambda: all("sends" in log.read_text() for log in logs), "both send")
    try:
        os.kill(load.pid, how)
        wait_until(lambda: not any(map(_runs, children)), "the generators ended")
    finally:
        for one in filter(_runs, children):
            one.kill()


def test_whatever_is_started_ends_with_who_started_it() -> None:
    found: dict[str, int] = {}
    for folder in ("cli", "dataload", "loadtests", "localcloud"):
        for path in (REPO_ROOT / folder).rglob("*.py"):
            starts = re.findall(r"Popen\((?:  # .*)?\s*(\w*)", path.read_text())
            if others := [one for one in starts if one != "ending_with_us"]:
                found[str(path.relative_to(REPO_ROOT))] = len(others)
    assert found == dict.fromkeys(_OTHERWISE, 1)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
