"""Rules of single properties of resources, and the search for what breaks them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from infra_cdk.checks.model import Cloud, Resource, as_text

Test = Callable[[Any], bool]
MISSING: Final = object()


class Row(NamedTuple):
    """A rule: the value that a property of every resource of a type must have.

    Attributes:
        type: Of the resources.
        path: Below `Properties`, with dots; `*` stands for each item of a list, and `^` before the
            path for the resource itself.
        test: Of the property's value; a missing one is `MISSING`, which no test but `absent` takes.
        why: What goes wrong otherwise.
        having: Only resources that have this path too.
    """

    type: str
    path: str
    test: Test
    why: str
    having: str = ""


def is_(wanted: Any) -> Test:
    """The value is exactly this."""
    return lambda value: type(value) is type(wanted) and value == wanted


def within(least: float, most: float) -> Test:
    """The value is a number of this range."""
    return lambda value: isinstance(value, int | float) and least <= value <= most


def has(*wanted: Any) -> Test:
    """The value is a list that has these items."""
    return lambda value: isinstance(value, list) and all(one in value for one in wanted)


def is_set(value: Any) -> bool:
    """There is a value, and it is not empty."""
    return value is not MISSING and value not in ("", [], {}, None)


def absent(value: Any) -> bool:
    """There is no value."""
    return value is MISSING


def broken(rows: Iterable[Row], cloud: Cloud) -> Iterator[tuple[Resource, str]]:
    """Yield the resources of which a property is not what a row says, and the reason."""
    by_type: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_type[row.type].append(row)
    for resource in cloud.resources():
        for row in by_type.get(resource.type, ()):
            if row.having and all(one is MISSING for one in _at(resource, row.having)):
                continue
            for value in _at(resource, row.path):
                if not row.test(value):
                    value_text = "missing" if value is MISSING else as_text(value)[:80]
                    yield resource, f"{row.path} is {value_text}: {row.why}"


def _at(resource: Resource, path: str) -> list[Any]:
    body: Mapping[str, Any] = resource.body if path.startswith("^") else resource.properties
    values: list[Any] = [body]
    for part in path.removeprefix("^").split("."):
        values = [inner for value in values for inner in _step(value, part)]
    return values


def _step(value: Any, part: str) -> list[Any]:
    if part == "*":
        return list(value) if isinstance(value, list) else [MISSING]
    if isinstance(value, list):
        return [value[int(part)]] if part.isdigit() and int(part) < len(value) else [MISSING]
    return [value.get(part, MISSING)] if isinstance(value, Mapping) else [MISSING]
