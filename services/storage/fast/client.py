"""Calls to DynamoDB's JSON protocol: signed, retried, checked, over connections kept alive."""

import random
import threading
import time
import zlib
from collections.abc import Callable
from typing import Any, Final

import orjson

from services.storage import capacity
from services.storage.binding import MAX_CONNECTIONS
from services.storage.exceptions import DeadlinePassedError
from services.storage.fast.connection import Answer, Connection, Endpoint
from services.storage.fast.credentials import Source
from services.storage.fast.failures import (
    Broken,
    ConnectionBrokenError,
    NoCredentialsFoundError,
    Refusal,
    RefusedError,
)
from services.storage.fast.retrying import Retries
from services.storage.fast.signing import Signer

_OK: Final = 200
# While DynamoDB does not answer, a process tries it about once in so many seconds; what comes in
# between fails at once, so that requests do not pile up behind time-outs.
UNREACHABLE_S: Final = 1.0
# What DynamoDB calls a request whose signature has another time than its own clock.
_SKEW: Final = ("Signature expired", "Signature not yet current")
_SKEWED: Final = frozenset({"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})


class Client:
    """Requests to one region's DynamoDB; may be used by several threads.

    Any request may be sent twice, as botocore may: it changes nothing, or is applied once however
    often it comes, or being applied twice does no harm.

    Attributes:
        retries: When to try again.
        clock: Unix seconds of this machine.
        monotonic: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        signer: Signer,
        endpoint: Endpoint,
        credentials: Source,
        *,
        connect_timeout_s: float,
        read_timeout_s: float,
    ) -> None:
        self.retries = Retries()
        self.clock: Callable[[], float] = time.time
        self.monotonic: Callable[[], float] = time.monotonic
        self._unreachable: tuple[float, ConnectionBrokenError] | None = None
        self._signer = signer
        self._endpoint = endpoint
        self._credentials = credentials
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._ahead_s = 0.0  # of DynamoDB's clock before ours, where ours was found to be wrong

    def call(self, operation: str, body: bytes) -> dict[str, Any]:
        """Return the parsed answer of an operation.

        Raises:
            DeadlinePassedError: The time that the request may take was over before.
            RefusedError: DynamoDB answered with an error.
            ConnectionBrokenError: It did not answer.
            NoCredentialsFoundError: There are no credentials.
        """
        left = capacity.seconds_left()
        if left is not None and left <= 0:
            raise DeadlinePassedError("the request took too long to ask DynamoDB once more")
        if self._unreachable is not None:
            self._fail_early(*self._unreachable)
        attempt, cost, mended = 1, None, False
        while True:
            failure: ConnectionBrokenError | Refusal
            try:
                answer = self._exchange(operation, body, again=attempt > 1)
                if answer.status == _OK:
                    parsed = _parsed(answer)
                    self._unreachable = None
                    self.retries.succeeded(cost)
                    return parsed
                failure = _refusal(answer)
                if not mended and self._mend_clock(answer, failure):
                    mended = True
                    continue
            except ConnectionBrokenError as error:
                failure = error
            cost = self.retries.again(failure, attempt, capacity.seconds_left())
            if cost is None:
                if isinstance(failure, Refusal):
                    raise RefusedError(failure)
                pause_s = UNREACHABLE_S * random.uniform(0.5, 1.5)
                self._unreachable = (self.monotonic() + pause_s, failure)
                raise failure
            attempt += 1

    def close(self) -> None:
        """Close every idle connection: before a snapshot, after a restore, at the end."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _fail_early(self, until: float, failure: ConnectionBrokenError) -> None:
        if self.monotonic() < until:
            why = f"not tried, because shortly before: {failure}"
            raise ConnectionBrokenError(failure.broken, why)

    def _exchange(self, operation: str, body: bytes, *, again: bool) -> Answer:
        credentials = self._credentials()
        if credentials is None:
            raise NoCredentialsFoundError
        now = self.clock() + self._ahead_s
        request = self._signer.request(operation, body, credentials, now)
        while True:
            connection = self._connection()
            if again or connection.waits_s != self._read_timeout_s or capacity.is_strict():
                connection.wait_at_most(self._patience_s(again=again))
            try:
                answer = connection.exchange(request)
            except ConnectionBrokenError as error:
                connection.close()
                if not error.unanswered:
                    raise
                # It was closed while idle, which is no failure of DynamoDB: the next one, or at
                # last a new one, which cannot be `unanswered`.
                continue
            except BaseException:
                connection.close()
                raise
            self._keep(connection)
            return answer

    def _patience_s(self, *, again: bool) -> float:
        """Return how long an answer is waited for; a first attempt waits as always."""
        left = capacity.seconds_left() if again or capacity.is_strict() else None
        return self._read_timeout_s if left is None else min(self._read_timeout_s, max(left, 0.05))

    def _connection(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            pass
        return Connection(
            self._endpoint,
            connect_timeout_s=self._connect_timeout_s,
            read_timeout_s=self._read_timeout_s,
        )

    def _keep(self, connection: Connection) -> None:
        if connection.reusable and len(self._idle) < MAX_CONNECTIONS:
            self._idle.append(connection)
        else:
            connection.close()

    def _mend_clock(self, answer: Answer, refusal: Refusal) -> bool:
        """Take DynamoDB's time where it says that ours is wrong; whether it did."""
        date = answer.header(b"date")
        wrong = refusal.code in _SKEWED or refusal.message.startswith(_SKEW)
        if not wrong or not date:
            return False
        from email.utils import parsedate_to_datetime

        try:
            theirs = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return False
        self._ahead_s = theirs - self.clock()
        return True


def _parsed(answer: Answer) -> dict[str, Any]:
    checksum = answer.header(b"x-amz-crc32")
    if checksum is not None and checksum != str(zlib.crc32(answer.body)):
        raise ConnectionBrokenError(Broken.CLOSED, "the answer's checksum is wrong")
    try:
        parsed: dict[str, Any] = orjson.loads(answer.body)
    except ValueError as error:
        raise ConnectionBrokenError(Broken.CLOSED, f"the answer is no JSON: {error}") from error
    return parsed


def _refusal(answer: Answer) -> Refusal:
    try:
        body = orjson.loads(answer.body)
    except ValueError:
        body = None
    body = body if isinstance(body, dict) else {}
    named = body.get("__type") or body.get("code") or str(answer.status)
    wait = answer.header(b"x-amz-retry-after")
    return Refusal(
        answer.status,
        str(named).rpartition("#")[2].partition(":")[0],
        str(body.get("message") or body.get("Message") or ""),
        answer.header(b"x-amzn-requestid") or "",
        int(wait) / 1000 if wait and wait.isdigit() else None,
        _reasons(body.get("CancellationReasons")),
        body.get("Item"),
    )


def _reasons(sent: Any) -> list[dict[str, Any]]:
    return [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
