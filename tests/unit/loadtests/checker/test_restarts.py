"""Stops and kills under writes: what the figures say."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from loadtests.checker import restarts
from loadtests.checker.restarts import Client, Round, Write, _may_stand, summary

NO_CLOUD: Any = None
SHOWN = Round(prices=12, sales=11, repeated=3, sent_a_second=38.5)


def test_rounds_in_which_nothing_was_at_stake_show_nothing() -> None:
    assert summary({"down": [SHOWN, SHOWN]})["verdict"] == "ok"
    for empty in (replace(SHOWN, prices=0), replace(SHOWN, sales=0)):
        assert summary({"down": [SHOWN], "sigkill": [empty]})["verdict"] == "inconclusive"
    assert summary({"down": []})["verdict"] == "inconclusive"


@pytest.mark.parametrize("name", ["lost_prices", "lost_sales", "doubled_sales", "unequal"])
def test_whatever_must_be_zero_is_summed_and_violates(name: str) -> None:
    faulty: dict[str, Any] = {name: 2, "prices": 0}
    found = summary({"down": [SHOWN], "kill-lost": [replace(SHOWN, **faulty)]})
    assert (found[name], found["verdict"]) == (2, "violated")
    assert found["rounds"] == {"down": 1, "kill-lost": 1}
    assert (found["prices"], found["sales"], found["repeated"]) == (12, 22, 6)


def test_the_least_rate_that_was_reached_is_named() -> None:
    slow = replace(SHOWN, sent_a_second=9.0)
    assert summary({"down": [SHOWN, slow, SHOWN]})["least_sent_a_second"] == 9.0


class Joining(restarts.Restarts):
    """A cloud whose regions show a price only when they are looked at again."""

    def __init__(self, looks: int) -> None:
        self.looks, self.needed = 0, looks

    async def _judge(self, *given: Any) -> None:
        self.looks += 1
        given[3].lost_prices += self.looks < self.needed


def test_what_the_streams_have_still_to_join_is_not_lost_and_what_they_never_join_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def judged(looks: int) -> Round:
        return await Joining(looks)._when_joined(NO_CLOUD, [], "store", replace(SHOWN), set())

    soon = asyncio.run(judged(2))
    assert (soon.faults, soon.joined_s > 0) == (0, True)
    monkeypatch.setattr(restarts, "_JOINED_WITHIN_S", 0.2)
    never = asyncio.run(judged(1000))
    assert (never.lost_prices, summary({"down": [never]})["verdict"]) == (1, "violated")


def test_a_price_without_an_answer_may_take_effect_after_the_next_one() -> None:
    def price(value: int, acknowledged: float | None = None) -> Write:
        return Write(f"op-{value}", "updateAssortment", "ring", value, acknowledged)

    sure = price(103, 2.0)
    client = Client(0, "us-east-1", "ring", [price(101, 1.0), price(102), sure, price(104)])
    assert _may_stand(client, sure) == {102, 103, 104}


def test_the_longest_wait_for_joins_is_named() -> None:
    late = replace(SHOWN, joined_s=0.7)
    assert summary({"down": [SHOWN, late]})["longest_joined_s"] == 0.7


@pytest.mark.parametrize("option", [("--rounds", "0"), ("--rate", "0"), ("--seconds", "-1")])
def test_options_that_mean_nothing_are_refused(
    option: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["restarts", *option])
    with pytest.raises(SystemExit) as ended:
        restarts.main()
    assert ended.value.code == 2
    assert "must be" in capsys.readouterr().err
