"""Separates a document's shape from its literals: documents of one shape share a compiled form.

Finds the strings and numbers of a text by one regular expression, because the lexer of graphql-core
takes as long as everything else of a request. The expression need not be right by itself:
`graphql_schema.compiler.lifting` compares what it found with the tokens of graphql-core once for
each shape. What stands between literals is the same in all documents of a shape, so it is read
alike in all of them.
"""

import re
from typing import Final, NamedTuple

# Marks a literal within a shape. Documents that hold this character have no shape.
_MARK: Final = "\x00"

# The first character decides; what begins like a comment or a string always matches to some end,
# so that no text is read twice. Comments and block strings are found to be passed over. A string
# that is not closed is found too, and is no literal.
_TOKENS: Final = re.compile(
    r'(["#0-9-](?:'
    r"(?<=#)[^\n\r]*"
    r'|(?<=")""(?:[^"\\]|\\"""|\\|"(?!""))*(?:""")?'
    r'|(?<=")(?:[^"\\\n\r]|\\[^\n\r])*"?'
    r"|(?<![0-9A-Za-z_.-].)"
    r"(?:(?<=[1-9])[0-9]*|(?<=0)|(?<=-)(?:0|[1-9][0-9]*))"
    r"(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"))"
)

STRING: Final = "s"
INT: Final = "i"
FLOAT: Final = "f"


class Shape(NamedTuple):
    """A document, taken apart.

    Attributes:
        text: The document with a mark of its kind in place of each literal.
        literals: The strings and numbers as they stand in the document, in their order. Block
            strings, names (enum values, true, false, null) and comments belong to `text`.
    """

    text: str
    literals: list[str]


def shape_of(document: str) -> Shape | None:
    """Return the shape of a document, or None if it holds a character that marks literals.

    The document may be any text: whether it is valid is not found out here.
    """
    if _MARK in document:
        return None
    pieces = _TOKENS.split(document)
    literals = []
    for at in range(1, len(pieces), 2):
        token = pieces[at]
        first = token[0]
        if first == '"':
            if token[:3] == '"""' or token[-1] != '"' or len(token) == 1:
                continue
            pieces[at] = "\x00s"
        elif first == "#":
            continue
        elif token.isdigit() or token[1:].isdigit():
            pieces[at] = "\x00i"
        else:
            pieces[at] = "\x00f"
        literals.append(token)
    return Shape("".join(pieces), literals) if literals else Shape(document, literals)


def spans(shape: Shape) -> list[tuple[int, int, str]]:
    """Return where each literal stands in its document: start, end and kind.

    The kinds are STRING, INT and FLOAT.
    """
    before, *parts = shape.text.split(_MARK)
    found = []
    start = len(before)
    for literal, part in zip(shape.literals, parts, strict=True):
        end = start + len(literal)
        found.append((start, end, part[0]))
        start = end + len(part) - 1
    return found
