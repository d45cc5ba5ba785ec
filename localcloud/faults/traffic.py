"""The faults at one gate, and what they do to a single request. Pure, no I/O."""

import math
import random
from dataclasses import dataclass
from typing import Final, Literal

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
class GateFaults:
    """All faults that are active at a gate.

    Attributes:
        latencies: Added latencies; their times add up.
        failures: Error responses; each has a share of its own.
        cut: How connections are cut: `refuse` or `drop`, or None.
    """

    latencies: tuple[Latency, ...] = ()
    failures: tuple[FailureResponse, ...] = ()
    cut: Cut | None = None

    @property
    def per_request(self) -> bool:
        """Whether anything is to be decided for each request."""
        return bool(self.latencies or self.failures)

    def draw(self, random_source: random.Random) -> tuple[float, FailureResponse | None]:
        """Decide about one request: seconds of added latency, and the error response if any."""
        delay = sum(one.draw(random_source) for one in self.latencies)
        for failure in self.failures:
            if random_source.random() < failure.share:
                return delay, failure
        return delay, None


NO_FAULTS: Final = GateFaults()
