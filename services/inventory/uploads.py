"""One upload from its object in S3 to the report that lies beside it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import orjson

from services.inventory import count_file
from services.inventory.events import Upload
from services.inventory.exceptions import WrongFileError
from services.inventory.loading import CountLoader

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RESULTS: Final = "results/"
_TOLD: Final = 1000  # refused rows in a report


class Uploads:
    """Loads uploads and reports on each; a wrong file is reported, not tried again."""

    def __init__(self, s3: "S3Client", loader: CountLoader, region: str) -> None:
        self._s3 = s3
        self._loader = loader
        self._region = region

    def settle(self, upload: Upload, may_go_on: Callable[[], bool]) -> dict[str, Any]:
        """Load one upload; returns what the report says.

        Raises:
            UnfinishedError: time ran out.
            ContentionError: a store's stock kept moving.
            ClientError: S3 or DynamoDB refused or did not answer.
        """
        report: dict[str, Any] = {"file": upload.key, "upload": upload.id, "region": self._region}
        try:
            file = count_file.read(self._content(upload))
        except WrongFileError as error:
            report |= {"status": "refused", "error": str(error)}
        else:
            author = f"s3:{upload.bucket}/{upload.key}"
            loaded = self._loader.load(file, upload.id, author, may_go_on=may_go_on)
            report |= {
                "status": "loaded" if not file.problems else "partly" if loaded else "refused",
                "rows": file.rows,
                "stores": len(file.stores),
                "loaded": loaded,
                "refused": len(file.problems),
                "problems": [
                    {"line": problem.line, "reason": problem.reason}
                    for problem in file.problems[:_TOLD]
                ],
            }
        name = f"{RESULTS}{upload.key.rsplit('/', 1)[-1]}.{upload.id}.json"
        body = orjson.dumps(report, option=orjson.OPT_INDENT_2)
        self._s3.put_object(
            Bucket=upload.bucket, Key=name, Body=body, ContentType="application/json"
        )
        return report

    def _content(self, upload: Upload) -> bytes:
        found = self._s3.get_object(Bucket=upload.bucket, Key=upload.key)
        # One byte over the limit is enough to be refused.
        return found["Body"].read(count_file.MAX_BYTES + 1)
