"""The project's Python sources and what they import, for tests of the architecture."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def python_files(root: Path, folders: frozenset[str]) -> Iterator[Path]:
    """Every Python file of some top-level folders, in a fixed order."""
    for folder in sorted(folders):
        for path in sorted((root / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path


@functools.cache
def imported(path: Path) -> tuple[str, ...]:
    """The full names that a file imports: modules, or what it takes from them."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
