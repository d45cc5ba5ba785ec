"""Reads and writes objects of one S3 bucket, in one request each, without botocore.

Importing what botocore signs with takes 95 ms of CPU, more than an object that saves work may cost.
The signature is Signature Version 4 for S3 (AWS, "Create a signed AWS API request"), byte for byte
that of botocore's `S3SigV4Auth`.
"""

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Mapping
from typing import Final

from services.storage.binding import CONNECT_TIMEOUT_S
from services.storage.fast import credentials
from services.storage.fast.choice import elsewhere, http_endpoint
from services.storage.fast.connection import Answer, Connection
from services.storage.fast.failures import ConnectionBrokenError
from services.storage.fast.signing import Credentials

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_READ_TIMEOUT_S: Final = 2.0
_OK: Final = 200
# S3 API reference, "GetObject": 403 for an object that is not there, without the right to list.
_NOT_THERE: Final = frozenset({403, 404})
_SHOWN: Final = 300  # characters of an answer in a message


class BucketError(Exception):
    """The bucket could not be reached, or refused a request; the message says why."""


class ObjectBucket:
    """The objects of a bucket, by keys of letters, digits, `-`, `.` and `/`."""

    def __init__(
        self,
        bucket: str,
        region: str,
        endpoint: str | None = None,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the bucket and where credentials are named; nothing is sent yet.

        Args:
            bucket: Its name, without dots.
            region: The AWS region.
            endpoint: URL of S3 where it is not the region's own (the local cloud).
            environment: Where credentials, certificates and proxies are named.
            clock: Returns Unix seconds.
        """
        self._region = region
        # A bucket is a name of its region's host, but for the local cloud: there it is a path.
        self._url = (
            endpoint.rstrip("/") if endpoint else f"https://{bucket}.s3.{region}.amazonaws.com"
        )
        self._path = f"/{bucket}/" if endpoint else "/"
        self._environment = environment
        self._credentials = credentials.source(environment)
        self._clock = clock

    def get_object(self, key: str) -> bytes | None:
        """Return the bytes of an object; None: there is none.

        Raises:
            BucketError: The bucket cannot be read.
        """
        answer = self._answer("GET", key, b"")
        if answer.status == _OK:
            return answer.body
        if answer.status in _NOT_THERE:
            return None
        raise _refused(answer)

    def put_object(self, key: str, body: bytes) -> None:
        """Write an object, in place of the one that there is.

        Raises:
            BucketError: The bucket cannot be written to.
        """
        answer = self._answer("PUT", key, body)
        if answer.status != _OK:
            raise _refused(answer)

    def _answer(self, method: str, key: str, body: bytes) -> Answer:
        if another := elsewhere(self._environment):
            raise BucketError(f"{', '.join(another)} is set, by which it would not be reached")
        reached = http_endpoint(self._url, self._environment)
        signed_by = self._credentials()
        if reached is None or signed_by is None:
            raise BucketError("no credentials" if reached else f"{self._url} is no URL of S3")
        host, endpoint = reached
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        headers = signed_headers(
            method, self._path + key, host, body, signed_by, self._region, date
        )
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {self._path}{key} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n"
        try:
            connection = Connection(
                endpoint, connect_timeout_s=CONNECT_TIMEOUT_S, read_timeout_s=_READ_TIMEOUT_S
            )
            try:
                return connection.exchange(f"{head}Connection: close\r\n\r\n".encode() + body)
            finally:
                connection.close()
        except ConnectionBrokenError as error:
            raise BucketError(str(error)) from error


def signed_headers(  # noqa: PLR0917 - the parts of a request, in the order in which they are signed
    method: str,
    path: str,
    host: str,
    body: bytes,
    credentials: Credentials,
    region: str,
    date: str,
) -> dict[str, str]:
    """Return the headers of a request to S3, the signature among them.

    Args:
        method: Such as `GET`.
        path: From the first slash, of characters that URLs leave as they are.
        host: Of the request, with its port.
        body: Of the request.
        credentials: To sign with.
        region: The AWS region.
        date: The time as in `20260504T100000Z`.
    """
    digest = hashlib.sha256(body).hexdigest()
    headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": date}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    signed = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"{method}\n{path}\n\n{lines}\n{signed}\n{digest}"
    scope = f"{date[:8]}/{region}/s3/aws4_request"
    to_sign = f"{_ALGORITHM}\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (*scope.split("/"), to_sign):
        key = hmac.digest(key, part.encode(), "sha256")
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={signed}, "
        f"Signature={key.hex()}"
    )
    return headers


def _refused(answer: Answer) -> BucketError:
    return BucketError(f"status {answer.status}: {answer.body[:_SHOWN].decode(errors='replace')}")
