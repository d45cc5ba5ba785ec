"""Failures of a fast request, before they are translated into PynamoDB's exceptions."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

# By these codes another write came before: of a single item, and of an item in a transaction.
MOVED_ALONE: Final = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
MOVED_TOGETHER: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class Broken(Enum):
    """How a connection failed; each has its exception in botocore."""

    CONNECT_TIMEOUT = "ConnectTimeoutError"
    CONNECT = "EndpointConnectionError"
    TLS = "SSLError"
    READ_TIMEOUT = "ReadTimeoutError"
    # Also an answer that is no HTTP, or broken off, or not what its checksum says.
    CLOSED = "ConnectionClosedError"


class ConnectionBrokenError(Exception):
    """No whole answer came.

    Attributes:
        unanswered: Not one byte of an answer came, on a connection that had been used before: the
            server has most likely closed it while it was idle.
    """

    def __init__(self, broken: Broken, why: str, *, unanswered: bool = False) -> None:
        super().__init__(f"{broken.value}: {why}")
        self.broken = broken
        self.unanswered = unanswered


class NoCredentialsFoundError(Exception):
    """There is nothing to sign with."""


class Refusal(NamedTuple):
    """An answer that is an error.

    Attributes:
        status: The HTTP status.
        code: DynamoDB's name of the error, such as `ThrottlingException`; the status where the
            body names none.
        request_id: AWS's name of the request.
        retry_after_s: Seconds to wait before a retry, if DynamoDB names them.
        reasons: Why a transaction was canceled, an object for each of its items.
        item: The item whose condition did not hold, where the request asked for it.
    """

    status: int
    code: str
    message: str
    request_id: str = ""
    retry_after_s: float | None = None
    reasons: Sequence[dict[str, Any]] = ()
    item: dict[str, Any] | None = None

    def response(self) -> dict[str, Any]:
        """Return the refusal in the form of `response` of botocore's ClientError."""
        response: dict[str, Any] = {"Error": {"Code": self.code, "Message": self.message}}
        if self.reasons:
            response["CancellationReasons"] = list(self.reasons)
        if self.item is not None:
            response["Item"] = self.item
        return response


class RefusedError(Exception):
    """DynamoDB answered with an error, after every retry that it deserves."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.code}: {refusal.message}")
        self.refusal = refusal
