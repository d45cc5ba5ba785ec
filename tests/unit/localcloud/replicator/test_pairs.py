"""The queue between two regions: one place per item, due when its oldest write is."""

from localcloud.replicator.pair_metrics import PairMetrics
from localcloud.replicator.pairs import PairQueue


def _queue() -> PairQueue:
    return PairQueue("a", "b")


def test_an_item_waits_once_however_often_it_is_written() -> None:
    queue = _queue()
    queue.add(b"k", born_ms=1, now=0.0)
    queue.add(b"k", born_ms=2, now=0.1)
    assert len(queue) == 1
    assert queue.take(1.0, 10) == [b"k"]
    assert queue.done(b"k", 1.0) == 1
    assert len(queue) == 0


def test_a_write_that_comes_while_one_is_flying_is_delivered_after_it() -> None:
    queue = _queue()
    queue.add(b"k", born_ms=1, now=0.0)
    queue.take(0.0, 10)
    queue.add(b"k", born_ms=2, now=0.0)
    queue.done(b"k", 1.0)
    assert queue.take(1.0, 10) == [b"k"]
    assert queue[b"k"].born_ms == 2


def test_lag_delays_and_a_changed_lag_applies_to_what_waits() -> None:
    queue = _queue()
    queue.add(b"k", born_ms=1, now=0.0, delay=5.0)
    assert queue.take(4.9, 10) == []
    queue.relag(lambda: 1.0)
    assert queue.next_due() == 1.0
    assert queue.take(1.0, 10) == [b"k"]


def test_items_come_in_the_order_they_are_due() -> None:
    queue = _queue()
    queue.add(b"late", born_ms=1, now=0.0, delay=2.0)
    queue.add(b"early", born_ms=1, now=0.0, delay=1.0)
    assert queue.take(3.0, 1) == [b"early"]
    assert queue.take(3.0, 1) == [b"late"]


def test_a_parked_item_waits_until_it_is_woken_or_its_time_is_over() -> None:
    queue = _queue()
    for key in (b"woken", b"forgotten"):
        queue.add(key, born_ms=1, now=0.0)
        queue.take(0.0, 10)
        queue.park(key, 9.0)
    assert queue.ready(b"woken", 1.0)
    assert not queue.ready(b"unknown", 1.0)
    assert queue.take(1.0, 10) == [b"woken"]
    assert queue.take(9.0, 10) == [b"forgotten"]


def test_the_oldest_write_is_the_one_not_delivered() -> None:
    queue = _queue()
    assert queue.oldest_ms() is None
    queue.add(b"k", born_ms=7, now=0.0)
    queue.add(b"l", born_ms=5, now=0.0)
    assert queue.oldest_ms() == 5


def test_a_refilled_item_is_no_sample_of_the_lag() -> None:
    queue, metrics = PairQueue("a", "b"), PairMetrics()
    queue.add(b"old", born_ms=1, now=0.0, relay=True)
    queue.add(b"new", born_ms=1_000, now=0.0)
    for key in queue.take(0.0, 10):
        born = queue.done(key, 0.0)
        metrics.arrived(None if born is None else 1_020 - born, 0.0)
    assert metrics.applied == 2
    assert metrics.lags(0.0) == {"lag_ms_p50": 20, "lag_ms_max": 20, "lag_ms_last": 20}
