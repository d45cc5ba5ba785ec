"""inventory and editConflicts: what staff see, and that nobody else does."""

from typing import Any

import orjson
import pytest

from services.domain.documents.journal import Change, JournalEntry, conflicts
from services.domain.stamp import Stamp, unix_ms
from services.domain.stock_files.learned import Learned
from services.storage import keys
from services.storage.conflicts import ConflictIndex
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStock, UnknownStockRepository
from tests.support.chain import add_store, publish_small_catalog, set_stock
from tests.support.service import Service
from tests.support.tokens import ISSUER

INVENTORY = """query I($id: ID!) { inventory(storeId: $id) {
  store { id } lines { itemId left counted availability sold { region pieces } } } }"""
CONFLICTS = """query C($id: ID, $first: Int! = 20, $after: String) {
  editConflicts(storeId: $id, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { document entry lost { value author region operationId }
      standing { value author region } } } } }"""
DOCUMENT = keys.assortment("de-1")


@pytest.fixture
def shop(service: Service) -> Service:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    return service


def ask(shop: Service, query: str, role: str | None, **variables: Any) -> Any:
    headers = ISSUER.bearer(role) if role else {}
    return orjson.loads(shop.post(query, headers, variables=variables).body)


def note(  # noqa: PLR0917
    table: Table, time: int, region: str, price: int, seen: int | None, op: str
) -> None:
    """A journal entry as another region would have written it."""
    stamp = Stamp(time << 16, region)
    before = None if seen is None else Stamp(seen << 16, "eu-west-1")
    change = Change("glazed/price", price, before)
    entry = JournalEntry(DOCUMENT, stamp, op, f"of {region}", "updateAssortment", (change,))
    table.put(keys.journal(DOCUMENT, stamp), entry.dump(), rev=stamp, replaces=None)
    ConflictIndex(table).take_in(entry)


@pytest.mark.parametrize(
    ("query", "role", "code"),
    [
        (INVENTORY, None, "UNAUTHENTICATED"),
        (INVENTORY, "store:de-2:manager", "FORBIDDEN"),
        (CONFLICTS, None, "UNAUTHENTICATED"),
        (CONFLICTS, "store:de-2:manager", "FORBIDDEN"),
    ],
)
def test_only_a_stores_own_staff_may_look(
    shop: Service, query: str, role: str | None, code: str
) -> None:
    assert ask(shop, query, role, id="de-1")["errors"][0]["extensions"]["code"] == code


def test_conflicts_of_the_whole_chain_are_for_admins(shop: Service) -> None:
    refused = ask(shop, CONFLICTS, "store:de-1:manager")
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_inventory_has_counts_and_sales_by_region(shop: Service) -> None:
    count = """mutation { recordStockCount(input: { operationId: "op-00001", storeId: "de-1",
      counts: [{ itemId: "glazed", pieces: 8 }] }) { errors { __typename } } }"""
    sale = """mutation { recordSale(input: { operationId: "op-00002", storeId: "de-1",
      lines: [{ itemId: "glazed", pieces: 3 }] }) { errors { __typename } } }"""
    for mutation in (count, sale):
        ask(shop, mutation, "chain:admin")
    lines = ask(shop, INVENTORY, "store:de-1:manager", id="de-1")["data"]["inventory"]["lines"]
    assert lines == [
        {
            "itemId": "glazed",
            "left": 5,
            "counted": 8,
            "availability": "LOW",
            "sold": [{"region": "eu-west-1", "pieces": 3}],
        }
    ]
    assert ask(shop, INVENTORY, "chain:admin", id="nowhere")["data"] == {"inventory": None}


def test_inventory_leaves_out_the_line_of_an_item_that_became_known(shop: Service) -> None:
    set_stock(shop.table, "de-1", {"echo-dot": 0, "glazed": 4})
    unknown = UnknownStockRepository(shop.table)
    unknown.keep(UnknownStock("de-1", None, {"echo-dot": "Echo Dot"}))
    learned = {"echo-dot": Learned("glazed", unix_ms() + 1_000)}
    unknown.forget(unknown.of_store("de-1"), ["echo-dot"], learned=learned)
    lines = ask(shop, INVENTORY, "store:de-1:manager", id="de-1")["data"]["inventory"]["lines"]
    assert [line["itemId"] for line in lines] == ["glazed"]


def test_two_prices_set_at_once_are_a_conflict_with_both_sides(shop: Service) -> None:
    note(shop.table, 10, "eu-west-1", 150, None, "op-a")
    note(shop.table, 20, "us-east-1", 170, None, "op-b")
    found = ask(shop, CONFLICTS, "chain:admin", id="de-1")["data"]["editConflicts"]
    assert found["totalCount"] == 1
    assert found["edges"][0]["node"] == {
        "document": "STORE#de-1/ASSORTMENT",
        "entry": "glazed/price",
        "lost": {
            "value": "150",
            "author": "of eu-west-1",
            "region": "eu-west-1",
            "operationId": "op-a",
        },
        "standing": {"value": "170", "author": "of us-east-1", "region": "us-east-1"},
    }


def test_conflicts_of_the_chain_are_found_without_naming_a_store(shop: Service) -> None:
    note(shop.table, 10, "eu-west-1", 150, None, "op-a")
    assert ask(shop, CONFLICTS, "chain:admin")["data"]["editConflicts"]["totalCount"] == 0
    note(shop.table, 20, "us-east-1", 170, None, "op-b")
    assert ask(shop, CONFLICTS, "chain:admin")["data"]["editConflicts"]["totalCount"] == 1


def test_pages_of_conflicts_follow_each_other(shop: Service) -> None:
    for at in range(1, 6):
        note(shop.table, at, "us-east-1", at, None, f"op-{at}")
    seen, after = [], None
    while True:
        page = ask(shop, CONFLICTS, "chain:admin", id="de-1", first=2, after=after)["data"]
        seen += [edge["node"]["lost"]["value"] for edge in page["editConflicts"]["edges"]]
        if not page["editConflicts"]["pageInfo"]["hasNextPage"]:
            break
        after = page["editConflicts"]["pageInfo"]["endCursor"]
    assert seen == ["4", "3", "2", "1"]
    bad = ask(shop, CONFLICTS, "chain:admin", id="de-1", after="x")
    assert bad["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_page_costs_what_it_shows_and_not_what_the_index_holds(shop: Service) -> None:
    for at in range(1, 40):
        note(shop.table, at, "us-east-1", at, None, f"op-{at}")
    for first in (1, 30):
        found = ask(shop, CONFLICTS, "chain:admin", id="de-1", first=first)["data"]
        assert len(found["editConflicts"]["edges"]) == first
        assert found["editConflicts"]["totalCount"] == 38
        # The roles of the person are in memory by then: the index, and the operations' records.
        assert shop.lines[-1]["dynamodb"]["requests"] <= 3


def test_a_page_continues_after_a_conflict_that_was_withdrawn_meanwhile(shop: Service) -> None:
    for at in range(1, 6):
        note(shop.table, at, "us-east-1", at, None, f"op-{at}")
    page = ask(shop, CONFLICTS, "chain:admin", id="de-1", first=2)["data"]["editConflicts"]
    assert [edge["node"]["lost"]["value"] for edge in page["edges"]] == ["4", "3"]
    partition = keys.conflicts_partition(DOCUMENT.pk)
    for row in shop.table.partition(partition):
        if keys.lost_stamp(row.key) == Stamp(3 << 16, "us-east-1"):
            ConflictIndex(shop.table).withdraw(row)
    after = page["pageInfo"]["endCursor"]
    page = ask(shop, CONFLICTS, "chain:admin", id="de-1", after=after)["data"]["editConflicts"]
    assert [edge["node"]["lost"]["value"] for edge in page["edges"]] == ["2", "1"]


def history(*writes: tuple[int, int | None, str]) -> list[tuple[str, str]]:
    """(lost, standing) operations of writes (time, time of what they had seen, operation)."""
    entries = [
        JournalEntry(
            DOCUMENT,
            Stamp(time, "eu-west-1"),
            op,
            "someone",
            "x",
            (Change("a/price", time, None if seen is None else Stamp(seen, "eu-west-1")),),
        )
        for time, seen, op in writes
    ]
    return [(one.lost.operation_id, one.standing.operation_id) for one in conflicts(entries)]


def test_a_value_that_was_seen_and_replaced_is_no_conflict() -> None:
    assert history((1, None, "a"), (2, 1, "b"), (3, 2, "c")) == []


def test_a_retry_in_another_region_is_no_conflict() -> None:
    assert history((1, None, "a"), (2, None, "a")) == []


def test_a_retry_that_stands_is_not_lost() -> None:
    assert history((1, None, "a"), (2, None, "b"), (3, None, "a")) == [("b", "a")]


def test_an_operation_that_two_regions_applied_is_lost_once() -> None:
    assert history((1, None, "a"), (2, None, "a"), (3, None, "b")) == [("a", "b")]


def test_only_the_last_value_of_each_side_fought() -> None:
    # One side wrote a then b; the other, having seen nothing, wrote c in between.
    assert history((1, None, "a"), (2, None, "c"), (3, 1, "b")) == [("c", "b")]
