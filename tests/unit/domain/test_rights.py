"""What a count, a transfer and a return make of rights to sell, case by case."""

import pytest

from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.rights.account import Account, Hold
from services.domain.rights.counting import Counted, count
from services.domain.rights.returned import MAX_RANGES
from services.domain.rights.selling import give_back, give_rights, hand_out, reserve, sell
from services.domain.rights.transfers import ask
from services.domain.stamp import Stamp

EU, US, AP = NEAREST = ("eu", "us", "ap")
FAR = 10**9


def counted(account: Account, pieces: int, region: str = EU, now: int = 0) -> Counted:
    at = account.epoch.stamp.time + 1 if account.epoch else 1
    return count(account, pieces, Stamp(at, region), NEAREST, now)


def rights(account: Account) -> list[int]:
    return [account.rights(region) or 0 for region in NEAREST]


def test_sales_from_a_grant_that_has_not_arrived_where_somebody_counts_are_sold_once() -> None:
    first = counted(Account(), 400).account
    granted = give_rights(first, EU, US, 35)
    sold = granted
    for pieces in (40, 35):
        sold = reserve(sold, US, pieces, FAR)
        sold = hand_out(sold, US, sold.part(US).sold)
    seen = first.with_part(US, sold.part(US))  # the giver's part is on its way
    assert rights(seen) == [360, -35, 0]
    found = counted(seen, 325, AP)
    assert found.missing == 0
    after = found.account.with_part(EU, granted.part(EU))
    assert rights(after) == [325, 0, 0]


def test_a_till_that_overdrew_starts_anew_where_there_are_pieces_for_it() -> None:
    overdrawn = sell(counted(Account(), 100).account, US, 15)
    found = counted(overdrawn, 300, AP)
    assert found.missing == 0
    assert rights(found.account) == [270, 30, 0]
    assert rights(counted(overdrawn, 90, AP).account) == [90, 0, 0]


def test_a_debt_stays_as_far_as_there_are_no_pieces_for_it() -> None:
    overdrawn = sell(counted(Account(), 100).account, US, 15)
    found = counted(overdrawn, 87, AP)
    assert (rights(found.account), found.missing) == ([90, -3, 0], 0)
    found = counted(overdrawn, 80, AP)
    assert (rights(found.account), found.missing) == ([90, -5, -5], 5)


def test_no_debt_stays_where_there_are_pieces_for_it_though_others_have_less_than_their_share() -> (
    None
):
    account = give_rights(counted(Account(), 100).account, EU, AP, 15)
    overdrawn = reserve(sell(account, US, 25), EU, 75, FAR)
    overdrawn = hand_out(overdrawn, EU, 75)
    assert rights(overdrawn) == [0, -15, 15]
    assert rights(counted(overdrawn, 20, "sa").account) == [5, 0, 15]


def test_of_two_debts_no_more_stays_than_pieces_are_lacking() -> None:
    overdrawn = sell(sell(counted(Account(), 100).account, US, 15), AP, 5)
    found = counted(overdrawn, 84, "sa")
    assert found.missing == 0
    assert rights(found.account) == [90, -1, -5]
    assert sum(rights(found.account)) == 84


def test_the_counting_region_keeps_nothing_by_itself() -> None:
    account = give_rights(counted(Account(), 100).account, EU, AP, 50)
    assert rights(account) == [40, 10, 50]
    assert rights(counted(account, 100, AP).account) == [90, 10, 0]
    assert counted(account, 50, AP).missing == 0


def test_a_reservation_that_only_the_last_count_had_seen_is_left_out_again() -> None:
    account = counted(Account(), 10).account
    whole = counted(reserve(account, US, 1, FAR), 10, EU).account
    before = Account(whole.epoch, {})  # the part is on its way
    again = counted(before, 10, AP).account
    assert again.epoch is not None
    assert (again.epoch.pieces, again.epoch.held[US]) == (9, {1: Hold(1, FAR)})
    assert give_back(again.with_part(US, whole.part(US)), US, 1, 1).left() == 10


def test_a_reservation_that_the_last_count_had_seen_settled_is_not_left_out() -> None:
    account = counted(Account(), 100).account
    reserved = reserve(account, EU, 2, FAR)
    settled = counted(give_back(reserved, EU, 2, 2), 100, US).account
    older = settled.with_part(EU, reserved.part(EU))
    again = counted(older, 100, AP).account
    assert again.epoch is not None
    assert (again.epoch.pieces, again.epoch.held[EU]) == (100, {})


@pytest.mark.parametrize(("refused", "wish"), [(5, 6), (11, 0)])
def test_an_order_of_more_than_is_left_makes_no_region_ask(refused: int, wish: int) -> None:
    account = counted(Account(), 10).account
    assert ask(account, AP, refused).part(AP).wanted == wish


def test_what_was_taken_back_is_not_folded_while_an_older_reservation_waits() -> None:
    stock = stock_rights.counted(Stock("s1", {}), "ring", 10_000, Stamp(1, EU), NEAREST)
    stock, waiting = stock_rights.reserved(stock, "ring", 1, EU, 100)
    orders = 3 * MAX_RANGES
    for number in range(orders):
        stock, at = stock_rights.reserved(stock, "ring", 1, EU, FAR)
        stock = stock_rights.given_back(stock, "ring", 1, EU, at, f"order-{number}")
        stock, at = stock_rights.reserved(stock, "ring", 1, EU, FAR)
        stock = stock_rights.handed_out(stock, "ring", EU, at)
    stock = stock_rights.counted(stock, "ring", 10_000, Stamp(2, EU), NEAREST, now=50)
    # By this clock its goods are gone; the count holds them still.
    stock, _ = stock_rights.reserved(stock, "ring", 1, EU, FAR, now=200)
    assert stock.line("ring").slots[EU].back.floor < waiting
    left = stock.left("ring")
    stock = stock_rights.given_back(stock, "ring", 1, EU, waiting, "first")
    assert stock.left("ring") == (left or 0) + 1


@pytest.mark.parametrize("again", [False, True])
def test_a_sale_that_another_region_took_back_names_no_reservation_that_was_seen(
    *, again: bool
) -> None:
    """The position of the sale lies above those of reservations that had not arrived."""
    here, there, third = "a", "b", "c"
    first = stock_rights.counted(Stock("s", {}), "ring", 100, Stamp(1, here), (here, there, third))
    reserving = stock_rights.reserved(first, "ring", 5, there, 10_000)[0]
    b = reserving.sold("ring", 1, there)
    taken = first.sold("ring", 1, third).taken_back("ring", 1, third, "key", {there: 6})
    stock = stock_rights.counted(first.merge(taken), "ring", 99, Stamp(2, here), (here, there))
    stock = stock.merge(b)
    if again:
        stock = stock_rights.counted(stock, "ring", 99, Stamp(3, here), (here, there))
    # 100 were there, one was sold, and five are somebody's.
    assert stock.left("ring") == 94
