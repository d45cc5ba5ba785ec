"""Requests to API Gateway's management API: signed as botocore signs, sent by kept connections."""

import datetime as dt
from collections.abc import Iterator
from unittest import mock

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from services.live.management_api import ManagementApi
from services.storage.fast.connection import Endpoint
from services.storage.fast.failures import ConnectionBrokenError, NoCredentialsFoundError
from services.storage.fast.signing import Credentials
from tests.support.http_server import QuietHandler, ThreadedServer, running

AT = dt.datetime(2026, 5, 4, 23, 59, 58, tzinfo=dt.UTC)
KNOWN = Credentials("AKID", "a/b+c")


def api(url: str, host: str, port: int, credentials: Credentials | None = KNOWN) -> ManagementApi:
    return ManagementApi(
        url,
        "eu-west-1",
        lambda: credentials,
        (host, Endpoint("127.0.0.1", port)),
        most_idle=2,
        clock=AT.timestamp,
    )


@pytest.mark.parametrize("token", [None, "IQoJb3JpZ2luX2VjEA//+=="])
@pytest.mark.parametrize(("method", "body"), [("POST", '{"ä":1}'.encode()), ("DELETE", b"")])
@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://abc.execute-api.eu-west-1.amazonaws.com/live", None),
        ("http://127.0.0.1:4566/_aws/execute-api/carte-live/live", "127.0.0.1:4566"),
    ],
)
def test_a_request_is_signed_as_botocore_signs_it(
    token: str | None, method: str, body: bytes, url: str, host: str | None
) -> None:
    host = host or url.split("/")[2]
    with mock.patch("botocore.auth.get_current_datetime", return_value=AT):
        # As API Gateway makes ids of connections: base64.
        request = AWSRequest(method, f"{url}/@connections/L0SM9cOFIA%2FCI%2Bw%3D", data=body)
        SigV4Auth(BotocoreCredentials("AKID", "a/b+c", token), "execute-api", "eu-west-1").add_auth(
            request
        )
    ours = api(url, host, 1).request(
        method, "L0SM9cOFIA/CI+w=", body, Credentials("AKID", "a/b+c", token)
    )
    head, _, sent = ours.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    path = url.split(host)[1]
    assert first == f"{method} {path}/@connections/L0SM9cOFIA%2FCI%2Bw%3D HTTP/1.1"
    assert sent == body
    for name in ("Authorization", "X-Amz-Date"):
        assert headers[name] == request.headers[name]
    assert headers.get("X-Amz-Security-Token") == token
    assert headers["Host"] == host


class Gateway(QuietHandler):
    """Answers as API Gateway does; the connection's id is the status."""

    protocol_version = "HTTP/1.1"
    received: list[tuple[int, str, bytes]]

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.client_address[1], self.command, body))
        status = int(self.path.rpartition("/")[2])
        self.send_response(status)
        if status != 204:  # which has no body, and does not say so (RFC 9110, section 8.6)
            self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"" if status == 204 else b"{}")
        self.close_connection = status == 500

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()


@pytest.fixture
def gateway() -> Iterator[int]:
    """The port of a gateway."""
    Gateway.received = []
    with running(ThreadedServer(Gateway)) as server:
        yield server.server_port


def test_requests_share_a_connection_as_long_as_it_stands(gateway: int) -> None:
    sent = api("http://127.0.0.1/live", "127.0.0.1", gateway)
    statuses = [sent.send("POST", status, b"state") for status in ("200", "410", "429")]
    assert statuses == [200, 410, 429]
    assert sent.send("DELETE", "204", b"") == 204
    # It is closed after the next answer, without a word.
    assert [sent.send("POST", status, b"") for status in ("500", "200")] == [500, 200]
    sent.close()
    ports = [port for port, _, _ in Gateway.received]
    assert len(set(ports[:5])) == 1
    assert ports[5] != ports[0]
    assert Gateway.received[0][1:] == ("POST", b"state")


def test_a_gateway_that_is_away_is_a_failure_of_that_message() -> None:
    with pytest.raises(ConnectionBrokenError):
        api("http://127.0.0.1/live", "127.0.0.1", 9).send("POST", "200", b"")
    with pytest.raises(NoCredentialsFoundError):
        api("http://127.0.0.1/live", "127.0.0.1", 9, None).send("POST", "200", b"")
