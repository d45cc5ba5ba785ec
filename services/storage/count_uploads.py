"""Forms by which a browser uploads one count file to the region's bucket, without AWS credentials.

A form is a presigned POST (S3 API reference, "POST Object"): its policy binds the key, the type,
the size, the author and the time, and S3 refuses all else.
"""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from services.domain.stock_files.upload_keys import AUTHOR, MAX_BYTES, VALID_S

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from services.storage.binding import Binding


class UploadForm(NamedTuple):
    """A form that uploads one file.

    Attributes:
        url: Where to POST it, as `multipart/form-data`.
        fields: Names and values, which stand before the field `file`.
        expires: When S3 takes it no more, UTC.
    """

    url: str
    fields: dict[str, str]
    expires: datetime


class CountUploads:
    """Makes forms for the bucket of count files of one region."""

    def __init__(self, bucket: str, binding: "Binding") -> None:
        self._bucket = bucket
        self._binding = binding

    def form(self, key: str, content_type: str, author: str) -> UploadForm:
        """Return the form that uploads a file; nothing is sent to S3.

        Args:
            key: As `upload_keys.upload_key` makes it.
            content_type: As `upload_keys.content_type` checks it.
            author: Subject of the uploader's token.
        """
        # Metadata travels in headers, which are ASCII.
        name = author.encode("ascii", "backslashreplace").decode()
        fields = {"Content-Type": content_type, f"x-amz-meta-{AUTHOR}": name}
        made = self._s3.generate_presigned_post(
            self._bucket,
            key,
            Fields=dict(fields),
            Conditions=[
                *({field: value} for field, value in fields.items()),
                ["content-length-range", 1, MAX_BYTES],
            ],
            ExpiresIn=VALID_S,
        )
        expires = datetime.now(UTC) + timedelta(seconds=VALID_S)
        return UploadForm(made["url"], dict(made["fields"]), expires)

    @cached_property
    def _s3(self) -> "S3Client":
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            region_name=self._binding.region,
            # The regional address: that of us-east-1 would redirect, and a form cannot follow.
            config=Config(signature_version="s3v4", s3={"us_east_1_regional_endpoint": "regional"}),
        )
