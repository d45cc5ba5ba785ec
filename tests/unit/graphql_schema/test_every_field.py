"""A query for every field of the schema: an attribute that a type's source lacks is found."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema, get_named_type

from graphql_schema.export import HERE
from graphql_schema.stores.views import AddressView, StoreView
from services.domain.orders.identity import order_id
from tests.support.chain import add_store, publish_small_catalog
from tests.support.moto_table import once_written
from tests.support.service import Service
from tests.support.staff_requests import region_time
from tests.support.tokens import ISSUER

SDL = build_schema((HERE / "schema.graphql").read_text())
ARGUMENTS = {
    "menu": '(storeId: "de-1")',
    "store": '(id: "de-1")',
    "searchMenu": '(storeId: "de-1", text: "ring without nuts")',
    "searchItems": '(market: "de", text: "ring")',
    "searchSuggestions": '(text: "ber")',
    "storesNear": "(latitude: 52.5, longitude: 13.4)",
    "inventory": '(storeId: "de-1")',
    "editConflicts": '(storeId: "de-1")',
    "person": '(id: "ada")',
    "catalog": '(market: "de")',
    # All fields of a page of 50 would exceed the limit on an operation's cost.
    "catalogItems": '(market: "de", first: 10)',
    "catalogItem": '(market: "de", itemId: "glazed")',
    "catalogItemHistory": '(market: "de", itemId: "glazed")',
    "catalogDifference": '(market: "de")',
    "catalogPublications": '(market: "de")',
    "staffActions": '(person: "developer")',
    "stockAlertSubscribers": '(storeId: "de-1")',
    "stockHistory": '(storeId: "de-1", itemId: "glazed")',
    "soldOut": '(market: "de", first: 10, atMost: 100)',
    "order": f'(id: "{order_id("3f0c1f0e-5f0b-4c52-9d1e-8f9d8f2a6a10")}")',
    # All fields of the default page of 50 would exceed the limit on an operation's cost.
    "storeOrders": '(storeId: "de-1", first: 20)',
    "storeFigures": '(storeId: "de-1")',
    "marketFigures": '(market: "de", day: "2026-05-04", first: 10)',
    "storeWaste": '(storeId: "de-1")',
    "wasteRecords": '(storeId: "de-1")',
    "pickupSlots": '(storeId: "de-1", day: "2026-05-05")',
    "quote": '(input: { storeId: "de-1", lines: [{ itemId: "glazed", quantity: 1 }] })',
}
# Each gives the fields below it something to be read from.
EDITS = (
    """recordStockCount(input: { operationId: "operation-1", storeId: "de-1",
      counts: [{ itemId: "glazed", pieces: 9 }] }) { errors { message } }""",
    """recordSale(input: { operationId: "operation-2", storeId: "de-1",
      lines: [{ itemId: "glazed", pieces: 1 }] }) { errors { message } }""",
    """recordWaste(input: { operationId: "operation-6", storeId: "de-1", day: "2026-05-04",
      reason: EXPIRED, lines: [{ itemId: "glazed", pieces: 1 }] }) { errors { message } }""",
    """updateStockAlerts(input: { operationId: "operation-4", storeId: "de-1",
      mail: "counter@example.org" }) { errors { message } }""",
    """editCatalogItem(input: { operationId: "operation-5", market: "de", itemId: "glazed",
      priceMinor: 210 }) { errors { message } }""",
    """grantRole(input: { operationId: "operation-3", sentAt: "NOW", person: "ada",
      role: OPERATOR }) { errors { message } }""",
    """placeOrder(input: { operationId: "3f0c1f0e-5f0b-4c52-9d1e-8f9d8f2a6a10", storeId: "de-1",
      payment: AT_STORE, contact: { name: "Ada" }, expectedTotalMinor: 199,
      lines: [{ itemId: "glazed", quantity: 1, note: "warm" }] }) { errors { message } }""",
)


def every_field(
    type_: GraphQLObjectType | GraphQLInterfaceType, above: tuple[str, ...] = ()
) -> str:
    """A selection of all fields of a type and below, without the types that stand above."""
    chosen = ["__typename"]
    for name, field in type_.fields.items():
        of = get_named_type(field.type)
        if not isinstance(of, GraphQLObjectType | GraphQLInterfaceType):
            chosen.append(name)
        elif of.name not in above:
            chosen.append(f"{name} {every_field(of, (*above, of.name))}")
    return f"{{ {' '.join(chosen)} }}"


def answered(name: str) -> GraphQLObjectType:
    """The type of what a query answers."""
    assert SDL.query_type is not None
    of = get_named_type(SDL.query_type.fields[name].type)
    assert isinstance(of, GraphQLObjectType)
    return of


def query_for(name: str) -> str:
    of = answered(name)
    return f"{{ {name}{ARGUMENTS.get(name, '')} {every_field(of, (of.name,))} }}"


def errors_of(service: Service, text: str) -> list[str]:
    """What went wrong with a query: of a fault of the service, the error that its log has."""
    answer = orjson.loads(service.post(text, ISSUER.bearer("chain:admin")).body)
    fault = service.lines[-1].get("fault", "").strip().splitlines()[-1:]
    return fault or [one["message"] for one in answer.get("errors", ())]


def unanswered(
    service: Service,
    name: str,
    type_: GraphQLObjectType | GraphQLInterfaceType,
    way: tuple[str, ...] = (),
    above: tuple[str, ...] = (),
) -> Iterator[str]:
    """Each field that cannot be answered, asked for alone: `Store.phone` and why."""
    for field_name, field in type_.fields.items():
        of = get_named_type(field.type)
        has_fields = isinstance(of, GraphQLObjectType | GraphQLInterfaceType)
        here = (*way, field_name)
        text = " { ".join(here) + (" { __typename }" if has_fields else "") + " }" * len(way)
        errors = errors_of(service, f"{{ {name}{ARGUMENTS.get(name, '')} {{ {text} }} }}")
        if errors:
            yield f"{type_.name}.{field_name} ({'.'.join((name, *here))}): {'; '.join(errors)}"
        elif has_fields and of.name not in above:
            yield from unanswered(service, name, of, here, (*above, of.name))


@pytest.mark.parametrize("name", sorted(SDL.query_type.fields if SDL.query_type else ()))
def test_every_field_below_a_query_is_answered(service: Service, name: str) -> None:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    headers = ISSUER.bearer("chain:admin")

    def edit_all() -> None:
        for edit in EDITS:
            text = f"mutation {{ {edit} }}".replace("NOW", region_time(service))
            assert "errors" not in orjson.loads(service.post(text, headers).body)

    once_written(service.table, "one of each of what fields show", edit_all)
    answer: dict[str, Any] = orjson.loads(service.post(query_for(name), headers).body)
    if "errors" in answer:
        of = answered(name)
        fields = list(unanswered(service, name, of, above=(of.name,)))
        # Where each alone is answered, all of them together are the fault.
        pytest.fail("\n".join(fields or errors_of(service, query_for(name))), pytrace=False)
    assert answer["data"][name] is not None


def test_a_view_without_an_attribute_is_named_by_type_and_field(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_store(service.table, "de-1")
    monkeypatch.delattr(StoreView, "hours_stamp")
    monkeypatch.delattr(AddressView, "postal_code")
    assert list(unanswered(service, "store", answered("store"), above=("Store",))) == [
        f"{field}: AttributeError: '{view}' object has no attribute '{attribute}'"
        for field, view, attribute in (
            ("Address.postalCode (store.address.postalCode)", "AddressView", "postal_code"),
            ("Store.hoursStamp (store.hoursStamp)", "StoreView", "hours_stamp"),
        )
    ]
