"""Work in threads that Ctrl-C ends: what is in flight is finished and counted, no more begins."""

from collections.abc import Iterator
from threading import Semaphore

import pytest

from services.storage import bulk


def test_an_interruption_between_results_counts_what_is_in_flight() -> None:
    done: list[int] = []

    def work(number: int) -> int:
        done.append(number)
        return number

    results = bulk._in_threads(work, range(20))
    assert next(results) == 0
    rest = list(bulk.interrupted(results))
    assert [0, *rest] == sorted(done)
    assert 0 < len(rest) <= bulk._THREADS


def test_an_interruption_within_is_raised_after_what_is_in_flight() -> None:
    begun = Semaphore(0)

    def work(number: int) -> int:
        begun.release()
        return number

    def items() -> Iterator[int]:
        yield from (0, 1)
        assert begun.acquire(timeout=10)
        assert begun.acquire(timeout=10)
        raise KeyboardInterrupt

    results = bulk._in_threads(work, items())
    found = [next(results), next(results)]
    with pytest.raises(KeyboardInterrupt):
        next(results)
    assert found == [0, 1]


def test_an_interruption_after_the_end_has_nothing_left() -> None:
    results = bulk._in_threads(lambda number: number, range(3))
    assert list(results) == [0, 1, 2]
    with pytest.raises(StopIteration):
        next(results)
    assert list(bulk.interrupted(results)) == []
