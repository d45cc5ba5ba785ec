"""The parameters of a GraphQL request, checked and bounded, from a body or a query string."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from services.menu_api.refusals import RefusedRequestError

MAX_BODY: Final = 256 * 1024
# Of a document, in characters. The lexer reads it character by character: longer ones would take
# longer than everything that the limits of `graphql_schema.limits` let through.
MAX_DOCUMENT: Final = 32 * 1024
MAX_NAME: Final = 128
# Of variables: how deep lists and objects may nest, and how many values there may be in all. The
# largest mutation takes lists of 100 lines of few values each.
MAX_DEPTH: Final = 24
MAX_VALUES: Final = 4000


class Parameters(NamedTuple):
    """The parameters of a request.

    Attributes:
        query: The document; None where only its hash is sent.
        operation_name: Which operation of the document to run; None where it is not named.
        variables: Values by name; None where there are none.
        extensions: What the client sent beside them.
    """

    query: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any]

    @classmethod
    def from_body(cls, body: bytes) -> "Parameters":
        """Read a POST body.

        Raises:
            RefusedRequestError: The body is too large, no JSON, or has members of a wrong type.
        """
        if len(body) > MAX_BODY:
            raise RefusedRequestError(f"the body is larger than {MAX_BODY} bytes", status=413)
        value = _json("the body", body)
        if isinstance(value, list):
            raise RefusedRequestError("batches are not supported; send one operation per request")
        if not isinstance(value, dict):
            raise RefusedRequestError("the body must be a JSON object with a query")
        return cls._checked(value)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Parameters":
        """Read the query string of a GET; `variables` and `extensions` are JSON texts.

        Raises:
            RefusedRequestError: A text is no JSON object, or the document is too long.
        """
        value: dict[str, Any] = dict(query)
        for name in ("variables", "extensions"):
            text = query.get(name)
            if text:
                value[name] = _json(name, text)
            else:
                value.pop(name, None)
        return cls._checked(value)

    @classmethod
    def _checked(cls, value: Mapping[str, Any]) -> "Parameters":
        query = value.get("query")
        operation_name = value.get("operationName")
        extensions = value.get("extensions")
        if query is not None and not isinstance(query, str):
            raise RefusedRequestError("query must be a string")
        if operation_name is not None and not isinstance(operation_name, str):
            raise RefusedRequestError("operationName must be a string")
        if extensions is not None and not isinstance(extensions, dict):
            raise RefusedRequestError("extensions must be an object")
        if query is not None:
            _check_document(query)
        if operation_name is not None and len(operation_name) > MAX_NAME:
            raise RefusedRequestError(f"operationName is longer than {MAX_NAME} characters")
        variables = _variables(value.get("variables"))
        return cls(query or None, operation_name or None, variables, extensions or {})


def read_variables(text: str | None) -> dict[str, Any] | None:
    """Read the query parameter `variables`, a JSON text.

    Raises:
        RefusedRequestError: The text is no JSON object, or too deep or too large a one.
    """
    return _variables(_json("variables", text)) if text else None


def _json(name: str, text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RefusedRequestError(f"{name} is no JSON: {error}") from error


def _check_document(text: str) -> None:
    if len(text) > MAX_DOCUMENT:
        message = f"the document is longer than {MAX_DOCUMENT} characters; send values as variables"
        raise RefusedRequestError(message, status=413)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RefusedRequestError("the document is no valid Unicode text") from error


def _variables(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise RefusedRequestError("variables must be an object")
    level: list[Any] = [value]
    values = 0
    for _ in range(MAX_DEPTH):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        values += len(level)
        if values > MAX_VALUES:
            raise RefusedRequestError(f"variables hold more than {MAX_VALUES} values", status=413)
        level = [one for one in level if isinstance(one, (dict, list))]
        if not level:
            return value
    raise RefusedRequestError(f"variables nest deeper than {MAX_DEPTH} levels")
