"""Commands of the tools: exit codes, JSON for programs, and reports that hold what was measured."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import cli.check
import cli.drill
import cli.load
from cli.main import application
from loadtests.checker.findings import Violation
from loadtests.checker.history import History
from loadtests.drills import runs
from loadtests.load import session
from loadtests.load.recording import Recording
from loadtests.load.session import GeneratorError, GeneratorResult, LoadPlan
from localcloud.plan import make_layout
from services.domain.errors import CarteError
from tests.unit.loadtests.checker.test_course import REPORT


def carte(*words: str) -> Result:
    return CliRunner().invoke(application([words[0]]), words)


def recorded(times_ms: float = 5.0, seconds: int = 40) -> Recording:
    found = Recording()
    for second in range(seconds):
        for _ in range(5):
            found.add(second, "menu, warm", "", took_ms=times_ms, wrong="", cache="")
    found.staleness_s.append(0.5)
    found.generators["locust"].append((1, 0.2, 3.0))
    return found


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Callable[[Recording, str], None]:
    """Replaces the load generator's processes: sets what they record, and their problem."""

    def prepare(recording: Recording, problem: str = "") -> None:
        def run(plan: LoadPlan) -> GeneratorResult:
            assert plan.url == "http://127.0.0.1:9"
            return GeneratorResult(recording, problem, 1.5, 0.0)

        monkeypatch.setattr(session, "run", run)

    monkeypatch.setattr(session, "warm_up", lambda _: 30)
    return prepare


def load(folder: Path, *more: str) -> Result:
    return carte(
        "load", "--url", "http://127.0.0.1:9/", "--slo", "local", "--out", str(folder), *more
    )


def test_a_load_that_held_exits_with_0_and_leaves_its_report(
    generator: Callable[..., None], tmp_path: Path
) -> None:
    generator(recorded())
    done = load(tmp_path, "--profile", "steady", "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["requests"], answer["slo"]["met"]) == (200, True)
    assert answer["dynamodb"]["requests"] is None
    assert "no local cloud" in answer["not_measured"]["cost_per_million_usd"]
    assert answer["generator"]["cpu_s"] == 1.5
    assert json.loads((tmp_path / "results.json").read_text())["requests"] == 200
    page = (tmp_path / "report.html").read_text()
    assert ">200</b>" in page
    assert "not measured: the target is no local cloud" in page
    assert len((tmp_path / "seconds.csv").read_text().splitlines()) == 41


def test_a_missed_objective_exits_with_1_and_is_named(
    generator: Callable[..., None], tmp_path: Path
) -> None:
    generator(recorded(5000.0))
    done = load(tmp_path, "--profile", "steady")
    assert done.exit_code == 1
    assert re.search(r"p95_ms: [45]\d{3}, at most 600: missed", done.output)
    assert "AWS per million requests: not measured" in done.output.replace("\n", " ")


def test_a_run_that_recorded_nothing_says_so(
    generator: Callable[..., None], tmp_path: Path
) -> None:
    generator(Recording())
    done = load(tmp_path)
    assert done.exit_code == 1
    assert "p50_ms: not measured: no request was recorded" in done.output.replace("\n", " ")


def test_a_load_generator_that_could_not_keep_up_exits_with_3(
    generator: Callable[..., None], tmp_path: Path
) -> None:
    generator(recorded(), "the load generator itself is the bottleneck")
    done = load(tmp_path)
    assert done.exit_code == 3
    assert "itself is the bottleneck" in done.output


def test_an_earlier_run_is_compared_or_refused(
    generator: Callable[..., None], tmp_path: Path
) -> None:
    generator(recorded(seconds=60))
    assert load(tmp_path / "before").exit_code == 0
    generator(recorded(20.0, seconds=60))
    done = load(tmp_path / "after", "--compare", str(tmp_path / "before"), "--json")
    changes = json.loads(done.stdout)["changes"]
    assert {one["figure"] for one in changes} == {"p50", "p95"}
    assert all(math.isclose(one["times"], 4, rel_tol=0.1) for one in changes)
    refused = load(tmp_path / "next", "--compare", str(tmp_path))
    assert isinstance(refused.exception, CarteError)
    assert "a folder that `carte load` wrote" in refused.exception.hint


def test_a_load_generator_that_fails_is_an_error_with_its_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(_: LoadPlan) -> GeneratorResult:
        (tmp_path / "generator-0.log").write_text("Traceback: no such profile\n")
        raise session._failed("the load generator recorded nothing", tmp_path)

    monkeypatch.setattr(session, "run", run)
    monkeypatch.setattr(session, "warm_up", lambda _: 30)
    failed = load(tmp_path).exception
    assert isinstance(failed, GeneratorError)
    assert failed.detail == "Traceback: no such profile"


def test_an_unknown_profile_is_refused_with_those_there_are(tmp_path: Path) -> None:
    refused = load(tmp_path, "--profile", "storm").exception
    assert isinstance(refused, CarteError)
    assert "lunch-rush" in refused.hint


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (REPORT, 0),
        (replace(REPORT, violations=(Violation("lost", "STORE#1", "gone"),)), 1),
        (replace(REPORT, settled=False), 1),
        (replace(REPORT, reads=0), 1),
    ],
)
def test_a_check_exits_with_0_only_when_the_verdict_is_ok(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, report: Any, code: int
) -> None:
    layout = make_layout(9399, regions=["us-east-1"], state_dir=tmp_path)
    monkeypatch.setattr(cli.check, "the_cloud", lambda *_: layout)
    monkeypatch.setattr(cli.check, "_check", lambda *_, **__: (report, History()))
    for words in (("check",), ("check", "--json")):
        done = carte(*words)
        assert done.exit_code == code, done.output
    assert json.loads(done.stdout)["verdict"] == report.verdict


DRILL = {"drill": "sudden-loss", "verdict": "pass"}


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("fail", 1)])
def test_a_drill_exits_with_0_only_when_every_run_passed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, verdict: str, code: int
) -> None:
    arguments: list[Any] = []

    def run_all(_: Any, drills: Any, options: Any, **__: Any) -> list[dict[str, Any]]:
        arguments.append((len(drills), options))
        return [DRILL, {**DRILL, "verdict": verdict}]

    monkeypatch.setattr(cli.drill, "run_all", run_all)
    layout = make_layout(9399, regions=["us-east-1"], state_dir=tmp_path)
    monkeypatch.setattr(cli.drill, "the_cloud", lambda *_: layout)
    region = layout.primary
    done = carte("drill", "run", "sudden-loss", "--rounds", "2", "--region", region, "--json")
    assert done.exit_code == code, done.output
    assert json.loads(done.stdout)["verdict"] == verdict
    assert arguments == [(1, runs.DrillOptions(region=region))]


def test_a_kept_drill_is_shown_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "drills" / "20261128T010000Z-sudden-loss"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(json.dumps(DRILL))
    layout = make_layout(9399, regions=["us-east-1"], state_dir=tmp_path)
    monkeypatch.setattr(cli.drill, "the_cloud", lambda *_: layout)
    assert json.loads(carte("drill", "report", "sudden", "--json").stdout) == DRILL
    assert carte("drill", "report", "--html").stdout.strip() == str(folder / "report.html")
    missing = carte("drill", "report", "flood").exception
    assert isinstance(missing, CarteError)
    assert "flood" in missing.message


def test_drills_are_listed_and_planned_for_aws_without_a_cloud() -> None:
    listed = json.loads(carte("drill", "list", "--json").stdout)["drills"]
    assert {one["name"] for one in listed} > {"sudden-loss", "gray-failure"}
    words = ("drill", "run", "replication-paused", "--target", "aws")
    plan = json.loads(carte(*words, "--plan", "--json").stdout)["replication-paused"]
    assert {call["service"] for call in plan} == {"fis"}
    refused = carte(*words).exception
    assert isinstance(refused, CarteError)
    assert "--plan" in refused.hint
    assert carte("drill", "run").exit_code == 2


def test_capacity_says_what_it_simulated() -> None:
    done = carte("capacity", "--scenario", "pilot", "--seconds", "30", "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    region = next(iter(answer["whole"]["regions"].values()))
    assert {"answered", "p50_ms", "cold_share"} <= set(region)
    assert answer["set_before"]
    text = carte("capacity", "--scenario", "pilot", "--seconds", "30").stdout
    assert "set before the day comes" in text


def test_capacity_refuses_a_folder_that_is_no_run(tmp_path: Path) -> None:
    refused = carte("capacity", "--validate", str(tmp_path)).exception
    assert isinstance(refused, CarteError)
    assert "carte load" in refused.hint
