"""Last writer wins: the order of versions, and the stamps of local writes."""

from hypothesis import given
from hypothesis import strategies as st

from localcloud.replicator.versions import TOMBSTONE, Verdict, Version, judge, local_write, newest

VERSIONS = st.builds(
    Version, st.integers(0, 9), st.sampled_from(["a", "b", "c"]), st.sampled_from([b"", b"x", b"y"])
)


def test_a_region_without_the_item_takes_any_write() -> None:
    assert judge(Version(1, "a", b"x"), None) is Verdict.WRITE


def test_a_delete_of_what_a_region_never_had_needs_no_write() -> None:
    assert judge(Version(1, "a", TOMBSTONE), None) is Verdict.SAME


def test_the_later_stamp_wins() -> None:
    older, newer = Version(1, "b", b"x"), Version(2, "a", b"y")
    assert judge(newer, older) is Verdict.WRITE
    assert judge(older, newer) is Verdict.STALE


def test_the_higher_region_name_wins_a_tie() -> None:
    assert judge(Version(1, "b", b"x"), Version(1, "a", b"y")) is Verdict.WRITE
    assert judge(Version(1, "a", b"y"), Version(1, "b", b"x")) is Verdict.STALE


def test_an_equal_content_moves_up_without_a_write() -> None:
    assert judge(Version(2, "a", b"x"), Version(1, "b", b"x")) is Verdict.SAME


@given(VERSIONS, st.integers(-5, 20))
def test_a_local_write_is_newer_than_what_it_overwrites_whatever_the_clock(
    held: Version, clock: int
) -> None:
    written = local_write(clock, held, "a", b"z")
    assert written.stamp > held.stamp
    assert written.stamp >= clock
    assert judge(written, held) is Verdict.WRITE


@given(st.lists(st.one_of(st.none(), VERSIONS), max_size=5))
def test_the_newest_is_stale_nowhere_else_newer(held: list[Version | None]) -> None:
    top = newest(held)
    present = [one for one in held if one is not None]
    assert (top is None) == (not present)
    assert all(judge(one, top) is Verdict.STALE for one in present)
