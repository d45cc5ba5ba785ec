"""Stock documents hold the laws of bounded counters, in stored form and with counts of 0.1.0."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, Slot
from services.domain.register import Register
from services.domain.rights.selling import NoRightsError
from services.domain.stamp import Stamp
from tests.property.orders.counter_world import REGIONS, fails, run
from tests.property.orders.stock_world import StockShelf, StockWorld

SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120")) * 2
STEPS = 80
AT = Stamp(1 << 16, "eu")


def counted(pieces: int, *, shared: bool = True) -> Stock:
    nearest = REGIONS if shared else ()
    return stock_rights.counted(Stock("s1", {}), "ring", pieces, AT, nearest)


def rights(stock: Stock) -> dict[str, int | None]:
    account = stock_rights.account_of(stock.line("ring"))
    return {region: account.rights(region) for region in REGIONS}


@pytest.mark.parametrize("kind", [StockWorld, StockShelf])
def test_accepted_pieces_never_exceed_the_count_except_as_a_reported_shortage(
    kind: type[StockWorld],
) -> None:
    accepted = refused = 0
    for seed in range(SCHEDULES):
        try:
            world = run(seed, STEPS, kind=kind)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        accepted, refused = accepted + world.accepted, refused + world.refused
    assert accepted > 5 * SCHEDULES
    assert refused > SCHEDULES


def _without_rights(*arguments: Any) -> Any:
    stock, item, pieces, region, until = arguments
    position = stock.position(item, region) + pieces
    line = stock.line(item)
    slot = line.slots.get(region, Slot())
    after = replace(
        slot,
        sold=position,
        held={**slot.held, position: (pieces, until)},
        version=slot.version + 1,
    )
    return stock.with_line(item, replace(line, slots={**line.slots, region: after})), position


def _count_takes_all(*arguments: Any) -> Any:
    stock, item, pieces, stamp, _, _ = arguments
    fresh = stock_rights.account_of(stock.line(item))
    line = stock.line(item)
    seen = {region: fresh.part(region).sold for region in REGIONS}
    count = Count(pieces, seen, {stamp.region: pieces})
    return stock.with_line(item, replace(line, count=Register(count, stamp)))


@pytest.mark.parametrize(
    ("name", "fault"), [("reserved", _without_rights), ("counted", _count_takes_all)]
)
def test_a_planted_fault_is_found(
    name: str, fault: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_rights, name, fault)
    assert any(fails(seed, STEPS, kind=StockWorld) for seed in range(SCHEDULES))


def test_a_count_is_shared_out_and_each_region_sells_its_own_share() -> None:
    stock = counted(40)
    assert rights(stock) == {"eu": 36, "us": 4, "ap": 0}
    stock, position = stock_rights.reserved(stock, "ring", 4, "us", 900)
    assert position == 4
    assert rights(stock) == {"eu": 36, "us": 0, "ap": 0}
    assert stock.left("ring") == 36
    with pytest.raises(NoRightsError) as refused:
        stock_rights.reserved(stock, "ring", 1, "ap", 900)
    assert (refused.value.held, refused.value.left) == (0, 36)


def test_a_till_and_an_order_draw_on_the_same_rights() -> None:
    stock = counted(10).sold("ring", 8, "eu")
    with pytest.raises(NoRightsError):
        stock_rights.reserved(stock, "ring", 2, "eu", 900)
    assert rights(stock_rights.reserved(stock, "ring", 1, "eu", 900)[0])["eu"] == 0


def test_a_count_of_0_1_0_belongs_to_the_region_that_counted() -> None:
    body = {"s": [str(AT)], "e": {"ring": [[12, {"us": 3}, 0], {"us": [5]}]}}
    stock = Stock.load("s1", body)
    assert orjson.dumps(stock.dump()) == orjson.dumps(body)
    assert rights(stock) == {"eu": 12, "us": -2, "ap": 0}
    assert stock.left("ring") == 10


def test_an_item_that_nobody_counts_is_not_limited() -> None:
    stock, position = stock_rights.reserved(Stock("s1", {}), "ring", 500, "ap", 900)
    assert position == 500
    assert stock.left("ring") is None


def test_shares_and_reservations_take_few_bytes() -> None:
    """A menu of 60 counted items stays within one read unit: 8 kB, eventually consistent."""
    stock = Stock("s1", {})
    regions = ("eu-west-1", "us-east-1", "ap-southeast-1")
    at = Stamp(1 << 16, "eu-west-1")
    for number in range(60):
        stock = stock_rights.counted(stock, f"item-{number}", 100, at, regions)
    counts = len(orjson.dumps(stock.dump()))
    assert counts < 60 * 45
    for number in range(0, 60, 3):
        stock, _ = stock_rights.reserved(stock, f"item-{number}", 2, "eu-west-1", 1_800_000_000)
    assert len(orjson.dumps(stock.sales_in("eu-west-1").dump())) < 20 * 65


def test_a_reservation_is_given_back_once_and_another_regions_stays() -> None:
    stock, here = stock_rights.reserved(counted(40), "ring", 3, "eu", 900)
    stock, there = stock_rights.reserved(stock, "ring", 3, "us", 900)
    for _ in range(2):
        stock = stock_rights.given_back(stock, "ring", 3, "us", there, "order-1")
    assert stock.left("ring") == 37
    stock = stock_rights.given_back(stock, "ring", 3, "eu", here, "order-1")
    assert stock.left("ring") == 40
    assert rights(stock) == {"eu": 36, "us": 4, "ap": 0}


def test_goods_that_wait_to_be_collected_are_counted_and_not_sold_again() -> None:
    stock, position = stock_rights.reserved(counted(10), "ring", 4, "eu", 900)
    again = stock_rights.counted(stock, "ring", 10, Stamp(2 << 16, "eu"), REGIONS, now=100)
    assert again.left("ring") == 6
    assert again.line("ring").count is not None
    assert again.line("ring").count.value.counted == 10  # type: ignore[union-attr]  # asserted above
    back = stock_rights.given_back(again, "ring", 4, "eu", position, "order-1")
    assert back.left("ring") == 10
    gone = stock_rights.handed_out(again, "ring", "eu", position)
    assert gone.left("ring") == 6
    assert stock_rights.counted(gone, "ring", 6, Stamp(3 << 16, "eu"), REGIONS).left("ring") == 6


def test_goods_that_nobody_collected_in_time_are_taken_for_gone() -> None:
    stock, _ = stock_rights.reserved(counted(10), "ring", 4, "eu", 900)
    again = stock_rights.counted(stock, "ring", 6, Stamp(2 << 16, "eu"), REGIONS, now=901)
    assert again.left("ring") == 6


def test_rights_move_to_a_region_that_asks() -> None:
    stock = stock_rights.moved(counted(40), "ring", "ap", refused=5)
    stock = stock_rights.moved(stock, "ring", "eu")
    assert (rights(stock)["ap"] or 0) >= 5
    assert stock.left("ring") == 40
