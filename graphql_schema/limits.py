"""Limits of an operation, counted before it is validated or run.

Validation rules of graphql-core and Strawberry's own limiters walk a fragment again at each of its
spreads: 24 fragments that each spread the next one twice took minutes. `check` expands a document
once, up to a budget, so everything that comes after it works on a document of bounded size.
"""

from collections.abc import Iterator
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TokenKind,
)

from graphql_schema.errors import CodedError

LIMIT_EXCEEDED: Final = "LIMIT_EXCEEDED"
MAX_DEPTH: Final = 15  # the introspection query of graphql-js 16.9 and later needs 15
MAX_ALIASES: Final = 30
MAX_TOKENS: Final = 2000
# Each error counts lines from the document's start up to its place.
MAX_LINES: Final = 1000
MAX_DEFINITIONS: Final = 50  # operations and fragments
# Fields and fragments of all operations, each counted as often as fragments spread it.
MAX_SELECTIONS: Final = 1000
# Pairs of fields of one name in one place: graphql-core compares each pair.
MAX_PAIRS: Final = 2000
MAX_NAME: Final = 128
# The largest float has 309 digits before its point; Python refuses integers of 4,300.
MAX_NUMBER: Final = 400
# Errors of validation that are reported: each unknown field is compared with all names of its type.
MAX_ERRORS: Final = 20
_NUMBERS: Final = frozenset({TokenKind.INT, TokenKind.FLOAT})


def check_text(text: str) -> None:
    """Refuse a document that has too many lines, before it is parsed.

    Raises:
        CodedError: LIMIT_EXCEEDED; the message names the limit and its value.
    """
    if text.count("\n") + text.count("\r") - text.count("\r\n") >= MAX_LINES:
        raise _exceeded("lines", MAX_LINES)


def check(document: DocumentNode) -> None:
    """Refuse a document that exceeds the limits.

    The work is linear in the limits, whatever the document holds. Unknown fragments and circles of
    fragments are left to validation, which names them.

    Raises:
        CodedError: LIMIT_EXCEEDED; the message names the limit and its value.
    """
    definitions = document.definitions
    if len(definitions) > MAX_DEFINITIONS:
        raise _exceeded("operations and fragments", MAX_DEFINITIONS)
    fragments = {
        one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)
    }
    _check_numbers(document)
    walk = _Walk(fragments)
    for one in definitions:
        if isinstance(one, (OperationDefinitionNode, FragmentDefinitionNode)):
            walk.add(one)


def _check_numbers(document: DocumentNode) -> None:
    place = document.loc
    if place is None or len(place.source.body) <= MAX_NUMBER:
        return
    token = place.start_token
    while token.next is not None:
        token = token.next
        if token.kind in _NUMBERS and len(token.value or "") > MAX_NUMBER:
            raise _exceeded("characters of a number", MAX_NUMBER)


class _Walk:
    """Counts what a document selects."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._selections = 0
        self._aliases = 0
        self._pairs = 0

    def add(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> None:
        """Count an operation, or a fragment by itself: it may be spread nowhere."""
        self._aliases = 0
        self._level([definition.selection_set], 1, frozenset())

    def _level(self, sets: list[SelectionSetNode], depth: int, within: frozenset[str]) -> None:
        """Count the selections of one place: all sets that end up there, merged by name."""
        if depth > MAX_DEPTH:
            raise _exceeded("levels of fields", MAX_DEPTH)
        named: dict[str, list[FieldNode]] = {}
        for selections in sets:
            for field in self._fields(selections, within, 0):
                same = named.setdefault((field.alias or field.name).value, [])
                self._pairs += len(same)
                if self._pairs > MAX_PAIRS:
                    raise _exceeded("pairs of fields of one name in one place", MAX_PAIRS)
                same.append(field)
        for same in named.values():
            below = [one.selection_set for one in same if one.selection_set is not None]
            if below:
                self._level(below, depth + 1, within)

    def _fields(
        self, selections: SelectionSetNode, within: frozenset[str], nested: int
    ) -> Iterator[FieldNode]:
        """Yield the fields of a set, those of its fragments among them."""
        if nested > MAX_DEFINITIONS:
            raise _exceeded("fragments within each other", MAX_DEFINITIONS)
        for one in selections.selections:
            self._count(one)
            if isinstance(one, FieldNode):
                yield one
                continue
            inside = within
            inner: SelectionSetNode | None = getattr(one, "selection_set", None)
            if isinstance(one, FragmentSpreadNode):
                name = one.name.value
                found = self._fragments.get(name)
                if found is None or name in within:
                    continue
                inside, inner = within | {name}, found.selection_set
            if inner is not None:
                yield from self._fields(inner, inside, nested + 1)

    def _count(self, one: SelectionNode) -> None:
        self._selections += 1
        if self._selections > MAX_SELECTIONS:
            raise _exceeded("fields, counted as often as fragments spread them", MAX_SELECTIONS)
        if isinstance(one, FieldNode):
            if len(one.name.value) > MAX_NAME:
                raise _exceeded("characters of a name", MAX_NAME)
            if one.alias is not None:
                self._aliases += 1
                if self._aliases > MAX_ALIASES:
                    raise _exceeded("aliases", MAX_ALIASES)


def _exceeded(what: str, limit: int) -> CodedError:
    return CodedError(f"the document has more than {limit} {what}", LIMIT_EXCEEDED)
