"""Who is let into a region, and who next."""

import pytest

from localcloud.concurrency_limit import ConcurrencyLimit


class Waiter:
    def __init__(self, name: str, let_in: list[str]) -> None:
        self.name = name
        self.let_in = let_in

    def admitted(self) -> None:
        self.let_in.append(self.name)

    def refused(self) -> None:
        self.let_in.append(f"not {self.name}")


@pytest.fixture
def let_in() -> list[str]:
    return []


def waiters(let_in: list[str], names: str) -> list[Waiter]:
    return [Waiter(name, let_in) for name in names]


def test_places_are_given_in_order(let_in: list[str]) -> None:
    limit = ConcurrencyLimit(2)
    a, b, c, d = waiters(let_in, "abcd")
    for waiter in (a, b, c, d):
        limit.acquire(waiter)
    assert let_in == ["a", "b"]
    limit.release(b)
    limit.release(b)
    assert let_in == ["a", "b", "c"]
    limit.release(a)
    assert let_in == ["a", "b", "c", "d"]


def test_without_a_bound_everybody_is_let_in(let_in: list[str]) -> None:
    limit = ConcurrencyLimit()
    for waiter in waiters(let_in, "abcdef"):
        limit.acquire(waiter)
    assert let_in == list("abcdef")


def test_who_left_the_line_is_not_called(let_in: list[str]) -> None:
    limit = ConcurrencyLimit(1)
    a, b, c = waiters(let_in, "abc")
    for waiter in (a, b, c):
        limit.acquire(waiter)
    assert limit.is_waiting(b)
    limit.release(b)
    assert not limit.is_waiting(b)
    limit.release(a)
    assert let_in == ["a", "c"]


def test_in_a_jam_the_newest_is_next_and_after_it_the_oldest_again(
    let_in: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("localcloud.concurrency_limit.time.monotonic", lambda: now)
    limit = ConcurrencyLimit(1)
    a, b, c, d, e, f = waiters(let_in, "abcdef")
    for waiter in (a, b, c):
        limit.acquire(waiter)
    now = 3.0
    limit.acquire(d)
    limit.release(a)
    limit.release(d)
    limit.release(c)
    assert let_in == ["a", "d", "c", "b"]
    for waiter in (e, f):
        limit.acquire(waiter)
    limit.release(b)
    assert let_in == ["a", "d", "c", "b", "e"]


def test_only_an_answer_of_the_region_refuses_who_waits_too_long(
    let_in: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("localcloud.concurrency_limit.time.monotonic", lambda: now)
    limit = ConcurrencyLimit(1)
    a, b, c, d, e = waiters(let_in, "abcde")
    limit.acquire(a)
    for waiter in (b, c, d):
        limit.acquire(waiter, 2.0)
    limit.acquire(e)
    now = 0.1
    limit.served(a)
    assert let_in == ["a", "b"]
    now = 9.0
    # The region's process ended: no answer. The slot goes on to the newest.
    limit.release(b)
    assert let_in == ["a", "b", "e"]
    # An answer of the gate itself, to who has no slot.
    limit.served(c)
    assert let_in == ["a", "b", "e"]
    limit.served(e)
    assert let_in == ["a", "b", "e", "d", "not c"]
    assert not limit.is_waiting(c)
