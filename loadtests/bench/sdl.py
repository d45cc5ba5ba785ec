"""The part of carte's schema that a menu needs, for servers that are given their schema as SDL."""

from pathlib import Path
from typing import Final

from graphql import GraphQLSchema, build_schema, is_specified_scalar_type, print_schema
from graphql.type import GraphQLObjectType

import graphql_schema

COMMITTED: Final = Path(graphql_schema.__file__).with_name("schema.graphql")


def menu_schema() -> GraphQLSchema:
    """The committed schema with `menu` as its only query, and the types that this one reaches."""
    whole = build_schema(COMMITTED.read_text(encoding="utf-8"))
    assert whole.query_type is not None
    menu = whole.query_type.fields["menu"]
    return GraphQLSchema(query=GraphQLObjectType("Query", {"menu": menu}))


def menu_sdl() -> str:
    """The same as text, without descriptions."""
    schema = menu_schema()
    for kind in schema.type_map.values():
        if is_specified_scalar_type(kind):
            continue  # all schemas of the process share these
        kind.description = None
        for part in (
            *getattr(kind, "fields", {}).values(),
            *getattr(kind, "values", {}).values(),
        ):
            part.description = None
            for argument in getattr(part, "args", {}).values():
                argument.description = None
    return print_schema(schema)
