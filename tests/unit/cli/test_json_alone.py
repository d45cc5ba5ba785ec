"""With `--json`, the standard output is one JSON object and nothing else, also of a failure."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import jwt
import pytest
import typer
from typer.testing import CliRunner

from cli import deploy
from cli.answers import one_object, print_json, wants_json
from cli.main import application
from infra_cdk.deployment.drift import Comparison
from localcloud import launch, status
from localcloud.plan import free_edge_port, make_layout
from localcloud.state_file import save_layout
from services.domain.errors import CarteError
from tests.support.command_line import carte

if TYPE_CHECKING:
    from infra_cdk.deployment.steps import Step


def test_a_cloud_that_runs_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = make_layout(free_edge_port(), regions=["us-east-1"], state_dir=tmp_path / "cloud")
    save_layout(layout)
    monkeypatch.setattr(launch, "running", lambda _: layout)
    monkeypatch.setattr(status, "collect", lambda _: SimpleNamespace(healthy=True))
    words = ["up", "--detach", "--regions", "us-east-1", "--port", str(layout.port)]
    words += ["--state-dir", str(layout.state_dir)]
    done = CliRunner().invoke(application(["up"]), [*words, "--json"])
    assert json.loads(done.stdout)["url"] == layout.url
    output = CliRunner().invoke(application(["up"]), words).stdout
    assert "already running" in output
    # Whoever follows the printed address is signed in to operations, and may do no more.
    address, _, token = output.split("operations")[1].split()[0].partition("#token=")
    assert address == f"{layout.url}/ops"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["cognito:groups"] == ["chain:operator"]
    assert claims["exp"] - claims["iat"] == 12 * 3600


def test_stacks_that_are_compared_with_what_was_deployed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = CarteError("the table was changed by hand", "deploy it again")
    same, absent, changed = (
        cast("Step", SimpleNamespace(name=name)) for name in ("same", "absent", "changed")
    )
    comparisons = [
        Comparison(same, "as deployed"),
        Comparison(absent, "not deployed"),
        Comparison(changed, "refused", error=error),
    ]
    printed: list[str] = []
    with pytest.raises(CarteError, match="changed by hand"):
        deploy._refuse_drift(comparisons, printed.append, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "asDeployed": ["same"],
        "notDeployed": ["absent"],
        "refused": {"changed": "the table was changed by hand"},
    }
    assert len(printed) == 3


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and subcommand, with the words that call it."""
    if not hasattr(command, "commands"):
        yield words, command
        return
    for name, inner in command.commands.items():
        yield from leaves(inner, (*words, name))


WITH_JSON = [
    words
    for words, command in leaves(typer.main.get_command(application()))
    if any("--json" in option.opts for option in command.params)
]


@pytest.mark.parametrize("words", WITH_JSON, ids=" ".join)
def test_wrong_usage_of_any_command_is_an_error_in_the_one_object(words: tuple[str, ...]) -> None:
    done = carte(*words, "--json", "--no-such-option")
    error = done.json["error"]
    assert (done.code, error["exitCode"]) == (2, 2)
    assert "--no-such-option" in error["message"]
    assert error["hint"] == f"`carte {' '.join(words)} --help` shows what it takes"
    assert done.stderr == f"error: {error['message']}\nnext:  {error['hint']}\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "--port", "9511"), 1),
        (("order", "show"), 2),
        (("order", "list", "us-1", "--port", "9511"), 1),
        (("people", "grant", "ada", "store:us-1:till", "--port", "9511"), 1),
        (("token", "--role", "chef"), 2),
        (("cost", "--scenario", "nowhere"), 2),
        (("up",), 2),
        (("import", "stores", "none.csv", "--aws", "--region", "eu-west-1"), 2),
        (("export", "stock", "-", "--market", "us"), 2),
        (("query", "{ a }", "--url", "http://127.0.0.1:9", "--token", "Bearer x"), 2),
    ],
    ids=str,
)
def test_a_refusal_is_an_error_in_the_one_object(words: tuple[str, ...], code: int) -> None:
    done = carte(*words, "--json")
    error = done.json["error"]
    assert error.keys() == {"message", "hint", "detail", "exitCode"}
    assert (done.code, error["exitCode"]) == (code, code)
    assert error["hint"]
    assert done.stderr.startswith(f"error: {error['message']}\n")
    if words[0] not in {"up", "export"}:  # which are fine without it
        without = carte(*words)
        assert (without.code, without.stdout, without.stderr) == (code, "", done.stderr)


def test_what_was_found_out_and_why_it_failed_are_one_object(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with one_object(held=True) as answer:
        print_json({"regions": {"a": "done", "b": "away"}})
        assert capsys.readouterr().out == ""
        answer.fail(1, "b did not take it", "run it again")
    assert json.loads(capsys.readouterr().out) == {
        "regions": {"a": "done", "b": "away"},
        "error": {
            "message": "b did not take it",
            "hint": "run it again",
            "detail": None,
            "exitCode": 1,
        },
    }


def test_what_was_found_out_is_printed_also_where_carte_itself_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        with one_object(held=True):
            print_json({"found": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert json.loads(capsys.readouterr().out) == {"found": 1}
    with one_object(held=False):
        print_json({"found": 1})
        assert json.loads(capsys.readouterr().out) == {"found": 1}


def test_help_is_no_json_and_a_value_is_no_option() -> None:
    done = carte("status", "--json", "--help")
    assert (done.code, done.stdout[:6]) == (0, "Usage:")
    assert wants_json(["status", "--json"])
    assert not wants_json(["query", "--", "--json"])
