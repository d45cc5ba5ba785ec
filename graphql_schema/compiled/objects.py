"""Completion of objects, and of what turns out to be one: part of `Execution`."""

from typing import Any

from graphql_schema.compiled.failures import ExecutionError, Path
from graphql_schema.compiled.lists import Lists
from graphql_schema.compiled.plan import AbstractType, Field, ObjectType
from graphql_schema.compiled.waiting import is_awaitable


class Objects(Lists):
    """Objects of an execution."""

    __slots__ = ()

    def fields(self, parent: ObjectType, source: Any, path: Path | None) -> Any:
        """See `Execution.fields`."""
        raise NotImplementedError

    def info(self, field: Field, path: Path) -> Any:
        """See `Execution.info`."""
        raise NotImplementedError

    def complete_abstract(
        self, kind: AbstractType, field: Field, value: Any, path: Path, top: Path
    ) -> Any:
        """An interface or a union: first which object it is, then the object.

        Raises:
            Exception: it is none, or as `complete_object`.
        """
        name = kind.resolve(value, self.info(field, top))
        if is_awaitable(name):

            async def later() -> Any:
                found = _possible(kind, field, await name, value)
                made = self.complete_object(found, field, value, path, top)
                return await made if is_awaitable(made) else made

            return later()
        return self.complete_object(_possible(kind, field, name, value), field, value, path, top)

    def complete_object(
        self, kind: ObjectType, field: Field, value: Any, path: Path, top: Path
    ) -> Any:
        """The object with its selected fields, or a coroutine of it.

        Raises:
            Exception: it is none of its type, or null may not stand where a field failed.
        """
        if kind.is_type_of is not None:
            fits = kind.is_type_of(value, self.info(field, top))
            if is_awaitable(fits):

                async def later() -> Any:
                    if not await fits:
                        raise _misfit(kind, value)
                    made = self.fields(kind, value, path)
                    return await made if is_awaitable(made) else made

                return later()
            if not fits:
                raise _misfit(kind, value)
        return self.fields(kind, value, path)


def _possible(kind: AbstractType, field: Field, name: Any, value: Any) -> ObjectType:
    found = kind.objects.get(name) if isinstance(name, str) else None
    if found is None:
        raise ExecutionError(kind.describe(name, value, field.shown))
    return found


def _misfit(kind: ObjectType, value: Any) -> ExecutionError:
    from graphql.pyutils import inspect

    return ExecutionError(f"Expected value of type '{kind.name}' but got: {inspect(value)}.")
