"""Answers questions about the schema itself in a few steps of Python for each value.

graphql-core takes about 25 calls of functions for each field of each type, although introspection
resolves at once, in memory, and cannot fail: one whole introspection of this schema took 60 ms of
CPU. Here a place of the document is prepared once, and a type that is named again in the same place
(`String!` is the type of many hundred arguments) is not completed again.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    introspection_types,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.values import get_argument_values
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

_TYPE: Final = introspection_types["__Type"]
_OURS: Final = frozenset(introspection_types.values())


class _Field(NamedTuple):
    """A field of an introspection type, in one place of the document.

    Attributes:
        key: Its name in the answer.
        resolve: Returns its value, as graphql-core calls it.
        arguments: Their values.
        is_list: Whether the value is a list.
        enum: The type of what it returns, where that is an enum; else None.
        kind: The type of what it returns, where that is an object; None: it has no fields.
        places: Where the document selects it.
    """

    key: str
    resolve: Any
    arguments: Mapping[str, Any]
    is_list: bool
    enum: GraphQLEnumType | None
    kind: GraphQLObjectType | None
    places: FieldDetailsList


class ExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's, with a way of its own for the types of introspection."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._prepared: dict[int, list[_Field]] = {}
        self._types: dict[tuple[str, int], dict[str, Any]] = {}

    def complete_object_value(  # noqa: PLR0917 - graphql-core's signature
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> AwaitableOrValue[dict[str, Any]]:
        """Complete an object; see graphql-core."""
        if return_type in _OURS and position_context is None:
            try:
                return self._introspected(return_type, field_details_list, info, result)
            except GraphQLError:
                pass  # an argument is wrong: graphql-core says where
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )

    def _introspected(
        self,
        kind: GraphQLObjectType,
        places: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        of: Any,
    ) -> dict[str, Any]:
        key = None
        if kind is _TYPE:
            # No two types are written alike (`[Store!]!`), and one list stands for one place.
            key = (str(of), id(places))
            known = self._types.get(key)
            if known is not None:
                return known
        # graphql-core keeps the lists of places until its execution ends: their ids stay theirs.
        fields = self._prepared.get(id(places))
        if fields is None:
            fields = self._prepared[id(places)] = self._prepare(kind, places)
        found = {}
        for field in fields:
            value = field.resolve(of, info, **field.arguments)
            if value is not None:
                if field.kind is not None:
                    if field.is_list:
                        value = [
                            self._introspected(field.kind, field.places, info, one) for one in value
                        ]
                    else:
                        value = self._introspected(field.kind, field.places, info, value)
                elif field.enum is not None:
                    name = field.enum.coerce_output_value
                    value = [name(one) for one in value] if field.is_list else name(value)
            found[field.key] = value
        if key is not None:
            self._types[key] = found
        return found

    def _prepare(self, kind: GraphQLObjectType, places: FieldDetailsList) -> list[_Field]:
        grouped, _, _ = self.collect_subfields(kind, places)
        return [self._field(kind, key, below) for key, below in grouped.items()]

    def _field(self, kind: GraphQLObjectType, key: str, places: FieldDetailsList) -> _Field:
        first = places[0]
        name = first.node.name.value
        if name == "__typename":
            written = kind.name
            return _Field(key, lambda *_: written, {}, False, None, None, places)
        definition = kind.fields[name]
        of_type = definition.type
        named = get_named_type(of_type)
        return _Field(
            key,
            definition.resolve,
            get_argument_values(
                definition,
                first.node,
                self.variable_values,
                first.fragment_variable_values,
                self.hide_suggestions,
            ),
            is_list_type(of_type.of_type if is_non_null_type(of_type) else of_type),
            named if isinstance(named, GraphQLEnumType) else None,
            named if isinstance(named, GraphQLObjectType) else None,
            places,
        )
