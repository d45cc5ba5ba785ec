"""Errors as clients see them: a message, a place, a code; internals stay in the log."""

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
INTERNAL: Final = "INTERNAL_SERVER_ERROR"
MAX_MESSAGE: Final = 500  # characters of a message, which may repeat what the client sent
INTERNAL_MESSAGE: Final = "Something went wrong on our side; try again."


class CodedError(Exception):
    """An error whose message is meant for the client, with a code for programs.

    GraphQL's own error class finds `message` and `extensions` in it; it is none of that class so
    that compiled operations can raise it without graphql-core.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = {"code": code}


class BadInputError(CodedError):
    """An argument has the right type but no possible meaning."""

    def __init__(self, message: str) -> None:
        super().__init__(message, BAD_USER_INPUT)


def is_internal(error: GraphQLError) -> bool:
    """Whether an error came from a fault of ours and not from the request."""
    from graphql import GraphQLError

    cause = error.original_error
    return cause is not None and not isinstance(cause, GraphQLError | CodedError)


def formatted(error: GraphQLError, *, executed: bool) -> dict[str, Any]:
    """An error in the response's form; what is internal loses its message."""
    from graphql import GraphQLSyntaxError

    shown: dict[str, Any] = dict(error.formatted)
    code = (error.extensions or {}).get("code")
    if is_internal(error):
        shown["message"] = INTERNAL_MESSAGE
        code = internal_code(error.original_error)
    elif code is None:
        code = PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED
        if executed:
            code = BAD_USER_INPUT
    shown["message"] = bounded(shown["message"])
    shown["extensions"] = {**shown.get("extensions", {}), "code": code}
    return shown


def internal_code(fault: BaseException | None) -> str:
    """Return the code that clients see for a fault of ours."""
    from services.domain.faults import shown
    from services.storage.fault_codes import code_of

    return INTERNAL if fault is None else shown(code_of(fault))


def bounded(message: str) -> str:
    """Return a message that repeats only so much of what a client sent."""
    return message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}..."
