"""Requests with one value at its end: every argument and input field of the published schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
)

from graphql_schema.export import SDL

VALUES: Final[dict[str, list[Any]]] = {
    "DateTime": [
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"),
        *("0001-01-01T00:00:00+23:59", "2026-03-29T02:30:00", "2026-02-30T00:00:00Z", "x", "", 0),
    ],
    "Date": ["0001-01-01", "9999-12-31", "2026-02-30", "2026-W52-4", "2026-12-24T00:00", "", 0],
    "Int": [-(2**31), 2**31 - 1, 0, -1, 2**31, 1e300, 1.5, "1", True],
    "Float": [-1e308, 1e308, 5e-324, -0.0, 90.0001, "1", False],
    "Boolean": [True, False, 0, "true"],
    "String": ["", " ", "\x00", "x" * 20_000, "\U0001f369" * 1000, "\u202e", "%s{}\\'\"", 1],
    "ID": ["", "\x00", "x" * 20_000, "日本", "..", "x,market:us", -1, "x" * 64, "a#b", 1.5],
}
# Of any type: null, another shape, and depth.
ANY: Final[list[Any]] = [None, [], {}, [None], [[[]]], {"a": {"b": []}}]
# What a request needs to get as far as the value that is tried.
USUAL: Final[dict[str, Any]] = {
    "storeId": "de-1", "id": "de-1", "itemId": "glazed", "market": "de", "pieces": 3,
    "latitude": 52.5, "longitude": 13.4, "operationId": "3f0c1f0e-5f0b-4c52-9d1e-8f9d8f2a6a10",
    "locale": "en", "radiusKm": 25.0, "first": 1, "sentAt": "2026-05-04T10:00:00Z",
}  # fmt: skip


@dataclass(frozen=True)
class Extreme:
    """A request with one value at its end.

    Attributes:
        place: The field, and the path of the value in its arguments.
        query: The document; its variables are `variables`.
        variables: Values by name.
    """

    place: str
    query: str
    variables: dict[str, Any]


def extremes() -> Iterator[Extreme]:
    """Yield a request for each argument and input field, nested ones too, and each value."""
    schema = build_schema(SDL.read_text())
    for word, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            arguments = {key: one.type for key, one in field.args.items()}
            declared = ", ".join(f"${key}: {kind}" for key, kind in arguments.items())
            given = ", ".join(f"{key}: ${key}" for key in arguments)
            below = "{ __typename }" if isinstance(
                get_named_type(field.type), GraphQLObjectType) else ""  # fmt: skip
            if not arguments:
                continue
            query = f"{word}({declared}) {{ {name}({given}) {below} }}"
            base = {
                key: _usual(key, kind)
                for key, kind in arguments.items()
                if isinstance(kind, GraphQLNonNull)
            }
            for path, kind in _places(arguments):
                for value in _values(kind):
                    place = f"{name}({'.'.join(map(str, path))})"
                    yield Extreme(place, query, _with(base, path, value))


def _places(fields: dict[str, Any], above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for name, kind in fields.items():
        path = (*above, name)
        yield path, kind
        bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(bare, GraphQLList):
            path, bare = (*path, 0), bare.of_type
            bare = bare.of_type if isinstance(bare, GraphQLNonNull) else bare
            yield path, bare
        if isinstance(bare, GraphQLInputObjectType):
            yield from _places({key: one.type for key, one in bare.fields.items()}, path)


def _values(kind: Any) -> list[Any]:
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList):
        one = _usual("", bare.of_type)
        return [*ANY, [one] * 2, [one] * 101, one]
    if isinstance(bare, GraphQLEnumType):
        return [*ANY, *bare.values, "NO_SUCH", "", 1]
    return [*ANY, *VALUES.get(bare.name, ())]


def _usual(name: str, kind: Any) -> Any:
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if name in USUAL:
        return USUAL[name]
    if isinstance(bare, GraphQLList):
        return [_usual("", bare.of_type)]
    if isinstance(bare, GraphQLEnumType):
        return next(iter(bare.values))
    if isinstance(bare, GraphQLInputObjectType):
        return {
            key: _usual(key, one.type)
            for key, one in bare.fields.items()
            if isinstance(one.type, GraphQLNonNull)
            or isinstance(get_named_type(one.type), GraphQLInputObjectType)
        }
    return {"Int": 1, "Float": 1.0, "Boolean": True}.get(bare.name, "x")


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy of a value in which another stands at a path."""
    if not path:
        return new
    at, *rest = path
    if at == 0:
        inner = value[0] if isinstance(value, list) and value else {}
        return [_with(inner, tuple(rest), new)]
    known = value if isinstance(value, dict) else {}
    return {**known, at: _with(known.get(at), tuple(rest), new)}
