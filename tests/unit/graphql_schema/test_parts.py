"""A part of the schema has what the whole has, and leaves to the whole what it cannot answer."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FragmentDefinitionNode,
    is_abstract_type,
    parse,
    print_ast,
    print_type,
)
from strawberry.types import get_object_definition

from graphql_schema import parts
from graphql_schema.parts import TABLE, Part, StaleTableError, Subject, subjects_of
from graphql_schema.root import MUTATIONS, QUERIES
from graphql_schema.root_types import MUTATION, QUERY
from graphql_schema.schema import Schema
from tests.support.one_schema import schema_of_tests
from tests.support.sources import ROOT, imported

SUBJECTS = sorted(set(parts._subjects().values()))
FILES = sorted(
    [*ROOT.glob("graphql_schema/operations/*.graphql"), *ROOT.glob("web/operations/**/*.graphql")]
)


@cache
def fragments() -> dict[str, str]:
    """Each fragment of the site's operations: one file may use another's."""
    found = [one for path in FILES for one in parse(path.read_text()).definitions]
    return {
        one.name.value: print_ast(one) for one in found if isinstance(one, FragmentDefinitionNode)
    }


def sent(path: Path) -> str:
    """The document of a file with the fragments of other files that it uses."""
    text = path.read_text()
    missing = [
        of_other
        for name, of_other in fragments().items()
        if f"...{name}" in text and f"fragment {name} " not in text
    ]
    return "\n".join([text, *missing])


@cache
def whole() -> Schema:
    return schema_of_tests()


@cache
def part_of(subjects: frozenset[Subject]) -> Part:
    return Part(subjects)


def types_of(schema: Schema) -> dict[str, Any]:
    """The types of a schema but those of introspection, which all schemas share."""
    kinds = schema._schema.type_map
    return {name: kind for name, kind in kinds.items() if not name.startswith("__")}


def fields_of(root: str) -> dict[str, Any]:
    kind: Any = whole()._schema.type_map[root]
    return dict(kind.fields)


@pytest.mark.parametrize(("root", "subjects"), [(QUERY, QUERIES), (MUTATION, MUTATIONS)])
def test_the_table_has_each_root_field_once_and_each_subject(
    root: str, subjects: tuple[type, ...]
) -> None:
    places = json.loads(TABLE.read_text())[root]
    names = [name for entry in places.values() for name in entry["fields"]]
    assert sorted(names) == sorted(fields_of(root))
    assert set(places) == {f"{one.__module__}:{one.__qualname__}" for one in subjects}


@pytest.mark.parametrize("root", [QUERY, MUTATION])
def test_each_field_is_declared_by_the_class_that_the_table_names(root: str) -> None:
    for name in fields_of(root):
        definition = get_object_definition(parts._subjects()[root, name].declared(), strict=True)
        convert = whole().config.name_converter.get_graphql_name
        assert name in {convert(field) for field in definition.fields}


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.place.rpartition(":")[2])
def test_a_part_has_the_same_types_with_all_that_implement_an_interface(subject: Subject) -> None:
    part = part_of(frozenset({subject})).schema
    mine, all_types = types_of(part), types_of(whole())
    for name, kind in mine.items():
        if name in {QUERY, MUTATION}:
            assert kind.description == all_types[name].description
            continue
        assert print_type(kind) == print_type(all_types[name])
        if is_abstract_type(kind):
            possible = {one.name for one in part._schema.get_possible_types(kind)}
            of_whole = whole()._schema.get_possible_types(all_types[name])
            assert possible == {one.name for one in of_whole}
    assert len(mine) < len(all_types) * 2 / 3


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.place.rpartition(":")[2])
def test_fields_weigh_in_a_part_what_they_weigh_in_the_whole(subject: Subject) -> None:
    weights = part_of(frozenset({subject})).schema.weights
    own = {key: one for key, one in weights.items() if not key[0].startswith("__")}
    assert own == {key: whole().weights[key] for key in own}
    assert len(own) > 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_operation_of_ours_runs_by_a_part_at_the_same_cost(path: Path) -> None:
    text = sent(path)
    document = parse(text)
    subjects = subjects_of(document)
    if "subscription" in text:
        assert subjects is None
        return
    assert subjects is not None
    part = part_of(subjects)
    assert part.serves(text)
    assert whole().validation_errors(document) == []
    for variables in (None, {}, {"first": 3, "storeId": "de-1", "search": "two words"}):
        cost = part.schema.cost(document, None, variables)
        assert cost == whole().cost(document, None, variables) > 0


LEFT_TO_THE_WHOLE = {
    "introspection": "{ __schema { queryType { name } } }",
    "introspection of a type": '{ markets { id } __type(name: "Store") { name } }',
    "introspection in a fragment": "{ ...F } fragment F on Query { __schema { __typename } }",
    "introspection in an inline fragment": "{ ... on Query { ... { __schema { __typename } } } }",
    "a subscription": 'subscription { menuChanged(storeId: "a") { version } }',
    "a subscription beside a query": "query A { markets { id } } subscription B { __typename }",
    "a mutation that names no field": "mutation { __typename }",
    "an unknown root field": "{ marketss { id } }",
    "a query's field in a mutation": "mutation { markets { id } }",
    "an unknown field": "{ markets { idd } }",
    "an unknown argument": '{ store(idd: "a") { id } }',
    "an unknown type": "{ markets { ... on Markt { id } } }",
    "a type that the part lacks": "{ markets { ... on SoldOutError { left } } }",
    "an unknown fragment": "{ markets { ...F } }",
    "a fragment that is not spread": "{ markets { id } } fragment F on SoldOutError { left }",
    "fragments in a circle": "{ ...F } fragment F on Query { markets { id } ...F }",
    "an unknown variable": "{ store(id: $id) { id } }",
    "an input type that the part lacks": "query Q($a: PlaceOrderInput) { markets { id } }",
    "an unknown directive": "{ markets @cost(weight: 1) { id } }",
    "a syntax error": "{ markets { id ",
    "nothing": "",
    "nothing but a fragment": "fragment F on Store { id }",
    "too many tokens": f"{{ markets {{ {'id ' * 2000} }} }}",
    "too many lines": "\n" * 1001 + "{ markets { id } }",
    "too deep": f"{{ ...F }} fragment F on Query {{ {'... { ' * 60} __typename {'} ' * 61}",
    "too many aliases": "{ " + " ".join(f"a{at}: markets {{ id }}" for at in range(31)) + " }",
    "lists that nest too deeply": f"{{ store(id: {'[' * 900}{']' * 900}) {{ id }} }}",
}


@pytest.mark.parametrize(
    "text",
    [
        "mutation { __typename }",
        "subscription { __typename }",
        "mutation { ...F } fragment F on Mutation { ... { a: __typename } }",
        "{ markets { id } ...F } fragment F on Mutation { __typename }",
    ],
)
def test_no_part_is_made_for_a_type_that_it_would_not_have(text: str) -> None:
    """It was made, refused the document, and the whole schema was made beside it."""
    assert Part.of(text) is None


@pytest.mark.parametrize("name", LEFT_TO_THE_WHOLE)
def test_what_a_part_could_answer_differently_is_left_to_the_whole(name: str) -> None:
    text = LEFT_TO_THE_WHOLE[name]
    part = Part.of(text)
    assert part is None or not part.serves(text)
    markets = Part.of("{ markets { id } }")
    assert markets is not None
    assert not markets.serves(text)
    assert len(markets.schema.documents) == 1


SERVED = {
    "only the name of the type": "{ __typename }",
    "two subjects": '{ markets { id } order(id: "a") { id } }',
    "fragments of root types": """
        query A { ...Q } mutation B { ...M }
        fragment Q on Query { ...R ... on Query { markets { id } } }
        fragment R on Query { region { name } }
        fragment M on Mutation { cancelOrder(input: {operationId: "a", orderId: "b"}) { ...P } }
        fragment P on OrderPayload { errors { __typename ... on StoreClosedError { nextSlot } } }
    """,
    "several operations": "query A { markets { id } } query B { region { name } }",
    "a mutation beside the name of the type": """
        mutation { __typename forgetGuest(input: {operationId: "a", orderId: "b"}) {
          errors { ... on UnknownVersionError { message } } } }
    """,
}


@pytest.mark.parametrize("name", SERVED)
def test_what_is_valid_and_plain_needs_a_part_only(name: str) -> None:
    text = SERVED[name]
    part = Part.of(text)
    assert part is not None
    assert part.serves(text)
    assert whole().validation_errors(parse(text)) == []
    assert len(types_of(part.schema)) < len(types_of(whole()))


def test_a_part_serves_documents_about_its_own_subjects_only() -> None:
    part = Part.of("{ markets { id } }")
    assert part is not None
    assert part.serves('{ store(id: "de-1") { name } }')
    assert not part.serves("{ region { name } }")
    text = 'mutation { forgetGuest(input: {operationId: "a", orderId: "b"}) { errors { path } } }'
    assert not part.serves(text)


def test_a_class_that_the_table_names_and_that_is_not_there_is_told() -> None:
    hint = re.escape("run .venv/bin/python -m graphql_schema.export")
    for place in ("graphql_schema.menu.queries:Gone", "graphql_schema.gone:MenuQueries"):
        with pytest.raises(StaleTableError, match=hint):
            Subject(QUERY, place).declared()


def test_the_table_says_which_fields_lead_to_an_interface() -> None:
    assert {one.abstract for one in SUBJECTS if one.root == MUTATION} == {True}
    queries = {one.place: one.abstract for one in SUBJECTS if one.root == QUERY}
    assert [place for place, abstract in queries.items() if abstract] == [
        "graphql_schema.orders.queries:OrderQueries"
    ]


def test_what_reads_the_table_imports_no_subject() -> None:
    names = set(imported(ROOT / "graphql_schema" / "parts.py"))
    folders = {one.place.rpartition(":")[0].rpartition(".")[0] for one in SUBJECTS}
    assert not [name for name in names if name.startswith(tuple(folders))]
