"""Coerces literals as graphql-core coerces them, from their text in the document.

Each function maps a literal to the value that resolvers get, or raises `NotPlainError`; then
graphql-core runs the whole document and words the error.
"""

from collections.abc import Callable
from typing import Any, Final

import orjson
from graphql import (
    FloatValueNode,
    GraphQLLeafType,
    IntValueNode,
    StringValueNode,
    Undefined,
    is_specified_scalar_type,
)
from graphql.utilities.coerce_input_value import coerce_input_literal

from graphql_schema.compiled.coercion import NotPlainError
from graphql_schema.compiled.serialization import MAX_INT, MIN_INT
from graphql_schema.compiler.document_shape import FLOAT, INT, STRING
from graphql_schema.limits import MAX_NUMBER

Literal = Callable[[str], Any]
_LONGEST_INT: Final = len(str(MIN_INT))


def text_of(literal: str) -> str:
    """Return the text of a string literal.

    Raises:
        NotPlainError: The literal has an escape that JSON does not have, or is no Unicode.
    """
    try:
        # The other escapes of GraphQL, and what is wrong in either language, are for graphql-core.
        if "\\" in literal:
            text: str = orjson.loads(literal)
            return text
        if not literal.isascii():
            literal.encode()
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise NotPlainError from None
    return literal[1:-1]


def integer(literal: str) -> int:
    """Return an INT literal as an Int.

    Raises:
        NotPlainError: The number has more than 32 bits.
    """
    if len(literal) > _LONGEST_INT:
        raise NotPlainError
    value = int(literal)
    if not MIN_INT <= value <= MAX_INT:
        raise NotPlainError
    return value


def coercion_of(kind: GraphQLLeafType, token: str) -> Literal:
    """Return the coercion of literals to a scalar or an enum.

    Args:
        kind: The type.
        token: The kind of the literals: STRING, INT or FLOAT.
    """
    if is_specified_scalar_type(kind):
        known = _KNOWN.get((kind.name, token))
        if known is not None:
            return known if token == STRING else _within_the_limit(known)
    node_of = _NODES[token]

    def coerce(literal: str) -> Any:
        value = coerce_input_literal(node_of(literal), kind)
        if value is Undefined:
            raise NotPlainError
        return value

    return coerce if token == STRING else _within_the_limit(coerce)


def _within_the_limit(coerce: Literal) -> Literal:
    """Return a coercion of numbers that leaves those to graphql-core that `limits` refuses."""

    def bounded(literal: str) -> Any:
        if len(literal) > MAX_NUMBER:
            raise NotPlainError
        return coerce(literal)

    return bounded


_KNOWN: Final[dict[tuple[str, str], Literal]] = {
    ("String", STRING): text_of,
    ("ID", STRING): text_of,
    ("ID", INT): str,
    ("Int", INT): integer,
    ("Float", INT): float,
    ("Float", FLOAT): float,
}
_NODES: Final[dict[str, Callable[[str], Any]]] = {
    STRING: lambda literal: StringValueNode(value=text_of(literal), block=False),
    INT: lambda literal: IntValueNode(value=literal),
    FLOAT: lambda literal: FloatValueNode(value=literal),
}
