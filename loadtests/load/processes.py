"""What the local cloud's processes use while a load runs: CPU by process, DynamoDB's units."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from localcloud.layout import CloudLayout

_TICK_S: Final = 0.5


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@dataclass(slots=True)
class Usage:
    """CPU of a process over a run.

    Attributes:
        cpu_s: seconds, those of an emulator's Lambdas included.
        peak: most of a core (or cores, with children) in half a second.
    """

    cpu_s: float = 0.0
    peak: float = 0.0


@dataclass(slots=True)
class Units:
    """What DynamoDB says it was used for, as the service's log tells it."""

    requests: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    answers: int = 0


class ProcessWatch:
    """Watches a local cloud in a thread, from `start` to `stop`."""

    def __init__(self, layout: CloudLayout) -> None:
        self._layout = layout
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="process-watch", daemon=True)
        self._last: dict[str, dict[int, float]] = {}
        self.usage: dict[str, Usage] = {}
        self._logs: dict[Path, int] = {}

    def start(self) -> None:
        """Begin."""
        self._sample(0.0)
        self._logs = {path: path.stat().st_size for path in self._layout.logs.glob("*.log")}
        self._thread.start()

    def stop(self) -> None:
        """End; the figures stand."""
        self._end.set()
        self._thread.join()

    def units(self) -> Units:
        """What the service logged since the start."""
        found = Units()
        for path in self._layout.logs.glob("*.log"):
            for line in _lines(path, self._logs.get(path, 0)):
                used = line.get("dynamodb")
                if isinstance(used, dict) and "path" in line:
                    found.answers += 1
                    found.requests += used.get("requests", 0)
                    found.read_units += used.get("read_units") or 0
                    found.write_units += used.get("write_units") or 0
        return found

    def _watch(self) -> None:
        before = time.monotonic()
        while not self._end.wait(_TICK_S):
            now = time.monotonic()
            self._sample(now - before)
            before = now

    def _sample(self, passed_s: float) -> None:
        for record in self._layout.processes:
            # An emulator's children are its Lambdas; the supervisor's are all the others.
            with_children = record.role == "emulator"
            used = dict(_cpu_by_pid(record.pid, record.create_time, with_children=with_children))
            last = self._last.get(record.name, {})
            # A child that is gone, or new, counts from or up to what was seen of it.
            spent = sum(
                max(0.0, cpu - last.get(pid, 0.0 if last else cpu)) for pid, cpu in used.items()
            )
            self._last[record.name] = used
            usage = self.usage.setdefault(record.name, Usage())
            usage.cpu_s += spent
            if passed_s:
                usage.peak = max(usage.peak, spent / passed_s)


def _cpu_by_pid(
    pid: int, create_time: float, *, with_children: bool
) -> Iterator[tuple[int, float]]:
    try:
        process = psutil.Process(pid)
        if abs(process.create_time() - create_time) > 1:
            return
        family = [process, *(process.children(recursive=True) if with_children else ())]
    except psutil.Error:
        return
    for one in family:
        try:
            yield one.pid, _cpu_s(one)
        except psutil.Error:
            continue


def _lines(path: Path, start: int) -> Iterator[Mapping[str, Any]]:
    with path.open("rb") as file:
        file.seek(start)
        for text in file:
            at = text.find(b'{"')
            if at < 0 or b'"dynamodb"' not in text:
                continue
            try:
                line = json.loads(text[at:])
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Who had the most to do.

    Attributes:
        share: of a core in the mean of the run.
    """

    name: str
    share: float
    of_machine: float
    usage: Mapping[str, Usage] = field(default_factory=dict)


def bottleneck(usage: Mapping[str, Usage], generator_cpu_s: float, seconds: float) -> Bottleneck:
    """The process with the highest share of a core, the generator included."""
    cores = psutil.cpu_count() or 1
    spent = {name: one.cpu_s for name, one in usage.items()} | {"generator": generator_cpu_s}
    name = max(spent, key=lambda one: spent[one])
    return Bottleneck(
        name, spent[name] / seconds, sum(spent.values()) / seconds / cores, dict(usage)
    )
