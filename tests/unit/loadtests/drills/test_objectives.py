"""Objectives, verdicts and the drills' files."""

import copy
import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from chaoslib.exceptions import InvalidActivity
from chaoslib.experiment import ensure_experiment_is_valid
from rich.console import Console

from loadtests.checker.dataset import Dataset
from loadtests.drills import experiments
from loadtests.drills.analysis.bounds import read_bounds
from loadtests.drills.edge_events import mark_of
from loadtests.drills.exceptions import DrillError
from loadtests.drills.experiment_setup import experiment_for, traffic_for
from loadtests.drills.live import figures as live_figures
from loadtests.drills.objectives import Objective, judge, read_objectives
from loadtests.drills.orders import figures
from loadtests.drills.records import ROUTES
from loadtests.drills.report.judged_run import JudgedRun, judge_run, save
from loadtests.drills.report.page import render
from loadtests.drills.report.summary import rounds_table, show
from loadtests.drills.timeline import Timeline
from loadtests.measurement.measurement import Measurement
from localcloud.layout import CloudLayout
from localcloud.plan import make_layout
from services.domain.errors import UnknownNameError
from tests.support.drill_story import (
    BOUNDS,
    LOST,
    OTHER,
    edge,
    evidence,
    failed,
    fault,
    heal,
    price,
    read,
    write,
)

EXPECTED = {
    "planned-evacuation",
    "sudden-loss",
    "gray-failure",
    "drain-unresponsive",
    "in-flight-mutation",
    "replication-paused",
    "two-regions-lost",
    "all-unhealthy",
    "bad-deployment",
    "returning-backlog",
    "sudden-loss-one-path",
    "regions-in-turn",
    "table-failing",
    "retry-storm",
    "orders-region-lost",
    "last-piece",
    "double-click",
    "payment-provider-down",
    "key-rotation",
    "live-region-frozen",
}


def outcome(folder: Path, name: str = "sudden-loss-one-path", **more: Any) -> JudgedRun:
    """A drill that went well, but for what is said."""
    cell = price(500_001)
    records = [
        *(read(at / 4, cache="miss") for at in range(36)),
        *(write(at / 2, f"w{at}", price(500_001 + at, item=f"i{at}")) for at in range(12)),
        write(10.2, "hit", cell, status=504, error="status 504"),
        *(read(10 + at / 4, region=OTHER, why="failover", attempts=2) for at in range(1, 80)),
        write(15.0, "hit", cell, attempt=2, region=OTHER),
        read(40.0),
        *(
            read(35.0, place=place, route=route)
            for place, route in product((LOST, OTHER), ROUTES)
            if route != "mutation"
        ),
        *(
            write(35.0 + at, f"late{at}", price(500_100, item=f"late{at}"), place=place)
            for at, place in enumerate((LOST, OTHER))
        ),
    ]
    content = {("price", "s1", f"i{at}"): 500_001 + at for at in range(12)} | {
        ("price", "s1", "i1"): 500_002,
        ("price", "s1", "late0"): 500_100,
        ("price", "s1", "late1"): 500_100,
    }
    values = {
        "contents": {LOST: content, OTHER: content},
        "caught_up": 31.0,
        "agreed": 31.5,
        **more,
    }
    marks = [fault(10), edge(13, "unhealthy"), edge(14, "shift", to=OTHER, place=LOST), heal(30)]
    story = evidence([*records, *values.pop("extra", ())], marks, **values)
    return judge_run(experiments.load(name), story, folder, config={}, without=())


def test_all_drills_of_the_issue_are_there() -> None:
    assert set(experiments.names()) == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_chaos_toolkit_takes_every_file(name: str) -> None:
    drill = experiments.load(name)
    ensure_experiment_is_valid(drill.experiment)
    # That the regions are equal again: since something was healed, or since the last request.
    figures_stated = {one.figure for one in drill.objectives}
    assert len(figures_stated & {"converge_s", "at_rest_s"}) < len(figures_stated)
    assert figures_stated & {"converge_s", "at_rest_s"}
    # Whatever is taken away is given back by the rollbacks, too.
    given_back = {
        (step["provider"]["arguments"].get("kind"), step["provider"]["arguments"].get("region"))
        for step in drill.experiment["rollbacks"]
    }
    for step in drill.experiment["method"]:
        if step["provider"]["func"] == "inject":
            arguments = step["provider"]["arguments"]
            assert (arguments["kind"], arguments.get("region")) in given_back


def test_chaos_toolkit_refuses_a_file_with_an_unknown_action() -> None:
    experiment = copy.deepcopy(experiments.load("sudden-loss").experiment)
    experiment["method"][0]["provider"]["func"] = "unplug"
    with pytest.raises(InvalidActivity, match="unplug"):
        ensure_experiment_is_valid(experiment)


@pytest.mark.parametrize("name", experiments.names())
def test_what_is_measured_from_a_heal_on_is_only_an_objective_where_something_is_healed(
    name: str,
) -> None:
    drill = experiments.load(name)
    heals = {"heal", "kill_in_turn", "deploy_region_by_region"}
    steps = {step["provider"]["func"] for step in drill.experiment["method"]}
    limits = {objective.figure for objective in drill.objectives}
    assert steps & heals or not limits & {"converge_s", "agree_s"}


def test_every_limit_of_the_files_is_a_known_figure(tmp_path: Path) -> None:
    known = {*outcome(tmp_path).figures, *figures.NAMES, *live_figures.NAMES}
    for name in EXPECTED:
        assert {one.figure for one in experiments.load(name).objectives} <= known, name


def test_an_unknown_drill_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="no drill 'flood'") as caught:
        experiments.load("flood")
    assert "sudden-loss" in caught.value.hint


def test_limits_are_numbers_or_bounds() -> None:
    read_from = read_objectives(
        {"objectives": {"rto_seconds": {"post": "bound", "get": "2 x bound"}, "unequal": 0}}
    )
    judged = judge(
        read_from,
        {
            name: Measurement(value, 1)
            for name, value in (
                ("rto_seconds.post", 10.0),
                ("rto_seconds.get", 21.0),
                ("unequal", 0),
            )
        },
        BOUNDS,
    )
    assert [(one.limit, one.met) for one in judged] == [(10.0, True), (20.0, False), (0.0, True)]
    with pytest.raises(DrillError, match="is no limit"):
        read_objectives({"objectives": {"unequal": "few"}})
    with pytest.raises(DrillError, match="no verdict"):
        read_objectives({})


def test_a_missing_figure_meets_nothing() -> None:
    unseen = Measurement.missing("not in time")
    (judged,) = judge([Objective("converge_s", 10)], {"converge_s": unseen}, BOUNDS)
    assert (judged.met, judged.reason) == (False, "not in time")
    (unknown,) = judge([Objective("luck", 10)], {}, BOUNDS)
    assert not unknown.met


def test_a_drill_that_took_nothing_away_does_not_pass() -> None:
    (judged,) = judge(
        [Objective("failovers", 1, at_least=True)], {"failovers": Measurement(0, 9)}, BOUNDS
    )
    assert not judged.met


def test_bounds_are_scaled_but_a_check_keeps_its_second() -> None:
    config = {
        "interval": 10,
        "threshold": 3,
        "recovery_threshold": 3,
        "ttl": 60,
        "check_timeout": 2,
        "drain_delay": 3,
        "time_scale": 10,
    }
    bounds = read_bounds(config)
    assert bounds.theory_s == 9.0
    assert bounds.leave_s == 10.0
    assert read_bounds({**config, "time_scale": 1}).leave_s == 92.0


def test_a_good_run_passes(tmp_path: Path) -> None:
    made = outcome(tmp_path)
    assert [one.figure for one in made.judged if not one.met] == []
    assert made.verdict == "pass"
    report = made.to_json()
    assert report["drill"] == "sudden-loss-one-path"
    assert report["failed_gets"] == report["lost_writes"] == report["unequal"] == 0
    assert report["failed_mutations"] == 1
    assert report["rto_seconds"]["mutation"] == pytest.approx(5.01)
    assert report["bound"]["ratio"]["mutation"] == pytest.approx(5.01 / 9, abs=1e-5)


@pytest.mark.parametrize(
    ("planted", "missed"),
    [
        ({"extra": [failed(12)]}, {"failed_gets", "rto_seconds.persisted"}),
        ({"unequal": 1}, {"unequal"}),
        ({"contents": {LOST: {}, OTHER: {}}}, {"lost_writes"}),
        ({"caught_up": None}, {"converge_s"}),
        ({"deviated": True}, {"deviated"}),
        ({"lag_p99_s": 0.5}, {"generator_lag_p99_s"}),
        (
            {"extra": [write(11, "x", price(9, item="x"), status=503, error="status 503")]},
            {"unacknowledged_mutations"},
        ),
    ],
)
def test_every_fault_of_a_run_is_a_missed_objective(
    tmp_path: Path, planted: dict[str, Any], missed: set[str]
) -> None:
    made = outcome(tmp_path, **planted)
    assert missed <= {one.figure for one in made.judged if not one.met}
    assert made.verdict == "fail"


def test_the_report_is_one_json_object_without_infinity(tmp_path: Path) -> None:
    never_again = [failed(39 + at / 10, route="post") for at in range(3)]
    made = outcome(tmp_path, extra=[failed(11, route="post"), *never_again])
    save(made, render(made))
    report = json.loads((tmp_path / "report.json").read_text(), parse_constant=pytest.fail)
    assert report["return_seconds"]["post"] is None
    assert report["not_measured"]["return_seconds.post"] == "not restored while it was watched"
    assert report["verdict"] == "fail"


def test_a_drill_whose_route_nobody_used_fails_and_says_so(tmp_path: Path) -> None:
    made = outcome(tmp_path)
    records = [one for one in made.evidence.records if one.route != "post"]
    silent = judge_run(
        made.drill,
        replace(made.evidence, records=records, problems=("the edge does not answer",)),
        tmp_path,
        config={},
        without=(),
    )
    assert [one.figure for one in silent.judged if not one.met] == [
        "rto_seconds.post",
        "return_seconds.post",
    ]
    page = render(silent)
    assert "not measured: no post request was sent after the fault" in page
    assert "the edge does not answer" in page
    report = silent.to_json()
    assert report["failed_posts"] is None
    assert report["not_measured"]["failed_posts"] == "the traffic sent no post request"
    console = Console(width=200, record=True, file=(tmp_path / "out").open("w"))
    show(report, console)
    console.print(rounds_table([report]))
    assert "not measured: the traffic sent no post request" in console.export_text()
    console.file.close()


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(tmp_path: Path) -> None:
    made = outcome(tmp_path)
    page = render(made)
    assert page.startswith("<!doctype html>")
    for word in ("<script", "http://", "https://", "@import", "<link"):
        assert word not in page.replace("http://www.w3.org/2000/svg", "")
    assert "eu-west-1 unhealthy" in page
    assert "freeze eu-west-1" in page
    assert "pass" in page


def test_the_summary_shows_verdict_and_missed_objectives(tmp_path: Path) -> None:
    console = Console(width=140, record=True, quiet=False, file=(tmp_path / "out").open("w"))
    report = outcome(tmp_path, unequal=3).to_json()
    show(report, console)
    console.print(rounds_table([report, report]))
    text = console.export_text()
    assert "FAIL" in text
    assert "missed" in text
    assert text.count("sudden-loss") >= 3
    console.file.close()


def test_marks_of_the_edge_show_which_regions_are_left() -> None:
    at = "2026-11-21T13:11:27.463+00:00"
    down = {"seq": 1, "at": at, "kind": "health", "region": LOST, "healthy": False}
    shift = {"seq": 2, "at": at, "kind": "shift", "place": LOST, "from": LOST, "to": OTHER}
    assert mark_of(down).kind == "unhealthy"
    assert (mark_of(shift).kind, mark_of(shift).region) == ("shift", LOST)
    assert mark_of({**down, "kind": "drain", "drained": True}).kind == "drained"


def test_the_timeline_keeps_every_mark_in_order(tmp_path: Path) -> None:
    timeline = Timeline(tmp_path / "timeline.jsonl")
    timeline.mark("heal", "freeze", LOST, at=20.0)
    timeline.mark("fault", "freeze", LOST, at=10.0, parameters={"share": 1})
    assert [(mark.at, mark.what) for mark in timeline.read()] == [(10.0, "fault"), (20.0, "heal")]
    assert timeline.read()[0].details == {"parameters": {"share": 1}}


def layout_of(*regions: str) -> CloudLayout:
    return make_layout(9399, regions=list(regions), state_dir=Path("nowhere"))


def test_a_drill_takes_regions_that_the_cloud_has() -> None:
    dataset = Dataset("w", "us", tuple("abcdefghij"), ("s1",), (), (), (), "2026-05-04")
    drill = experiments.load("all-unhealthy")
    usual = experiment_for(
        drill,
        layout_of(OTHER, LOST, "ap-southeast-1"),
        dataset,
        Path("run"),
        bounds=BOUNDS,
        region="",
    )["configuration"]
    assert (usual["region"], usual["other"], usual["third"]) == (LOST, OTHER, "ap-southeast-1")
    assert usual["bound_s"] == 10.0
    elsewhere = experiment_for(
        drill,
        layout_of("eu-central-1", "us-west-2", OTHER),
        dataset,
        Path("run"),
        bounds=BOUNDS,
        region="us-west-2",
    )["configuration"]
    chosen = [elsewhere[role] for role in ("region", "other", "third")]
    assert chosen == ["us-west-2", OTHER, "eu-central-1"]
    with pytest.raises(DrillError, match="needs 3 regions"):
        experiment_for(
            drill, layout_of(OTHER, LOST), dataset, Path("run"), bounds=BOUNDS, region=""
        )


def test_no_item_is_priced_by_two_places_or_counted_and_sold() -> None:
    dataset = Dataset("w", "us", tuple("abcdefghijkl"), ("s1",), (), (), (), "2026-05-04")
    plan = traffic_for(
        experiments.load("sudden-loss"), layout_of(OTHER, LOST), dataset, rate=0.5, token=""
    )
    items = [item for mine in plan.prices.values() for item in mine] + [*plan.counts, *plan.sales]
    assert sorted(items) == sorted(set(items)) == list(dataset.items)
    assert plan.rates["mutation"] == 1.5
