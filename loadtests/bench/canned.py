"""A DynamoDB that answers at once: a process of its own, so that its work is no subject's.

It speaks DynamoDB's JSON protocol on the loopback address and keeps each answer it gave, by the
request's bytes. It is filled through carte's own repositories, so the layout cannot drift from what
they write. `GET /_bench/requests` says how many DynamoDB requests it has answered, and how many
request units they took.

Run: `python -m loadtests.bench.canned`; the first line it prints is `{"port": ...}`.
"""

import asyncio
import sys
import zlib
from typing import Final

import orjson

from loadtests.bench.canned_items import Tables, TransactionCanceledError, UnknownRequestError

_WRITES: Final = {"PutItem", "BatchWriteItem", "TransactWriteItems"}
# Answers of one menu each; beyond this an answer is made anew, which costs only this process.
_MAX_ANSWERS: Final = 40_000


class Service:
    """The tables, the answers given so far, and their count."""

    def __init__(self) -> None:
        self._tables = Tables()
        # With the read units that each takes.
        self._answers: dict[tuple[bytes, bytes], tuple[bytes, float]] = {}
        self._requests = 0

    def counters(self) -> dict[str, float]:
        """Return what was answered so far: `requests`, `read_units` and `write_units`."""
        tables = self._tables
        return {
            "requests": self._requests,
            "read_units": tables.read_units,
            "write_units": tables.write_units,
        }

    def answer(self, target: bytes, body: bytes) -> bytes:
        """A whole HTTP response."""
        self._requests += 1
        kept = self._answers.get((target, body))
        if kept is not None:
            self._tables.read_units += kept[1]
            return kept[0]
        before = self._tables.read_units
        operation = target.rpartition(b".")[2].decode()
        try:
            answer = self._tables.answer(operation, orjson.loads(body))
        except (UnknownRequestError, KeyError) as error:
            fault = {"__type": "com.amazon.coral.validate#ValidationException"}
            return _response(400, orjson.dumps(fault | {"message": f"{error}"}))
        except TransactionCanceledError as error:
            fault = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"}
            why = {"Message": f"{error}", "CancellationReasons": error.reasons}
            return _response(400, orjson.dumps(fault | why))
        response = _response(200, orjson.dumps(answer))
        if operation in _WRITES:
            self._answers.clear()
        elif len(self._answers) < _MAX_ANSWERS:
            self._answers[target, body] = response, self._tables.read_units - before
        return response


def _response(status: int, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {'OK' if status == 200 else 'Bad Request'}\r\n"
        "Server: Server\r\n"
        "Date: Fri, 06 Nov 2026 12:00:00 GMT\r\n"
        "Content-Type: application/x-amz-json-1.0\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: keep-alive\r\n"
        "x-amzn-RequestId: 0000000000000000000000000000000000000000000000000000\r\n"
        f"x-amz-crc32: {zlib.crc32(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as far as AWS SDKs use it."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Answer every whole request that has arrived."""
        self._buffer += data
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end]
            lower = head.lower()
            length = int(_header(lower, b"content-length") or 0)
            if len(self._buffer) < end + 4 + length:
                return
            body = self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            assert self._transport is not None
            self._transport.write(self._answer(head, body))

    def _answer(self, head: bytes, body: bytes) -> bytes:
        if head.startswith(b"GET /_bench/requests"):
            return _response(200, orjson.dumps(self._service.counters()))
        at = head.lower().find(b"\r\nx-amz-target:")
        target = head[at + 15 :].partition(b"\r\n")[0].strip()
        return self._service.answer(target, body)


def _header(lower: bytes, name: bytes) -> bytes:
    at = lower.find(b"\r\n" + name + b":")
    return b"" if at < 0 else lower[at + len(name) + 3 :].partition(b"\r\n")[0].strip()


async def _serve() -> None:
    service = Service()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(service), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(orjson.dumps({"port": port}).decode() + "\n")
    sys.stdout.flush()
    # It lives as long as whoever started it: standard input ends with the parent.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
