"""When to try again, and after how long: botocore's standard retry mode for DynamoDB.

`tests/unit/storage/test_fast_contract.py` compares every number and name here with botocore's own.
"""

import random
import threading
import time
from collections.abc import Callable
from typing import Final

from services.storage.binding import TOTAL_ATTEMPTS
from services.storage.fast.failures import ConnectionBrokenError, Refusal

TRANSIENT_CODES: Final = frozenset(
    {"RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"}
)
TRANSIENT_STATUSES: Final = frozenset({500, 502, 503, 504})
THROTTLED_CODES: Final = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "TooManyRequestsException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "RequestThrottled",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
    }
)
THROTTLED_STATUS: Final = 429
THROTTLED_SCALE_S: Final = 1.0
TRANSIENT_SCALE_S: Final = 0.025
MAX_BACKOFF_S: Final = 20.0
MAX_RETRY_AFTER_S: Final = 5.0  # beyond our own backoff, where DynamoDB names a time to wait
QUOTA: Final = 500
COST: Final = 14
THROTTLED_COST: Final = 5

Failure = ConnectionBrokenError | Refusal


class Retries:
    """Decides about every failed attempt of a process; the quota is shared by its threads.

    Attributes:
        pause: Waits some seconds.
        chance: A random number from 0 to 1.
    """

    def __init__(self) -> None:
        self.pause: Callable[[float], None] = time.sleep
        self.chance: Callable[[], float] = random.random
        self._quota = QUOTA
        self._lock = threading.Lock()

    def again(
        self, failure: Failure, attempt: int, seconds_left: float | None = None
    ) -> int | None:
        """Wait for the next attempt, and return its cost; None means that there is none.

        Args:
            failure: How the attempt ended.
            attempt: Its number, from 1.
            seconds_left: Seconds that the request may still take; None means no limit.
        """
        if attempt >= TOTAL_ATTEMPTS or not _is_retryable(failure):
            return None
        throttled = _is_throttled(failure)
        cost = THROTTLED_COST if throttled else COST
        delay_s = self._delay(failure, attempt, throttled=throttled)
        if seconds_left is not None and delay_s >= seconds_left:
            return None
        with self._lock:
            if cost > self._quota:
                return None
            self._quota -= cost
        self.pause(delay_s)
        return cost

    def succeeded(self, cost: int | None) -> None:
        """Put the cost of the last retry back into the quota, or 1 where there was no retry."""
        if self._quota != QUOTA:
            with self._lock:
                self._quota = min(QUOTA, self._quota + (cost or 1))

    def _delay(self, failure: Failure, attempt: int, *, throttled: bool) -> float:
        scale = THROTTLED_SCALE_S if throttled else TRANSIENT_SCALE_S
        own = self.chance() * min(scale * 2.0 ** (attempt - 1), MAX_BACKOFF_S)
        named = failure.retry_after_s if isinstance(failure, Refusal) else None
        return own if named is None else max(own, min(named, MAX_RETRY_AFTER_S + own))


def _is_throttled(failure: Failure) -> bool:
    if isinstance(failure, ConnectionBrokenError):
        return False
    return failure.code in THROTTLED_CODES or failure.status == THROTTLED_STATUS


def _is_retryable(failure: Failure) -> bool:
    if isinstance(failure, ConnectionBrokenError):
        return True
    return (
        failure.code in TRANSIENT_CODES
        or failure.status in TRANSIENT_STATUSES
        or _is_throttled(failure)
    )
