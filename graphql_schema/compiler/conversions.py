"""Prepares, once a field, what Strawberry does anew for every request: making arguments of values.

Strawberry resolves the types and names of all fields of an input for each value of it, which takes
as long as several requests to DynamoDB. What it makes of the values is the same here; types that
need more than that are left to Strawberry.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any, Final

from graphql import GraphQLField, GraphQLSchema
from strawberry import UNSET
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

Convert = Callable[[Any], Any]
Resolve = Callable[..., Any]

# Extension of a GraphQLField: its prepared resolver.
_PREPARED: Final = "carte-prepared"
_STRAWBERRY: Final = "strawberry-definition"
_RESOLVER: Final = "GraphQLCoreConverter.from_resolver.<locals>._resolver"


class NotPreparableError(Exception):
    """Only Strawberry can convert values of a type."""


class Conversions:
    """Makes the functions that convert coerced values of a schema's input types."""

    def __init__(self, config: StrawberryConfig, scalars: Mapping[object, Any]) -> None:
        """Take the schema's configuration and scalars; no function is made yet.

        Args:
            config: The configuration of Strawberry's schema.
            scalars: Its registry of scalars.
        """
        self._config = config
        self._scalars = scalars
        self._inputs: dict[Any, Convert] = {}

    def of_arguments(
        self, arguments: list[StrawberryArgument]
    ) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        """Return what Strawberry's `convert_arguments` does with values of these arguments.

        Raises:
            NotPreparableError: One of them has a type that only Strawberry can convert.
        """
        converted = [
            (
                self._config.name_converter.from_argument(one),
                one.python_name,
                self.of(one.type),
            )
            for one in arguments
        ]

        def convert(values: Mapping[str, Any]) -> dict[str, Any]:
            made = {}
            for name, python_name, inner in converted:
                if name in values:
                    value = values[name]
                    made[python_name] = value if inner is None else inner(value)
            return made

        return convert

    def of(self, kind: Any) -> Convert | None:
        """Return what Strawberry's `convert_argument` does with values of a type.

        Returns:
            None where the values stay as they are.

        Raises:
            NotPreparableError: Only Strawberry can convert them.
        """
        if isinstance(kind, StrawberryMaybe) or kind is GlobalID:
            raise NotPreparableError
        if isinstance(kind, StrawberryOptional):
            return self.of(kind.of_type)
        if isinstance(kind, LazyType):
            return self.of(kind.resolve_type())
        if isinstance(kind, StrawberryList):
            return _of_list(self.of(kind.of_type))
        if (
            is_scalar(kind, self._scalars)
            or isinstance(kind, StrawberryEnumDefinition)
            or has_enum_definition(kind)
        ):
            return None
        if has_object_definition(kind):
            return self._inputs.get(kind) or self._of_input(kind)
        raise NotPreparableError

    def _of_input(self, kind: Any) -> Convert:
        definition = kind.__strawberry_definition__
        if definition.from_input is not None:
            raise NotPreparableError
        # What has no default is None where it is left out.
        absent = {
            field.python_name: None
            for field in definition.fields
            if definition.is_input
            and field.default_value is MISSING
            and field.default_factory is MISSING
        }
        fields: list[tuple[str, str, Convert | None]] = []

        def convert(value: Any) -> Any:
            if value is None or value is UNSET:
                return value
            made = {**absent}
            for name, python_name, inner in fields:
                if name in value:
                    one = value[name]
                    made[python_name] = one if inner is None else inner(one)
            return kind(**made)

        self._inputs[kind] = convert  # before its fields, which may be of the same type
        fields += [
            (
                self._config.name_converter.from_field(field),
                field.python_name,
                self.of(field.resolve_type(type_definition=definition)),
            )
            for field in definition.fields
        ]
        return convert


def prepared_resolver(definition: GraphQLField, schema: GraphQLSchema) -> Resolve | None:
    """Return a function of (source, info, **arguments) that does what a field's resolver does.

    Args:
        definition: The field, made by Strawberry.
        schema: Its schema.

    Returns:
        None where only Strawberry can call the resolver: the field has extensions, is asynchronous,
        or takes a type that only Strawberry can convert.
    """
    known = definition.extensions
    if _PREPARED not in known:
        known[_PREPARED] = _prepared(definition, schema)
    found: Resolve | None = known[_PREPARED]
    return found


def _prepared(definition: GraphQLField, schema: GraphQLSchema) -> Resolve | None:
    field = definition.extensions.get(_STRAWBERRY)
    owner = getattr(schema, "_strawberry_schema", None)
    if (
        owner is None
        or not isinstance(field, StrawberryField)
        or type(field).get_result is not StrawberryField.get_result
        or getattr(definition.resolve, "__qualname__", "") != _RESOLVER
        or owner.schema_converter.exception_handlers
        or field.extensions
        or field.base_resolver is None
    ):
        return None
    config = owner.config
    try:
        convert = Conversions(config, owner.schema_converter.scalar_registry).of_arguments(
            field.arguments
        )
    except NotPreparableError:
        return None
    resolver, info_class = field.base_resolver, config.info_class
    takes_self = resolver.self_parameter is not None
    of_source = [
        one.name for one in (resolver.parent_parameter, resolver.root_parameter) if one is not None
    ]
    of_info = None if resolver.info_parameter is None else resolver.info_parameter.name

    def resolve(source: Any, info: Any, **values: Any) -> Any:
        arguments = convert(values)
        for name in of_source:
            arguments[name] = source
        if of_info is not None:
            arguments[of_info] = info_class(_raw_info=info, _field=field)
        return resolver(source, **arguments) if takes_self else resolver(**arguments)

    return resolve


def _of_list(item: Convert | None) -> Convert:
    # A list is copied also where its items stay: it may be the default of every request.
    def convert(value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        return list(value) if item is None else [item(one) for one in value]

    return convert
