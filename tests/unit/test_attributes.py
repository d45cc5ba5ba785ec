"""Attributes are described in one place: the section `Attributes:` of their class's docstring."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sources import ROOT, python_files, source

# One worker parses all sources once.
pytestmark = pytest.mark.xdist_group("sources")

_FOLDERS = frozenset(
    {
        *("services", "graphql_schema", "localcloud", "dataload", "infra_cdk", "loadtests"),
        *("cli", "clients"),
    }
)


def _strings_below_fields(root: Path) -> Iterator[str]:
    for path in python_files(root, _FOLDERS):
        for line in source(path).strings_below_fields:
            yield f"{path.relative_to(root)}:{line}"


def test_no_class_describes_an_attribute_by_a_string_below_it() -> None:
    """Readers and editors find all attributes of a class in its docstring."""
    found = list(_strings_below_fields(ROOT))
    assert not found, "describe it under Attributes: in the class's docstring: " + ", ".join(found)


def test_a_string_below_a_field_is_found(tmp_path: Path) -> None:
    """Of fields with an annotation and without one; a constant of a module may have one."""
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "planted.py").write_text(
        'MOST: int = 3\n"""Of a module."""\n\n\n'
        'class Planted:\n    """A class.\n\n    Attributes:\n        size: In bytes.\n    """\n\n'
        '    size: int = 0\n    """In bytes."""\n'
        '    RED = "red"\n    """A color."""\n\n'
        '    def half(self) -> int:\n        """Return half."""\n        return self.size // 2\n'
    )
    assert list(_strings_below_fields(tmp_path)) == [
        "services/planted.py:13",
        "services/planted.py:15",
    ]
