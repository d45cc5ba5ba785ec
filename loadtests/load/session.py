"""One load test from its warm-up to its recording: starts the generator's processes, watches, ends.

The generator runs in processes of its own, so that its CPU can be told from the command's, and so
that locust may patch the standard library as it likes.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
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

_LOCUSTFILE: Final = REPO_ROOT / "loadtests" / "locustfile.py"
_GRACE_S: Final = 90.0  # for finding the stores, and for the last answers
_WARM_STORES: Final = 30


class GeneratorError(RuntimeError):
    """The generator did not do its work; the message has its last lines."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run.

    Attributes:
        url: of the target.
        users: most users of the closed loop.
        rate: most requests a second of the open loop; None: the loop is closed.
        workers: processes beside the one that begins; 0: one process does it all.
        s3: endpoints of the regions' buckets.
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
class Outcome:
    """What the generator brought home."""

    recording: Recording
    problem: str
    cpu_s: float


def warm_up(url: str) -> int:
    """Read some menus, so that the first requests that count find processes that run.

    Returns:
        How many were read.

    Raises:
        TargetError: the target does not answer as carte does.
    """
    ask = target.asker(url)
    stores = population.load(ask, _WARM_STORES)
    if not stores:
        raise target.TargetError(f"{url} has no stores; load some: `carte seed`")
    for store in stores:
        ask(MENU, {"storeId": store.id})
    return len(stores)


def run(plan: Plan) -> Outcome:
    """Run to the end.

    Raises:
        GeneratorError: a process failed or hung; none is left running.
    """
    began = time.monotonic()
    with _processes(plan) as started:
        deadline = began + plan.seconds + _GRACE_S
        cpu: dict[int, float] = {}
        while any(process.poll() is None for process in started):
            for process in started:
                cpu[process.pid] = max(cpu.get(process.pid, 0.0), _cpu_s(process.pid))
            if time.monotonic() > deadline:
                raise GeneratorError(f"the generator did not end {_tail(plan.folder)}")
            time.sleep(0.1)
        recordings = sorted(plan.folder.glob("recording-*.json"))
        if not recordings:
            raise GeneratorError(f"the generator recorded nothing {_tail(plan.folder)}")
    whole, problem = Recording(), ""
    for path in recordings:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        whole.merge(Recording.of(told))
        problem = problem or told["bottleneck"]
        path.unlink()
    return Outcome(whole, problem, sum(cpu.values()))


@contextmanager
def _processes(plan: Plan) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The generator's processes, stopped at the end however it comes."""
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
                        command, stdout=log, stderr=log, cwd=REPO_ROOT, env=environment
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


def _locust(plan: Plan) -> list[list[str]]:
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


def _open_loop(plan: Plan) -> list[list[str]]:
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


def _cpu_s(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _tail(folder: Path, lines: int = 15) -> str:
    told: Sequence[str] = []
    for path in sorted(folder.glob("generator-*.log")):
        told = [*told, *path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]]
    return "(its last lines follow)\n" + "\n".join(told)
