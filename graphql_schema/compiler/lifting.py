"""Lifts the literals of a document into slots, so that its compiled form serves its whole shape.

A slot is a variable that no document can declare: `#0` is the first literal of the document. What a
literal decides apart from the value of an argument stays fixed: the literals of directives and of
default values, those within values of custom scalars, and those of fields whose response key
another field has, because only equal arguments merge.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from graphql import (
    SKIP,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    ListValueNode,
    Location,
    NameNode,
    Token,
    TokenKind,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    visit,
)
from graphql.language import get_location
from strawberry import UNSET

from graphql_schema.compiled.coercion import NotPlainError
from graphql_schema.compiled.field_errors import FieldError
from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.compiled.plan import Selection
from graphql_schema.compiler.arguments import SLOT
from graphql_schema.compiler.document_shape import FLOAT, INT, STRING, Shape, spans
from graphql_schema.compiler.literal_values import Literal, coercion_of
from graphql_schema.cost.weights import Weights

_KINDS: Final = {TokenKind.STRING: STRING, TokenKind.INT: INT, TokenKind.FLOAT: FLOAT}


class Slot(NamedTuple):
    """A literal that was lifted.

    Attributes:
        name: The variable that stands for it.
        at: Its index among the literals of the document.
        coerce: Maps the literal to the value that resolvers get; raises `NotPlainError`.
    """

    name: str
    at: int
    coerce: Literal


class Place(NamedTuple):
    """Where a literal stands in the document that was compiled: line and column from 1, length."""

    line: int
    column: int
    length: int


class Lifted(NamedTuple):
    """A document whose literals were lifted.

    Attributes:
        document: The document, with variables in place of literals.
        slots: The lifted literals.
        fixed: The indexes of all other literals.
        places: Where all literals stand; empty if all are fixed, so that none moves.
    """

    document: DocumentNode
    slots: tuple[Slot, ...]
    fixed: tuple[int, ...]
    places: tuple[Place, ...]


def lift(
    schema: GraphQLSchema, document: DocumentNode, shape: Shape, costs: Weights | None = None
) -> Lifted:
    """Lift the literals of a valid document.

    Args:
        schema: The schema of the document.
        document: The document as graphql-core parsed it.
        shape: Its shape.
        costs: Weights of fields, to fix the literals that the cost of the document depends on;
            None: they are lifted too.
    """
    found = spans(shape)
    every = range(len(found))
    whole = document.loc
    if whole is None or not found or [*_tokens(whole)] != found:
        # Found otherwise than by graphql-core's lexer: only this very document is alike.
        return Lifted(document, (), tuple(every), ())
    visitor = _Lifting(document, {start: at for at, (start, _, _) in enumerate(found)}, costs)
    types = TypeInfo(schema)
    visitor.types = types
    changed = visit(document, TypeInfoVisitor(types, visitor))
    slots = visitor.slots
    lifted = {slot.at for slot in slots}
    places = []
    for start, end, _ in found:
        where = get_location(whole.source, start)
        places.append(Place(where.line, where.column, end - start))
    return Lifted(
        changed, tuple(slots), tuple(at for at in every if at not in lifted), tuple(places)
    )


class LiftedOperation(CompiledOperation):
    """A compiled operation for the literals of one document of its shape."""

    __slots__ = ("_lifted", "_literals")

    def __init__(self, operation: CompiledOperation, lifted: Lifted, literals: list[str]) -> None:
        super().__init__(operation.plan, operation.document_id)
        self._lifted = lifted
        self._literals = literals

    def prepared(
        self, variables: Mapping[str, Any] | None
    ) -> tuple[Selection, dict[str, Any]] | None:
        """Return the selection and coerced variables; None if graphql-core has to coerce them."""
        prepared = super().prepared(variables)
        if prepared is None:
            return None
        coerced, literals = prepared[1], self._literals
        try:
            for name, at, coerce in self._lifted.slots:
                coerced[name] = coerce(literals[at])
        except NotPlainError:
            return None
        return prepared

    def placed(self, errors: list[FieldError]) -> list[FieldError]:
        """Return errors at their places in this document, not in the one that was compiled."""
        for error in errors:
            if error.locations is not None:
                error.locations = [self._moved(**one) for one in error.locations]
        return errors

    def _moved(self, line: int, column: int) -> dict[str, int]:
        # A literal has no line breaks: what comes before a place in its line moves it.
        moved = sum(
            len(literal) - place.length
            for literal, place in zip(self._literals, self._lifted.places, strict=False)
            if place.line == line and place.column < column
        )
        return {"line": line, "column": column + moved}


class _Lifting(Visitor):
    """Replaces literals by variables.

    Attributes:
        types: Follows the types of what is visited.
        slots: The literals that were replaced.
    """

    types: TypeInfo

    def __init__(
        self, document: DocumentNode, indexes: Mapping[int, int], costs: Weights | None
    ) -> None:
        super().__init__()
        self.slots: list[Slot] = []
        self._indexes = indexes
        self._costs = costs
        self._shared = _shared_keys(document)
        self._field: FieldNode | None = None

    def enter_variable_definition(self, *_: Any) -> Any:
        return SKIP

    def enter_directive(self, *_: Any) -> Any:
        return SKIP

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self._field = node

    def enter_argument(self, node: Any, *_: Any) -> Any:
        field = self._field
        if field is None or _key(field) in self._shared or self._costs_more(field, node.name.value):
            return SKIP
        return None

    def enter_list_value(self, *_: Any) -> Any:
        kind = self.types.get_parent_input_type()
        return None if is_list_type(get_nullable_type(kind)) else SKIP

    def leave_string_value(self, node: Any, *_: Any) -> Any:
        return None if node.block else self._lifted(node, STRING)

    def leave_int_value(self, node: Any, *_: Any) -> Any:
        return self._lifted(node, INT)

    def leave_float_value(self, node: Any, *_: Any) -> Any:
        return self._lifted(node, FLOAT)

    def _lifted(self, node: Any, token: str) -> Any:
        kind: Any = get_nullable_type(self.types.get_input_type())
        lists = 0
        while is_list_type(kind):
            lists += 1
            kind = get_nullable_type(kind.of_type)
        if not is_leaf_type(kind):
            return None
        at = self._indexes[node.loc.start]
        name = f"{SLOT}{at}"
        self.slots.append(Slot(name, at, coercion_of(kind, token)))
        made: Any = VariableNode(name=NameNode(value=name), loc=node.loc)
        for _ in range(lists):
            # A single value stands for a list of one (GraphQL, 3.11); a variable would not.
            made = ListValueNode(values=(made,), loc=node.loc)
        return made

    def _costs_more(self, field: FieldNode, argument: str) -> bool:
        if self._costs is None:
            return False
        parent = self.types.get_parent_type()
        known = self._costs.get((parent.name if parent else "", field.name.value))
        if known is None:
            return False
        slicing = known.size.slicing_arguments if known.size is not None else None
        if slicing and slicing is not UNSET and argument in slicing:
            return True
        return any(one.name == argument and one.text is not None for one in known.arguments)


def _shared_keys(document: DocumentNode) -> set[str]:
    """Return the response keys that more than one field of the document has."""
    seen: set[str] = set()
    shared: set[str] = set()

    class Keys(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            key = _key(node)
            (shared if key in seen else seen).add(key)

    visit(document, Keys())
    return shared


def _key(field: FieldNode) -> str:
    return (field.alias or field.name).value


def _tokens(whole: Location) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and kind of the literals as graphql-core found them."""
    token: Token | None = whole.start_token
    while token is not None:
        kind = _KINDS.get(token.kind)
        if kind is not None:
            yield token.start, token.end, kind
        token = token.next
