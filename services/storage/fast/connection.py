"""One HTTP/1.1 connection to an AWS service, kept alive between requests."""

import socket
from typing import Any, Final, NamedTuple

from services.storage.fast.failures import Broken, ConnectionBrokenError

_CHUNK: Final = 1 << 16
_MAX_HEAD: Final = 1 << 16
_MAX_BODY: Final = 1 << 25  # DynamoDB sends 16 MB at most
_WITHOUT_BODY: Final = frozenset({b"204", b"304"})  # RFC 9112, section 6.3


class Endpoint(NamedTuple):
    """Where DynamoDB listens.

    Attributes:
        tls: An ssl.SSLContext; None: plain HTTP, the local cloud.
    """

    host: str
    port: int
    tls: Any = None


class Answer:
    """An HTTP response whose body is there, whole."""

    __slots__ = ("_head", "body", "status")

    def __init__(self, status: int, head: bytes, body: bytes) -> None:
        self.status = status
        self.body = body
        self._head = head

    def header(self, name: bytes) -> str | None:
        """Return the value of a header in lower case, its name given in lower case."""
        value = _header(self._head, name)
        return None if value is None else value.decode("latin-1")


class Connection:
    """Sends a request and reads its answer; after any error it must not be used again.

    Attributes:
        reusable: Whether another request may be sent.
        waits_s: Seconds that an answer is waited for.
    """

    def __init__(
        self, endpoint: Endpoint, *, connect_timeout_s: float, read_timeout_s: float
    ) -> None:
        self.reusable = True
        self._used = False
        self._socket = _connected(endpoint, connect_timeout_s)
        self._socket.settimeout(read_timeout_s)
        self.waits_s = read_timeout_s

    def exchange(self, request: bytes) -> Answer:
        """Send a request and return the answer.

        Raises:
            ConnectionBrokenError: No whole answer came.
        """
        used, self._used = self._used, True
        try:
            self._socket.sendall(request)
            data = self._socket.recv(_CHUNK)
        except TimeoutError as error:
            raise ConnectionBrokenError(Broken.READ_TIMEOUT, str(error)) from error
        except OSError as error:
            raise ConnectionBrokenError(Broken.CLOSED, str(error), unanswered=used) from error
        if not data:
            raise ConnectionBrokenError(Broken.CLOSED, "closed before an answer", unanswered=used)
        try:
            return self._answer(data)
        except TimeoutError as error:
            raise ConnectionBrokenError(Broken.READ_TIMEOUT, str(error)) from error
        except OSError as error:
            raise ConnectionBrokenError(Broken.CLOSED, str(error)) from error
        except ValueError as error:
            raise ConnectionBrokenError(Broken.CLOSED, str(error)) from error

    def wait_at_most(self, seconds: float) -> None:
        """Set the seconds that the next answers may be waited for."""
        self._socket.settimeout(seconds)
        self.waits_s = seconds

    def close(self) -> None:
        """Close the connection; it cannot be used again."""
        self.reusable = False
        self._socket.close()

    def _more(self) -> bytes:
        data = self._socket.recv(_CHUNK)
        if not data:
            raise ConnectionBrokenError(Broken.CLOSED, "closed in the middle of an answer")
        return data

    def _answer(self, data: bytes) -> Answer:
        while True:
            end = data.find(b"\r\n\r\n")
            while end < 0:
                if len(data) > _MAX_HEAD:
                    raise ValueError("the head of the answer is too long")
                data += self._more()
                end = data.find(b"\r\n\r\n")
            head, data = data[: end + 2].lower(), data[end + 4 :]
            if not head.startswith(b"http/1."):
                raise ValueError("the answer is not HTTP/1")
            status = int(head[9:12])
            if status >= 200:  # noqa: PLR2004 - 1xx is interim, the answer follows
                break
            if not data:
                data = self._more()
        body, rest = self._body(head, data)
        if rest or _closes(head):
            self.reusable = False
        return Answer(status, head, body)

    def _body(self, head: bytes, data: bytes) -> tuple[bytes, bytes]:
        if _header(head, b"transfer-encoding") is not None:
            return self._chunked(head, data)
        length = _header(head, b"content-length")
        if length is None:
            if head[9:12] in _WITHOUT_BODY:
                return b"", data
            return self._until_closed(data), b""
        wanted = int(length) if length.isdigit() else -1
        if not 0 <= wanted <= _MAX_BODY:
            raise ValueError(f"content-length is {length!r}")
        if len(data) < wanted:
            parts = [data]
            missing = wanted - len(data)
            while missing > 0:
                part = self._more()
                parts.append(part)
                missing -= len(part)
            data = b"".join(parts)
        return (data, b"") if len(data) == wanted else (data[:wanted], data[wanted:])

    def _until_closed(self, data: bytes) -> bytes:
        self.reusable = False
        while part := self._socket.recv(_CHUNK):
            data += part
            if len(data) > _MAX_BODY:
                raise ValueError("the answer is too long")
        return data

    def _chunked(self, head: bytes, data: bytes) -> tuple[bytes, bytes]:
        if _header(head, b"transfer-encoding") != b"chunked":
            raise ValueError("the answer has an unexpected transfer coding")
        parts: list[bytes] = []
        size, total = -1, 0
        while size:
            line, data = self._line(data)
            size = int(line.split(b";", 1)[0], 16)
            total += size
            if size < 0 or total > _MAX_BODY:
                raise ValueError("a chunk has an impossible size")
            if size:
                while len(data) < size + 2:
                    data += self._more()
                if data[size : size + 2] != b"\r\n":
                    raise ValueError("a chunk is longer than it says")
                parts.append(data[:size])
                data = data[size + 2 :]
        line, data = self._line(data)
        while line:  # trailers
            line, data = self._line(data)
        return b"".join(parts), data

    def _line(self, data: bytes) -> tuple[bytes, bytes]:
        while b"\r\n" not in data:
            if len(data) > _MAX_HEAD:
                raise ValueError("a line of the answer is too long")
            data += self._more()
        line, _, rest = data.partition(b"\r\n")
        return line, rest


def _header(head: bytes, name: bytes) -> bytes | None:
    start = head.find(b"\r\n" + name + b":")
    if start < 0:
        return None
    start += len(name) + 3
    return head[start : head.find(b"\r\n", start)].strip()


def _closes(head: bytes) -> bool:
    connection = _header(head, b"connection")
    if head.startswith(b"http/1.0"):
        return connection != b"keep-alive"
    return connection is not None and b"close" in connection


def _connected(endpoint: Endpoint, timeout_s: float) -> socket.socket:
    # As bytes: a text is made an international name, whose tables take a millisecond to load.
    host = endpoint.host.encode("ascii")
    try:
        plain = socket.create_connection((host, endpoint.port), timeout_s)  # type: ignore[arg-type]
    except TimeoutError as error:
        raise ConnectionBrokenError(Broken.CONNECT_TIMEOUT, str(error)) from error
    except OSError as error:
        raise ConnectionBrokenError(Broken.CONNECT, str(error)) from error
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if endpoint.tls is None:
        return plain
    try:
        wrapped: socket.socket = endpoint.tls.wrap_socket(plain, server_hostname=host)
    except TimeoutError as error:
        plain.close()
        raise ConnectionBrokenError(Broken.CONNECT_TIMEOUT, str(error)) from error
    except OSError as error:  # ssl.SSLError is one
        plain.close()
        raise ConnectionBrokenError(Broken.TLS, str(error)) from error
    return wrapped
