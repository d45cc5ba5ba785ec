"""Every path in backticks in a page or a docstring that looks like one of the repository exists."""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.sources import ROOT, python_files

_QUOTED = re.compile(r"`([^`\s]+)`")
_SOURCE = r"\.(?:py|md|mjs|ts|tsx|graphql|svg)"
# A name alone, such as `report.json`, may be of a file that carte writes.
_FILE = re.compile(rf"[\w.@-]+{_SOURCE}|[\w.@-]+(?:/[\w.@-]+)+(?:{_SOURCE}|\.(?:toml|json|yml))")
_FOLDER = re.compile(r"[\w.@-]+/(?:[\w.@-]+/?)*")
_LINE = re.compile(r":\d+$")
# What a build or a deployment makes, and what stands for any file.
_MADE = re.compile(r"(?:.*/)?(?:\.carte|cdk\.out|dist|node_modules|out|report|results)(?:/.*)?")
_FOLDERS = frozenset(
    {
        "services",
        "graphql_schema",
        "infra_cdk",
        "localcloud",
        "dataload",
        "loadtests",
        "cli",
        "tests",
    }
)
_PAGES = ("*.md", "docs/**/*.md", "web/*.md", ".github/**/*.md")


@cache
def _names() -> frozenset[str]:
    """Return the names of all files of the repository, without those of packages."""
    found: set[str] = set()
    for _, folders, files in os.walk(ROOT):
        folders[:] = [one for one in folders if one != "node_modules" and one[0] != "."]
        found.update(files)
    return frozenset(found)


@cache
def _tops() -> frozenset[str]:
    """Return the names of the top-level folders."""
    return frozenset(one.name for one in ROOT.iterdir() if one.is_dir())


def _broken(text: str, folder: Path) -> Iterator[str]:
    """Yield the paths of a text that are neither in the repository nor in the text's folder."""
    tops = _tops()
    for quoted in _QUOTED.findall(text):
        path = _LINE.sub("", quoted)
        is_folder = bool(_FOLDER.fullmatch(path)) and path.partition("/")[0] in tops
        if not (_FILE.fullmatch(path) or is_folder) or _MADE.fullmatch(path):
            continue
        if "/" in path:
            found = (ROOT / path).exists() or (folder / path).exists()
        else:
            found = path in _names()
        if not found:
            yield quoted


def _docstrings(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if not any(_broken(source, path.parent)):
        return  # parsing all sources takes longer than everything else here
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def test_every_path_in_a_page_exists() -> None:
    """Pages name files as they are found from the root, or from the page."""
    broken = {
        f"{page.relative_to(ROOT)}: {path}"
        for pattern in _PAGES
        for page in ROOT.glob(pattern)
        for path in _broken(page.read_text(encoding="utf-8"), page.parent)
    }
    assert not broken, "\n".join(sorted(broken))


def test_every_path_in_a_docstring_exists() -> None:
    """Docstrings name files as they are found from the root, or from the module."""
    broken = {
        f"{module.relative_to(ROOT)}: {path}"
        for module in python_files(ROOT, _FOLDERS)
        for docstring in _docstrings(module)
        for path in _broken(docstring, module.parent)
    }
    assert not broken, "\n".join(sorted(broken))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("see `services/domain/menu.py`", []),
        ("see `services/domain/menu.py:100`", []),
        ("see `domain/menu.py`", ["domain/menu.py"]),
        ("see `wall_clock_of_nobody.py`", ["wall_clock_of_nobody.py"]),
        ("see `services/kitchen/`", ["services/kitchen/"]),
        ("`GET /graphql` and `application/json` are no paths", []),
    ],
)
def test_a_path_that_does_not_exist_is_found(text: str, broken: list[str]) -> None:
    """What the two tests above look for is recognized."""
    assert list(_broken(text, ROOT / "docs")) == broken
