"""CPU time that the local cloud's processes use while a load runs."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psutil

from localcloud.layout import CloudLayout, ProcessRecord
from localcloud.processes import find

_TICK_S: Final = 0.5


@dataclass(slots=True)
class ProcessUsage:
    """CPU time of one process over a run.

    Attributes:
        cpu_s: Seconds of CPU, those of an emulator's Lambda workers included.
        samples: How often the process was looked at with success: the observations.
    """

    cpu_s: float = 0.0
    samples: int = 0


class ProcessWatch:
    """Samples the CPU time of a local cloud's processes in a thread, from `start` to `stop`.

    Attributes:
        usage: By the name of the process.
    """

    def __init__(self, layout: CloudLayout) -> None:
        self._layout = layout
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="process-watch", daemon=True)
        self._last: dict[str, dict[int, float]] = {}
        self.usage: dict[str, ProcessUsage] = {}

    def start(self) -> None:
        """Take the first sample and begin."""
        self._sample()
        self._thread.start()

    def stop(self) -> None:
        """Take the last sample and end."""
        self._end.set()
        self._thread.join()
        self._sample()

    def _watch(self) -> None:
        while not self._end.wait(_TICK_S):
            self._sample()

    def _sample(self) -> None:
        for record in self._layout.processes:
            # An emulator's children are its Lambda workers; the supervisor's are all the others.
            with_children = record.role == "emulator"
            used = dict(_cpu_by_pid(record, with_children=with_children))
            usage = self.usage.setdefault(record.name, ProcessUsage())
            if not used:
                continue
            last = self._last.get(record.name)
            if last is not None:
                # A child process that is new counts from 0, one that has ended up to its last
                # sample.
                usage.cpu_s += sum(max(0.0, cpu - last.get(pid, 0.0)) for pid, cpu in used.items())
                usage.samples += 1
            self._last[record.name] = used


def _cpu_by_pid(record: ProcessRecord, *, with_children: bool) -> Iterator[tuple[int, float]]:
    process = find(record)
    if process is None:
        return
    try:
        family = [process, *(process.children(recursive=True) if with_children else ())]
    except psutil.Error:
        return
    for one in family:
        try:
            times = one.cpu_times()
        except psutil.Error:
            continue
        yield one.pid, float(times.user + times.system)


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The process with the most work in a run.

    Attributes:
        process: Its name.
        share_of_a_core: Its CPU time by the length of the run.
        share_of_the_machine: CPU time of all observed processes by that of all cores.
        cpu_s: CPU seconds by process; None for a process that could not be observed.
        samples: Observations by process.
    """

    process: str
    share_of_a_core: float
    share_of_the_machine: float
    cpu_s: Mapping[str, float | None] = field(default_factory=dict)
    samples: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the part of a report."""
        return {
            "process": self.process,
            "share_of_a_core": round(self.share_of_a_core, 3),
            "share_of_the_machine": round(self.share_of_the_machine, 3),
            "cpu_s": {
                name: None if cpu is None else round(cpu, 2) for name, cpu in self.cpu_s.items()
            },
            "observations": dict(self.samples),
        }


def bottleneck(
    usage: Mapping[str, ProcessUsage], generator_cpu_s: float | None, seconds: float
) -> Bottleneck | None:
    """Return the process with the highest share of a core, the load generator included.

    Args:
        usage: By process of the cloud.
        generator_cpu_s: CPU seconds of the load generator; None if it was not observed.
        seconds: Length of the run.

    Returns:
        None if no process of the cloud could be observed.
    """
    observed = {name: one.cpu_s for name, one in usage.items() if one.samples}
    if not observed:
        return None
    if generator_cpu_s is not None:
        observed["generator"] = generator_cpu_s
    busiest = max(observed, key=lambda name: observed[name])
    cores = psutil.cpu_count() or 1
    return Bottleneck(
        busiest,
        observed[busiest] / seconds,
        sum(observed.values()) / seconds / cores,
        {name: one.cpu_s if one.samples else None for name, one in usage.items()},
        {name: one.samples for name, one in usage.items()},
    )
