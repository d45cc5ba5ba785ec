"""Merging orders is union; their status depends on no order of arrival; layouts lose nothing."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.documents.layout import InvalidDocumentError
from services.domain.orders import facts as f
from services.domain.orders.contradictions import CLAIMS, markdown, ruling, standing, table
from services.domain.orders.duties import open_work
from services.domain.orders.duty import DutyKind
from services.domain.orders.facts import Data, Fact, Unknown
from services.domain.orders.identity import ID_LENGTH, is_order_id, order_id
from services.domain.orders.order import Order
from services.domain.orders.state import Status, fold
from services.domain.stamp import Stamp
from tests.property.orders.samples import ORDER, TOTAL, A, B, fact

DOCS = Path(__file__).parents[3] / "docs" / "orders.md"

facts = st.builds(fact, st.sampled_from(CLAIMS), st.sampled_from([A, B]), st.integers(0, 3))
orders = st.builds(lambda some: Order.of(ORDER, some), st.lists(facts, max_size=12))


@given(orders, orders, orders)
def test_merge_is_commutative_associative_and_idempotent(a: Order, b: Order, c: Order) -> None:
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(a) == a
    assert a.merge(b).merge(b) == a.merge(b)


@given(st.lists(facts, max_size=12), st.randoms(use_true_random=False))
def test_fold_and_history_depend_on_no_order_of_arrival(some: list[Fact], rng: Any) -> None:
    mixed = list(some)
    rng.shuffle(mixed)
    one, other = Order.of(ORDER, some), Order.of(ORDER, mixed)
    assert fold(one) == fold(other)
    assert one.history() == other.history()


@given(orders)
def test_a_layout_loses_nothing_and_an_order_is_the_join_of_its_regions(order: Order) -> None:
    body = json.loads(json.dumps(order.dump()))
    assert Order.load(ORDER, body) == order
    assert Order.load(ORDER, body).dump() == order.dump()
    assert order.part_of(A).merge(order.part_of(B)) == order


def test_facts_of_a_newer_version_are_kept_as_they_are() -> None:
    newer = Fact(Stamp(9, B), "carte", Unknown("tipped", "1", (250, {"by": "card"})))
    body = Order.of(ORDER, [fact("placed"), newer]).dump()
    body["f"][0] += [0, "more"]  # a value that a newer version added to a known kind
    again = Order.load(ORDER, json.loads(json.dumps(body)))
    assert again.dump() == body
    assert fold(again).status is Status.PLACED


values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=3) | st.floats(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(orders, st.data())
def test_a_corrupt_fact_is_named_or_read_never_anything_else(order: Order, data: Any) -> None:
    body = json.loads(json.dumps(order.dump()))
    rows = body["f"]
    if rows:
        row = data.draw(st.integers(0, len(rows) - 1))
        column = data.draw(st.integers(0, len(rows[row]) - 1))
        rows[row][column] = data.draw(values)
    try:
        Order.load(ORDER, body)
    except InvalidDocumentError as error:
        assert "fact" in str(error)  # noqa: PT017 - either outcome is right


def test_an_order_has_one_id_in_every_region() -> None:
    one = order_id("3f0e9a56-0000-4000-8000-000000000001")
    assert len(one) == ID_LENGTH
    assert is_order_id(one)
    assert one == order_id("3f0e9a56-0000-4000-8000-000000000001") != order_id("another-one")


# The contradiction table.

PAIRS = [*itertools.combinations(CLAIMS, 2), *((kind, kind) for kind in CLAIMS)]


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_a_pair_is_decided_alike_in_all_orders_of_arrival(pair: tuple[str, str]) -> None:
    one, other = fact(pair[0], A, 7), fact(pair[1], B, 3)
    base = [fact("placed", A, 0)]
    every = [fold(Order.of(ORDER, way)) for way in itertools.permutations([*base, one, other])]
    assert all(state == every[0] for state in every)
    expected = ruling(*pair)
    state = every[0]
    if expected.overruled is None:
        gone = {x.fact.kind for x in state.overruled} - {"placed"}
        # A hold that was released is history, not a contradiction.
        assert not gone, f"{pair}: {gone}"
        return
    assert expected.holds in state.holding
    overruled = [x for x in state.overruled if x.fact.kind == expected.overruled]
    assert [(x.by, x.notify) for x in overruled] == [(expected.holds, expected.notify)]


def test_every_pair_has_exactly_one_ruling() -> None:
    assert [one.pair for one in table()] == list(itertools.combinations_with_replacement(CLAIMS, 2))
    for one, other in itertools.product(CLAIMS, repeat=2):
        assert ruling(one, other) == ruling(other, one)


@given(st.sets(st.sampled_from(CLAIMS)))
def test_what_holds_is_overruled_by_nothing_that_holds(kinds: set[str]) -> None:
    decided = standing(kinds)
    assert decided.keys() == kinds
    holding = {kind for kind, by in decided.items() if by is None}
    for one, other in itertools.combinations(sorted(holding), 2):
        assert ruling(one, other).overruled is None, f"{one} and {other} both hold"
    for kind, by in decided.items():
        assert by is None or (by in holding and ruling(kind, by).overruled == kind)


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ("placed authorized accepted cancelled", Status.CANCELLED),
        ("placed authorized accepted ready cancelled", Status.READY),
        ("placed authorized accepted collected cancelled rejected expired", Status.COLLECTED),
        ("placed authorized accepted expired", Status.ACCEPTED),
        ("placed authorized accepted expired cancelled", Status.CANCELLED),
        ("placed authorized accepted rejected", Status.REJECTED),
        ("placed authorized declined", Status.AUTHORIZED),
        ("placed authorized voided expired", Status.EXPIRED),
        ("placed declined", Status.DECLINED),
        ("authorized accepted", Status.UNKNOWN),
    ],
)
def test_status_of(kinds: str, status: Status) -> None:
    assert fold(Order.of(ORDER, map(fact, kinds.split()))).status is status


def test_of_two_placements_the_lower_region_counts() -> None:
    state = fold(Order.of(ORDER, [fact("placed", B, 1), fact("placed", A, 2)]))
    assert state.placed_in == A
    assert [(x.fact.stamp.region, x.by) for x in state.overruled] == [(B, "placed")]


outcomes = st.one_of(
    st.builds(
        lambda kind, attempt: kind(attempt, TOTAL),
        st.sampled_from([f.Authorized, f.Declined, f.Captured, f.Voided]),
        st.integers(1, 3),
    ),
    st.builds(f.Offered, st.integers(2, 3), st.sampled_from(["pm_2", "pm_3"])),
    st.builds(f.Refunded, st.sampled_from(["r1", "excess-0"]), st.sampled_from([400, TOTAL])),
    st.sampled_from(
        [f.Accepted(), f.Ready(), f.Collected(), f.Cancelled(), f.Rejected(), f.Expired()]
    ),
)


@given(st.lists(outcomes, max_size=8), st.sampled_from([A, B]))
def test_money_that_is_missing_for_goods_is_due_or_the_operator_hears_of_it(
    some: list[Data], region: str
) -> None:
    known = [fact("placed"), Fact(Stamp(5, A), "x", f.Accepted())]
    known += [Fact(Stamp(at, region), "x", data) for at, data in enumerate(some, 6)]
    order = Order.of(ORDER, known)
    state = fold(order)
    if state.missing > 0:
        work = open_work(order, (A, B))
        takes = {one.kind for one in work} & {DutyKind.AUTHORIZE, DutyKind.CAPTURE}
        heard = [one for one in work if one.audience == f.OPERATOR and "unpaid/" in one.name]
        assert bool(takes) != bool(heard)
        assert not heard or state.needs_card


def test_the_table_in_the_docs_is_the_one_in_force() -> None:
    text = DOCS.read_text()
    assert markdown() in text, "docs/orders.md: replace the table by contradictions.markdown()"
