"""One upload from its object in S3 to the report that lies beside it."""

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from botocore.exceptions import ClientError

from services.domain.csv_source import UnreadableFileError
from services.domain.stamp import unix_ms
from services.domain.stock_files.columns import ColumnNames
from services.domain.stock_files.fates import Fates
from services.domain.stock_files.rows import CountFile
from services.domain.stock_files.upload_keys import ARRIVALS, AUTHOR, copies_within, store_of
from services.inventory.events import Upload
from services.inventory.exceptions import ReplacedUploadError
from services.storage.count_files import CountFileRepository
from services.storage.count_loading import CountLoader, Origin, UnfinishedError
from services.storage.stock_imports import StockImportRepository
from services.storage.stock_learning import StockLearning

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RESULTS: Final = "results/"
# From one look at what became known to the next, and of such a look: the next file waits for it.
_LEARNED_EVERY_S: Final = 60.0
_LEARNING_S: Final = 6.0
_DIGITS: Final = 32  # 16 bytes of a digest in hexadecimal: no two of a year's files share it
_COLUMNS: Final = 20  # of those that are not used, which a report names
_COLUMN_NAME: Final = 60  # characters of such a name
_COPY: Final = (
    "the file is a copy of one that was uploaded before, and its counts have the time of that "
    "upload, {at}; if it was counted anew, add a column counted_at"
)
_SPLIT: Final = "what was loaded stays loaded; split the file and upload its parts"
_MAX_KEY: Final = 900  # bytes of a report's key; S3 takes 1,024


class Uploads:
    """Loads uploads and reports on each; a wrong file is reported, not tried again."""

    def __init__(
        self,
        s3: "S3Client",
        loader: CountLoader,
        files: CountFileRepository,
        imports: StockImportRepository,
        learning: StockLearning,
        *,
        names: ColumnNames,
        region: str,
        tell: Callable[[Mapping[str, Any]], None],
    ) -> None:
        """Take where uploads are read and counted; nothing is read yet.

        Args:
            s3: A client of S3.
            loader: Loads the rows of a file.
            files: Remembers when each content was first uploaded.
            imports: Records reports, for lists.
            learning: Counts what was unknown when a file named it.
            names: Names of the columns.
            region: This region, shown in reports.
            tell: Called with each final report, after it was stored and recorded.
        """
        self._s3 = s3
        self._loader = loader
        self._files = files
        self._imports = imports
        self._learning = learning
        self._learned_at = float("-inf")
        self._names = names
        self._tell = tell
        self._region = region

    def settle(self, upload: Upload, may_go_on: Callable[[], bool]) -> dict[str, Any]:
        """Load one upload; returns what the report says.

        Raises:
            UnfinishedError: Time ran out.
            ContentionError: A store's stock kept moving.
            ClientError: S3 or DynamoDB refused or did not answer.
        """
        report = self._about(upload)
        stores: set[str] = set()
        try:
            report |= self._loaded(upload, stores, may_go_on)
        except ReplacedUploadError as error:
            report |= {"status": "replaced", "error": error.message, "hint": error.hint}
        except UnreadableFileError as error:
            report |= {"status": "refused", "error": error.message, "hint": error.hint}
        return self._finished(upload, report, stores)

    def give_up(self, upload: Upload, error: Exception, attempts: int) -> dict[str, Any]:
        """Report an upload that no further delivery will load; returns what the report says.

        Args:
            upload: The upload.
            error: What ended the last attempt.
            attempts: How many there were.

        Raises:
            ClientError: S3 or DynamoDB refused or did not answer.
        """
        why = "time ran out" if isinstance(error, UnfinishedError) else type(error).__name__
        return self._finished(upload, self._failed(upload, why, attempts), set())

    def begin_last(self, upload: Upload, attempts: int, until_ms: int) -> None:
        """Report an upload as running in its last attempt, which reports what came of it.

        So there is a report also where the process is ended each time, as by a lack of memory: from
        the time at which the attempt has ended in any case, lists have the upload as failed.

        Args:
            upload: The upload.
            attempts: How many there are, this one included.
            until_ms: By when the attempt will have ended, Unix milliseconds.

        Raises:
            ClientError: S3 or DynamoDB refused or did not answer.
        """
        running = {
            **self._about(upload),
            "status": "running",
            "runningUntil": _moment(until_ms),
            "hint": f"where this still stands after {_moment(until_ms)}, the process was ended: "
            f"{_SPLIT}",
        }
        self._put(upload, running)
        failed = self._failed(upload, "the process was ended", attempts)
        self._record(upload, failed, set(), running_until_ms=until_ms)

    def _about(self, upload: Upload) -> dict[str, Any]:
        """Return the fields that every report of an upload has: its key, its id and this region."""
        return {"file": upload.key, "upload": upload.id, "region": self._region}

    def _failed(self, upload: Upload, why: str, attempts: int) -> dict[str, Any]:
        times = "time" if attempts == 1 else "times"
        return {
            **self._about(upload),
            "status": "failed",
            "error": f"the file could not be loaded to its end, tried {attempts} {times}: {why}",
            "hint": _SPLIT,
        }

    def _finished(self, upload: Upload, report: dict[str, Any], stores: set[str]) -> dict[str, Any]:
        """Store a final report in S3, record it for lists, and pass it to `tell`; return it."""
        # The record names the report, which is there before it.
        self._put(upload, report)
        self._record(upload, report, stores)
        self._tell(report)
        return report

    def _put(self, upload: Upload, report: dict[str, Any]) -> None:
        """Store a report in S3, in the folder of results."""
        key = report["report"] = _report_key(upload)
        body = orjson.dumps(report, option=orjson.OPT_INDENT_2)
        self._s3.put_object(
            Bucket=upload.bucket, Key=key, Body=body, ContentType="application/json"
        )

    def _record(
        self,
        upload: Upload,
        report: Mapping[str, Any],
        stores: set[str],
        *,
        running_until_ms: int | None = None,
    ) -> None:
        """Record a report, for lists."""
        self._imports.record(
            upload.id,
            upload.uploaded_ms or unix_ms(),
            {**report, "report": _report_key(upload)},
            stores,
            only=store_of(upload.key),
            running_until_ms=running_until_ms,
        )

    def learn(
        self,
        may_go_on: Callable[[], bool],
        unreadable: Callable[[str, Exception], object] = lambda _store, _error: None,
    ) -> None:
        """Load counts of stores and items that were unknown when an earlier file named them.

        Works for at most some seconds, and at most once a minute; other calls return at once.

        Args:
            may_go_on: Called before every store; returns False where no time is left for it.
            unreadable: As `StockLearning.learn` takes it.

        Raises:
            ClientError: DynamoDB refused or did not answer; what is not counted yet, a later call
                counts.
        """
        if time.monotonic() - self._learned_at < _LEARNED_EVERY_S:
            return
        try:
            self._learning.learn(within_s=_LEARNING_S, may_go_on=may_go_on, unreadable=unreadable)
        finally:
            self._learned_at = time.monotonic()

    def _loaded(
        self, upload: Upload, stores: set[str], may_go_on: Callable[[], bool]
    ) -> dict[str, Any]:
        """Load a file, and add the stores that it is about to `stores`."""
        if upload.key.endswith("/"):
            raise UnreadableFileError("this is a folder, not a file", "upload CSV files into it")
        found = self._object(upload)
        tag = upload.etag or str(found.get("ETag", "")).strip('"') or upload.id
        named = orjson.dumps([tag, copies_within(upload.key)])
        source = hashlib.sha256(named).hexdigest()[:_DIGITS]
        uploaded_ms = upload.uploaded_ms or int(found["LastModified"].timestamp() * 1000)
        counted_ms = self._files.first_upload(source, uploaded_ms)

        def pulse() -> None:
            if not may_go_on():
                raise UnfinishedError("time ran out while the file was read")

        only = store_of(upload.key)
        # By the time of the upload, not of this delivery: each delivery refuses the same rows.
        file = CountFile(found["Body"], self._names, uploaded_ms, store=only or "", pulse=pulse)
        author = found.get("Metadata", {}).get(AUTHOR) or f"s3:{upload.bucket}/{upload.key}"
        origin = Origin(source, author, counted_ms, only)
        fates, broken_off = self._loader.load(file, origin, may_go_on=may_go_on)
        stores |= fates.stores
        copy = (
            {}
            if counted_ms == uploaded_ms
            else {
                "copyOfUploadAt": _moment(counted_ms),
                "hint": _COPY.format(at=_moment(counted_ms)),
            }
        )
        report = {
            **_report(file, fates),
            "uploadedBy": author,
            "uploadedAt": _moment(uploaded_ms),
            **copy,
        }
        if broken_off is not None:
            status = "partly" if fates.rows > fates.refused else "refused"
            report |= {"status": status, "error": broken_off.message, "hint": broken_off.hint}
        return report

    def _object(self, upload: Upload) -> Any:
        """Open the version of the object that was notified, not the one that is there by now."""
        which: dict[str, Any] = {}
        if upload.version is not None:
            which["VersionId"] = upload.version
        elif upload.etag is not None:
            which["IfMatch"] = upload.etag
        try:
            return self._s3.get_object(Bucket=upload.bucket, Key=upload.key, **which)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "PreconditionFailed":
                raise
            raise ReplacedUploadError(
                "another file was uploaded under the same key before this one was read",
                "give each file a name of its own",
            ) from error


def _report(file: CountFile, fates: Fates) -> dict[str, Any]:
    return {
        "status": fates.status,
        "encoding": file.source.encoding,
        "compressed": file.source.compressed,
        "delimiter": file.table.delimiter,
        "ignoredColumns": [name[:_COLUMN_NAME] for name in file.ignored[:_COLUMNS]],
        "ignoredColumnsLeftOut": max(0, len(file.ignored) - _COLUMNS),
        "rows": fates.rows,
        "stores": len(fates.stores),
        "loaded": fates.loaded,
        "unchanged": fates.unchanged,
        "unknown": fates.unknown,
        "refused": fates.refused,
        "problems": [
            {
                "line": one.line,
                "column": one.column,
                "reason": one.reason,
                "storeId": one.store_id,
            }
            for one in sorted(fates.refusals, key=lambda refusal: refusal.line)
        ],
        "problemsLeftOut": fates.refused - len(fates.refusals),
        "unknownRows": [
            {
                "line": one.line,
                "store": one.store,
                "item": one.item,
                "pieces": one.pieces,
                "reason": one.reason,
                "storeId": one.store_id,
            }
            for one in sorted(fates.unknown_rows, key=lambda row: row.line)
        ],
        "unknownRowsLeftOut": fates.unknown - len(fates.unknown_rows),
    }


def _report_key(upload: Upload) -> str:
    """Return the key of an upload's report, in the folders of the upload."""
    end = f".{upload.id}.json"
    path = upload.key.removeprefix(ARRIVALS).strip("/") or "folder"
    kept = path.encode()[-(_MAX_KEY - len(RESULTS) - len(end)) :].decode(errors="ignore")
    return f"{RESULTS}{kept}{end}"


def _moment(at_ms: int) -> str:
    """Return a time in UTC as ISO 8601 has it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
