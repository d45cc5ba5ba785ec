"""The runs of drills that the edge lists: what `carte drill` wrote, also half of it."""

import fcntl
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from loadtests.drills import preflight, timeline
from loadtests.drills.exceptions import DrillError
from loadtests.drills.report import judged_run
from loadtests.drills.timeline import Timeline
from localcloud.edge import drill_runs
from localcloud.edge.drill_runs import MOST_MARKS, MOST_RUNS, DrillRuns
from localcloud.plan import make_layout

NAME = "20261130T101500Z-sudden-loss"
REPORT = {
    "drill": "sudden-loss",
    "title": "Sudden loss of a region",
    "verdict": "fail",
    "lost_regions": ["eu-west-1"],
    "objectives": [
        {"figure": "failed_gets", "limit": 0, "measured": 2, "at_least": False, "met": False},
        {"figure": "lost_writes", "limit": 0, "measured": 0, "at_least": False, "met": True},
    ],
    "failures": [{"times": 2, "route": "get", "error": "timeout", "region": "eu-west-1"}],
}


def run_in(state: Path, name: str = NAME, report: Any = REPORT) -> Path:
    folder = state / drill_runs.RUNS / name
    folder.mkdir(parents=True)
    if report is not None:
        (folder / drill_runs.REPORT).write_text(json.dumps(report))
    return folder


def test_the_names_are_those_that_drills_write() -> None:
    assert preflight.RUNS == drill_runs.RUNS
    assert preflight.LOCK == drill_runs.LOCK
    assert timeline.FILE == drill_runs.TIMELINE
    assert judged_run.REPORT == drill_runs.REPORT


def test_a_run_has_its_verdict_what_it_missed_and_its_marks(tmp_path: Path) -> None:
    marks = Timeline(run_in(tmp_path) / timeline.FILE)
    marks.mark("heal", "freeze", "eu-west-1", at=1060.5)
    marks.mark("fault", "freeze", "eu-west-1", "freeze the region", at=1000.25)
    marks.mark("edge", "unhealthy", "eu-west-1", at=1003.0)
    (run,) = DrillRuns(tmp_path).latest()
    assert (run["run"], run["drill"], run["verdict"]) == (NAME, "sudden-loss", "fail")
    assert run["lost_regions"] == ["eu-west-1"]
    assert [one["figure"] for one in run["unmet"]] == ["failed_gets"]
    assert run["unmet"][0]["measured"] == 2
    assert run["failures"][0]["times"] == 2
    assert [(one["at"], one["what"]) for one in run["marks"]] == [
        (1000.25, "fault"),
        (1003.0, "edge"),
        (1060.5, "heal"),
    ]
    assert (run["began"], run["ended"]) == (1000.25, 1060.5)


def test_the_newest_come_first_and_a_report_that_came_later_is_read(tmp_path: Path) -> None:
    for number in range(MOST_RUNS + 3):
        run_in(tmp_path, f"20261130T1015{number:02}Z-gray-failure")
    newest = run_in(tmp_path, "20261201T000000Z-double-click", None)
    runs = DrillRuns(tmp_path)
    found = runs.latest()
    assert len(found) == MOST_RUNS
    assert (found[0]["drill"], found[0]["verdict"]) == ("double-click", None)
    (newest / drill_runs.REPORT).write_text(json.dumps({"verdict": "pass"}))
    assert runs.latest()[0]["verdict"] == "pass"
    assert [one["run"] for one in runs.latest()[1:3]] == [
        "20261130T101514Z-gray-failure",
        "20261130T101513Z-gray-failure",
    ]


@pytest.mark.parametrize("report", ["{", "[]", "7", '{"objectives":7,"failures":[1],"title":[]}'])
def test_half_a_report_and_half_a_line_are_no_crash(tmp_path: Path, report: str) -> None:
    folder = run_in(tmp_path, report=None)
    (folder / drill_runs.REPORT).write_text(report)
    (folder / drill_runs.TIMELINE).write_text(
        '{"at":5,"what":"fault","kind":"freeze"}\n7\n{"at":"x","what":"a","kind":"b"}\n{"at":1'
    )
    (run,) = DrillRuns(tmp_path).latest()
    assert run["verdict"] is None
    assert run["title"] == "sudden-loss"
    assert [one["at"] for one in run["marks"]] == [5]


def test_what_is_shown_of_a_run_is_bounded_and_keeps_the_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = {**REPORT, "title": "x" * 9000, "lost_regions": ["eu-west-1"] * 9000}
    marks = Timeline(run_in(tmp_path, report=long) / timeline.FILE)
    for at in range(3 * MOST_MARKS):
        marks.mark("step", "looked", at=float(at), text="y" * 9000)
    marks.mark("fault", "freeze", "eu-west-1", at=9999.0)
    monkeypatch.setattr(drill_runs, "MOST_BYTES", 8 * 1024 * 1024)
    (run,) = DrillRuns(tmp_path).latest()
    assert len(run["marks"]) == MOST_MARKS
    assert run["marks"][-1]["what"] == "fault"
    assert len(json.dumps(run)) < 50_000
    size = (tmp_path / drill_runs.RUNS / NAME / timeline.FILE).stat().st_size
    monkeypatch.setattr(drill_runs, "MOST_BYTES", size - 1)
    (run,) = DrillRuns(tmp_path).latest()
    assert run["marks"] == []


def test_without_a_folder_there_are_no_runs(tmp_path: Path) -> None:
    assert DrillRuns(tmp_path).latest() == []
    (tmp_path / "drills").mkdir()
    (tmp_path / "drills" / "lock").write_text("")
    assert DrillRuns(tmp_path).latest() == []


def test_a_running_drill_is_told_from_one_that_was_killed(tmp_path: Path) -> None:
    layout = make_layout(9000, state_dir=tmp_path)
    killed = run_in(tmp_path, "20261130T101400Z-sudden-loss", report=None)
    nameless = run_in(tmp_path, "1130-sudden-loss", report=None)
    runs = DrillRuns(tmp_path)

    def running() -> list[str]:
        return [one["run"] for one in runs.latest() if one["running"]]

    assert running() == []
    with preflight.alone(layout) as note:
        # The drill waits for the cloud, and has no folder yet.
        assert running() == []
        folder = preflight.new_run(layout, "sudden-loss")
        note(folder)
        assert running() == [folder.name]
        with (
            pytest.raises(DrillError, match="another drill runs"),
            preflight.alone(layout),
        ):
            pass
        assert running() == [folder.name]  # also after another one was refused
    # What held the lock is gone, whatever ended it.
    assert running() == []
    made = {one["run"]: one["ended"] for one in runs.latest()}
    assert made.keys() == {killed.name, nameless.name, folder.name}
    # Nothing was heard of it since its folder was made.
    assert (made[killed.name], made[nameless.name]) == (1796033640.0, None)


def test_the_edge_that_looks_keeps_no_drill_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_LOOKED_AT_S", 10.0)  # as long as a busy machine may take
    layout = make_layout(9000, state_dir=tmp_path)
    (tmp_path / drill_runs.RUNS).mkdir()
    lock = (tmp_path / drill_runs.RUNS / drill_runs.LOCK).open("a")
    fcntl.flock(lock, fcntl.LOCK_SH)
    threading.Timer(0.1, lock.close).start()
    with preflight.alone(layout):
        pass
