"""The faults of the local provider that a gate before it cannot cause, and their combination."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ProviderFaults:
    """Shares are from 0 to 1.

    Attributes:
        lost: Of the requests that change something, the share whose answer never arrives although
            the effect happened.
        failed: Of the requests that change something, the share that is answered 500 without an
            effect; the answer is kept under the request's key, as Stripe keeps it.
        twice: Of the webhooks, the share that is delivered twice.
        late_s: Webhooks are held back for a random time up to this, so that they overtake each
            other.
    """

    lost: float = 0.0
    failed: float = 0.0
    twice: float = 0.0
    late_s: float = 0.0

    @classmethod
    def combined(cls, values: Iterable[Mapping[str, Any]]) -> Self:
        """Return what several faults amount to: of each kind the worst."""
        known = list(values)
        return cls(
            **{
                name: max((float(one.get(name, 0.0)) for one in known), default=0.0)
                for name in ("lost", "failed", "twice", "late_s")
            }
        )

    def loses(self, random_source: random.Random) -> bool:
        """Draw whether an answer gets lost."""
        return random_source.random() < self.lost

    def fails(self, random_source: random.Random) -> bool:
        """Draw whether a request fails."""
        return self.failed > 0 and random_source.random() < self.failed

    def copies(self, random_source: random.Random) -> int:
        """Draw how often a webhook is delivered."""
        return 2 if random_source.random() < self.twice else 1

    def delay_s(self, random_source: random.Random) -> float:
        """Draw how long a webhook is held back, in seconds."""
        return random_source.uniform(0.0, self.late_s) if self.late_s else 0.0
