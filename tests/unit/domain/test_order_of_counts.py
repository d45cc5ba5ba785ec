"""Of counts the one that was counted last stands, also where editConflicts shows two sides."""

from itertools import permutations

import pytest

from services.domain.documents.journal import JournalEntry, conflicts
from services.domain.documents.stock import Stock
from services.domain.stamp import COUNTER_BITS, Stamp
from services.domain.stock_edits import FileCount, count_stock, count_stock_from_file

NOW_MS = 1_700_000_000_000
REGIONS = ("eu-west-1", "us-east-1")
DOCUMENT = ("STORE#de-1", "STOCK")


def stamp(unix_ms: int, region: str = "eu-west-1") -> Stamp:
    return Stamp(unix_ms << COUNTER_BITS, region)


def file_of(stock: Stock | None, source: str, pieces: int, at: Stamp) -> Stock:
    counts = {"glazed": FileCount(pieces, NOW_MS - 60_000)}
    return count_stock_from_file(
        stock, "de-1", counts, source, at, now=NOW_MS // 1000, nearest=REGIONS
    ).stock


@pytest.mark.parametrize("order", list(permutations([("a", 10), ("b", 7), ("c", 10)])))
def test_three_files_of_one_time_give_the_same_in_every_order(
    order: tuple[tuple[str, int], ...],
) -> None:
    stock: Stock | None = None
    for at, (source, pieces) in enumerate(order):
        stock = file_of(stock, source, pieces, stamp(NOW_MS + at))
    assert stock is not None
    assert stock.left("glazed") == 10


@pytest.mark.parametrize("order", list(permutations(["by hand", ("d9", 5), ("d5", 7)])))
def test_a_count_by_hand_and_its_exports_give_the_same_in_every_order(
    order: tuple[str | tuple[str, int], ...],
) -> None:
    """Exports say when they were counted: the time of the count by hand."""
    stock: Stock | None = None
    at = stamp(NOW_MS)
    for later, one in enumerate(order, 1):
        if isinstance(one, str):
            by_hand, _ = count_stock(
                None, "de-1", {"glazed": 5}, at, now=NOW_MS // 1000, nearest=REGIONS
            )
            stock = by_hand if stock is None else stock.merge(by_hand)
        else:
            counts = {"glazed": FileCount(one[1], NOW_MS)}
            stock = count_stock_from_file(
                stock, "de-1", counts, one[0], stamp(NOW_MS + later), now=NOW_MS // 1000,
                nearest=REGIONS,
            ).stock  # fmt: skip
    assert stock is not None
    assert stock.left("glazed") == 5


def test_what_a_file_raises_is_joined_to_the_count_by_hand_and_not_undone() -> None:
    by_hand, _ = count_stock(
        None, "de-1", {"glazed": 5}, stamp(NOW_MS), now=NOW_MS // 1000, nearest=REGIONS
    )
    raised = count_stock_from_file(
        by_hand, "de-1", {"glazed": FileCount(5, NOW_MS)}, "d9", stamp(NOW_MS + 1),
        now=NOW_MS // 1000, nearest=REGIONS,
    ).stock  # fmt: skip
    assert raised != by_hand
    assert by_hand.merge(raised) == raised == raised.merge(by_hand)


def test_a_count_that_is_said_again_by_another_file_keeps_the_sales() -> None:
    stock = file_of(None, "a", 10, stamp(NOW_MS)).sold("glazed", 4, "eu-west-1")
    assert file_of(stock, "b", 10, stamp(NOW_MS + 1)).left("glazed") == 6


def test_of_two_counts_at_once_the_one_that_was_counted_later_stands() -> None:
    counted = stamp(NOW_MS)
    loaded = stamp(NOW_MS + 5_000, "us-east-1")
    by_hand, changes = count_stock(
        None, "de-1", {"glazed": 5}, counted, now=NOW_MS // 1000, nearest=REGIONS
    )
    by_file = count_stock_from_file(
        None, "de-1", {"glazed": FileCount(9, NOW_MS - 60_000)}, "a", loaded,
        now=NOW_MS // 1000, nearest=REGIONS,
    )  # fmt: skip
    assert by_hand.merge(by_file.stock).left("glazed") == 5
    entries = [
        JournalEntry(DOCUMENT, at, name, "ada", name, made, (), None, body.counts_at(at).dump())
        for at, name, made, body in (
            (counted, "by hand", changes, by_hand),
            (loaded, "by file", by_file.changes, by_file.stock),
        )
    ]
    (found,) = conflicts(entries)
    assert (found.standing.action, found.standing_value) == ("by hand", 5)
    assert (found.lost.action, found.lost_value) == ("by file", 9)
