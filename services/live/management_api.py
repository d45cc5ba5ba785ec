"""Signed requests to API Gateway's management API, over connections kept alive.

boto3's client of this API would need its model in the package, and takes a millisecond of CPU a
call; botocore's signing alone takes a third of one. The requests are three, and small.

Source: AWS, "Create a signed AWS API request"; `tests/unit/live/test_management_api.py` compares
what is signed with what botocore signs.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit

from services.storage.fast.connection import Answer, Connection, Endpoint
from services.storage.fast.credentials import Source
from services.storage.fast.failures import ConnectionBrokenError, NoCredentialsFoundError
from services.storage.fast.signing import Credentials

_SERVICE: Final = "execute-api"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_CONNECT_TIMEOUT_S: Final = 1.0
_READ_TIMEOUT_S: Final = 3.0


class ManagementApi:
    """The connections of one stage of a WebSocket API; may be used by several threads."""

    def __init__(
        self,
        url: str,
        region: str,
        credentials: Source,
        reached: tuple[str, Endpoint],
        *,
        most_idle: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the address of the API; no connection is opened yet.

        Args:
            url: Of the stage, `https://...`, without a slash at its end.
            region: The AWS region.
            credentials: Returns the credentials of the moment.
            reached: The value of the Host header, and where to connect to.
            most_idle: Connections that are kept open.
            clock: Returns Unix seconds.
        """
        self._path = f"{urlsplit(url).path}/@connections/"
        self._region = region
        self._credentials = credentials
        self._host, self._endpoint = reached
        self._most_idle = most_idle
        self._clock = clock
        self._idle: list[Connection] = []
        self._derived: tuple[str, str, bytes] = ("", "", b"")

    def send(self, method: str, connection: str, body: bytes) -> int:
        """Send a request about a connection; return the HTTP status of the answer.

        Raises:
            ConnectionBrokenError: There was no answer.
            NoCredentialsFoundError: There is nothing to sign with.
        """
        credentials = self._credentials()
        if credentials is None:
            raise NoCredentialsFoundError
        return self._exchange(self.request(method, connection, body, credentials)).status

    def request(self, method: str, connection: str, body: bytes, credentials: Credentials) -> bytes:
        """Return the bytes of a signed HTTP request."""
        path = self._path + quote(connection, safe="")
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        signed, token = "host;x-amz-date", ""
        canonical = f"host:{self._host}\nx-amz-date:{date}\n"
        if credentials.token:
            signed += ";x-amz-security-token"
            canonical += f"x-amz-security-token:{credentials.token}\n"
            token = f"X-Amz-Security-Token: {credentials.token}\r\n"
        digest = hashlib.sha256(body).hexdigest()
        # The path is quoted once more in what is signed.
        hashed = hashlib.sha256(
            f"{method}\n{quote(path, safe='/~')}\n\n{canonical}\n{signed}\n{digest}".encode()
        ).hexdigest()
        scope = f"{date[:8]}/{self._region}/{_SERVICE}/aws4_request"
        key = self._key(credentials.secret_key, date[:8])
        to_sign = f"{_ALGORITHM}\n{date}\n{scope}\n{hashed}".encode()
        signature = hmac.digest(key, to_sign, "sha256").hex()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nX-Amz-Date: {date}\r\n"
            f"Authorization: {_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={signature}\r\n{token}"
            f"Accept-Encoding: identity\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body

    def close(self) -> None:
        """Close idle connections; the next request opens one."""
        while self._idle:
            self._idle.pop().close()

    def _exchange(self, request: bytes) -> Answer:
        while True:
            try:
                used = self._idle.pop()
            except IndexError:
                used = Connection(
                    self._endpoint,
                    connect_timeout_s=_CONNECT_TIMEOUT_S,
                    read_timeout_s=_READ_TIMEOUT_S,
                )
            try:
                answer = used.exchange(request)
            except ConnectionBrokenError as error:
                used.close()
                if not error.unanswered:
                    raise
                # It was closed while idle. A new connection, which comes at last, cannot be.
                continue
            except BaseException:
                used.close()
                raise
            if used.reusable and len(self._idle) < self._most_idle:
                self._idle.append(used)
            else:
                used.close()
            return answer

    def _key(self, secret: str, day: str) -> bytes:
        known_day, known_secret, key = self._derived
        if known_day != day or known_secret != secret:
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, _SERVICE, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._derived = (day, secret, key)
        return key
