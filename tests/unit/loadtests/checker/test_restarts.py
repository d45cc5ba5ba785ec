"""Stops and kills under writes: what the figures say."""

from dataclasses import replace

import pytest

from loadtests.checker import restarts
from loadtests.checker.restarts import Round, summary

SHOWN = Round(prices=12, sales=11, repeated=3, sent_a_second=38.5)


def test_rounds_in_which_nothing_was_at_stake_show_nothing() -> None:
    assert summary({"down": [SHOWN, SHOWN]})["verdict"] == "ok"
    for empty in (replace(SHOWN, prices=0), replace(SHOWN, sales=0)):
        assert summary({"down": [SHOWN], "sigkill": [empty]})["verdict"] == "inconclusive"
    assert summary({"down": []})["verdict"] == "inconclusive"


@pytest.mark.parametrize("name", ["lost_prices", "lost_sales", "doubled_sales", "unequal"])
def test_whatever_must_be_zero_is_summed_and_violates(name: str) -> None:
    found = summary({"down": [SHOWN], "kill-lost": [replace(SHOWN, **{name: 2}, prices=0)]})
    assert (found[name], found["verdict"]) == (2, "violated")
    assert found["rounds"] == {"down": 1, "kill-lost": 1}
    assert (found["prices"], found["sales"], found["repeated"]) == (12, 22, 6)


def test_the_least_rate_that_was_reached_is_named() -> None:
    slow = replace(SHOWN, sent_a_second=9.0)
    assert summary({"down": [SHOWN, slow, SHOWN]})["least_sent_a_second"] == 9.0


@pytest.mark.parametrize("option", [("--rounds", "0"), ("--rate", "0"), ("--seconds", "-1")])
def test_options_that_mean_nothing_are_refused(
    option: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["restarts", *option])
    with pytest.raises(SystemExit) as ended:
        restarts.main()
    assert ended.value.code == 2
    assert "must be" in capsys.readouterr().err
