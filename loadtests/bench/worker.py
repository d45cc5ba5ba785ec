"""A subject's process: takes orders as JSON lines on standard input, answers on standard output.

    {"do": "answer", "scenario": "miss", "stores": ["bench-00001"]}  -> status and body
    {"do": "prepare", "scenario": "miss", "stores": [...]}           -> events made, caches filled
    {"do": "run"}          -> CPU and wall time of the calls that were prepared
    {"do": "quantiles"}    -> CPU time of each single call of them
    {"do": "allocations"}  -> bytes, by tracemalloc
    {"do": "profile"}   -> the functions that take most of the time, by cProfile

CPU time is the process's own, user and system, all threads. The modules imported here use only the
standard library, so that a subject with a virtual environment of its own runs under the worker.
"""

import gc
import importlib
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any, Final, TextIO

from loadtests.bench.memory import memory
from loadtests.bench.subject import Call, Subject
from loadtests.measurement.percentiles import percentile

_PROFILED: Final = 30
_ROOT: Final = __file__.removesuffix("loadtests/bench/worker.py")


class Worker:
    """A subject, and the calls that are to be timed next."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._calls: list[Call] = []
        self._orders: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "answer": self._answer,
            "prepare": self._prepare,
            "run": self._run,
            "quantiles": self._quantiles,
            "allocations": self._allocations,
            "profile": self._profile,
        }

    def serve(self, orders: TextIO, answers: TextIO) -> None:
        """Carry out commands from standard input until it ends."""
        for line in orders:
            order = json.loads(line)
            answers.write(json.dumps(self._orders[order["do"]](order)) + "\n")
            answers.flush()

    def _answer(self, order: dict[str, Any]) -> dict[str, Any]:
        (call,) = self._subject.calls(order["scenario"], order["stores"])
        answer = self._subject.answer(call())
        return {"status": answer.status, "body": answer.body.decode()}

    def _prepare(self, order: dict[str, Any]) -> dict[str, Any]:
        self._calls = self._subject.calls(order["scenario"], order["stores"])
        gc.collect()
        return {"count": len(self._calls)}

    def _run(self, _: dict[str, Any]) -> dict[str, Any]:
        before = gc.get_stats()
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        for call in self._calls:
            returned = call()
        cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
        after = gc.get_stats()
        return {
            "count": len(self._calls),
            "cpu_ns": cpu,
            "wall_ns": wall,
            "bytes": len(self._subject.answer(returned).body),
            "collections": [
                late["collections"] - early["collections"]
                for early, late in zip(before, after, strict=True)
            ],
            **memory(),
        }

    def _quantiles(self, _: dict[str, Any]) -> dict[str, Any]:
        each: list[float] = []
        for call in self._calls:
            start = time.process_time_ns()
            call()
            each.append((time.process_time_ns() - start) / 1000)
        each.sort()
        return {"p50_us": median(each), "p99_us": percentile(each, 0.99)}

    def _allocations(self, _: dict[str, Any]) -> dict[str, Any]:
        """The most that one call holds beyond what was there before it, and what it leaves."""
        tracemalloc.start()
        peaks: list[int] = []
        left: list[int] = []
        for call in self._calls:
            start = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            returned = call()
            now, peak = tracemalloc.get_traced_memory()
            del returned
            peaks.append(peak - start)
            left.append(now - start)
        tracemalloc.stop()
        return {"peak_bytes": median(peaks), "kept_bytes": median(left)}

    def _profile(self, _: dict[str, Any]) -> dict[str, Any]:
        """Return the functions with the most time of their own, as shares of the whole."""
        import cProfile
        import pstats

        profile = cProfile.Profile(time.process_time)
        profile.enable()
        for call in self._calls:
            call()
        profile.disable()
        stats: dict[tuple[str, int, str], Any] = vars(pstats.Stats(profile))["stats"]
        whole = sum(own for _, _, own, *_ in stats.values())
        found: list[dict[str, Any]] = [
            {
                "function": name,
                "where": _place(file, line),
                "calls": round(calls / len(self._calls), 2),
                "own": round(own / whole, 4),
                "with_callees": round(with_callees / whole, 4),
            }
            for (file, line, name), (_, calls, own, with_callees, _) in stats.items()
        ]
        found.sort(key=lambda one: one["own"], reverse=True)
        return {"functions": found[:_PROFILED]}


def _place(file: str, line: int) -> str:
    """Return where a function is: file and line, or of a library its name alone; "" for C."""
    _, library, within = file.partition("/site-packages/")
    if library:
        return within.partition("/")[0].removesuffix(".py")
    return f"{file.removeprefix(_ROOT)}:{line}" if line else ""


def main() -> None:
    """Run the subject that the command line names."""
    # What a subject prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    module = importlib.import_module(sys.argv[1])
    subject: Subject = module.open_subject()
    answers.write(json.dumps({"ready": sys.argv[1]}) + "\n")
    answers.flush()
    Worker(subject).serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
