"""From an operation to source text: one function that makes its `CompiledOperation`."""

from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from graphql import DocumentNode, GraphQLSchema

from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.emitter import Emitter
from graphql_schema.compiler.parsed_operation import ParsedOperation, parsed_operation
from graphql_schema.compiler.selections import SelectionCompiler
from graphql_schema.compiler.variables import Variables

# What generated text may name without importing it.
HEADER: Final = (
    "from graphql_schema.compiled import coercion, fast_checks, serialization\n"
    "from graphql_schema.compiled.operation import CompiledOperation\n"
    "from graphql_schema.compiled.fast_checks import READABLE_CLASSES, UnusualValueError\n"
    "from graphql_schema.compiled.plan import ATTRIBUTE, CONSTANT, CONTEXT, DEFAULT, RESOLVER\n"
    "from graphql_schema.compiled.plan import AbstractType, Field, LeafType, ListType\n"
    "from graphql_schema.compiled.plan import NonNullType, ObjectType, Plan, Selection, Variable\n"
)
MAX_SWITCHES: Final = 3  # of a persisted operation: all its selections are written


@dataclass(frozen=True, slots=True)
class Written:
    """The source of a function, and the constants `K` that it is called with."""

    text: str
    constants: list[Any]


def write_selection(
    schema: GraphQLSchema, operation: ParsedOperation, switches: tuple[bool, ...]
) -> Written:
    """Return the function `selection(K)` for these values of the switches.

    Raises:
        NotCompilableError: Graphql-core has to run it.
    """
    emitter = Emitter(portable=False)
    compiler = SelectionCompiler(schema, operation, emitter, memo=None)
    made = compiler.write(dict(zip(operation.switches, switches, strict=True)))
    return Written(_function("selection(K)", emitter.lines, made), emitter.constants)


def write_variables(schema: GraphQLSchema, operation: ParsedOperation) -> Written:
    """Return the function `variables(K)`.

    Raises:
        NotCompilableError: Graphql-core has to coerce them.
    """
    emitter = Emitter(portable=False)
    made = Variables(schema, operation, emitter).write()
    return Written(_function("variables(K)", emitter.lines, made), emitter.constants)


def write_portable(schema: GraphQLSchema, document: DocumentNode, document_id: str, at: int) -> str:
    """Write the function `operation_<at>()`, which makes the `CompiledOperation`.

    Each function imports the resolvers that it names, so that a cold start imports only those of
    the operations that it runs.

    Raises:
        NotCompilableError: Graphql-core has to run it.
    """
    operation = parsed_operation(document, None)
    if len(operation.switches) > MAX_SWITCHES:
        raise NotCompilableError("more combinations of @skip and @include than are written")
    texts = []
    names: list[str] = []
    for values in product((False, True), repeat=len(operation.switches)):
        emitter = Emitter(portable=True)
        memo = f"{operation.name}/{''.join(str(int(one)) for one in values)}"
        compiler = SelectionCompiler(schema, operation, emitter, memo=memo)
        made = compiler.write(dict(zip(operation.switches, values, strict=True)))
        name = f"selection_{at}_{len(names)}"
        texts.append(_function(f"{name}()", [*emitter.imports, *emitter.lines], made))
        names.append(f"{values!r}: {name}")
    emitter = Emitter(portable=True)
    variables = Variables(schema, operation, emitter).write()
    plan = (
        f"Plan({operation.name!r}, {operation.node.operation.value!r}, {variables}, "
        f"{operation.switches!r}, lambda s: {{{', '.join(names)}}}[s]())"
    )
    made = f"CompiledOperation({plan}, {document_id!r})"
    texts.append(_function(f"operation_{at}()", [*emitter.imports, *emitter.lines], made))
    return "\n\n".join(texts)


def _function(signature: str, lines: list[str], result: str) -> str:
    body = "\n".join(f"    {line}" for line in [*lines, f"return {result}"])
    return f"def {signature}:\n{body}\n"
