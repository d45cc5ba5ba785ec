"""What is made of the times at which an upload is shown: the table, waiting, wrong arguments."""

import pytest

from loadtests.stock_arrival import Arrivals, NotShownError, main, table, wait_for


def test_the_table_has_the_median_and_the_longest_time_of_each_viewer() -> None:
    arrivals = Arrivals()
    for seconds in (1.0, 2.5, 9.0):
        arrivals.add("SOLD_OUT", 100.0, {"us-east-1": 100.0 + seconds, "open page": 99.0})
    lines = table(arrivals, "eu-west-1").splitlines()
    assert "eu-west-1" in lines[0]
    assert lines[3:] == [
        "| SOLD_OUT | us-east-1 | 3 | 2.50 | 9.00 |",
        "| SOLD_OUT | open page | 3 | 0.00 | 0.00 |",
    ]


def test_each_viewer_is_waited_for() -> None:
    late = iter([None, None, 7.0])
    seen = wait_for("AVAILABLE", {"a": lambda _: 5.0, "b": lambda _: next(late)})
    assert seen == {"a": 5.0, "b": 7.0}


def test_who_does_not_show_it_is_named() -> None:
    viewers = {"a": lambda _: 5.0, "b": lambda _: None}
    with pytest.raises(NotShownError, match=r"^b: SOLD_OUT is not shown"):
        wait_for("SOLD_OUT", viewers, patience_s=0)


@pytest.mark.parametrize("rounds", ["0", "1001"])
def test_rounds_are_bounded(rounds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--rounds", rounds])
    assert "1 to 1,000" in capsys.readouterr().err
