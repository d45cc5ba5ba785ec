"""No regular expression of the services takes more than linear time, whatever a stranger sends."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.backtracking import Matcher, TooManyStepsError, nests_repeats

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "graphql_schema")
# Their text is a file of ours, not a request.
OURS = {"services/storage/fast/choice.py"}
# Its matches always end, so that no character is read twice: tests/unit/graphql_schema/
# test_document_shape.py shows it. The matcher here assumes that none does.
ALWAYS_ENDS = {"graphql_schema/compiler/document_shape.py"}
CALLS = {"compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer"}
PUMPS = ("\n", " ", "a", "A", "1", "-", "a-", "_", ".", ":", ",", '"', '"a', "Mo ", "Mo-", "é", "/")
LENGTH = 150  # and twice that: enough for four times the steps to show


def patterns() -> Iterator[tuple[str, str, bool]]:
    """Every pattern: where it stands, its text, and whether it is only used anchored."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            source = path.read_text()
            if "import re\n" not in source:
                continue  # to parse all sources takes seconds
            tree = ast.parse(source)
            private = private_names(tree)
            for node in ast.walk(tree):
                if (
                    name not in OURS | ALWAYS_ENDS
                    and isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "re"
                    and node.func.attr in CALLS
                ):
                    text = value_of(node.args[0], name)
                    assert isinstance(text, str), f"{name}: a pattern of bytes"
                    # `^` without flags, and patterns of which only `fullmatch` is used: by their
                    # own name where no other module may use them, else by any in the module.
                    anchored = text.startswith("^") and len(node.args) == 1
                    name_of_it = rf"\b{private[node]}" if node in private else ""
                    used = rf"{name_of_it}\.(search|find\w+|sub|split)\("
                    only_whole = not re.search(used, source)
                    yield name, text, anchored or only_whole


def private_names(tree: ast.Module) -> dict[ast.expr, str]:
    """The values that a module gives a private name, and the name."""
    return {
        node.value: node.target.id
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and node.value is not None
        and isinstance(node.target, ast.Name)
        and node.target.id.startswith("_")
    }


def value_of(expression: ast.expr, name: str) -> object:
    """The value of an expression of constants of a module, such as one text within another."""
    if isinstance(expression, ast.Constant):
        return expression.value
    names = vars(importlib.import_module(name.removesuffix(".py").replace("/", ".")))
    code = compile(ast.Expression(expression), name, "eval")
    return eval(code, dict(names))  # noqa: S307 - an expression of our own sources


def steps(pattern: str, pump: str, length: int, *, anchored: bool) -> int:
    matcher = Matcher(pattern, 0, pump * (length // len(pump)) + "\x00")
    if anchored:
        matcher._run(matcher._tree, 0, 0, lambda _: False)
        return matcher.steps
    return matcher.search()


def is_linear(pattern: str, *, anchored: bool) -> bool:
    if nests_repeats(pattern):
        return False
    for pump in PUMPS:
        try:
            small = steps(pattern, pump, LENGTH, anchored=anchored)
            large = steps(pattern, pump, 2 * LENGTH, anchored=anchored)
        except (TooManyStepsError, RecursionError):
            return False
        if large > 3 * small + 1000:
            return False
    return True


def test_every_pattern_is_linear() -> None:
    found = [*patterns()]
    assert len(found) >= 5
    bad = [one for one in found if not is_linear(one[1], anchored=one[2])]
    assert bad == []


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"^\s*(?:query|mutation)\s+(\w+)", r"(a+)+b", r"\s*\s*x", r"(\w+-?)*!"),
        *(r"\s+$", r"\d+\d+x", r"\w+\s*\w*!"),
    ],
)
def test_patterns_that_backtrack_are_found(pattern: str) -> None:
    assert not is_linear(pattern, anchored=False)
