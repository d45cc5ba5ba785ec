"""Runs the load generator's processes from warm-up to recording.

The load generator has processes of its own, so that its CPU time is not that of the command, and
because importing locust patches the standard library.
"""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from loadtests.load import population, target
from loadtests.load.documents import MENU
from loadtests.load.recording import Recording
from localcloud.layout import REPO_ROOT
from localcloud.ports import free_port
from localcloud.processes import ending_with_us
from services.domain.errors import CarteError

_LOCUSTFILE: Final = REPO_ROOT / "loadtests" / "locustfile.py"
_GRACE_S: Final = 90.0  # for finding the stores, and for the last answers
_WARM_STORES: Final = 30


class GeneratorError(CarteError):
    """The load generator did not do its work; the detail has the last lines of its log."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """A load run to be made.

    Attributes:
        url: Of the target.
        profile: Name of the shape.
        seconds: How long it runs.
        users: The most users of the closed loop.
        rate: The most requests per second of the open loop; None makes the loop closed.
        workers: Processes beside the first one; with 0 one process does all the work.
        token: Bearer token of staff; without one nobody edits.
        s3: Endpoints of the regions' buckets, by region.
        folder: Where recordings and logs of the load generator are written.
        seed: Of the random choices of the open loop.
    """

    url: str
    profile: str
    seconds: float
    users: int
    rate: float | None
    workers: int
    token: str | None
    s3: dict[str, str]
    folder: Path
    seed: int = 0


@dataclass(frozen=True, slots=True)
class GeneratorResult:
    """The recording of the load generator.

    Attributes:
        recording: All requests.
        problem: Why the figures cannot be believed; empty where they can.
        cpu_s: CPU seconds of all its processes; None if one could not be observed.
        began: When the first request was due, seconds of the epoch.
    """

    recording: Recording
    problem: str
    cpu_s: float | None
    began: float


def warm_up(url: str) -> int:
    """Read some menus, so that no measured request waits for a process to start.

    Returns:
        How many menus were read.

    Raises:
        TargetError: The target does not answer as carte does.
    """
    ask = target.sender(url)
    stores = population.load(ask, _WARM_STORES)
    if not stores:
        raise target.TargetError(f"{url} has no stores", "load some: `carte seed`")
    for store in stores:
        ask(MENU, {"storeId": store.id})
    return len(stores)


def run(plan: LoadPlan) -> GeneratorResult:
    """Run the load generator to its end.

    Raises:
        GeneratorError: A process failed or hung; none is left running.
    """
    began = time.monotonic()
    with _processes(plan) as started:
        deadline = began + plan.seconds + _GRACE_S
        cpu: dict[int, float] = {}
        while any(process.poll() is None for process in started):
            for process in started:
                used = _cpu_s(process.pid)
                if used is not None:
                    cpu[process.pid] = max(cpu.get(process.pid, 0.0), used)
            if time.monotonic() > deadline:
                raise _failed("the load generator did not end in time", plan.folder)
            time.sleep(0.1)
        recordings = sorted(plan.folder.glob("recording-*.json"))
        if not recordings:
            raise _failed("the load generator recorded nothing", plan.folder)
    whole, problem, began = Recording(), "", math.inf
    for path in recordings:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        whole.merge(Recording.of(data))
        problem = problem or data["problem"]
        began = min(began, data["began"])
        path.unlink()
    observed = [cpu.get(process.pid) for process in started]
    known = [one for one in observed if one is not None]
    return GeneratorResult(
        whole, problem, sum(known) if known and len(known) == len(observed) else None, began
    )


@contextmanager
def _processes(plan: LoadPlan) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start the load generator's processes; they are stopped at the end, also after an error."""
    commands = _open_loop(plan) if plan.rate is not None else _locust(plan)
    environment = {**os.environ, "PYTHONPATH": str(REPO_ROOT)}
    if plan.token:
        environment["CARTE_STAFF_TOKEN"] = plan.token
    started: list[subprocess.Popen[bytes]] = []
    try:
        for number, command in enumerate(commands):
            with (plan.folder / f"generator-{number}.log").open("wb") as log:
                started.append(
                    subprocess.Popen(  # noqa: S603 - our own command, no shell
                        ending_with_us(command),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        cwd=REPO_ROOT,
                        env=environment,
                    )
                )
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                process.terminate()
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _locust(plan: LoadPlan) -> list[list[str]]:
    common = [
        *(sys.executable, "-m", "locust", "-f", str(_LOCUSTFILE), "--host", plan.url),
        *("--profile-name", plan.profile, "--profile-users", str(plan.users)),
        *("--profile-seconds", f"{plan.seconds:g}", "--s3", json.dumps(plan.s3)),
    ]
    first = [
        *(*common, "--headless", "--only-summary", "--exit-code-on-error", "0"),
        *("--recording", str(plan.folder / "recording-0.json")),
        *("--html", str(plan.folder / "locust.html"), "--csv", str(plan.folder / "locust")),
        *("--stop-timeout", "15"),
    ]
    if not plan.workers:
        return [first]
    port = str(free_port())
    master = ["--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
    worker = ["--worker", "--master-host", "127.0.0.1", "--master-port", port]
    expected = ["--expect-workers", str(plan.workers)]
    return [[*first, *master, *expected], *([*common, *worker] for _ in range(plan.workers))]


def _open_loop(plan: LoadPlan) -> list[list[str]]:
    processes = max(1, plan.workers)
    return [
        [
            *(sys.executable, "-m", "loadtests.load.open_loop", "--host", plan.url),
            *("--profile", plan.profile, "--seconds", f"{plan.seconds:g}"),
            *("--rate", f"{(plan.rate or 0) / processes:g}", "--seed", str(plan.seed + number)),
            *("--recording", str(plan.folder / f"recording-{number}.json")),
        ]
        for number in range(processes)
    ]


def _cpu_s(pid: int) -> float | None:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(times.user + times.system)


def _failed(message: str, folder: Path, lines: int = 15) -> GeneratorError:
    tail: list[str] = []
    for path in sorted(folder.glob("generator-*.log")):
        tail += path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return GeneratorError(message, "`carte status` shows how the cloud is", detail="\n".join(tail))
