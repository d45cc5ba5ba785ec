"""Random numbers that are the same on every machine and Python version.

`random.Random` promises that only for `random()` itself, so everything here is made of it.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A sequence of chances that depends on nothing but its name: `Dice(seed, "us-00001", ...)`."""

    def __init__(self, *name: object) -> None:
        self.random = random.Random("/".join(map(str, name))).random

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, among: Sequence[T]) -> T:
        """Return one of the values, all with the same probability."""
        return among[int(self.random() * len(among))]

    def shuffled(self, among: Sequence[T]) -> list[T]:
        """All of them in another order."""
        keyed = [(self.random(), index) for index in range(len(among))]
        return [among[index] for _, index in sorted(keyed)]
