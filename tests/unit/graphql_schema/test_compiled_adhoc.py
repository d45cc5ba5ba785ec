"""Operations that nobody persisted: compiled when they repeat, within the same limits."""

import time
from typing import Any

import pytest

from graphql_schema.compiler import adhoc
from graphql_schema.compiler.adhoc import AdhocOperations
from graphql_schema.limits import MAX_ALIASES, MAX_DEPTH, MAX_TOKENS
from tests.fuzz.carte import Chain, schema

REGION = "query Region { region { name version } }"


@pytest.fixture
def operations() -> AdhocOperations:
    return AdhocOperations(schema(), after=3)


def repeated(operations: AdhocOperations, text: str, name: str | None = None) -> Any:
    return [operations.find(text, name) for _ in range(4)][-1]


def test_an_operation_is_compiled_when_it_comes_for_the_third_time(
    operations: AdhocOperations,
) -> None:
    found = [operations.find(REGION, None) for _ in range(4)]
    assert found[:2] == [None, None]
    assert found[2] is not None
    assert found[3] is found[2]
    assert (found[2].name, found[2].kind) == ("Region", "query")
    result = found[2].run(None, Chain("1", 0.0).context())
    assert result is not None
    assert result.data == {"region": {"name": "eu-west-1", "version": "1.2.3"}}


@pytest.mark.parametrize(
    "text",
    [
        "query { region { name ",
        "query A { nothing }",
        "query A { region { name } } query B { region { name } }",
        "{ __schema { types { name } } }",
        '{ __type(name: "Menu") { name } }',
        "subscription { region { name } }",
        "{ " + " ".join(f"a{at}: region {{ name }}" for at in range(MAX_ALIASES + 1)) + " }",
        "{ " + "x " * MAX_TOKENS + "}",
        "{ region { name } } # " + "x" * adhoc.MAX_TEXT,
        "{ region { name @deferred } }",
        "query A($x: Nothing) { region { name } }",
        "query A($x: Int) { region { name } }",
    ],
)
def test_what_is_not_valid_or_too_much_takes_the_usual_way(
    text: str, operations: AdhocOperations
) -> None:
    assert repeated(operations, text) is None


def test_depth_is_limited_as_for_everyone(operations: AdhocOperations) -> None:
    inner = "name"
    for _ in range(MAX_DEPTH + 1):
        inner = f"... on Region {{ {inner} }}"
    schema_says = schema().execute_sync(f"{{ region {{ {inner} }} }}", context_value=Chain(
        "1", 0.0).context())  # fmt: skip
    assert (repeated(operations, f"{{ region {{ {inner} }} }}") is None) == bool(schema_says.errors)


def test_of_several_operations_the_named_one_is_compiled(operations: AdhocOperations) -> None:
    both = "query A { markets { id } } query B { region { name } }"
    assert repeated(operations, both, "B").name == "B"
    assert repeated(operations, both, "A").name == "A"
    assert repeated(operations, both, "C") is None


def test_the_cache_is_bounded_in_entries_and_bytes() -> None:
    few = AdhocOperations(schema(), after=1, max_entries=5)
    small = AdhocOperations(schema(), after=1, max_bytes=40_000)
    for at in range(40):
        for operations in (few, small):
            assert operations.find(REGION + f" # {at}", None) is not None
    assert len(few._entries) == 5
    assert small._bytes == sum(one.size for one in small._entries.values()) <= 40_000
    assert 0 < len(small._entries) < 40


def test_compiling_a_large_operation_takes_bounded_time(operations: AdhocOperations) -> None:
    # Each fragment spreads the next one twice: 2**12 places, one selection.
    parts = [f"fragment F{at} on Menu {{ ...F{at + 1} version ...F{at + 1} }}" for at in range(12)]
    text = (
        'query A { menu(storeId: "de-1") { ...F0 } } '
        + " ".join(parts)
        + " fragment F12 on Menu { currency }"
    )
    started = time.process_time()
    repeated(operations, text)
    assert time.process_time() - started < 5
