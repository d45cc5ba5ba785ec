"""Waste through the schema: what it lowers, what its figures say, and how it is taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.domain.documents.waste import RETENTION_S
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.replica import Write
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service
from tests.support.tokens import ISSUER

RECORD = """mutation W($input: RecordWasteInput!) { recordWaste(input: $input) {
  stock { itemId left availability } errors { __typename message path } } }"""
TAKE_BACK = """mutation T($input: TakeBackWasteInput!) { takeBackWaste(input: $input) {
  stock { itemId left } errors { __typename message path } } }"""
COUNT = """mutation C($input: RecordStockCountInput!) { recordStockCount(input: $input) {
  stock { itemId left } errors { message } } }"""
SALE = """mutation S($input: RecordSaleInput!) { recordSale(input: $input) {
  stock { itemId left } errors { message } } }"""
PRICE = """mutation A($input: UpdateAssortmentInput!) { updateAssortment(input: $input) {
  errors { message } } }"""
WASTE = """query W($from: Date, $to: Date, $store: ID = "de-1") {
  storeWaste(storeId: $store, from: $from, to: $to) { store { id } today currency nextFrom
    days { day complete pieces value { amountMinor currency }
      reasons { reason pieces value { amountMinor } } }
    items { itemId pieces value { amountMinor } reasons { reason pieces } } } }"""
STORE = "de-1"
TODAY = "2026-05-04"
ADMIN = ISSUER.bearer("chain:admin", sub="boss")
TILL = ISSUER.bearer("store:de-1:till", sub="ada")
MANAGER = ISSUER.bearer("store:de-1:manager", sub="eve")


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, STORE)
    return service


def send(shop: Service, text: str, operation_id: str = "operation-1", **rest: Any) -> Any:
    """The payload of a mutation."""
    variables = {"input": {"operationId": operation_id, "storeId": STORE, **rest}}
    answer = orjson.loads(shop.post(text, ADMIN, variables=variables).body)
    assert "errors" not in answer, answer
    (payload,) = answer["data"].values()
    return payload


def waste(shop: Service, operation_id: str = "operation-1", **rest: Any) -> Any:
    lines = [{"itemId": "glazed", "pieces": 3}]
    values = {"day": TODAY, "reason": "EXPIRED", "lines": lines, **rest}
    return send(shop, RECORD, operation_id, **values)


def count(shop: Service, pieces: int, operation_id: str = "count-000") -> None:
    counts = [{"itemId": "glazed", "pieces": pieces}]
    assert send(shop, COUNT, operation_id, counts=counts)["errors"] == []


def take_back(shop: Service, operation_id: str = "take-back-1", **rest: Any) -> Any:
    return send(shop, TAKE_BACK, operation_id, **{"day": TODAY, "wasteId": "operation-1", **rest})


def figures(shop: Service, **variables: Any) -> Any:
    answer = orjson.loads(shop.post(WASTE, ADMIN, variables=variables).body)
    assert "errors" not in answer, answer
    return answer["data"]["storeWaste"]


def pieces(shop: Service) -> int:
    """Pieces thrown away today."""
    (day,) = figures(shop)["days"]
    assert sum(one["pieces"] for one in day["reasons"]) == day["pieces"]
    found: int = day["pieces"]
    return found


def left(shop: Service) -> int | None:
    answer = orjson.loads(
        shop.post('{ inventory(storeId: "de-1") { lines { itemId left } } }', ADMIN).body
    )
    lines = {one["itemId"]: one["left"] for one in answer["data"]["inventory"]["lines"]}
    found: int | None = lines.get("glazed")
    return found


def test_waste_lowers_what_is_left_and_is_in_the_figures_once(shop: Service) -> None:
    count(shop, 10)
    first = waste(shop)
    assert first == {
        "stock": [{"itemId": "glazed", "left": 7, "availability": "AVAILABLE"}],
        "errors": [],
    }
    assert waste(shop) == first
    assert left(shop) == 7
    lines = [{"itemId": "glazed", "pieces": 1}, {"itemId": "latte", "pieces": 2}]
    assert waste(shop, "operation-2", reason="DAMAGED", lines=lines)["errors"] == []
    found = figures(shop)
    assert (found["store"], found["today"]) == ({"id": STORE}, TODAY)
    assert (found["currency"], found["nextFrom"]) == ("EUR", None)
    (day,) = found["days"]
    assert (day["day"], day["complete"], day["pieces"]) == (TODAY, True, 6)
    assert day["value"] == {"amountMinor": 4 * 199 + 2 * 320, "currency": "EUR"}
    assert day["reasons"] == [
        {"reason": "EXPIRED", "pieces": 3, "value": {"amountMinor": 3 * 199}},
        {"reason": "DAMAGED", "pieces": 3, "value": {"amountMinor": 199 + 640}},
    ]
    assert [(one["itemId"], one["pieces"]) for one in found["items"]] == [
        ("glazed", 4),
        ("latte", 2),
    ]
    assert found["items"][0]["reasons"] == [
        {"reason": "EXPIRED", "pieces": 3},
        {"reason": "DAMAGED", "pieces": 1},
    ]


def test_the_last_piece_that_is_thrown_away_sells_an_item_out(shop: Service) -> None:
    count(shop, 3)
    (level,) = waste(shop)["stock"]
    assert (level["left"], level["availability"]) == (0, "SOLD_OUT")


def test_the_value_is_by_the_stores_price_at_the_time(shop: Service) -> None:
    line = {"itemId": "glazed", "priceMinor": 150}
    assert send(shop, PRICE, "price-001", lines=[line])["errors"] == []
    assert waste(shop)["errors"] == []
    line = {"itemId": "glazed", "priceMinor": 990}
    assert send(shop, PRICE, "price-002", lines=[line])["errors"] == []
    assert figures(shop)["days"][0]["value"]["amountMinor"] == 450


def test_a_later_count_has_seen_it(shop: Service) -> None:
    count(shop, 10)
    waste(shop)
    count(shop, 9, "count-001")
    assert left(shop) == 9
    assert pieces(shop) == 3


def test_a_till_records_it_and_does_not_read_the_figures(shop: Service) -> None:
    text = f"""mutation {{ recordWaste(input: {{ operationId: "operation-1", storeId: "de-1",
      day: "{TODAY}", reason: OTHER, lines: [{{ itemId: "glazed", pieces: 1 }}] }}) {{
      errors {{ message }} }} }}"""
    answer = orjson.loads(shop.post(text, TILL).body)
    assert answer["data"]["recordWaste"]["errors"] == []
    (entry,) = shop.table.partition(keys.journal_partition(keys.stock(STORE)))
    assert (entry.body["do"], entry.body["by"]) == ("recordWaste", "ada")
    assert shop.table.partition("ACTIONS#ada") == []  # as of a sale, the journal has it
    refused = orjson.loads(shop.post(WASTE, TILL).body)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_history_tells_it_from_sales(shop: Service) -> None:
    send(shop, SALE, "sale-0001", lines=[{"itemId": "glazed", "pieces": 2}])
    waste(shop)
    query = '{ stockHistory(storeId: "de-1", itemId: "glazed") { kind pieces } }'
    answer = orjson.loads(shop.post(query, ADMIN).body)["data"]["stockHistory"]
    assert answer == [{"kind": "WASTED", "pieces": 3}, {"kind": "SOLD", "pieces": 2}]


@pytest.mark.parametrize(
    ("change", "kind", "path", "why"),
    [
        ({"storeId": "de-9"}, "UnknownStoreError", ["storeId"], "there is no store"),
        ({"lines": []}, "InvalidValueError", ["lines"], "1 to 100 lines"),
        (
            {"lines": [{"itemId": "gone", "pieces": 1}]},
            "UnknownItemError",
            ["lines", "0", "itemId"],
            "no item 'gone'",
        ),
        (
            {"lines": [{"itemId": "glazed", "pieces": 0}]},
            "InvalidValueError",
            ["lines", "0", "pieces"],
            "from 1 to 1000",
        ),
        (
            {"lines": [{"itemId": "glazed", "pieces": 1001}]},
            "InvalidValueError",
            ["lines", "0", "pieces"],
            "from 1 to 1000",
        ),
        (
            {"day": "2026-05-05"},
            "InvalidValueError",
            ["day"],
            "2026-05-05 is not from 2026-04-28 to 2026-05-04, the store's today",
        ),
        ({"day": "2026-04-26"}, "InvalidValueError", ["day"], "write one of these days"),
        ({"operationId": "short"}, "InvalidValueError", ["operationId"], "8 to 100"),
    ],
)
def test_a_refusal_says_why_and_nothing_is_written(
    shop: Service, change: dict[str, Any], kind: str, path: list[str], why: str
) -> None:
    count(shop, 10)
    (error,) = waste(shop, **change)["errors"]
    assert (error["__typename"], error["path"]) == (kind, path)
    assert why in error["message"]
    assert left(shop) == 10
    assert pieces(shop) == 0
    assert shop.table.partition(keys.waste_partition(STORE)) == []


def test_an_id_that_is_used_for_something_else_is_refused(shop: Service) -> None:
    waste(shop)
    (error,) = waste(shop, reason="OTHER")["errors"]
    assert error["__typename"] == "OperationIdReusedError"
    (error,) = waste(shop, day="2026-05-03")["errors"]
    assert error["__typename"] == "OperationIdReusedError"
    assert pieces(shop) == 3


def test_the_day_is_the_stores_own(shop: Service) -> None:
    # 22:30 of UTC is the next day in Berlin.
    shop.now = datetime(2026, 5, 6, 22, 30, tzinfo=UTC)
    assert waste(shop, day="2026-05-07")["errors"] == []
    assert waste(shop, "operation-2", day="2026-05-06")["errors"] == []
    found = figures(shop, **{"from": "2026-05-05", "to": None})
    assert [(one["day"], one["pieces"]) for one in found["days"]] == [
        ("2026-05-05", 0),
        ("2026-05-06", 3),
        ("2026-05-07", 3),
    ]
    assert found["today"] == "2026-05-07"


def test_a_record_expires_after_400_days(shop: Service) -> None:
    waste(shop)
    (record,) = shop.table.partition(keys.waste_partition(STORE))
    assert record.expires == Stamp.parse(record.rev).unix_ms // 1000 + RETENTION_S
    assert RETENTION_S == 400 * 86_400


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"from": "2026-05-04", "to": "2026-05-03"}, "ask for the earlier day first"),
        ({"from": "2026-04-03"}, "ask for at most 31, several times"),
        ({"from": "1026-05-04", "to": "1026-05-04"}, "within 3660 days of today"),
        ({"store": "de-9"}, "there is no store 'de-9'"),
    ],
)
def test_a_span_that_is_none_is_refused(shop: Service, variables: dict[str, Any], why: str) -> None:
    answer = orjson.loads(shop.post(WASTE, ADMIN, variables=variables).body)
    assert why in answer["errors"][0]["message"]


def test_a_long_span_is_read_in_parts_that_add_up(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 5):
        for number in range(2):
            waste(shop, f"operation-{day}-{number}", day=f"2026-05-0{day}")
    span = {"from": "2026-05-01", "to": TODAY}
    whole = figures(shop, **span)
    assert [one["pieces"] for one in whole["days"]] == [6, 6, 6, 6]
    monkeypatch.setattr("services.storage.waste.SPAN_AT_MOST", 3)
    start, days, sums, answers = "2026-05-01", [], 0, 0
    while start:
        part = figures(shop, **{**span, "from": start})
        days += part["days"]
        sums += sum(one["pieces"] for one in part["items"])
        start, answers = part["nextFrom"], answers + 1
    assert (days, sums, answers) == (whole["days"], 24, 2)
    # However many days are left: the next request begins with the first of them.
    monkeypatch.setattr("services.storage.waste.SPAN_AT_MOST", 1)
    part = figures(shop, **span)
    assert ([one["day"] for one in part["days"]], part["nextFrom"]) == (
        ["2026-05-01"],
        "2026-05-02",
    )


def test_lines_and_not_records_end_a_span(shop: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in ("2026-05-03", TODAY):
        lines = [{"itemId": item, "pieces": 1} for item in ("glazed", "latte")]
        assert waste(shop, f"operation-{day}", day=day, lines=lines)["errors"] == []
    monkeypatch.setattr("services.storage.waste.SPAN_AT_MOST", 2)
    assert figures(shop, **{"from": "2026-05-03", "to": TODAY})["nextFrom"] == TODAY
    monkeypatch.setattr("services.storage.waste.SPAN_AT_MOST", 3)
    assert figures(shop, **{"from": "2026-05-03", "to": TODAY})["nextFrom"] is None


def test_a_day_with_more_records_than_a_request_reads_says_so(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        waste(shop, f"operation-{number}")
    monkeypatch.setattr("services.storage.waste.DAY_AT_MOST", 2)
    (day,) = figures(shop)["days"]
    assert (day["complete"], day["pieces"]) == (False, 6)
    monkeypatch.setattr("services.storage.waste.DAY_AT_MOST", 3)
    assert figures(shop)["days"][0]["complete"] is True


def test_prices_in_another_currency_are_left_out_of_the_values(shop: Service) -> None:
    waste(shop)
    record = shop.table.partition(keys.waste_partition(STORE))[0]
    body = {**record.body, "currency": "USD"}
    key = keys.waste(STORE, TODAY, "operation-2", "us-east-1")
    shop.table.write(Write(key, body, shop.table.clock.tick(), None))
    (day,) = figures(shop)["days"]
    assert (day["pieces"], day["value"]["amountMinor"], day["complete"]) == (6, 597, False)


def test_what_two_regions_recorded_counts_once_and_the_first_ones_price_stands(
    shop: Service,
) -> None:
    waste(shop)
    record = shop.table.partition(keys.waste_partition(STORE))[0]
    lines = [["glazed", 3, 150]]
    key = keys.waste(STORE, TODAY, "operation-1", "ap-southeast-1")
    body = {**record.body, "lines": lines}
    shop.table.write(Write(key, body, shop.table.clock.tick(), None))
    (day,) = figures(shop)["days"]
    assert (day["pieces"], day["value"]["amountMinor"]) == (3, 450)


def test_what_is_taken_back_leaves_the_figures_and_changes_nothing_of_what_is_left(
    shop: Service,
) -> None:
    count(shop, 10)
    waste(shop)
    first = take_back(shop)
    assert first == {"stock": [{"itemId": "glazed", "left": 7}], "errors": []}
    assert take_back(shop) == first
    assert (left(shop), pieces(shop)) == (7, 0)
    count(shop, 10, "count-001")
    assert take_back(shop, "take-back-2")["stock"] == [{"itemId": "glazed", "left": 10}]
    assert (left(shop), pieces(shop)) == (10, 0)


def test_what_takes_a_record_back_lasts_as_long_as_the_record(shop: Service) -> None:
    waste(shop)
    take_back(shop)
    record, mark = shop.table.partition(keys.waste_partition(STORE))
    assert record.expires is not None
    assert mark.expires == Stamp.parse(mark.rev).unix_ms // 1000 + RETENTION_S
    assert mark.expires >= record.expires


def test_taking_back_answers_with_the_items_of_the_record_by_their_ids(shop: Service) -> None:
    items = ["glazed", "latte", "porridge"]
    lines = [{"itemId": item, "pieces": 1} for item in reversed(items)]
    assert waste(shop, lines=lines)["errors"] == []
    assert [one["itemId"] for one in take_back(shop)["stock"]] == items


def test_lines_in_another_order_are_the_same_operation_also_in_a_second_region(
    shop: Service,
) -> None:
    lines = [{"itemId": item, "pieces": 1} for item in ("latte", "glazed")]
    assert waste(shop, lines=lines)["errors"] == []
    (first,) = shop.table.partition(keys.waste_partition(STORE))
    # The second region has nothing of the first one's yet.
    for key in (keys.operation("operation-1"), first.key):
        shop.table.item(key.pk, key.sk).delete()
    assert waste(shop, lines=lines[::-1])["errors"] == []
    of_first = keys.waste(STORE, TODAY, "operation-1", "us-east-1")
    shop.table.write(Write(of_first, first.body, shop.table.clock.tick(), None))
    assert pieces(shop) == 2


def test_taking_back_again_writes_nothing_into_the_days_records(shop: Service) -> None:
    waste(shop)
    waste(shop, "operation-2")
    for number in range(3):
        assert take_back(shop, f"take-back-{number}")["errors"] == []
    assert len(shop.table.partition(keys.waste_partition(STORE))) == 3
    assert pieces(shop) == 3


@pytest.mark.parametrize(
    ("change", "path", "why"),
    [
        ({"wasteId": "operation-9"}, ["wasteId"], "are the day and the operationId of recordWaste"),
        ({"day": "2026-05-03"}, ["wasteId"], "no waste of 2026-05-03 was recorded"),
        ({"wasteId": "no#key"}, ["wasteId"], "wasteId is 8 to 100 letters"),
        ({"storeId": "de-9"}, ["storeId"], "there is no store 'de-9'"),
    ],
)
def test_what_was_not_recorded_is_not_taken_back(
    shop: Service, change: dict[str, Any], path: list[str], why: str
) -> None:
    count(shop, 10)
    waste(shop)
    (error,) = take_back(shop, **change)["errors"]
    assert error["path"] == path
    assert why in error["message"]
    assert (left(shop), pieces(shop)) == (7, 3)


def test_a_year_ago_is_not_read_by_the_figures_of_today(shop: Service) -> None:
    shop.now -= timedelta(days=365)
    waste(shop, day="2025-05-04")
    shop.now += timedelta(days=365)
    assert pieces(shop) == 0
    assert figures(shop, **{"from": "2025-05-04", "to": "2025-05-04"})["items"][0]["pieces"] == 3


RECORDS = """query R($day: Date, $first: Int = 20, $after: String, $store: ID = "de-1") {
  wasteRecords(storeId: $store, day: $day, first: $first, after: $after) {
    totalCount complete pageInfo { hasNextPage endCursor }
    edges { node { wasteId day recordedAt reason takenBack lines { itemId pieces } } } } }"""


def records(shop: Service, **variables: Any) -> Any:
    answer = orjson.loads(shop.post(RECORDS, TILL, variables=variables).body)
    assert "errors" not in answer, answer
    return answer["data"]["wasteRecords"]


def ids(page: Any) -> list[str]:
    return [edge["node"]["wasteId"] for edge in page["edges"]]


def test_a_till_lists_what_was_recorded_on_a_day_and_takes_an_older_record_back(
    shop: Service,
) -> None:
    """Only what a page had recorded last could be taken back."""
    waste(shop)
    later = shop.table.clock.now_ms() + 5_000
    shop.table.clock._now_ms = lambda: later
    waste(shop, "operation-2", reason="DAMAGED", lines=[{"itemId": "latte", "pieces": 2}])
    waste(shop, "operation-3", day="2026-05-03")
    found = records(shop)
    assert (found["totalCount"], found["complete"], ids(found)) == (
        2,
        True,
        ["operation-2", "operation-1"],
    )
    newest, oldest = (edge["node"] for edge in found["edges"])
    assert newest == {
        "wasteId": "operation-2",
        "day": TODAY,
        "recordedAt": newest["recordedAt"],
        "reason": "DAMAGED",
        "takenBack": False,
        "lines": [{"itemId": "latte", "pieces": 2}],
    }
    assert newest["recordedAt"] > oldest["recordedAt"]
    assert take_back(shop)["errors"] == []
    found = records(shop)
    assert [edge["node"]["takenBack"] for edge in found["edges"]] == [False, True]
    assert ids(records(shop, day="2026-05-03")) == ["operation-3"]
    assert records(shop, day="2026-05-02")["edges"] == []


def test_a_days_records_come_in_pages(shop: Service) -> None:
    for number in range(5):
        waste(shop, f"operation-{number}")
    found, after = [], None
    for left_over in (3, 1, 0):
        page = records(shop, first=2, after=after)
        found += ids(page)
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] is (left_over > 0)
    assert sorted(found) == [f"operation-{number}" for number in range(5)]
    refused = orjson.loads(shop.post(RECORDS, TILL, variables={"after": "nonsense"}).body)
    assert "after is no cursor of this day's records" in refused["errors"][0]["message"]


def test_what_a_retry_recorded_in_two_regions_is_listed_once(shop: Service) -> None:
    waste(shop)
    (row,) = shop.table.partition(keys.waste_partition(STORE))
    twin = keys.waste(STORE, TODAY, "operation-1", "ap-southeast-1")
    shop.table.write(Write(twin, row.body, shop.table.clock.tick(), None, row.expires))
    other = {**row.body, "lines": [["latte", 1, 320]]}
    key = keys.waste(STORE, TODAY, "operation-1", "us-west-2")
    shop.table.write(Write(key, other, shop.table.clock.tick(), None, row.expires))
    (edge,) = records(shop)["edges"]
    # Two operations under one id, a fault of the client, are taken back together.
    assert edge["node"]["lines"] == [
        {"itemId": "glazed", "pieces": 3},
        {"itemId": "latte", "pieces": 1},
    ]


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"first": 0}, "first is 1 to 100"),
        ({"day": "1999-01-01"}, "`day` is within"),
        ({"store": "de-9"}, "there is no store 'de-9'"),
    ],
)
def test_records_of_no_day_or_store_are_refused(
    shop: Service, variables: dict[str, Any], why: str
) -> None:
    refused = orjson.loads(shop.post(RECORDS, ADMIN, variables=variables).body)
    assert why in refused["errors"][0]["message"]


def test_a_day_with_more_records_than_one_request_reads_says_so(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.storage.waste.DAY_AT_MOST", 2)
    for number in range(3):
        waste(shop, f"operation-{number}")
    found = records(shop)
    assert (found["complete"], found["totalCount"]) == (False, 2)


def test_a_record_names_who_recorded_it_whoever_asks_for_it_again(shop: Service) -> None:
    waste(shop)
    lines = '[{itemId: "latte", pieces: 1}]'
    text = f"""mutation {{ recordWaste(input: {{operationId: "operation-2", storeId: "{STORE}",
        day: "{TODAY}", reason: DAMAGED, lines: {lines}}}) {{ errors {{ message }} }} }}"""
    for token in (TILL, ADMIN):
        answer = orjson.loads(shop.post(text, token).body)["data"]["recordWaste"]
        assert answer["errors"] == []
    query = '{ wasteRecords(storeId: "de-1") { edges { node { wasteId recordedBy } } } }'
    for token, others in ((MANAGER, "boss"), (TILL, None)):
        answer = orjson.loads(shop.post(query, token).body)["data"]["wasteRecords"]
        found = {one["node"]["wasteId"]: one["node"]["recordedBy"] for one in answer["edges"]}
        assert found == {"operation-1": others, "operation-2": "ada"}
