"""The capacity model, against what queueing theory says where theory has an answer."""

import functools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loadtests.capacity import arrivals, figures, validation
from loadtests.capacity.arrivals import Rates
from loadtests.capacity.limits import UNLIMITED, Limits
from loadtests.capacity.local import Demands, LocalCloud
from loadtests.capacity.simulation import Loss, Simulation, SimulationResult
from loadtests.capacity.workload import Work, Workload, workload
from loadtests.cost import measured, traffic

# One worker, so that what several tests look at is simulated once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("capacity")]

US, EU, SG = "us-east-1", "eu-west-1", "ap-southeast-1"
READ = Work(seconds=0.010, reads=1.0, writes=0, replicated=0)
EDIT = Work(seconds=0.030, reads=3.0, writes=6, replicated=3)
WORK = Workload(READ, READ, EDIT, cold_seconds=0.4)
RATES = {US: Rates(200, 40, 60), EU: Rates(100, 20, 30), SG: Rates(50, 10, 15)}


def simulated(
    limits: Limits = UNLIMITED, *, seconds: float = 12, loss: Loss | None = None
) -> SimulationResult:
    return Simulation(RATES, WORK, limits, seconds=seconds, loss=loss, seed=7).run()


run = functools.cache(simulated)  # results are read only, and several tests look at the same one


def test_executions_at_once_are_arrivals_times_duration() -> None:
    mean = math.exp(0.5**2 / 2)  # of a log-normal time, by its median
    little = (240 * 0.010 + 60 * 0.030) * mean
    outcome = run(seconds=60)
    assert little < outcome.regions[US].executions < little * 5
    assert outcome.regions[US].answered == pytest.approx(300 * 60, rel=0.05)


def test_units_are_those_of_the_requests_and_of_the_other_regions_writes() -> None:
    results = run(seconds=60).regions[SG]
    writes = sum(results.writes.values()) / 60
    assert writes == pytest.approx(15 * 6 + 90 * 3, rel=0.1)
    assert sum(results.reads.values()) / 60 == pytest.approx(60 + 15 * 3, rel=0.1)


def test_a_lost_region_costs_readers_a_timeout_and_writers_the_bound() -> None:
    loss = Loss(US, at=10, detected_s=10, ttl_s=10)
    outcome = run(seconds=60, loss=loss)
    clients = outcome.clients
    assert clients.failed["get"] == 0
    assert clients.given_up == {"get": 0, "post": 0, "mutation": 0}
    assert max(clients.waited["get"]) == pytest.approx(2.0, abs=0.5)
    assert 10 < max(clients.waited["mutation"]) < 10 + 10 + 25
    calm = figures.of_region(run(seconds=60).regions[EU], outcome).requests
    busy = figures.of_region(outcome.regions[EU], outcome).requests
    assert busy > calm * 1.8, "the nearest one takes over"


def test_limits_refuse_what_is_above_them_and_say_which() -> None:
    refused = {
        "concurrency": run(Limits(concurrency=3)),
        "table": run(Limits(write_units=100)),
        "api rate": run(Limits(api_rate=100, api_burst=10)),
    }
    for why, outcome in refused.items():
        assert outcome.regions[US].throttled[why] > 0, why
    assert sum(run().regions[US].throttled.values()) == 0


def test_a_run_repeats_itself_by_its_seed() -> None:
    assert figures.to_json(simulated()) == figures.to_json(simulated())


def test_a_thinned_run_says_the_same_as_a_full_one(monkeypatch: pytest.MonkeyPatch) -> None:
    full = figures.of_region(run(seconds=40).regions[US], run(seconds=40))
    monkeypatch.setattr("loadtests.capacity.simulation._MOST_EVENTS", 4_000)
    thinned = simulated(seconds=40)
    assert thinned.weight > 4
    one = figures.of_region(thinned.regions[US], thinned)
    assert one.requests == pytest.approx(full.requests, rel=0.15)
    assert one.p50_ms == pytest.approx(full.p50_ms, rel=0.15)


def test_each_region_peaks_by_its_own_clocks() -> None:
    rates = arrivals.by_hour(traffic.load("global"), [US, EU, SG])
    hours = {name: arrivals.busiest_hour(rates, name) for name in rates}
    assert hours[US] == 13  # 8 in New York
    assert hours[EU] in {6, 7}
    assert hours[SG] in {22, 23, 0, 1, 2, 3}
    daily = sum(rate.gets for hours_ in rates.values() for rate in hours_) * 3600
    assert daily == pytest.approx(31_000 * 400 * 1.8 * 0.85 * 0.4, rel=1e-6)


def test_the_work_of_a_scenario_comes_from_what_was_measured() -> None:
    chosen, found = traffic.load("global"), measured.load()
    work = workload(chosen, found, 1769, 40.0, staged=True)
    faster = workload(
        chosen, replace(found, menu_cpu_ms=found.menu_cpu_ms / 2), 1769, 40.0, staged=True
    )
    assert faster.get.seconds < work.get.seconds
    assert work.get.cached == chosen.cache.stage
    smaller = workload(chosen, found, 512, 40.0, staged=True)
    assert smaller.get.seconds > work.get.seconds, "less memory is less CPU"


def test_the_advice_has_room_for_what_a_loss_brings() -> None:
    outcome = run(seconds=40, loss=Loss(US, at=10, detected_s=5, ttl_s=5))
    one = figures.of_region(outcome.regions[EU], outcome)
    results = figures.advice({EU: one}, Limits())[EU]
    assert results["reserved_concurrency"] >= one.executions * 1.5
    assert results["throttle_rate"] >= one.peak_requests * 1.5


DEMANDS = Demands(
    path=("edge",),
    regions={US: ("api-us",), EU: ("api-eu",)},
    shares={US: 0.5, EU: 0.5},
    seconds={"edge": 0.001, "api-us": 0.004, "api-eu": 0.004},
)


def test_the_local_clouds_knee_is_where_its_cores_end() -> None:
    cloud = LocalCloud(DEMANDS, cores=2)
    assert cloud.knee() == pytest.approx(2 / 0.005)
    assert LocalCloud(DEMANDS, cores=16).knee() == pytest.approx(1 / 0.002)


def test_a_quiet_local_cloud_answers_in_its_service_time_and_a_full_one_does_not() -> None:
    cloud = LocalCloud(DEMANDS, cores=2, seed=3)
    calm, busy = cloud.predict(10), cloud.predict(360, seconds=30)
    assert calm.p50_ms == pytest.approx(4.8, rel=0.2)
    assert calm.throughput == pytest.approx(10, rel=0.15)
    assert calm.p95_ms
    assert busy.p95_ms
    assert busy.p95_ms > 3 * calm.p95_ms
    assert busy.throughput == pytest.approx(360, rel=0.05)
    full = cloud.predict(600, seconds=12)
    assert full.throughput < cloud.knee(), "no more than its cores do"
    assert full.busiest == "the cores together"


RUN: dict[str, Any] = {
    "requests": 1000, "seconds": 20, "rate": 50.0, "requests_per_second": 50.0,
    "p50_ms": 12.0, "p95_ms": 30.0,
    "dynamodb": {"answers": 600},
    "by_region": {US: {"requests": 750}, EU: {"requests": 250}},
    "generator": {"cpu_s": 1.0},
    "bottleneck": {"cpu_s": {
        "edge": 2.0, f"direct-{US}": 4.5, f"direct-{EU}": 1.5, f"emulator-{US}": 0.9,
        f"emulator-{EU}": 0.3, "replicator": 4.0,
    }},
}  # fmt: skip


def test_a_runs_cpu_is_shared_among_the_requests_that_visit_each_process(tmp_path: Path) -> None:
    demands, background = validation.demands(RUN)
    assert background == pytest.approx(4.0 / 20)
    assert demands.seconds["edge"] == pytest.approx(0.002)
    assert demands.seconds[f"direct-{US}"] == pytest.approx(4.5 / (1000 * 0.6 * 0.75))
    assert sum(demands.shares.values()) == pytest.approx(1)
    (tmp_path / "results.json").write_text(json.dumps(RUN))
    (row,) = validation.validate([tmp_path, tmp_path], cores=2)
    assert row.throughput_error == pytest.approx(0, abs=0.2)
    assert row.predicted_p95_ms
    assert row.p95_error == pytest.approx(row.predicted_p95_ms / 30 - 1)


def test_what_processes_use_at_any_rate_is_no_cost_of_a_request() -> None:
    # Of the edge's two seconds one is idling: at twice the rate it uses three.
    spent = RUN["bottleneck"]["cpu_s"]
    second = {**RUN, "requests": 2000, "bottleneck": {"cpu_s": {**spent, "edge": 3.0}}}
    results, idle = validation.without_idling(RUN, second)
    assert results["bottleneck"]["cpu_s"]["edge"] == pytest.approx(1.0)
    # The others used no more for twice the requests, so nothing that they used was for requests.
    assert results["bottleneck"]["cpu_s"]["replicator"] == 0.0
    assert idle == pytest.approx((1.0 + 4.5 + 1.5 + 0.9 + 0.3 + 4.0 + 1.0) / 20)
    cost, background = validation.demands(results)
    assert cost.seconds["edge"] == pytest.approx(0.001)
    assert background == pytest.approx(0.0)


def test_a_folder_without_a_usable_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(validation.RunError, match="no result"):
        validation.read(tmp_path)
    (tmp_path / "results.json").write_text(json.dumps({**RUN, "bottleneck": None}))
    with pytest.raises(validation.RunError, match="lacks the CPU time"):
        validation.read(tmp_path)


def test_a_region_that_answered_nothing_has_no_times() -> None:
    silent = {US: Rates(), EU: Rates(gets=50)}
    result = Simulation(silent, WORK, UNLIMITED, seconds=12, seed=1).run()
    results = figures.to_json(result)
    quiet = results["regions"][US]
    assert (quiet["answered"], quiet["requests"]) == (0, 0)
    assert [quiet[name] for name in ("p50_ms", "p99_ms", "cold_share")] == [None] * 3
    assert results["clients"]["mutation"]["p50_ms"] is None
    assert results["regions"][EU]["p50_ms"] > 0
    nothing = LocalCloud(DEMANDS, cores=2).predict(0.0001, seconds=6)
    assert (nothing.requests, nothing.p95_ms) == (0, None)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"requests": 0}, "no request"),
        ({"dynamodb": {"answers": None, "not_measured": {"answers": "no log"}}}, "no log"),
        ({"generator": {"cpu_s": None}}, "lacks the CPU time"),
        ({"p95_ms": None}, "no response times"),
    ],
)
def test_a_run_that_did_not_measure_is_no_basis(
    tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    (tmp_path / "results.json").write_text(json.dumps({**RUN, **change}))
    with pytest.raises(validation.RunError, match=why):
        validation.read(tmp_path)
