"""Stamps move forward, and one document's damaged stamp moves no other's."""

import itertools
import threading

import pytest

from services.domain.stamp import (
    COUNTER_BITS,
    LATEST,
    MAX_AHEAD_MS,
    HybridClock,
    InvalidStampError,
    NoLaterStampError,
    Stamp,
)

NOW = 1_790_000_000_000


def at(unix_ms: int, counter: int = 0) -> Stamp:
    return Stamp(unix_ms << COUNTER_BITS | counter, "eu-west-1")


def clock(now_ms: int = NOW) -> HybridClock:
    return HybridClock("us-east-1", lambda: now_ms)


def test_stamps_of_one_millisecond_move_forward() -> None:
    made = clock()
    stamps = [made.tick() for _ in range(1000)]
    assert stamps == sorted(set(stamps))
    assert stamps[0] == Stamp(NOW << COUNTER_BITS, "us-east-1")


def test_stamps_move_forward_when_the_wall_clock_goes_back() -> None:
    times = iter([NOW, NOW - 5_000])
    made = HybridClock("us-east-1", lambda: next(times))
    first = made.tick()
    assert made.tick() > first


def test_a_clock_of_another_region_that_is_ahead_is_followed() -> None:
    made = clock()
    ahead = at(NOW + MAX_AHEAD_MS - 1)
    stamp = made.tick(ahead, at(NOW))
    assert stamp.time == ahead.time + 1
    assert made.tick() > stamp


@pytest.mark.parametrize("unix_ms", [NOW + MAX_AHEAD_MS + 1, LATEST - 10 >> COUNTER_BITS])
def test_a_damaged_document_can_be_edited_and_puts_no_other_into_the_future(unix_ms: int) -> None:
    made = clock()
    before = made.tick()
    first = made.tick(at(unix_ms))
    assert first > at(unix_ms)
    assert made.tick(first) > first
    after = made.tick()
    assert before < after < at(NOW + 1)


def test_the_last_stamp_of_all_is_refused_and_stops_no_other_edit() -> None:
    made = clock()
    for _ in range(2):
        with pytest.raises(NoLaterStampError, match="restore it") as refused:
            made.tick(Stamp(LATEST, "eu-west-1"))
    assert isinstance(refused.value, InvalidStampError), "the document counts as damaged"
    assert made.tick() < at(NOW + 1)


def test_stamps_of_the_wall_clock_are_put_ahead_by_no_document_and_move_forward() -> None:
    times = itertools.chain([NOW] * 4, [NOW - 5_000], itertools.repeat(NOW + 1))
    made = HybridClock("us-east-1", lambda: next(times))
    assert made.tick(at(NOW + MAX_AHEAD_MS - 1)).unix_ms > NOW
    stamps = [made.wall_tick() for _ in range(5)]
    assert stamps == [
        *(Stamp(NOW << COUNTER_BITS | number, "us-east-1") for number in range(4)),
        Stamp(NOW + 1 << COUNTER_BITS, "us-east-1"),
    ]


def test_no_stamp_is_read_that_no_calendar_has() -> None:
    assert Stamp.parse(str(Stamp(LATEST, "eu-west-1"))).time == LATEST
    with pytest.raises(InvalidStampError, match="9999"):
        Stamp.parse(str(Stamp(LATEST + 1, "eu-west-1")))


def test_threads_get_different_stamps() -> None:
    made = clock()
    stamps: list[Stamp] = []

    def work() -> None:
        stamps.extend(made.tick() for _ in range(500))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(stamps)) == 2000
