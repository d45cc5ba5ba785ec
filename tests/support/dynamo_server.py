"""A DynamoDB on a socket that serves a few items, and fails in the ways that a test sets."""

import base64
import select
import socket
import ssl
import struct
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from services.storage.keys import Key
from services.storage.table import Table

Item = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as it came.

    Attributes:
        connection: Number of the connection it came by, from 1.
        headers: Lower-case names.
    """

    operation: str
    request: dict[str, Any]
    headers: Mapping[str, str]
    body: bytes
    connection: int


@dataclass(slots=True)
class Reply:
    """What the server is about to send; a misbehavior changes it, or sends something else."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """As HTTP."""
        lines = [f"HTTP/1.1 {self.status} X"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


_FAILED = "ConditionalCheckFailed"


class WriteRefusedError(Exception):
    """A condition does not hold.

    Attributes:
        answer: The body of the error.
    """

    def __init__(self, code: str, reasons: list[str] | None = None) -> None:
        super().__init__(code)
        self.answer: dict[str, Any] = {
            "__type": f"com.amazonaws.dynamodb.v20120810#{code}",
            "message": "The conditional request failed",
        }
        if reasons:
            self.answer["CancellationReasons"] = [
                {"Code": one, "Message": "no"} if one != "None" else {"Code": one}
                for one in reasons
            ]


class HangUpError(Exception):
    """Close the connection now."""


# Does one request's misbehavior: sends what it likes, by a socket.
Misbehavior = Callable[[socket.socket, Reply], None]


class DynamoServer:
    """Serves GetItem, Query and BatchGetItem of the items it holds, and writes under conditions.

    Attributes:
        items: What is in the table.
        received: All requests so far.
        page: How many items a page of a Query has.
        unprocessed: How many keys the next BatchGetItem leaves for another request.
        script: What to do instead of answering, one per request, the oldest first.
        tokens: Of the transactions that were applied.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.items: dict[Key, Item] = {}
        self.received: list[ReceivedRequest] = []
        self.page = 1000
        self.unprocessed = 0
        self.script: deque[Misbehavior] = deque()
        self.tokens: set[str] = set()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{'localhost' if self._tls else '127.0.0.1'}:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    def put(self, pk: str, sk: str, rev: str, body: Any = None, **more: Any) -> None:
        """Hold an item; `packed` and `expires` as `storage.models` has them."""
        item: Item = {"pk": {"S": pk}, "sk": {"S": sk}, "rev": {"S": rev}}
        if body is not None:
            item["body"] = {"S": orjson.dumps(body).decode()}
        if "packed" in more:
            packed = zlib.compress(orjson.dumps(more["packed"]))
            item["packed"] = {"B": base64.b64encode(packed).decode()}
        if "expires" in more:
            item["expires"] = {"N": str(more["expires"])}
        self.items[Key(pk, sk)] = item

    def close(self) -> None:
        """Stop listening and close all connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self._threads)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            number += 1
            thread = threading.Thread(target=self._serve, args=(connection, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket, number: int) -> None:
        with suppress(HangUpError, OSError), plain:
            self._open.append(plain)
            with self._secured(plain) as connection:
                while True:
                    received = _received(connection, number)
                    self.received.append(received)
                    reply = self._reply(received)
                    misbehave = self.script.popleft() if self.script else answers
                    misbehave(connection, reply)

    @contextmanager
    def _secured(self, plain: socket.socket) -> Iterator[socket.socket]:
        if self._tls is None:
            yield plain
            return
        with self._tls.wrap_socket(plain, server_side=True) as wrapped:
            yield wrapped

    def _reply(self, received: ReceivedRequest) -> Reply:
        status = 200
        try:
            answer = getattr(self, f"_{received.operation}")(received.request)
        except WriteRefusedError as refused:
            status, answer = 400, refused.answer
        body = orjson.dumps(answer)
        return Reply(
            status,
            body,
            {
                "Content-Type": "application/x-amz-json-1.0",
                "x-amz-crc32": str(zlib.crc32(body)),
                "x-amzn-RequestId": "REQUEST-1",
                "Content-Length": str(len(body)),
            },
        )

    def _GetItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        item = self.items.get(_key(request["Key"]))
        found = {} if item is None else {"Item": item}
        return {**found, "ConsumedCapacity": _units(request["TableName"], 0.5)}

    def _Query(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        values = [one["S"] for one in request["ExpressionAttributeValues"].values()]
        pk, prefix = values[0], values[1] if len(values) > 1 else ""
        keys = sorted(k for k in self.items if k.pk == pk and k.sk.startswith(prefix))
        if request.get("ScanIndexForward") is False:
            keys.reverse()
        if "ExclusiveStartKey" in request:
            keys = keys[keys.index(_key(request["ExclusiveStartKey"])) + 1 :]
        shown = keys[: min(self.page, request.get("Limit") or self.page)]
        answer: dict[str, Any] = {
            "Items": [self.items[key] for key in shown],
            "Count": len(shown),
            "ScannedCount": len(shown),
            "ConsumedCapacity": _units(request["TableName"], 1.5),
        }
        if len(shown) < len(keys):
            answer["LastEvaluatedKey"] = {"pk": {"S": shown[-1].pk}, "sk": {"S": shown[-1].sk}}
        return answer

    def _PutItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if not self._holds(request, request["Item"]):
            raise WriteRefusedError("ConditionalCheckFailedException")
        self.items[_key(request["Item"])] = request["Item"]
        return {"ConsumedCapacity": _units(request["TableName"], 1.0)}

    def _TransactWriteItems(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        token = request["ClientRequestToken"]
        if token not in self.tokens:
            operations = [next(iter(one.values())) for one in request["TransactItems"]]
            reasons = [
                "None" if self._holds(one, one.get("Item") or one["Key"]) else _FAILED
                for one in operations
            ]
            if _FAILED in reasons:
                raise WriteRefusedError("TransactionCanceledException", reasons)
            self.tokens.add(token)
            for one in operations:
                if "Item" in one:
                    self.items[_key(one["Item"])] = one["Item"]
        units = 2.0 * len(request["TransactItems"])
        return {"ConsumedCapacity": [_units("carte", units)]}

    def _holds(self, request: dict[str, Any], key: dict[str, Any]) -> bool:
        """Return whether the condition of a write holds: no such item, or its revision."""
        item = self.items.get(_key(key))
        values = request.get("ExpressionAttributeValues")
        if not values:
            assert request["ConditionExpression"].startswith("attribute_not_exists")
            return item is None
        ((_, wanted),) = values.items()
        return item is not None and item["rev"] == wanted

    def _BatchGetItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        ((table, wanted),) = request["RequestItems"].items()
        left, self.unprocessed = self.unprocessed, 0
        now, later = wanted["Keys"][: len(wanted["Keys"]) - left], wanted["Keys"][-left or 10**9 :]
        found = [self.items[_key(one)] for one in now if _key(one) in self.items]
        return {
            "Responses": {table: found},
            "UnprocessedKeys": {table: {**wanted, "Keys": later}} if later else {},
            "ConsumedCapacity": [_units(table, 2.0)],
        }


def _received(connection: socket.socket, number: int) -> ReceivedRequest:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = {
        name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
    }
    while len(body) < int(headers["content-length"]):
        body += _more(connection)
    operation = headers["x-amz-target"].rpartition(".")[2]
    return ReceivedRequest(operation, orjson.loads(body), headers, body, number)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise HangUpError
    return data


def _key(key: dict[str, Any]) -> Key:
    return Key(key["pk"]["S"], key["sk"]["S"])


def _units(table: str, units: float) -> dict[str, Any]:
    return {"TableName": table, "CapacityUnits": units}


def answers(connection: socket.socket, reply: Reply) -> None:
    """Answers as DynamoDB does."""
    connection.sendall(reply.bytes())


def refuses(status: int, code: str, message: str = "no", **headers: str) -> Misbehavior:
    """Answers with an error."""

    def refuse(connection: socket.socket, reply: Reply) -> None:
        body = orjson.dumps({"__type": f"com.amazonaws.dynamodb#{code}", "message": message})
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        answers(connection, _with(reply, body, status, shown))

    return refuse


def leaves(*keys: Key) -> Misbehavior:
    """Answers a BatchGetItem with no item, and with these keys for another request."""

    def leave(connection: socket.socket, reply: Reply) -> None:
        later = [{"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in keys]
        body = {"Responses": {"carte": []}, "UnprocessedKeys": {"carte": {"Keys": later}}}
        answers(connection, _with(reply, orjson.dumps(body), 200, {}))

    return leave


def cancels(*codes: str) -> Misbehavior:
    """Cancels a transaction, for these reasons; `None` is that of an item that is no reason."""

    def cancel(connection: socket.socket, reply: Reply) -> None:
        reasons = [{"Code": one} if one == "None" else {"Code": one, "Message": "no"}
                   for one in codes]  # fmt: skip
        code = "TransactionCanceledException"
        body = {"__type": f"com.amazonaws.dynamodb#{code}", "message": "no"}
        content = orjson.dumps({**body, "CancellationReasons": reasons})
        answers(connection, _with(reply, content, 400, {}))

    return cancel


def _with(reply: Reply, body: bytes, status: int, headers: Mapping[str, str]) -> Reply:
    changed = {"x-amz-crc32": str(zlib.crc32(body)), "Content-Length": str(len(body)), **headers}
    return Reply(status, body, {**reply.headers, **changed})


def resets(connection: socket.socket, _: Reply) -> None:
    """Breaks the connection, as a crashing server does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise HangUpError


def hangs_up(_: socket.socket, __: Reply) -> None:
    """Closes without an answer."""
    raise HangUpError


def hangs_up_after(connection: socket.socket, reply: Reply) -> None:
    """Answers, and closes the connection while it is idle, without having said so."""
    answers(connection, reply)
    raise HangUpError


def closes_after(connection: socket.socket, reply: Reply) -> None:
    """Answers, and closes the connection as it said."""
    reply.headers["Connection"] = "close"
    hangs_up_after(connection, reply)


def truncates(connection: socket.socket, reply: Reply) -> None:
    """Sends half of what it announced."""
    whole = reply.bytes()
    connection.sendall(whole[: len(whole) - len(reply.body) // 2])
    raise HangUpError


def miscounts(connection: socket.socket, reply: Reply) -> None:
    """Sends a body that does not have its checksum."""
    reply.headers["x-amz-crc32"] = "1"
    answers(connection, reply)


def babbles(connection: socket.socket, _: Reply) -> None:
    """Sends something that is not HTTP."""
    connection.sendall(b"hello\r\n\r\n")
    raise HangUpError


def stalls(connection: socket.socket, reply: Reply) -> None:
    """Sends the head and a little, and then nothing until the client gives up."""
    connection.sendall(reply.bytes()[: len(reply.bytes()) - len(reply.body) + 3])
    ignores(connection, reply)


def ignores(connection: socket.socket, _: Reply) -> None:
    """Sends nothing until the client gives up."""
    select.select([connection], [], [], 10)
    raise HangUpError


def dribbles(connection: socket.socket, reply: Reply) -> None:
    """Sends the first bytes one by one, the rest in halves."""
    whole = reply.bytes()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for at in range(150):
        connection.sendall(whole[at : at + 1])
    middle = (150 + len(whole)) // 2
    connection.sendall(whole[150:middle])
    connection.sendall(whole[middle:])


def chunks(connection: socket.socket, reply: Reply) -> None:
    """Sends the body in chunks, with an extension and a trailer."""
    del reply.headers["Content-Length"]
    reply.headers["Transfer-Encoding"] = "chunked"
    body, half = reply.body, len(reply.body) // 2
    parts = [b"%x;a=b\r\n%s\r\n" % (len(one), one) for one in (body[:half], body[half:]) if one]
    reply.body = b"".join(parts) + b"0\r\nx-trailer: 1\r\n\r\n"
    answers(connection, reply)


def ends_by_closing(connection: socket.socket, reply: Reply) -> None:
    """Announces no length: the body ends where the connection does."""
    del reply.headers["Content-Length"]
    reply.headers["Connection"] = "close"
    hangs_up_after(connection, reply)


def says_continue(connection: socket.socket, reply: Reply) -> None:
    """Sends a word on the way first."""
    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    answers(connection, reply)


def copied(table: Table) -> DynamoServer:
    """A server that holds what a table in moto holds."""
    made = DynamoServer()
    client: Any = table.item._get_connection().connection.client
    for item in client.scan(TableName=table.binding.table)["Items"]:
        plain = {
            name: {
                kind: base64.b64encode(value).decode() if kind == "B" else value
                for kind, value in typed.items()
            }
            for name, typed in item.items()
        }
        made.items[_key(plain)] = plain
    return made
