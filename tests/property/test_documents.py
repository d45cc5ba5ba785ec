"""Documents merge alike in every region, for every type of them; and layouts lose nothing."""

import itertools
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.domain.documents.assortment import PROPERTIES, Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.directory import DirectoryShard
from services.domain.documents.operation import Applied, OperationRecord
from services.domain.documents.person import PersonRoles
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, Return, Slot, StockLine
from services.domain.documents.stock_rights import counted as counted_stock
from services.domain.documents.subscriber import Subscriber
from services.domain.edits import edit_assortment, edit_draft, edit_store
from services.domain.register import Register
from services.domain.rights.returned import Returned
from services.domain.stamp import HybridClock, Stamp
from services.domain.stock_edits import count_stock, sell
from services.storage import keys as item_keys
from services.storage.keys import Key
from services.storage.kinds import Settings, load
from tests.property.orders import stored_documents
from tests.support.chain import PROFILE

REGIONS = ("ap-southeast-1", "eu-west-1", "us-east-1")
stamps = st.builds(Stamp, st.integers(0, 9), st.sampled_from(REGIONS))
values = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "é"])
registers = st.builds(Register, values, stamps)
keys = st.sampled_from(["glazed", "latte", "name"])
register_maps = st.dictionaries(keys, registers, max_size=3)
lines = st.dictionaries(
    keys, st.dictionaries(st.sampled_from(PROPERTIES), registers, max_size=3), max_size=3
)
positions = st.dictionaries(st.sampled_from(REGIONS), st.integers(1, 9))
returns = st.dictionaries(keys, st.builds(Return, st.integers(1, 9), positions), max_size=3)
by_region = st.dictionaries(st.sampled_from(REGIONS), st.integers(1, 9), min_size=1)
holds = st.dictionaries(
    st.integers(1, 9), st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=2
)
rights: tuple[st.SearchStrategy[Any], ...] = (
    by_region | st.just({}),
    holds | st.just({}),
    st.integers(0, 2),
    st.integers(0, 2),
)
# Of what a region took back there is one history; its versions are what it was at some time.
history = [Returned()]
for position, pieces, below in ((2, 2, 0), (9, 1, 2), (4, 2, 9), (12, 2, 0), (20, 3, 12)):
    taken = history[-1].taking_back(position, pieces)
    history += [taken, taken._from(max(below, taken.floor))]
slots = st.dictionaries(
    st.sampled_from(REGIONS),
    st.builds(Slot, st.integers(0, 9), returns, *rights, st.sampled_from(history)),
)
counts = st.builds(
    Count,
    st.integers(0, 9),
    by_region,
    st.none()
    | st.dictionaries(st.sampled_from(REGIONS), st.sampled_from((-3, -1, 1, 9)), min_size=1),
    st.integers(0, 9),
    st.dictionaries(st.sampled_from(REGIONS), by_region, max_size=2),
    st.dictionaries(st.sampled_from(REGIONS), holds, max_size=2),
)
stock_lines = st.builds(StockLine, st.none() | st.builds(Register, counts, stamps), slots)

applications = st.builds(
    Applied,
    stamps,
    st.sampled_from(["input-1", "input-2"]),
    st.just(("STORE#1", "STOCK")),
    st.dictionaries(keys, st.integers(1, 9), max_size=2),
    values,
    st.booleans(),
)

role_names = st.sampled_from(["store:1:till", "chain:admin", "*"])
role_maps = st.dictionaries(role_names, st.builds(Register, st.booleans(), stamps), max_size=3)

KINDS: dict[str, tuple[st.SearchStrategy[Any], stored_documents.Loader]] = {
    "profile": (st.builds(StoreProfile, st.just("1"), register_maps), item_keys.profile("1")),
    "person": (st.builds(PersonRoles, st.just("1"), role_maps), item_keys.roles_of("1")),
    "subscriber": (st.builds(Subscriber, st.just("1"), register_maps), item_keys.subscriber("1")),
    "assortment": (st.builds(Assortment, st.just("1"), lines), item_keys.assortment("1")),
    "stock": (
        st.builds(Stock, st.just("1"), st.dictionaries(keys, stock_lines, max_size=3)),
        item_keys.stock("1"),
    ),
    "draft": (
        st.builds(CatalogDraft, st.just("us"), st.just("1"), register_maps),
        item_keys.draft("us", "1"),
    ),
    "shard": (
        st.builds(DirectoryShard, st.just("us#00"), register_maps),
        item_keys.directory("us#00"),
    ),
    "operation": (
        st.builds(
            OperationRecord,
            st.just("op-1"),
            st.dictionaries(st.sampled_from(REGIONS), applications),
        ),
        item_keys.operation("op-1"),
    ),
    "settings": (st.builds(Settings, register_maps), item_keys.pointer("us")),
    **stored_documents.KINDS,
}
"""Documents of each type, and the key by which `services.storage.kinds` loads them."""

kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
@given(data=st.data())
@settings(max_examples=60)
def test_merging_is_commutative_associative_and_idempotent(kind: str, data: st.DataObject) -> None:
    one, two, three = (data.draw(KINDS[kind][0]) for _ in range(3))
    assert one.merge(two).dump() == two.merge(one).dump()
    assert one.merge(two).merge(three).dump() == one.merge(two.merge(three)).dump()
    merged = one.merge(two)
    assert merged.merge(one).dump() == merged.merge(merged).dump() == merged.dump()


@kinds
@given(data=st.data())
@settings(max_examples=60)
def test_a_layout_reads_back_as_it_was_written(kind: str, data: st.DataObject) -> None:
    strategy, by = KINDS[kind]
    document = data.draw(strategy)
    body = orjson.loads(orjson.dumps(document.dump()))
    read = load(by, body) if isinstance(by, Key) else by(body)
    assert type(read) is type(document)
    assert orjson.dumps(read.dump()) == orjson.dumps(body)


WRITES = ("assortment", "draft", "count", "sale", "undo", "closures", "hours")


@given(st.data())
@settings(max_examples=100)
def test_every_local_write_moves_a_document_up(data: st.DataObject) -> None:
    """What a region writes over what it held contains it: it drops nothing itself."""
    clock = HybridClock("eu-west-1", lambda: 0)
    write = data.draw(st.sampled_from(WRITES))
    of_profile = write in {"closures", "hours"}
    kind = "profile" if of_profile else write if write in KINDS else "stock"
    before = data.draw(KINDS[kind][0])
    if of_profile:
        before = StoreProfile("1", {}).assign(PROFILE, Stamp(0, "origin")).merge(before)
        assume(all(before[name] is not None for name in PROFILE))
    stamp = clock.tick(*before.stamps())
    item, number = data.draw(keys), data.draw(st.integers(0, 9))
    made: dict[str, Any] = {
        "assortment": lambda: edit_assortment(before, "1", {item: {"price": number}}, (), stamp)[0],
        "draft": lambda: edit_draft(before, "us", "1", {"rank": number}, stamp)[0],
        "count": lambda: count_stock(before, "1", {item: number}, stamp, now=0, nearest=())[0],
        "closures": lambda: edit_store(before, "1", {"closed_days": ["1970-01-09"]}, stamp)[0],
        "hours": lambda: edit_store(before, "1", {"hours": f"Mo 0{number}:00-20:00"}, stamp)[0],
        "sale": lambda: sell(before, "1", {item: number + 1}, "eu-west-1"),
        "undo": lambda: before.taken_back(item, number, "eu-west-1", "op", {"eu-west-1": number}),
    }
    after = made[write]()
    assert before.merge(after).dump() == after.dump() == after.merge(before).dump()


@given(st.data())
@settings(max_examples=60)
def test_taking_an_operation_back_moves_its_record_up(data: st.DataObject) -> None:
    record = data.draw(KINDS["operation"][0])
    for region in record.applied:
        undone = record.undo(region)
        assert record.merge(undone).dump() == undone.dump()
        assert undone.surplus_in(region) is None


@given(st.dictionaries(st.sampled_from(REGIONS), applications), st.data())
def test_of_the_regions_that_applied_one_input_only_the_first_by_name_stands(
    applied: dict[str, Applied], data: st.DataObject
) -> None:
    record = OperationRecord("op-1", applied)
    for _ in range(len(applied)):
        for region in data.draw(st.permutations(sorted(applied))):
            if record.surplus_in(region):
                record = record.undo(region)
    fresh = {name: one for name, one in applied.items() if one.sold and not one.undone}
    for fingerprint in {one.fingerprint for one in applied.values()}:
        twins = sorted(name for name, one in applied.items() if one.fingerprint == fingerprint)
        for name in twins:
            stands = not record.applied[name].undone
            assert stands == (not applied[name].undone and (name not in fresh or name == twins[0]))
        of_record = record.of_record(fingerprint)
        assert of_record is not None
        assert of_record.answer == applied[twins[0]].answer


@given(st.lists(st.tuples(st.sampled_from(REGIONS), st.integers(-9999, 9999)), max_size=30))
def test_a_stamp_is_above_all_that_its_region_has_seen_however_clocks_differ(
    steps: list[tuple[str, int]],
) -> None:
    """Each step: a region, its clock set anew, reads the last stamp and makes one of its own."""
    clock_ms = {"now": 0}
    clocks = {region: HybridClock(region, lambda: clock_ms["now"]) for region in REGIONS}
    last = Stamp(0, "origin")
    for region, skew in steps:
        clock_ms["now"] = 1_700_000_000_000 + skew
        stamp = clocks[region].tick(last)
        assert stamp > last
        last = stamp


@given(st.lists(st.integers(-5000, 5000), max_size=40), st.integers(0, 2**47))
def test_stamps_only_move_forward_whatever_the_clock_does(steps: list[int], start: int) -> None:
    now = start

    def clock() -> int:
        return max(0, now)

    hybrid = HybridClock("eu-west-1", clock)
    last = hybrid.tick()
    for step in steps:
        now += step
        stamp = hybrid.tick()
        assert stamp > last
        assert Stamp.parse(str(stamp)) == stamp
        last = stamp


@given(stamps, stamps)
def test_stamp_texts_sort_like_stamps(one: Stamp, two: Stamp) -> None:
    assert (str(one) < str(two)) == (one < two)


@given(st.lists(st.tuples(st.sampled_from(REGIONS), st.integers(1, 5)), max_size=12), st.data())
def test_what_is_left_counts_every_sale_once_in_any_order(
    sales: list[tuple[str, int]], data: st.DataObject
) -> None:
    """Each region sells on its own copy; a count in one region has seen only that copy."""
    counted = counted_stock(Stock("1", {}), "glazed", 100, Stamp(1, REGIONS[0]))
    copies = dict.fromkeys(REGIONS, counted)
    for region, pieces in sales:
        copies[region] = copies[region].sold("glazed", pieces, region)
    order = data.draw(st.permutations(REGIONS))
    merged = copies[order[0]].merge(copies[order[1]]).merge(copies[order[2]])
    assert merged.left("glazed") == 100 - sum(pieces for _, pieces in sales)


def test_taking_a_doubled_sale_back_after_a_count_does_not_change_what_is_left() -> None:
    """One piece was sold once, recorded twice; then someone counted ten that were really there."""
    both = Stock("1", {}).sold("glazed", 1, "a").sold("glazed", 1, "b")
    counted = counted_stock(both, "glazed", 10, Stamp(1, "a"))
    assert counted.taken_back("glazed", 1, "b", "op-1", {"a": 1, "b": 1}).left("glazed") == 10
    # A sale after the count that is taken back does count.
    later = counted.sold("glazed", 2, "b")
    assert later.left("glazed") == 8
    assert later.taken_back("glazed", 2, "b", "op-2", {"b": 3}).left("glazed") == 10
    # Twice taken back is once.
    again = later
    for _ in range(2):
        again = again.taken_back("glazed", 2, "b", "op-2", {"b": 3})
    assert again.left("glazed") == 10


RECORDED = [regions for size in (1, 2, 3) for regions in itertools.combinations(REGIONS, size)]


@pytest.mark.parametrize("recorded", RECORDED)
@pytest.mark.parametrize("seen", [(), *RECORDED])
def test_a_count_that_saw_a_sale_anywhere_saw_it_everywhere(
    recorded: tuple[str, ...], seen: tuple[str, ...]
) -> None:
    """A sale of five, recorded in some regions; the counter sees the slots of some regions.

    Every order in which the items arrive gives the same, and the right, number.
    """
    selling = {region: Stock("1", {}).sold("glazed", 5, region) for region in recorded}
    counted = Stock("1", {})
    for region in seen:
        counted = counted.merge(selling.get(region, counted))
    counted = counted_stock(counted, "glazed", 100, Stamp(1, "z"))
    twins = dict.fromkeys(recorded, 5)
    parts = [counted.counts()]
    for region, stock in selling.items():
        known = {one: at for one, at in twins.items() if one <= region}
        surplus = region != min(recorded)
        parts.append(stock.taken_back("glazed", 5, region, "op", known) if surplus else stock)
    for order in itertools.permutations(parts):
        joined = Stock("1", {})
        for part in order:
            joined = joined.merge(part)
        expected = 100 if {*seen} & {*recorded} else 95
        assert joined.left("glazed") == expected
        assert Stock.read("1", [part.dump() for part in order]).left("glazed") == expected


def test_a_region_that_lost_its_counter_counts_on_from_where_others_saw_it() -> None:
    first = counted_stock(Stock("1", {}).sold("glazed", 5, "b"), "glazed", 10, Stamp(1, "a"))
    assert first.counts().sold("glazed", 2, "b").left("glazed") == 8
    returned = Stock("1", {}).taken_back("glazed", 5, "c", "op-1", {"b": 5, "c": 5})
    assert returned.sold("glazed", 5, "b").position("glazed", "b") == 10


def test_what_version_0_1_0_took_back_stays_taken_back() -> None:
    body = {
        "s": ["0000000000010000@a"],
        "e": {"glazed": [[9, {"b": 2}, 0], {"b": [7, [[2, 2], [5, 3]]]}]},
    }
    assert Stock.load("1", body).left("glazed") == Stock.read("1", [body]).left("glazed") == 7
    again = Stock.load("1", body).merge(Stock.load("1", Stock.load("1", body).dump()))
    assert again.lines["glazed"].slots["b"].undone == 5


def test_whoever_confirms_a_value_does_not_lose_to_an_older_one() -> None:
    listed = Assortment("1", {}).assign({"glazed": {"listed": True}}, Stamp(1, "a"))
    elsewhere = listed.assign({"glazed": {"listed": False}}, Stamp(2, "b"))
    confirmed, changes = edit_assortment(
        listed, "1", {"glazed": {"listed": True}}, (), Stamp(3, "a")
    )
    assert confirmed.merge(elsewhere).value("glazed", "listed") is True
    assert [change.entry for change in changes] == ["glazed/listed"]
    # An import that finds the value there writes nothing.
    assert listed.assign({"glazed": {"listed": True}}, Stamp(3, "a")).dump() == listed.dump()
