"""Who is let into a region, and who next."""

import pytest

from localcloud.faults.room import Room


class Guest:
    def __init__(self, name: str, let_in: list[str]) -> None:
        self.name = name
        self.let_in = let_in

    def admitted(self) -> None:
        self.let_in.append(self.name)


@pytest.fixture
def let_in() -> list[str]:
    return []


def guests(let_in: list[str], names: str) -> list[Guest]:
    return [Guest(name, let_in) for name in names]


def test_places_are_given_in_order(let_in: list[str]) -> None:
    hall = Room(2)
    a, b, c, d = guests(let_in, "abcd")
    for guest in (a, b, c, d):
        hall.enter(guest)
    assert let_in == ["a", "b"]
    hall.leave(b)
    hall.leave(b)
    assert let_in == ["a", "b", "c"]
    hall.leave(a)
    assert let_in == ["a", "b", "c", "d"]


def test_without_a_bound_everybody_is_let_in(let_in: list[str]) -> None:
    hall = Room()
    for guest in guests(let_in, "abcdef"):
        hall.enter(guest)
    assert let_in == list("abcdef")


def test_who_left_the_line_is_not_called(let_in: list[str]) -> None:
    hall = Room(1)
    a, b, c = guests(let_in, "abc")
    for guest in (a, b, c):
        hall.enter(guest)
    assert hall.has_in_line(b)
    hall.leave(b)
    assert not hall.has_in_line(b)
    hall.leave(a)
    assert let_in == ["a", "c"]


def test_in_a_jam_the_newest_is_next_and_after_it_the_oldest_again(
    let_in: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr("localcloud.faults.room.time.monotonic", lambda: now)
    hall = Room(1)
    a, b, c, d, e, f = guests(let_in, "abcdef")
    for guest in (a, b, c):
        hall.enter(guest)
    now = 3.0
    hall.enter(d)
    hall.leave(a)
    hall.leave(d)
    hall.leave(c)
    assert let_in == ["a", "d", "c", "b"]
    for guest in (e, f):
        hall.enter(guest)
    hall.leave(b)
    assert let_in == ["a", "d", "c", "b", "e"]
