"""`carte query` against a small HTTP server that gives prepared answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import typer
from typer.testing import CliRunner, Result

from cli.query import command
from cli.sending import data_of, send
from clients.failover import Memory
from services.domain.errors import CarteError, UnusableInputError
from tests.support.http_server import LoopbackServer, QuietHandler, running


class Api(LoopbackServer):
    """Keeps the requests that it got."""

    answer: tuple[int, bytes] = (200, b'{"data": {"region": {"name": "eu-west-1"}}}')
    headers: dict[str, str] | None = None

    def __init__(self) -> None:
        super().__init__(Handler)
        self.answers: dict[str, tuple[int, bytes]] = {}  # by path, in place of `answer`
        self.requests: list[dict[str, Any]] = []

    @property
    def request(self) -> dict[str, Any] | None:
        return self.requests[-1] if self.requests else None


class Handler(QuietHandler):
    server: Api

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self._answer({"path": self.path, **json.loads(self.rfile.read(length))})

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        request = dict(parse_qsl(query))
        if "variables" in request:
            request["variables"] = json.loads(request["variables"])
        self._answer({"path": path, **request})

    def _answer(self, request: dict[str, Any]) -> None:
        self.server.requests.append({"method": self.command, **request})
        self.server.headers = {name.lower(): value for name, value in self.headers.items()}
        status, content = self.server.answers.get(request["path"], self.server.answer)
        self.send_response(status)
        self.send_header("X-Carte-Region", "eu-west-1")
        self.send_header("x-carte-edge", "region=eu-west-1; why=nearest")
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's rounds follow each other at once."""
    monkeypatch.setattr(Memory, "pause_s", lambda *_: 0.0)


@pytest.fixture
def api() -> Iterator[Api]:
    with running(Api()) as server:
        yield server


def run(*words: str) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, words)


def test_the_answer_is_json_and_the_headers_are_on_stderr(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "menu.graphql"
    file.write_text("query Q($id: ID!) { store(id: $id) { id } }", encoding="utf-8")
    done = run(f"@{file}", "--variables", '{"id": "é"}', "--url", api.url, "--place", "JP")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"data": {"region": {"name": "eu-west-1"}}}
    assert done.stderr.splitlines() == [
        "x-carte-region: eu-west-1",
        "x-carte-edge: region=eu-west-1; why=nearest",
    ]
    assert api.request == {
        "method": "GET",  # which an edge may retry in another region
        "path": "/graphql",
        "query": "query Q($id: ID!) { store(id: $id) { id } }",
        "variables": {"id": "é"},
    }
    assert api.headers is not None
    assert api.headers["x-carte-place"] == "JP"


@pytest.mark.parametrize(
    "text", ["mutation { a }", "# a comment\nmutation M { a }", "{ " + "a " * 5000 + "}"]
)
def test_writes_and_what_is_too_long_for_a_url_are_posted(api: Api, text: str) -> None:
    assert run(text, "--url", api.url).exit_code == 0
    assert api.request == {"method": "POST", "path": "/graphql", "query": text}


@pytest.mark.parametrize(
    ("status", "content"),
    [(200, b'{"errors": [{"message": "no"}]}'), (400, b'{"data": null}'), (200, b"[]")],
)
def test_graphql_errors_end_with_1(api: Api, status: int, content: bytes) -> None:
    api.answer = (status, content)
    done = run("{ a }", "--url", api.url, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["status"] == status


@pytest.mark.parametrize("content", [b"<html>", b"\xff"])
def test_what_is_no_json_is_shown(api: Api, content: bytes) -> None:
    api.answer = (502, content)
    done = run("{ a }", "--url", api.url)
    assert isinstance(done.exception, CarteError)
    assert "answered 502" in done.exception.message


@pytest.mark.parametrize("variables", ["[1]", "{", '"x"'])
def test_variables_must_be_an_object(api: Api, variables: str) -> None:
    done = run("{ a }", "--variables", variables, "--url", api.url)
    assert isinstance(done.exception, CarteError)
    assert api.request is None


def test_an_api_that_is_away_is_named() -> None:
    done = run("{ a }", "--url", "http://127.0.0.1:9")
    assert isinstance(done.exception, CarteError)
    assert "does not answer" in done.exception.message


def test_one_target_at_a_time(api: Api) -> None:
    assert run("{ a }", "--url", api.url, "--edge").exit_code == 2
    assert api.request is None


@pytest.mark.parametrize("text", ["mutation { a }", "{ a }"])
def test_a_failing_region_is_left_for_the_next_one(api: Api, text: str) -> None:
    api.answers = {"/graphql": (503, b'{"errors": [{"message": "the table is away"}]}')}
    done = run(text, "--url", api.url, "--json")
    assert done.exit_code == 0, done.output
    assert [request["path"] for request in api.requests] == ["/graphql", "/graphql/next"]
    assert [request["query"] for request in api.requests] == [text] * 2


def test_one_region_is_sent_a_request_once(api: Api) -> None:
    api.answer = (503, b'{"errors": [{"message": "the table is away"}]}')
    status, _, _ = send(api.url, {"query": "mutation { a }"}, fails_over=False)
    assert status == 503
    assert len(api.requests) == 1


def test_the_origin_secret_of_the_environment_is_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("{ a }", "--url", api.url).exit_code == 0
    assert "referer" not in (api.headers or {})
    monkeypatch.setenv("CARTE_ORIGIN_SECRET", "s,3cret\n")  # as a command substitution may leave it
    done = run("{ a }", "--url", api.url, "--json")
    assert done.exit_code == 0, done.output
    assert (api.headers or {})["referer"] == "s,3cret"
    assert "s,3cret" not in done.output


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("http://us-east-1.api.example.com", "s3cret"),
        ("http://127.0.0.1.example.com", "s3cret"),
        ("https://us-east-1.api.example.com", "s3\ncret"),
        ("https://us-east-1.api.example.com", "s3crét"),
    ],
)
def test_an_origin_secret_is_sent_encrypted_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, url: str, secret: str
) -> None:
    monkeypatch.setenv("CARTE_ORIGIN_SECRET", secret)
    error = run("{ a }", "--url", url).exception
    assert isinstance(error, CarteError)
    assert "CARTE_ORIGIN_SECRET" in error.message
    assert secret not in f"{error.message}{error.hint}{error.detail}"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("UNAUTHENTICATED", "carte token --role ROLE"),
        ("FORBIDDEN", "carte people roles"),
        ("BAD_USER_INPUT", "correct what the message names"),
        ("INTERNAL_SERVER_ERROR", "carte query"),
        (None, "carte query"),
    ],
)
def test_what_to_do_about_an_error_fits_its_code(code: str | None, hint: str) -> None:
    error = {"message": "no", "extensions": {"code": code}} if code else {"message": "no"}
    with pytest.raises(CarteError, match="no") as caught:
        data_of(200, {"errors": [error]})
    assert hint in caught.value.hint
    with pytest.raises(CarteError, match="the API answers 503"):
        data_of(503, {"data": {}})
    assert data_of(200, {"data": {"a": 1}}) == {"a": 1}


@pytest.mark.parametrize(
    ("status", "answer"),
    [(403, {"message": "Forbidden"}), (200, {}), (200, []), (200, {"data": None}), (407, None)],
)
def test_what_is_no_response_of_graphql_is_not_taken_for_one(status: int, answer: Any) -> None:
    with pytest.raises(CarteError, match=f"{status}.* no GraphQL response") as caught:
        data_of(status, answer)
    assert "a firewall" in caught.value.hint


@pytest.mark.parametrize("token", ["Bearer abc", "abc\n", "a b", "tokén", "…"])
def test_what_is_no_token_is_refused_before_anything_is_sent(api: Api, token: str) -> None:
    with pytest.raises(UnusableInputError, match="--token is no token"):
        send(api.url, {"query": "{ a }"}, token=token, fails_over=False)
    assert api.requests == []


@pytest.mark.parametrize(
    ("status", "hint"), [(504, "run it again in some seconds"), (400, "shows the whole answer")]
)
def test_what_the_service_could_not_answer_is_run_again(status: int, hint: str) -> None:
    error = {"message": "eu-west-1 did not answer in time", "extensions": {"code": "X"}}
    with pytest.raises(CarteError) as raised:
        data_of(status, {"errors": [error]})
    assert hint in raised.value.hint
