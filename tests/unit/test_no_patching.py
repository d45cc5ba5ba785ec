"""No module outside the tests replaces a part of another module, or writes past a frozen object."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import ROOT, python_files, source

# One worker parses all sources once.
pytestmark = pytest.mark.xdist_group("sources")

FOLDERS = frozenset(
    {
        *("cli", "clients", "dataload", "graphql_schema", "infra_cdk", "loadtests", "localcloud"),
        *("services", "web"),
    }
)
ALLOWED = {
    # The seam of the fault `bad-deployment`: the clock is made with it.
    "localcloud/faults/bad_version.py: unix_ms.skew_ms",
    # The hook for what Python ignores, which its documents give a program to set.
    "cli/interrupts.py: sys.unraisablehook",
    # A switch that the library documents.
    "services/payments/stripe_api.py: stripe.enable_telemetry",
    # Says in its docstring why: the joining of documents is left out of what it times.
    "loadtests/bench/subjects/carte_graphql.py: vars(reads)",
}


def written(target: ast.expr, imported: frozenset[str]) -> str | None:
    """The part of another module that an assignment changes, or None."""
    place = target.value if isinstance(target, ast.Subscript) else target
    text = ast.unparse(place)
    if "__dict__" in text:
        return text
    if isinstance(place, ast.Call) and ast.unparse(place.func) == "vars":
        return text
    owner = place.value if isinstance(place, ast.Attribute) else None
    # The attributes of `sys`, such as `sys.stdout`, are there to be replaced.
    if isinstance(owner, ast.Name) and owner.id in imported - {"sys"}:
        return text
    return None


def patches(root: Path) -> Iterator[str]:
    for path in python_files(root, FOLDERS):
        found = source(path)
        for target in found.targets:
            text = written(target, found.names)
            if text is not None:
                yield f"{path.relative_to(root).as_posix()}: {text}"


def test_no_module_changes_a_part_of_another() -> None:
    assert set(patches(ROOT)) - ALLOWED == set()


@pytest.mark.parametrize(
    "text",
    [
        "from services.storage.stores import StoreRepository\nStoreRepository.rows = None",
        "from graphql_schema.menu import reads\nvars(reads)['assemble'] = None",
        "import services.domain.stamp as stamp\nstamp.unix_ms = None",
        "import json\nsetattr(json, 'loads', None)",
        "def kept(catalog):\n    return catalog.__dict__.setdefault('_kept', {})",
        "def keep(catalog):\n    catalog.__dict__['_kept'] = {}",
    ],
)
def test_a_planted_patch_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "bad.py").write_text(text)
    assert len(list(patches(tmp_path))) == 1
