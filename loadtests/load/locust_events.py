"""Listens to locust's events: records requests, merges workers' records, watches the generator."""

import time
from collections.abc import Mapping
from typing import Any, Final

import gevent
import psutil
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from loadtests.cloud.edge_header import answering_region, edge_decision
from loadtests.load.context import LoadRun
from loadtests.load.recording import Recording

_TICK_S: Final = 0.5
_FULL: Final = 0.95  # of a core: a Python process has no more
_LATE_MS: Final = 250.0  # a greenlet that wakes so late measures itself, not the target
_PATIENCE: Final = 8  # ticks in a row
BOTTLENECK: Final = 3  # exit code
_FIELD: Final = "carte"


class LocustListener:
    """Records the requests of one locust process.

    Attributes:
        problem: Why the figures cannot be believed; empty where they can.
    """

    def __init__(self, environment: Environment, run: LoadRun) -> None:
        self._environment = environment
        self._run = run
        self._process = psutil.Process()
        self._full = 0
        self.problem = ""

    def start(self) -> None:
        """Register the listeners."""
        events: Any = self._environment.events
        events.request.add_listener(self._record)
        events.report_to_master.add_listener(self._report)
        events.worker_report.add_listener(self._merge)
        self._process.cpu_percent()
        gevent.spawn(self._watch)

    def _record(
        self,
        request_type: str,
        name: str,
        response_time: float,
        response: Any,
        exception: BaseException | None,
        **_: Any,
    ) -> None:
        headers: Mapping[str, str] = getattr(response, "headers", None) or {}
        self._run.recording.add(
            self._run.second(),
            name,
            answering_region(headers),
            took_ms=response_time,
            wrong=f"{exception}"[:120] if exception else "",
            cache=edge_decision(headers).get("cache", "") if request_type == "GET" else "",
        )

    def _report(self, data: dict[str, Any], **_: Any) -> None:
        """Send what was recorded since the last report to the master."""
        data[_FIELD] = self._run.recording.to_json()
        self._run.recording = Recording()

    def _merge(self, data: Mapping[str, Any], **_: Any) -> None:
        if _FIELD in data:
            self._run.recording.merge(Recording.of(data[_FIELD]))

    def _watch(self) -> None:
        """Record the load generator's own share of a core, and how late it wakes."""
        while True:
            before = time.monotonic()
            gevent.sleep(_TICK_S)
            lag_ms = (time.monotonic() - before - _TICK_S) * 1000
            share = self._process.cpu_percent() / 100
            runner = self._environment.runner
            if isinstance(runner, MasterRunner) or runner is None or not runner.user_count:
                continue
            name = runner.client_id if isinstance(runner, WorkerRunner) else "locust"
            second = self._run.second()
            self._run.recording.generators[name].append((second, round(share, 3), round(lag_ms, 1)))
            self._run.recording.users[second] = runner.user_count
            self._judge(share, lag_ms)

    def _judge(self, share: float, lag_ms: float) -> None:
        self._full = self._full + 1 if share > _FULL and lag_ms > _LATE_MS else 0
        if self._full >= _PATIENCE and not self.problem:
            self.problem = (
                f"the load generator itself is the bottleneck: {share:.0%} of a core, "
                f"{lag_ms:.0f} ms late; what it would measure now is its own waiting. "
                "Use fewer users, or more processes: --workers"
            )
            print(self.problem, flush=True)
            self._environment.process_exit_code = BOTTLENECK
            runner = self._environment.runner
            if runner is not None:
                gevent.spawn(runner.quit)
