"""Drills on the local cloud: one that passes, the same that must fail, one that is killed."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from loadtests.drills import experiments
from localcloud.faults.client import FaultClient
from localcloud.layout import REPO_ROOT
from tests.support.local_cloud import LocalCloud, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.alone]

REGION = "eu-west-1"


def sudden_loss(folder: Path, *, bounds: float, seconds: float, returns: float) -> str:
    """The drill with other times; returns its file."""
    experiment = experiments.load("sudden-loss").experiment
    freeze, leave, _, back = (step["provider"]["arguments"] for step in experiment["method"])
    freeze |= {"bounds": bounds, "seconds": seconds}
    leave |= {"bounds": bounds, "seconds": seconds}
    back |= {"returns": returns, "seconds": 2}
    experiment["configuration"]["grace_s"] = 4
    # Test machines are busy: what depends on their speed alone gets more room than in a real drill.
    (carte,) = experiment["extensions"]
    carte["objectives"] |= {"generator_lag_p99_s": 1.0, "converge_s": 30}
    carte["objectives"]["rto_seconds"] = {"persisted": 0, "mutation": "1.3 x bound"}
    del carte["objectives"]["return_seconds"]
    carte["traffic"] = {"lead_s": 2}
    path = folder / "sudden-loss-short.yaml"
    path.write_text(yaml.safe_dump(experiment))
    return str(path)


def drilled(cloud: LocalCloud, *words: str) -> tuple[int, dict[str, Any]]:
    done = cloud.carte("drill", "run", *words, "--rate", "0.7", "--json", check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def missed(report: dict[str, Any]) -> set[str]:
    return {one["figure"] for one in report["objectives"] if not one["met"]}


def assert_whole(cloud: LocalCloud) -> None:
    """Nothing is left of a drill: no fault, no switch that is off, no store."""
    assert FaultClient(cloud.layout).active() == ()
    state = json.loads(cloud.get("/_edge/status")[2])
    assert all(one["on"] for one in state["switches"].values())
    wait_until(lambda: bool(cloud.status()["healthy"]), "the cloud is healthy again")


@contextmanager
def begun(cloud: LocalCloud, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        cloud.command("drill", "run", *words, "--rate", "0.5"),
        cwd=REPO_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_lost_region_costs_readers_nothing_and_loses_nothing(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    file = sudden_loss(tmp_path, bounds=1.1, seconds=2, returns=0.4)
    code, report = drilled(cloud, file)
    assert missed(report) == set(), report["failures"]
    assert (code, report["verdict"]) == (0, "pass")
    assert report["failed_gets"] == report["lost_writes"] == report["unequal"] == 0
    assert 0 < report["rto_seconds"]["mutation"] < 1.4 * report["bound"]["worst_case_s"]
    assert report["phases"]["detect"] > 0
    page = Path(report["page"]).read_text()
    assert "freeze eu-west-1" in page
    assert json.loads(cloud.carte("drill", "report", "--json").stdout) == report
    assert_whole(cloud)


@pytest.mark.thorough
def test_the_same_without_origin_failover_fails_and_leaves_nothing_off(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    # Longer than the edge waits for a region: the first attempt must get an error.
    file = sudden_loss(tmp_path, bounds=0.0, seconds=8, returns=0.0)
    code, report = drilled(cloud, file, "--without", "origin-failover")
    assert (code, report["verdict"]) == (1, "fail")
    assert report["failed_gets"] > 0
    assert {"failed_gets", "rto_seconds.persisted"} <= missed(report)
    assert report["lost_writes"] == 0
    assert_whole(cloud)


@pytest.mark.thorough
def test_a_drill_that_is_killed_leaves_nothing_broken(cloud: LocalCloud, tmp_path: Path) -> None:
    file = sudden_loss(tmp_path, bounds=0.0, seconds=2, returns=0.0)
    faults = FaultClient(cloud.layout)
    with begun(cloud, file) as process:
        wait_until(lambda: bool(faults.active()), "the region is frozen", within=60)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert [(one.kind, one.region) for one in faults.active()] == [("freeze", REGION)]
    wait_until(lambda: not faults.active(), "the fault ended by itself", within=30)
    assert_whole(cloud)
