"""Errors of fields during execution: their locations and paths, and whether clients see them."""

import sys
from typing import Any

from graphql_schema.compiled.plan import Locations

# (path before it, key or index, name of the type): as graphql-core's, so that errors compare alike.
Path = tuple[Any, str | int, str | None]


class ExecutionError(Exception):
    """An error that graphql-core reports as a GraphQLError; its message is shown to clients."""


class FieldError(Exception):
    """An error with its place in document and response.

    Attributes:
        message: As it was raised.
        locations: Line and column in the document.
        path: Response keys and list indexes, from the root.
        extensions: Of the error that was raised.
        original: What was raised.
        internal: Whether it is a fault of the service, whose message clients do not see.
    """

    def __init__(
        self,
        message: str,
        locations: list[dict[str, int]] | None,
        path: list[str | int] | None,
        extensions: dict[str, Any],
        original: BaseException | None,
        *,
        internal: bool,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.locations = locations
        self.path = path
        self.extensions = extensions
        self.original = original
        self.internal = internal

    @property
    def formatted(self) -> dict[str, Any]:
        """The error in the form of the response, with its own message."""
        shown: dict[str, Any] = {"message": self.message or "An unknown error occurred."}
        if self.locations is not None:
            shown["locations"] = self.locations
        if self.path is not None:
            shown["path"] = self.path
        if self.extensions:
            shown["extensions"] = self.extensions
        return shown


def located(error: Exception, locations: Locations, path: Path) -> FieldError:
    """The error at its place; an error that has one keeps it (graphql-core's `located_error`)."""
    if isinstance(error, FieldError):
        return error
    core = _core_error()
    if core is not None and isinstance(error, core) and error.path is not None:
        return _of_core(error, core)
    message = str(error.message) if hasattr(error, "message") else str(error)
    extensions = getattr(error, "extensions", None)
    return FieldError(
        message,
        _own_locations(error, core) or [{"line": line, "column": at} for line, at in locations],
        keys(path),
        extensions if isinstance(extensions, dict) else {},
        error,
        internal=not _for_clients(error, core),
    )


def keys(path: Path | None) -> list[str | int]:
    """Return the keys of a path, from the root."""
    found: list[str | int] = []
    while path is not None:
        found.append(path[1])
        path = path[0]
    return found[::-1]


def _core_error() -> Any:
    # Where its errors are raised, graphql-core is imported already; importing it takes 100 ms.
    module = sys.modules.get("graphql.error")
    return None if module is None else getattr(module, "GraphQLError", None)


def _for_clients(error: BaseException, core: Any) -> bool:
    from graphql_schema.errors import CodedError

    return isinstance(error, (CodedError, ExecutionError)) or (
        core is not None and isinstance(error, core)
    )


def _of_core(error: Any, core: Any) -> FieldError:
    cause = error.original_error
    return FieldError(
        error.message,
        _formatted(error.locations),
        error.path,
        error.extensions or {},
        cause,
        internal=cause is not None and not _for_clients(cause, core),
    )


def _own_locations(error: Any, core: Any) -> list[dict[str, int]] | None:
    nodes = getattr(error, "nodes", None)
    positions, source = getattr(error, "positions", None), getattr(error, "source", None)
    if core is None or not (nodes or (positions and source)):
        return None
    return _formatted(core("", nodes, source, positions).locations)


def _formatted(locations: Any) -> list[dict[str, int]] | None:
    return None if locations is None else [dict(one.formatted) for one in locations]
