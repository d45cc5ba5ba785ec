"""Operations that nobody persisted: compiled by their shapes when these repeat, within limits."""

import time
from typing import Any

import pytest
from graphql import DocumentNode, parse

from graphql_schema.compiler import adhoc
from graphql_schema.compiler.adhoc import AdhocOperations
from graphql_schema.limits import MAX_ALIASES, MAX_DEPTH, MAX_TOKENS
from graphql_schema.schema import build
from services.menu_api import schema_in_use
from services.menu_api.documents import Document, OperationRequest
from services.menu_api.execution import Executed, Executor
from tests.fuzz.carte import Chain, schema

REGION = "query Region { region { name version } }"


@pytest.fixture
def operations() -> AdhocOperations:
    return AdhocOperations(schema(), after=2)


class Service:
    """An executor, and a note for each request of whether a compiled form answered it."""

    def __init__(self, operations: AdhocOperations) -> None:
        self._executor = Executor(lambda _: None)
        self._executor._schema._whole = schema()
        self._executor._schema.adhoc = operations

    def run(self, text: str, name: str | None = None, **variables: Any) -> Executed:
        """Run a document; `repeatable` tells whether it was a compiled query."""
        request = OperationRequest(Document(text), name, variables)
        context = Chain("1", 0.0).context()
        context.principal = None
        return self._executor.run(request, context, reads_only=False)


@pytest.fixture
def service(operations: AdhocOperations) -> Service:
    return Service(operations)


def by_core(text: str, **variables: Any) -> Executed:
    """Run a document by graphql-core."""
    never = Service(AdhocOperations(schema(), after=1000))
    return never.run(text, **variables)


def store(literal: str) -> str:
    return f"{{ store(id: {literal}) {{ id name }} }}"


def test_the_compiler_is_not_needed_for_the_first_operation_and_counts_it() -> None:
    """A cold start does without it."""
    service = Service(AdhocOperations(schema()))
    service._executor._schema.adhoc = None
    assert not service.run(REGION).repeatable
    assert service._executor._schema.adhoc is None
    assert [service.run(REGION).repeatable for _ in range(2)] == [False, True]


def test_what_is_built_at_first_use_is_kept_from_garbage_collections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import gc

    monkeypatch.setattr(schema_in_use, "_made_schema", build)  # not the one that tests share
    collected: list[str] = []
    gc.collect()  # so that none is due before the schema is built, nor soon after
    gc.callbacks.append(lambda phase, _: collected.append(phase))
    try:
        executor = Executor(lambda _: None)
        frozen = gc.get_freeze_count()
        executor.prepare()
    finally:
        gc.callbacks.pop()
    assert collected == []
    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen + 1000
    gc.unfreeze()


def test_an_operation_is_compiled_when_it_ran_twice(service: Service) -> None:
    done = [service.run(REGION) for _ in range(4)]
    assert [one.repeatable for one in done] == [False, False, True, True]
    assert done[3].operation == "Region"
    assert [one.data for one in done] == [{"region": {"name": "eu-west-1", "version": "1.2.3"}}] * 4


def test_documents_that_differ_in_literals_share_a_compiled_form(
    service: Service, operations: AdhocOperations
) -> None:
    texts = [store(one) for one in ('"de-1"', '"us-2"', '"jp-4"', '"f\\u0072-3"', '"no"', "7")]
    done = [service.run(one) for one in texts]
    # A number is another kind of literal: another shape.
    assert [one.repeatable for one in done] == [False, False, True, True, True, False]
    assert [one.data for one in done] == [by_core(one).data for one in texts]
    assert [one.data["store"] and one.data["store"]["id"] for one in done[:5]] == [
        *("de-1", "us-2", "jp-4", "fr-3"),
        None,
    ]
    assert len(operations._entries) == 2


@pytest.mark.parametrize(
    "literal",
    [
        *(
            '"a\\x"',
            '"\\ud83c"',
            '"a',
            '"a" "b"',
            "007",
            "- 1",
            "1.",
            "9" * 5000,
            '"""x"""',
            "null",
        ),
        *("true", "$id", "[]", '["a"]', '{id: "a"}', '"', '"\\', "1e5", "#", '"\\"'),
    ],
)
@pytest.mark.parametrize("usual", ['"de-1"', "7"])
def test_a_literal_of_another_kind_or_none_is_answered_as_by_graphql_core(
    service: Service, usual: str, literal: str
) -> None:
    for _ in range(3):
        service.run(store(usual))
    done, core = service.run(store(literal)), by_core(store(literal))
    assert (done.data, done.errors) == (core.data, core.errors)


def test_errors_have_the_places_of_their_own_document(service: Service) -> None:
    def text(*ids: str) -> str:
        first, second = ids
        return (
            f'{{ a: store(id: "{first}") {{ id }} '
            f'b: inventory(storeId: "{second}") {{ store {{ id }} }}\n'
            f'  c: inventory(storeId: "x") {{ store {{ id }} }} }}'
        )

    for _ in range(3):
        service.run(text("de-1", "us-2"))
    longer = text("a much longer id than that", "")
    done, core = service.run(longer), by_core(longer)
    assert done.repeatable
    assert [one["locations"] for one in done.errors] == [
        [{"line": 1, "column": 53}],
        [{"line": 2, "column": 3}],
    ]
    assert (done.data, done.errors) == (core.data, core.errors)


def test_a_wrong_literal_does_not_keep_others_of_its_shape_from_being_compiled(
    service: Service,
) -> None:
    def text(first: str) -> str:
        return f"query($s: String) {{ stores(search: $s, first: {first}) {{ totalCount }} }}"

    for _ in range(5):
        assert service.run(text("99999999999")).errors
    done = [service.run(text(str(at)), s="x") for at in range(1, 5)]
    assert [one.repeatable for one in done] == [False, False, True, True]


def test_literals_that_decide_the_cost_are_fixed_where_the_dearest_would_be_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def text(first: int, store_id: str) -> str:
        return (
            f"{{ stores(first: {first}) {{ edges {{ node {{ id name }} }} }} "
            f'menu(storeId: "{store_id}") {{ version }} }}'
        )

    cost = schema().cost(parse(text(3, "x")), None, None)
    assert schema().cost(parse(text(100, "x")), None, None) > cost
    monkeypatch.setattr(adhoc, "MAX_COST", cost)
    done = [service.run(text(3, one)) for one in ("de-1", "us-2", "jp-4")]
    assert [one.repeatable for one in done] == [False, False, True]
    # Another page is another operation, and one that may cost too much is none.
    done = [service.run(text(first, "de-1")) for first in (2, 2, 2, 3, 4, 4, 4)]
    assert [one.repeatable for one in done] == [False, False, True, True, False, False, False]
    assert [len(one.data["stores"]["edges"]) for one in done] == [2, 2, 2, 3, 4, 4, 4]


def test_literals_of_fields_that_merge_are_fixed(service: Service) -> None:
    def text(first: str, second: str) -> str:
        return f'{{ store(id: "{first}") {{ id }} store(id: "{second}") {{ name }} }}'

    done = [service.run(text("de-1", "de-1")) for _ in range(3)]
    assert done[2].repeatable
    refused = service.run(text("de-1", "us-2"))
    assert refused.errors == by_core(text("de-1", "us-2")).errors
    assert not refused.executed
    assert service.run(text("us-2", "us-2")).data["store"]["id"] == "us-2"


def repeated(service: Service, text: str, name: str | None = None) -> bool:
    """Return whether a document that comes four times is compiled at last."""
    try:
        return [service.run(text, name).repeatable for _ in range(4)][-1]
    except Exception:  # noqa: BLE001 - refused in place of run
        return False


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
        "{ region { name } } # \x00",
        "{ region { name @deferred } }",
        "query A($x: Nothing) { region { name } }",
        "query A($x: Int) { region { name } }",
    ],
)
def test_what_is_not_valid_or_too_much_takes_the_usual_way(text: str, service: Service) -> None:
    assert not repeated(service, text)


def test_depth_is_limited_as_for_everyone(service: Service) -> None:
    inner = "name"
    for _ in range(MAX_DEPTH + 1):
        inner = f"... on Region {{ {inner} }}"
    reference = schema().execute_sync(f"{{ region {{ {inner} }} }}", context_value=Chain(
        "1", 0.0).context())  # fmt: skip
    assert repeated(service, f"{{ region {{ {inner} }} }}") != bool(reference.errors)


def test_of_several_operations_the_named_one_is_compiled(service: Service) -> None:
    both = "query A { markets { id } } query B { region { name } }"
    assert repeated(service, both, "B")
    assert service.run(both, "B").operation == "B"
    assert repeated(service, both, "A")
    assert not repeated(service, both, "C")


def test_the_cache_is_bounded_in_entries_and_bytes() -> None:
    few = AdhocOperations(schema(), after=1, max_entries=5)
    small = AdhocOperations(schema(), after=1, max_bytes=40_000)
    for at in range(40):
        for operations in (few, small):
            operations.ran(REGION + f" # x{at}", None)
            assert operations.find(REGION + f" # x{at}", None) is not None
    assert len(few._entries) == 5
    assert small._bytes == sum(one.size for one in small._entries.values()) <= 40_000
    assert 0 < len(small._entries) < 40


def test_fixed_literals_count_as_bytes_of_the_cache() -> None:
    small = AdhocOperations(schema(), after=1, max_bytes=60_000)
    for at in range(40):
        name = f'"{at}{"x" * 3000}"'
        small.ran(f"{{ store(id: {name}) {{ id }} store(id: {name}) {{ name }} }}", None)
    assert small._bytes == sum(one.size for one in small._entries.values()) <= 60_000


def test_compiling_a_large_operation_takes_bounded_time(service: Service) -> None:
    # Each fragment spreads the next one twice: 2**12 places, one selection.
    parts = [f"fragment F{at} on Menu {{ ...F{at + 1} version ...F{at + 1} }}" for at in range(12)]
    text = (
        'query A { menu(storeId: "de-1") { ...F0 } } '
        + " ".join(parts)
        + " fragment F12 on Menu { currency }"
    )
    started = time.process_time()
    repeated(service, text)
    assert time.process_time() - started < 5


def test_a_document_that_was_forgotten_is_parsed_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgotten(_text: str) -> DocumentNode | None:
        return None

    monkeypatch.setattr(schema().documents, "find", forgotten)
    assert repeated(service, REGION)
