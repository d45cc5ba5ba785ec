"""Forms by which a browser uploads one file to a bucket, without AWS credentials.

A form is a presigned POST (S3 API reference, "POST Object"): its policy binds each of its fields,
the size of the file and the time, and S3 refuses all else.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from services.domain.errors import CarteError
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


class FormSigner:
    """Signs forms for one bucket; nothing is sent to S3, which need not be reached."""

    def __init__(self, bucket: str, region: str, endpoint: str | None = None) -> None:
        """Take the bucket, and find where credentials come from.

        Args:
            bucket: The bucket.
            region: Its AWS region, which may be another one than that of this process.
            endpoint: URL of S3 where it is not the region's own (the local cloud).
        """
        self.region = region
        # The regional address: the global one may redirect, and a form cannot follow.
        regional = f"https://{bucket}.s3.{region}.amazonaws.com/"
        self._url = regional if endpoint is None else f"{endpoint.rstrip('/')}/{bucket}"
        self._bucket = bucket
        self._credentials = credentials.source(os.environ)

    def form(self, fields: Mapping[str, str], *, least: int, most: int, valid_s: int) -> UploadForm:
        """Return the form that uploads a file.

        Args:
            fields: Names and values of the form, the key among them; all of them are bound.
            least: The smallest file that S3 takes, in bytes.
            most: The largest file that S3 takes, in bytes.
            valid_s: Seconds in which the upload must begin.

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
        expires = datetime.now(UTC) + timedelta(seconds=valid_s)
        bound = dict(fields)
        conditions: list[Any] = [{name: value} for name, value in bound.items()]
        conditions += [{"bucket": self._bucket}, ["content-length-range", least, most]]
        request = AWSRequest(method="POST", url=self._url)
        request.context["s3-presign-post-fields"] = bound
        request.context["s3-presign-post-policy"] = {
            "expiration": expires.strftime(_TIME),
            "conditions": conditions,
        }
        signer = Credentials(found.access_key, found.secret_key, found.token)
        S3SigV4PostAuth(signer, "s3", self.region).add_auth(request)
        return UploadForm(self._url, request.context["s3-presign-post-fields"], expires)
