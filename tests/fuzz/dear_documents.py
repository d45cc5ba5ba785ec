"""Documents of up to 32 kB that cost much: blocks of what parsers and validators repeat."""

from collections.abc import Callable
from typing import Final

Block = Callable[[int], tuple[str, str]]


def _aliases(count: int) -> tuple[str, str]:
    return " ".join(f"a{at}: __typename" for at in range(count)), ""


def _same(count: int) -> tuple[str, str]:
    return "region { name } " * count, ""


def _arguments(count: int) -> tuple[str, str]:
    return " ".join(f'b{at}: menu(storeId: "{at}", locale: "en") {{ version }}'
                    for at in range(count)), ""  # fmt: skip


def _unknown(count: int) -> tuple[str, str]:
    return " ".join(f"nosuchfield{at}" for at in range(count)), ""


def _unknown_arguments(count: int) -> tuple[str, str]:
    return f"stores({' '.join(f'firsst{at}: 1' for at in range(count))}) {{ totalCount }}", ""


def _lists(count: int) -> tuple[str, str]:
    return f"stores(search: [{'1 ' * count}]) {{ totalCount }}", ""


def _directives(count: int) -> tuple[str, str]:
    return "__typename " + "@include(if: true) " * count, ""


def _unknown_directives(count: int) -> tuple[str, str]:
    return "__typename " + " ".join(f"@skipp{at}(iff: 1)" for at in range(count)), ""


def _spreads(count: int) -> tuple[str, str]:
    parts = [f"fragment s{at} on Query {{ ...s{at + 1} ...s{at + 1} }}" for at in range(count)]
    return "...s0", " ".join([*parts, f"fragment s{count} on Query {{ __typename }}"])


def _fragments(count: int) -> tuple[str, str]:
    fields = " ".join(f"markets {{ f{at}: id }}" for at in range(20))
    parts = [f"fragment g{at} on Query {{ {fields} }}" for at in range(count)]
    return " ".join(f"...g{at}" for at in range(count)), " ".join(parts)


def _inline(count: int) -> tuple[str, str]:
    return "... on Query { ... on Region { name } __typename } " * count, ""


def _deep(count: int) -> tuple[str, str]:
    return "... on Query { " * count + "__typename" + " }" * count, ""


def _operations(count: int) -> tuple[str, str]:
    return "__typename", " ".join(f"query q{at} {{ __typename markets {{ id }} }}"
                                  for at in range(count))  # fmt: skip


def _unused(count: int) -> tuple[str, str]:
    return "__typename", " ".join(f"fragment u{at} on Query {{ __typename }}"
                                  for at in range(count))  # fmt: skip


def _introspection(count: int) -> tuple[str, str]:
    fields = "types { name fields { name args { name } type { name ofType { name } } } }"
    return " ".join(f"i{at}: __schema {{ {fields} }}" for at in range(count)), ""


def _comments(count: int) -> tuple[str, str]:
    return "__typename", "#\n" * count


def _blanks(count: int) -> tuple[str, str]:
    return "__typename " + "\n" * (count * 10), ""


def _conflicts(count: int) -> tuple[str, str]:
    return " ".join(f'c: menu(storeId: "{at}") {{ version }}' for at in range(count)), ""


BLOCKS: Final[dict[str, Block]] = {
    name.removeprefix("_"): block
    for name, block in list(globals().items())
    if name.startswith("_") and callable(block) and not name.startswith("__")
}


def document(parts: list[tuple[str, int]]) -> str:
    """Return a document of blocks, each of a size."""
    made = [BLOCKS[name](count) for name, count in parts]
    fields, more = (" ".join(one) for one in zip(*made, strict=True))
    return f"query Q {{ {fields} }} {more}"
