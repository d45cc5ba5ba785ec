"""One upload from its object in S3 to the report that lies beside it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import orjson
from botocore.exceptions import ClientError

from services.domain.csv_table import UnreadableFileError
from services.inventory import count_file
from services.inventory.events import Upload
from services.inventory.exceptions import ReplacedUploadError
from services.inventory.loading import CountLoader

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RESULTS: Final = "results/"
_MAX_REPORTED: Final = 1000  # refused rows in a report


class Uploads:
    """Loads uploads and reports on each; a wrong file is reported, not tried again."""

    def __init__(self, s3: "S3Client", loader: CountLoader, region: str) -> None:
        self._s3 = s3
        self._loader = loader
        self._region = region

    def settle(self, upload: Upload, may_go_on: Callable[[], bool]) -> dict[str, Any]:
        """Load one upload; returns what the report says.

        Raises:
            UnfinishedError: Time ran out.
            ContentionError: A store's stock kept moving.
            ClientError: S3 or DynamoDB refused or did not answer.
        """
        report: dict[str, Any] = {"file": upload.key, "upload": upload.id, "region": self._region}
        try:
            file = count_file.read(self._content(upload))
        except ReplacedUploadError as error:
            report |= {"status": "replaced", "error": error.message, "hint": error.hint}
        except UnreadableFileError as error:
            report |= {"status": "refused", "error": error.message, "hint": error.hint}
        else:
            author = f"s3:{upload.bucket}/{upload.key}"
            loaded = self._loader.load(file, upload.id, author, may_go_on=may_go_on)
            fates = loaded + len(file.repeated) + len(file.problems)
            if fates != file.rows:
                raise AssertionError(f"{upload.key}: {file.rows} rows, {fates} fates")
            report |= {
                "status": "loaded" if not file.problems else "partly" if loaded else "refused",
                "rows": file.rows,
                "stores": len(file.stores),
                "loaded": loaded,
                "repeated": len(file.repeated),
                "refused": len(file.problems),
                "problems": [
                    {"line": problem.line, "column": problem.column, "reason": problem.reason}
                    for problem in file.problems[:_MAX_REPORTED]
                ],
            }
        name = f"{RESULTS}{upload.key.rsplit('/', 1)[-1]}.{upload.id}.json"
        body = orjson.dumps(report, option=orjson.OPT_INDENT_2)
        self._s3.put_object(
            Bucket=upload.bucket, Key=name, Body=body, ContentType="application/json"
        )
        return report

    def _content(self, upload: Upload) -> bytes:
        """Read the version of the object that was notified, not the one that is there by now."""
        which: dict[str, Any] = {}
        if upload.version is not None:
            which["VersionId"] = upload.version
        elif upload.etag is not None:
            which["IfMatch"] = upload.etag
        try:
            found = self._s3.get_object(Bucket=upload.bucket, Key=upload.key, **which)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "PreconditionFailed":
                raise
            raise ReplacedUploadError(
                "another file was uploaded under the same key before this one was read",
                "give each file a name of its own",
            ) from error
        # One byte over the limit is enough to be refused.
        return found["Body"].read(count_file.MAX_BYTES + 1)
