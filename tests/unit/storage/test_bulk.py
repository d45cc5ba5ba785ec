"""Many documents at once: what Ctrl-C leaves, and what one damaged document does to the others."""

from collections.abc import Iterator
from threading import Semaphore

import pytest

from services.domain.documents.profile import StoreProfile
from services.domain.stamp import COUNTER_BITS, MAX_AHEAD_MS, Stamp
from services.storage import bulk, keys
from services.storage.kinds import Document
from services.storage.table import Table
from tests.support.chain import add_store


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


def test_a_damaged_document_puts_no_other_of_its_batch_into_the_future(table: Table) -> None:
    now_ms = table.clock.now_ms()
    damaged = Stamp(now_ms + 1000 * MAX_AHEAD_MS << COUNTER_BITS, "eu-west-1")
    one, other = (keys.profile(store_id) for store_id in ("1", "2"))
    add_store(table, "2")
    profile = StoreProfile("1", {}).assign({"name": "Before"}, damaged)
    table.put(one, profile.dump(), rev=damaged, replaces=None)

    def renamed(current: Document | None, stamp: Stamp) -> StoreProfile:
        assert isinstance(current, StoreProfile)
        return current.assign({"name": "After"}, stamp)

    outcomes = list(bulk.apply(table, {one: renamed, other: renamed}))
    assert outcomes == [bulk.Outcome(changed=2)]
    after = table.get_many([one, other])
    names = [stored.body["e"]["name"][0] for stored in after.values()]
    assert names == ["After", "After"]
    assert Stamp.parse(after[one].rev) > damaged
    assert Stamp.parse(after[other].rev).unix_ms < now_ms + 60_000
