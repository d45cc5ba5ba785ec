"""The machine that a run was made on, and how quiet it was."""

import os
import platform
import resource
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from shutil import which
from typing import Any, Final

from loadtests.bench.figures import Figure

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SPIN: Final = 200_000


def environment() -> dict[str, Any]:
    """Processor, interpreters and the versions that matter."""
    return {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "node": node_version(),
        "kernel": platform.release(),
        "packages": {
            name: version(name)
            for name in ("strawberry-graphql", "graphql-core", "mangum", "pynamodb", "botocore")
        },
    }


def node_version() -> str | None:
    """The version of Node.js on the path; None: there is none."""
    program = which("node")
    if program is None:
        return None
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip().removeprefix("v") or None


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def spin() -> float:
    """CPU microseconds of a fixed piece of work: what changes in it is the machine."""
    start = time.process_time_ns()
    total = 0
    for number in range(_SPIN):
        total += number & 3
    return (time.process_time_ns() - start) / 1000


def _cpu_seconds() -> tuple[float, float, float]:
    """Return busy, idle and stolen seconds of all cores since the start; zeros if not known."""
    with suppress(OSError, ValueError, IndexError):
        first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
        user, nice, system, idle, waiting, hard, soft, stolen = (int(one) for one in first[:8])
        busy = user + nice + system + hard + soft
        return busy / _TICKS, (idle + waiting) / _TICKS, stolen / _TICKS
    return 0.0, 0.0, 0.0


def _own_seconds() -> float:
    """CPU seconds of this process and of its children that have ended."""
    used = (resource.getrusage(scope) for scope in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


@dataclass(slots=True)
class Noise:
    """Measures how noisy the machine was during a run."""

    _spins: list[float] = field(default_factory=list)
    _busy: tuple[float, float, float] = field(default_factory=_cpu_seconds)
    _own: float = field(default_factory=_own_seconds)
    _started: float = field(default_factory=time.monotonic)

    def sample(self) -> None:
        """Time a fixed amount of work; called once a round, it shows how noisy the machine is."""
        self._spins.append(spin())

    def to_json(self) -> dict[str, Any]:
        """Return the noise for the report; call it when all processes of the run have ended."""
        figure = Figure.of(self._spins or [spin()])
        steady = figure.spread is not None
        busy, idle, stolen = (
            now - then for now, then in zip(_cpu_seconds(), self._busy, strict=True)
        )
        total = busy + idle + stolen
        own = _own_seconds() - self._own
        return {
            "calibration_us": figure.to_json(),
            "calibration_spread_percent": None
            if figure.spread is None
            else round(100 * figure.spread / figure.median, 1),
            "calibration_worst_percent": round(
                100 * (max(figure.samples) / min(figure.samples) - 1), 1
            )
            if steady
            else None,
            "observations": len(self._spins),
            "other_processes_percent": round(100 * max(0.0, busy - own) / total, 1)
            if total
            else None,
            "stolen_percent": round(100 * stolen / total, 1) if total else None,
            "load_average": round(os.getloadavg()[0], 2),
            "seconds": round(time.monotonic() - self._started, 1),
        }
