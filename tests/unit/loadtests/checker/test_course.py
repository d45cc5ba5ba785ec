"""What a check draws from its seed, and what it tells in the end."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from graphql import build_schema, parse, validate

from graphql_schema.export import SDL
from loadtests.checker.dataset import Dataset
from loadtests.checker.findings import Violation
from loadtests.checker.graphql_client import document_of
from loadtests.checker.history import CheckOperation, History
from loadtests.checker.orders.settings import ORDER_FAULTS
from loadtests.checker.report import Report, describe
from loadtests.checker.schedule import PROVIDER_FAULTS, plan_faults
from loadtests.checker.settings import FAULTS, CheckError, read_faults, read_plant
from loadtests.checker.wall_clock_bug import Path, Registers, Version, without_losers
from loadtests.checker.workload import Numbers, ReadStep, RetryStep, Workload
from loadtests.measurement.measurement import Measurement
from localcloud.faults.fault_request import CloudScope, effects_of, parse_fault
from services.domain.errors import UnknownNameError
from services.domain.register import Register
from tests.support.check_story import EU, US, Story, at

REGIONS = (US, EU, "ap-southeast-1")
DAY = "2026-05-04"
DATASET = Dataset(
    "check-1-abc", "us", ("glazed", "iced"), ("s1", "s2"), ("own0", "own1"), ("d",), ("k",), DAY
)
REPORT = Report(
    seed=7,
    dataset="check-7-abc",
    seconds=80.0,
    clients=8,
    plant="none",
    operations=100,
    acknowledged=98,
    unknown=2,
    attempts=130,
    unanswered=3,
    reads=40,
    conflicts=9,
    repairs=Measurement(12, 40),
    undone=Measurement(1, 40),
    stale_in_repair=2,
    longest_stale_s=0.4,
    faults=("replication-pause",),
    windows={"replication-pause": 2},
    rounds_of_lost_repairs=1,
    settled=True,
    violations=(),
    history="7.jsonl",
)


def steps(seed: int, client: int = 0) -> list[CheckOperation | ReadStep | RetryStep]:
    workload = Workload(DATASET, client, seed, Numbers())
    return [workload.next() for _ in range(400)]


def test_the_same_seed_asks_for_the_same() -> None:
    assert steps(1) == steps(1)
    assert steps(1) != steps(2)
    assert steps(1, client=0) != steps(1, client=1)


def test_every_kind_of_step_comes_and_no_price_or_count_comes_twice() -> None:
    drawn = steps(3)
    operations = [one for one in drawn if isinstance(one, CheckOperation)]
    assert {one.action for one in operations} == {
        "updateAssortment",
        "recordStockCount",
        "recordSale",
        "recordWaste",
        "takeBackWaste",
        "updateStoreHours",
        "editCatalogItem",
        "editCatalogCategory",
    }
    assert any(isinstance(one, ReadStep) for one in drawn)
    assert any(isinstance(one, RetryStep) for one in drawn)
    numbers = [
        value
        for one in operations
        for path, value in one.sets.items()
        if path.endswith(("/price", "/count"))
    ]
    assert len(numbers) == len(set(numbers)) > 100


def test_a_client_writes_only_its_own_store_and_the_shared_ones() -> None:
    partitions = {one.document.pk for one in steps(4, client=1) if isinstance(one, CheckOperation)}
    assert partitions == {"STORE#s1", "STORE#s2", "STORE#own1", "CATALOG#us"}


def test_waste_that_is_taken_back_is_the_clients_own_in_that_store() -> None:
    wasted: dict[str, set[str]] = {}
    taken_back = 0
    for one in steps(5):
        if not isinstance(one, CheckOperation):
            continue
        store = one.document.pk
        if one.action == "recordWaste":
            wasted.setdefault(store, set()).add(one.id)
        elif one.action == "takeBackWaste":
            assert one.input["wasteId"] in wasted[store]
            taken_back += 1
    assert taken_back > 5


@pytest.mark.parametrize("seconds", [5, 60])
def test_faults_end_before_the_clients_do_and_follow_each_other(seconds: float) -> None:
    lanes = plan_faults(FAULTS, seconds, REGIONS, 5)
    for lane in lanes:
        assert lane
        assert lane[-1].ends <= seconds
        assert all(one.ends < two.begins for one, two in pairwise(lane))
    assert lanes == plan_faults(FAULTS, seconds, REGIONS, 5)


def test_a_minute_has_every_kind_of_fault() -> None:
    lanes = plan_faults(FAULTS, 60, REGIONS, 6)
    assert {window.kind for lane in lanes for window in lane} == set(FAULTS)


@pytest.mark.parametrize("seconds", [3, 5, 10, 20, 30])
def test_every_kind_of_fault_comes_whatever_the_seed(seconds: float) -> None:
    for seed in range(50):
        lanes = plan_faults(ORDER_FAULTS, seconds, REGIONS, seed)
        assert {window.kind for lane in lanes for window in lane} == set(ORDER_FAULTS)
        for lane in lanes:
            assert lane[-1].ends <= seconds
            assert all(one.ends < two.begins for one, two in pairwise(lane))
            assert all(one.ends - one.begins > 0.1 for one in lane)


def test_too_little_time_for_every_kind_is_refused_with_the_time_that_is_enough() -> None:
    with pytest.raises(CheckError, match="2 s are too short for replication-pause") as refused:
        plan_faults(FAULTS, 2, REGIONS, 1)
    assert "--seconds 3 or more" in refused.value.hint
    assert plan_faults(FAULTS, 3, REGIONS, 1)
    assert plan_faults(("drop-stream-records",), 1, REGIONS, 1)


def test_faults_of_the_payment_provider_need_no_second_region() -> None:
    (lane,) = plan_faults(PROVIDER_FAULTS, 60, REGIONS[:1], 1)
    assert {window.kind for window in lane} == set(PROVIDER_FAULTS)
    with pytest.raises(CheckError, match="a second one is needed for freeze") as refused:
        plan_faults(("freeze", "payments-down"), 60, REGIONS[:1], 1)
    assert "--faults payments-down" in refused.value.hint
    assert plan_faults((), 60, REGIONS[:1], 1) == ()


def test_a_check_without_a_fault_that_was_wanted_shows_nothing() -> None:
    assert (REPORT.verdict, REPORT.missing) == ("ok", [])
    lacking = replace(REPORT, faults=("replication-pause", "freeze"))
    assert lacking.verdict == lacking.to_json()["verdict"] == "inconclusive"
    assert lacking.to_json()["missing"] == ["the fault freeze was never set"]
    assert "missing      the fault freeze was never set" in list(describe(lacking, History()))
    assert replace(REPORT, reads=0).missing == ["no client read a store"]
    assert replace(REPORT, rounds_of_lost_repairs=0).verdict == "inconclusive"


def test_a_frozen_region_gets_no_requests_meanwhile() -> None:
    outages, disturbances = plan_faults(FAULTS, 600, REGIONS, 7)
    assert {"freeze", "convergence-stop"} <= {window.kind for window in outages}
    assert {window.kind for window in disturbances} == {
        "clock-skew", "duplicate-delivery", "replication-lag",
    }  # fmt: skip


def test_faults_of_the_payment_provider_have_a_lane_of_their_own() -> None:
    lanes = plan_faults(ORDER_FAULTS, 600, REGIONS, 7)
    assert {one.kind for one in lanes[-1]} == set(PROVIDER_FAULTS)
    assert lanes[:-1] == plan_faults(FAULTS, 600, REGIONS, 7)
    assert plan_faults((), 600, REGIONS, 7) == ()


def test_the_fault_controller_takes_every_fault_of_a_check() -> None:
    ground = CloudScope(REGIONS, lambdas=True)
    windows = [one for lane in plan_faults(ORDER_FAULTS, 600, REGIONS, 8) for one in lane]
    assert {one.kind for one in windows} == set(ORDER_FAULTS)
    for one in windows:
        wish = {"kind": one.kind, "region": one.region, "seconds": 20, **one.parameters}
        fault = parse_fault(wish, ground, datetime.now(UTC))
        assert effects_of(fault, REGIONS)
    directions = {one.parameters.get("direction") for one in windows if one.kind == "region-cut"}
    assert directions == {"both", "to-other", "from-other"}


def test_faults_are_named_or_refused() -> None:
    assert read_faults("all") == FAULTS
    assert read_faults("none") == ()
    assert read_faults("freeze, clock-skew") == ("freeze", "clock-skew")
    with pytest.raises(UnknownNameError, match="earthquake"):
        read_faults("freeze,earthquake")
    with pytest.raises(UnknownNameError, match="rust"):
        read_plant("rust")


def test_the_verdict_is_ok_only_when_all_held_of_something() -> None:
    broken = Violation("lost", "STORE#1/ASSORTMENT glazed/price", "gone", ("a",))
    assert REPORT.verdict == "ok"
    assert replace(REPORT, violations=(broken,)).verdict == "violated"
    assert replace(REPORT, settled=False).verdict == "unsettled"
    assert replace(REPORT, acknowledged=0).verdict == "inconclusive"
    assert replace(REPORT, reads=0).verdict == "inconclusive"
    assert replace(REPORT, rounds_of_lost_repairs=0).verdict == "inconclusive"
    assert replace(REPORT, rounds_of_lost_repairs=None).verdict == "ok"


def test_the_answer_for_programs_counts_what_was_broken() -> None:
    broken = Violation("lost", "STORE#1/ASSORTMENT glazed/price", "gone", ("a",))
    answer = replace(REPORT, violations=(broken, replace(broken, kind="unequal"))).to_json()
    wanted = ("seed", "operations", "conflicts", "repairs", "lost", "unequal", "duplicated")
    assert [answer[name] for name in wanted] == [7, 100, 9, 12, 1, 1, 0]
    assert answer["verdict"] == "violated"
    assert answer["observations"]["repairs"] == 40
    json.dumps(answer)


def test_what_a_check_could_not_observe_is_not_0() -> None:
    unread = Measurement.missing("us-east-1 has no Lambda")
    blind = replace(REPORT, acknowledged=0, reads=0, repairs=unread, undone=unread)
    answer = blind.to_json()
    assert answer["verdict"] == "inconclusive"
    for name in ("lost", "unequal", "repairs", "undone", "staleInRepair", "longestStaleSeconds"):
        assert answer[name] is None
        assert answer["not_measured"][name]
    text = "\n".join(describe(blind, History()))
    assert "lost         not measured: no operation was acknowledged" in text
    assert "repairs      not measured: us-east-1 has no Lambda" in text


def test_a_failure_is_printed_with_the_history_of_its_operations() -> None:
    story = Story()
    story.answered(story.begins("a", sets={"glazed/price": 199}), "unknown", why="TimeoutError")
    story.answered("a", region=EU)
    broken = Violation("lost", "STORE#1/ASSORTMENT glazed/price", "gone", ("a",))
    text = "\n".join(describe(replace(REPORT, violations=(broken,)), story.history))
    assert "unknown (TimeoutError)" in text
    assert "in eu-west-1: updateAssortment {'glazed/price': 199} -> ok" in text


def test_history_is_written_as_json_lines() -> None:
    lines: list[str] = []
    history = History(lines.append)
    history.note("fault begins", fault="pause")
    assert json.loads(lines[0])["kind"] == "fault begins"


def test_an_operation_acknowledged_once_is_acknowledged() -> None:
    story = Story()
    story.answered(story.begins("a", sold=1), "unknown")
    story.answered(story.begins("b", sold=1), "refused")
    story.answered(story.begins("c", sold=1), "refused")
    story.answered("c", "unknown")
    story.answered("a")
    assert story.history.outcomes() == {"a": "ok", "b": "refused", "c": "unknown"}


def test_the_planted_wall_clock_takes_the_newer_version_whole() -> None:
    price: Path = ("glazed", "price")
    rank: Path = ("glazed", "rank")
    base: Registers = {price: Register(100, at(1)), rank: Register(1, at(1))}
    loser = Version(at(2, US), {**base, price: Register(199, at(2, US))})
    winner = Version(at(3, EU), {**base, rank: Register(2, at(3, EU))})
    joined: Registers = {price: Register(199, at(2, US)), rank: Register(2, at(3, EU))}
    assert without_losers(joined, [winner, loser]) == winner.registers
    assert without_losers(joined, [winner]) == joined


def test_every_mutation_that_clients_draw_has_a_document_of_the_schema() -> None:
    workload = Workload(DATASET, 0, 1, Numbers())
    steps = [workload.next() for _ in range(500)]
    actions = {step.action for step in steps if isinstance(step, CheckOperation)}
    assert {"updateAssortment", "recordSale"} <= actions
    schema = build_schema(SDL.read_text())
    for action in actions:
        assert validate(schema, parse(document_of(action))) == []
