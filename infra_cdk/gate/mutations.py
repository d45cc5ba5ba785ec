"""Mechanical edits of the constructs' sources: what a slip of an editor's hand would do.

Each mutation deletes an argument, changes a literal, deletes an item of a list, or drops a
statement that only makes a call (a grant, an alarm, a policy). Names of constructs and texts for
people are left alone: they change nothing that runs.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("infra_cdk/constructs", "infra_cdk/stacks")
# Arguments that hold texts for people, or hints for the CDK and cdk-nag about the source.
_FOR_PEOPLE: Final = frozenset(
    {"comment", "description", "do", "happened", "label", "of", "title", "reason"}
)
_NO_EFFECT: Final = frozenset({"acknowledge", "acknowledge_warning", "add_metadata", "set_context"})
# Modules that hold no construct, or none that a template shows.
_LEFT_OUT: Final = frozenset({"__init__.py", "acknowledged.py", "catalog.py"})


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation: an edit of one source file.

    Attributes:
        path: The file, below the repository.
        line: Where.
        what: The edit, for a person.
        source: The whole file with the edit.
    """

    path: str
    line: int
    what: str
    source: str


def mutations(root: Path = ROOT, only: str = "") -> list[Mutation]:
    """Return every mutation of the constructs and stacks, in the order of files and lines.

    Args:
        root: The repository.
        only: A part of the paths of the files to mutate, such as `constructs/live`; empty: all.
    """
    found: list[Mutation] = []
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.py")):
            name = path.relative_to(root).as_posix()
            if path.name not in _LEFT_OUT and only in name:
                found += _of_file(name, path.read_text("utf-8"))
    return found


def _of_file(name: str, text: str) -> Iterator[Mutation]:
    tree = ast.parse(text)
    seen: set[str] = set()
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _edits(node):
            changed = copy.deepcopy(tree)
            twin = next(one for index, one in enumerate(ast.walk(changed)) if index == number)
            change(twin)
            source = ast.unparse(ast.fix_missing_locations(changed))
            if source not in seen:
                seen.add(source)
                yield Mutation(name, getattr(node, "lineno", 0), what, source)


def _edits(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Yield the edits of one node: a description, and a function that edits its copy."""
    if isinstance(node, ast.Call) and _called(node) not in _NO_EFFECT:
        yield from _of_arguments(node)
    elif isinstance(node, ast.List | ast.Tuple | ast.Dict):
        yield from _of_items(node)
    elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
        value = other_value(node.value.value)
        if value is not None:
            yield f"{ast.unparse(node)} becomes {value!r}", _assigning(value)
    elif isinstance(node, ast.FunctionDef | ast.For) and len(node.body) > 1:
        for index, statement in enumerate(node.body):
            if _is_effect(statement):
                yield f"drop {ast.unparse(statement)[:70]}", _deleting("body", index)


def _of_items(node: ast.List | ast.Tuple | ast.Dict) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Dict):
        for index, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and len(node.keys) > 1:
                yield f"delete entry {key.value!r}", _deleting_entry(index)
    elif len(node.elts) > 1 and _all_plain(node):
        for index, one in enumerate(node.elts):
            yield f"delete item {ast.unparse(one)}", _deleting("elts", index)


def _of_arguments(call: ast.Call) -> Iterator[tuple[str, Any]]:
    for index, keyword in enumerate(call.keywords):
        if keyword.arg and keyword.arg not in _FOR_PEOPLE:
            yield f"delete {keyword.arg} of {_called(call)}", _deleting("keywords", index)
            yield from _of_literal(keyword.value, keyword.arg, index)


def _of_literal(value: ast.expr, name: str, index: int) -> Iterator[tuple[str, Any]]:
    if isinstance(value, ast.Constant):
        other = other_value(value.value)
        if other is not None:
            yield f"{name}={value.value!r} becomes {other!r}", _setting_keyword(index, other)


def other_value(value: object) -> Any:
    """Return another value of the same kind; None where there is none."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value * 100 + 1
        case str() if value:
            return f"{value}x"
    return None


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def _all_plain(node: ast.List | ast.Tuple) -> bool:
    return all(isinstance(one, ast.Constant | ast.Attribute | ast.Call) for one in node.elts)


def _is_effect(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    return _called(statement.value) not in {*_NO_EFFECT, "__init__"}


def _deleting(part: str, index: int) -> Any:
    return lambda node: getattr(node, part).pop(index)


def _deleting_entry(index: int) -> Any:
    def change(node: ast.Dict) -> None:
        del node.keys[index], node.values[index]

    return change


def _assigning(value: Any) -> Any:
    def change(node: ast.Assign) -> None:
        node.value = ast.Constant(value)

    return change


def _setting_keyword(index: int, value: Any) -> Any:
    def change(node: ast.Call) -> None:
        node.keywords[index].value = ast.Constant(value)

    return change
