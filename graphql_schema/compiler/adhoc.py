"""A bounded cache of ad-hoc operations, which are compiled when they repeat.

Only documents that pass the schema's own validation rules, and whose cost is within the limit for
all variables, are compiled. All others run through graphql-core, which reports their errors, and
whose cost is counted with the variables of each request.
"""

from collections import OrderedDict
from dataclasses import dataclass
from sys import getsizeof
from threading import Lock
from typing import Final

from graphql import GraphQLError, parse, specified_rules, validate
from graphql.language import DocumentNode

from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.in_memory import compile_operation
from graphql_schema.cost.directives import MAX_COST
from graphql_schema.errors import CodedError
from graphql_schema.limits import MAX_TOKENS, check, check_text, rules
from graphql_schema.schema import Schema

AFTER: Final = 3
MAX_ENTRIES: Final = 200
MAX_BYTES: Final = 16 * 1024 * 1024
# What a selection of a compiled operation takes for each character of its text: 40 to 410 measured,
# 70 in the middle. There is one for each combination of `@skip` and `@include`.
BYTES_PER_CHARACTER: Final = 150
MAX_TEXT: Final = 16 * 1024
OVERHEAD: Final = 500  # bytes of an entry's other objects

_Key = tuple[str, str | None]


@dataclass(slots=True)
class _Entry:
    """A cache entry.

    Attributes:
        seen: How often the operation came.
        operation: None before it is compiled, and if it cannot be compiled.
        size: Estimated bytes.
    """

    seen: int = 0
    operation: CompiledOperation | None = None
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
        self._schema = schema
        self._after = after
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, document: str, operation_name: str | None) -> CompiledOperation | None:
        """Return the compiled operation, or None if graphql-core has to run it this time."""
        if len(document) > MAX_TEXT:
            return None
        key = (document, operation_name)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = _Entry(size=getsizeof(document) + OVERHEAD)
                self._bytes += entry.size
                self._shrink()
            self._entries.move_to_end(key)
            entry.seen += 1
            if entry.seen != self._after:
                return entry.operation
        operation = self._compiled(document, operation_name)
        if operation is None:
            return None
        with self._lock:
            if self._entries.get(key) is entry:
                entry.operation = operation
                added = BYTES_PER_CHARACTER * len(document) << len(operation.plan.switches)
                entry.size += added
                self._bytes += added
                self._shrink()
        return operation

    def refuse(self, document: str, operation_name: str | None) -> None:
        """Never compile an operation that was refused: validating it again would only cost."""
        with self._lock:
            entry = self._entries.get((document, operation_name))
            if entry is not None:
                entry.seen = max(entry.seen, self._after)

    def _shrink(self) -> None:
        while self._entries and (
            len(self._entries) > self._max_entries or self._bytes > self._max_bytes
        ):
            _, dropped = self._entries.popitem(last=False)
            self._bytes -= dropped.size

    def _compiled(self, text: str, name: str | None) -> CompiledOperation | None:
        schema = self._schema._schema  # noqa: SLF001 - no public way
        document = _valid(self._schema, text)
        if document is None or self._schema.cost(document, name, None) > MAX_COST:
            return None
        try:
            return compile_operation(schema, document, name)
        except NotCompilableError:
            return None


def _valid(schema: Schema, text: str) -> DocumentNode | None:
    try:
        check_text(text)
        document = parse(text, max_tokens=MAX_TOKENS)
        check(document)
    except (GraphQLError, CodedError, RecursionError):
        return None
    every_rule = [*specified_rules, *rules()]
    errors = validate(schema._schema, document, every_rule, max_errors=1)  # noqa: SLF001
    return None if errors else document
