"""Bugs to plant into the compiler, each of which the fuzzer must find."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from graphql_schema.compiled import execution, fast_checks
from graphql_schema.compiled.execution import Execution
from graphql_schema.compiled.field_errors import FieldError, located
from graphql_schema.compiled.plan import NonNullType
from graphql_schema.compiler import (
    codegen,
    fast_functions,
    lifting,
    literal_values,
    selections,
)
from graphql_schema.compiler.arguments import Arguments
from graphql_schema.compiler.document_shape import STRING

Plant = Callable[[pytest.MonkeyPatch], None]


def null_stands(patch: pytest.MonkeyPatch) -> None:
    """Null is let through where a type says that it may not stand."""
    original = Execution._complete

    def complete(self: Any, kind: Any, *rest: Any) -> Any:
        kind = kind.of if isinstance(kind, NonNullType) else kind
        return original(self, kind, *rest)

    patch.setattr(Execution, "_complete", complete)


def large_ints(patch: pytest.MonkeyPatch) -> None:
    """The fast functions do not look at the range of Int."""
    patch.setitem(
        fast_functions.CHECKS, "Int", "if {v}.__class__ is not int: raise UnusualValueError"
    )


def one_location(patch: pytest.MonkeyPatch) -> None:
    """An error in a merged field tells the first place only."""
    patch.setattr(execution, "located", lambda error, places, path: located(
        error, places[:1], path))  # fmt: skip


def lost_index(patch: pytest.MonkeyPatch) -> None:
    """Paths of errors in lists do not say which item."""
    original = Execution._complete_item

    def item(self: Any, kind: Any, field: Any, one: Any, path: Any, *rest: Any) -> Any:
        return original(self, kind, field, one, (path[0], 0, None), *rest)

    patch.setattr(Execution, "_complete_item", item)


def called_twice(patch: pytest.MonkeyPatch) -> None:
    """A value that is not plainly right is resolved once more."""
    original = Execution._resolved

    def resolved(self: Any, field: Any, source: Any, path: Any) -> Any:
        value = original(self, field, source, path)
        if value is None:
            return original(self, field, source, path)
        return value

    patch.setattr(Execution, "_resolved", resolved)


def lost_errors(patch: pytest.MonkeyPatch) -> None:
    """An error that is propagated to a parent hides those that were noted below it."""
    original = Execution._failed

    def failed(self: Any, error: Any, kind: Any, *rest: Any) -> None:
        if isinstance(error, FieldError):
            self.errors.clear()
        original(self, error, kind, *rest)

    patch.setattr(Execution, "_failed", failed)


def no_defaults(patch: pytest.MonkeyPatch) -> None:
    """Defaults of arguments are forgotten."""
    patch.setattr(Arguments, "_default", lambda *_: None)


def switches_ignored(patch: pytest.MonkeyPatch) -> None:
    """`@skip` and `@include` with variables always have the same effect."""
    original = selections.SelectionCompiler.write

    def write(self: Any, switches: Any) -> str:
        return original(self, dict.fromkeys(switches, True))

    patch.setattr(selections.SelectionCompiler, "write", write)
    patch.setattr(codegen, "SelectionCompiler", selections.SelectionCompiler)


def errors_as_objects(patch: pytest.MonkeyPatch) -> None:
    """An exception that a resolver returns is taken for an object."""
    patch.setattr(fast_checks, "check_readable", lambda _: None)
    original = Execution._complete

    def complete(self: Any, kind: Any, field: Any, value: Any, *rest: Any) -> Any:
        value = None if isinstance(value, Exception) else value
        return original(self, kind, field, value, *rest)

    patch.setattr(Execution, "_complete", complete)


def one_literal_for_all(patch: pytest.MonkeyPatch) -> None:
    """A literal that decides whether fields merge is lifted."""
    patch.setattr(lifting, "_shared_keys", lambda _: set())


def escapes_as_they_stand(patch: pytest.MonkeyPatch) -> None:
    """A string literal is taken as it stands in the document."""
    for kind in ("String", "ID"):
        patch.setitem(literal_values._KNOWN, (kind, STRING), lambda literal: literal[1:-1])


PLANTS: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        null_stands,
        large_ints,
        one_location,
        lost_index,
        called_twice,
        lost_errors,
        no_defaults,
        switches_ignored,
        errors_as_objects,
        one_literal_for_all,
        escapes_as_they_stand,
    )
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The compiler with a bug."""
    with pytest.MonkeyPatch.context() as patch:
        PLANTS[name](patch)
        yield
