"""Signature Version 4 for DynamoDB's JSON protocol; byte for byte what botocore signs.

Source: AWS, "Create a signed AWS API request". The key of a day and a secret is derived once.
"""

import hashlib
import hmac
import time
from typing import Any, Final, NamedTuple

CONTENT_TYPE: Final = "application/x-amz-json-1.0"
TARGET: Final = "DynamoDB_20120810."
_SERVICE: Final = "dynamodb"
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_BLOCK: Final = 64  # bytes that SHA-256 takes at once

Hash = Any  # what hashlib.sha256 gives; it has no public type


class Credentials(NamedTuple):
    """AWS credentials; temporary ones have a `token`."""

    access_key: str
    secret_key: str
    token: str | None = None


class Signer:
    """Builds signed requests to one host."""

    def __init__(self, region: str, host: str) -> None:
        self._region = region
        self._host = host
        self._moment = (0, "")
        self._derived: tuple[str, str, Hash, Hash, str] | None = None

    def request(self, operation: str, body: bytes, credentials: Credentials, now: float) -> bytes:
        """Return the bytes of an HTTP request.

        Args:
            operation: DynamoDB's name of it, such as `Query`.
            body: Its JSON.
            credentials: The credentials to sign with.
            now: The time by DynamoDB's clock, in Unix seconds.
        """
        date = self._date(int(now))
        token = credentials.token
        lines = (
            f"POST / HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: {CONTENT_TYPE}\r\n"
            f"X-Amz-Target: {TARGET}{operation}\r\nX-Amz-Date: {date}\r\n"
            f"Authorization: {self.authorization(operation, body, credentials, date)}\r\n"
            f"Accept-Encoding: identity\r\nContent-Length: {len(body)}\r\n"
        )
        if token:
            lines += f"X-Amz-Security-Token: {token}\r\n"
        return f"{lines}\r\n".encode("ascii") + body

    def authorization(
        self, operation: str, body: bytes, credentials: Credentials, date: str
    ) -> str:
        """Return the Authorization header; `date` is that of X-Amz-Date."""
        access_key, secret, token = credentials
        inner, outer, scope = self._key(secret, date[:8])
        digest = hashlib.sha256(body).hexdigest()
        target = TARGET + operation
        if token:
            signed = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
            canonical = (
                f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{self._host}\nx-amz-date:{date}\n"
                f"x-amz-security-token:{token}\nx-amz-target:{target}\n\n{signed}\n{digest}"
            )
        else:
            signed = "content-type;host;x-amz-date;x-amz-target"
            canonical = (
                f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{self._host}\nx-amz-date:{date}\n"
                f"x-amz-target:{target}\n\n{signed}\n{digest}"
            )
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"{_ALGORITHM}\n{date}\n{scope}\n{hashed}".encode()
        inside, outside = inner.copy(), outer.copy()
        inside.update(to_sign)
        outside.update(inside.digest())
        return (
            f"{_ALGORITHM} Credential={access_key}/{scope}, "
            f"SignedHeaders={signed}, Signature={outside.hexdigest()}"
        )

    def _date(self, second: int) -> str:
        known, text = self._moment
        if known != second:
            text = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            self._moment = (second, text)
        return text

    def _key(self, secret: str, day: str) -> tuple[Hash, Hash, str]:
        """HMAC's two hashes with the day's key in them already (RFC 2104), and the scope."""
        derived = self._derived
        if derived is None or derived[0] != day or derived[1] != secret:
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, _SERVICE, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            block = key.ljust(_BLOCK, b"\0")
            derived = (
                day,
                secret,
                hashlib.sha256(bytes(one ^ 0x36 for one in block)),
                hashlib.sha256(bytes(one ^ 0x5C for one in block)),
                f"{day}/{self._region}/{_SERVICE}/aws4_request",
            )
            self._derived = derived
        return derived[2:]
