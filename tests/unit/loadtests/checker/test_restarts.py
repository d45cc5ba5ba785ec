"""Stops and kills under writes: what the figures say."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from loadtests.checker import restarts
from loadtests.checker.answers import StockAnswer
from loadtests.checker.graphql_client import StoreAnswer
from loadtests.checker.restart_rounds import (
    PRICE,
    SALE,
    Client,
    Round,
    Write,
    judged,
    may_stand,
    summary,
)

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


def written(name: str, value: int, acknowledged: float | None = 1.0, action: str = PRICE) -> Write:
    return Write(name, action, "ring", value, acknowledged)


def client(*writes: Write) -> Client:
    return Client(0, "us-east-1", "ring", list(writes))


def shows(price: int, sold: int = 0) -> StoreAnswer:
    stock = {"ring": StockAnswer(None, None, {"us-east-1": sold})} if sold else {}
    return StoreAnswer({"ring": price}, stock)


class Joining(restarts.Restarts):
    """A cloud whose regions show the last price only when they are looked at again."""

    def __init__(self, looks: int) -> None:
        self.looks, self.needed = 0, looks
        self._outage: Any = SimpleNamespace(layout=SimpleNamespace(region_names=("us-east-1",)))

    async def _view(self, *_: Any) -> StoreAnswer:  # type: ignore[override]
        self.looks += 1
        return shows(100 if self.looks < self.needed else 101)


def test_what_the_streams_have_still_to_join_is_not_lost_and_what_they_never_join_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def found(looks: int) -> Round:
        clients = [client(written("a", 100), written("b", 101, 2.0))]
        return await Joining(looks)._when_joined(NO_CLOUD, clients, "store", Round(), set())

    soon = asyncio.run(found(2))
    assert (soon.faults, soon.joined_s > 0, soon.prices) == (0, True, 2)
    monkeypatch.setattr(restarts, "_JOINED_WITHIN_S", 0.2)
    never = asyncio.run(found(1000))
    assert (never.lost_prices, summary({"down": [never]})["verdict"]) == (1, "violated")
    assert never.lost == ["ring: 100; sent 100 1.00, 101 2.00"]


SALES = client(written("a", 2, action=SALE), written("b", 3, None, action=SALE))


@pytest.mark.parametrize(
    ("one", "views", "excused", "wrong"),
    [
        (client(written("a", 100)), [shows(100), shows(100)], (), {}),
        (client(written("a", 100)), [shows(99), shows(99)], (), {"lost_prices": 1}),
        (client(written("a", 100)), [shows(99), shows(99)], ("a",), {"excused": 1}),
        (client(written("a", 100)), [shows(100), shows(99)], (), {"unequal": 1}),
        (SALES, [shows(1, sold=2)], (), {}),
        (SALES, [shows(1, sold=5)], (), {}),
        (SALES, [shows(1, sold=1)], (), {"lost_sales": 1}),
        (SALES, [shows(1)], ("a",), {"excused": 1}),
        (SALES, [shows(1, sold=7)], (), {"doubled_sales": 2}),
    ],
)
def test_what_was_acknowledged_is_compared_with_what_all_regions_show(
    one: Client, views: list[StoreAnswer], excused: tuple[str, ...], wrong: dict[str, int]
) -> None:
    found = judged(Round(repeated=1), views, [one], set(excused))
    counted = ("lost_prices", "lost_sales", "doubled_sales", "unequal", "excused")
    assert {name: getattr(found, name) for name in counted if getattr(found, name)} == wrong
    assert (found.prices + found.sales, found.repeated) == (1, 1)


def test_a_price_without_an_answer_may_take_effect_after_the_next_one() -> None:
    sure = written("c", 103, 2.0)
    sent = client(written("a", 101), written("b", 102, None), sure, written("d", 104, None))
    assert may_stand(sent, sure) == {102, 103, 104}


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
