"""What clients build on is committed as the code has it, and described in full."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    parse,
    print_ast,
)

from graphql_schema.export import (
    DAYPARTS,
    LIMITS,
    MANIFEST,
    POLICY,
    SDL,
    InvalidOperationError,
    dayparts,
    manifest,
    policy,
    sdl,
    with_typenames,
)
from graphql_schema.parts import TABLE
from graphql_schema.root_fields import table
from graphql_schema.schema import build
from graphql_schema.site_limits import site_limits


def test_schema_and_persisted_operations_are_up_to_date() -> None:
    schema = build()
    assert SDL.read_text() == sdl(schema), "run .venv/bin/python -m graphql_schema.export"
    assert MANIFEST.read_text() == manifest(schema), "run .venv/bin/python -m graphql_schema.export"
    assert TABLE.read_text() == table(schema), "run .venv/bin/python -m graphql_schema.export"
    assert POLICY.read_text() == policy(), "run .venv/bin/python -m graphql_schema.export"
    assert DAYPARTS.read_text() == dayparts(), "run .venv/bin/python -m graphql_schema.export"
    assert LIMITS.read_text() == site_limits(), "run .venv/bin/python -m graphql_schema.export"


def test_the_site_uses_every_limit_that_it_gets() -> None:
    sources = [path.read_text() for path in (LIMITS.parent / "src").rglob("*.ts*")]
    assert [
        name
        for name in json.loads(LIMITS.read_text())
        if not any(re.search(rf"\bMOST_{name}\b(?! =)", text) for text in sources)
    ] == []


def test_each_operation_is_there_with_typenames_too_and_keeps_its_own_id() -> None:
    entries = json.loads(MANIFEST.read_text())
    names = [one["name"] for one in entries.values()]
    plain = [name for name in names if " " not in name]
    assert names == [*plain, *(f"{name} with __typename" for name in plain)]
    for digest, one in entries.items():
        assert hashlib.sha256(one["document"].encode()).hexdigest() == digest
    by_name = {one["name"]: one["document"] for one in entries.values()}
    for name in plain:
        text = by_name[f"{name} with __typename"]
        lines = [line for line in text.splitlines() if line.strip() != "__typename"]
        assert "\n".join(lines) == by_name[name]
        assert len(text.splitlines()) > len(lines)


def test_typenames_are_added_where_they_are_missing_and_not_to_the_root() -> None:
    document = parse("query A { a { __typename b ... on C { d } ...F } } fragment F on D { e }")
    assert print_ast(with_typenames(document)) == print_ast(
        parse(
            "query A { a { __typename b ... on C { d __typename } ...F } } "
            "fragment F on D { e __typename }"
        )
    )


def test_every_type_field_and_argument_is_described() -> None:
    missing = []
    for name, kind in build_schema(SDL.read_text()).type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description:
            missing.append(name)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in kind.fields.items():
                if not field.description:
                    missing.append(f"{name}.{field_name}")
                arguments = getattr(field, "args", {})
                missing += [
                    f"{name}.{field_name}({argument})"
                    for argument, one in arguments.items()
                    if not one.description
                ]
        elif isinstance(kind, GraphQLEnumType) and not kind.description:
            missing.append(name)
    assert missing == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ markets { id } }", "one operation with a name"),
        ("query A { markets { id } } query B { markets { id } }", "one operation with a name"),
        ("query A { nothing }", "Cannot query field"),
    ],
)
def test_a_file_that_is_no_operation_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.graphql").write_text(text)
    with pytest.raises(InvalidOperationError, match=message):
        manifest(build(), tmp_path)
