"""The moments at which requests are due."""

import random
from collections.abc import Callable, Iterator

Rate = Callable[[float], float]


def arrivals(rate: Rate, most: float, seconds: float, seed: int) -> Iterator[float]:
    """Seconds from the start, at random with a rate that may change (thinning a Poisson process).

    Args:
        rate: Requests a second at a moment; never above `most`.
        most: The highest rate.
        seconds: When to end.
        seed: Of chance.
    """
    source = random.Random(seed)
    at = 0.0
    while most > 0:
        at += source.expovariate(most)
        if at >= seconds:
            return
        if source.random() * most < rate(at):
            yield at
