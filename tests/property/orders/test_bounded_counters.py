"""No piece is sold twice, whatever networks and regions do; a shortage is always reported."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from unittest.mock import patch

import pytest

from services.domain.documents.counter_rows import dump_part, load_part
from services.domain.documents.layout import InvalidDocumentError
from services.domain.rights import counting
from services.domain.rights.account import Account, Part
from services.domain.rights.counting import Counted, count, default_shares
from services.domain.rights.selling import give_back, reserve, sell
from services.domain.stamp import Stamp
from tests.property.orders.counter_world import (
    REGIONS,
    Faults,
    Shelf,
    Tills,
    World,
    epoch_of,
    fails,
    run,
)
from tests.support.rights import sellable_without

SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120")) * 5
STEPS = 80


def test_accepted_pieces_never_exceed_the_count_except_as_a_reported_shortage() -> None:
    accepted = refused = 0
    for seed in range(SCHEDULES):
        try:
            world = run(seed, STEPS)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        accepted += world.accepted
        refused += world.refused
    assert min(accepted, refused) > SCHEDULES, "the schedules are idle"


@pytest.mark.parametrize("kind", [Shelf, Tills])
def test_a_count_of_what_is_there_promises_no_more_whatever_it_had_not_seen(
    kind: type[World],
) -> None:
    accepted = 0
    for seed in range(SCHEDULES):
        try:
            accepted += run(seed, STEPS, kind=kind).accepted
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    assert accepted > SCHEDULES, "the schedules are idle"


def test_a_shortage_is_reported_also_where_two_regions_counted_at_once() -> None:
    short = 0
    for seed in range(SCHEDULES):
        short += run(seed, STEPS, concurrent=True).short > 0
    assert short, "no schedule made a shortage"


def test_what_was_given_back_takes_no_more_rows_than_sales_stand() -> None:
    given_back = 0
    for seed in range(SCHEDULES // 5):
        world = run(seed, STEPS)
        for region in REGIONS:
            part = world.view(region).part(region)
            sales = [one for one in world.sales if one.region == region]
            standing = sum(not one.returned for one in sales)
            assert len(part.back.ranges) <= standing + 1, seed
            given_back += len(sales) - standing
    assert given_back, "no schedule gives anything back"


def test_what_earlier_versions_gave_back_stays_so() -> None:
    sold = reserve(count(Account(), 10, Stamp(1, "eu"), REGIONS, 0).account, "eu", 3, 100)
    after = sold.with_part("eu", load_part([3, [[3, 3]], {}, [], 0, 2]))
    assert after.left() == 10
    assert give_back(after, "eu", 3, 3) == after
    more = give_back(reserve(after, "eu", 2, 100), "eu", 5, 2)
    assert more.left() == 10
    assert dump_part(more.part("eu"))[1] == [[3, 3]]
    assert load_part(dump_part(more.part("eu"))) == more.part("eu")


def rights_ignored(account: Account, region: str, pieces: int, until: int) -> Account:
    epoch = epoch_of(account)
    many = replace(epoch, shares={**epoch.shares, region: 10**6})
    after = reserve(replace(account, epoch=many), region, pieces, until)
    return replace(after, epoch=epoch)


def epoch_forgotten(
    account: Account, counted: int, stamp: Stamp, nearest: Sequence[str], now: int
) -> Counted:
    """Share the count out as if no region had rights left that it may be using."""
    made = count(account, counted, stamp, nearest, now)
    epoch = epoch_of(made.account)
    shares = default_shares(max(0, epoch.pieces), nearest)
    shares[stamp.region] += min(0, epoch.pieces)
    missing = max(0, -epoch.pieces)
    return Counted(replace(made.account, epoch=replace(epoch, shares=shares)), missing)


def older_parts_believed(
    account: Account, counted: int, stamp: Stamp, nearest: Sequence[str], now: int
) -> Counted:
    """Go by the parts alone, though the last count had seen later ones."""
    with patch.object(counting, "_known", Account.part):
        return count(account, counted, stamp, nearest, now)


def debts_forgiven(
    account: Account, counted: int, stamp: Stamp, nearest: Sequence[str], now: int
) -> Counted:
    """Take each debt for one, also where a grant on its way to this region explains it."""

    def floors(unused: Mapping[str, int], _: int) -> dict[str, int]:
        return {region: max(0, rights) for region, rights in unused.items()}

    with patch.object(counting, "_floors", floors):
        return count(account, counted, stamp, nearest, now)


def settled_ones_held(
    account: Account, counted: int, stamp: Stamp, nearest: Sequence[str], now: int
) -> Counted:
    """Leave reservations out that the last count had seen settled, for a part that is older."""
    known = counting._known

    def older(account: Account, region: str) -> Part:
        found = known(account, region)
        return replace(found, held={**account.part(region).held, **found.held})

    with patch.object(counting, "_known", older):
        return count(account, counted, stamp, nearest, now)


FAULTS = {
    "rights are ignored": Faults(reserve=rights_ignored),
    "a transfer is written by the receiver": Faults(receiver_writes=True),
    "a count goes by parts that are older than the last count": Faults(count=older_parts_believed),
    "the epoch's rights are forgotten": Faults(count=epoch_forgotten),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name: str) -> None:
    assert any(fails(seed, STEPS, FAULTS[name]) for seed in range(SCHEDULES))


@pytest.mark.parametrize("fault", [debts_forgiven, settled_ones_held])
def test_a_fault_in_what_a_count_takes_for_unused_is_found(fault: Callable[..., Counted]) -> None:
    assert any(fails(seed, STEPS, Faults(count=fault), kind=Shelf) for seed in range(1_000))


@pytest.mark.parametrize("pieces", [*range(60), 99, 100, 1_000])
def test_nine_tenths_can_be_sold_without_any_region_but_the_nearest(pieces: int) -> None:
    stamp = Stamp(1, REGIONS[2])
    account = count(Account(), pieces, stamp, REGIONS, 0).account
    assert sum(epoch_of(account).shares.values()) == pieces
    for away in REGIONS[1:]:
        assert sellable_without(account, away) >= 0.9
    assert sellable_without(account, REGIONS[0]) <= 0.1 or pieces == 0


def test_giving_a_reservation_back_twice_is_like_once() -> None:
    account = count(Account(), 10, Stamp(1, "eu"), REGIONS, 0).account
    after = reserve(account, "eu", 3, 100)
    once = give_back(after, "eu", 3, 3)
    assert give_back(once, "eu", 3, 3) == once
    assert once.left() == 10


def test_a_count_leaves_out_the_goods_of_open_orders_until_they_are_given_back() -> None:
    account = reserve(count(Account(), 10, Stamp(1, "eu"), REGIONS, 0).account, "eu", 3, 100)
    again = count(account, 10, Stamp(2, "eu"), REGIONS, 50).account
    assert again.left() == 7
    assert give_back(again, "eu", 3, 3).left() == 10
    assert count(account, 10, Stamp(2, "eu"), REGIONS, 101).account.left() == 10


def test_a_till_may_overdraw_and_another_region_covers_it() -> None:
    from services.domain.rights.transfers import grant

    account = count(Account(), 20, Stamp(1, "eu"), REGIONS, 0).account
    overdrawn = sell(account, "ap", 3)
    assert overdrawn.rights("ap") == -3
    covered = grant(overdrawn, "eu")
    assert covered.rights("ap") == 0
    assert covered.left() == 17


def test_the_layout_of_a_part_loses_nothing() -> None:
    for seed in range(20):
        account = run(seed, STEPS).view(REGIONS[0])
        for part in account.parts.values():
            assert load_part(dump_part(part)) == part
    assert load_part([5, [[3, 1]]]).returns == {3: 1}


@pytest.mark.parametrize(
    "row", [[], ["x"], [1, 2], [1, [[2]]], [1, [], 3], None, [1, [], {}, [], 0, 1, [0, 0, 1]]]
)
def test_a_corrupt_part_is_an_invalid_document(row: list[object]) -> None:
    with pytest.raises(InvalidDocumentError):
        load_part(row)
