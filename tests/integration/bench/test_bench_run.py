"""A tiny run of the bench: real processes, few calls; nothing here is a measurement."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import application
from dataload.progress import NoProgress
from loadtests.bench import cold_starts
from loadtests.bench import run as bench
from loadtests.bench.chain import Stores
from loadtests.bench.data_server import DataServer, canned
from loadtests.bench.equality import UnequalAnswerError
from loadtests.bench.machine import Noise
from loadtests.bench.process import SubjectError
from loadtests.bench.settings import Settings
from loadtests.bench.started_subjects import started
from loadtests.bench.subject_specs import (
    CARTE,
    CARTE_CHAIN,
    PROJECT,
    SUBJECTS,
    SubjectSpec,
)

pytestmark = pytest.mark.slow

TINY = Settings(
    rounds=2,
    block_ms=1,
    warm_ms=1,
    stores=3,
    large=3,
    cold_rounds=1,
    subjects=("carte", "stock", "carte-chain", "stock-chain", "floor", "absent"),
    parts=("requests", "cold", "memory"),
)


class Absent(SubjectSpec):
    """A subject that cannot be installed here."""

    def missing(self) -> str | None:
        return "there is no `absent` on the path: install it"


@pytest.fixture(scope="module")
def report() -> Any:
    absent = Absent("absent", "somebody who is not here", PROJECT)
    found = bench.run(TINY, specs=(*SUBJECTS, absent))
    # What a program gets is what it can read.
    return json.loads(json.dumps(found))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataServer]:
    with canned(tmp_path_factory.mktemp("bench")) as made:
        made.fill([Stores("bench", 2, 60)])
        yield made


def test_the_report_has_the_ratios_and_what_they_are_made_of(report: Any) -> None:
    ratios = report["ratios"]
    assert 0 < ratios["miss_vs_stock"] < 1
    assert ratios["miss_vs_floor"] > 1
    assert 0 < ratios["cold_vs_stock"] < 2
    assert ratios["miss_vs_node"] is None
    assert ratios["menu_requests"] == pytest.approx(1, abs=0.1)
    assert ratios["graphql_vs_graphql_jit"] is None
    miss = report["subjects"]["carte"]["scenarios"]["miss"]
    assert len(miss["cpu_us"]["samples"]) == 2
    assert miss["dynamodb_requests"] == pytest.approx(1, abs=0.1)
    assert miss["response_bytes"] > 15_000
    assert miss["peak_bytes"] > 10_000
    assert miss["max_rss_bytes"] > 10 * 1024 * 1024
    assert {one["verdict"] for one in report["bars"]} <= {"met", "missed", "not measured"}
    assert report["environment"]["python"]
    assert report["noise"]["calibration_us"]["median"] > 0


def test_documents_with_literals_are_measured_beside_stock(report: Any) -> None:
    assert report["ratios"]["literals_vs_stock"] > 0
    assert report["ratios"]["cold_literals_vs_stock"] > 0
    literals = report["subjects"]["carte"]["scenarios"]["literals"]
    assert literals["dynamodb_requests"] == pytest.approx(1, abs=0.1)
    cold = report["cold"]
    assert cold["carte, literals"]["modules"] > cold["carte"]["modules"]


def test_mutations_and_lists_are_measured_beside_stock(report: Any) -> None:
    for name in ("carte-chain", "stock-chain"):
        scenarios = report["subjects"][name]["scenarios"]
        assert set(scenarios) == {
            *("stores", "storesNear", "updateAssortment", "updateAssortment, conflict"),
            *("recordSale", "placeOrder"),
        }
        written = {key: one["write_units"] for key, one in scenarios.items()}
        assert written["stores"] == 0
        # The operation, and what it changes, in a transaction.
        assert min(written["updateAssortment"], written["recordSale"]) >= 4
        requests = {key: one["dynamodb_requests"] for key, one in scenarios.items()}
        assert requests["updateAssortment, conflict"] > requests["updateAssortment"]
        assert {f"{name}, first page", f"{name}, placeOrder"} <= set(report["cold"])
    ratios = report["ratios"]
    for bar in ("placeorder_vs_stock", "cold_placeorder_vs_stock", "updateassortment_vs_stock"):
        assert ratios[bar] > 0
    placing = report["subjects"]["carte-chain"]["scenarios"]["placeOrder"]
    assert placing["dynamodb_requests"] == pytest.approx(2, abs=0.1)


def test_a_subject_that_refuses_a_scenario_is_not_timed_in_it(server: DataServer) -> None:
    """This table has no store that orders are placed in."""
    chain = replace(CARTE_CHAIN, scenarios=("updateAssortment",))
    with started(server, [chain], Stores("bench", 2, 60).ids()) as running:
        assert running.units == []
    assert "updateAssortment" in running.reasons["carte-chain updateAssortment"]


def test_every_scenario_asks_dynamodb_as_often_as_its_name_says(report: Any) -> None:
    scenarios = report["subjects"]["carte"]["scenarios"]
    requests = {name: one["dynamodb_requests"] for name, one in scenarios.items()}
    assert requests["miss"] == pytest.approx(1, abs=0.1)
    assert requests["checked-hit"] == pytest.approx(1, abs=0.1)
    assert requests["pure-hit"] == pytest.approx(0, abs=0.1)


def test_who_is_missing_is_named_with_what_to_do(report: Any) -> None:
    assert report["missing"]["absent"] == "there is no `absent` on the path: install it"
    assert report["subjects"]["absent"]["missing"]
    assert report["subjects"]["absent"]["scenarios"] == {}


def test_a_memory_size_is_chosen_from_what_was_measured(report: Any) -> None:
    load = report["memory"]["assumptions"]
    miss = report["subjects"]["carte"]["scenarios"]["miss"]
    assert load["cpu_ms"] == pytest.approx(miss["cpu_us"]["median"] / 1000)
    assert load["cold_cpu_ms"] == report["cold"]["carte"]["cpu_ms"]["median"]


def test_a_subject_that_answers_another_menu_is_refused(server: DataServer) -> None:
    liar = SubjectSpec("liar", "quick and wrong", PROJECT, module="tests.support.bench_liar")
    stores = Stores("bench", 2, 60).ids()
    with pytest.raises(UnequalAnswerError, match="amountMinor"), started(server, [liar], stores):
        raise AssertionError("it must not be timed")


def test_a_subject_that_does_not_start_is_missing_with_its_last_words(server: DataServer) -> None:
    broken = SubjectSpec("broken", "does not start", PROJECT, module="tests.support.no_such")
    with started(server, [broken], Stores("bench", 2, 60).ids()) as running:
        assert running.units == []
        assert "No module named 'tests.support.no_such'" in running.reasons["broken"]


def test_a_cold_start_that_fails_leaves_the_others_in(server: DataServer) -> None:
    broken = SubjectSpec("broken", "does not start", PROJECT, cold="tests.support.no_such")
    reasons: dict[str, str] = {}
    found = cold_starts.interleave(
        [CARTE, broken],
        server,
        "bench-00001",
        rounds=1,
        noise=Noise(),
        progress=NoProgress(),
        reasons=reasons,
    )
    assert [one.name for one in found] == ["carte", "carte, ad-hoc", "carte, literals"]
    assert found[0].cpu_ms().median > 1
    assert "No module named 'tests.support.no_such'" in reasons["broken cold"]


def test_stores_that_carte_does_not_have_end_the_run(server: DataServer) -> None:
    with pytest.raises(SubjectError, match="carte has no menu of nobody"):
        server.fill_naive_table(["nobody"])


@pytest.mark.parametrize(
    ("verdict", "missing", "code"),
    [("met", {}, 0), ("missed", {}, 1), ("not measured", {"carte": "gone"}, 1)],
)
def test_the_command_succeeds_only_when_all_was_measured_and_no_bar_missed(
    monkeypatch: pytest.MonkeyPatch,
    verdict: str,
    missing: dict[str, str],
    code: int,
) -> None:
    requests: list[Settings] = []

    def run(settings: Settings, **_: Any) -> dict[str, Any]:
        requests.append(settings)
        return {
            "settings": {"subjects": settings.subjects},
            "missing": missing,
            "bars": [{"verdict": verdict}],
        }

    monkeypatch.setattr(bench, "run", run)
    words = ["bench", "--quick", "--rounds", "2", "--skip", "apollo,jit", "--json"]
    result = CliRunner().invoke(application(["bench", "up"]), words)
    assert result.exit_code == code, result.output
    assert json.loads(result.stdout)["bars"]
    assert requests[0].rounds == 2
    assert {"apollo", "jit"}.isdisjoint(requests[0].subjects)


def test_an_unknown_subject_is_wrong_usage() -> None:
    result = CliRunner().invoke(application(["bench", "up"]), ["bench", "--only", "carte,nginx"])
    assert result.exit_code == 2
    assert "'nginx' is none of" in result.output


def test_the_memory_size_needs_what_it_is_computed_from() -> None:
    result = CliRunner().invoke(application(["bench", "up"]), ["bench", "--parts", "memory"])
    assert result.exit_code == 2
    assert "computed from requests and cold" in result.output


def test_quick_is_quicker_in_everything() -> None:
    from loadtests.bench.settings import QUICK

    usual = Settings()
    for name in ("rounds", "block_ms", "warm_ms", "large", "cold_rounds"):
        assert getattr(QUICK, name) < getattr(usual, name)
    assert replace(QUICK, rounds=15).parts == usual.parts


def test_no_log_or_file_of_a_run_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bench.run(replace(TINY, parts=("memory",)))
    assert list(tmp_path.iterdir()) == []
