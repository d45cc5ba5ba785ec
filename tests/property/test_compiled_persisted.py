"""The persisted operations' generated code answers as the schema does, errors in clients' words."""

import json
import random
from typing import Any

import orjson
import pytest
from graphql import parse

from graphql_schema.compile import generated
from graphql_schema.compiled.operation import CompiledOperation
from graphql_schema.errors import formatted
from graphql_schema.export import MANIFEST
from tests.fuzz import carte
from tests.support.seeds import seed_of_run

DOCUMENTS = {
    entry["name"]: entry["document"] for entry in json.loads(MANIFEST.read_text()).values()
}
CASES = 40


@pytest.fixture(scope="module")
def operations() -> dict[str, CompiledOperation]:
    """By name, made here and now, whatever lies in the tree."""
    text, left = generated(carte.schema()._schema, DOCUMENTS, "")
    assert left == []
    namespace: dict[str, Any] = {}
    exec(text, namespace)  # noqa: S102 - what the compiler has just written
    return {name: make() for name, make in namespace["OPERATIONS"].items()}


def variables(document: str, dice: random.Random) -> dict[str, Any]:
    """Values for the document's variables, some of them wrong."""
    core = carte.schema()._schema
    maker = carte.made(str(dice.random()))
    from graphql import type_from_ast

    for node in parse(document).definitions[0].variable_definitions or ():  # type: ignore[attr-defined]
        maker._variables[node.variable.name.value] = (type_from_ast(core, node.type), "")
    return maker.variables(dice)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_code_answers_as_the_schema_does(
    name: str, operations: dict[str, CompiledOperation]
) -> None:
    seed = seed_of_run()
    dice = random.Random(seed)
    ran = 0
    # In some documents three of ten values are wrong, so that among few cases there may be too few
    # that run: then some more are tried.
    for at in range(10 * CASES):
        if at >= CASES and ran > CASES / 2:
            break
        values = variables(DOCUMENTS[name], dice)
        broken = dice.choice((0.0, 0.0, 0.05, 0.3))
        mine, theirs = (carte.Chain(f"{seed}/{at}", broken) for _ in range(2))
        context = mine.context()
        compiled = operations[name].run(values, context)
        other = theirs.context()
        result = carte.schema().execute_sync(
            DOCUMENTS[name], variable_values=values, context_value=other
        )
        if compiled is None:
            assert not mine.calls
            continue
        ran += 1
        errors = [formatted(error, executed=True) for error in result.errors or ()]
        # Parts of it may be written already, which only orjson reads; keys keep their order.
        data = orjson.loads(orjson.dumps(compiled.data))
        assert json.dumps(data) == json.dumps(result.data), (seed, at, values)
        assert compiled.errors == errors, (seed, at, values)
        assert context.cache == other.cache
        assert mine.calls == theirs.calls
        assert compiled.executed
        assert context.executed
    assert ran > CASES / 2
