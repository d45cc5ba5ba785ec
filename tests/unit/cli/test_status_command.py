"""`carte status`: the table, the reasons, and an exit code that a script can use."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import application
from localcloud import status
from localcloud.layout import CloudLayout, default_state_dir
from localcloud.plan import free_edge_port, make_layout
from localcloud.state_file import save_layout
from localcloud.status import CloudStatus, Lag, RegionStatus

READY = RegionStatus(
    *("us-east-1", "ready", "", "http://x", "http://x/api", 1514, 277_000_000),
    lag_to=Lag(34, 131, 0),
    lag_from=None,
    reconciling=False,
)
SLOW = replace(READY, name="eu-west-1", lag_to=Lag(1200, 4300, 17))
HEALTHY = CloudStatus(
    port=9580,
    url="http://localhost:9580",
    state_dir="/state",
    runtime="lambda",
    supervised=True,
    healthy=True,
    edge="ready",
    replicator="ready",
    faults="ready",
    payments="ready",
    faults_on=(),
    replication="running",
    regions=(READY, SLOW),
    pairs=(),
)


@pytest.fixture
def layout(tmp_path: Path) -> CloudLayout:
    made = make_layout(free_edge_port(), regions=["us-east-1"], state_dir=tmp_path / "cloud")
    save_layout(made)
    return made


def shown(layout: CloudLayout, *words: str) -> Result:
    arguments = ["status", "--state-dir", str(layout.state_dir), *words]
    return CliRunner().invoke(application(["status"]), arguments, env={"COLUMNS": "140"})


def of(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    monkeypatch.setattr(status, "collect", lambda _layout: replace(HEALTHY, **changes))


def test_a_region_that_is_reconciled_after_its_restart_is_named(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(monkeypatch, regions=(READY, replace(SLOW, reconciling=True)))
    note = "restarted; its reconciler"
    assert f"eu-west-1: {note}" in shown(layout).stdout
    assert f"us-east-1: {note}" not in shown(layout).stdout
    found = json.loads(shown(layout, "--json").stdout)["regions"]
    assert [one["reconciling"] for one in found] == [False, True]


def test_a_healthy_cloud_shows_counts_and_lag(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(monkeypatch)
    done = shown(layout)
    assert done.exit_code == 0, done.output
    assert "34 / 131 ms" in done.stdout
    assert "1.2 / 4.3 s" in done.stdout
    assert "1,514" in done.stdout
    assert "277 MB" in done.stdout


def test_a_frozen_region_is_named_with_the_reason_and_the_exit_code_is_1(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = replace(SLOW, health="frozen", why="stopped by a fault", items=None, lag_to=None)
    of(monkeypatch, regions=(READY, frozen), healthy=False, faults_on=("freeze eu-west-1",))
    done = shown(layout)
    assert done.exit_code == 1
    assert "eu-west-1: stopped by a fault" in done.stdout
    assert "faults on: freeze eu-west-1" in done.stdout


def test_a_cloud_without_supervisor_says_how_to_start_it(
    layout: CloudLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    of(monkeypatch, supervised=False, healthy=False)
    assert "`carte up --port 9580 --state-dir /state`" in shown(layout).stdout
    usual = str(default_state_dir(9580))
    of(monkeypatch, supervised=False, healthy=False, state_dir=usual)
    assert "`carte up --port 9580`" in shown(layout).stdout


def test_json_is_the_whole_state(layout: CloudLayout, monkeypatch: pytest.MonkeyPatch) -> None:
    of(monkeypatch)
    answer = json.loads(shown(layout, "--json").stdout)
    assert [one["name"] for one in answer["regions"]] == ["us-east-1", "eu-west-1"]
    assert answer["regions"][1]["lag_to"]["pending"] == 17


def test_a_cloud_whose_processes_ended_is_down(layout: CloudLayout) -> None:
    done = shown(layout, "--json")
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert (answer["healthy"], answer["supervised"]) == (False, False)
    parts = ("edge", "replicator", "faults", "payments")
    assert {answer[name] for name in parts} == {"down"}
    assert [one["health"] for one in answer["regions"]] == ["down"]


def test_a_cloud_that_was_stopped_is_told_apart_from_one_that_crashed(layout: CloudLayout) -> None:
    done = shown(layout)
    assert done.exit_code == 1
    assert f"the cloud at port {layout.port} (us-east-1) is stopped" in done.stdout
    assert "does not run" not in done.stdout
    # Another folder than that of the port must be named again.
    start = f"`carte up --port {layout.port} --state-dir {layout.state_dir}`"
    assert f"{start} starts it again" in done.stdout
    assert json.loads(shown(layout, "--json").stdout)["stopped"] is True
