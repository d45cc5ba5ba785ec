"""The introspection queries that GraphQL's tools send are answered."""

import orjson
import pytest
from graphql import (
    ExecutionResult,
    build_client_schema,
    execute,
    get_introspection_query,
    parse,
)

from graphql_schema.schema import build
from tests.support.service import Service


@pytest.mark.parametrize("type_depth", [7, 9])  # of graphql-js before and since 16.9
@pytest.mark.parametrize("everything", [False, True])
def test_tools_read_the_schema(service: Service, type_depth: int, *, everything: bool) -> None:
    query = get_introspection_query(
        specified_by_url=everything,
        directive_is_repeatable=everything,
        schema_description=everything,
        input_value_deprecation=everything,
        type_depth=type_depth,
    )
    response = service.post(query)
    assert response.status == 200, response.body
    assert build_client_schema(orjson.loads(response.body)["data"]).query_type


QUESTIONS = {
    "whole": get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        type_depth=9,
    ),
    "one type in two places": """{
        __type(name: "Store") {
            fields { type { name ofType { name } } }
            again: fields { type { kind __typename } args { type { kind } } }
        }
    }""",
    "unknown type": '{ __type(name: "Shop") { name } }',
    "fragments and directives": """query Q($yes: Boolean = true, $no: Boolean = false) {
        __schema {
            types {
                ...Named
                fields(includeDeprecated: $yes) @include(if: $yes) { name type { ...Named } }
            }
            directives @skip(if: $no) { name locations isRepeatable args { name defaultValue } }
            directives { args { type { ...Named @skip(if: $yes) kind } } }
            queryType { enumValues { name } interfaces { name } possibleTypes { name } }
        }
    }
    fragment Named on __Type { kind called: name ofType { name } }""",
    "enums, inputs and interfaces": """{
        __schema { types {
            name enumValues { name isDeprecated } interfaces { name } possibleTypes { name kind }
            inputFields { name defaultValue type { name } } isOneOf
        } }
    }""",
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_answered_is_what_graphql_core_answers(service: Service, name: str) -> None:
    schema = build()
    expected = execute(schema._schema, parse(QUESTIONS[name]), context_value=None)
    response = service.post(QUESTIONS[name])
    answered = orjson.loads(response.body)["data"]
    for root in ("__schema", "__type"):
        assert isinstance(expected, ExecutionResult)
        assert expected.data is not None
        assert orjson.dumps(answered.get(root)) == orjson.dumps(expected.data.get(root))


def test_an_argument_without_a_value_is_refused_with_its_place(service: Service) -> None:
    query = """query Q($all: Boolean) {
        __type(name: "Store") { fields(includeDeprecated: $all) { name } }
    }"""
    response = service.post(query, variables={"all": None})
    answered = orjson.loads(response.body)
    assert answered["data"] == {"__type": {"fields": None}}
    (error,) = answered["errors"]
    assert error["path"] == ["__type", "fields"]
    assert error["locations"] == [{"line": 2, "column": 59}]
