"""Recovery times: from the fault to the first answer after the last failed one."""

import math

import pytest

from loadtests.drills.analysis.findings import figures_of, find
from loadtests.drills.analysis.outages import outage, worst
from loadtests.drills.analysis.phases import phases
from loadtests.drills.records import ROUTES, Record
from tests.support.drill_story import LOST, OTHER, edge, evidence, failed, fault, heal, read


def rto(records: list[Record], *, begins: float = 10.0, ends: float = 30.0) -> tuple[float, bool]:
    found = outage(records, LOST, "persisted", begins=begins, ends=ends, slow_s=1.0)
    return round(found.rto_s, 6), found.restored


def test_nothing_failed_is_no_outage() -> None:
    assert rto([read(9), read(11), read(12)]) == (0.0, True)


def test_recovery_counts_until_the_answer_after_the_last_failure() -> None:
    records = [read(9), failed(11), read(12), failed(13), read(14, took=0.5), read(15)]
    assert rto(records) == (4.5, True)  # the success at 12 was luck, not recovery


def test_an_answer_that_was_under_way_before_the_last_failure_restores_nothing() -> None:
    # The one of 11 was answered at 19, but the one of 12 failed at 12.1.
    records = [read(11, took=8.0), failed(12, took=0.1), read(16)]
    assert rto(records) == (6.01, True)


def test_a_request_on_its_way_when_the_fault_comes_is_hit_by_it() -> None:
    assert rto([failed(9.9, took=2.5), read(13)]) == (3.01, True)


def test_a_client_that_went_elsewhere_was_without_an_answer_for_as_long_as_it_waited() -> None:
    records = [read(11, took=2.5, tries=2), read(12, took=1.5, tries=3), read(13, took=0.9)]
    assert rto(records) == (2.5, True)
    found = outage(records, LOST, "persisted", begins=10, ends=30, slow_s=1.0)
    assert (found.failed, found.repeated) == (0, 2)
    # One that also failed in the end is an outage as ever.
    assert rto([*records, failed(20, tries=9), read(21)]) == (11.01, True)


def test_what_failed_before_the_fault_does_not_count() -> None:
    assert rto([failed(8), read(12)]) == (0.0, True)


def test_failures_after_the_healing_belong_to_the_return() -> None:
    records = [failed(11), read(12), failed(31), read(32)]
    assert rto(records) == (2.01, True)
    assert rto(records, begins=30.0, ends=math.inf) == (2.01, True)


def test_a_route_that_never_answers_again_is_not_restored() -> None:
    seconds, restored = rto([read(9), failed(11), failed(20, took=2.0)])
    assert not restored
    assert seconds == 12.0


def test_an_answer_of_the_cache_proves_nothing() -> None:
    records = [failed(11), read(12, cache="hit"), failed(13), read(14, cache="hit"), read(15)]
    assert rto(records) == (5.01, True)


def test_the_worst_place_counts() -> None:
    near = outage([failed(11), read(13)], LOST, "persisted", begins=10, ends=30, slow_s=1)
    far = outage([read(11, place=OTHER)], OTHER, "persisted", begins=10, ends=30, slow_s=1)
    assert worst([near, far], "persisted").value == pytest.approx(3.01)


def test_a_route_that_nobody_used_has_no_recovery_time() -> None:
    near = outage([failed(11), read(13)], LOST, "persisted", begins=10, ends=30, slow_s=1)
    far = outage([read(9, place=OTHER)], OTHER, "persisted", begins=10, ends=30, slow_s=1)
    assert worst([near], "post").value is None
    unseen = worst([near, far], "persisted")
    assert unseen.value is None, "the far place sent nothing after the fault"
    assert OTHER in unseen.reason


def test_a_drill_without_a_fault_has_no_recovery_time() -> None:
    story = evidence([read(9), read(11)], [], regions=(LOST,))
    figures = figures_of(find(story), story)
    assert [figures[f"rto_seconds.{route}"].value for route in ROUTES] == [None] * 4


def test_what_nothing_was_observed_of_is_not_0() -> None:
    story = evidence([], [fault(10), heal(30)], compared=0, lag_p99_s=None, lag_max_s=None)
    figures = figures_of(find(story), story)
    zeros = {name for name, one in figures.items() if one.value == 0}
    assert zeros <= {"requests", "deviated", "deployed_regions", "canary_failures", "alarms"}
    for name in ("failed_gets", "failed_posts", "lost_writes", "unequal", "staleness_max_s"):
        assert figures[name].value is None
        assert figures[name].reason


def test_latency_counts_from_the_intended_send() -> None:
    late = read(10.0, sent=12.0, took=2.5)
    assert late.latency == 2.5  # not 0.5: the client waited since 10
    assert late.lag == 2.0


def test_a_not_restored_route_misses_every_limit() -> None:
    story = evidence([read(9), failed(11), failed(20)], [fault(10)], regions=(LOST,))
    figures = figures_of(find(story), story)
    assert figures["rto_seconds.persisted"].value == math.inf
    assert (figures["failed_gets"].value, figures["failed_gets"].observations) == (2, 3)


def test_phases_follow_each_other() -> None:
    records = [
        read(9),
        failed(11),
        read(12.5, region=OTHER, why="failover"),  # the edge tried the lost one first
        failed(16, took=2.5),
        read(16.2, region=OTHER, why="health"),
        read(31),
    ]
    marks = [fault(10), edge(13, "unhealthy"), edge(15, "shift", to=OTHER), heal(30)]
    found = phases(records, marks, [LOST], begins=10, ends=30, slow_s=1)
    assert (found.detect, found.decide, found.shift, found.settle) == (3, 2, 1, 2.5)
    assert found.total == 8.5


def test_phases_without_a_decision_are_not_made_up() -> None:
    found = phases(
        [failed(11), read(31)], [fault(10), heal(30)], [LOST], begins=10, ends=30, slow_s=1
    )
    assert found.detect is None
    assert found.decide is None
    assert found.settle == pytest.approx(1.01)


def test_events_before_the_fault_detect_nothing() -> None:
    marks = [edge(5, "unhealthy"), fault(10), edge(14, "unhealthy"), heal(30)]
    assert phases([read(11)], marks, [LOST], begins=10, ends=30, slow_s=1).detect == 4
