"""The faults at one gate, and what they do to a single request. Pure, no I/O."""

import json
import math
import random
from dataclasses import dataclass
from typing import Final, Literal

from services.domain import faults

# The 99th percentile of the standard normal distribution.
_Z99: Final = 2.3263478740408408

Cut = Literal["refuse", "drop"]


@dataclass(frozen=True, slots=True)
class Latency:
    """Added latency: responses are held back for a log-normally distributed time.

    Attributes:
        median_ms: The median of the added time, in milliseconds.
        p99_ms: The 99th percentile of the added time, in milliseconds.
    """

    median_ms: float
    p99_ms: float

    def draw(self, random_source: random.Random) -> float:
        """Return one added time, in seconds."""
        if not self.median_ms:
            return 0.0
        spread = math.log(self.p99_ms / self.median_ms) / _Z99
        return random_source.lognormvariate(math.log(self.median_ms), spread) / 1000


@dataclass(frozen=True, slots=True)
class FailureResponse:
    """An error response that the gate gives to a share of the requests in place of the region.

    Attributes:
        share: The share of the requests, from 0 to 1.
        status: Status code and reason phrase, such as `503 Service Unavailable`.
        headers: Header lines without line breaks.
        body: The whole body.
    """

    share: float
    status: str
    headers: tuple[str, ...]
    body: bytes

    def serialize(self, method: bytes) -> bytes:
        """Return the bytes of the HTTP/1.1 response to a request of this method."""
        lines = (f"HTTP/1.1 {self.status}", *self.headers, f"content-length: {len(self.body)}")
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head if method == b"HEAD" else head + self.body


@dataclass(frozen=True, slots=True)
class Throttle:
    """A rate limit, as a stage of API Gateway has one: a token bucket.

    Attributes:
        rate: Requests a second.
        burst: Requests that are taken at once after a pause.
    """

    rate: float
    burst: float


class TokenBucket:
    """The requests that a throttle still takes."""

    def __init__(self, throttle: Throttle, now: float) -> None:
        """Begin with a full bucket; `now` is in monotonic seconds."""
        self.throttle = throttle
        self._tokens = throttle.burst
        self._at = now

    def take(self, now: float) -> bool:
        """Return whether one more request is taken; `now` is in monotonic seconds."""
        earned = (now - self._at) * self.throttle.rate
        self._tokens = min(self.throttle.burst, self._tokens + earned)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


# What API Gateway answers above its limit, as carte's regional stack words it.
THROTTLED: Final = FailureResponse(
    1.0,
    "429 Too Many Requests",
    ("content-type: application/graphql-response+json", "retry-after: 1"),
    json.dumps(
        {
            "errors": [
                {
                    "message": "too many requests; try again later",
                    "extensions": {"code": faults.THROTTLED, "retryable": True},
                }
            ]
        }
    ).encode(),
)


@dataclass(frozen=True, slots=True)
class GateFaults:
    """All faults that are active at a gate.

    Attributes:
        latencies: Added latencies; their times add up.
        failures: Error responses; each has a share of its own.
        cut: How connections are cut: `refuse` or `drop`, or None.
        throttle: The lowest limit of requests a second; None: no limit.
    """

    latencies: tuple[Latency, ...] = ()
    failures: tuple[FailureResponse, ...] = ()
    cut: Cut | None = None
    throttle: Throttle | None = None

    @property
    def per_request(self) -> bool:
        """Whether anything is to be decided for each request."""
        return bool(self.latencies or self.failures or self.throttle)

    def draw(self, random_source: random.Random) -> tuple[float, FailureResponse | None]:
        """Decide about one request: seconds of added latency, and the error response if any."""
        delay = sum(one.draw(random_source) for one in self.latencies)
        for failure in self.failures:
            if random_source.random() < failure.share:
                return delay, failure
        return delay, None


NO_FAULTS: Final = GateFaults()
