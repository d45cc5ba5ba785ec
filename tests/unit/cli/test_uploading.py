"""Uploads of count files, against a small HTTP server that is carte's API and its bucket."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from cli.uploading import StaffApi, files_of, lines, upload_all
from dataload.progress import NoProgress
from services.domain.errors import CarteError

REPORT: dict[str, Any] = {
    "status": "DONE",
    "region": "eu-west-1",
    "rows": 2,
    "loaded": 1,
    "unchanged": 0,
    "unknown": 0,
    "refused": 1,
    "encoding": "UTF-8",
    "ignoredColumns": [],
    "error": None,
    "hint": None,
    "copyOfUploadAt": None,
    "problems": [{"line": 3, "column": "pieces", "reason": "'many' is no number"}],
    "problemsLeftOut": 0,
    "unknownRows": [],
    "unknownRowsLeftOut": 0,
    "report": None,
}


class Carte(HTTPServer):
    """Takes uploads; lists them as loaded, the newest first.

    Attributes:
        taken: What was uploaded, in that order.
        refused: Status of an answer to an upload; 0: it is taken.
        busy: How many requests are answered by 503 before any other answer.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.keys: list[str] = []
        self.taken: list[bytes] = []
        self.refused = 0
        self.busy = 0
        self.error = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, query: str, variables: Any) -> dict[str, Any]:
        if "createStockUpload" in query:
            errors = [{"message": self.error}] if self.error else []
            self.keys.append(f"{len(self.keys)}-{variables['input']['fileName']}")
            form = {"url": f"{self.url}/form", "key": self.keys[-1], "maxBytes": 9, "fields": []}
            return {"createStockUpload": {"upload": form, "errors": errors}}
        edges = [{"node": {**REPORT, "file": key}} for key in reversed(self.keys)]
        page = {"hasNextPage": False, "endCursor": None}
        return {"stockImports": {"pageInfo": page, "edges": edges}}


class Handler(BaseHTTPRequestHandler):
    server: Carte

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/form":
            self.server.taken.append(content)
            self._send(self.server.refused or 204, b"<Code>EntityTooLarge</Code>")
            return
        asked = json.loads(content)
        if self.server.busy:
            self.server.busy -= 1
            self._send(503, b'{"errors": [{"message": "busy"}]}')
            return
        data = self.server.answer(asked["query"], asked["variables"])
        self._send(200, json.dumps({"data": data}).encode())

    def do_GET(self) -> None:
        self._send(200, json.dumps({"data": self.server.answer("", None)}).encode())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        if status != 204:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def carte() -> Iterator[Carte]:
    with Carte() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def upload(carte: Carte, *files: Path) -> list[dict[str, Any]]:
    return upload_all(StaffApi(carte.url, "token"), files, "de-1", NoProgress())


def counts(folder: Path, name: str, text: str = "store,item,pieces\n") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reports_are_in_the_order_of_the_files_and_name_them(carte: Carte, tmp_path: Path) -> None:
    files = [counts(tmp_path, name, f"{name} has this") for name in ("b.csv", "a.csv")]
    found = upload(carte, *files)
    assert [one["file"] for one in found] == [str(one) for one in files]
    assert [one["key"] for one in found] == ["0-b.csv", "1-a.csv"]
    assert [b"has this" in content for content in carte.taken] == [True, True]
    said = [*lines(found[:1])]
    assert said == [
        f"{files[0]}: 2 rows: 1 loaded, 0 unchanged, 0 unknown, 1 refused",
        f"    {files[0]}:3: pieces: 'many' is no number",
    ]


def test_a_file_that_the_bucket_refuses_is_named_with_the_reason(
    carte: Carte, tmp_path: Path
) -> None:
    carte.refused = 400
    with pytest.raises(CarteError, match=r"a\.csv is not taken: S3 answers 400") as caught:
        upload(carte, counts(tmp_path, "a.csv"))
    assert "EntityTooLarge" in caught.value.detail


def test_a_form_that_carte_refuses_is_no_upload(carte: Carte, tmp_path: Path) -> None:
    carte.error = "store de-1 does not exist"
    with pytest.raises(CarteError, match="store de-1 does not exist"):
        upload(carte, counts(tmp_path, "a.csv"))
    assert carte.taken == []


def test_an_empty_file_is_refused_before_anything_is_sent(carte: Carte, tmp_path: Path) -> None:
    with pytest.raises(CarteError, match=r"a\.csv is empty"):
        upload(carte, counts(tmp_path, "a.csv", ""))
    assert carte.keys == []


def test_a_region_that_is_busy_is_asked_again(carte: Carte, tmp_path: Path) -> None:
    carte.busy = 1
    assert len(upload(carte, counts(tmp_path, "a.csv"))) == 1


def test_a_folder_stands_for_its_files_without_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "night").mkdir()
    wanted = [counts(tmp_path, "a.csv"), counts(tmp_path / "night", "b.csv")]
    counts(tmp_path, ".a.csv.swp")
    (tmp_path / ".git").mkdir()
    counts(tmp_path / ".git", "c.csv")
    assert [*files_of([tmp_path])] == wanted
    assert [*files_of([wanted[1], Path("-")])] == [wanted[1], Path("-")]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CarteError, match=r"there is no .*none"):
        [*files_of([tmp_path / "none"])]
    with pytest.raises(CarteError, match="holds no file"):
        [*files_of([tmp_path])]
