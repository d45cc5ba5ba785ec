"""What is wrong with the traffic of one gate, and what it means for one request. Pure, no I/O."""

import math
import random
from dataclasses import dataclass
from typing import Final, Literal

# The 99th percentile of the standard normal distribution.
_Z99: Final = 2.3263478740408408

Cut = Literal["refuse", "drop"]


@dataclass(frozen=True, slots=True)
class Slowness:
    """Answers come later than they are given, by a log-normal time.

    Attributes:
        median_ms: Half of the answers are delayed by less, in milliseconds.
        p99_ms: One in a hundred is delayed by more, in milliseconds.
    """

    median_ms: float
    p99_ms: float

    def draw(self, chance: random.Random) -> float:
        """One delay, in seconds."""
        if not self.median_ms:
            return 0.0
        spread = math.log(self.p99_ms / self.median_ms) / _Z99
        return chance.lognormvariate(math.log(self.median_ms), spread) / 1000


@dataclass(frozen=True, slots=True)
class Failing:
    """A share (0 to 1) of the requests is answered here, with this whole answer's head and body."""

    share: float
    status: str
    headers: tuple[str, ...]
    body: bytes

    def answer(self, method: bytes) -> bytes:
        """The bytes of the response."""
        lines = (f"HTTP/1.1 {self.status}", *self.headers, f"content-length: {len(self.body)}")
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head if method == b"HEAD" else head + self.body


@dataclass(frozen=True, slots=True)
class Trouble:
    """Everything that is wrong at a gate now."""

    slow: tuple[Slowness, ...] = ()
    failing: tuple[Failing, ...] = ()
    cut: Cut | None = None

    @property
    def per_request(self) -> bool:
        """Whether requests have to be told apart."""
        return bool(self.slow or self.failing)

    def fate(self, chance: random.Random) -> tuple[float, Failing | None]:
        """What becomes of one request: seconds to wait, and who answers in place of the region."""
        delay = sum(one.draw(chance) for one in self.slow)
        for one in self.failing:
            if chance.random() < one.share:
                return delay, one
        return delay, None


NO_TROUBLE: Final = Trouble()
