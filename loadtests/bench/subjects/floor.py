"""The floor: one signed request for the store's documents, and the JSON of its menu.

What no implementation in Python with the same table can do without: SigV4 over a kept connection,
reading DynamoDB's answer, writing the response. It renders nothing: the menus are given.
"""

import hashlib
import hmac
import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from loadtests.bench import events
from loadtests.bench.subject import Answer, Call, Subject
from services.menu_api.handler import handler

_TARGET: Final = "DynamoDB_20120810.Query"
_TYPE: Final = "application/x-amz-json-1.0"
_SIGNED: Final = "host;x-amz-date;x-amz-target"


class Connection:
    """A kept connection to DynamoDB that signs what it sends."""

    def __init__(self, endpoint: str, region: str) -> None:
        parts = urlsplit(endpoint)
        self._host = parts.netloc
        self._address = (parts.hostname, parts.port)
        self._socket = self._connected()
        self._key = os.environ["AWS_ACCESS_KEY_ID"]
        self._scope = f"{datetime.now(UTC):%Y%m%d}/{region}/dynamodb/aws4_request"
        secret = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
        for part in self._scope.split("/"):
            secret = hmac.digest(secret, part.encode(), "sha256")
        self._signing = secret

    def _connected(self) -> socket.socket:
        made = socket.create_connection(self._address, timeout=10)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def query(self, partition: str) -> Any:
        """The answer of DynamoDB for a partition, decoded."""
        body = orjson.dumps(
            {
                "TableName": os.environ["CARTE_TABLE"],
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": partition}},
            }
        )
        request = self._head(body) + body
        data = self._first_chunk(request)
        if not data:  # an idle connection was closed, while others had their turn
            self._socket.close()
            self._socket = self._connected()
            data = self._first_chunk(request)
        end = data.find(b"\r\n\r\n")
        at = data[:end].lower().find(b"content-length: ") + 16
        whole = end + 4 + int(data[at : data.find(b"\r\n", at)])
        while len(data) < whole:
            data += self._socket.recv(65536)
        return orjson.loads(data[end + 4 :])

    def _first_chunk(self, request: bytes) -> bytes:
        try:
            self._socket.sendall(request)
            return self._socket.recv(65536)
        except ConnectionError:
            return b""

    def _head(self, body: bytes) -> bytes:
        now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        digest = hashlib.sha256(body).hexdigest()
        canonical = (
            f"POST\n/\n\nhost:{self._host}\nx-amz-date:{now}\nx-amz-target:{_TARGET}\n\n"
            f"{_SIGNED}\n{digest}"
        )
        canonical_digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{now}\n{self._scope}\n{canonical_digest}"
        signature = hmac.digest(self._signing, text.encode(), "sha256").hex()
        return (
            f"POST / HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: {_TYPE}\r\n"
            f"X-Amz-Target: {_TARGET}\r\nX-Amz-Date: {now}\r\n"
            f"Authorization: AWS4-HMAC-SHA256 Credential={self._key}/{self._scope}, "
            f"SignedHeaders={_SIGNED}, Signature={signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()


class Floor(Subject):
    """Read the documents, decode them, write the menu that carte makes of them."""

    def __init__(self) -> None:
        self._connection = Connection(
            os.environ["AWS_ENDPOINT_URL_DYNAMODB"], os.environ["CARTE_REGION"]
        )
        self._menus: dict[str, Any] = {}

    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:  # noqa: ARG002
        """Always the same work; the menus to write are fetched from carte before."""
        for store in stores:
            if store not in self._menus:
                answer = handler(events.persisted(store), None)
                self._menus[store] = orjson.loads(answer["body"])
        return [partial(self._call, store) for store in stores]

    def _call(self, store: str) -> bytes:
        answer = self._connection.query(f"STORE#{store}")
        for item in answer["Items"]:
            if "body" in item:
                orjson.loads(item["body"]["S"])
        return orjson.dumps(self._menus[store])

    def answer(self, returned: Any) -> Answer:
        """Return the response that a call returned."""
        return Answer(200, returned)


def open_subject() -> Subject:
    """Return the subject, ready to be timed."""
    return Floor()
