"""The table of a guest's visit: medians and longest times, and what is asked for wrongly."""

import pytest

from loadtests.site_speed import STEPS, main, table


def test_the_table_has_the_median_and_the_longest_time_of_each_step() -> None:
    visits = [dict.fromkeys(STEPS, seconds) for seconds in (1.0, 2.5, 9.0)]
    lines = table(visits).splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == list(STEPS)
    assert lines[1].split() == ["home", "2.50", "s", "9.00", "s"]
    assert lines[-1].startswith("3 visit(s)")


def test_no_visit_is_no_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--visits", "0"])
    assert "at least 1" in capsys.readouterr().err
