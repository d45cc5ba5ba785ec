"""Operations: once per region and id, all of it or nothing, taken back where another's stands."""

from typing import Any

import pytest

from services.domain.documents.operation import Applied, OperationRecord
from services.domain.documents.stock import Stock
from services.domain.edits import edit_assortment
from services.domain.stamp import Stamp
from services.domain.stock_edits import count_stock, sell
from services.storage import keys, parts
from services.storage.exceptions import ContentionError, OperationIdReusedError
from services.storage.keys import Key
from services.storage.operations import RETENTION_S, Edited, Operation, OperationRepository
from services.storage.replica import Stored
from services.storage.table import Table

ASSORTMENT, STOCK = keys.assortment("1"), keys.stock("1")
HERE, LOWER, HIGHER = "eu-west-1", "ap-southeast-1", "us-east-1"


@pytest.fixture
def operations(table: Table) -> OperationRepository:
    table.pause = lambda _: None
    return OperationRepository(table)


def operation(document: Key = ASSORTMENT, fingerprint: str = "input", name: str = "op-1") -> Any:
    return Operation(name, "anAction", fingerprint, "someone", document)


def price(minor: int) -> Any:
    def edit(current: Any, stamp: Stamp) -> Edited:
        edited, changes = edit_assortment(current, "1", {"glazed": {"price": minor}}, (), stamp)
        return Edited(edited, {"price": minor, "at": str(stamp)}, changes)

    return edit


def sale(pieces: int) -> Any:
    def edit(current: Any, stamp: Stamp) -> Edited:
        edited = sell(current, "1", {"glazed": pieces}, stamp.region)
        return Edited(edited, edited.left("glazed"), sold={"glazed": pieces})

    return edit


def count(pieces: int) -> Any:
    def edit(current: Any, stamp: Stamp) -> Edited:
        edited, changes = count_stock(current, "1", {"glazed": pieces}, stamp, now=0, nearest=())
        return Edited(edited, edited.left("glazed"), changes)

    return edit


def items(table: Table) -> dict[Key, Stored]:
    """The whole table."""
    rows = [Stored(Key(one.pk, one.sk), one.rev, one.body) for one in table.item.scan()]
    return {row.key: row for row in rows}


def left(table: Table) -> int | None:
    stock = table.held(STOCK).document
    assert isinstance(stock, Stock)
    return stock.left("glazed")


def test_a_retry_is_answered_as_the_first_time_and_writes_nothing(
    table: Table, operations: OperationRepository
) -> None:
    first = operations.apply(operation(), price(150))
    before = items(table)
    assert operations.apply(operation(), price(150)) == first
    assert items(table) == before


def test_an_id_with_another_input_is_refused(table: Table, operations: OperationRepository) -> None:
    operations.apply(operation(), price(150))
    before = items(table)
    with pytest.raises(OperationIdReusedError, match="op-1"):
        operations.apply(operation(fingerprint="other"), price(160))
    assert items(table) == before


def test_after_its_record_has_expired_an_operation_is_a_new_one(
    table: Table, operations: OperationRepository
) -> None:
    operations.apply(operation(STOCK), sale(2))
    table.item(*keys.operation("op-1")).delete()
    operations.apply(operation(STOCK), sale(2))
    stock = table.held(STOCK).document
    assert isinstance(stock, Stock)
    assert stock.lines["glazed"].slots[HERE].sold == 4


def test_records_expire_after_the_retention(table: Table, operations: OperationRepository) -> None:
    operations.apply(operation(), price(150))
    record = table.get(keys.operation("op-1"))
    assert record is not None
    assert record.expires is not None
    assert abs(record.expires - (table.clock.tick().unix_ms // 1000 + RETENTION_S)) < 60
    document = table.get(ASSORTMENT)
    assert document is not None
    assert document.expires is None


def test_who_is_overtaken_reads_again_and_loses_nothing(
    table: Table, operations: OperationRepository
) -> None:
    overtaken: list[Any] = []

    def edit(current: Any, stamp: Stamp) -> Edited:
        if not overtaken:
            overtaken.append(operations.apply(operation(name="op-2"), price(140)))
        edited, changes = edit_assortment(current, "1", {"latte": {"price": 320}}, (), stamp)
        return Edited(edited, None, changes)

    operations.apply(operation(), edit)
    assortment: Any = table.held(ASSORTMENT).document
    assert (assortment.value("glazed", "price"), assortment.value("latte", "price")) == (140, 320)


def test_who_is_overtaken_every_time_gives_up_and_leaves_nothing(
    table: Table, operations: OperationRepository
) -> None:
    def edit(current: Any, stamp: Stamp) -> Edited:
        table.change(ASSORTMENT, lambda now, at: price(at.time % 1000)(now, at).document)
        return price(150)(current, stamp)  # type: ignore[no-any-return]

    with pytest.raises(ContentionError):
        operations.apply(operation(), edit)
    assert set(items(table)) == {ASSORTMENT}


def test_an_edit_that_confirms_a_value_is_written_and_journaled_like_any_other(
    table: Table, operations: OperationRepository
) -> None:
    operations.apply(operation(), price(150))
    before = items(table)
    operations.apply(operation(name="op-2"), price(150))
    after = items(table)
    new = {key.pk.partition("#")[0] for key in set(after) - set(before)}
    assert new == {"OP", "JOURNAL"}
    assert {key for key in before if after[key] != before[key]} == {ASSORTMENT}


def test_a_write_that_cannot_be_made_takes_all_others_with_it(
    table: Table, operations: OperationRepository
) -> None:
    taken = keys.version("us", Stamp(1, HERE))
    table.put(taken, {}, rev=table.clock.tick(), replaces=None)

    def edit(current: Any, stamp: Stamp) -> Edited:
        edited, changes = edit_assortment(current, "1", {"glazed": {"price": 1}}, (), stamp)
        return Edited(edited, None, changes, creates={taken: {}})

    with pytest.raises(ContentionError):
        operations.apply(operation(), edit)
    assert set(items(table)) == {taken}


def test_what_an_edit_refuses_is_raised_and_nothing_is_written(
    table: Table, operations: OperationRepository
) -> None:
    def edit(current: Any, stamp: Stamp) -> Edited:
        raise ValueError(f"not at {stamp} over {current}")

    with pytest.raises(ValueError, match="not at"):
        operations.apply(operation(), edit)
    assert items(table) == {}


def test_each_region_sells_in_an_item_of_its_own(
    table: Table, operations: OperationRepository
) -> None:
    operations.apply(operation(STOCK, name="op-1"), count(10))
    counted = items(table)[STOCK]
    assert operations.apply(operation(STOCK, name="op-2"), sale(3)) == 7
    assert items(table)[STOCK] == counted
    assert operations.apply(operation(STOCK, name="op-3"), sale(2)) == 5
    assert left(table) == 5
    # A count has seen the sales of all items.
    assert operations.apply(operation(STOCK, name="op-4"), count(9)) == 9
    assert left(table) == 9


def applied_also_in(table: Table, region: str, fingerprint: str = "input") -> OperationRecord:
    """The record as it is once another region's application of the same sale has arrived."""
    stored = table.get(keys.operation("op-1"), consistent=True)
    assert stored is not None
    record = OperationRecord.load("op-1", stored.body)
    twin = Applied(Stamp(1, region), fingerprint, (STOCK.pk, STOCK.sk), {"glazed": 3}, None)
    return record.merge(OperationRecord("op-1", {region: twin}))


@pytest.mark.parametrize(
    ("region", "fingerprint", "after"),
    [(LOWER, "input", 10), (HIGHER, "input", 7), (LOWER, "another input", 7)],
)
def test_of_two_applications_the_one_of_the_first_region_by_name_stands(
    table: Table,
    operations: OperationRepository,
    region: str,
    fingerprint: str,
    after: int,
) -> None:
    operations.apply(operation(STOCK, name="op-0"), count(10))
    operations.apply(operation(STOCK), sale(3))
    record = applied_also_in(table, region, fingerprint)
    assert operations.undo_surplus(record) == (after == 10)
    assert left(table) == after


def test_an_effect_is_taken_back_once_however_often_asked(
    table: Table, operations: OperationRepository
) -> None:
    operations.apply(operation(STOCK, name="op-0"), count(10))
    operations.apply(operation(STOCK), sale(3))
    record = applied_also_in(table, LOWER)
    assert [operations.undo_surplus(record) for _ in range(3)] == [True, False, False]
    assert left(table) == 10


def test_an_expired_operation_is_not_taken_back(
    table: Table, operations: OperationRepository
) -> None:
    operations.apply(operation(STOCK), sale(3))
    record = applied_also_in(table, LOWER)
    table.item(*keys.operation("op-1")).delete()
    before = items(table)
    assert not operations.undo_surplus(record)
    assert items(table) == before


def test_taking_back_is_tried_again_when_overtaken(
    table: Table, operations: OperationRepository
) -> None:
    operations.apply(operation(STOCK, name="op-0"), count(10))
    operations.apply(operation(STOCK), sale(3))
    record = applied_also_in(table, LOWER)
    paused: list[Any] = []

    def overtake(key: Key, *, consistent: bool = False) -> Stored | None:
        found = read(key, consistent=consistent)
        if key.sk.startswith(keys.SALES_PREFIX) and not paused:
            paused.append(operations.apply(operation(STOCK, name="op-2"), sale(1)))
        return found

    read, table.get = table.get, overtake  # type: ignore[method-assign]
    assert operations.undo_surplus(record)
    assert left(table) == 9


def test_a_sale_lays_out_only_what_its_region_sold(
    table: Table, operations: OperationRepository
) -> None:
    operations.apply(operation(STOCK, name="op-1"), count(10))
    held = table.held(STOCK).document
    assert isinstance(held, Stock)
    own = parts.own_part(STOCK, HERE)
    sold = sell(held, "1", {"glazed": 2}, HERE)
    assert set(parts.divide(STOCK, sold, HERE, held)) == {own}
    assert set(parts.divide(STOCK, sold, HERE)) == {STOCK, own}
    counted, _ = count_stock(sold, "1", {"glazed": 10}, table.clock.tick(), now=0, nearest=())
    assert set(parts.divide(STOCK, counted, HERE, held)) == {STOCK, own}
    other, _ = count_stock(sold, "1", {"latte": 3}, table.clock.tick(), now=0, nearest=())
    assert set(parts.divide(STOCK, other, HERE, held)) == {STOCK, own}
