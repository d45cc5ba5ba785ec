"""Runs a plan: resolvers called once each, values completed, nulls bubbled, errors located.

What graphql-core's executor does, on fields that were collected beforehand. Where a field's value
can be read without effects, its `fast` function builds the response in one go; only when that
raises is the value completed here, value by value, to say what is wrong and where.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql_schema.compiled.failures import FieldError, Path, located
from graphql_schema.compiled.objects import Objects
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
from graphql_schema.compiled.waiting import chained, is_awaitable, settle, together


class Execution(Objects):
    """One run of an operation.

    Attributes:
        context: what resolvers get.
        variables: coerced.
        raw: variables as they came.
        errors: of fields, in the order in which they happened.
    """

    __slots__ = ("_nulled", "context", "errors", "plan", "raw", "root", "variables")

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
        self._nulled: set[Path | None] = set()

    def data(self, selection: Selection) -> Any:
        """The response's data, or a coroutine of it."""
        root = selection.root
        try:
            if selection.serial:
                result = self._serially(root, root.fields)
            else:
                result = self.fields(root, self.root, None)
            if is_awaitable(result):
                return self._awaited_data(result)
        except FieldError as error:
            self._add(error, None)
            return None
        return result

    async def _awaited_data(self, result: Any) -> Any:
        try:
            return await result
        except FieldError as error:
            self._add(error, None)
            return None

    def _serially(self, root: ObjectType, fields: Iterable[Field]) -> Any:
        def step(results: dict[str, Any], field: Field) -> Any:
            result = self._field(field, self.root, (None, field.key, root.name))
            if is_awaitable(result):

                async def later() -> dict[str, Any]:
                    results[field.key] = await result
                    return results

                return later()
            results[field.key] = result
            return results

        return chained(fields, step, {})

    def fields(self, parent: ObjectType, source: Any, path: Path | None) -> Any:
        """The selected fields of an object, or a coroutine of them.

        Raises:
            FieldError: null may not stand where a field failed.
        """
        results: dict[str, Any] = {}
        waiting: list[str] = []
        name = parent.name
        try:
            for field in parent.fields:
                key = field.key
                result = self._field(field, source, (path, key, name))
                results[key] = result
                if is_awaitable(result):
                    waiting.append(key)
        except Exception:
            if waiting:
                settle([results[key] for key in waiting])
            raise
        if not waiting:
            return results
        return self._awaited_fields(results, waiting)

    async def _awaited_fields(self, results: dict[str, Any], waiting: list[str]) -> dict[str, Any]:
        if len(waiting) == 1:
            results[waiting[0]] = await results[waiting[0]]
        else:
            results.update(
                zip(waiting, await together(results[key] for key in waiting), strict=True)
            )
        return results

    def _field(self, field: Field, source: Any, path: Path) -> Any:
        try:
            value = self._resolved(field, source, path)
            if is_awaitable(value):
                return self._awaited_value(field, value, path)
            if field.fast is not None:
                try:
                    return field.fast(value)
                except Exception:  # noqa: BLE001, S110 - whatever it was, it is found below
                    pass
            completed = self.complete(field.type, field, value, path, path)
            if is_awaitable(completed):
                return self._awaited_completion(field, completed, path)
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises is its field's error
            self.failed(error, field.type, field, path)
            return None
        return completed

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
            return value(self.info(field, path), **arguments) if callable(value) else value
        return field.call(source, self.info(field, path), **arguments)

    def info(self, field: Field, path: Path) -> Any:
        """What graphql-core's resolvers get besides their arguments."""
        return None if self.plan.info is None else self.plan.info(field, path, self)

    async def _awaited_value(self, field: Field, value: Any, path: Path) -> Any:
        try:
            completed = self.complete(field.type, field, await value, path, path)
            if is_awaitable(completed):
                completed = await completed
        except Exception as error:  # noqa: BLE001 - as above
            self.failed(error, field.type, field, path)
            return None
        return completed

    async def _awaited_completion(self, field: Field, completed: Any, path: Path) -> Any:
        try:
            return await completed
        except Exception as error:  # noqa: BLE001 - as above
            self.failed(error, field.type, field, path)
            return None

    def failed(self, error: Exception, kind: OutputType, field: Field, path: Path) -> None:
        """Note a field's error where null may stand, raise it on where it may not.

        Raises:
            FieldError: null may not stand here.
        """
        found = located(error, field.locations, path)
        if isinstance(kind, NonNullType):
            raise found
        self._add(found, path)

    def _add(self, error: FieldError, path: Path | None) -> None:
        # What lies below something that is null already is not reported.
        at = path
        while at is not None:
            if at in self._nulled:
                return
            at = at[0]
        if None in self._nulled:
            return
        self._nulled.add(path)
        self.errors.append(error)

    def complete(self, kind: OutputType, field: Field, value: Any, path: Path, top: Path) -> Any:
        """A value as its type has it in the response, or a coroutine of it.

        Args:
            kind: its type.
            field: the field that it is the value of, or of an item of its value.
            value: the value.
            path: where it stands.
            top: where the field stands.

        Raises:
            Exception: it is no value of the type.
        """
        if isinstance(value, Exception):
            raise value
        if isinstance(kind, NonNullType):
            completed = self.complete(kind.of, field, value, path, top)
            if completed is None:
                raise TypeError(f"Cannot return null for non-nullable field {field.shown}.")
            return completed
        if value is None or type(value).__name__ == "UndefinedType":
            return None
        if isinstance(kind, ListType):
            return self.complete_list(kind, field, value, path, top)
        if isinstance(kind, LeafType):
            return kind.complete(value)
        if isinstance(kind, AbstractType):
            return self.complete_abstract(kind, field, value, path, top)
        return self.complete_object(kind, field, value, path, top)
