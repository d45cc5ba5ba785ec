"""The arithmetic behind the choice of Lambda's memory size, checked against hand calculation."""

import pytest

from loadtests.bench.memory_choice import ONE_VCPU_MB, Goal, Load, choose, report, size

LOAD = Load(cpu_ms=1.0, cpu_p99_ms=3.0, cold_cpu_ms=100.0, resident_mb=50.0, cold_share=0.0)
GOAL = Goal(p99_ms=50.0, cold_ms=500.0)


def test_half_the_memory_of_a_core_takes_twice_the_cpu_time_and_waits_as_long() -> None:
    found = size(ONE_VCPU_MB // 2, LOAD, GOAL)
    assert found.vcpu == pytest.approx(0.5, abs=0.001)
    assert found.warm_ms == pytest.approx(2 * 1.0 + 4.0, abs=0.01)
    assert found.warm_p99_ms == pytest.approx(2 * 3.0 + 10.0, abs=0.01)
    assert found.cold_ms == pytest.approx(2 * 100.0 + 4.0, abs=0.2)


def test_more_memory_than_one_core_has_makes_one_thread_no_faster_but_dearer() -> None:
    one, more = size(ONE_VCPU_MB, LOAD, GOAL), size(2 * ONE_VCPU_MB, LOAD, GOAL)
    assert (more.warm_ms, more.cold_ms) == (one.warm_ms, one.cold_ms)
    assert more.dollars_per_million > one.dollars_per_million


def test_the_price_is_started_milliseconds_times_gigabytes_plus_the_request() -> None:
    # 1,769 MB: 1 + 4 = 5 ms are billed: 1.7275 GB x 0.005 s x $0.0000133334 x 1e6 + $0.20.
    assert size(ONE_VCPU_MB, LOAD, GOAL).dollars_per_million == pytest.approx(0.31517, abs=1e-4)


def test_cold_starts_are_billed_by_their_share() -> None:
    cold = Load(1.0, 3.0, 100.0, 50.0, cold_share=0.5)
    # Half of the requests take 5 ms, half 104 ms.
    expected = 1769 / 1024 * 0.0545 * 0.0000133334 * 1e6 + 0.2
    found = size(ONE_VCPU_MB, cold, GOAL).dollars_per_million
    assert found == pytest.approx(expected, abs=1e-6)


def test_without_cold_starts_the_p99_is_the_warm_one() -> None:
    assert size(ONE_VCPU_MB, LOAD, GOAL).p99_ms == pytest.approx(13.0)


def test_rare_cold_starts_take_up_room_among_the_slowest_percent() -> None:
    rare = Load(1.0, 3.0, 100.0, 50.0, cold_share=0.005)
    assert 13.0 < size(ONE_VCPU_MB, rare, GOAL).p99_ms < 14.0


def test_from_one_percent_of_cold_starts_the_p99_is_a_cold_start() -> None:
    frequent = Load(1.0, 3.0, 100.0, 50.0, cold_share=0.01)
    assert size(ONE_VCPU_MB, frequent, GOAL).p99_ms == pytest.approx(104.0)


def test_the_cheapest_size_is_taken_that_holds_the_process_and_meets_the_goal() -> None:
    sizes, best = choose(LOAD, GOAL)
    [chosen] = [one for one in sizes if one.memory_mb == best]
    assert chosen.meets
    cheaper = [one for one in sizes if one.dollars_per_million < chosen.dollars_per_million]
    assert cheaper
    assert not any(one.meets for one in cheaper)


def test_a_size_that_the_process_does_not_fit_into_is_never_taken() -> None:
    big = Load(0.1, 0.2, 1.0, resident_mb=600.0)
    assert choose(big, GOAL)[1] >= 600 * big.headroom


def test_where_no_size_meets_the_goal_none_is_chosen() -> None:
    assert choose(LOAD, Goal(p99_ms=1.0))[1] == 0
    assert report(LOAD, Goal(p99_ms=1.0))["choice_mb"] is None


def test_the_report_states_every_assumption() -> None:
    measured_run = report(LOAD, GOAL)
    assert measured_run["assumptions"]["one_vcpu_mb"] == 1769
    assert measured_run["assumptions"]["wait_ms"] == 4.0
    assert measured_run["assumptions"]["price_gb_second"] == 0.0000133334
    assert [one["memory_mb"] for one in measured_run["sizes"]][:2] == [128, 192]
