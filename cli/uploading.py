"""Uploads count files as a member of staff does, and waits for what becomes of them."""

import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.sending import data_of, send
from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    from dataload.progress import Progress

_BAD_STATUS: Final = 400
_TIMEOUT_S: Final = 60.0  # of one upload
_TRIES: Final = 5
_BUSY: Final = frozenset({429, 503, 504})  # the regions are there, and could not answer now
_POLL_S: Final = 0.5
_PATIENCE_S: Final = 900.0  # from the last upload; a file of a whole chain takes minutes
_UPLOAD: Final = """mutation U($input: CreateStockUploadInput!) { createStockUpload(input: $input) {
  upload { url key maxBytes fields { name value } } errors { message } } }"""
_STDIN: Final = Path("-")
_GIVES_UP: Final = 3  # files in a row for which the API has no form: the rest is not tried
NOT_UPLOADED: Final = "NOT_UPLOADED"
NOT_KNOWN: Final = "NOT_KNOWN"
_PAGE: Final = 50
AGAIN: Final = "run the same again: what was uploaded in the last six hours counts nothing anew"
FATES: Final = ("loaded", "unchanged", "unknown", "refused")
_IMPORTS: Final = """query I($storeId: ID, $after: String) {
  stockImports(storeId: $storeId, first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      file status region rows loaded unchanged unknown refused encoding ignoredColumns
      error hint copyOfUploadAt
      problems { line column reason } problemsLeftOut
      unknownRows { line store item pieces reason } unknownRowsLeftOut report } } } }"""

Report = dict[str, Any]


class ApiError(CarteError):
    """The API has no answer, or one with errors."""


@dataclass(slots=True)
class Uploads:
    """What became of files.

    Attributes:
        reports: Of each file, in their order: that of its import, or one whose `status` is
            `NOT_UPLOADED` or `NOT_KNOWN` and whose `error` says why.
        failures: The errors of the latter.
        interrupted: Whether Ctrl-C ended the work.
    """

    reports: list[Report] = field(default_factory=list)
    failures: list[CarteError] = field(default_factory=list)
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class StaffApi:
    """Where GraphQL requests go, and the staff token that they carry."""

    url: str
    token: str

    def ask(self, text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the data of an answer.

        Raises:
            ApiError: There is no answer, or it has errors; the first one's message.
        """
        body = {"query": text, "variables": dict(variables)}
        status, answer = self._sent(body)
        for _ in range(_TRIES - 1):
            if status not in _BUSY:
                break
            time.sleep(_POLL_S)  # a cold start on a busy machine; each request may be repeated
            status, answer = self._sent(body)
        try:
            return data_of(status, answer)
        except CarteError as error:
            raise ApiError(error.message, error.hint) from error

    def _sent(self, body: Mapping[str, Any]) -> tuple[int, Any]:
        try:
            status, _, answer = send(self.url, body, token=self.token, fails_over=True)
        except UnusableInputError:
            raise
        except CarteError as error:
            raise ApiError(error.message, error.hint, detail=error.detail) from error
        return status, answer


def files_of(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that paths name: those below a folder by their names, hidden ones left out.

    Raises:
        UnusableInputError: A path does not exist, or a folder holds no file.
    """
    for path in paths:
        if path == _STDIN or path.is_file():
            yield path
        elif path.is_dir():
            inside = sorted(
                one
                for one in path.rglob("*")
                if one.is_file()
                and not any(part.startswith(".") for part in one.relative_to(path).parts)
            )
            if not inside:
                raise UnusableInputError(f"{path} holds no file", "name a file, or another folder")
            yield from inside
        else:
            raise UnusableInputError(f"there is no {path}", "name a file or a folder")


def upload_all(
    api: StaffApi, files: Sequence[Path], store_id: str | None, progress: "Progress"
) -> Uploads:
    """Upload files one after the other, wait for their imports, and return their reports.

    A file that cannot be read or is not taken keeps no other one from being uploaded. Where the API
    has no form for several files in a row, the rest is not tried.

    Args:
        api: Where to ask for forms.
        files: The files; `-` is the standard input.
        store_id: The only store that they may count; None: any.
        progress: Shows how far the work is.
    """
    work = _Work(api, files, store_id)
    interrupted = False
    try:
        work.upload(progress)
        work.wait(progress)
    except KeyboardInterrupt:
        interrupted = True
        work.fail(range(len(files)), CarteError("interrupted", AGAIN))
    reports = [work.reports[at] for at in range(len(files))]
    return Uploads(reports, [work.errors[at] for at in sorted(work.errors)], interrupted)


class _Work:
    """The upload of several files, each known by its position.

    Attributes:
        reports: What became of the files that are done.
        errors: Why some of them have no report of an import.
    """

    def __init__(self, api: StaffApi, files: Sequence[Path], store_id: str | None) -> None:
        self._api = api
        self._files = files
        self._store_id = store_id
        self._keys: dict[int, str] = {}
        self.reports: dict[int, Report] = {}
        self.errors: dict[int, CarteError] = {}

    def upload(self, progress: "Progress") -> None:
        in_vain = 0
        for at, path in enumerate(progress.track(self._files, "uploading", len(self._files))):
            try:
                self._keys[at] = _upload(self._api, path, self._store_id)
                in_vain = 0
            except ApiError as error:
                in_vain += 1
                if in_vain == _GIVES_UP:
                    self.fail(range(at, len(self._files)), error)
                    return
                self.fail([at], error)
            except CarteError as error:
                self.fail([at], error)

    def wait(self, progress: "Progress") -> None:
        positions = {key: at for at, key in self._keys.items()}
        names = {key: str(self._files[at]) for key, at in positions.items()}
        ended = _ended(self._api, names, self._store_id)
        try:
            for report in progress.track(ended, "loading", len(names)):
                key = report["file"]
                self.reports[positions[key]] = {**report, "file": names[key], "key": key}
        except CarteError as error:
            self.fail(positions.values(), error)

    def fail(self, positions: Iterable[int], error: CarteError) -> None:
        """Report why files have no report of an import; those that have one keep it."""
        for at in positions:
            if at in self.reports:
                continue
            key = self._keys.get(at)
            self.errors[at] = error
            self.reports[at] = {
                "file": str(self._files[at]),
                "key": key,
                "status": NOT_UPLOADED if key is None else NOT_KNOWN,
                **dict.fromkeys(("region", "encoding", "copyOfUploadAt", "report")),
                **dict.fromkeys(("rows", *FATES, "problemsLeftOut", "unknownRowsLeftOut"), 0),
                **{name: [] for name in ("ignoredColumns", "problems", "unknownRows")},
                "error": error.message,
                "hint": error.hint or None,
            }


def _upload(api: StaffApi, path: Path, store_id: str | None) -> str:
    import httpx

    from clients.loopback import is_loopback

    content = _content(path)
    named = {"operationId": str(uuid.uuid4()), "storeId": store_id}
    file_name = "stdin.csv" if path == _STDIN else path.name
    answer = api.ask(_UPLOAD, {"input": {**named, "fileName": file_name}})["createStockUpload"]
    if answer["errors"]:
        raise UnusableInputError(
            f"{path} gets no form: {answer['errors'][0]['message']}",
            "correct what it names, and upload the file again",
        )
    form = answer["upload"]
    fields = {one["name"]: one["value"] for one in form["fields"]}
    try:
        done = httpx.post(
            form["url"],
            data=fields,
            files={"file": (file_name, content)},
            timeout=_TIMEOUT_S,
            trust_env=not is_loopback(form["url"]),
        )
    except httpx.HTTPError as error:
        raise CarteError(f"{path} could not be uploaded: {error}", "try it again") from error
    if done.status_code >= _BAD_STATUS:
        raise CarteError(
            f"{path} is not taken: S3 answers {done.status_code}",
            "the answer says why; upload the file again where it may pass",
            detail=done.text[:2000],
        )
    return str(form["key"])


def _content(path: Path) -> bytes:
    """Return what a file holds; one that is too large is not read whole.

    Raises:
        UnusableInputError: It cannot be read, is empty or is too large.
    """
    from services.domain.stock_files.columns import EXAMPLE
    from services.domain.stock_files.upload_keys import MAX_BYTES

    try:
        if path == _STDIN:
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
            size = len(content)
        else:
            size = path.stat().st_size
            content = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise UnusableInputError(
            f"{path} cannot be read: {error.strerror}", "name a file that you may read"
        ) from error
    if size > MAX_BYTES:
        raise UnusableInputError(
            f"{path} is larger than {MAX_BYTES // 1024 // 1024} MB",
            "split it, or compress it by gzip",
        )
    if not content:
        raise UnusableInputError(
            f"{path} is empty",
            f"export it again: the first line of a file names its columns, such as {EXAMPLE}",
        )
    return content


def _ended(api: StaffApi, names: Mapping[str, str], store_id: str | None) -> Iterator[Report]:
    left = dict(names)
    ends = time.monotonic() + _PATIENCE_S
    while left:
        for report in _newest(api, store_id, pages=2 + len(names) // _PAGE):
            if left.pop(report["file"], None) is not None:
                yield report
        if not left:
            return
        if time.monotonic() > ends:
            raise CarteError(
                f"{len(left)} files are uploaded and not loaded yet: {', '.join(left.values())}",
                "`stockImports` lists them once they are; they need not be uploaded again",
            )
        time.sleep(_POLL_S)


def _newest(api: StaffApi, store_id: str | None, pages: int) -> Iterator[Report]:
    """Yield the newest imports, as many pages as may hold those that are waited for."""
    after = None
    for _ in range(pages):
        page = api.ask(_IMPORTS, {"storeId": store_id, "after": after})["stockImports"]
        yield from (edge["node"] for edge in page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]
