"""Orders through the schema: quotes, slots, placing, the steps of guests and stores, refusals."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from graphql_schema.context import Context
from graphql_schema.errors import BadInputError
from graphql_schema.orders.board_cursors import BoardCursor
from graphql_schema.orders.reading import orders_of_day
from services.domain.orders.facts import Authorized, Fact, Placed
from services.domain.orders.identity import order_id
from services.domain.orders.listing import BoardPlace
from services.domain.orders.order import Order as StoredOrder
from services.domain.orders.part import OrderPart
from services.domain.orders.state import Status, fold
from services.domain.stamp import HybridClock, Stamp
from services.storage import capacity, keys
from services.storage.order_boards import OrderBoards
from services.storage.orders import OrderRepository
from tests.support.chain import add_store, publish_small_catalog, set_assortment, set_stock
from tests.support.order_story import REGIONS, operation_id
from tests.support.service import Service
from tests.support.tokens import ISSUER

PLACE = """
mutation P($input: PlaceOrderInput!) { placeOrder(input: $input) {
  order { id status placedAt pickupAt acceptBy needsApproval store { id name }
    total { amountMinor currency } tax { amountMinor }
    lines { itemId quantity price { amountMinor } amount { amountMinor } tax { amountMinor } }
    events { kind region holds instead reason } contact { name mail phone notes } }
  errors { __typename message path ... on SoldOutError { itemId left }
    ... on PriceChangedError { total { amountMinor currency } }
    ... on StoreClosedError { nextSlot } } } }
"""
STEP = """
mutation S($input: %s!) { %s(input: $input) {
  order { status needsApproval events { kind reason } } errors { __typename message path } } }
"""
INPUTS = {
    "cancelOrder": "OrderRefusalInput",
    "rejectOrder": "OrderRefusalInput",
    "acceptOrder": "OrderStepInput",
    "markOrderReady": "OrderStepInput",
    "markOrderCollected": "OrderStepInput",
    "decideOrderReview": "DecideOrderReviewInput",
}
ADMIN = ISSUER.bearer("chain:admin")
ID = order_id(operation_id("operation-1"))


@pytest.fixture
def shop(service: Service) -> Service:
    # Deadlines of orders are judged by the stamps of what is recorded.
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    set_assortment(
        service.table,
        "de-1",
        {"glazed": {"listed": True}, "latte": {"listed": True}, "porridge": {"listed": True}},
    )
    return service


def send(shop: Service, query: str, variables: Any, headers: Any = None) -> Any:
    """The payload of the one field that is selected."""
    answer = orjson.loads(shop.post(query, headers, variables=variables).body)
    assert "errors" not in answer, answer
    (payload,) = answer["data"].values()
    return payload


def place(shop: Service, name: str = "operation-1", total: int = 398, **changes: Any) -> Any:
    """Place an order of two glazed rings, with some of the input changed."""
    values = {
        "operationId": operation_id(name),
        "storeId": "de-1",
        "lines": [{"itemId": "glazed", "quantity": 2, "note": "no nuts"}],
        "contact": {"name": "Ada", "mail": "ada@example.org"},
        "payment": "AT_STORE",
        "expectedTotalMinor": total,
        **changes,
    }
    return send(shop, PLACE, {"input": values})


def step(shop: Service, name: str, order: str = ID, headers: Any = ADMIN, **more: Any) -> Any:
    values = {"operationId": "operation-9", "orderId": order, **more}
    return send(shop, STEP % (INPUTS[name], name), {"input": values}, headers)


def kinds(payload: Any) -> list[str]:
    return [one["__typename"] for one in payload["errors"]]


def test_an_order_is_placed_and_read_by_its_id(shop: Service) -> None:
    found = place(shop)
    assert found["errors"] == []
    order = found["order"]
    assert order["id"] == ID
    assert order["status"] == "PLACED"
    assert order["store"] == {"id": "de-1", "name": "Carte Berlin Mitte"}
    assert order["total"] == {"amountMinor": 398, "currency": "EUR"}
    assert order["tax"] == {"amountMinor": 26}  # 7 % in 398
    assert order["pickupAt"] == "2026-05-04T12:08:10+02:00"
    assert order["contact"] == {
        "name": "Ada",
        "mail": "ada@example.org",
        "phone": None,
        "notes": ["no nuts"],
    }
    assert order["events"] == [
        {"kind": "PLACED", "region": "eu-west-1", "holds": True, "instead": None, "reason": None}
    ]
    read = shop.ask("query O($id: ID!) { order(id: $id) { id status } }", id=ID)["order"]
    assert read == {"id": ID, "status": "PLACED"}


def test_a_note_comes_with_the_line_that_it_is_about(shop: Service) -> None:
    lines = [
        {"itemId": "glazed", "quantity": 2},
        {"itemId": "latte", "quantity": 1, "note": "oat milk"},
        {"itemId": "glazed", "quantity": 1, "note": "no nuts"},
    ]
    assert place(shop, total=3 * 199 + 320, lines=lines)["errors"] == []
    fields = "lines { itemId quantity } contact { notes lineNotes { line note } }"
    order = shop.ask(f'{{ order(id: "{ID}") {{ {fields} }} }}')["order"]
    assert order["contact"] == {
        "notes": ["oat milk", "no nuts"],
        "lineNotes": [{"line": 1, "note": "oat milk"}, {"line": 2, "note": "no nuts"}],
    }
    assert [one["itemId"] for one in order["lines"]] == ["glazed", "latte", "glazed"]
    assert order["lines"][2] == {"itemId": "glazed", "quantity": 1}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations of DynamoDB that are answered from now on."""
    found: list[str] = []

    def noted(operation: str, answer: dict[str, Any]) -> None:
        found.append(operation)
        record(operation, answer)

    record = capacity.record
    monkeypatch.setattr(capacity, "record", noted)
    return found


def test_placing_takes_two_requests_before_the_answer_is_made(
    shop: Service, calls: list[str]
) -> None:
    place(shop, "operation-0")
    calls.clear()
    place(shop)
    # Two that place it, and the store and the contact of the answer.
    assert 2 <= len(calls) <= 4


def test_a_double_click_is_one_order(shop: Service) -> None:
    first = place(shop)
    again = place(shop)
    assert again == first
    board = send(shop, '{ storeOrders(storeId: "de-1") { totalCount } }', {}, ADMIN)
    assert board == {"totalCount": 1}
    other = place(shop, total=199, lines=[{"itemId": "glazed", "quantity": 1}])
    assert kinds(other) == ["OperationIdReusedError"]
    renamed = place(shop, contact={"name": "Bob"})
    assert kinds(renamed) == ["OperationIdReusedError"]


@pytest.mark.parametrize(
    ("changes", "kind", "path"),
    [
        ({"storeId": "de-2"}, "UnknownStoreError", ["storeId"]),
        ({"storeId": "../x"}, "UnknownStoreError", ["storeId"]),
        ({"operationId": "short"}, "InvalidValueError", ["operationId"]),
        ({"operationId": "till-7:2026-11-28:000123"}, "InvalidValueError", ["operationId"]),
        ({"operationId": "a" * 31}, "InvalidValueError", ["operationId"]),
        ({"lines": []}, "InvalidValueError", ["lines"]),
        ({"lines": [{"itemId": "glazed", "quantity": 1}] * 51}, "OrderTooLargeError", ["lines"]),
        (
            {"lines": [{"itemId": "glazed", "quantity": 0}]},
            "InvalidValueError",
            ["lines", "0", "quantity"],
        ),
        (
            {"lines": [{"itemId": "glazed", "quantity": -3}]},
            "InvalidValueError",
            ["lines", "0", "quantity"],
        ),
        (
            {"lines": [{"itemId": "glazed", "quantity": 2_000_000}]},
            "OrderTooLargeError",
            ["lines", "0", "quantity"],
        ),
        (
            {"lines": [{"itemId": "glazed", "quantity": 1, "note": "x" * 10_000}]},
            "InvalidValueError",
            ["lines", "0", "note"],
        ),
        (
            {"lines": [{"itemId": "glazed", "quantity": 1, "note": "a\u0007b"}]},
            "InvalidValueError",
            ["lines", "0", "note"],
        ),
        (
            {"lines": [{"itemId": "ring", "quantity": 1}]},
            "UnknownItemError",
            ["lines", "0", "itemId"],
        ),
        (
            {"lines": [{"itemId": "porridge", "quantity": 1}]},
            "ItemNotListedError",
            ["lines", "0", "itemId"],
        ),
        ({"contact": {"name": " "}}, "InvalidValueError", ["contact", "name"]),
        (
            {"contact": {"name": "Ada", "mail": "ada at example"}},
            "InvalidValueError",
            ["contact", "mail"],
        ),
        (
            {"contact": {"name": "Ada", "phone": "call me"}},
            "InvalidValueError",
            ["contact", "phone"],
        ),
        ({"expectedTotalMinor": 397}, "PriceChangedError", ["expectedTotalMinor"]),
        ({"pickup": {"slotId": "tomorrow"}}, "InvalidValueError", ["pickup", "slotId"]),
        ({"pickup": {"slotId": "1777888800"}}, "StoreClosedError", ["pickup", "slotId"]),
    ],
)
def test_what_cannot_be_ordered_is_a_typed_error_and_nothing_is_written(
    shop: Service, changes: Any, kind: str, path: list[str]
) -> None:
    found = place(shop, **changes)
    assert found["order"] is None
    assert (kinds(found), found["errors"][0]["path"]) == ([kind], path)
    assert shop.table.partition(keys.order_partition(ID), consistent=True) == []


def test_no_error_repeats_personal_data(shop: Service) -> None:
    found = place(shop, contact={"name": "Ada\u0000Lovelace", "mail": "secret", "phone": "nope"})
    assert len(found["errors"]) == 3
    for private in ("Lovelace", "secret", "nope"):
        assert private not in repr(found)
    assert not [line for line in shop.lines if "Lovelace" in repr(line)]


def test_a_changed_price_says_the_new_total(shop: Service) -> None:
    set_assortment(shop.table, "de-1", {"glazed": {"price": 250}})
    found = place(shop)
    assert found["errors"][0]["total"] == {"amountMinor": 500, "currency": "EUR"}
    assert place(shop, total=500)["errors"] == []


def test_a_sold_out_item_says_what_is_left(shop: Service) -> None:
    set_stock(shop.table, "de-1", {"glazed": 3})
    assert place(shop)["errors"] == []
    found = place(shop, "operation-2")
    assert kinds(found) == ["SoldOutError"]
    assert (found["errors"][0]["itemId"], found["errors"][0]["left"]) == ("glazed", 1)


def test_a_closed_store_says_when_the_next_slot_is(shop: Service) -> None:
    shop.now = datetime(2026, 5, 4, 17, 58, tzinfo=UTC)  # 19:58 in Berlin; it closes at 20:00
    found = place(shop)
    assert kinds(found) == ["StoreClosedError"]
    assert found["errors"][0]["nextSlot"] == "2026-05-05T07:15:00+02:00"


def test_slots_are_offered_and_one_of_them_is_taken(shop: Service) -> None:
    values = 'pickupSlots(storeId: "de-1", day: "2026-05-05") { id start end full }'
    found = shop.ask(f"{{ {values} }}")["pickupSlots"]
    assert found[0]["start"] == "2026-05-05T07:15:00+02:00"
    assert found[-1]["end"] == "2026-05-05T20:00:00+02:00"
    assert not any(one["full"] for one in found)
    placed = place(shop, pickup={"slotId": found[3]["id"]})
    assert placed["order"]["pickupAt"] == found[3]["start"]
    for at in range(11):  # the nearest region has twelve of twenty places
        slot = {"slotId": found[3]["id"]}
        assert place(shop, f"operation-{at + 20}", pickup=slot)["errors"] == []
    full = place(shop, "operation-50", pickup={"slotId": found[3]["id"]})
    assert kinds(full) == ["SlotFullError"]
    again = shop.ask(f"{{ {values} }}")["pickupSlots"]
    assert [one["full"] for one in again[2:5]] == [False, True, False]


def test_a_quote_is_what_the_order_then_costs(shop: Service) -> None:
    found = shop.ask(
        """query Q($input: QuoteInput!) { quote(input: $input) {
             quote { total { amountMinor currency } pickupAt needsApproval
               taxes { name percent net { amountMinor } tax { amountMinor } }
               lines { itemId amount { amountMinor } } }
             errors { message } } }""",
        input={
            "storeId": "de-1",
            "lines": [{"itemId": "glazed", "quantity": 2}, {"itemId": "latte", "quantity": 1}],
        },
    )["quote"]
    assert found["errors"] == []
    assert found["quote"]["total"] == {"amountMinor": 718, "currency": "EUR"}
    assert [(one["name"], one["percent"]) for one in found["quote"]["taxes"]] == [
        *(("USt", 7.0), ("USt", 19.0))
    ]
    lines = [{"itemId": "glazed", "quantity": 2}, {"itemId": "latte", "quantity": 1}]
    assert place(shop, total=718, lines=lines)["errors"] == []


QUOTED = """query Q($input: QuoteInput!) { quote(input: $input) {
  quote { pickupAt } errors { __typename message path } } }"""


def test_the_time_of_a_quote_is_the_one_that_the_order_then_has(shop: Service) -> None:
    line = {"itemId": "glazed", "quantity": 2}
    times = []
    for at in range(25):  # the nearest region has twelve of twenty places of a slot
        found = shop.ask(QUOTED, input={"storeId": "de-1", "lines": [line]})["quote"]
        placed = place(shop, f"operation-{at + 20}")["order"]
        assert placed["pickupAt"] == found["quote"]["pickupAt"]
        times.append(placed["pickupAt"])
    assert len(set(times)) == 3
    slot = shop.ask('{ pickupSlots(storeId: "de-1") { id full } }')["pickupSlots"][0]
    assert slot["full"]
    of_slot = {"storeId": "de-1", "lines": [line], "pickup": {"slotId": slot["id"]}}
    refused = shop.ask(QUOTED, input=of_slot)["quote"]
    assert kinds(refused) == ["SlotFullError"]


def test_an_order_is_not_placed_for_later_than_the_guest_would_wait(shop: Service) -> None:
    line = {"itemId": "glazed", "quantity": 2}
    shown = shop.ask(QUOTED, input={"storeId": "de-1", "lines": [line]})["quote"]["quote"]
    latest = {"latest": shown["pickupAt"]}
    for at in range(12):
        assert place(shop, f"operation-{at + 20}", pickup=latest)["errors"] == []
    refused = place(shop, "operation-40", pickup=latest)
    assert kinds(refused) == ["SlotFullError"]
    assert refused["errors"][0]["path"] == ["pickup", "latest"]
    # What was placed stays placed, whatever a repetition says.
    before = {"latest": "2020-01-01T00:00:00Z"}
    assert place(shop, "operation-20", pickup=before)["order"]["pickupAt"] == shown["pickupAt"]


def test_the_latest_time_of_a_pickup_has_an_offset(shop: Service) -> None:
    found = place(shop, pickup={"latest": "2026-12-01T12:00:00"})
    assert kinds(found) == ["InvalidValueError"]
    assert found["errors"][0]["path"] == ["pickup", "latest"]


def test_a_quote_that_is_refused_has_typed_errors(shop: Service) -> None:
    found = shop.ask(
        """query Q($input: QuoteInput!) { quote(input: $input) { quote { needsApproval }
             errors { __typename } } }""",
        input={"storeId": "de-1", "lines": [{"itemId": "gone", "quantity": 1}]},
    )["quote"]
    assert found == {"quote": None, "errors": [{"__typename": "UnknownItemError"}]}


def test_an_order_goes_its_way(shop: Service) -> None:
    place(shop)
    for name, status in (
        ("acceptOrder", "ACCEPTED"),
        ("markOrderReady", "READY"),
        ("markOrderCollected", "COLLECTED"),
    ):
        found = step(shop, name)
        assert found["errors"] == []
        assert found["order"]["status"] == status
        assert step(shop, name) == found  # a retry changes nothing
    late = step(shop, "cancelOrder", headers=None)
    assert kinds(late) == ["OrderStateError"]
    assert late["errors"][0]["message"] == "the order is collected"


def test_a_guest_takes_an_order_back_and_its_pieces_stay_reserved_until_all_regions_know(
    shop: Service,
) -> None:
    place(shop)
    found = step(shop, "cancelOrder", headers=None, reason="too slow")
    assert found["order"]["status"] == "CANCELLED"
    assert found["order"]["events"][1] == {"kind": "CANCELLED", "reason": "too slow"}
    assert kinds(step(shop, "acceptOrder")) == ["OrderStateError"]


def test_a_store_refuses_an_order_with_a_reason(shop: Service) -> None:
    place(shop)
    found = step(shop, "rejectOrder", reason="  no  flour ")
    assert found["order"]["events"][1] == {"kind": "REJECTED", "reason": "no flour"}
    assert kinds(step(shop, "rejectOrder", reason="x" * 201)) == ["InvalidValueError"]


def test_a_large_order_waits_for_an_approval(shop: Service) -> None:
    lines = [{"itemId": "glazed", "quantity": 80}]
    assert place(shop, total=80 * 199, lines=lines)["order"]["needsApproval"]
    assert kinds(step(shop, "acceptOrder")) == ["OrderStateError"]
    assert not step(shop, "decideOrderReview", approve=True)["order"]["needsApproval"]
    assert step(shop, "acceptOrder")["order"]["status"] == "ACCEPTED"


def test_an_order_that_does_not_exist_is_a_typed_error(shop: Service) -> None:
    for name in ("a" * 26, "x", ""):
        assert kinds(step(shop, "acceptOrder", name)) == ["UnknownOrderError"]
        assert shop.ask(f'{{ order(id: "{name}") {{ id }} }}') == {"order": None}


FORGET = """mutation F($input: OrderStepInput!) { forgetGuest(input: $input) {
  forgotten errors { __typename } } }"""


def test_a_guest_is_forgotten_and_the_order_stays(shop: Service) -> None:
    place(shop)
    values = {"input": {"operationId": "operation-2", "orderId": ID}}
    assert send(shop, FORGET, values) == {"forgotten": True, "errors": []}
    assert send(shop, FORGET, values) == {"forgotten": False, "errors": []}
    read = shop.ask(f'{{ order(id: "{ID}") {{ contact {{ name }} status }} }}')["order"]
    assert read == {"contact": None, "status": "PLACED"}


def test_an_order_whose_placement_has_not_arrived_is_none_that_can_be_forgotten(
    shop: Service,
) -> None:
    """The guest is to try again, not to take the data for gone."""
    orders = OrderRepository(shop.table, REGIONS)
    paid = Fact(shop.table.clock.tick(), "provider", Authorized(1, 398))
    orders.record_all(ID, lambda _order, _stamp: [paid])
    values = {"input": {"operationId": "operation-2", "orderId": ID}}
    found = send(shop, FORGET, values)
    assert not found["forgotten"]
    assert kinds(found) == ["UnknownOrderError"]


def test_a_store_sees_its_orders_of_a_day_page_by_page(shop: Service) -> None:
    names = [order_id(operation_id(f"operation-{at}")) for at in range(10, 15)]
    for at in range(10, 15):
        assert place(shop, f"operation-{at}")["errors"] == []
    step(shop, "acceptOrder", names[1])
    board = """query B($first: Int!, $after: String, $status: [OrderStatus!], $day: Date) {
      storeOrders(storeId: "de-1", first: $first, after: $after, status: $status, day: $day) {
        totalCount edges { cursor node { id status contact { name } } }
        pageInfo { hasNextPage hasPreviousPage endCursor } } }"""

    def page(**variables: Any) -> Any:
        return send(shop, board, {"first": 2, **variables}, ADMIN)

    first = page()
    assert first["totalCount"] == 5
    assert [one["node"]["id"] for one in first["edges"]] == names[:2]
    assert [one["node"]["status"] for one in first["edges"]] == ["PLACED", "ACCEPTED"]
    assert all(one["node"]["contact"] is None for one in first["edges"])
    second = page(after=first["pageInfo"]["endCursor"], first=10)
    assert [one["node"]["id"] for one in second["edges"]] == names[2:]
    assert not second["pageInfo"]["hasNextPage"]
    accepted = page(status=["ACCEPTED"])
    assert [one["node"]["id"] for one in accepted["edges"]] == [names[1]]
    assert page(day="2026-05-05")["edges"] == []
    today = shop.now.date().isoformat()
    cursor = first["pageInfo"]["endCursor"]
    for wrong in (
        "x",
        "b" * 26,
        "2026-05-05//",
        f"{today}/~/",
        f"{today}//x",
        cursor.replace(today, "2026-99-99"),
        cursor.replace(today, "1999-05-04"),
        cursor.replace("#2/", "#" + "9" * 40 + "/"),
    ):
        response = shop.post(board, ADMIN, variables={"first": 2, "after": wrong})
        assert b"BAD_USER_INPUT" in response.body, wrong
        assert b"leave it out to start anew" in response.body or b"within 366 days" in response.body
    other = shop.post(board, ADMIN, variables={"first": 2, "after": cursor, "day": "2026-05-05"})
    assert b"`after` is a cursor of 2026-05-04" in other.body


BOARD = """query B($first: Int!, $after: String, $status: [OrderStatus!], $changed: [ID!]) {
  storeOrders(storeId: "de-1", first: $first, after: $after, status: $status, changed: $changed) {
    totalCount complete edges { cursor node { id status } }
    pageInfo { hasNextPage hasPreviousPage endCursor } } }"""


def placed(shop: Service, count: int) -> list[str]:
    """Place orders; return their ids in the order of the board."""
    for at in range(10, 10 + count):
        assert place(shop, f"operation-{at}")["errors"] == []
    return [order_id(operation_id(f"operation-{at}")) for at in range(10, 10 + count)]


def shown(page: Any) -> list[str]:
    return [one["node"]["id"] for one in page["edges"]]


def test_a_board_is_read_on_after_midnight(shop: Service) -> None:
    names = placed(shop, 5)
    first = send(shop, BOARD, {"first": 2}, ADMIN)
    shop.now += timedelta(days=1)
    assert shown(send(shop, BOARD, {"first": 2}, ADMIN)) == []
    second = send(shop, BOARD, {"first": 9, "after": first["pageInfo"]["endCursor"]}, ADMIN)
    assert shown(second) == names[2:]


def test_a_board_is_read_on_after_an_order_that_left_its_status(shop: Service) -> None:
    names = placed(shop, 5)
    wanted = {"first": 2, "status": ["PLACED"]}
    first = send(shop, BOARD, wanted, ADMIN)
    step(shop, "acceptOrder", names[1])
    second = send(shop, BOARD, {**wanted, "after": first["pageInfo"]["endCursor"]}, ADMIN)
    assert shown(second) == names[2:4]
    # Each page counts what the pages before it counted.
    assert (first["totalCount"], second["totalCount"], second["complete"]) == (5, 5, True)
    assert second["pageInfo"]["hasPreviousPage"]


def test_a_board_is_read_on_by_a_region_that_lacks_the_last_order(shop: Service) -> None:
    names = placed(shop, 5)
    page = send(shop, BOARD, {"first": 2}, ADMIN)
    cursor = page["pageInfo"]["endCursor"]
    assert names[1] in cursor
    lacking = cursor.replace(names[1], "z" * 26)
    assert shown(send(shop, BOARD, {"first": 9, "after": lacking}, ADMIN)) == names[2:]


def test_later_pages_read_nothing_of_the_earlier_ones(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = placed(shop, 5)
    first = send(shop, BOARD, {"first": 3}, ADMIN)
    read: list[str] = []
    load = StoredOrder.load

    def counted(name: str, body: Any) -> Any:
        read.append(name)
        return load(name, body)

    monkeypatch.setattr(StoredOrder, "load", staticmethod(counted))
    send(shop, BOARD, {"first": 3, "after": first["pageInfo"]["endCursor"]}, ADMIN)
    # From the index, and those that are shown from the table once more.
    assert (read[:2], sorted(read[2:])) == (names[3:], sorted(names[3:]))


def placed_elsewhere(shop: Service, name: str) -> None:
    """Let another region's placement of an order arrive: its guest repeated it there just now."""
    order = OrderRepository(shop.table, REGIONS).read(name)
    assert order is not None
    (fact,) = (fact for fact in order.facts.values() if isinstance(fact.data, Placed))
    stamp = Stamp(shop.table.clock.tick().time, "us-east-1")
    there = StoredOrder.of(name, [replace(fact, stamp=stamp)])
    body = OrderPart.of(there, stamp, REGIONS).dump()
    shop.table.put(keys.facts(name, "us-east-1"), body, rev=stamp, replaces=None)


def test_an_order_that_two_regions_placed_is_on_one_page(shop: Service) -> None:
    names = placed(shop, 4)
    step(shop, "acceptOrder", names[0])
    placed_elsewhere(shop, names[0])
    assert place(shop, "operation-14")["errors"] == []
    names.append(order_id(operation_id("operation-14")))

    def pages(first: int, **more: Any) -> list[Any]:
        found = [send(shop, BOARD, {"first": first, **more}, ADMIN)]
        while found[-1]["pageInfo"]["hasNextPage"]:
            after = found[-1]["pageInfo"]["endCursor"]
            found.append(send(shop, BOARD, {"first": first, "after": after, **more}, ADMIN))
        return found

    statuses = dict.fromkeys(names, "PLACED") | {names[0]: "ACCEPTED"}
    for first in range(1, 7):
        found = pages(first)
        nodes = [edge["node"] for page in found for edge in page["edges"]]
        assert [one["id"] for one in nodes] == names, first
        assert {one["id"]: one["status"] for one in nodes} == statuses
        assert {page["totalCount"] for page in found} == {5}
        changed = pages(first, changed=[names[0]])
        assert [name for page in changed for name in shown(page)] == names, first
        new = pages(first, status=["PLACED"])
        assert [name for page in new for name in shown(page)] == names[1:], first


def test_a_day_that_is_read_in_parts_has_each_order_once(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a subscription to a store's orders shows."""
    names = placed(shop, 4)
    step(shop, "acceptOrder", names[0])
    placed_elsewhere(shop, names[0])
    services = shop.application._services
    profile = services.stores.profile("de-1")
    assert profile is not None
    context = cast(Context, SimpleNamespace(services=services))
    monkeypatch.setattr("services.storage.order_boards.BOARD_AT_MOST", 2)
    found = orders_of_day(context, "de-1", profile, shop.now.date())
    assert [one.order_id for one in found] == names
    assert fold(found[0]).status is Status.ACCEPTED
    assert len(found[0].of_kind(Placed)) == 2


def test_only_later_pages_read_orders_from_the_table(shop: Service, calls: list[str]) -> None:
    placed(shop, 5)

    def read(after: str | None) -> str | None:
        calls.clear()
        page = send(shop, BOARD, {"first": 2, "after": after}, ADMIN)
        cursor: str | None = page["pageInfo"]["endCursor"]
        return cursor

    read(None)
    cursor = read(None)
    assert "BatchGetItem" not in calls
    read(cursor)
    assert calls.count("BatchGetItem") == 1


def test_a_cursor_of_the_version_before_leads_on(shop: Service) -> None:
    """Both versions answer pages of one reading while a new one is deployed."""
    names = placed(shop, 5)
    today = shop.now.date().isoformat()
    cursor = send(shop, BOARD, {"first": 2}, ADMIN)["pageInfo"]["endCursor"]
    of_item = cursor.partition("/")[2].partition("#z")[0] + "#eu-west-1"
    for old in (names[1], f"{today}//{names[1]}", f"{today}/{of_item}/"):
        page = send(shop, BOARD, {"first": 9, "after": old}, ADMIN)
        assert shown(page) == names[2:], old
    # Also where the order is not listed any more.
    step(shop, "acceptOrder", names[1])
    page = send(shop, BOARD, {"first": 9, "after": names[1], "status": ["PLACED"]}, ADMIN)
    assert shown(page) == names[2:]


def page_of_the_version_before(shop: Service, after: str, first: int) -> tuple[list[str], str]:
    """Return the orders of a page and its end cursor, as that version read and wrote them.

    It took a cursor for `day/place/order`: the place at which a part of the board begins, and an
    order of that part; without an order, the page began with the part.
    """
    day, _, rest = after.partition("/")
    part_at, _, order = rest.rpartition("/")
    assert re.fullmatch("[0-9a-z@#-]{0,200}", part_at)
    part = OrderBoards(shop.table, REGIONS).board("de-1", [day], BoardPlace(day, part_at))
    ids = [one.order_id for one in part.orders]
    at = ids.index(order) + 1 if order else 0
    shown_ = ids[at : at + first]
    return shown_, f"{day}/{part_at}/{shown_[-1]}"


def test_both_versions_read_one_board_in_turn(shop: Service) -> None:
    names = placed(shop, 7)
    first = send(shop, BOARD, {"first": 2}, ADMIN)
    cursor = first["pageInfo"]["endCursor"]
    stamp = cursor.partition("/")[2].partition("#")[0]
    assert re.fullmatch("[0-9a-f]{16}@eu-west-1", stamp)
    assert cursor == f"2026-05-04/{stamp}#{names[1]}#z#2026-05-04#2/"
    for hops in (1, 2):
        after, found = cursor, shown(first)
        for _ in range(hops):
            ids, after = page_of_the_version_before(shop, after, 2)
            found += ids
        assert after == f"2026-05-04/{stamp}#{names[1]}#z#2026-05-04#2/{found[-1]}"
        third = send(shop, BOARD, {"first": 9, "after": after}, ADMIN)
        assert found + shown(third) == names
        # The day of the first page is listed on.
        shop.now += timedelta(days=1)
        assert shown(send(shop, BOARD, {"first": 9, "after": after}, ADMIN)) == shown(third)
        shop.now -= timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-04/019df266c94a0000@eu-west-1#hefxeblrgjqyq26vkthtjx4alu#z#2026-05-05#2/{order}",
        "2026-05-04/#2026-05-05#0/{order}",
    ],
)
def test_a_cursor_that_the_version_before_made_of_one_of_these_names_its_order(text: str) -> None:
    order = "kf4xmktyejqkpo5qrf7hkzluv4"
    cursor = BoardCursor.parse(text.format(order=order))
    assert cursor == (None, date(2026, 5, 5), 0, order)
    for wrong in (text.replace("-05#", "-32#"), text.replace("#2026-05-05", ""), text + "/"):
        with pytest.raises(BadInputError):
            BoardCursor.parse(wrong.format(order=order))


def test_a_board_reads_what_its_client_changed_from_the_table(
    shop: Service, calls: list[str]
) -> None:
    assert place(shop)["errors"] == []
    step(shop, "acceptOrder", ID)
    board = """query B($changed: [ID!]) {
      storeOrders(storeId: "de-1", changed: $changed, status: [ACCEPTED]) {
        edges { node { id } } } }"""

    def requests(changed: list[str] | None) -> int:
        calls.clear()
        found = send(shop, board, {"changed": changed}, ADMIN)
        assert found == {"edges": [{"node": {"id": ID}}]}
        return len(calls)

    requests([])
    assert requests([ID]) == requests([]) + 1 > 1
    assert requests(None) == requests([])
    for wrong, why in ((["x"], b"no order's id"), ([ID] * 21, b"at most 20 ids")):
        response = shop.post(board, ADMIN, variables={"changed": wrong})
        assert b"BAD_USER_INPUT" in response.body
        assert why in response.body


def test_a_day_with_more_orders_than_a_request_reads_says_so_and_is_shown_to_its_end(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [order_id(operation_id(f"operation-{at}")) for at in range(10, 17)]
    for at in range(10, 17):
        assert place(shop, f"operation-{at}")["errors"] == []
    board = """query B($first: Int!, $after: String, $status: [OrderStatus!]) {
      storeOrders(storeId: "de-1", first: $first, after: $after, status: $status) {
        complete totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }"""

    def pages(**variables: Any) -> list[Any]:
        found: list[Any] = []
        after = None
        while not found or found[-1]["pageInfo"]["hasNextPage"]:
            found.append(send(shop, board, {**variables, "after": after}, ADMIN))
            after = found[-1]["pageInfo"]["endCursor"]
        return found

    def ids(found: list[Any]) -> list[str]:
        return [edge["node"]["id"] for page in found for edge in page["edges"]]

    assert [one["complete"] for one in pages(first=100)] == [True]
    monkeypatch.setattr("services.storage.order_boards.BOARD_AT_MOST", 3)
    found = pages(first=2)
    assert ids(found) == names
    assert [(one["complete"], one["totalCount"]) for one in found[:1]] == [(False, 3)]
    assert [(one["complete"], one["totalCount"]) for one in found[-1:]] == [(True, 7)]
    assert all(one["edges"] for one in found)
    # Also where all of the first part is left out by its status.
    step(shop, "acceptOrder", names[-1])
    assert ids(pages(first=2, status=["ACCEPTED"])) == names[-1:]


def test_answers_about_orders_are_never_cached(shop: Service) -> None:
    place(shop)
    response = shop.post(f'{{ order(id: "{ID}") {{ status }} }}')
    assert response.headers["cache-control"] == "no-store"


def test_a_count_is_shared_out_to_regions(shop: Service) -> None:
    count = """mutation { recordStockCount(input: { operationId: "operation-3", storeId: "de-1",
      counts: [{ itemId: "glazed", pieces: 40 }] }) { errors { message } } }"""
    assert send(shop, count, {}, ADMIN) == {"errors": []}
    stored = shop.table.get(keys.stock("de-1"), consistent=True)
    assert stored is not None
    assert stored.body["r"] == ["eu-west-1", "us-east-1"]
    assert stored.body["e"]["glazed"][0][3] == [36, 4]


def test_slots_of_a_day_that_is_too_far_ahead_are_none(shop: Service) -> None:
    day = (shop.now + timedelta(days=9)).date().isoformat()
    found = shop.ask(f'{{ pickupSlots(storeId: "de-1", day: "{day}") {{ id }} }}')
    assert found == {"pickupSlots": []}
