"""A bounded cache of ad-hoc operations, which are compiled by their shapes when these repeat.

Documents that differ in literals only are of one shape, and share a compiled form. Only a document
that graphql-core has just run, so that it is valid and within the limits, and whose cost is within
the limit for all variables and all literals of its shape, is compiled. All others run through
graphql-core, which reports their errors, and whose cost is counted with the values of each request.
"""

from collections import OrderedDict
from dataclasses import dataclass
from sys import getsizeof
from threading import Lock
from typing import Final

from graphql import GraphQLError, parse
from graphql.language import DocumentNode

from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.document_shape import Shape, shape_of
from graphql_schema.compiler.in_memory import compile_operation
from graphql_schema.compiler.lifting import Lifted, LiftedOperation, lift
from graphql_schema.cost.directives import MAX_COST
from graphql_schema.limits import MAX_TOKENS
from graphql_schema.schema import Schema

AFTER: Final = 2
MAX_ENTRIES: Final = 200
MAX_BYTES: Final = 16 * 1024 * 1024
# What a selection of a compiled operation takes for each character of its text: 40 to 410 measured,
# 70 in the middle. There is one for each combination of `@skip` and `@include`.
BYTES_PER_CHARACTER: Final = 150
BYTES_PER_LITERAL: Final = 1000  # of a compiled operation: its slot and its place
MAX_TEXT: Final = 16 * 1024
OVERHEAD: Final = 500  # bytes of an entry's other objects

# Shape, name of the operation, and the literals that are fixed.
_Key = tuple[str, str | None, tuple[str, ...]]


@dataclass(slots=True)
class _Entry:
    """A cache entry.

    Attributes:
        fixed: Indexes of the literals that belong to the key of an operation of this shape. The
            operation then has an entry of its own.
        operation: The compiled operation; None before it is compiled, and if it cannot be compiled.
        lifted: Its literals.
        runs: How often graphql-core ran it.
        size: Estimated bytes.
    """

    fixed: tuple[int, ...] = ()
    operation: CompiledOperation | None = None
    lifted: Lifted | None = None
    runs: int = 0
    size: int = 0


class AdhocOperations:
    """A bounded cache of compiled operations, least recently used out first."""

    def __init__(
        self,
        schema: Schema,
        after: int = AFTER,
        max_entries: int = MAX_ENTRIES,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Start with an empty cache.

        Args:
            schema: The schema of the operations.
            after: How often graphql-core runs a shape before it is compiled.
            max_entries: Most entries.
            max_bytes: Most estimated bytes of all entries.
        """
        self._schema = schema
        self._after = after
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, document: str, operation_name: str | None) -> CompiledOperation | None:
        """Return the compiled operation, or None if graphql-core has to run it this time."""
        shape = _shape(document)
        if shape is None:
            return None
        with self._lock:
            entry = self._found(shape, operation_name)
        if entry is None or entry.operation is None or entry.lifted is None:
            return None
        if not entry.lifted.slots:
            return entry.operation
        return LiftedOperation(entry.operation, entry.lifted, shape.literals)

    def ran(self, document: str, operation_name: str | None) -> None:
        """Count a run of a document by graphql-core, and compile its shape when it is due.

        Args:
            document: Its text; valid and within all limits, because its execution began.
            operation_name: Which of its operations ran; None where it has one only.
        """
        shape = _shape(document)
        if shape is None:
            return
        with self._lock:
            key: _Key = (shape.text, operation_name, ())
            entry = self._counted(key)
            if entry.fixed:
                key = _key(shape, operation_name, entry.fixed)
                entry = self._counted(key)
            if entry.runs != self._after:
                return
        lifted, operation = self._compiled(document, operation_name, shape)
        with self._lock:
            if lifted is None or self._entries.get(key) is not entry:
                return
            if lifted.fixed and not key[2]:
                entry.fixed = lifted.fixed
                entry = self._counted(_key(shape, operation_name, lifted.fixed))
                entry.runs = self._after
            if operation is None:
                return
            entry.operation, entry.lifted = operation, lifted
            size = BYTES_PER_CHARACTER * len(document) << len(operation.plan.switches)
            size += BYTES_PER_LITERAL * len(shape.literals)
            entry.size += size
            self._bytes += size
            self._shrink()

    def _found(self, shape: Shape, name: str | None) -> _Entry | None:
        key: _Key = (shape.text, name, ())
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        if not entry.fixed:
            return entry
        key = _key(shape, name, entry.fixed)
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def _counted(self, key: _Key) -> _Entry:
        """Return the entry of a key, a new one if need be, with one more run."""
        entry = self._entries.get(key)
        if entry is None:
            size = OVERHEAD + getsizeof(key[0]) + sum(map(getsizeof, key[2]))
            entry = self._entries[key] = _Entry(size=size)
            self._bytes += size
        self._entries.move_to_end(key)
        entry.runs += 1
        self._shrink()
        return entry

    def _shrink(self) -> None:
        while self._entries and (
            len(self._entries) > self._max_entries or self._bytes > self._max_bytes
        ):
            _, dropped = self._entries.popitem(last=False)
            self._bytes -= dropped.size

    def _compiled(
        self, text: str, name: str | None, shape: Shape
    ) -> tuple[Lifted | None, CompiledOperation | None]:
        document = self._schema.documents.find(text) or _parsed(text)
        if document is None:
            return None, None
        schema = self._schema._schema  # noqa: SLF001 - no public way
        lifted = lift(schema, document, shape)
        if self._costs_too_much(lifted, name):
            lifted = lift(schema, document, shape, self._schema.weights)
            if self._costs_too_much(lifted, name):
                return lifted, None
        try:
            return lifted, compile_operation(schema, lifted.document, name)
        except NotCompilableError:
            return lifted, None

    def _costs_too_much(self, lifted: Lifted, name: str | None) -> bool:
        return self._schema.cost(lifted.document, name, None) > MAX_COST


def _key(shape: Shape, name: str | None, fixed: tuple[int, ...]) -> _Key:
    return shape.text, name, tuple(shape.literals[at] for at in fixed)


def _shape(document: str) -> Shape | None:
    return shape_of(document) if len(document) <= MAX_TEXT else None


def _parsed(text: str) -> DocumentNode | None:
    try:
        return parse(text, max_tokens=MAX_TOKENS)
    except (GraphQLError, RecursionError):
        return None
