"""What an operation costs: stated in the schema, counted before it runs, refused if too high."""

import json
import re
import sys
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    build_schema,
    get_introspection_query,
    parse,
)

from graphql_schema import compile as compiling
from graphql_schema.compiler.adhoc import AdhocOperations
from graphql_schema.cost.directives import MAX_COST
from graphql_schema.cost.weights import FieldCost
from graphql_schema.export import MANIFEST, SDL
from graphql_schema.schema import Schema, build
from tests.support.chain import add_store, publish_small_catalog
from tests.support.service import Service

SITE_OPERATIONS = MANIFEST.parents[1] / "web" / "operations"
SIZED = re.compile(r"@listSize")
# What each field that reads or watches weighs by itself, and how many entries it is counted with
# at most: a change of a limit that guests and staff meet is seen here by who reviews it.
STATED = {
    "Query.catalog": (3000, None),
    "Query.catalogDifference": (3000, 100),
    "Query.catalogItem": (800, None),
    "Query.catalogItemHistory": (500, 100),
    "Query.catalogItems": (3000, 100),
    "Query.catalogPublications": (500, 100),
    "Query.editConflicts": (1000, 100),
    "Query.inventory": (300, None),
    "Query.marketFigures": (7000, 100),
    "Query.markets": (1, 14),
    "Query.me": (200, None),
    "Query.menu": (100, None),
    "Query.operations": (5000, None),
    "Query.order": (200, None),
    "Query.people": (1000, 100),
    "Query.person": (200, None),
    "Query.pickupSlots": (300, 96),
    "Query.quote": (300, None),
    "Query.region": (100, None),
    "Query.searchItems": (100, 100),
    "Query.searchMenu": (200, 100),
    "Query.searchSuggestions": (200, 8),
    "Query.soldOut": (4000, 100),
    "Query.staffActions": (800, 100),
    "Query.stockAlertSubscribers": (300, 20),
    "Query.stockHistory": (2000, 100),
    "Query.stockImports": (400, 100),
    "Query.store": (100, None),
    "Query.storeFigures": (7000, None),
    "Query.storeOrders": (800, 100),
    "Query.storeWaste": (5000, None),
    "Query.stores": (200, 100),
    "Query.storesNear": (3000, 100),
    "Query.unknownStock": (2000, 100),
    "Query.wasteRecords": (2000, 100),
    "Subscription.menuChanged": (100, None),
    "Subscription.orderChanged": (200, None),
    "Subscription.regionStatus": (200, None),
    "Subscription.stockChanged": (100, None),
    "Subscription.storeOrders": (800, None),
}
# Root fields that may weigh less than the smallest read of the table, and why.
CHEAP = {"Query.markets": "reads nothing: the markets are in the code"}


@pytest.fixture(scope="module")
def schema() -> Schema:
    return build()


def cost(schema: Schema, text: str, variables: dict[str, Any] | None = None) -> int:
    return schema.cost(parse(text), None, {} if variables is None else variables)


def test_every_list_of_the_schema_states_its_size(schema: Schema) -> None:
    connections = {"edges"}  # sized by the field that returns the connection
    unsized = [
        f"{type_name}.{name}"
        for (type_name, name), known in schema.weights.items()
        if known.is_list and known.size is None and not type_name.startswith("__")
    ]
    assert {one.split(".")[1] for one in unsized} == connections


def test_every_mutation_states_its_weight(schema: Schema) -> None:
    light = [
        name
        for (kind, name), known in schema.weights.items()
        if kind == "Mutation" and not name.startswith("__") and known.weight < 100
    ]
    assert light == []


def roots(schema: Schema) -> dict[str, FieldCost]:
    """What the fields of `Query` and `Subscription` cost, by their names with the type's."""
    return {
        f"{kind}.{name}": known
        for (kind, name), known in schema.weights.items()
        if kind in {"Query", "Subscription"} and not name.startswith("__")
    }


def too_light(schema: Schema) -> set[str]:
    """The root fields that weigh less than one request to the table does."""
    return {name for name, known in roots(schema).items() if known.weight < 100}


def test_every_query_and_subscription_states_its_weight(schema: Schema) -> None:
    assert too_light(schema) == CHEAP.keys(), (
        "state what it weighs, directives=[Cost(weight=...)], or say in CHEAP why it is cheap"
    )


def test_a_query_without_a_weight_is_found(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    without = replace(schema.weights["Query", "storeWaste"], weight=1)
    planted = {**schema.weights, ("Query", "storeWaste"): without}
    monkeypatch.setattr(schema, "weights", planted)
    assert too_light(schema) == {*CHEAP, "Query.storeWaste"}


def test_what_root_fields_cost_is_as_it_was_reviewed(schema: Schema) -> None:
    found = {
        name: (known.weight, known.size and known.size.assumed_size)
        for name, known in roots(schema).items()
    }
    assert found == STATED, "if the change is meant, write it into STATED"


def test_the_published_schema_states_what_is_counted(schema: Schema) -> None:
    text = SDL.read_text()
    assert build_schema(text).get_directive("cost") is not None
    for known in ("stores", "storesNear", "editConflicts"):
        declared = text[text.index(f"\n  {known}(") :]
        assert SIZED.search(declared[: declared.index("\n\n  ", declared.index("\n  )"))])
    counted = "perWord: 150, perCharacter: 5, maximumLength: 100, maximumWords: 10"
    assert f"@textCost({counted})" in text
    assert f"may cost {MAX_COST}" in text


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("{ __typename }", {}, 1),
        ('{ store(id: "x") { id name } }', {}, 102),
        # The default page has 20 entries: edges, node, id, and what the field itself weighs.
        ("{ stores { edges { node { id } } } }", {}, 200 + 1 + 20 * (10 + 1)),
        ("{ stores(first: 1) { edges { node { id } } } }", {}, 200 + 1 + 11),
        ("{ stores(first: 5000) { totalCount edges { cursor } } }", {}, 200 + 1 + 1 + 100),
        ("{ stores(first: -3) { edges { cursor } } }", {}, 201),
        ("query($n: Int!) { stores(first: $n) { edges { cursor } } }", {"n": 7}, 208),
        ("query($n: Int! = 9) { stores(first: $n) { edges { cursor } } }", {}, 210),
        # What is no number is refused later; until then it counts as the largest page.
        ("query($n: Int!) { stores(first: $n) { edges { cursor } } }", {"n": "x"}, 301),
        ('{ stores(search: "ab cd", first: 1) { totalCount } }', {}, 200 + 1700 + 300 + 25 + 1),
        ('{ stores(search: "ab-cd", first: 1) { totalCount } }', {}, 200 + 1700 + 300 + 25 + 1),
        ("query($s: String) { stores(search: $s, first: 1) { totalCount } }", {}, 201),
        ("query($s: String) { stores(search: $s, first: 1) { totalCount } }", {"s": None}, 201),
        ('{ searchSuggestions(text: "ab") { name } }', {}, 200 + 1700 + 150 + 10 + 8),
        ("{ a: __typename b: __typename }", {}, 2),
        # One field that is selected twice runs once, whatever fragments say it.
        ("{ store(id: 1) { id } ...F } fragment F on Query { store(id: 1) { id name } }", {}, 102),
        ('{ store(id: "x") { ...F } } fragment F on Store { hours { opens } }', {}, 101 + 7),
        ("{ ...F ...F } fragment F on Query { __typename }", {}, 1),
        ('{ menu(storeId: "x") { categories { items { id } } } }', {}, 101 + 8 * (1 + 12)),
    ],
)  # fmt: skip
def test_costs(schema: Schema, text: str, variables: dict[str, Any], expected: int) -> None:
    assert cost(schema, text, variables) == expected


def test_without_variables_the_largest_values_are_assumed(schema: Schema) -> None:
    text = "query($n: Int, $s: String) { stores(first: $n, search: $s) { edges { cursor } } }"
    worst = schema.cost(parse(text), None, None)
    longest = {"n": 100, "s": "a " * 50}
    assert worst == cost(schema, text, longest) > cost(schema, text, {"n": 1, "s": "a"})


def test_every_persisted_operation_is_within_the_limit_for_all_variables(schema: Schema) -> None:
    for entry in json.loads(MANIFEST.read_text()).values():
        assert schema.cost(parse(entry["document"]), None, None) <= MAX_COST, entry["name"]


def test_every_operation_that_the_site_posts_is_within_the_limit_for_all_variables(
    schema: Schema,
) -> None:
    """How long a page of a list is stands in the operation, so that nothing else need be known."""
    found = {path.stem: path.read_text() for path in SITE_OPERATIONS.rglob("*.graphql")}
    assert {"People", "EditConflicts", "StockImports", "StoreOrders"} <= found.keys()
    documents = {name: parse(text) for name, text in found.items()}
    fragments = {
        one.name.value: one
        for document in documents.values()
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }

    def whole(document: DocumentNode) -> DocumentNode:
        """The operation as the site sends it: with the fragments that another file has."""
        operations = [
            one for one in document.definitions if not isinstance(one, FragmentDefinitionNode)
        ]
        return DocumentNode(definitions=(*operations, *fragments.values()))

    costs = {name: schema.cost(whole(one), None, None) for name, one in documents.items()}
    assert {name: cost for name, cost in costs.items() if cost > MAX_COST} == {}


def test_a_persisted_operation_that_may_cost_too_much_is_not_compiled(schema: Schema) -> None:
    dear = " ".join(f"a{at}: stores(search: $s) {{ totalCount }}" for at in range(3))
    documents = {"dear": f"query Dear($s: String) {{ {dear} }}", "cheap": "{ __typename }"}
    text, left = compiling.generated(schema._schema, documents, "mark")
    assert len(left) == 1
    assert re.fullmatch(r"dear: it may cost \d+, and the limit is 10000", left[0])
    assert "'cheap'" in text


def test_the_introspection_of_graphiql_is_within_the_limit_and_two_are_not(schema: Schema) -> None:
    query = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
    assert MAX_COST / 2 < cost(schema, query) <= MAX_COST


DEAR = {
    "searches": "{ " + " ".join(
        f'a{at}: stores(search: "{"ab " * 33}") {{ totalCount }}' for at in range(30)) + " }",
    "pages": "{ " + " ".join(
        f"a{at}: stores(first: 100) {{ edges {{ node {{ id name hours {{ opens closes }} }} }} }}"
        for at in range(30)) + " }",
    "near": "{ " + " ".join(
        f"a{at}: storesNear(latitude: 1, longitude: 1, radiusKm: 500) {{ distanceKm }}"
        for at in range(4)) + " }",
    "introspection": "{ " + " ".join(
        f"a{at}: __schema {{ types {{ fields {{ name type {{ name ofType {{ name }} }} }} }} }}"
        for at in range(14)) + " }",
    "menus": "{ " + " ".join(
        f'a{at}: menu(storeId: "de-1") {{ categories {{ items {{ id name price {{ amountMinor }}'
        " allergens } } }" for at in range(16)) + " }",
    "mutations": "mutation { " + " ".join(
        f'a{at}: publishCatalog(input: {{operationId: "operation-{at}", market: "de"}}) '
        "{ version }" for at in range(13)) + " }",
}  # fmt: skip


@pytest.mark.parametrize("name", DEAR)
def test_what_costs_too_much_is_refused_with_its_cost_before_it_runs(
    service: Service, name: str
) -> None:
    response = service.post(DEAR[name])
    (error,) = orjson.loads(response.body)["errors"]
    assert response.status == 400
    assert error["extensions"]["code"] == "COST_LIMIT"
    assert error["extensions"]["cost"] > error["extensions"]["limit"] == MAX_COST
    assert str(error["extensions"]["cost"]) in error["message"]
    assert service.lines[-1]["dynamodb"]["requests"] == 0


def test_a_repeated_operation_is_refused_by_the_variables_of_each_request(service: Service) -> None:
    publish_small_catalog(service.table)
    add_store(service.table, "de-1")
    text = "query($n: Int!) { " + " ".join(
        f"a{at}: stores(first: $n) {{ edges {{ node {{ id name latitude }} }} }}"
        for at in range(8)
    ) + " }"  # fmt: skip
    for _ in range(5):
        assert service.post(text, variables={"n": 1}).status == 200
    assert service.post(text, variables={"n": 100}).status == 400


def test_an_operation_whose_cost_is_always_allowed_is_compiled_when_it_repeats(
    schema: Schema,
) -> None:
    operations = AdhocOperations(schema, after=1)
    cheap = "query($n: Int!) { stores(first: $n) { totalCount } }"
    operations.ran(cheap, None)
    assert operations.find(cheap, None) is not None
    dear = "query($n: Int!) { " + " ".join(
        f"a{at}: stores(first: $n) {{ edges {{ node {{ hours {{ opens }} }} }} }}"
        for at in range(9)
    ) + " }"  # fmt: skip
    operations.ran(dear, None)
    assert operations.find(dear, None) is None


def test_the_cost_is_returned_to_clients_that_want_it(service: Service) -> None:
    for text, requested in (("{ __typename }", 1), ('{ store(id: "x") { id } }', 101)):
        for _ in range(2):
            response = service.post(text, extensions={"cost": True})
            answer = orjson.loads(response.body)
            assert answer["extensions"] == {"cost": {"requested": requested, "limit": MAX_COST}}
            assert response.headers["cache-control"] == "no-store"
            assert "extensions" not in orjson.loads(service.post(text).body)
            got = service.get("/graphql", query=text, extensions='{"cost":true}')
            assert orjson.loads(got.body)["extensions"] == answer["extensions"]
            assert got.headers["cache-control"] == "no-store"
            assert "etag" not in got.headers


def test_a_persisted_document_returns_its_cost_by_post_and_never_by_the_cached_path(
    service: Service,
) -> None:
    document_id, entry = next(iter(json.loads(MANIFEST.read_text()).items()))
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": document_id}}
    plain = service.get(f"/graphql/persisted/{document_id}").body
    response = service.post(entry["document"], extensions={**hashed, "cost": True})
    assert orjson.loads(response.body)["extensions"]["cost"]["requested"] > 0
    wanting = service.get(f"/graphql/persisted/{document_id}", extensions='{"cost":true}')
    assert wanting.body == plain == service.get(f"/graphql/persisted/{document_id}").body
    assert b"extensions" not in plain


def test_counting_is_linear_in_the_document(schema: Schema) -> None:
    def steps(text: str) -> int:
        document = parse(text)
        calls = 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            schema.cost(document, None, {})
        finally:
            sys.setprofile(None)
        return calls

    def chained(count: int) -> str:
        return "{ ...f0 } " + " ".join(
            f"fragment f{at} on Query {{ a{at}: __typename ...f{at + 1} }}" for at in range(count)
        ) + f" fragment f{count} on Query {{ __typename }}"  # fmt: skip

    steps("{ __typename }")  # reads the weights once
    wide = [steps("{ " + "store(id: 1) { id } " * count + "}") for count in (100, 200, 400)]
    assert wide[2] - wide[1] <= 2.2 * (wide[1] - wide[0])
    deep = [steps(chained(count)) for count in (10, 20, 40)]
    assert deep[2] <= 16 * deep[0] * 1.2, "a chain of n fragments yields each field n times at most"
