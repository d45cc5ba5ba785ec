"""Closing and hiding a store: who may, what is answered then, and that it takes no order."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from services.domain.stamp import HybridClock
from services.storage import keys
from tests.support.chain import add_store, publish_small_catalog, set_assortment
from tests.support.order_story import operation_id
from tests.support.service import Service
from tests.support.tokens import ISSUER

CLOSE = """
mutation C($input: UpdateStoreClosuresInput!) { updateStoreClosures(input: $input) {
  closures { closedDays closedFrom hidden } errors { __typename message path } } }
"""
ADMIN = ISSUER.bearer("chain:admin")
MANAGER = ISSUER.bearer("store:de-1:manager")
TODAY, TOMORROW = "2026-05-04", "2026-05-05"
ORDER = {
    "storeId": "de-1",
    "lines": [{"itemId": "glazed", "quantity": 1}],
}


@pytest.fixture
def shop(service: Service) -> Service:
    service.table.clock = HybridClock("eu-west-1", lambda: int(service.now.timestamp() * 1000))
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    add_store(service.table, "de-2", name="Carte Berlin Wedding")
    set_assortment(service.table, "de-1", {"glazed": {"listed": True}})
    return service


def answer(
    shop: Service, operation_id: str, headers: Mapping[str, str], changes: dict[str, Any]
) -> Any:
    mutation_input = {"operationId": operation_id, "storeId": "de-1", **changes}
    return orjson.loads(shop.post(CLOSE, headers, variables={"input": mutation_input}).body)


def close(shop: Service, operation_id: str = "operation-1", **changes: Any) -> Any:
    """The payload of the mutation, sent by an administrator."""
    found = answer(shop, operation_id, ADMIN, changes)
    assert "errors" not in found, found
    return found["data"]["updateStoreClosures"]


def test_a_day_is_closed_and_opened_again(shop: Service) -> None:
    found = close(shop, closeDays=[TOMORROW, TODAY])
    assert found["errors"] == []
    assert found["closures"] == {
        "closedDays": [TODAY, TOMORROW],
        "closedFrom": None,
        "hidden": False,
    }
    read = '{ store(id: "de-1") { openNow opensAt closedDays } }'
    assert shop.ask(read)["store"] == {
        "openNow": False,
        "opensAt": "2026-05-06T07:00:00+02:00",
        "closedDays": [TODAY, TOMORROW],
    }
    opened = close(shop, "operation-2", openDays=[TODAY])
    assert opened["closures"]["closedDays"] == [TOMORROW]
    assert shop.ask(read)["store"]["openNow"] is True
    assert close(shop, "operation-3", clear=["CLOSED_DAYS"])["closures"]["closedDays"] == []


def test_a_retry_gets_the_first_answer_and_another_input_is_refused(shop: Service) -> None:
    first = close(shop, closeDays=[TODAY])
    close(shop, "operation-2", openDays=[TODAY])
    assert close(shop, closeDays=[TODAY]) == first
    assert shop.ask('{ store(id: "de-1") { closedDays } }')["store"]["closedDays"] == []
    (error,) = close(shop, closeDays=[TOMORROW])["errors"]
    assert error["__typename"] == "OperationIdReusedError"


def test_a_menu_of_a_closed_store_is_still_read_and_has_another_version(shop: Service) -> None:
    query = '{ menu(storeId: "de-1") { version store { openNow } categories { id } } }'
    before = shop.ask(query)["menu"]
    close(shop, closedFrom=TODAY)
    after = shop.ask(query)["menu"]
    assert (before["store"]["openNow"], after["store"]["openNow"]) == (True, False)
    assert before["version"] != after["version"]
    assert before["categories"] == after["categories"]


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"closeDays": ["2026-05-01"]}, ["closeDays"], "lies in the past"),
        ({"closeDays": ["2028-01-01"]}, ["closeDays"], "360 days ahead"),
        ({"closeDays": [TODAY], "openDays": [TODAY]}, ["closeDays"], "closed and opened at once"),
        ({"closeDays": [TODAY], "clear": ["CLOSED_DAYS"]}, ["closeDays"], "choose one"),
        ({"closeDays": [TODAY], "storeId": "de-9"}, ["storeId"], "no store 'de-9'"),
    ],
)
def test_what_cannot_be_is_refused_with_a_typed_error(
    shop: Service, changes: dict[str, Any], path: list[str], message: str
) -> None:
    found = close(shop, **changes)
    assert found["closures"] is None
    (error,) = found["errors"]
    assert error["path"] == path
    assert message in error["message"]


def test_a_manager_closes_days_and_only_the_chain_closes_for_good_or_hides(shop: Service) -> None:
    allowed = answer(shop, "operation-1", MANAGER, {"closeDays": [TODAY]})
    assert allowed["data"]["updateStoreClosures"]["errors"] == []
    of_chain: list[dict[str, Any]] = [
        {"closedFrom": TODAY},
        {"hidden": False},
        {"clear": ["CLOSED_FROM"]},
    ]
    for at, changes in enumerate(of_chain):
        refused = answer(shop, f"operation-{at + 2}", MANAGER, changes)
        assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN", changes
    other = answer(shop, "operation-9", ISSUER.bearer("store:de-2:manager"), {"closeDays": [TODAY]})
    assert other["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    guest = answer(shop, "operation-9", {}, {"closeDays": [TODAY]})
    assert guest["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    # Null is no change, so it needs no more than the manager's role.
    nulls = {"closedFrom": None, "hidden": None, "clear": None}
    unchanged = answer(shop, "operation-8", MANAGER, nulls)
    assert unchanged["data"]["updateStoreClosures"]["closures"]["closedDays"] == [TODAY]


def found_in_lists(shop: Service) -> dict[str, list[str]]:
    data = shop.ask("""{
      all: stores { totalCount edges { node { id } } }
      found: stores(search: "mitte") { edges { node { id } } }
      near: storesNear(latitude: 52.5, longitude: 13.4) { store { id } } }""")
    return {
        "all": [edge["node"]["id"] for edge in data["all"]["edges"]],
        "found": [edge["node"]["id"] for edge in data["found"]["edges"]],
        "near": sorted(one["store"]["id"] for one in data["near"]),
        "total": [str(data["all"]["totalCount"])],
    }


def test_a_hidden_store_is_in_no_list_and_is_read_by_its_id(shop: Service) -> None:
    shown = {"all": ["de-1", "de-2"], "found": ["de-1"], "near": ["de-1", "de-2"], "total": ["2"]}
    assert found_in_lists(shop) == shown
    assert close(shop, hidden=True)["closures"]["hidden"] is True
    assert found_in_lists(shop) == {"all": ["de-2"], "found": [], "near": ["de-2"], "total": ["1"]}
    data = shop.ask('{ store(id: "de-1") { hidden openNow } menu(storeId: "de-1") { currency } }')
    assert data == {"store": {"hidden": True, "openNow": True}, "menu": {"currency": "EUR"}}
    close(shop, "operation-2", hidden=False)
    assert found_in_lists(shop) == shown


def test_a_store_is_hidden_at_once_also_where_the_directory_still_has_it(shop: Service) -> None:
    profile = keys.profile("de-1")
    shop.table.change(
        profile, lambda current, stamp: current.assign({"hidden": True}, stamp)  # type: ignore[union-attr]  # a profile
    )  # fmt: skip
    lists = found_in_lists(shop)
    assert (lists["all"], lists["near"], lists["total"]) == (["de-2"], ["de-2"], ["2"])


def test_a_retry_lists_what_an_interrupted_hiding_left_listed(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = shop.application._services.directory
    with monkeypatch.context() as patched:
        patched.setattr(type(directory), "list_store", lambda *_, **__: None)
        close(shop, hidden=True)
    assert found_in_lists(shop)["total"] == ["2"]
    close(shop, hidden=True)
    assert found_in_lists(shop)["total"] == ["1"]


@pytest.mark.parametrize(
    ("changes", "slot", "message"),
    [
        ({"closeDays": [TODAY]}, "2026-05-05T07:15:00+02:00", "closed"),
        ({"closedFrom": TODAY}, None, "closed for good since 2026-05-04"),
        ({"closedFrom": "2026-01-01", "hidden": True}, None, "closed for good"),
    ],
)
def test_a_closed_store_takes_no_order(
    shop: Service, changes: dict[str, Any], slot: str | None, message: str
) -> None:
    slots = '{ pickupSlots(storeId: "de-1", day: "2026-05-04") { id } }'
    free = shop.ask(slots)["pickupSlots"]
    assert free
    close(shop, **changes)
    assert shop.ask(slots)["pickupSlots"] == []
    errors = "errors { __typename message ... on StoreClosedError { nextSlot } }"
    for pickup in ({}, {"pickup": {"slotId": free[-1]["id"]}}):
        quoted = shop.ask(
            f"query Q($input: QuoteInput!) {{ quote(input: $input) {{ {errors} }} }}",
            input={**ORDER, **pickup},
        )["quote"]
        placed = shop.ask(
            f"mutation P($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ {errors} }} }}",
            input={
                **(ORDER | pickup),
                "operationId": operation_id("operation-7"),
                "contact": {"name": "Ada"},
                "payment": "AT_STORE",
                "expectedTotalMinor": 199,
            },
        )["placeOrder"]
        assert quoted == placed
        (error,) = placed["errors"]
        assert (error["__typename"], error["nextSlot"]) == ("StoreClosedError", slot)
        assert message in error["message"]
