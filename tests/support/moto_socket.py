"""moto's DynamoDB on a socket, for clients that are not botocore's, with every operation it has."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from botocore.exceptions import ClientError

from services.storage.live_requests import through_botocore
from tests.support.http_server import QuietHandler, ThreadedServer, running

_TARGET = "DynamoDB_20120810."


@contextmanager
def dynamodb_on_a_socket(client: Any, received: list[str] | None = None) -> Iterator[str]:
    """Serve a boto3 client of DynamoDB by HTTP, and return the URL.

    Items must hold no bytes.

    Args:
        client: Within `mock_aws`.
        received: Called with the name of each operation.
    """
    send = through_botocore(client)

    class Handler(QuietHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].removeprefix(_TARGET)
            request = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if received is not None:
                received.append(operation)
            try:
                self._answer(200, send(operation, request))
            except ClientError as error:
                self._answer(400, _refusal(error.response))

        def _answer(self, status: int, answer: Mapping[str, Any]) -> None:
            body = orjson.dumps({k: v for k, v in answer.items() if k != "ResponseMetadata"})
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with running(ThreadedServer(Handler)) as server:
        yield server.url


def _refusal(response: Mapping[str, Any]) -> dict[str, Any]:
    error = response["Error"]
    more = {name: response[name] for name in ("Item", "CancellationReasons") if name in response}
    kind = f"com.amazonaws.dynamodb.v20120810#{error['Code']}"
    return {"__type": kind, "message": error["Message"], **more}
