"""Keeps one region of a local cloud at a share of its knee, and shows whether it stays as it was.

`python -m loadtests.capacity.endurance --port 8080 --share 0.9 --seconds 600` finds how many
requests a second the API of the primary region answers when clients send as fast as they are
answered (the knee), then sends that share of them for ten minutes. A request has its moment,
decided beforehand, and its time counts from that moment, so one that waits for others counts its
wait. Of each window it prints the times of the answers, and the memory and CPU of the region's
processes: that of the API, and that of the emulator, which keeps the tables in memory.

Nine of ten requests read a menu; the others sell a piece or set a price.
"""

import argparse
import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psutil

from loadtests.capacity.throughput import Sent, kinds_of, layout_in, measure, send
from loadtests.load.processes import ProcessWatch
from loadtests.measurement.percentiles import distribution
from localcloud.layout import CloudLayout, default_state_dir
from localcloud.processes import find
from services.domain.errors import CarteError

WINDOWS: Final = 10
_MIX: Final = (*("menus",) * 9, "sales", *("menus",) * 9, "prices")
_TIMEOUT_S: Final = 30.0
_MB: Final = 1_000_000


@dataclass(slots=True)
class Schedule:
    """The moments of requests, a fixed time apart; threads take them in turn.

    Attributes:
        began: When the first one is due, on the monotonic clock.
        per_second: How many are due in a second.
        seconds: For how long.
    """

    began: float
    per_second: float
    seconds: float
    _numbers: Any = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> float | None:
        """Return the next moment, in seconds after `began`; None: there is no more."""
        with self._lock:
            at: float = next(self._numbers) / self.per_second
        return at if at < self.seconds else None


@dataclass(slots=True)
class Sender:
    """A thread that sends the requests whose moments it takes.

    Attributes:
        times: (moment, seconds from the moment to the answer) of each request.
        failure: The first answer that was not right, or the exception; None: there was none.
    """

    url: str
    schedule: Schedule
    requests: Callable[[], Sent]
    times: list[tuple[float, float]] = field(default_factory=list)
    failure: str | None = None

    def run(self) -> None:
        """Send until the schedule ends or an answer is wrong."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=_TIMEOUT_S
        )
        try:
            while self.failure is None and (at := self.schedule.take()) is not None:
                due = self.schedule.began + at
                time.sleep(max(0.0, due - time.monotonic()))
                self.failure = send(connection, parts.path, self.requests())
                self.times.append((at, time.monotonic() - due))
        except (OSError, http.client.HTTPException) as error:
            self.failure = repr(error)
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the run.

    Attributes:
        until_s: When it ended, seconds from the start.
        requests: Answers, all of them right.
        p50_ms: Median time of an answer.
        p99_ms: 99th percentile.
        memory_mb: Resident memory at its end by process, megabytes, with that of children.
        cpu_ms: CPU milliseconds of a request by process.
    """

    until_s: float
    requests: int
    p50_ms: float | None
    p99_ms: float | None
    memory_mb: Mapping[str, float]
    cpu_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the processes of a region used, at a moment.

    Attributes:
        memory: Resident bytes by process.
        cpu_s: Seconds of CPU since the start of the run by process.
    """

    memory: Mapping[str, float]
    cpu_s: Mapping[str, float]


def windows(
    times: Sequence[tuple[float, float]], readings: Sequence[Reading], seconds: float
) -> list[Window]:
    """Return the windows of a run.

    Args:
        times: Moment and seconds of each request.
        readings: At the end of each window, in their order.
        seconds: Length of the run.
    """
    length = seconds / len(readings)
    parts: list[list[float]] = [[] for _ in readings]
    for at, took in times:
        parts[min(int(at / length), len(parts) - 1)].append(1000 * took)
    found = []
    before: Mapping[str, float] = {}
    for number, (part, reading) in enumerate(zip(parts, readings, strict=True), 1):
        spread = distribution(part)
        cpu = {
            name: round(1000 * (used - before.get(name, 0.0)) / max(len(part), 1), 3)
            for name, used in reading.cpu_s.items()
        }
        memory = {name: round(used / _MB, 1) for name, used in reading.memory.items()}
        found.append(Window(number * length, spread.samples, spread.p50, spread.p99, memory, cpu))
        before = reading.cpu_s
    return found


def _reading(layout: CloudLayout, watch: ProcessWatch) -> Reading:
    memory = {}
    for record in layout.processes:
        process = find(record) if record.region == layout.primary else None
        if process is None:
            continue
        try:
            family = (process, *process.children(recursive=True))
            memory[record.name] = float(sum(one.memory_info().rss for one in family))
        except psutil.Error:
            continue
    return Reading(
        memory, {name: watch.usage[name].cpu_s for name in memory if name in watch.usage}
    )


def _mixed(kinds: Mapping[str, Callable[[], Sent]]) -> Callable[[], Sent]:
    lock, names = threading.Lock(), cycle(_MIX)

    def one() -> Sent:
        with lock:
            name = next(names)
        return kinds[name]()

    return one


def run(
    layout: CloudLayout, requests: Callable[[], Sent], rate: float, seconds: float, clients: int
) -> list[Window]:
    """Send requests at a rate, and return what each of `WINDOWS` windows shows.

    Raises:
        CarteError: A request was not answered rightly.
    """
    schedule = Schedule(time.monotonic(), rate, seconds)
    url = layout.region(layout.primary).api_url
    senders = [Sender(url, schedule, requests) for _ in range(clients)]
    watch = ProcessWatch(layout)
    watch.start()
    threads = [threading.Thread(target=one.run) for one in senders]
    for thread in threads:
        thread.start()
    readings = []
    for number in range(1, WINDOWS + 1):
        time.sleep(max(0.0, schedule.began + number * seconds / WINDOWS - time.monotonic()))
        readings.append(_reading(layout, watch))
    for thread in threads:
        thread.join()
    watch.stop()
    failures = [one.failure for one in senders if one.failure]
    if failures:
        raise CarteError(
            f"requests are not answered rightly: {failures[0]}", "`carte status` shows what runs"
        )
    return windows([one for sender in senders for one in sender.times], readings, seconds)


def table(found: Sequence[Window]) -> str:
    """Return the windows as a table for people."""
    names = sorted({name for one in found for name in one.memory_mb})
    heads = [f"{name}, {unit} |" for name in names for unit in ("MB", "ms of CPU")]
    lines = [
        " ".join(("| until, s | requests | p50, ms | p99, ms |", *heads)),
        "|" + "---:|" * (4 + len(heads)),
    ]
    for one in found:
        cells = [
            f"{one.until_s:.0f}",
            f"{one.requests:,}",
            "-" if one.p50_ms is None else f"{one.p50_ms:.1f}",
            "-" if one.p99_ms is None else f"{one.p99_ms:.1f}",
        ]
        for name in names:
            cells += [f"{one.memory_mb.get(name, 0):.1f}", f"{one.cpu_ms.get(name, 0):.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the windows as a table or JSON; 1 if an answer was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.capacity.endurance",
        description=(__doc__ or "").partition("\n")[0],
    )
    parser.add_argument("--port", type=int, default=8080, help="of the local cloud's edge")
    parser.add_argument("--state", type=Path, help="folder of the cloud, where it is not usual")
    parser.add_argument("--share", type=float, default=0.9, help="of the knee (default: 0.9)")
    parser.add_argument("--seconds", type=float, default=600.0, help="20 to 7,200 (default: 600)")
    parser.add_argument(
        "--knee-seconds", type=float, default=20.0, help="1 to 600, to find the knee"
    )
    parser.add_argument("--clients", type=int, default=16, help="1 to 256 that send at once")
    parser.add_argument("--json", action="store_true", help="answer for a program")
    given = parser.parse_args(arguments)
    if not 0 < given.share <= 1 or not 20 <= given.seconds <= 7200:  # noqa: PLR2004 - as its help says
        parser.error("--share must be above 0 and at most 1, --seconds 20 to 7,200")
    if not 1 <= given.knee_seconds <= 600 or not 1 <= given.clients <= 256:  # noqa: PLR2004 - likewise
        parser.error("--knee-seconds must be at least 1 and at most 600, --clients 1 to 256")
    try:
        layout = layout_in(given.state or default_state_dir(given.port))
        requests = _mixed(kinds_of(layout))
        knee = measure(layout, "mixed", requests, given.knee_seconds, given.clients).per_second
        sys.stderr.write(f"knee: {knee:.1f} requests a second\n")
        found = run(layout, requests, given.share * knee, given.seconds, given.clients)
    except CarteError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return 1
    result = {"runtime": layout.runtime, "knee_per_second": round(knee, 1), "share": given.share}
    if given.json:
        result["windows"] = [asdict(one) for one in found]
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        sys.stdout.write(f"{json.dumps(result)}\n{table(found)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
