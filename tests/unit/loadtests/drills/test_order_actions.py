"""Guests of a drill: they insist elsewhere, click in all regions, and buy a store's last pieces."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from loadtests.checker.orders import last_pieces, people
from loadtests.checker.orders.people import Wish
from loadtests.checker.orders.shops import Shops
from loadtests.checker.schedule import FaultWindow
from loadtests.drills.orders import actions

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
SHOPS = Shops("n", "us", ("s1", "s2"), "contested", "ring", "coffee", 2)


class Guest:
    """Orders; the first answers are lost.

    Attributes:
        sent: Region and store of each request.
        answers: What the requests are answered, in turn; at last always the last one.
    """

    regions = REGIONS
    shops = SHOPS

    def __init__(self, *answers: str) -> None:
        self.sent: list[tuple[str, str]] = []
        self.wishes: list[Wish] = []
        self.answers = list(answers)

    def _answer(self) -> str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def buy(self, region: str, wish: Wish) -> tuple[str, str]:
        self.wishes.append(wish)
        self.sent.append((region, wish.store))
        return f"order-{len(self.wishes)}", self._answer()

    async def repeat(self, order: str, region: str) -> str:
        self.sent.append((region, order))
        return self._answer()

    async def buy_everywhere(self, wish: Wish) -> str:
        self.wishes.append(wish)
        self.sent += [(region, wish.store) for region in REGIONS]
        return "order"

    async def settle(self, goes_on: Callable[[], bool]) -> None:
        assert goes_on()


class Session:
    """A session whose steps one guest makes."""

    regions = REGIONS
    shops = SHOPS

    def __init__(self, guest: Guest) -> None:
        self.guest = guest

    def run(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        async def step() -> Any:
            return await work(self.guest)

        return asyncio.run(step())


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_PAUSE_S", 0.0)
    monkeypatch.setattr(people, "PAUSE_S", 0.0)


def with_guest(monkeypatch: pytest.MonkeyPatch, *answers: str) -> Guest:
    guest = Guest(*answers)
    monkeypatch.setattr(actions, "session_of", lambda _: Session(guest))
    return guest


def test_an_order_without_an_answer_is_repeated_in_the_next_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guest = with_guest(monkeypatch, "unknown", "unknown", "ok")
    assert actions.order(1, "eu-west-1") == {"ok": 1}
    assert guest.sent == [("eu-west-1", "s1"), ("ap-southeast-1", "order-1"),
                          ("us-east-1", "order-1")]  # fmt: skip
    assert guest.wishes == [Wish("s1", "coffee", 1, "pm_card_visa")]


def test_guests_of_all_regions_want_the_counted_pieces_of_all_stores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guest = with_guest(monkeypatch, "ok", "refused")
    assert actions.order(6, card=False, counted=True) == {"ok": 1, "refused": 5}
    assert {region for region, _ in guest.sent} == set(REGIONS)
    assert {(one.store, one.item, one.card) for one in guest.wishes} == {
        ("s1", "ring", ""),
        ("s2", "ring", ""),
    }


def test_a_refusal_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    guest = with_guest(monkeypatch, "refused")
    assert actions.order(1) == {"refused": 1}
    assert len(guest.sent) == 1


def test_a_double_click_is_one_order_for_each_guest_in_every_region(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    guest = with_guest(monkeypatch, "ok")
    assert actions.double_click(3) == {"sent": 3}
    assert len(guest.wishes) == 3
    assert len(guest.sent) == 9


def test_the_last_pieces_are_wanted_in_every_region_while_nothing_replicates() -> None:
    guest: Any = Guest("unknown", "ok", "refused")
    held: list[FaultWindow] = []

    @asynccontextmanager
    async def hold(window: FaultWindow) -> AsyncIterator[None]:
        assert not guest.sent
        held.append(window)
        yield

    lanes: Any = SimpleNamespace(hold=hold)
    assert asyncio.run(last_pieces.rush(guest, lanes)) == 1
    assert [one.kind for one in held] == ["replication-pause"]
    # Each region is asked for every piece, and once more where there was no answer.
    assert len(guest.wishes) == len(REGIONS) * SHOPS.pieces
    assert len(guest.sent) == len(guest.wishes) + 1
    assert {one.store for one in guest.wishes} == {"contested"}
