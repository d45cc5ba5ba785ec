"""Errors in the form that clients get: message, path and code, without internal details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from graphql import GraphQLError

PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
BAD_REQUEST: Final = "BAD_REQUEST"
BAD_USER_INPUT: Final = "BAD_USER_INPUT"
UNAUTHENTICATED: Final = "UNAUTHENTICATED"
FORBIDDEN: Final = "FORBIDDEN"
CATALOG_NOT_PUBLISHED: Final = "CATALOG_NOT_PUBLISHED"
# In the extensions of a fault of ours: the same request may succeed in another region, or later.
# Other errors are about what the request says, and every region answers the same.
RETRYABLE: Final = {"retryable": True}
MAX_MESSAGE: Final = 500  # characters of a message, which may repeat what the client sent
INTERNAL_MESSAGE: Final = "Something went wrong on our side; try again."


class CodedError(Exception):
    """An error whose message and code are shown to clients.

    It does not derive from `GraphQLError`, so that compiled operations can raise it without
    importing graphql-core, which copies `message` and `extensions` from it.
    """

    def __init__(self, message: str, code: str, more: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = {"code": code, **(more or {})}


class BadInputError(CodedError):
    """An argument has the right type, but a value that is not allowed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, BAD_USER_INPUT)


def is_internal(error: GraphQLError) -> bool:
    """Return whether an error is a fault of the service, whose message clients must not see."""
    from graphql import GraphQLError

    cause = error.original_error
    return cause is not None and not isinstance(cause, GraphQLError | CodedError)


def formatted(error: GraphQLError, *, executed: bool) -> dict[str, Any]:
    """Return an error in the form of the response; internal errors get a general message.

    Args:
        error: What graphql-core reports.
        executed: Whether execution had begun; decides the code of errors that have none.
    """
    from graphql import GraphQLSyntaxError

    shown: dict[str, Any] = dict(error.formatted)
    code = (error.extensions or {}).get("code")
    more: dict[str, Any] = {}
    if is_internal(error):
        shown["message"] = INTERNAL_MESSAGE
        code = internal_code(error.original_error)
        more = RETRYABLE
    elif code is None:
        code = PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED
        if executed:
            code = BAD_USER_INPUT
    shown["message"] = bounded(shown["message"])
    shown["extensions"] = {**shown.get("extensions", {}), "code": code, **more}
    return shown


def internal_code(fault: BaseException | None) -> str:
    """Return the code that clients see for a fault of ours."""
    from services.domain.faults import INTERNAL, shown
    from services.storage.fault_codes import code_of

    return INTERNAL if fault is None else shown(code_of(fault))


def bounded(message: str) -> str:
    """Return a message that repeats only so much of what a client sent."""
    return message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}..."
