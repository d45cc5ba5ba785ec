"""Uploads of count files, against a small HTTP server that is carte's API and its bucket."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.import_stock import import_stock
from cli.upload_reports import lines
from cli.uploading import StaffApi, Uploads, files_of, upload_all
from dataload.progress import NoProgress
from services.domain.errors import CarteError, UnusableInputError
from tests.support.http_server import LoopbackServer, QuietHandler, running

REPORT: dict[str, Any] = {
    "status": "LOADED",
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


class Carte(LoopbackServer):
    """Takes uploads; lists them as loaded, the newest first.

    Attributes:
        taken: What was uploaded, in that order.
        refused: Status of an answer to an upload; 0: it is taken.
        busy: How many requests are answered by 503 before any other answer.
        broken: Whether requests for forms are answered by an error.
        error: Why there is no form; empty: there is one.
        report: What becomes of each file.
    """

    def __init__(self) -> None:
        super().__init__(Handler)
        self.keys: list[str] = []
        self.taken: list[bytes] = []
        self.refused = 0
        self.busy = 0
        self.broken = False
        self.error = ""
        self.report: dict[str, Any] = REPORT

    def answer(self, query: str, variables: Any) -> dict[str, Any]:
        if "createStockUpload" in query:
            errors = [{"message": self.error}] if self.error else []
            self.keys.append(f"{len(self.keys)}-{variables['input']['fileName']}")
            form = {"url": f"{self.url}/form", "key": self.keys[-1], "maxBytes": 9, "fields": []}
            return {"createStockUpload": {"upload": form, "errors": errors}}
        edges = [{"node": {**self.report, "file": key}} for key in reversed(self.keys)]
        page = {"hasNextPage": False, "endCursor": None}
        return {"stockImports": {"pageInfo": page, "edges": edges}}


class Handler(QuietHandler):
    server: Carte

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/form":
            self.server.taken.append(content)
            self._send(self.server.refused or 204, b"<Code>EntityTooLarge</Code>")
            return
        request = json.loads(content)
        if self.server.busy:
            self.server.busy -= 1
            self._send(503, b'{"errors": [{"message": "busy"}]}')
            return
        data = self.server.answer(request["query"], request["variables"])
        errors = [{"message": "broken"}] if self.server.broken else []
        self._send(200, json.dumps({"data": data, "errors": errors}).encode())

    def do_GET(self) -> None:
        self._send(200, json.dumps({"data": self.server.answer("", None)}).encode())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        if status != 204:
            self.wfile.write(content)


@pytest.fixture
def carte() -> Iterator[Carte]:
    with running(Carte()) as server:
        yield server


def upload(carte: Carte, *files: Path) -> Uploads:
    return upload_all(StaffApi(carte.url, "token"), files, "de-1", NoProgress())


def counts(folder: Path, name: str, text: str = "store,item,pieces\n") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_reports_are_in_the_order_of_the_files_and_name_them(carte: Carte, tmp_path: Path) -> None:
    files = [counts(tmp_path, name, f"{name} has this") for name in ("b.csv", "a.csv")]
    found = upload(carte, *files).reports
    assert [one["file"] for one in found] == [str(one) for one in files]
    assert [one["key"] for one in found] == ["0-b.csv", "1-a.csv"]
    assert [b"has this" in content for content in carte.taken] == [True, True]
    printed = [*lines(found[:1])]
    assert printed == [
        f"{files[0]}: 2 rows: 1 loaded, 0 unchanged, 0 unknown, 1 refused",
        f"    {files[0]}:3: pieces: 'many' is no number",
    ]


def test_a_file_that_the_bucket_refuses_is_named_with_the_reason(
    carte: Carte, tmp_path: Path
) -> None:
    carte.refused = 400
    done = upload(carte, counts(tmp_path, "a.csv"))
    assert "a.csv is not taken: S3 answers 400" in done.reports[0]["error"]
    assert "EntityTooLarge" in done.failures[0].detail


def test_a_form_that_carte_refuses_is_no_upload(carte: Carte, tmp_path: Path) -> None:
    carte.error = "store de-1 does not exist"
    done = upload(carte, counts(tmp_path, "a.csv"))
    assert "store de-1 does not exist" in done.reports[0]["error"]
    assert carte.taken == []


def test_an_empty_file_is_refused_before_anything_is_sent(carte: Carte, tmp_path: Path) -> None:
    done = upload(carte, counts(tmp_path, "a.csv", ""))
    assert "a.csv is empty" in done.reports[0]["error"]
    assert "export it again" in done.reports[0]["hint"]
    assert carte.keys == []


def test_a_file_that_is_too_large_is_not_read(carte: Carte, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse: reading it would fail for want of memory
    assert "a.csv is larger than 100 MB" in upload(carte, path).reports[0]["error"]


def test_files_that_fail_keep_no_other_one_from_being_loaded(
    carte: Carte, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts(tmp_path, "a.csv")
    counts(tmp_path, "b.csv", "")
    counts(tmp_path, "c.csv")
    with pytest.raises(CarteError, match="1 of 3 files were not uploaded") as caught:
        import_stock([tmp_path], None, StaffApi(carte.url, "token"), as_json=True)
    assert "b.csv is empty" in caught.value.detail
    reports = json.loads(capsys.readouterr().out)["files"]
    assert [one["status"] for one in reports] == ["LOADED", "NOT_UPLOADED", "LOADED"]
    assert {*reports[1]} == {*reports[0]}, "a program finds the same names in each"
    assert "b.csv: not uploaded" in [*lines(reports)][2]


def test_where_the_api_has_no_forms_the_rest_is_not_tried(carte: Carte, tmp_path: Path) -> None:
    carte.broken = True
    files = [counts(tmp_path, f"{number}.csv") for number in range(9)]
    done = upload(carte, *files)
    assert [one["status"] for one in done.reports] == ["NOT_UPLOADED"] * 9
    assert len(carte.keys) == 3


def test_an_interruption_forgets_no_file_that_was_taken(carte: Carte, tmp_path: Path) -> None:
    class Stopped(NoProgress):
        def track(self, items: Any, title: str, total: int, *, per_item: int = 1) -> Any:
            if title == "loading":
                raise KeyboardInterrupt
            yield from super().track(items, title, total, per_item=per_item)

    files = [counts(tmp_path, "a.csv"), counts(tmp_path, "b.csv", "")]
    done = upload_all(StaffApi(carte.url, "token"), files, None, Stopped())
    assert done.interrupted
    assert [one["status"] for one in done.reports] == ["NOT_KNOWN", "NOT_UPLOADED"]
    assert done.reports[0]["key"] == "0-a.csv"


def test_no_proxy_sees_what_is_sent_to_this_machine(
    carte: Carte, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody listens there
    done = upload(carte, counts(tmp_path, "a.csv"))
    assert [one["error"] for one in done.reports] == [None]


def test_a_region_that_is_busy_is_asked_again(carte: Carte, tmp_path: Path) -> None:
    carte.busy = 1
    assert upload(carte, counts(tmp_path, "a.csv")).failures == []


def test_a_folder_stands_for_its_files_without_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "night").mkdir()
    wanted = [counts(tmp_path, "a.csv"), counts(tmp_path / "night", "b.csv")]
    counts(tmp_path, ".a.csv.swp")
    (tmp_path / ".git").mkdir()
    counts(tmp_path / ".git", "c.csv")
    assert [*files_of([tmp_path])] == wanted
    assert [*files_of([wanted[1], Path("-")])] == [wanted[1], Path("-")]


def test_only_what_is_hidden_below_the_folder_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".counts"
    folder.mkdir()
    counts(folder, "a.csv")
    counts(folder, ".b.csv")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert [*files_of([Path("../.counts")])] == [Path("../.counts/a.csv")]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CarteError, match=r"there is no .*none"):
        [*files_of([tmp_path / "none"])]
    with pytest.raises(CarteError, match="holds no file"):
        [*files_of([tmp_path])]


UNREADABLE: dict[str, Any] = {
    **REPORT,
    "rows": 0,
    "loaded": 0,
    "refused": 0,
    "problems": [],
    "error": "the first line must name the columns store, item, pieces",
    "hint": "name the columns",
}


def failure(carte: Carte, *files: Path) -> CarteError:
    with pytest.raises(CarteError) as caught:
        import_stock(files, None, StaffApi(carte.url, "token"), as_json=True)
    return caught.value


def test_files_of_which_none_can_be_used_are_wrong_usage(carte: Carte, tmp_path: Path) -> None:
    empty, other = counts(tmp_path, "a.csv", ""), counts(tmp_path, "b.csv", "")
    for words in ((tmp_path / "none.csv",), (empty,), (empty, other)):
        assert isinstance(failure(carte, *words), UnusableInputError), words
    assert carte.keys == []
    assert "store,item,pieces" in failure(carte, empty).hint
    carte.report = UNREADABLE
    read = counts(tmp_path, "c.csv")
    error = failure(carte, read)
    assert isinstance(error, UnusableInputError)
    assert error.message == f"{read}: {UNREADABLE['error']}"
    assert isinstance(failure(carte, read, empty), UnusableInputError)
    carte.error = "store de-1 does not exist"
    assert isinstance(failure(carte, read), UnusableInputError)


def test_a_file_that_cannot_be_used_beside_one_that_was_loaded_is_a_failure(
    carte: Carte, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read, empty = counts(tmp_path, "a.csv"), counts(tmp_path, "b.csv", "")
    assert not isinstance(failure(carte, read, empty), UnusableInputError)
    carte.broken = True  # nor is a region that does not answer wrong usage
    assert not isinstance(failure(carte, read), UnusableInputError)
    capsys.readouterr()


def test_what_becomes_of_kept_rows_is_said() -> None:
    row = {"line": 2, "store": "us-1", "item": "Moon Ring", "pieces": 3, "reason": "no such item"}
    printed = [*lines([{**REPORT, "file": "a.csv", "unknown": 1, "unknownRows": [row]}])]
    assert printed[-2] == "    a.csv:2: kept: no such item"
    assert printed[-1].startswith(
        "  kept rows count once the chain has a store or an item of that id"
    )


def test_why_a_file_cannot_be_used_is_said_once(
    carte: Carte, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carte.report = {**REPORT, "loaded": 0, "refused": 0, "problems": []}
    carte.report |= {"status": "REFUSED", "error": "has no column pieces", "hint": "add one"}
    files = [counts(tmp_path, f"{name}.csv", f"{name}\n") for name in "ab"]
    for used in (files[:1], files):
        with pytest.raises(UnusableInputError) as caught:
            import_stock(used, None, StaffApi(carte.url, "token"), as_json=False)
        error = caught.value
        printed = capsys.readouterr().out + error.message + error.detail
        assert printed.count("has no column pieces") == len(used)
    assert "none of the 2 files" in error.message


def test_why_a_file_is_not_uploaded_is_said_once(
    carte: Carte, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carte.refused = 400
    files = [counts(tmp_path, f"{name}.csv", f"{name}\n") for name in "ab"]
    for used in (files[:1], files):
        with pytest.raises(CarteError) as caught:
            import_stock(used, None, StaffApi(carte.url, "token"), as_json=False)
        printed = capsys.readouterr().out + caught.value.message + caught.value.detail
        assert printed.count("is not taken: S3 answers 400") == len(used)
