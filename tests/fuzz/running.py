"""Makes cases from a seed and runs them."""

import random
from collections.abc import Iterator
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.compiled.plan import NotCompilableError
from graphql_schema.compiler.in_memory import compile_operation
from tests.fuzz import carte
from tests.fuzz.comparing import Outcome, by_compiled, by_core, difference
from tests.fuzz.literals import adhoc, siblings
from tests.fuzz.operations import OperationMaker
from tests.fuzz.schemas import SchemaMaker
from tests.fuzz.world import Chances, World

OPERATIONS = 8  # of one schema
DATA = 12  # runs of one operation
SIBLINGS = 8  # documents that differ from an operation in literals only


def cases(seed: int) -> Iterator[Outcome]:
    """The cases of one generated schema, or of carte's."""
    if seed % 4 == 0:
        yield from carte.cases(seed)
        return
    dice = random.Random(seed)
    schema = SchemaMaker(dice).make()
    for at in range(OPERATIONS):
        maker = OperationMaker(schema, random.Random(f"{seed}/{at}"))
        yield from _runs(schema, maker, f"{seed}/{at}")


def _runs(schema: GraphQLSchema, maker: OperationMaker, name: str) -> Iterator[Outcome]:
    text = maker.make()
    document = parse(text)
    try:
        if validate(schema, document):
            return
    except GraphQLError:
        return
    try:
        operation: CompiledOperation | None = compile_operation(schema, document, None)
    except NotCompilableError:
        operation = None
    for run in range(DATA):
        if operation is None:
            yield Outcome(left=True)
            continue
        dice = random.Random(f"{name}/{run}")
        yield run_case(schema, document, operation, maker.variables(dice), f"{name}/{run}")
    yield from _siblings(schema, maker, document, name)


def _siblings(
    schema: GraphQLSchema, maker: OperationMaker, document: DocumentNode, name: str
) -> Iterator[Outcome]:
    dice = random.Random(f"{name}/literals")
    alike = siblings(schema, adhoc(schema), document, dice, SIBLINGS)
    for at, (text, operation, parsed) in enumerate(alike):
        case = f"{name}/literals/{at}"
        variables = maker.variables(random.Random(case))
        if (other := parsed()) is not None:
            yield run_case(schema, other, operation, variables, case)
        elif operation.prepared(variables) is None:
            yield Outcome(left=True)
        else:
            yield Outcome(False, f"case {case}: graphql-core refuses this document\n{text}")


def run_case(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: CompiledOperation,
    variables: dict[str, Any],
    name: str,
) -> Outcome:
    """One case."""
    dice = random.Random(name)
    chances = Chances(
        fault=dice.choice((0.0, 0.02, 0.08, 0.2)),
        null=dice.choice((0.0, 0.1, 0.3)),
        odd=dice.choice((0.0, 0.0, 0.1, 0.5)),
    )
    compiled = by_compiled(operation, variables, World(name, chances))
    if compiled is None:
        return Outcome(left=True)
    core = by_core(schema, document, variables, World(name, chances))
    found = difference(core, compiled)
    if found is None:
        return Outcome(left=False)
    text = document.loc.source.body if document.loc else ""
    return Outcome(False, f"case {name}: {found}\n    variables: {variables}\n{text}")
