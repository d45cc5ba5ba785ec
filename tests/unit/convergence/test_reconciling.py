"""The reconciler: what journal and operation records prove is in the documents afterwards."""

from functools import partial
from typing import Any

import pytest

from services.convergence.passes import GRACE_MS, PASS_EVERY_MS, Bounds, PassRecord, run_slice
from services.convergence.reconciling import (
    ABSENT,
    DANGLING,
    DOUBLED,
    LOST,
    UNREADABLE,
    Findings,
    Reconciler,
)
from services.convergence.repair import Repairer
from services.domain.documents.assortment import Assortment
from services.domain.documents.stock import Stock
from services.domain.edits import count_stock, edit_assortment, sell
from services.domain.stamp import Stamp
from services.storage import keys, parts, walk
from services.storage.keys import Key
from services.storage.kinds import Settings
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Write
from services.storage.table import Table
from services.storage.walk import SEGMENTS, Place

STOCK, PRICES = keys.stock("1"), keys.assortment("1")
LOWER = "ap-southeast-1"
LATER_MS = 1 << 46


def price(value: int) -> Any:
    def make(current: Any, stamp: Stamp) -> Edited:
        line = {"glazed": {"price": value}}
        edited, changes = edit_assortment(current, "1", line, ("glazed", "latte"), stamp)
        return Edited(edited, value, changes)

    return make


def count(pieces: int) -> Any:
    def make(current: Any, stamp: Stamp) -> Edited:
        edited, changes = count_stock(current, "1", {"glazed": pieces}, stamp, now=0)
        return Edited(edited, pieces, changes)

    return make


def sale(pieces: int) -> Any:
    def make(current: Any, stamp: Stamp) -> Edited:
        edited = sell(current, "1", {"glazed": pieces}, stamp.region)
        return Edited(edited, edited.left("glazed"), sold={"glazed": pieces})

    return make


def apply(table: Table, name: str, document: Key, make: Any) -> None:
    operation = Operation(name, "edit", f"input of {name}", "someone", document)
    OperationRepository(table).apply(operation, make)


def replace(table: Table, key: Key, body: Any) -> None:
    """Let another region's write replace an item, and no stream record tell of it."""
    stored = table.get(key, consistent=True)
    stamp = table.clock.tick(*([Stamp.parse(stored.rev)] if stored else []))
    expires = stored.expires if stored else None
    table.write(Write(key, body, stamp, stored.rev if stored else None, expires))


def reconcile(table: Table, *, dry_run: bool = False, now_ms: int = LATER_MS) -> Findings:
    """Run a whole pass, with a clock that is far ahead of all writes unless another is given."""
    operations = OperationRepository(table)
    reconciler = Reconciler(table, Repairer(table, operations), operations, dry_run=dry_run)
    bounds = Bounds(read_units=1e9, remaining_ms=None, now_ms=now_ms)
    done = run_slice(partial(walk.pages, table), reconciler, Place(), bounds)
    assert done.place is None
    return done.findings


def stock(table: Table) -> Stock:
    document = table.held(STOCK).document
    assert isinstance(document, Stock)
    return document


def test_nothing_is_found_where_nothing_was_lost(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    apply(table, "op-2", STOCK, count(10))
    apply(table, "op-3", STOCK, sale(3))
    findings = reconcile(table)
    assert (findings.entries, findings.operations) == (3, 3)
    assert findings.documents >= 6  # three documents and three operation records
    assert not findings.found


def test_a_price_that_was_dropped_is_joined_again_and_its_conflict_marked(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    apply(table, "op-2", PRICES, price(170))
    stored = table.get(PRICES)
    assert stored is not None
    first = Assortment("1", {}).assign({"latte": {"rank": 1}}, Stamp(1 << 16, LOWER))
    replace(table, PRICES, first.dump())
    found = reconcile(table, dry_run=True)
    assert (found.found, found.repaired) == ({LOST: 1}, 0)
    found = reconcile(table)
    assert (found.found, found.repaired) == ({LOST: 1}, 1)
    document = table.held(PRICES).document
    assert isinstance(document, Assortment)
    assert (document.value("glazed", "price"), document.value("latte", "rank")) == (170, 1)
    assert table.get(keys.repair_mark(PRICES)) is not None
    assert not reconcile(table).found


def test_a_count_that_was_dropped_comes_back_with_the_sales_that_it_had_seen(table: Table) -> None:
    apply(table, "op-1", STOCK, sale(4))
    apply(table, "op-2", STOCK, count(10))
    apply(table, "op-3", STOCK, sale(1))
    replace(table, STOCK, Stock("1", {}).dump())
    assert reconcile(table).found == {LOST: 1}
    assert stock(table).left("glazed") == 9


def test_a_counter_that_went_back_is_set_to_where_its_last_sale_left_it(table: Table) -> None:
    apply(table, "op-1", STOCK, count(10))
    apply(table, "op-2", STOCK, sale(4))
    part = parts.own_part(STOCK, table.region)
    before = table.get(part)
    assert before is not None
    apply(table, "op-3", STOCK, sale(5))
    replace(table, part, before.body)
    assert reconcile(table).found == {LOST: 1}
    assert stock(table).left("glazed") == 1


def recorded_in_another_region_too(table: Table, *, record_is_whole: bool) -> None:
    """A sale of this region and of one that is first by name; no stream record tells of it."""
    apply(table, "op-1", STOCK, count(10))
    apply(table, "op-2", STOCK, sale(3))
    key = keys.operation("op-2")
    stored = table.get(key, consistent=True)
    assert stored is not None
    (own,) = stored.body.values()
    stamp = Stamp(1 << 16, LOWER)
    theirs = [str(stamp), *own[1:]]
    replace(table, key, {LOWER: theirs, **(stored.body if record_is_whole else {})})
    entry = {"op": "op-2", "by": "x", "do": "edit", "set": [], "sold": [["glazed", 3]]}
    replace(table, keys.journal(STOCK, stamp), entry | {"applied": theirs})
    sold = Stock("1", {}).sold("glazed", 3, LOWER)
    replace(table, Key(STOCK.pk, keys.SALES_PREFIX + LOWER), sold.dump())


@pytest.mark.parametrize("record_is_whole", [True, False])
def test_a_sale_that_two_regions_recorded_is_taken_back_in_all_but_one(
    table: Table, *, record_is_whole: bool
) -> None:
    recorded_in_another_region_too(table, record_is_whole=record_is_whole)
    assert stock(table).left("glazed") == 4
    assert reconcile(table, dry_run=True).found[DOUBLED] == 1
    findings = reconcile(table)
    assert findings.found[DOUBLED] == 1
    assert findings.repaired == findings.found.total()
    assert stock(table).left("glazed") == 7
    assert not reconcile(table).found


def test_it_is_taken_back_again_where_the_counter_lost_it(table: Table) -> None:
    recorded_in_another_region_too(table, record_is_whole=True)
    part = parts.own_part(STOCK, table.region)
    before = table.get(part)
    reconcile(table)
    assert before is not None
    replace(table, part, before.body)
    assert reconcile(table).found == {DOUBLED: 1}
    assert stock(table).left("glazed") == 7


def test_a_document_that_its_journal_cannot_restore_is_named_and_not_made_up(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    table.item(*PRICES).delete()
    findings = reconcile(table)
    assert (findings.found, findings.repaired) == ({ABSENT: 1}, 0)
    assert "STORE#1 / ASSORTMENT" in findings.examples[0]
    assert table.get(PRICES) is None


def test_a_pointer_to_a_version_that_does_not_exist_is_named(table: Table) -> None:
    pointer = Settings({}).assign({keys.POINTER: "0000000000010000@z"}, Stamp(1 << 16, LOWER))
    replace(table, keys.pointer("de"), pointer.dump())
    assert reconcile(table).found == {DANGLING: 1}


def test_an_entry_that_cannot_be_read_keeps_no_other_from_being_checked(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    replace(table, keys.journal(PRICES, Stamp(1 << 16, LOWER)), {"of": "another version"})
    replace(table, PRICES, Assortment("1", {}).dump())
    findings = reconcile(table)
    assert (findings.found, findings.repaired) == ({UNREADABLE: 1, LOST: 1}, 1)


def test_what_may_still_be_arriving_is_left_to_the_stream(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    replace(table, PRICES, Assortment("1", {}).dump())
    stored = table.get(PRICES)
    assert stored is not None
    now_ms = Stamp.parse(stored.rev).unix_ms
    assert not reconcile(table, now_ms=now_ms).found
    assert reconcile(table, now_ms=now_ms + GRACE_MS).found == {LOST: 1}


def test_an_operation_record_that_has_expired_is_not_made_anew(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    key = keys.operation("op-1")
    stored = table.get(key)
    assert stored is not None
    assert stored.expires is not None
    table.item(*key).delete()
    assert not reconcile(table, now_ms=(stored.expires + 1) * 1000).found
    now_ms = (stored.expires - 9) * 1000
    assert reconcile(table, now_ms=now_ms).found == {LOST: 1}
    assert table.get(key) == stored or table.get(key).body == stored.body  # type: ignore[union-attr]


def test_a_pass_goes_on_where_the_last_slice_ended(table: Table) -> None:
    for number in range(20):
        apply(table, f"op-{number}", keys.assortment(str(number)), price(number))
    operations = OperationRepository(table)
    place: Place | None = Place()
    entries = slices = 0
    while place is not None:
        reconciler = Reconciler(table, Repairer(table, operations), operations)
        bounds = Bounds(read_units=0.0, remaining_ms=None, now_ms=LATER_MS)
        done = run_slice(partial(walk.pages, table), reconciler, place, bounds)
        assert Place.load(done.to_json()["place"]) == (done.place or Place())
        place, entries, slices = done.place, entries + done.findings.entries, slices + 1
    assert (entries, slices) == (20, SEGMENTS)


def test_a_slice_ends_in_time(table: Table) -> None:
    operations = OperationRepository(table)
    reconciler = Reconciler(table, Repairer(table, operations), operations)
    bounds = Bounds(read_units=1e9, remaining_ms=lambda: 1_000, now_ms=LATER_MS)
    assert run_slice(partial(walk.pages, table), reconciler, Place(), bounds).place == Place(1)


def test_the_watermark_moves_when_a_pass_is_complete_and_one_process_writes_it(
    table: Table,
) -> None:
    record = PassRecord(table)
    assert record.is_due(1_000_000)
    record.begin(1_000_000)
    other = PassRecord(table)
    assert record.advance(Place(3))
    assert not other.advance(Place(1))
    again = PassRecord(table)
    assert (again.place, again.began_ms, again.verified_ms) == (Place(3), 1_000_000, 0)
    assert again.unverified_ms(1_500_000) == 500_000
    assert again.advance(None)
    done = PassRecord(table)
    assert (done.began_ms, done.verified_ms) == (None, 1_000_000 - GRACE_MS)
    assert not done.is_due(1_000_000)
    assert done.is_due(1_000_000 + PASS_EVERY_MS)
