"""Sampling: what changed since the last sample, in which state, and what happened meanwhile."""

import asyncio
import dataclasses
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from localcloud.edge.active_faults import ActiveFaults
from localcloud.edge.drains import DrainFlags
from localcloud.edge.events import Events
from localcloud.edge.health import Health
from localcloud.edge.history import History
from localcloud.edge.history_file import HistoryFile
from localcloud.edge.metrics import RegionMetrics
from localcloud.edge.options import Options
from localcloud.edge.origins import Origin, OriginError
from localcloud.edge.outside_figures import LoggedCounts, OutsideFigures, lags_of
from localcloud.edge.sampler import Observed, Sampler, seconds_until_due
from localcloud.edge.settings import OriginRegion
from services.domain.aws_regions import Coordinates

HERE, FAR = "us-east-1", "eu-west-1"
NOON = 1_800_000_000.0


class Outside(OutsideFigures):
    """Figures of others, as the test sets them."""

    def __init__(self) -> None:
        super().__init__("", {})
        self.lag: dict[str, float] = {}
        self.counts: dict[str, LoggedCounts] = {}
        self.log_reads = 0

    async def lags(self) -> dict[str, float]:
        return self.lag

    async def logged(self, _now_ms: int) -> dict[str, LoggedCounts]:
        self.log_reads += 1
        return self.counts


class Faults(ActiveFaults):
    """A fault controller whose timeline the test sets."""

    def __init__(self) -> None:
        super().__init__("")

    async def __call__(self) -> list[Any] | None:
        return []


class Scene:
    """A sampler with a clock, and the parts that it looks at."""

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.events = Events(lambda: self.now)
        self.metrics = {name: RegionMetrics() for name in (HERE, FAR)}
        self.hits: Counter[str] = Counter()
        self.health = {
            name: Health(threshold=1, recovery_threshold=1, now=NOON) for name in self.metrics
        }
        self.drains = DrainFlags(folder, self.metrics, self.events)
        self.faults, self.outside = Faults(), Outside()
        self.folder = folder
        self.observed = Observed(
            self.metrics,
            self.health,
            self.drains,
            self.hits,
            self.events,
            self.faults,
            self.outside,
        )
        self.start()

    def start(self) -> None:
        """Begin anew, as an edge that was restarted."""
        file = HistoryFile(self.folder)
        minutes, events = file.read()
        self.history = History(minutes, events, clock=lambda: self.now)
        self.sampler = Sampler(
            self.observed,
            self.history,
            file,
            clock=lambda: self.now,
            monotonic=lambda: self.now,
        )

    def sample(self) -> None:
        self.now += 10
        asyncio.run(self.sampler.sample())

    def last(self, region: str = HERE) -> Mapping[str, Any]:
        """The latest ten seconds."""
        read = self.history.reading(15, list(self.metrics))
        assert read["step_seconds"] == 10
        at = max(n for n, one in enumerate(read["seconds"]) if one)
        return {name: column[at] for name, column in read["regions"][region].items()}

    def kinds(self) -> list[str]:
        return [one["kind"] for one in self.history.events]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_sample_has_what_came_since_the_last_one(scene: Scene) -> None:
    here = scene.metrics[HERE]
    for _ in range(2):
        here.requests += 10
        here.statuses[200] += 7
        here.statuses[404] += 1
        here.statuses[503] += 1
        here.failures["timeout"] += 1
        here.answers["nearest"] += 12
        scene.hits[HERE] += 4
        for milliseconds in (5.0, 5.0, 80.0):
            here.times.add(milliseconds)
        scene.sample()
    last = scene.last()
    assert (last["requests"], last["failed"], last["answers"], last["hits"]) == (10, 2, 12, 4)
    assert last["p50"] == pytest.approx(5, rel=0.03)
    assert last["p99"] == pytest.approx(80, rel=0.03)
    assert here.times.total == 0
    scene.sample()
    assert scene.last()["requests"] == 0
    assert scene.last()["p99"] is None


def test_the_state_is_drained_or_unhealthy_and_unhealthy_says_more(scene: Scene) -> None:
    scene.drains.set(FAR, drained=True)
    scene.sample()
    assert (scene.last()["state"], scene.last(FAR)["state"]) == ("healthy", "drained")
    scene.health[FAR].healthy = False
    scene.sample()
    assert scene.last(FAR)["state"] == "unhealthy"


def test_logs_are_read_once_a_minute_and_lags_each_time(scene: Scene) -> None:
    scene.outside.lag = {FAR: 1.25}
    scene.outside.counts = {HERE: LoggedCounts(2, 5)}
    scene.sample()
    assert (scene.last()["repairs"], scene.last()["orders"]) == (2, 5)
    assert (scene.last()["lag"], scene.last(FAR)["lag"]) == (None, 1.25)
    scene.sample()
    assert scene.last()["repairs"] is None
    for _ in range(5):
        scene.sample()
    assert scene.outside.log_reads == 2


def test_events_and_faults_are_noted_once_also_over_a_restart(scene: Scene) -> None:
    fault = {"id": "freeze-1", "kind": "freeze", "region": FAR, "at": "2027-01-15T08:00:03+00:00"}
    scene.drains.set(HERE, drained=True)
    scene.faults.timeline = [{**fault, "what": "injected"}, "nonsense", {"what": "healed"}]
    scene.sample()
    scene.sample()
    assert scene.kinds() == ["drain-flag", "drain", "fault"]
    (noted,) = [one for one in scene.history.events if one["kind"] == "fault"]
    assert (noted["what"], noted["fault"], noted["region"]) == ("injected", "freeze", FAR)
    assert noted["at"] == NOON + 3
    scene.sampler.stop()
    scene.events = Events(lambda: scene.now)
    scene.observed = dataclasses.replace(scene.observed, events=scene.events)
    scene.start()
    scene.faults.timeline.append({**fault, "what": "expired"})
    scene.sample()
    assert scene.kinds() == ["drain-flag", "drain", "fault", "fault"]


def test_what_was_sampled_before_a_restart_is_there_after_it(scene: Scene) -> None:
    scene.metrics[HERE].requests = 30
    for _ in range(8):
        scene.sample()
    scene.sampler.stop()
    scene.start()
    counted = scene.history.reading(15, [HERE])["regions"][HERE]["requests"]
    assert sum(one or 0 for one in counted) == 30


def test_samples_are_taken_on_the_ten_seconds() -> None:
    assert seconds_until_due(100.0) == 10
    assert seconds_until_due(104.0) == 6
    assert seconds_until_due(109.9) == pytest.approx(10.1)  # woken a little early


def test_a_sample_that_fails_does_not_end_the_edge(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = asyncio.Event()

    async def fails() -> dict[str, float]:
        done.set()
        raise RuntimeError("planted")

    async def story() -> None:
        monkeypatch.setattr(scene.outside, "lags", fails)
        monkeypatch.setattr("localcloud.edge.sampler.seconds_until_due", lambda _now: 0.0)
        task = asyncio.create_task(scene.sampler.run())
        await asyncio.wait_for(done.wait(), 10)
        assert not task.done()
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()

    asyncio.run(story())
    assert "planted" in caplog.text


def test_an_edge_that_ends_writes_the_minute_under_way(scene: Scene) -> None:
    async def story() -> None:
        await scene.sampler.sample()
        task = asyncio.create_task(scene.sampler.run())
        await asyncio.sleep(0)  # until it waits for the next one
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(story())
    minutes, _ = HistoryFile(scene.folder).read()
    assert len(minutes) == 1


def test_a_time_beyond_what_the_machine_counts_costs_that_fault_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Beyond(datetime):
        """What a machine says of a time outside of its range, by the documentation."""

        def timestamp(self) -> float:
            if self.year == 1:
                raise OverflowError("timestamp out of range for platform time_t")
            return super().timestamp()

    monkeypatch.setattr("localcloud.edge.sampler.datetime", Beyond)
    fault = {"id": "freeze-1", "kind": "freeze", "region": FAR, "what": "injected"}
    scene.sample()
    scene.faults.timeline = [
        {**fault, "at": "0001-01-01T12:00:00"},
        {**fault, "id": "freeze-2", "at": "2027-01-15T08:00:03+00:00"},
    ]
    scene.sampler.stop()
    minutes, events = HistoryFile(scene.folder).read()
    assert len(minutes) == 1
    assert [one["id"] for one in events] == ["freeze-2"]


def test_an_edge_that_ends_while_the_file_is_written_keeps_every_minute_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, ended = threading.Event(), threading.Event()
    write = HistoryFile.write

    def slow(file: HistoryFile, new: Any, whole: Any) -> None:
        if not inside.is_set():
            inside.set()
            ended.wait(10)
        write(file, new, whole)

    async def story() -> None:
        for _ in range(6):
            await sampled()
        task = asyncio.create_task(sampled(forever=True))
        await asyncio.to_thread(inside.wait, 10)
        task.cancel()
        # A second writing would be over by then.
        await asyncio.wait({task}, timeout=0.05)
        ended.set()
        await asyncio.wait({task})

    async def sampled(*, forever: bool = False) -> None:
        scene.now += 10
        scene.metrics[HERE].requests += 1
        await (scene.sampler.run() if forever else scene.sampler.sample())

    monkeypatch.setattr(HistoryFile, "write", slow)
    monkeypatch.setattr("localcloud.edge.sampler.seconds_until_due", lambda _now: 0.0)
    asyncio.run(story())
    minutes, _ = HistoryFile(scene.folder).read()
    assert [one.regions[HERE].requests for one in minutes] == [6, 1]


def test_the_lag_is_the_longest_of_a_minute_or_what_waits_now() -> None:
    pair = {"pending": 0, "oldest_pending_ms": None, "lag_ms_max": 120.0}
    status = {
        "pairs": [
            {**pair, "to": HERE},
            {**pair, "to": HERE, "lag_ms_max": 60.0, "pending": 4, "oldest_pending_ms": 2500},
            {**pair, "to": FAR, "lag_ms_max": None},
        ]
    }
    assert lags_of(status) == {HERE: 2.5}


def answered(handler: Any, story: Any) -> Any:
    """Run a story with the address of a server."""

    async def run() -> Any:
        runner = web.ServerRunner(web.Server(handler))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            return await story(f"http://127.0.0.1:{runner.addresses[0][1]}")
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_the_times_of_complete_answers_are_counted_whatever_their_status() -> None:
    async def api(request: web.BaseRequest) -> web.Response:
        if request.path == "/cut":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=503 if request.path == "/wrong" else 200)

    async def story(url: str) -> RegionMetrics:
        metrics = RegionMetrics()
        region = OriginRegion(HERE, url, Coordinates(0.0, 0.0))
        origin = Origin(region, Options(), metrics)
        try:
            for target in ("/", "/wrong"):
                await origin.fetch("GET", target, {}, None, patience_s=5)
            with pytest.raises(OriginError):
                await origin.fetch("GET", "/cut", {}, None, patience_s=5)
        finally:
            await origin.close()
        return metrics

    metrics = answered(api, story)
    assert (metrics.requests, metrics.failed) == (3, 2)
    assert metrics.take_times().total == 2
    assert metrics.take_times().total == 0


def test_repairs_and_orders_are_summed_from_what_was_logged_since(tmp_path: Path) -> None:
    queries: list[Any] = []

    async def logs(request: web.BaseRequest) -> web.Response:
        wanted = await request.json()
        queries.append(wanted)
        if wanted["logGroupName"] == "/carte/fulfilment":
            return web.json_response({"__type": "ResourceNotFoundException"}, status=400)
        lines = ['{"Records":9,"Repairs":3}', '{"Repairs":3,"DocumentType":"stock"}', "START", "7"]
        return web.json_response({"events": [{"message": one} for one in lines]})

    async def story(url: str) -> list[Any]:
        outside = OutsideFigures(url, {HERE: url, FAR: "http://127.0.0.1:9"})
        try:
            return [await outside.logged(at) for at in (1_000_000, 1_060_000, 1_120_000)]
        finally:
            await outside.close()

    first, second, third = answered(logs, story)
    # What was logged before this edge is not of its time.
    assert first == {HERE: LoggedCounts(None, None), FAR: LoggedCounts(None, None)}
    assert second == third == {HERE: LoggedCounts(3, 0), FAR: LoggedCounts(None, None)}
    # Each millisecond is read once.
    spans = {(one["startTime"], one["endTime"]) for one in queries}
    assert spans == {(997_000, 1_056_999), (1_057_000, 1_116_999)}


def test_what_a_region_logged_while_it_was_away_is_counted_later_of_ten_minutes_at_most() -> None:
    spans: list[tuple[int, int]] = []
    away = False

    async def logs(request: web.BaseRequest) -> web.Response:
        wanted = await request.json()
        if away:
            return web.Response(status=503)
        spans.append((wanted["startTime"], wanted["endTime"]))
        return web.json_response({"events": []})

    async def story(url: str) -> None:
        nonlocal away
        outside = OutsideFigures("", {HERE: url})
        try:
            for at in (0, 60_000, 120_000, 9_120_000):
                away = at == 60_000
                await outside.logged(1_000_000 + at)
        finally:
            await outside.close()

    answered(logs, story)
    assert set(spans) == {(997_000, 1_116_999), (9_517_000, 10_116_999)}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"pairs":[{}]}', b'{"pairs":7}', b"\xff"])
def test_a_replicator_that_says_nothing_of_use_has_no_lags(body: bytes) -> None:
    async def status(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=body)

    async def story(url: str) -> Any:
        outside = OutsideFigures(url, {})
        try:
            return await outside.lags()
        finally:
            await outside.close()

    assert answered(status, story) == {}
