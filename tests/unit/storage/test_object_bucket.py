"""Objects of an S3 bucket, over HTTP: signed as botocore signs, read, written, refused."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from services.storage.fast.signing import Credentials
from services.storage.object_bucket import BucketError, ObjectBucket, signed_headers
from tests.support.http_server import QuietHandler, ThreadedServer, running

KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize("token", [None, "IQoJb3JpZ2luX2VjEA//+=="])
@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("body", [b"", bytes(range(256)) * 9])
def test_a_request_is_signed_as_botocore_signs_it(
    token: str | None, method: str, body: bytes
) -> None:
    at = dt.datetime(2026, 5, 4, 23, 59, 58, tzinfo=dt.UTC)
    host, path = "carte-search-1-eu-west-1.s3.eu-west-1.amazonaws.com", "/tables/0a1b2c"
    with mock.patch("botocore.auth.get_current_datetime", return_value=at):
        request = AWSRequest(method, f"https://{host}{path}", {}, data=body)
        S3SigV4Auth(BotocoreCredentials("AKID", "a/b+c", token), "s3", "eu-west-1").add_auth(
            request
        )
    ours = signed_headers(
        method,
        path,
        host,
        body,
        Credentials("AKID", "a/b+c", token),
        "eu-west-1",
        "20260504T235958Z",
    )
    theirs = {name.lower(): value for name, value in request.headers.items()}
    assert theirs["x-amz-content-sha256"] == ours["x-amz-content-sha256"]
    assert theirs["authorization"] == ours["authorization"]
    assert theirs.get("x-amz-security-token") == ours.get("x-amz-security-token")


class Store(QuietHandler):
    """S3 with a bucket `b`: what is put is got; the key says how it fails."""

    objects: dict[str, bytes]

    def do_GET(self) -> None:
        if self.path.startswith("/b/status-"):
            self._answer(int(self.path[-3:]), b"<Error><Code>X</Code></Error>")
        else:
            body = self.objects.get(self.path)
            self._answer(404 if body is None else 200, body or b"")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/b/status-"):
            self._answer(int(self.path[-3:]), b"<Error><Code>X</Code></Error>")
        else:
            assert self.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
            self.objects[self.path] = body
            self._answer(200, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def s3() -> Iterator[str]:
    handler = type("Handler", (Store,), {"objects": {}})
    with running(ThreadedServer(handler)) as server:
        yield server.url


def test_what_is_put_is_got() -> None:
    with s3() as url:
        bucket = ObjectBucket("b", "eu-west-1", url, environment=KEYS)
        assert bucket.get_object("tables/1") is None
        for body in (b"", bytes(300_000), b"new"):
            bucket.put_object("tables/1", body)
            assert bucket.get_object("tables/1") == body


def test_a_refusal_is_an_error_and_no_object_is_none() -> None:
    with s3() as url:
        bucket = ObjectBucket("b", "eu-west-1", url, environment=KEYS)
        # Without the right to list, S3 says so of an object that is not there.
        assert bucket.get_object("status-403") is None
        for status in ("500", "503", "301"):
            with pytest.raises(BucketError, match=status):
                bucket.get_object(f"status-{status}")
        for status in ("403", "500"):
            with pytest.raises(BucketError, match=f"{status}.*<Code>X</Code>"):
                bucket.put_object(f"status-{status}", b"1")


def test_a_bucket_that_is_not_there_is_an_error() -> None:
    with s3() as url:
        pass
    for bucket, message in (
        (ObjectBucket("b", "eu-west-1", url, environment=KEYS), "EndpointConnectionError"),
        (ObjectBucket("b", "eu-west-1", url + "/path", environment=KEYS), "no URL of S3"),
        (
            ObjectBucket("b", "eu-west-1", url, environment={**KEYS, "https_proxy": "http://x"}),
            "https_proxy is set",
        ),
    ):
        with pytest.raises(BucketError, match=message):
            bucket.get_object("tables/1")


def test_in_aws_the_bucket_is_the_host() -> None:
    bucket = ObjectBucket("carte-search-1-eu-west-1", "eu-west-1", environment=KEYS)
    with mock.patch("services.storage.object_bucket.Connection") as connection:
        connection.return_value.exchange.return_value.status = 200
        bucket.get_object("tables/1")
    (endpoint,), _ = connection.call_args
    assert (endpoint.host, endpoint.port) == (
        "carte-search-1-eu-west-1.s3.eu-west-1.amazonaws.com",
        443,
    )
    assert endpoint.tls is not None
    ((request,), _) = connection.return_value.exchange.call_args
    assert request.startswith(b"GET /tables/1 HTTP/1.1\r\nhost: carte-search-1-eu-west-1.s3.")
