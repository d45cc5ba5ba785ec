"""What commands refuse before they touch a cloud or AWS: the message, what to do next, the code."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli import import_csv
from cli.main import application
from dataload import reaching
from dataload.importing.cells import Row
from dataload.importing.problems import FileRefusedError
from dataload.importing.report import FileReport, ImportReport
from dataload.reaching import RegionUnreachableError
from services.domain.errors import CarteError
from services.storage.binding import Binding
from tests.support import command_line

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


@pytest.mark.parametrize(
    "words",
    [("seed",), ("import", "stores", "none.csv"), ("import", "stock", "x.csv", "--dry-run")],
)
def test_aws_needs_a_region(words: tuple[str, ...]) -> None:
    error = refusal(*words, "--aws")
    assert command_line.carte(*words, "--aws").code == 2
    assert (error.message, error.hint) == (
        "--aws needs a region",
        "add, for example, --region us-east-1",
    )


def test_a_file_that_cannot_be_imported_is_named_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    for content, reason in ((None, "no such file"), (b"", "empty"), (b"a,b\n1,2\n", "id")):
        if content is not None:
            file.write_bytes(content)
        done = command_line.carte("import", "stores", str(file), *FAR, "--json")
        assert done.code == 2
        refused = done.json["refusedFile"]
        assert done.json["error"]["message"] == f"{file}: {refused['reason']}"
        assert refused["file"] == str(file)
        assert reason in refused["reason"].lower()
        assert done.stderr.startswith(f"error: {file}: {refused['reason']}\nnext:  ")
        assert "nothing was written" in done.stderr


def test_refused_rows_do_not_overwrite_an_input(tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    file.write_text("id\n1\n")
    words = ("import", "stores", str(file), *FAR, "--refused", str(file))
    error = refusal(*words)
    assert "would overwrite an input file" in error.message
    assert command_line.carte(*words).code == 2
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
        (("cost", "--config", "tests"), "tests cannot be read: Is a directory"),
        (("capacity", "--scenario", "nowhere"), "nowhere"),
        (("token", "--role", "chef"), "there is no role 'chef'"),
        (("token", "--role", "store:..:manager"), "there is no role 'store:..:manager'"),
        (("deploy", "--roll-back"), "--roll-back needs --region or --step"),
        (("deploy", "--config", "none.toml"), "none.toml"),
        (("deploy", "--config", "tests"), "tests cannot be read: Is a directory"),
        (("deploy", "--config", "web/public/icon-192.png"), "is no text in UTF-8"),
        (("deploy", "--region", "eu-west-9"), "there is no region 'eu-west-9' in the deployment"),
        (("seed", "--aws", "--region", "eu-west-9"), "there is no region 'eu-west-9' of AWS"),
        (("seed", "--table", "carte-2"), "--aws is not given"),
        (("freeze", "eu-west-1", "--port", "9511"), "there is no cloud at port 9511"),
        (("token", "--role", "chain:admin", "--port", "9511"), "there is no cloud at port 9511"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(words: tuple[str, ...], message: str) -> None:
    assert message in refusal(*words).message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import", "stock", "x.csv", "--aws", "--region", "eu-west-1"), "are for --dry-run"),
        (("import", "stock", "x.csv", "--region", "eu-west-1"), "are for --dry-run"),
        (("import", "stock", "x.csv", "--dry-run", "--url", "https://a.example"), "for uploads"),
        (("import", "stock", "x.csv", "--replace"), "--replace means nothing for stock"),
        (("import", "stock", "x.csv", "--no-publish"), "--no-publish means nothing for stock"),
        (("import", "stores", "x.csv", "--no-publish"), "--no-publish means nothing for stores"),
        (("import", "assortments", "x.csv", "--no-publish"), "--no-publish means nothing"),
        (("import", "catalog", "x.csv", "--replace"), "--replace means nothing for catalog"),
        (("import", "assortments", "x.csv", "--replace"), "--replace means nothing"),
        (("import", "stores", "x.csv", "--store", "us-1"), "--store means nothing for stores"),
        (("load", "--url", "menus.example.com"), "menus.example.com is no address"),
        (("query", "{ a }", "--url", "menus.example.com"), "menus.example.com is no address"),
        (("query", "{ a }", "--url", "http://a.example:x"), "http://a.example:x is no address"),
        (("audit", "--person", "ada", "--url", "//menus"), "//menus is no address"),
        (("order", "show", "o-1", "--url", "menus"), "menus is no address"),
        (("people", "list", "--url", "menus"), "menus is no address"),
        (("export", "stores", "-", "--json"), "leave --json out, or name a file"),
    ],
)
def test_an_option_that_would_be_left_out_or_fail_later_is_wrong_usage(
    words: tuple[str, ...], message: str
) -> None:
    done = carte(*words)
    assert done.exit_code == 2, done.output
    assert message in " ".join(done.output.replace("│", " ").split())


def test_data_commands_name_another_table(monkeypatch: pytest.MonkeyPatch) -> None:
    bindings: list[Binding] = []

    def check(binding: Binding) -> None:
        bindings.append(binding)
        raise CarteError("reached", "enough")

    monkeypatch.setattr(reaching, "check_region", check)
    far = (*FAR, "--table", "carte-restored")
    for words in (
        ("seed",),
        ("export", "stores", "-"),
        ("sitemap", "x", "--url", "https://a.example"),
        ("reconcile",),
        ("import", "stock", "x.csv", "--dry-run"),
    ):
        refusal(*words, *far)
    assert {one.table for one in bindings} == {"carte-restored"}
    assert len(bindings) == 5


def test_the_report_of_the_first_file_is_not_lost_with_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shops.csv"
    file.write_text("id,name,market,city,latitude,longitude\n1,A,us,Austin,30.26,-97.74\n")
    refused = tmp_path / "refused.csv"
    failures = [
        FileRefusedError("second.csv", "the catalog of us would be too large", "make it smaller"),
        RegionUnreachableError("the table of eu-west-1 does not answer", "check it"),
    ]
    for failure in failures:

        def load(*given: Any, failure: CarteError = failure, **_: Any) -> None:
            report: ImportReport = given[3]
            done = FileReport("first.csv", ("id",), (), rows=1)
            done.refuse(Row("first.csv", 2, {}, ("1",)), "id", "is bad", "it is bad")
            report.files.append(done)
            raise failure

        monkeypatch.setattr(import_csv, "_load", load)
        done = carte("import", "stores", str(file), *FAR, "--refused", str(refused))
        assert "first.csv: 1 rows" in done.stdout
        assert isinstance(done.exception, CarteError)
        assert failure.message in done.exception.message
        assert "nothing was written" not in done.stderr
        assert refused.read_text().startswith("id,refused_file")
        refused.unlink()


def test_the_report_is_not_lost_with_an_interruption_or_a_list_that_cannot_be_refreshed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shops.csv"
    file.write_text("id,name,market,city,latitude,longitude\n1,A,us,Austin,30.26,-97.74\n")
    monkeypatch.setattr(import_csv, "binding", lambda *_, **__: Binding("eu-west-1"))
    monkeypatch.setattr(reaching, "check_region", lambda _: None)

    def away(*_: object) -> None:
        raise RegionUnreachableError("the table of eu-west-1 does not answer", "check it")

    monkeypatch.setattr(import_csv, "list_local_stores", away)
    for failure, code in ((None, 0), (KeyboardInterrupt, 130)):

        def load(*given: Any, failure: type[BaseException] | None = failure, **_: Any) -> None:
            given[3].files.append(FileReport("first.csv", ("id",), ()))
            if failure is not None:
                raise failure

        monkeypatch.setattr(import_csv, "_load", load)
        done = carte("import", "stores", str(file), "--json")
        assert done.exit_code == code
        assert json.loads(done.stdout)["interrupted"] is (code == 130)
        assert "list of stores was not refreshed: the table" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("query", ""),
        ("query", " "),
        ("import", "stock", ""),
        ("people", "show", ""),
        ("audit", ""),
        ("token", "--subject", ""),
    ],
)
def test_an_argument_without_content_is_refused_before_anything_is_done(
    words: tuple[str, ...],
) -> None:
    done = command_line.carte(*words)
    assert done.code == 2
    where = f"the argument after {words[-2]}" if words[-2][0] == "-" else f"argument {len(words)}"
    assert done.stderr.startswith(f"error: {where} is empty\nnext:  ")
    assert "--help` shows what it takes" in done.stderr
    assert done.stdout == ""


def test_a_value_before_an_empty_argument_is_not_shown() -> None:
    """It may be a token, of which logs must not tell."""
    done = command_line.carte("audit", "--token", "eyJhbGciOi", "")
    assert done.stderr.startswith("error: argument 4 is empty\n")
    assert "eyJ" not in done.stderr + done.stdout


def test_a_query_that_a_file_leaves_empty_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "query.graphql"
    file.write_text(" \n")
    done = command_line.carte("query", f"@{file}")
    assert done.code == 2
    assert done.stderr.startswith("error: there is no GraphQL text to send\nnext:  ")


def test_a_token_without_a_role_says_that_it_may_do_nothing() -> None:
    done = command_line.carte("token")
    assert done.code == 0
    assert "carries no role" in done.stderr
    assert "--role chain:admin" in done.stderr
    assert done.stdout.count("\n") == 1
    assert command_line.carte("token", "--role", "chain:admin").stderr == ""


@pytest.mark.parametrize("words", [("audit",), ("audit", "ada", "--person", "eve")])
def test_an_audit_says_what_a_person_is_named_by(words: tuple[str, ...]) -> None:
    done = command_line.carte(*words)
    assert done.code == 2
    assert "a person is named by the `sub` of the tokens" in done.stderr
    assert "`carte people accounts`" in done.stderr


def test_an_amount_that_cannot_be_read_says_how_it_is_written() -> None:
    for written in ("1,50", "\uff11\uff15\uff10"):
        done = command_line.carte("order", "refund", "ORDER", "--amount", written)
        assert done.code == 2
        assert "digits 0 to 9, such as 150 for 1.50 EUR" in done.stderr
