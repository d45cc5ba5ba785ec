"""The ledger: the replicator's writes are never taken for local ones, in the stream's order."""

from localcloud.replicator.ledger import Ledger
from localcloud.replicator.versions import TOMBSTONE, Version

KEY = b"k"
FIRST = Version(10, "b", b"first")
SECOND = Version(20, "b", b"second")


def _ledger() -> Ledger:
    return Ledger(["a", "b"])


def test_a_record_nobody_sent_is_a_local_write() -> None:
    ledger = _ledger()
    observation = ledger.observe("a", KEY, b"x", 5)
    assert observation.fresh
    assert ledger.held("a", KEY) == Version(5, "a", b"x")
    assert ledger.held("b", KEY) is None


def test_an_own_write_is_recognised_once() -> None:
    ledger = _ledger()
    ledger.expect("a", KEY, FIRST)
    assert ledger.under_way("a", KEY)
    assert not ledger.observe("a", KEY, b"first", 99).fresh
    assert not ledger.under_way("a", KEY)
    assert ledger.held("a", KEY) == FIRST
    ledger.observe("a", KEY, TOMBSTONE, 100)
    assert ledger.observe("a", KEY, b"first", 101).fresh


def test_a_local_write_between_keeps_its_place_before_the_own_one() -> None:
    ledger = _ledger()
    ledger.expect("a", KEY, FIRST)
    assert ledger.observe("a", KEY, b"local", 5).fresh
    assert not ledger.observe("a", KEY, b"first", 6).fresh
    assert ledger.held("a", KEY) == FIRST


def test_an_own_write_that_overwrote_a_newer_unseen_one_counts_anew() -> None:
    ledger = _ledger()
    ledger.expect("a", KEY, FIRST)
    ledger.observe("a", KEY, b"local", 50)
    observation = ledger.observe("a", KEY, b"first", 50)
    assert observation.fresh
    assert observation.version == Version(51, "a", b"first")


def test_a_doubtful_write_does_not_block_and_is_still_recognised() -> None:
    ledger = _ledger()
    ledger.expect("a", KEY, FIRST)
    ledger.doubt("a", KEY, FIRST)
    assert not ledger.under_way("a", KEY)
    assert not ledger.awaits_echoes("a")
    assert not ledger.observe("a", KEY, b"first", 99).fresh


def test_a_refused_retry_leaves_the_doubtful_first_attempt_recognisable() -> None:
    ledger = _ledger()
    ledger.expect("a", KEY, FIRST)
    ledger.doubt("a", KEY, FIRST)
    ledger.expect("a", KEY, FIRST)
    ledger.withdraw("a", KEY, FIRST)
    assert not ledger.observe("a", KEY, b"first", 99).fresh


def test_what_was_sent_survives_a_restart_as_doubtful() -> None:
    ledger = _ledger()
    ledger.believe("b", KEY, FIRST)
    ledger.expect("a", KEY, FIRST)
    ledger.observe("b", b"other", TOMBSTONE, 3)
    again = _ledger()
    again.restore(ledger.take_dirty())
    assert ledger.take_dirty() == []
    assert again.held("b", KEY) == FIRST
    assert again.held("b", b"other") == Version(3, "b", TOMBSTONE)
    assert not again.under_way("a", KEY)
    assert not again.observe("a", KEY, b"first", 99).fresh


def test_doubtful_writes_per_item_are_bounded() -> None:
    ledger = _ledger()
    for stamp in range(100):
        version = Version(stamp, "b", b"%d" % stamp)
        ledger.expect("a", KEY, version)
        ledger.doubt("a", KEY, version)
    assert len(ledger.sent("a", KEY)) <= 8
