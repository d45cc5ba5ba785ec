"""A part of the schema: the root fields of a few subjects, and the types below them.

To import and build all subjects takes most of a cold start, and a document needs one or two. What a
part answers, the whole schema would answer as well: the types of both are the same classes, an
interface has all its types in a part too, and a document that is valid in a part is valid in the
whole. The rest is left to the whole schema: introspection, subscriptions, root fields that nobody
declares, and each document in which a part finds an error, because messages name types and fields
that it may not have ("Did you mean ...?").
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)

from graphql_schema import limits, schema
from graphql_schema.errors import CodedError
from graphql_schema.root_types import MUTATION, QUERY, SUBSCRIPTION, root_type

TABLE: Final = Path(__file__).with_name("root_fields.json")
_ROOTS: Final = {
    OperationType.QUERY: QUERY,
    OperationType.MUTATION: MUTATION,
    OperationType.SUBSCRIPTION: SUBSCRIPTION,
}


class StaleTableError(ImportError):
    """root_fields.json names a subject that does not exist."""


class Subject(NamedTuple):
    """A class that declares fields of a root type.

    Attributes:
        root: The root type.
        place: Its module and its name, with a colon between them.
        abstract: Whether its fields lead to an interface.
    """

    root: str
    place: str
    abstract: bool = False

    def declared(self) -> type:
        """Import the class.

        Raises:
            StaleTableError: There is no such class.
        """
        module, _, name = self.place.partition(":")
        try:
            found: type = getattr(import_module(module), name)
        except (ModuleNotFoundError, AttributeError) as error:
            raise StaleTableError(
                f"{TABLE.name} names {self.place}, which cannot be imported ({error}); run "
                ".venv/bin/python -m graphql_schema.export"
            ) from error
        return found


# A schema has a query type, and a type has a field: this subject has the fewest types.
_SMALLEST: Final = Subject(QUERY, "graphql_schema.region.queries:RegionQueries")


class Part:
    """A schema of some subjects.

    Attributes:
        schema: The schema.
    """

    def __init__(self, subjects: frozenset[Subject]) -> None:
        self.schema = _schema_of(subjects)

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Return a new part with the root fields of a document; None: only the whole has them."""
        read = _read(text)
        if read is None:
            return None
        document, subjects = read
        part = cls(subjects)
        part._accepts(text, document)  # `serves` need not parse it again
        return part

    def serves(self, text: str) -> bool:
        """Return whether the answer of this part to a document is that of the whole schema."""
        if self.schema.documents.find(text) is not None:
            return True
        read = _read(text)
        return read is not None and self._accepts(text, read[0])

    def _accepts(self, text: str, document: DocumentNode) -> bool:
        # Also refuses root fields, and types of operations, of other subjects.
        try:
            valid = not self.schema.validation_errors(document)
        except RecursionError:
            return False
        if valid:
            self.schema.documents.keep(text, document)  # it is not parsed and validated again
        return valid


def subjects_of(document: DocumentNode) -> frozenset[Subject] | None:
    """Return the subjects that declare the root fields of a document; None: one is not declared.

    Nor does any subject declare `Mutation` or `Subscription` of which a document wants the name
    alone: a part without a field of theirs does not have the type.
    """
    known = _subjects()
    found = set[Subject]()
    used, declared = set[str](), {QUERY}
    for root, name in _root_fields(document):
        used.add(root)
        if name != "__typename":
            subject = known.get((root, name))
            if subject is None:
                return None
            found.add(subject)
            declared.add(root)
    return frozenset(found) if used <= declared else None


def _root_fields(document: DocumentNode) -> Iterator[tuple[str, str]]:
    """Yield the root type and the name of each root field, of operations and of fragments."""
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            root = _ROOTS[one.operation]
        elif isinstance(one, FragmentDefinitionNode):
            root = one.type_condition.name.value
        else:
            continue
        if root in _ROOTS.values():
            yield from ((root, name) for name in _names(one.selection_set))


def _names(selections: SelectionSetNode) -> Iterator[str]:
    for one in selections.selections:
        if isinstance(one, FieldNode):
            yield one.name.value
        elif isinstance(one, InlineFragmentNode):
            yield from _names(one.selection_set)


@cache
def _subjects() -> dict[tuple[str, str], Subject]:
    """The subject of each root field, by the names of the root type and the field."""
    table: dict[str, dict[str, dict[str, Any]]] = orjson.loads(TABLE.read_bytes())
    return {
        (root, name): Subject(root, place, entry["abstract"])
        for root, places in table.items()
        for place, entry in places.items()
        for name in entry["fields"]
    }


def _read(text: str) -> tuple[DocumentNode, frozenset[Subject]] | None:
    """Return a document and its subjects; None: the whole schema has to run it, or to refuse it."""
    try:
        limits.check_text(text)
        document = parse(text, max_tokens=limits.MAX_TOKENS)
        limits.check(document)
    except (GraphQLError, CodedError, RecursionError):
        return None
    subjects = subjects_of(document)
    return None if subjects is None else (document, subjects)


def _schema_of(subjects: Iterable[Subject]) -> schema.Schema:
    queries = [one.declared() for one in subjects if one.root == QUERY]
    mutations = [one.declared() for one in subjects if one.root == MUTATION]
    return schema.of_types(
        root_type(QUERY, queries or [_SMALLEST.declared()]),
        root_type(MUTATION, mutations) if mutations else None,
        types=_errors() if any(one.abstract for one in subjects) else (),
    )


def _errors() -> tuple[type, ...]:
    from graphql_schema.error_types import ERRORS

    return ERRORS
