"""Reads of a GraphQL document what a client needs: its operations, and the input objects they take.

The same rules as `web/clients/documents.ts`; neither needs a GraphQL library.
"""

import re
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = re.compile(
    r'"""(?:\\"""|[^"]|"(?!""))*"""'  # a block string
    r'|"(?:\\.|[^"\\\n])*"'  # a string
    r"|#[^\n\r]*"  # a comment
    r"|\$?\w+|[^\s,]"
)
_DEPTH: Final = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}


@dataclass(slots=True)
class Operation:
    """An operation of a document.

    Attributes:
        kind: `query`, `mutation` or `subscription`.
        name: Its name; empty where it has none.
        inputs: The names of its variables whose type is one input object, without the `$`.
    """

    kind: str
    name: str = ""
    inputs: list[str] = field(default_factory=list)


def operations(document: str, operation_name: str | None = None) -> list[Operation]:
    """Return the operations of a document, or the one of a name; fragments are left out.

    A document that is not GraphQL has the operations that it seems to have; regions refuse it.

    Args:
        document: Its text.
        operation_name: The operation that is to run; None or empty: all are returned.
    """
    scanner = _Scanner()
    for word in _TOKEN.findall(document):
        if word[0] not in '"#':
            scanner.read(word)
    if operation_name:
        return [one for one in scanner.found if one.name == operation_name]
    return scanner.found


class _Scanner:
    """Follows the brackets of a document."""

    def __init__(self) -> None:
        self.found: list[Operation] = []
        self._current: Operation | None = None
        self._depth = 0
        self._heads = False  # Whether words are those between a definition's kind and its `{`.
        self._before = ("", "")

    def read(self, word: str) -> None:
        if self._heads:
            self._head(word)
        elif self._depth == 0:
            self._begin(word)
        self._depth += _DEPTH.get(word, 0)
        if word == "{" and self._depth == 1:
            self._heads = False
        self._before = (self._before[1], word)

    def _begin(self, word: str) -> None:
        self._current = None
        if word in ("query", "mutation", "subscription"):
            self._current = Operation(word)
            self.found.append(self._current)
        elif word == "{":
            self.found.append(Operation("query"))
        self._heads = word.isidentifier()

    def _head(self, word: str) -> None:
        operation = self._current
        if operation is None:
            return
        first, second = self._before
        if self._depth == 0 and second == operation.kind and word.isidentifier():
            operation.name = word
        if second == ":" and first.startswith("$") and word.endswith("Input"):
            operation.inputs.append(first[1:])


def has_mutation(document: str, operation_name: str | None = None) -> bool:
    """Return whether what is to run of a document is, or may be, a mutation."""
    return any(one.kind == "mutation" for one in operations(document, operation_name))
