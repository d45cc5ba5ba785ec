"""Edit conflicts are those where somebody's value was lost unseen, and no others."""

import itertools

import pytest

from services.domain.documents.journal import Change, JournalEntry, conflicts
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
