"""The reconciler: what journal and operation records prove is in the documents afterwards."""

from collections import Counter
from functools import partial
from typing import Any

import boto3
import orjson
import pytest

from services.convergence.passes import (
    DOUBTED_MS,
    GRACE_MS,
    PASS_EVERY_MS,
    Bounds,
    PassRecord,
    Slice,
    idle_line,
    log_line,
    run_slice,
    unverified_since,
)
from services.convergence.reconciling import (
    ABSENT,
    DANGLING,
    DOUBLED,
    LOST,
    MISLISTED,
    UNFOUNDED,
    UNLISTED,
    UNREADABLE,
    Reconciler,
)
from services.convergence.repair import Repairer
from services.domain.documents.assortment import Assortment
from services.domain.documents.journal import Change, JournalEntry
from services.domain.documents.operation import Applied
from services.domain.documents.stock import Stock
from services.domain.edits import edit_assortment
from services.domain.stamp import COUNTER_BITS, LATEST, MAX_AHEAD_MS, Stamp, unix_ms
from services.domain.stock_edits import count_stock, sell
from services.storage import keys, parts, walk
from services.storage.findings import ReconcilerFindings
from services.storage.keys import Key
from services.storage.kinds import Settings
from services.storage.operations import (
    JOURNAL_RETENTION_S,
    Edited,
    Operation,
    OperationRepository,
)
from services.storage.replica import Write
from services.storage.table import Table
from services.storage.walk import SEGMENTS, Place
from tests.support.conflicts import conflicts_of

STOCK, PRICES = keys.stock("1"), keys.assortment("1")
LOWER = "ap-southeast-1"
LATER_MS = unix_ms() + 24 * 3600 * 1000


def price(value: int) -> Any:
    def make(current: Any, stamp: Stamp) -> Edited:
        line = {"glazed": {"price": value}}
        edited, changes = edit_assortment(current, "1", line, ("glazed", "latte"), stamp)
        return Edited(edited, value, changes)

    return make


def count(pieces: int) -> Any:
    def make(current: Any, stamp: Stamp) -> Edited:
        edited, changes = count_stock(current, "1", {"glazed": pieces}, stamp, now=0, nearest=())
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


def reconcile(table: Table, *, dry_run: bool = False, now_ms: int = LATER_MS) -> ReconcilerFindings:
    """Run a whole pass, a day after all writes unless another time is given."""
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


def test_a_price_that_was_dropped_is_joined_again(table: Table) -> None:
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
    assert not reconcile(table).found


def hour(number: int) -> Stamp:
    """The stamp of another region's write in one of the hours before now."""
    return Stamp(LATER_MS + (number - 36) * 3_600_000 << 16, LOWER)


def concurrent(table: Table, at: int, op: str, seen: int | None) -> None:
    """A journal entry of an edit of a price, as another region wrote it, at hour `at`."""
    stamp, before = hour(at), hour(seen or 0)
    change = Change("glazed/price", at, before if seen else None)
    entry = JournalEntry(PRICES, stamp, op, "someone", "edit", (change,))
    table.write(Write(keys.journal(PRICES, stamp), entry.dump(), stamp, None))


def conflicts(table: Table) -> list[tuple[str, str]]:
    found = conflicts_of(table, PRICES.pk)
    return [(one.lost.operation_id, one.standing.operation_id) for one in found]


def price_stands(table: Table, at: int) -> None:
    document = Assortment("1", {}).assign({"glazed": {"price": at}}, hour(at))
    stored = table.get(PRICES)
    table.write(Write(PRICES, document.dump(), table.clock.tick(), stored.rev if stored else None))


def test_a_conflict_whose_stream_record_was_lost_is_listed(table: Table) -> None:
    concurrent(table, 1, "op-1", None)
    concurrent(table, 2, "op-2", None)
    price_stands(table, 2)
    assert reconcile(table, dry_run=True).found == {UNLISTED: 1}
    assert conflicts(table) == []
    findings = reconcile(table)
    assert (findings.found, findings.repaired) == ({UNLISTED: 1}, 1)
    assert conflicts(table) == [("op-1", "op-2")]
    assert not reconcile(table).found


def test_a_conflict_that_the_journal_refutes_is_withdrawn(table: Table) -> None:
    concurrent(table, 1, "op-1", None)
    concurrent(table, 2, "op-2", None)
    price_stands(table, 2)
    reconcile(table)
    # No stream record tells of the edit that had seen the lost one.
    concurrent(table, 3, "op-3", 1)
    price_stands(table, 3)
    findings = reconcile(table)
    assert (findings.found, findings.repaired) == ({UNLISTED: 1, UNFOUNDED: 1}, 2)
    assert conflicts(table) == [("op-2", "op-3")]
    assert not reconcile(table).found


def test_conflicts_are_found_across_the_pages_of_a_walk(table: Table) -> None:
    concurrent(table, 1, "op-1", None)
    concurrent(table, 2, "op-2", None)
    concurrent(table, 3, "op-3", 2)
    price_stands(table, 3)
    operations = OperationRepository(table)
    reconciler = Reconciler(table, Repairer(table, operations), operations)
    for row in table.partition(keys.journal_partition(PRICES)):
        reconciler.check([row], until_ms=LATER_MS, now_s=0)  # as if each were a page of its own
    assert reconciler.findings.found == {UNLISTED: 1}
    assert conflicts(table) == [("op-1", "op-2")]


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


def put_ahead(table: Table, key: Key, ahead_ms: int) -> None:
    """Make a document as an import does whose clock is ahead of `LATER_MS`."""
    ahead = Stamp(LATER_MS + ahead_ms << COUNTER_BITS, table.region)
    table.write(Write(key, Assortment("1", {}).dump(), ahead, None))


@pytest.mark.parametrize("ahead_ms", [2 * MAX_AHEAD_MS, 1000 * MAX_AHEAD_MS])
def test_what_was_dropped_of_a_document_far_ahead_is_joined_again(
    table: Table, ahead_ms: int
) -> None:
    """Else every pass takes it for what is still arriving, for as long as it is ahead."""
    put_ahead(table, PRICES, ahead_ms)
    apply(table, "op-1", PRICES, price(150))
    assert not reconcile(table).found
    replace(table, PRICES, Assortment("1", {}).dump())
    found = reconcile(table, dry_run=True)
    assert (found.found, found.repaired) == ({LOST: 1}, 0)
    found = reconcile(table)
    assert (found.found, found.repaired) == ({LOST: 1}, 1)
    document = table.held(PRICES).document
    assert isinstance(document, Assortment)
    assert document.value("glazed", "price") == 150
    assert not reconcile(table).found


def test_documents_far_ahead_are_counted_and_named_and_are_no_findings(table: Table) -> None:
    put_ahead(table, PRICES, 2 * MAX_AHEAD_MS)
    for number, key in enumerate((PRICES, PRICES, keys.assortment("2"))):
        apply(table, f"op-{number}", key, price(number))
    findings = reconcile(table)
    assert (findings.found, findings.ahead) == ({}, 1)
    (line,) = findings.shown
    assert line.startswith("ahead: STORE#1 / ASSORTMENT: ")
    summed = ReconcilerFindings()
    for _ in range(2):
        summed.add_all(findings.to_json())
    assert (summed.ahead, summed.left, summed.shown) == (2, 0, [line, line])
    assert reconcile(table, now_ms=LATER_MS + 2 * MAX_AHEAD_MS).ahead == 0


def test_what_a_clock_that_is_followed_stamped_ahead_may_still_be_arriving(table: Table) -> None:
    put_ahead(table, PRICES, MAX_AHEAD_MS // 2)
    apply(table, "op-1", PRICES, price(150))
    replace(table, PRICES, Assortment("1", {}).dump())
    findings = reconcile(table)
    assert (findings.found, findings.ahead) == ({}, 0)
    later = reconcile(table, now_ms=LATER_MS + MAX_AHEAD_MS)
    assert (later.found, later.repaired) == ({LOST: 1}, 1)


def test_of_an_operation_far_ahead_the_record_is_joined_and_not_made_anew(table: Table) -> None:
    """Its stamp does not say when it was written, so what is gone may have expired."""
    put_ahead(table, PRICES, 1000 * MAX_AHEAD_MS)
    apply(table, "op-1", PRICES, price(150))
    key = keys.operation("op-1")
    stored = table.get(key)
    assert stored is not None
    theirs = Applied(Stamp(1 << 16, LOWER), "input", PRICES, {}, None)
    replace(table, key, {LOWER: theirs.dump()})
    assert reconcile(table).found == {LOST: 1}
    joined = table.get(key)
    assert joined is not None
    assert joined.body.keys() == {LOWER, table.region}
    assert joined.expires == stored.expires
    table.item(*key).delete()
    assert not reconcile(table).found
    assert table.get(key) is None


def test_conflicts_of_edits_far_ahead_are_listed(table: Table) -> None:
    far = 36 + 1000
    concurrent(table, far, "op-1", None)
    concurrent(table, far + 1, "op-2", None)
    price_stands(table, far + 1)
    findings = reconcile(table)
    assert (findings.found, findings.repaired) == ({UNLISTED: 1}, 1)
    assert conflicts(table) == [("op-1", "op-2")]
    assert not reconcile(table).found


def test_the_journal_of_a_document_far_ahead_is_kept_by_its_stamps(table: Table) -> None:
    """Conflicts are judged by the entries of 34 days before a stamp, so all of these are there."""
    ahead_ms = 1000 * MAX_AHEAD_MS
    put_ahead(table, PRICES, ahead_ms)
    apply(table, "op-1", PRICES, price(150))
    (entry,) = table.partition(keys.journal_partition(PRICES))
    assert entry.expires == (LATER_MS + ahead_ms) // 1000 + JOURNAL_RETENTION_S
    operations = OperationRepository(table)
    reconciler = Reconciler(table, Repairer(table, operations), operations)
    bounds = Bounds(1e9, None, LATER_MS, unverified_since_ms=LATER_MS)
    run_slice(partial(walk.pages, table), reconciler, Place(), bounds)
    assert table.partition(keys.journal_partition(PRICES)) == [entry]


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


def test_an_item_that_cannot_be_read_is_a_finding_and_stops_no_pass(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    client: Any = boto3.client("dynamodb", region_name=table.region)
    damaged = {"pk": {"S": keys.journal_partition(STOCK)}, "sk": {"S": "no stamp"}}
    client.put_item(TableName="carte", Item=damaged)
    shape = {**damaged, "sk": {"S": "1@x"}, "rev": {"S": str(Stamp(1 << 16, LOWER))}}
    client.put_item(TableName="carte", Item={**shape, "body": {"S": '{"changes": 5}'}})
    findings = reconcile(table)
    assert findings.found == {UNREADABLE: 2}
    assert any("no stamp" in one for one in findings.examples)
    assert findings.entries >= 1


def test_a_document_with_the_last_stamp_of_all_is_a_finding_and_stops_no_pass(
    table: Table,
) -> None:
    other = keys.assortment("2")
    for number, key in enumerate((PRICES, other)):
        apply(table, f"op-{number}", key, price(150))
        replace(table, key, Assortment("1", {}).dump())
    stored = table.get(PRICES)
    assert stored is not None
    table.write(Write(PRICES, stored.body, Stamp(LATEST, LOWER), stored.rev))
    findings = reconcile(table)
    assert (findings.found, findings.repaired) == ({LOST: 2, UNREADABLE: 1}, 1)
    assert any("restore it" in one for one in findings.examples)
    repaired = table.get(other)
    assert repaired is not None
    assert "glazed" in str(repaired.body)


def test_a_pass_keeps_its_place_after_each_page(table: Table) -> None:
    record = PassRecord(table)
    record.begin(LATER_MS)
    operations = OperationRepository(table)
    seen: list[Place] = []

    def die(place: Place) -> bool:
        assert record.advance(place)
        seen.append(PassRecord(table).place)
        if len(seen) == 3:
            raise MemoryError
        return True

    reconciler = Reconciler(table, Repairer(table, operations), operations)
    bounds = Bounds(read_units=1e9, remaining_ms=None, now_ms=LATER_MS)
    with pytest.raises(MemoryError):
        run_slice(partial(walk.pages, table), reconciler, record.place, bounds, die)
    assert seen == [Place(1), Place(2), Place(3)]


def test_a_slice_ends_in_time(table: Table) -> None:
    operations = OperationRepository(table)
    reconciler = Reconciler(table, Repairer(table, operations), operations)
    bounds = Bounds(read_units=1e9, remaining_ms=lambda: 1_000, now_ms=LATER_MS)
    assert run_slice(partial(walk.pages, table), reconciler, Place(), bounds).place == Place(1)


def progress(table: Table, region: str, verified_ms: int) -> None:
    body = {"verified": verified_ms, "first": 1, "began": None, "place": [0, None]}
    table.write(Write(keys.reconciliation(region), body, table.clock.tick(), None))


def test_a_journal_entry_does_not_expire_before_every_region_has_verified_it(table: Table) -> None:
    apply(table, "op-1", PRICES, price(150))
    (entry,) = table.partition(keys.journal_partition(PRICES))
    written_ms = Stamp.parse(entry.key.sk).unix_ms
    assert entry.expires == written_ms // 1000 + JOURNAL_RETENTION_S
    now_ms = written_ms + JOURNAL_RETENTION_S * 1000 - 3_600_000  # an hour before it expires
    progress(table, LOWER, now_ms - 1000)
    assert unverified_since(table, now_ms) is None
    progress(table, table.region, written_ms - 1000)
    behind = unverified_since(table, now_ms)
    assert behind == written_ms - 1000
    operations = OperationRepository(table)
    for since_ms, expires in (
        (written_ms + 1, entry.expires),
        (behind, now_ms // 1000 + JOURNAL_RETENTION_S),
    ):
        reconciler = Reconciler(table, Repairer(table, operations), operations)
        bounds = Bounds(1e9, None, now_ms, unverified_since_ms=since_ms)
        run_slice(partial(walk.pages, table), reconciler, Place(), bounds)
        (kept,) = table.partition(keys.journal_partition(PRICES))
        assert (kept.expires, kept.body) == (expires, entry.body)


def test_a_scheduled_pass_looks_at_the_writes_of_a_week_and_the_first_at_all(table: Table) -> None:
    now_ms = 100 * DOUBTED_MS
    record = PassRecord(table)
    record.begin(now_ms)
    assert record.since_ms(now_ms) == 0
    record.advance(None)
    again = PassRecord(table)
    assert again.since_ms(now_ms + PASS_EVERY_MS) == now_ms + PASS_EVERY_MS - DOUBTED_MS
    assert again.since_ms(now_ms + DOUBTED_MS) == 0, "it had been off for days"


def test_a_region_that_was_added_makes_a_pass_due(table: Table) -> None:
    record = PassRecord(table)
    record.begin(1_000_000)
    record.advance(None)
    assert not PassRecord(table).is_due(1_000_000)
    table.put(keys.heartbeat(LOWER), {"at": 1}, rev=table.clock.tick(), replaces=None)
    again = PassRecord(table)
    assert again.is_due(1_000_000)
    again.begin(1_000_000)
    again.advance(None)
    assert not PassRecord(table).is_due(1_000_000)


def test_a_run_that_finds_no_pass_due_publishes_how_far_the_region_is_behind() -> None:
    line = orjson.loads(idle_line("eu-west-1", 0, 90 * 60_000))
    assert line["UnverifiedMinutes"] == 90
    assert line["_aws"]["CloudWatchMetrics"]


def test_rows_of_the_directory_are_counted_in_the_log_and_ring_no_alarm() -> None:
    """A pass within an import finds profiles whose rows are still to come: no stream lost those."""
    for kinds, rings in (({MISLISTED: 3}, 0), ({MISLISTED: 3, LOST: 2}, 2)):
        findings = ReconcilerFindings(found=Counter(kinds), repaired=3)
        line = orjson.loads(log_line(Slice(None, findings, 1.0), "eu-west-1", 0))
        assert line["ReconcilerFound"] == rings
        assert line["found"][MISLISTED] == 3
        assert line["level"] == ("ERROR" if rings else "INFO")


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
