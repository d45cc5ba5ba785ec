"""The introspection queries that GraphQL's tools send are answered."""

import orjson
import pytest
from graphql import build_client_schema, get_introspection_query

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
