"""Every row of the attack tables in docs/security.md names a test, and that test exists."""

import ast
import re
from functools import cache

import pytest

from tests.support.sources import ROOT

_PAGE = ROOT / "docs" / "security.md"
_NAMED = re.compile(r"`(tests/[\w/]+\.py)`: `(test_\w+)`")


def _rows(heading: str) -> list[str]:
    """Return the rows of the first table under a heading, without its head."""
    text = _PAGE.read_text(encoding="utf-8").split(f"{heading}\n", 1)[1]
    lines = text.split("\n#", 1)[0].splitlines()
    return [line for line in lines if line.startswith("| ")][1:]


_ROWS = [*_rows("# Attacks and answers"), *_rows("## Files and edits")]


@cache
def _tests_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def test_both_tables_are_read() -> None:
    assert len(_ROWS) >= 38


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.split("|")[1].strip()[:40])
def test_an_attack_has_a_test_that_exists(row: str) -> None:
    named = _NAMED.findall(row)
    assert named, "names no test as `path`: `test_name`"
    for path, name in named:
        assert name in _tests_of(path), f"{path} has no {name}"
