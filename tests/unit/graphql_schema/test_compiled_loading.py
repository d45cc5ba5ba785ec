"""Generated code is loaded without graphql-core, and only while it fits what it was made from."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from graphql_schema import compile as compiling
from graphql_schema.compiled import persisted
from graphql_schema.compiled.persisted import fingerprint
from graphql_schema.export import MANIFEST
from graphql_schema.schema import build
from localcloud.layout import REPO_ROOT

HEAVY = ("graphql", "strawberry", "pynamodb", "botocore", "boto3", "asyncio", "dateutil")

RUN_MENU = """
import json, sys
from pathlib import Path
from graphql_schema.compiled import persisted
persisted.GENERATED = sys.argv[1]
from graphql_schema.compiled import load
from graphql_schema.context import Context
from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.documents.profile import StoreProfile
from services.domain.menu import StoreDocuments
from services.domain.register import Register
from services.domain.stamp import Stamp
from types import SimpleNamespace
from datetime import UTC, datetime
import orjson

values = dict(name="Mitte", market="de", street=None, city="Berlin", state=None, postal_code=None,
              latitude=52.5, longitude=13.4, time_zone="Europe/Berlin", hours="24/7")
stamp = Stamp(1, "eu-west-1")
profile = StoreProfile("de-1", {key: Register(one, stamp) for key, one in values.items()})
item = CatalogItem("ring", "donuts", {"en": "Ring"}, {}, None, 199, ("EGG",), None, True, ())
catalog = CatalogVersion("de", "v", "EUR", {"donuts": {"en": "Donuts"}}, (item,))
services = SimpleNamespace(
    stores=SimpleNamespace(documents=lambda _: StoreDocuments(profile, None, None, {})),
    catalogs=SimpleNamespace(current=lambda _: catalog))
context = Context(services, datetime(2026, 5, 4, tzinfo=UTC))
lines = []
found = [load(one, lines.append) for one in json.loads(sys.argv[2])]
menu = next(one for one in found if one is not None and one.name == "Menu")
result = menu.run({"storeId": "de-1"}, context)
refused = menu.run({"storeId": "de-1", "locale": "?"}, context)
print(orjson.dumps({
    "modules": sorted({name.partition(".")[0] for name in sys.modules}),
    "names": [one and one.name for one in found],
    "item": result.data["menu"]["categories"][0]["items"][0],
    "errors": refused.errors,
    "log": lines,
}).decode())
"""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """No test meets, or leaves, operations that another one loaded."""
    persisted.loaded.reset()
    yield
    persisted.loaded.reset()


def documents() -> dict[str, str]:
    manifest = json.loads(MANIFEST.read_text())
    return {key: entry["document"] for key, entry in manifest.items()}


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated module of the sources as they are, wherever the tree's own may stand."""
    text, left = compiling.generated(build()._schema, documents(), fingerprint())
    assert left == []
    path = tmp_path_factory.mktemp("generated") / "generated.py"
    path.write_text(text)
    return path


def run_menu(module: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN_MENU, str(module), json.dumps(list(documents()))],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )


def test_a_menu_is_answered_without_graphql_strawberry_pynamodb_or_botocore(module: Path) -> None:
    answer = json.loads(run_menu(module).stdout)
    assert not set(HEAVY) & set(answer["modules"])
    assert None not in answer["names"]
    assert answer["item"]["price"] == {"amountMinor": 199, "currency": "EUR"}
    assert answer["errors"][0]["path"] == ["menu"]
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert answer["log"] == []


def test_a_planted_import_is_seen(module: Path, tmp_path: Path) -> None:
    planted = tmp_path / "generated.py"
    planted.write_text("import strawberry\n" + module.read_text().replace('"""Made', 'x = """Made'))
    assert "strawberry" in json.loads(run_menu(planted).stdout)["modules"]


@pytest.mark.parametrize("text", [None, "FINGERPRINT = 'another'\nOPERATIONS = {}\n", "nonsense("])
def test_missing_stale_or_broken_code_is_said_once_and_not_used(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "generated.py"
    if text is not None:
        path.write_text(text)
    monkeypatch.setattr(persisted, "GENERATED", str(path))
    monkeypatch.setenv("CARTE_REGION", "eu-west-1")
    lines: list[str] = []
    for document_id in (*documents(), "nowhere"):
        assert persisted.load(document_id, lines.append) is None
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert (line["level"], line["region"]) == ("WARNING", "eu-west-1")
    assert "run python -m graphql_schema.compile" in line["message"]


def test_only_a_package_for_aws_is_taken_at_its_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "generated.py"
    path.write_text("FINGERPRINT = 'another'\nOPERATIONS = {'one': dict}\n")
    monkeypatch.setattr(persisted, "GENERATED", str(path))
    for stage, known in (("local", False), ("aws", True)):
        persisted.loaded.reset()
        monkeypatch.setenv("CARTE_STAGE", stage)
        assert (persisted.load("one", lambda _: None) is not None) == known


def test_the_fingerprint_moves_with_every_source(tmp_path: Path) -> None:
    (tmp_path / "types").mkdir()
    source = tmp_path / "types" / "menu.py"
    seen = set()
    for text in ("a = 1\n", "a = 2\n"):
        source.write_text(text)
        seen.add(fingerprint(str(tmp_path)))
    (tmp_path / "persisted.json").write_text("{}")
    seen.add(fingerprint(str(tmp_path)))
    source.rename(tmp_path / "menu.py")
    seen.add(fingerprint(str(tmp_path)))
    assert len(seen) == 4


def test_check_says_whether_the_file_is_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "generated.py"
    monkeypatch.setattr(compiling, "GENERATED", path)
    monkeypatch.setattr(sys, "argv", ["compile", "--check"])
    assert compiling.main() == 1
    assert "run python -m graphql_schema.compile" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["compile"])
    assert compiling.main() == 0
    monkeypatch.setattr(sys, "argv", ["compile", "--check"])
    assert compiling.main() == 0


def test_the_draft_of_one_that_was_killed_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "generated.py"
    old, new = tmp_path / "generated.draft7", tmp_path / "generated.draft8"
    for one in (old, new):
        one.write_text("half of")
    os.utime(old, (0, 0))
    monkeypatch.setattr(compiling, "GENERATED", path)
    monkeypatch.setattr(sys, "argv", ["compile", "--check"])
    assert compiling.main() == 1
    assert old.exists()
    monkeypatch.setattr(sys, "argv", ["compile"])
    assert compiling.main() == 0
    assert {*tmp_path.iterdir()} == {path, new}, "one that may be at work keeps its draft"
    os.utime(new, (0, 0))
    assert compiling.main() == 0
    assert [*tmp_path.iterdir()] == [path]


def test_git_ignores_a_draft() -> None:
    draft = "graphql_schema/compiled/generated.draft7"
    ignored = (REPO_ROOT / ".gitignore").read_text().splitlines()
    assert any(fnmatch(draft, one) for one in ignored)


def test_of_two_that_compile_at_once_each_has_its_own_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "generated.py"
    process, replace = [1], Path.replace

    def meanwhile(draft: Path, target: Path) -> Path:
        if process == [1]:
            process[0] = 2
            assert compiling.main() == 0
        return replace(draft, target)

    monkeypatch.setattr(compiling, "GENERATED", path)
    monkeypatch.setattr(sys, "argv", ["compile"])
    monkeypatch.setattr("os.getpid", lambda: process[0])
    monkeypatch.setattr(Path, "replace", meanwhile)
    assert compiling.main() == 0
    assert [*tmp_path.iterdir()] == [path]
    assert "OPERATIONS = {" in path.read_text()
