"""No module outside the tests replaces a part of another module, or writes past a frozen object."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import ROOT, owner, python_files, source

# One worker parses all sources once.
pytestmark = pytest.mark.xdist_group("sources")

FOLDERS = frozenset(
    {
        *("cli", "clients", "dataload", "graphql_schema", "infra_cdk", "loadtests", "localcloud"),
        *("services", "web"),
    }
)
# Their objects are shared by requests and callers. Simulations and the local cloud keep counters in
# parts of their own objects.
SHARING = frozenset({"cli", "clients", "dataload", "graphql_schema", "infra_cdk", "services"})
ALLOWED = {
    # The seam of the fault `bad-deployment`: the clock is made with it.
    "localcloud/faults/bad_version.py: unix_ms.skew_ms",
    # The hook for what Python ignores, which its documents give a program to set.
    "cli/interrupts.py: sys.unraisablehook",
    # A switch that the library documents.
    "services/payments/stripe_api.py: stripe.enable_telemetry",
    # The program runs the library's server in its own process, and keeps it from writing files.
    "localcloud/payments/localstripe_server.py: resources.store.dump_to_disk",
    # A local variable; another function imports something of that name.
    "graphql_schema/errors.py: shown",
    # Says in its docstring why: the joining of documents is left out of what it times.
    "loadtests/bench/subjects/carte_graphql.py: vars(reads)",
}


def written(target: ast.expr, imported: frozenset[str], *, shares: bool) -> str | None:
    """What of another module or object an assignment changes, or None."""
    place = target.value if isinstance(target, ast.Subscript) else target
    text = ast.unparse(place)
    if "__dict__" in text or text.endswith(("__setattr__", "__delattr__")):
        return text
    if isinstance(place, ast.Call) and ast.unparse(place.func) == "vars":
        return text
    # The attributes of `sys`, such as `sys.stdout`, are there to be replaced.
    if owner(place) in imported - {"sys"}:
        return text
    # `self._item.names["en"] = ...`: a list or dict of an object that another object holds.
    if (
        shares
        and isinstance(target, ast.Subscript)
        and isinstance(place, ast.Attribute)
        and not isinstance(place.value, ast.Name)
    ):
        return text
    return None


def patches(root: Path) -> Iterator[str]:
    for path in python_files(root, FOLDERS):
        found = source(path)
        for target in found.targets:
            name = path.relative_to(root)
            text = written(target, found.names, shares=name.parts[0] in SHARING)
            if text is not None:
                yield f"{name.as_posix()}: {text}"


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
        "import services.domain.stamp\nservices.domain.stamp.unix_ms = None",
        "from services.domain.markets import MARKETS\nMARKETS['de'] = None",
        "from services.domain import hours\nhours.zone, other = None, 1",
        "from services.domain import hours\nother = hours\nother.zone = None",
        "from services.domain import hours\nother: object = hours\nother.zone = None",
        "from services.domain import hours\nif other := hours:\n    other.zone = None",
        "from services.domain import hours\none, other = 1, hours\nother.zone = None",
        "from services.domain import hours\none = hours.names\nother = one\nother['en'] = None",
        "def f():\n    last.zone = None\nlast = other\nother = hours\nimport hours",
        "def change(upload, tag):\n    object.__setattr__(upload, 'etag', tag)",
        "def change(upload):\n    object.__delattr__(upload, 'etag')",
        "put = object.__setattr__\nput(upload, 'etag', None)",
        "class A:\n    def put(self, tag):\n        object.__setattr__(self, 'etag', tag)",
        "class A:\n    def __init__(self, upload):\n        object.__setattr__(upload, 'a', 1)",
        "class A:\n    def put(self, text):\n        self._item.names['en'] = text",
        "class A:\n    def put(self, at, text):\n        self._items[at].names['en'] = text",
    ],
)
def test_a_planted_patch_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "bad.py").write_text(text)
    assert len(list(patches(tmp_path))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def __post_init__(self):\n        object.__setattr__(self, 'etag', 'x')",
        "class A:\n    def __init__(self, names):\n        self._names = names",
        "class A:\n    def put(self, text):\n        self._names['en'] = text",
        "from services.domain import hours\nzone = hours.zone()\nzone.name = 'x'",
        "import sys\nsys.stdout = None",
    ],
)
def test_what_an_object_does_to_itself_is_no_patch(tmp_path: Path, text: str) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "good.py").write_text(text)
    assert list(patches(tmp_path)) == []
