"""A region kept at a share of its knee: moments, windows, what is printed and refused."""

import pytest

from loadtests.capacity.endurance import Reading, Schedule, Window, main, table, windows


def test_moments_are_a_fixed_time_apart_and_end() -> None:
    schedule = Schedule(began=0.0, per_second=4.0, seconds=1.0)
    assert [schedule.take() for _ in range(6)] == [0.0, 0.25, 0.5, 0.75, None, None]


def test_each_window_has_its_own_requests_its_cpu_and_the_memory_at_its_end() -> None:
    times = [(0.0, 0.001), (4.9, 0.003), (5.0, 0.010), (9.9, 0.030)]
    readings = [
        Reading({"api": 50_000_000}, {"api": 0.004}),
        Reading({"api": 60_000_000}, {"api": 0.010}),
    ]
    first, second = windows(times, readings, 10.0)
    assert first == Window(5.0, 2, 1.0, 3.0, {"api": 50.0}, {"api": 2.0})
    assert second == Window(10.0, 2, 10.0, 30.0, {"api": 60.0}, {"api": 3.0})


def test_the_table_has_a_line_for_each_window() -> None:
    window = Window(60.0, 12_345, 1.04, 9.96, {"api": 61.2}, {"api": 0.512})
    first, _, line = table([window]).splitlines()
    assert first.endswith("| api, MB | api, ms of CPU |")
    assert line == "| 60 | 12,345 | 1.0 | 10.0 | 61.2 | 0.51 |"


def test_a_window_without_answers_has_no_times() -> None:
    _, _, line = table(windows([], [Reading({"api": 1e6}, {"api": 0.5})], 10.0)).splitlines()
    assert line == "| 10 | 0 | - | - | 1.0 | 500.00 |"


@pytest.mark.parametrize(
    "wrong",
    [
        ["--share", "0"],
        ["--share", "1.5"],
        ["--seconds", "5"],
        ["--knee-seconds", "0"],
        ["--clients", "0"],
    ],
)
def test_what_is_asked_for_is_bounded(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(wrong)
    assert "at most" in capsys.readouterr().err
