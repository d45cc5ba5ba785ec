"""Runs the plan of an operation: calls resolvers, completes values, propagates nulls, notes errors.

Follows graphql-core's executor (GraphQL specification, section 6), over fields that were collected
when the operation was compiled. Where reading a field's value has no effects, its `fast` function
builds that part of the response in one go; only when it raises is the same value completed here,
value by value, to find out what is wrong and where.

Resolvers are synchronous: the compiler leaves operations with asynchronous ones to graphql-core.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from graphql_schema.compiled.field_errors import ExecutionError, FieldError, Path, located
from graphql_schema.compiled.plan import (
    ATTRIBUTE,
    CONSTANT,
    CONTEXT,
    DEFAULT,
    AbstractType,
    Field,
    LeafType,
    ListType,
    NonNullType,
    ObjectType,
    OutputType,
    Plan,
    Selection,
)

# Iterable, but no lists for GraphQL.
_SCALAR_ITERABLES: Final = (bytearray, bytes, str, memoryview, Mapping)


class Execution:
    """One run of an operation.

    Attributes:
        plan: The compiled operation.
        context: The first argument of plain resolvers, and `info.context` of all others.
        variables: Coerced values by name.
        raw: The values of variables as the client sent them.
        root: The source of the root fields.
        errors: Of fields, in the order in which they happened.
    """

    __slots__ = ("context", "errors", "plan", "raw", "root", "variables")

    def __init__(
        self,
        plan: Plan,
        variables: Mapping[str, Any],
        context: Any,
        raw: Mapping[str, Any],
        root: Any = None,
    ) -> None:
        self.plan = plan
        self.variables = variables
        self.raw = raw
        self.context = context
        self.root = root
        self.errors: list[FieldError] = []

    def data(self, selection: Selection) -> dict[str, Any] | None:
        """Return the response's `data`; None if an error propagated up to the root."""
        try:
            return self._fields(selection.root, self.root, None)
        except FieldError as error:
            self.errors.append(error)
            return None

    def _fields(self, parent: ObjectType, source: Any, path: Path | None) -> dict[str, Any]:
        """Return the selected fields of an object, one after the other, as mutations need it.

        Raises:
            FieldError: A field failed whose type is non-null.
        """
        name = parent.name
        return {
            field.key: self._field(field, source, (path, field.key, name))
            for field in parent.fields
        }

    def _field(self, field: Field, source: Any, path: Path) -> Any:
        try:
            value = self._resolved(field, source, path)
            if field.fast is not None:
                try:
                    return field.fast(value)
                except Exception:  # noqa: BLE001, S110 - completing the value again finds out why
                    pass
            return self._complete(field.type, field, value, path, path)
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises is its field's error
            self._failed(error, field.type, field, path)
            return None

    def _resolved(self, field: Field, source: Any, path: Path) -> Any:
        mode = field.mode
        if mode == ATTRIBUTE:
            return getattr(source, field.name)
        if mode == CONSTANT:
            return field.call
        arguments = {} if field.arguments is None else field.arguments(self.variables, self.raw)
        if mode == CONTEXT:
            return field.call(self.context, **arguments)
        if mode == DEFAULT:
            value = (
                source.get(field.name)
                if isinstance(source, Mapping)
                else getattr(source, field.name, None)
            )
            return value(self._info(field, path), **arguments) if callable(value) else value
        return field.call(source, self._info(field, path), **arguments)

    def _info(self, field: Field, path: Path) -> Any:
        return None if self.plan.info is None else self.plan.info(field, path, self)

    def _failed(self, error: Exception, kind: OutputType, field: Field, path: Path) -> None:
        """Note an error where the type is nullable; raise it where the type is non-null.

        Raises:
            FieldError: The type is non-null, so that the error belongs to the parent too.
        """
        found = located(error, field.locations, path)
        if isinstance(kind, NonNullType):
            raise found
        self.errors.append(found)

    def _complete(self, kind: OutputType, field: Field, value: Any, path: Path, top: Path) -> Any:
        """Return a value as the response has it.

        Args:
            kind: The value's type.
            field: The field that returned the value, or the list that holds it.
            value: What was resolved.
            path: Where the value stands.
            top: Where the field stands.

        Raises:
            Exception: The value is not one of the type.
        """
        if isinstance(value, Exception):
            raise value
        if isinstance(kind, NonNullType):
            completed = self._complete(kind.of, field, value, path, top)
            if completed is None:
                raise TypeError(f"Cannot return null for non-nullable field {field.shown}.")
            return completed
        if value is None or type(value).__name__ == "UndefinedType":
            return None
        if hasattr(value, "__await__"):
            # A fault of ours, not of the client; an object's fields would silently read as null.
            raise TypeError(f"{field.shown} resolved to an awaitable; resolvers are synchronous")
        if isinstance(kind, ListType):
            return self._complete_list(kind, field, value, path, top)
        if isinstance(kind, LeafType):
            return kind.complete(value)
        if isinstance(kind, AbstractType):
            name = kind.resolve(value, self._info(field, top))
            found = kind.objects.get(name) if isinstance(name, str) else None
            if found is None:
                raise ExecutionError(kind.describe(name, value, field.shown))
            kind = found
        return self._complete_object(kind, field, value, path, top)

    def _complete_list(
        self, kind: ListType, field: Field, value: Any, path: Path, top: Path
    ) -> list[Any]:
        if not isinstance(value, Iterable) or isinstance(value, _SCALAR_ITERABLES):
            raise ExecutionError(
                f"Expected Iterable, but did not find one for field '{field.shown}'."
            )
        item = kind.item
        iterator = iter(value)
        try:
            return [
                self._complete_item(item, field, one, (path, at, None), top)
                for at, one in enumerate(iterator)
            ]
        except Exception:
            # graphql-core exhausts the iterator too, which shows where two aliases share it.
            with suppress(Exception):
                deque(iterator, maxlen=0)
            raise

    def _complete_item(
        self, kind: OutputType, field: Field, value: Any, path: Path, top: Path
    ) -> Any:
        try:
            return self._complete(kind, field, value, path, top)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is this item's error
            self._failed(error, kind, field, path)
            return None

    def _complete_object(
        self, kind: ObjectType, field: Field, value: Any, path: Path, top: Path
    ) -> dict[str, Any]:
        if kind.is_type_of is not None and not kind.is_type_of(value, self._info(field, top)):
            from graphql.pyutils import inspect

            raise ExecutionError(f"Expected value of type '{kind.name}' but got: {inspect(value)}.")
        return self._fields(kind, value, path)
