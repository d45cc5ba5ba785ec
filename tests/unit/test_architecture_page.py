"""docs/architecture.md names every package of the core, and the subjects of the schema."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SCHEMA = ROOT / "graphql_schema"
SUBJECT_FILES = ("queries.py", "mutations.py")


def packages(folder: Path) -> Iterator[Path]:
    """The folders directly below that hold Python."""
    yield from (one for one in folder.iterdir() if any(one.glob("*.py")))


def named(page: str) -> set[str]:
    """What stands between backticks; `a/{b,c}` is `a/b` and `a/c`."""
    found = set[str]()
    for span in re.findall(r"`([^`\n]+)`", page):
        before, _, rest = span.partition("{")
        inside, _, after = rest.partition("}")
        found |= {f"{before}{one}{after}".rstrip("/") for one in inside.split(",")}
    return found


def test_braces_stand_for_several_paths() -> None:
    assert named("`a/{b,c}` and `d/`, `e`") == {"a/b", "a/c", "d", "e"}


def test_every_package_is_on_the_page() -> None:
    services = ROOT / "services"
    below = [*packages(services), *packages(services / "domain")]
    expected = {one.relative_to(ROOT).as_posix() for one in below}
    expected |= {one.name for one in packages(ROOT) if one != services}
    expected |= {one.name for one in packages(SCHEMA)}
    assert expected - named(PAGE) == set()


def test_the_subjects_on_the_page_are_those_of_the_schema() -> None:
    sentence = re.search(r"a folder for each subject \(([^)]*)\)", PAGE)
    assert sentence is not None
    subjects = {
        one.name for one in packages(SCHEMA) if any((one / name).exists() for name in SUBJECT_FILES)
    }
    assert named(sentence[1]) == subjects
