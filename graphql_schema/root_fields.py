"""Which subject declares each field of `Query` and `Mutation`: the table that parts.py reads.

`python -m graphql_schema.export` writes it to root_fields.json from the subjects of root.py, so
that a process finds the subjects of a document before it imports them.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from graphql import GraphQLField, GraphQLNamedType, get_named_type
from graphql.type import is_abstract_type
from strawberry.types import get_object_definition

from graphql_schema.root import MUTATIONS, QUERIES
from graphql_schema.root_types import MUTATION, QUERY
from graphql_schema.schema import Schema


def table(schema: Schema) -> str:
    """JSON of the table: {root type: {module:class: {fields, abstract}}}.

    `abstract` says whether an interface can be reached from the fields: a part of the schema with
    them needs the types that implement it.
    """
    subjects = {QUERY: QUERIES, MUTATION: MUTATIONS}
    return (
        json.dumps(
            {root: dict(_entries(schema, root, of_root)) for root, of_root in subjects.items()},
            indent=2,
        )
        + "\n"
    )


def _entries(
    schema: Schema, root: str, subjects: Iterable[type]
) -> Iterator[tuple[str, dict[str, Any]]]:
    kind: Any = schema._schema.type_map[root]  # noqa: SLF001 - no public way
    name = schema.config.name_converter.get_graphql_name
    for subject in subjects:
        names = [name(field) for field in get_object_definition(subject, strict=True).fields]
        abstract = any(map(is_abstract_type, _reached(kind.fields[one] for one in names)))
        entry = {"fields": names, "abstract": abstract}
        yield f"{subject.__module__}:{subject.__name__}", entry


def _reached(fields: Iterable[GraphQLField]) -> set[GraphQLNamedType]:
    """Return the types that can be selected from below fields."""
    found = set[GraphQLNamedType]()
    waiting = [get_named_type(field.type) for field in fields]
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            below = getattr(kind, "fields", {}).values()
            waiting += [get_named_type(field.type) for field in below]
    return found
