"""The parameters of a GraphQL request, checked, from a body or a query string."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

MAX_BODY: Final = 256 * 1024


class BadRequestError(ValueError):
    """The HTTP request is no GraphQL request.

    Attributes:
        status: the HTTP status that says so.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Parameters(NamedTuple):
    """What a client asks for; `query` is None where only a persisted document's hash is sent."""

    query: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any]

    @classmethod
    def from_body(cls, body: bytes) -> "Parameters":
        """Read a POST body.

        Raises:
            BadRequestError: it is too large, no JSON, or has members of the wrong type.
        """
        if len(body) > MAX_BODY:
            raise BadRequestError(f"the body is larger than {MAX_BODY} bytes", status=413)
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BadRequestError(f"the body is no JSON: {error}") from error
        if isinstance(value, list):
            raise BadRequestError("batches are not supported; send one operation per request")
        if not isinstance(value, dict):
            raise BadRequestError("the body must be a JSON object with a query")
        return cls._checked(value)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Parameters":
        """Read the query string of a GET; `variables` and `extensions` are JSON texts.

        Raises:
            BadRequestError: a text is no JSON object.
        """
        value: dict[str, Any] = dict(query)
        for name in ("variables", "extensions"):
            text = query.get(name)
            if text:
                try:
                    value[name] = orjson.loads(text)
                except orjson.JSONDecodeError as error:
                    raise BadRequestError(f"{name} is no JSON: {error}") from error
            else:
                value.pop(name, None)
        return cls._checked(value)

    @classmethod
    def _checked(cls, value: Mapping[str, Any]) -> "Parameters":
        query = value.get("query")
        operation_name = value.get("operationName")
        variables = value.get("variables")
        extensions = value.get("extensions")
        if query is not None and not isinstance(query, str):
            raise BadRequestError("query must be a string")
        if operation_name is not None and not isinstance(operation_name, str):
            raise BadRequestError("operationName must be a string")
        if variables is not None and not isinstance(variables, dict):
            raise BadRequestError("variables must be an object")
        if extensions is not None and not isinstance(extensions, dict):
            raise BadRequestError("extensions must be an object")
        return cls(query or None, operation_name or None, variables, extensions or {})
