"""A process that has a part of the schema answers as one that has the whole."""

import gc
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest

from graphql_schema.limits import MAX_DEPTH
from graphql_schema.schema import build
from services.menu_api import schema_in_use
from services.menu_api.application import Application
from services.menu_api.messages import Request, Response
from services.menu_api.schema_in_use import SchemaInUse
from tests.fuzz.flood import application
from tests.support.one_schema import MADE_PART, schema_of_tests
from tests.support.tokens import ISSUER

STORES = "{ stores(first: 2) { edges { node { id name } } } }"
STORE = '{ store(id: "de-1") { name } }'
LARGE = "stores(first: 100) { edges { node { id name hours { __typename } } } }"
REGION = "{ region { name } }"
SALE = """mutation ($store: ID!) {
  recordSale(input: {operationId: "operation-1", storeId: $store, lines: []}) {
    stock { itemId }
    errors { __typename message path ... on UnknownStoreError { message } }
  }
}"""


@pytest.fixture
def with_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services build parts of the schema, as they do outside of tests."""
    monkeypatch.setattr(schema_in_use, "_made_part", MADE_PART)


@pytest.fixture
def uncollected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a part is freed: a collection goes through all objects of all tests."""
    monkeypatch.setattr(schema_in_use, "_free", lambda: None)


def schema_of(service: Application) -> SchemaInUse:
    return service._executor._schema


def post(
    service: Application, query: str, variables: Mapping[str, Any] | None = None, **more: Any
) -> Response:
    headers = {"content-type": "application/json", **ISSUER.bearer("chain:admin")}
    body = orjson.dumps({"query": query, "variables": variables, **more})
    return service.respond(Request("POST", "/graphql", headers, body=body))


def get(service: Application, query: str) -> Response:
    return service.respond(Request("GET", "/graphql", {}, {"query": query}))


def parts_of(response: Response) -> tuple[int, bytes]:
    return response.status, response.body


def ready() -> Application:
    return application(ISSUER.oidc)


def by_whole() -> Application:
    """A service that has the whole schema before its first document."""
    service = ready()
    schema_of(service).whole()
    return service


NEEDS_PARTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a list": (STORES, {}),
    "the name of the root type": ("{ __typename }", {}),
    "variables": ("query ($id: ID!) { store(id: $id) { name } }", {"variables": {"id": "de-1"}}),
    "a variable that is missing": ("query ($id: ID!) { store(id: $id) { name } }", {}),
    "a variable of another kind": (
        "query ($first: Int) { stores(first: $first) { totalCount } }",
        {"variables": {"first": "two"}},
    ),
    "an enum value that is mistyped": (
        """query ($no: [Allergen!]!) {
          searchItems(market: "de", text: "x", without: $no) { totalCount } }""",
        {"variables": {"no": ["GLUTTEN"]}},
    ),
    "a field of an input that is mistyped": (
        "mutation ($input: RecordSaleInput!) { recordSale(input: $input) { errors { path } } }",
        {"variables": {"input": {"operationId": "a", "storeID": "de-1", "lines": []}}},
    ),
    "an argument that is refused": ("{ stores(first: 1000) { totalCount } }", {}),
    "a store that does not exist": ('{ store(id: "de-9") { name } }', {}),
    "errors by their interface": (SALE, {"variables": {"store": "de-9"}}),
    "errors of an order": (
        """mutation { cancelOrder(input: {operationId: "operation-1", orderId: "nothing"}) {
          order { id } errors { __typename message ...E } } }
        fragment E on MutationError { path ... on OrderStateError { message } }""",
        {},
    ),
    "errors of a quote": (
        """{ quote(input: {storeId: "de-9", lines: [{itemId: "a", quantity: 1}]}) {
          quote { lines { itemId } } errors { __typename message path } } }""",
        {},
    ),
    "fragments of root types": (
        """query A { ...Q markets { ...M } } fragment M on Market { id }
        fragment Q on Query { ... { markets { ...M country } store(id: "de-1") { id } } }""",
        {},
    ),
    "skipped fields": (
        "query ($no: Boolean!) { markets { id } stores @skip(if: $no) { totalCount } }",
        {"variables": {"no": True}},
    ),
    "one of several operations": (
        "query A { markets { id } } query B { region { name } }",
        {"operationName": "B"},
    ),
    "several operations and no name": ("query A { markets { id } } query B { __typename }", {}),
    "an operation that is not there": ("query A { markets { id } }", {"operationName": "B"}),
    "its cost": (STORES, {"extensions": {"cost": True}}),
    "its cost, of a mutation": (
        SALE,
        {"variables": {"store": "de-9"}, "extensions": {"cost": True}},
    ),
    "more than it may cost": (
        f"{{ {' '.join(f'a{at}: {LARGE}' for at in range(29))} }}",
        {},
    ),
}
NEEDS_THE_WHOLE: dict[str, tuple[str, dict[str, Any]]] = {
    "a root field that is mistyped": ("{ marketts { id } }", {}),
    "a field that is mistyped": ('{ store(id: "de-1") { nam } }', {}),
    "an argument that is mistyped": ('{ store(ide: "de-1") { name } }', {}),
    "a type that is mistyped": ("{ markets { ... on CatalogItemm { id } } }", {}),
    "a type of another subject": ("{ markets { ... on Person { id } } }", {}),
    "an input type that is mistyped": ("query ($a: PlaceOrderInpu) { markets { id } }", {}),
    "a mutation that is mistyped": ("mutation { cancelOrdr { errors { path } } }", {}),
    "a query's field in a mutation": ("mutation { markets { id } }", {}),
    "a mutation's type name": ("mutation { __typename }", {}),
    "many errors": ("{ " + " ".join(f"store{at} {{ id }}" for at in range(25)) + " }", {}),
    "a subscription": ('subscription { menuChanged(storeId: "de-1") { version } }', {}),
    "a subscription that is not asked for": (
        "query A { markets { id } } subscription B { __typename }",
        {"operationName": "A"},
    ),
    "introspection": ("{ __schema { queryType { fields { name } } } }", {}),
    "introspection of a type of another subject": ('{ __type(name: "Order") { name } }', {}),
    "the cost of introspection": (
        "{ __schema { types { name fields { name } } } }",
        {"extensions": {"cost": True}},
    ),
    "introspection in a fragment": ("{ ... { __schema { queryType { name } } } }", {}),
    "too many fragments within each other": ("{ ..." * 60 + " { __typename }" + " }" * 60, {}),
    "a directive that is mistyped": ("{ markets { id @skipp(if: true) } }", {}),
    "a fragment that is not there": ("{ markets { ...F } }", {}),
    "a syntax error": ("{ markets { id ", {}),
    "no operation": ("fragment F on Market { id }", {}),
    "too many levels": ("{ markets " + "{ id " * MAX_DEPTH + "}" * MAX_DEPTH + " }", {}),
    "too many tokens": ("{ markets { " + "id " * 2000 + "} }", {}),
}
DOCUMENTS = {**NEEDS_PARTS, **NEEDS_THE_WHOLE}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_first_answer_of_a_process_is_that_of_the_whole_schema(
    name: str, with_parts: None, uncollected: None
) -> None:
    query, more = DOCUMENTS[name]
    service = ready()
    answer = parts_of(post(service, query, **more))
    assert answer == parts_of(post(by_whole(), query, **more))
    assert (schema_of(service)._whole is None) == (name in NEEDS_PARTS)
    # As the second document of a process, and when the part may have compiled it.
    service = ready()
    assert post(service, STORES).status == 200
    for _ in range(4):
        assert parts_of(post(service, query, **more)) == answer


@pytest.mark.parametrize(
    "query",
    [
        *(STORES, SALE, "mutation { __typename }"),
        *("{ stor { id } }", "mutation { a }", "subscription { a }"),
    ],
)
def test_a_get_is_refused_as_by_the_whole_schema(
    query: str, with_parts: None, uncollected: None
) -> None:
    assert parts_of(get(ready(), query)) == parts_of(get(by_whole(), query))


def test_a_part_is_replaced_by_the_whole_for_good_and_freed(
    with_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_in_use, "_made_schema", build)  # which collects nothing of a part
    service = ready()
    in_use = schema_of(service)
    for _ in range(4):
        post(service, STORES)
        post(service, STORE)
    assert in_use._part is not None
    assert in_use.adhoc is not None
    assert [one.operation is not None for one in in_use.adhoc._entries.values()] == [True, True]
    part = in_use._part
    freed: list[weakref.ref[Any]] = [
        weakref.ref(one) for one in (part, part.schema, part.schema._schema, in_use.adhoc)
    ]
    del part
    answer = parts_of(post(service, STORES))
    post(service, REGION)
    assert [one() for one in freed] == [None] * 4
    kept = in_use.whole()
    for _ in range(4):
        assert parts_of(post(service, STORES)) == answer
    assert in_use.for_document(STORES) is in_use.whole() is kept
    assert in_use.adhoc_operations()._schema is kept
    gc.unfreeze()


def test_a_part_is_built_and_kept_without_collections_of_garbage(with_parts: None) -> None:
    collected: list[str] = []
    gc.collect()  # so that none is due before the part is built, nor soon after
    gc.callbacks.append(lambda phase, _: collected.append(phase))
    frozen = gc.get_freeze_count()
    try:
        schema_of(ready()).for_document(SALE)
    finally:
        gc.callbacks.pop()
    assert collected == []
    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen + 1000
    gc.unfreeze()


def test_what_a_part_compiled_is_used_again(with_parts: None) -> None:
    service = ready()
    bodies = {post(service, STORE).body for _ in range(5)}
    assert len(bodies) == 1
    adhoc = schema_of(service).adhoc
    assert adhoc is not None
    assert [one.operation is not None for one in adhoc._entries.values()] == [True]
    assert schema_of(service)._whole is None


def test_the_warm_up_builds_the_whole_schema(with_parts: None) -> None:
    service = ready()
    service._executor.prepare()
    in_use = schema_of(service)
    assert in_use._part is None
    assert in_use._whole is not None
    assert in_use.adhoc is not None
    assert in_use.adhoc._schema is in_use._whole


def test_the_warm_up_replaces_a_part(with_parts: None, uncollected: None) -> None:
    service = ready()
    post(service, STORES)
    post(service, STORES)
    service._executor.prepare()
    assert schema_of(service)._part is None
    assert schema_of(service).adhoc._schema is schema_of(service)._whole  # type: ignore[union-attr]


def test_threads_get_the_same_answers_while_the_schema_grows(
    with_parts: None, uncollected: None
) -> None:
    names = [name for name in DOCUMENTS if "sale" not in DOCUMENTS[name][0]] * 2
    whole = by_whole()
    expected = {
        name: parts_of(post(whole, DOCUMENTS[name][0], **DOCUMENTS[name][1])) for name in names
    }
    for first in (STORES, REGION):
        service = ready()
        post(service, first)

        def answer(name: str, service: Application = service) -> tuple[int, bytes]:
            return parts_of(post(service, DOCUMENTS[name][0], **DOCUMENTS[name][1]))

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(answer, names)) == [expected[name] for name in names]
        assert schema_of(service)._whole is not None


def test_parts_are_off_in_other_tests() -> None:
    """They share one schema, which is built once."""
    service = ready()
    post(service, STORES)
    assert schema_of(service)._part is None
    assert type(schema_of(service)._whole) is type(schema_of_tests())
