"""Whatever the document: what a part of the schema runs is valid in the whole, at the same cost."""

import os
import random
import re
from collections import Counter

import pytest
from graphql import GraphQLSchema, parse

from graphql_schema.parts import Part, subjects_of
from graphql_schema.schema import Schema
from tests.fuzz.carte import USUAL
from tests.fuzz.operations import OperationMaker
from tests.support.one_schema import schema_of_tests
from tests.support.seeds import seed_of_run

CASES = int(os.environ.get("CARTE_FUZZ_CASES", "1000")) // 10
# Each document holds one at least: `{ __typename }` has no other.
NAME = re.compile(r"(?<![\w$\"])[A-Za-z_]\w*")


def mistyped(text: str, names: tuple[str, ...], dice: random.Random) -> str:
    """A document in which one name is another: of this schema, or of none."""
    found = dice.choice(list(NAME.finditer(text)))
    other = dice.choice(names) if dice.random() < 0.7 else found[0] + "x"
    return text[: found.start()] + other + text[found.end() :]


def names_of(schema: GraphQLSchema) -> tuple[str, ...]:
    fields = {
        name
        for kind in schema.type_map.values()
        for name in getattr(kind, "fields", None) or ()
    }  # fmt: skip
    return (*sorted(fields), *sorted(schema.type_map), "__typename", "__schema")


def case(whole: Schema, names: tuple[str, ...], parts: list[Part], dice: random.Random) -> str:
    """Compare a document's validity and cost by a part and by the whole; return what came out."""
    maker = OperationMaker(whole._schema, dice, 30, USUAL)
    text, variables = maker.make(), maker.variables(dice)
    if dice.random() < 0.4:
        text = mistyped(text, names, dice)
    try:
        document = parse(text)
    except Exception:  # noqa: BLE001 - whatever it is, both parse it alike
        return "no document"
    errors = whole.validation_errors(document)
    fresh = Part.of(text)
    served = [one for one in [*parts, fresh] if one is not None and one.serves(text)]
    assert not (served and errors), f"{errors}\n{text}"
    for part in served:
        for given in (None, {}, variables):
            cost = part.schema.cost(document, None, given)
            assert cost == whole.cost(document, None, given), text
    if fresh is not None and fresh not in served:
        assert errors, text
        return "an error"
    if not served:
        assert subjects_of(document) is None or Part.of(text) is None
        return "left to the whole"
    if fresh is not None and len(parts) < 5:
        parts.append(fresh)
    return "served"


@pytest.mark.slow
def test_a_part_serves_what_is_valid_in_the_whole_at_the_same_cost() -> None:
    dice = random.Random(seed_of_run())
    whole = schema_of_tests()
    names = names_of(whole._schema)
    parts: list[Part] = []
    outcomes = Counter(case(whole, names, parts, dice) for _ in range(CASES))
    assert outcomes["served"] > CASES / 3, outcomes
    assert outcomes["an error"] > CASES / 50, outcomes
