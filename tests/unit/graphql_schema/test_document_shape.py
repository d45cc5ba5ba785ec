"""Documents are taken apart into a shape and literals, as graphql-core's lexer would."""

import re

from graphql import GraphQLSyntaxError, Source, TokenKind
from graphql.language import Lexer
from hypothesis import example, given
from hypothesis import strategies as st

from graphql_schema.compiler.document_shape import _TOKENS, FLOAT, INT, STRING, shape_of, spans

KINDS = {TokenKind.STRING: STRING, TokenKind.INT: INT, TokenKind.FLOAT: FLOAT}
# What may stand beside each other in a document, right or wrong.
PIECES = (
    *(
        '"',
        '"a"',
        '""',
        '"""',
        '"""b"""',
        '\\"',
        '"""\\"""',
        "\\",
        '"\\""',
        '"\\\\"',
        '"#"',
        "#",
        "# c\n",
    ),
    *("0", "7", "-3", "-", "1.5", "1e3", "1.", ".5", "00", "a1", "1a", "_0", "é", "é5", "e", "E+"),
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ":",
        "$",
        "...",
        " ",
        "\t",
        ",",
        "\n",
        "\r",
        "\ufeff",
        "\U0001f369",
    ),
)
documents = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def tokens(document: str) -> list[tuple[int, int, str]] | None:
    """The literals as graphql-core finds them; None: this is no document."""
    lexer = Lexer(Source(document))
    found = []
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            if token.kind in KINDS:
                found.append((token.start, token.end, KINDS[token.kind]))
    except GraphQLSyntaxError:
        return None
    return found


def test_a_document_is_taken_apart() -> None:
    shape = shape_of('{ a1: s(id: "x\\"y", n: -12, f: [1.5, 1e3], b: """c "7" """) # 8 "d"\n }')
    assert shape is not None
    assert shape.literals == ['"x\\"y"', "-12", "1.5", "1e3"]
    assert shape.text == (
        '{ a1: s(id: \x00s, n: \x00i, f: [\x00f, \x00f], b: """c "7" """) # 8 "d"\n }'
    )
    assert shape_of("{ region { name } }") == ("{ region { name } }", [])
    assert shape_of("{ a(b: \x00s) }") is None


def test_adjacent_strings_are_no_block_string() -> None:
    texts = ('["a""b"]', '["""def"]', '[""""]', '["" ""]', '["" "]')
    assert len({shape_of(one).text for one in texts}) == len(texts)  # type: ignore[union-attr]


@given(documents)
@example("a1-3")
@example("...0")
@example("0-3")
def test_literals_are_found_where_graphql_core_finds_them(document: str) -> None:
    shape = shape_of(document)
    assert shape is not None
    for (start, end, _), literal in zip(spans(shape), shape.literals, strict=True):
        assert document[start:end] == literal
    expected = tokens(document)
    if expected is not None:
        # One beside a name or dots, `a1-3` or `...0`, stays in the shape; no valid document has
        # such a place.
        beside = [
            one
            for one in expected
            if one[0] > 0 and re.match(r"[A-Za-z0-9_]-|\.[0-9-]", document[one[0] - 1 :])
        ]
        assert spans(shape) == [one for one in expected if one not in beside]


LITERALS = [one for one in PIECES if one[-1] in '"0123456789']
pairs = st.sampled_from(PIECES).flatmap(
    lambda one: st.tuples(st.just(one), st.sampled_from(LITERALS if one in LITERALS else [one]))
)


@given(st.lists(pairs, max_size=8))
@example([("0", "0"), ("-3", "-3")])
def test_no_document_has_the_shape_of_a_valid_one_unless_its_tokens_are_alike(
    both: list[tuple[str, str]],
) -> None:
    one, other = "".join(one for one, _ in both), "".join(other for _, other in both)
    first, second = shape_of(one), shape_of(other)
    assert first is not None
    assert second is not None
    # Where they differ, as at `0-3`, two numbers without a space, nothing of the shape is lifted.
    if first.text == second.text and tokens(one) == spans(first):
        found = tokens(other)
        # What a literal holds may be wrong; coercing it finds out.
        assert found is None or [kind for _, _, kind in found] == [k for _, _, k in spans(second)]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_character_is_read_twice(document: str) -> None:
    """What begins like a string or a comment matches, so it is passed over and not tried again."""
    for at, character in enumerate(document):
        if character in '"#':
            assert _TOKENS.match(document, at) is not None
