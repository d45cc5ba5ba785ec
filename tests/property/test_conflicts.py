"""Edit conflicts are those where somebody's value was lost unseen, and no others."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.documents.journal import Change, JournalEntry, conflicts, is_answered
from services.domain.stamp import Stamp

PRICES = ("STORE#1", "ASSORTMENT")


def entry(name: str, time: int, region: str, value: int, seen: Stamp | None) -> JournalEntry:
    change = Change("glazed/price", value, seen)
    return JournalEntry(PRICES, Stamp(time, region), name, "someone", "edit", (change,))


def lost(*entries: JournalEntry) -> list[tuple[str, str]]:
    """Who lost to whom, the same for every order of the entries."""
    found = [
        [(one.lost.operation_id, one.standing.operation_id) for one in conflicts(order)]
        for order in itertools.permutations(entries)
    ]
    assert all(one == found[0] for one in found)
    return found[0]


def test_two_who_had_not_seen_each_other_are_a_conflict() -> None:
    assert lost(entry("a", 1, "us", 100, None), entry("b", 2, "eu", 200, None)) == [("a", "b")]


def test_a_value_that_was_seen_and_replaced_is_none() -> None:
    first = entry("a", 1, "us", 100, None)
    assert lost(first, entry("b", 2, "eu", 200, first.stamp)) == []


@pytest.mark.parametrize("retried_at", [2, 4])
def test_a_retry_that_a_second_region_applied_is_none(retried_at: int) -> None:
    first = entry("a", 1, "us", 100, None)
    assert lost(first, entry("a", retried_at, "eu", 100, None)) == []


def test_an_edit_that_saw_one_record_of_an_operation_saw_the_operation() -> None:
    """It was listed as a conflict with the record of the retry, which it had not seen."""
    first = entry("a", 1, "us", 100, None)
    retry = entry("a", 2, "eu", 100, None)
    assert lost(first, retry, entry("b", 3, "us", 200, first.stamp)) == []


def test_an_edit_that_a_late_retry_replaced_is_a_conflict() -> None:
    """The retry brought an older value back over an edit that had replaced it."""
    first = entry("a", 1, "us", 100, None)
    edit = entry("b", 2, "us", 200, first.stamp)
    assert lost(first, edit, entry("a", 3, "eu", 100, None)) == [("b", "a")]


def test_two_who_set_the_same_value_are_none() -> None:
    assert lost(entry("a", 1, "us", 100, None), entry("b", 2, "eu", 100, None)) == []


def test_of_two_who_set_the_same_value_the_later_one_may_lose_to_a_third() -> None:
    one = entry("a", 1, "us", 100, None)
    same = entry("b", 2, "eu", 100, None)
    assert lost(one, same, entry("c", 3, "ap", 200, None)) == [("b", "c")]


def test_a_value_that_stands_by_somebody_elses_edit_is_not_lost() -> None:
    one = entry("a", 1, "us", 100, None)
    other = entry("b", 2, "eu", 200, None)
    assert lost(one, other, entry("c", 3, "ap", 100, None)) == [("b", "c")]


def test_a_value_that_was_set_again_after_the_loss_was_seen_stays_listed() -> None:
    """Whoever settles a conflict by setting the lost value again has not made it undone."""
    one = entry("a", 1, "us", 100, None)
    other = entry("b", 2, "eu", 200, None)
    assert lost(one, other, entry("c", 3, "ap", 100, other.stamp)) == [("a", "b")]


VALUES = st.sampled_from([1, 2, True, False, "x", ["x"], None])


@given(st.data())
def test_no_conflict_is_about_equal_values_whatever_arrives_first(data: st.DataObject) -> None:
    """And what a part of the journal shows to be none, the whole does not show to be one."""
    entries: list[JournalEntry] = []
    for at in range(1, data.draw(st.integers(2, 6)) + 1):
        seen = data.draw(st.sampled_from([None, *(one.stamp for one in entries)]))
        name = data.draw(st.sampled_from("abcdef"))
        known = [one for one in entries if one.operation_id == name]
        value = known[0].changes[0].value if known else data.draw(VALUES)
        made = JournalEntry(
            PRICES, Stamp(at, "us"), name, "someone", "edit", (Change("x/price", value, seen),)
        )
        entries.append(made)
    order = data.draw(st.permutations(entries))
    found = [*conflicts(order)]
    assert found == [*conflicts(entries)]
    assert all(one.standing_value != one.lost_value for one in found)
    assert not any(is_answered(one, entries) for one in found)
    for part in range(2, len(order)):
        lost_now = {(one.lost.stamp, one.entry) for one in found}
        for one in conflicts(order[:part]):
            answered = (one.lost.stamp, one.entry) not in lost_now
            assert answered == is_answered(one, order), one
