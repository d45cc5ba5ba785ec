"""Forms by which a browser uploads one count file to the region's bucket, without AWS credentials.

A form is a presigned POST (S3 API reference, "POST Object"): its policy binds the key, the type,
the size, the author and the time, and S3 refuses all else.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from services.domain.errors import CarteError
from services.domain.stock_files.upload_keys import AUTHOR, MAX_BYTES, VALID_S
from services.storage.fast import credentials

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


class NoCredentialsError(CarteError):
    """The process has no credentials to sign a form with."""


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

    def __init__(self, bucket: str, region: str, endpoint: str | None = None) -> None:
        """Prepare.

        Args:
            bucket: The region's bucket of count files.
            region: The AWS region.
            endpoint: URL of S3 where it is not the region's own (the local cloud).
        """
        self._region = region
        # The regional address: the global one may redirect, and a form cannot follow.
        regional = f"https://{bucket}.s3.{region}.amazonaws.com/"
        self._url = regional if endpoint is None else f"{endpoint.rstrip('/')}/{bucket}"
        self._bucket = bucket
        self._credentials = credentials.source(os.environ)

    def form(self, key: str, content_type: str, author: str) -> UploadForm:
        """Return the form that uploads a file; nothing is sent to S3.

        Args:
            key: As `upload_keys.upload_key` makes it.
            content_type: As `upload_keys.content_type` checks it.
            author: Subject of the uploader's token.

        Raises:
            NoCredentialsError: There is nothing to sign it with.
        """
        # Not a boto3 client: reading its model of S3 takes longer than all else of the request.
        from botocore.auth import S3SigV4PostAuth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        found = self._credentials()
        if found is None:
            raise NoCredentialsError(
                "no credentials to sign an upload with", "see the Lambda's role"
            )
        expires = datetime.now(UTC) + timedelta(seconds=VALID_S)
        fields = {
            "key": key,
            "Content-Type": content_type,
            # Metadata travels in headers, which are ASCII.
            f"x-amz-meta-{AUTHOR}": author.encode("ascii", "backslashreplace").decode(),
        }
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        conditions += [{"bucket": self._bucket}, ["content-length-range", 1, MAX_BYTES]]
        request = AWSRequest(method="POST", url=self._url)
        request.context["s3-presign-post-fields"] = fields
        request.context["s3-presign-post-policy"] = {
            "expiration": expires.strftime(_TIME),
            "conditions": conditions,
        }
        signer = Credentials(found.access_key, found.secret_key, found.token)
        S3SigV4PostAuth(signer, "s3", self._region).add_auth(request)
        return UploadForm(self._url, request.context["s3-presign-post-fields"], expires)
