"""What commands refuse before they touch a cloud or AWS: the message, what to do next, the code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import import_csv
from cli.main import application
from services.domain.errors import CarteError

FAR = ("--aws", "--region", "eu-west-1")  # a table that is named and not reached
OLD = "type Query { menu(storeId: ID!): String region: String }"


def carte(*words: str) -> Result:
    return CliRunner().invoke(application([words[0]]), list(words))


def refusal(*words: str) -> CarteError:
    error = carte(*words).exception
    assert isinstance(error, CarteError), repr(error)
    assert error.hint
    return error


def schemas(folder: Path, new: str) -> tuple[str, ...]:
    (folder / "old.graphql").write_text(OLD)
    (folder / "new.graphql").write_text(new)
    (folder / "operations").mkdir()
    files = (str(folder / "old.graphql"), str(folder / "new.graphql"))
    return ("schema", "diff", *files, "--operations", str(folder / "operations"))


def test_a_removed_field_fails_the_comparison_of_schemas_and_says_what_to_do(
    tmp_path: Path,
) -> None:
    words = schemas(tmp_path, "type Query { menu(storeId: ID!): String }")
    done = carte(*words)
    assert done.exit_code == 1
    assert "breaks    " in done.stdout
    assert "region" in done.stdout
    assert "1 breaking, 0 to look at" in done.stdout
    assert "next: keep the old field" in done.stdout
    found = json.loads(carte(*words, "--json").stdout)
    assert len(found["breaking"]) == 1


def test_an_added_field_breaks_no_client(tmp_path: Path) -> None:
    done = carte(*schemas(tmp_path, OLD.replace("}", "more: String }")))
    assert (done.exit_code, done.stdout) == (0, "0 breaking, 0 to look at\n")


@pytest.mark.parametrize("content", [None, b"", b"type Query {", b"\xff\xfe", b"directory"])
def test_a_schema_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    words = schemas(tmp_path, OLD)
    new = tmp_path / "new.graphql"
    new.unlink()
    if content == b"directory":
        new.mkdir()
    elif content is not None:
        new.write_bytes(content)
    error = refusal(*words)
    assert str(new) in error.message
    assert error.hint == "name two SDL files: OLD NEW"


@pytest.mark.parametrize("words", [("seed",), ("import", "stores", "none.csv")])
def test_aws_needs_a_region(words: tuple[str, ...]) -> None:
    error = refusal(*words, "--aws")
    assert (error.message, error.hint) == (
        "--aws needs a region",
        "add, for example, --region us-east-1",
    )


def test_a_file_that_cannot_be_imported_is_named_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    for content, reason in ((None, "no such file"), (b"", "empty"), (b"a,b\n1,2\n", "id")):
        if content is not None:
            file.write_bytes(content)
        done = carte("import", "stores", str(file), *FAR, "--json")
        assert done.exit_code == 2
        refused = json.loads(done.stdout)["refusedFile"]
        assert refused["file"] == str(file)
        assert reason in refused["reason"].lower()
        assert done.stderr.startswith(f"error: {file}: {refused['reason']}\nnext:  ")
        assert "nothing was written" in done.stderr


def test_refused_rows_do_not_overwrite_an_input(tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    file.write_text("id\n1\n")
    error = refusal("import", "stores", str(file), *FAR, "--refused", str(file))
    assert "would overwrite an input file" in error.message
    assert file.read_text() == "id\n1\n"


def test_a_file_for_refused_rows_that_cannot_be_written_is_named_before_the_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shops.csv"
    file.write_text("id,name,market,city,latitude,longitude\n1,A,us,Austin,30.26,-97.74\n")
    started: list[str] = []
    monkeypatch.setattr(import_csv, "_load", lambda *_, **__: started.append("import"))
    for refused in (tmp_path / "none" / "refused.csv", tmp_path):
        error = refusal("import", "stores", str(file), *FAR, "--refused", str(refused))
        assert error.message.startswith(f"{refused} cannot be written: ")
    assert started == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("cost", "--scenario", "nowhere"), "nowhere"),
        (("cost", "--hit-ratio", "2"), "hit ratio"),
        (("cost", "--add-region", "mars-north-1"), "mars-north-1"),
        (("cost", "--scenario", "tests"), "tests: Is a directory"),
        (("cost", "--config", "none.toml"), "none.toml"),
        (("cost", "--config", "tests"), "tests: Is a directory"),
        (("capacity", "--scenario", "nowhere"), "nowhere"),
        (("token", "--role", "chef"), "'chef' is no role"),
        (("token", "--role", "store:..:manager"), "'store:..:manager' is no role"),
        (("deploy", "--roll-back"), "--roll-back needs --region or --step"),
        (("deploy", "--config", "none.toml"), "none.toml"),
        (("freeze", "eu-west-1", "--port", "9511"), "there is no cloud at port 9511"),
        (("token", "--role", "chain:admin", "--port", "9511"), "there is no cloud at port 9511"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(words: tuple[str, ...], message: str) -> None:
    assert message in refusal(*words).message
