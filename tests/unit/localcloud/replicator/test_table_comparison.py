"""What a table read whole after a restart means for beliefs."""

from localcloud.replicator.ledger import Ledger
from localcloud.replicator.table_comparison import TableComparison, compare_table
from localcloud.replicator.versions import TOMBSTONE, Version

NOW = 1000
OLD = Version(1, "a", b"old")
NEW = Version(2, "a", b"new")


def _ledger(**held: Version) -> Ledger:
    """Both regions hold the same."""
    ledger = Ledger(["a", "b"])
    for key, version in held.items():
        for region in ledger.regions:
            ledger.believe(region, key.encode(), version)
    return ledger


def _compared(
    ledger: Ledger,
    contents: dict[bytes, bytes],
    boot: dict[bytes, Version] | None = None,
    *,
    same_table: bool = True,
) -> TableComparison:
    return compare_table(ledger, "a", contents, boot or {}, same_table=same_table, clock_ms=NOW)


def test_nothing_happens_if_all_is_as_believed() -> None:
    ledger = _ledger(k=NEW)
    assert _compared(ledger, {b"k": b"new"}, {b"k": OLD}) == TableComparison()


def test_an_unknown_content_is_a_local_write_of_now() -> None:
    ledger = _ledger(k=NEW)
    result = _compared(ledger, {b"k": b"strange"}, {b"k": NEW})
    assert result.local == 1
    assert ledger.held("a", b"k") == Version(NOW, "a", b"strange")
    assert ledger.held("b", b"k") == NEW


def test_a_killed_emulator_that_came_back_old_has_written_nothing() -> None:
    ledger = _ledger(k=NEW, created=NEW, deleted=Version(3, "b", TOMBSTONE))
    boot = {b"k": OLD, b"deleted": OLD}
    result = _compared(ledger, {b"k": b"old", b"deleted": b"old"}, boot)
    assert result.went_back
    assert result.local == 0
    assert ledger.held("a", b"k") == OLD
    assert ledger.held("a", b"created") is None
    assert ledger.held("a", b"deleted") == OLD
    assert ledger.newest(b"k") == NEW


def test_after_a_clean_stop_what_is_missing_was_deleted() -> None:
    ledger = _ledger(kept=NEW, created=NEW)
    result = _compared(ledger, {b"kept": b"new"}, {b"kept": OLD})
    assert not result.went_back
    assert ledger.held("a", b"created") == Version(NOW, "a", TOMBSTONE)


def test_in_a_table_made_anew_nothing_was_deleted() -> None:
    ledger = _ledger(k=NEW)
    result = _compared(ledger, {}, {b"k": NEW}, same_table=False)
    assert result.local == 0
    assert ledger.held("a", b"k") is None
    assert ledger.newest(b"k") == NEW


def test_an_own_write_is_recognised_although_no_stream_showed_it() -> None:
    ledger = _ledger(k=OLD)
    sent = Version(5, "b", b"sent")
    ledger.expect("a", b"k", sent)
    assert _compared(ledger, {b"k": b"sent"}, {b"k": OLD}).local == 0
    assert ledger.held("a", b"k") == sent


def test_regions_that_hold_the_same_before_anything_is_known_agree_on_a_version() -> None:
    ledger = Ledger(["a", "b"])
    _compared(ledger, {b"k": b"same"})
    compare_table(ledger, "b", {b"k": b"same"}, {}, same_table=True, clock_ms=NOW + 5)
    assert ledger.held("b", b"k") == ledger.held("a", b"k") == Version(NOW, "a", b"same")
