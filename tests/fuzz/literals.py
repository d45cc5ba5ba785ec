"""Documents that differ from another one in literals only, run from its compiled form."""

import random
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, TokenKind, parse, validate

from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.compiler.adhoc import AdhocOperations

# By kind of token: literals of this kind, some of which no type takes, and what is no literal.
OTHERS: dict[TokenKind, tuple[str, ...]] = {
    TokenKind.STRING: (
        *('""', '"x"', '"text"', '"ü\U0001f369"', '"two words"', '"\ttab"', '"# no comment"'),
        *('"a\\"b"', '"\\u00fc\\n"', '"\\u{1F369}"', '"\\ud83c\\udf69"', '"\\ud83c"', '"\\x"'),
        *('"2026-05-04"', '"2026-05-04T06:00:00Z"', '"de-1"', '"7"', '"unclosed', '"""block"""'),
        '"' + "long " * 40 + '"',
    ),
    TokenKind.INT: (
        *("0", "1", "7", "-3", "-0", "2147483647", "2147483648", "-2147483649", "007", "1_000"),
        *("9" * 40, "9" * 5000, "1.5", "- 1", "\u0661"),
    ),
    TokenKind.FLOAT: (
        *("1.5", "-0.25", "1e3", "2.0E-2", "1e400", "-0.0", "1.", ".5", "-.5", "1.5.5", "1e", "2"),
    ),
}


def sibling(dice: random.Random, document: DocumentNode) -> str:
    """Return the text of a document with some of its literals replaced."""
    assert document.loc is not None
    text = document.loc.source.body
    parts: list[str] = []
    token: Any = document.loc.start_token
    end = 0
    while token is not None:
        others = OTHERS.get(token.kind)
        if others is not None and dice.random() < 0.5:
            parts += text[end : token.start], dice.choice(others)
            end = token.end
        token = token.next
    return "".join([*parts, text[end:]])


def on_one_line(dice: random.Random, document: DocumentNode) -> DocumentNode:
    """Return a document, or the same without line breaks, where literals move what follows."""
    assert document.loc is not None
    return document if dice.random() < 0.5 else parse(document.loc.source.body.replace("\n", " "))


def adhoc(schema: GraphQLSchema) -> AdhocOperations:
    """Return a cache of compiled operations of any schema, which compiles at the first run."""
    stands_in: Any = SimpleNamespace(
        _schema=schema,
        documents=SimpleNamespace(find=lambda _: None),
        cost=lambda *_: 0,
        weights={},
    )
    return AdhocOperations(stands_in, after=1)


def siblings(
    schema: GraphQLSchema,
    cache: AdhocOperations,
    document: DocumentNode,
    dice: random.Random,
    count: int,
) -> Iterator[tuple[str, CompiledOperation, Callable[[], DocumentNode | None]]]:
    """Yield documents that the compiled form of another one runs: text, form, and their parsing.

    The parsing returns None where graphql-core refuses the document.
    """
    document = on_one_line(dice, document)
    assert document.loc is not None
    cache.ran(document.loc.source.body, None)
    for _ in range(count):
        text = sibling(dice, document)
        found = cache.find(text, None)
        if found is not None:
            yield text, found, lambda text=text: _valid(schema, text)  # type: ignore[misc]


def _valid(schema: GraphQLSchema, text: str) -> DocumentNode | None:
    try:
        document = parse(text)
        return None if validate(schema, document) else document
    except GraphQLError:
        return None
