"""The project's Python sources and what they import, for tests of the architecture."""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DOTTED = re.compile(r"\w+(?:\.\w+)+\Z")
_CHANGES = {"setdefault", "update", "pop"}
# One node in seven is of these kinds, and to ask each what it is takes longer than to parse it.
_LOOKED_AT = {
    *(ast.Import, ast.ImportFrom, ast.Constant),
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Call, ast.ClassDef),
}


def python_files(root: Path, folders: frozenset[str]) -> Iterator[Path]:
    """Every Python file of some top-level folders, in a fixed order."""
    for folder in sorted(folders):
        for path in sorted((root / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


@dataclass(frozen=True, slots=True)
class Source:
    """What tests look for in a file; to parse all files takes seconds, so that it is done once.

    Attributes:
        imported: The full names that it imports: modules, or what it takes from them.
        names: The names by which it calls what it imports.
        dotted: Texts in it that are names with dots, such as those of modules.
        targets: What its assignments write to, and what `setattr` and methods of `__dict__` do.
        strings_below_fields: Lines of strings that stand right after a field in a class.
    """

    imported: tuple[str, ...]
    names: frozenset[str]
    dotted: tuple[str, ...]
    targets: tuple[ast.expr, ...]
    strings_below_fields: tuple[int, ...]


@functools.cache
def source(path: Path) -> Source:
    """Return what tests look for in a file."""
    imports: list[str] = []
    names = set[str]()
    dotted: list[str] = []
    written: list[ast.expr] = []
    below: list[int] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if type(node) not in _LOOKED_AT:
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports += _imported(path, node)
            names.update((one.asname or one.name).partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ClassDef):
            below += _strings_below_fields(node)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _DOTTED.match(node.value):
                dotted.append(node.value)
        else:
            written += _targets(node)
    return Source(
        tuple(imports), frozenset(names), tuple(dotted), tuple(written), tuple(sorted(below))
    )


def imported(path: Path) -> tuple[str, ...]:
    """The full names that a file imports: modules, or what it takes from them."""
    return source(path).imported


def _imported(path: Path, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    else:
        assert node.level == 0, f"{path}: relative import"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _strings_below_fields(node: ast.ClassDef) -> Iterator[int]:
    for field, below in pairwise(node.body):
        if (
            isinstance(field, ast.AnnAssign | ast.Assign)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield below.lineno


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        yield from (one for one in node.targets if not isinstance(one, ast.Name))
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        if not isinstance(node.target, ast.Name):
            yield node.target
    elif isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Name):
            if function.id == "setattr" and node.args:
                yield ast.Attribute(node.args[0], "…")
        elif (
            isinstance(function, ast.Attribute)
            and function.attr in _CHANGES
            and ast.unparse(function.value).endswith("__dict__")
        ):
            yield ast.Attribute(function, "…")
