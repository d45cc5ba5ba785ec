"""The Lambda package, divided into what changes and what every worker shares."""

import zipfile
from pathlib import Path

import pytest

from localcloud.exceptions import StartError
from localcloud.layout import CloudLayout
from localcloud.package import divide, libraries, sources_of
from localcloud.plan import make_layout

OURS = {
    "services/__init__.py": "",
    "services/menu_api/handler.py": "handler = 1",
    "graphql_schema/schema.graphql": "type Query",
}


@pytest.fixture
def layout(tmp_path: Path) -> CloudLayout:
    return make_layout(9000, state_dir=tmp_path / "state")


def write(folder: Path, files: dict[str, str], asset: str = "abc") -> Path:
    folder.mkdir(exist_ok=True)
    archive = folder / f"asset.{asset}.zip"
    with zipfile.ZipFile(archive, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return archive


def unpacked(layout: CloudLayout) -> dict[str, str]:
    folder = libraries(layout)
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*.py")
        if path.is_file()
    }


def test_libraries_are_unpacked_and_sources_are_uploaded(
    layout: CloudLayout, tmp_path: Path
) -> None:
    archive = write(tmp_path / "out", {**OURS, "orjson/__init__.py": "fast = 1"})
    divide(layout, archive.parent)
    with zipfile.ZipFile(sources_of(archive)) as sources:
        uploaded = {name: sources.read(name).decode() for name in sources.namelist()}
    assert "CARTE_FAULT" in uploaded.pop("bad_version.py")  # the entry point of bad deployments
    assert uploaded == OURS
    assert unpacked(layout) == {"orjson/__init__.py": "fast = 1"}


def test_libraries_follow_the_package(layout: CloudLayout, tmp_path: Path) -> None:
    archive = write(tmp_path / "out", {**OURS, "orjson/__init__.py": "fast = 1"})
    divide(layout, archive.parent)
    write(archive.parent, {**OURS, "ujson/__init__.py": "slow = 1"})
    divide(layout, archive.parent)
    assert unpacked(layout) == {"ujson/__init__.py": "slow = 1"}


def test_two_packages_share_their_libraries(layout: CloudLayout, tmp_path: Path) -> None:
    both = {"orjson/__init__.py": "fast = 1"}
    folder = write(tmp_path / "out", {**OURS, **both, "strawberry/__init__.py": "red = 1"}).parent
    payments = {"services/__init__.py": "", "services/payments/handler.py": "handler = 2"}
    other = write(folder, {**payments, **both, "stripe/__init__.py": "blue = 1"}, "def")
    divide(layout, folder)
    found = {"strawberry/__init__.py": "red = 1", "stripe/__init__.py": "blue = 1"}
    assert unpacked(layout) == {**both, **found}
    with zipfile.ZipFile(sources_of(other)) as sources:
        assert set(sources.namelist()) == {*payments, "bad_version.py"}


def test_packages_with_two_versions_of_a_library_are_refused(
    layout: CloudLayout, tmp_path: Path
) -> None:
    def with_version(version: str) -> dict[str, str]:
        files = {f"botocore-{version}.dist-info/METADATA": "", "botocore/__init__.py": version}
        return {"services/__init__.py": "", **files}

    folder = write(tmp_path / "out", with_version("1.44.5")).parent
    write(folder, with_version("1.44.8"), "def")
    with pytest.raises(StartError, match=r"botocore in the versions 1\.44\.[58] and 1\.44\.[58]"):
        divide(layout, folder)
    assert not libraries(layout).exists()


def test_a_package_of_someone_else_is_uploaded_whole(layout: CloudLayout, tmp_path: Path) -> None:
    archive = write(tmp_path / "out", {"index.py": "handler = 1"})
    divide(layout, archive.parent)
    assert sources_of(archive) == archive
    assert not libraries(layout).exists()
