"""What operations leave behind: it expires, is bounded, or its size is stated in docs/data.md."""

import asyncio
from pathlib import Path

import orjson
import pytest

from loadtests.cost import growth
from loadtests.cost.growth import Figures
from localcloud.layout import REPO_ROOT
from services.domain.documents.stock import Stock, return_key
from services.domain.documents.stock_rights import (
    HOLD_S,
    counted,
    given_back,
    handed_out,
    reserved,
)
from services.domain.stamp import Stamp

US, EU = "us-east-1", "eu-west-1"
DATA = " ".join((REPO_ROOT / Path("docs/data.md")).read_text(encoding="utf-8").split())


async def _figures(operations: int, folder: Path) -> list[Figures]:
    return [one async for one in growth.grow(operations, 1, 7, folder)]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> list[Figures]:
    """Ten looks at a store; after five of them each of its items has been sold."""
    return asyncio.run(_figures(400, tmp_path_factory.mktemp("growth")))


def test_of_what_every_operation_writes_only_what_expires_grows(figures: list[Figures]) -> None:
    assert [one.operations for one in figures] == list(range(40, 401, 40))
    half, whole = figures[4], figures[-1]
    for name, days in {"journal": 35, "operation_records": 7, "actions": 366}.items():
        assert whole.kinds[name].items > half.kinds[name].items
        assert whole.kinds[name].days == pytest.approx(days, abs=0.1)
    assert whole.kinds["documents"].items == half.kinds["documents"].items == 3
    grown = whole.kinds["documents"].bytes / half.kinds["documents"].bytes
    assert grown < 1.1, "documents hold counters and registers, whose number is that of the items"
    assert set(whole.kinds) == {"journal", "operation_records", "actions", "documents"}
    for sentence in (
        "Operation records seven days; journal entries 35 days",
        "actions of staff 366 days",
    ):
        assert sentence in DATA


def test_the_replicator_knows_every_item_in_every_region(figures: list[Figures]) -> None:
    whole = figures[-1]
    assert whole.replicated_items == sum(kind.items for kind in whole.kinds.values())
    assert whole.state_file_bytes > whole.replicated_items * 100
    shown = whole.to_json()
    assert shown["operations"] == 400
    assert shown["journal"]["items"] == 400
    assert shown["replicator"]["items"] == whole.replicated_items


@pytest.mark.parametrize(
    "options", [("--operations", "9"), ("--operations", "5000001"), ("--stores", "0")]
)
def test_more_than_the_machine_can_hold_is_refused(
    options: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["growth", *options])
    with pytest.raises(SystemExit) as ended:
        growth.main()
    assert ended.value.code == 2
    assert "must be" in capsys.readouterr().err


def size(stock: Stock) -> int:
    return len(orjson.dumps(stock.dump()))


def test_a_sale_that_two_regions_recorded_leaves_at_most_70_bytes_for_ever() -> None:
    stock = Stock("s1", {}).sold("ring", 999_999, US).sold("ring", 999_999, EU)
    positions = {US: 1_000_000, EU: 1_000_000}
    for number in range(200):
        key = return_key(f"operation-{number}")
        stock = stock.taken_back("ring", 1, EU, key, positions)
    grown = size(stock.sales_in(EU)) - size(Stock("s1", {}).sold("ring", 999_999, EU))
    assert grown / 200 < 70
    assert "at most 70 bytes" in DATA
    again = stock.taken_back("ring", 1, EU, return_key("operation-3"), positions)
    assert size(again) == size(stock), "twice is like once"


def test_orders_that_are_placed_and_taken_back_leave_a_bounded_stock() -> None:
    """Every second one is handed out, so that no two that were taken back are beside each other."""
    sizes = []
    stock = Stock("s1", {})
    for night in range(6):
        stamp = Stamp((night + 1) << 16, US)
        stock = counted(stock, "ring", 500, stamp, (US,), 0)
        for number in range(100):
            stock, position = reserved(stock, "ring", 1, US, until=10**10)
            if number % 2:
                stock = given_back(stock, "ring", 1, US, position, f"order-{night}-{number}")
            else:
                stock = handed_out(stock, "ring", US, position)
        sizes.append(size(stock))
    assert max(sizes[3:]) < 1.1 * sizes[2], sizes


def test_orders_that_nobody_marks_as_collected_leave_a_bounded_stock() -> None:
    """Twenty items counted each morning, forty orders a day, for a hundred days."""
    stock, sizes, day_s = Stock("s1", {}), list[int](), 24 * 3600
    for day in range(100):
        for number in range(20):
            stamp = Stamp((day + 1) << 40, US)
            stock = counted(stock, f"item-{number}", 500, stamp, (US, EU), day * day_s)
        for order in range(40):
            now = day * day_s + 8 * 3600 + order * 900
            item = f"item-{order % 20}"
            stock, _ = reserved(stock, item, 2, US, now + HOLD_S, now)
        sizes.append(size(stock.sales_in(US)))
    assert max(sizes) < 2_000, sizes
    assert max(sizes[50:]) < 1.1 * max(sizes[2:10]), "positions get longer, and no more"
