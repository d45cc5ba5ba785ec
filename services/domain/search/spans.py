"""Runs of the words of a search."""

from collections.abc import Iterator


def spans(count: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield the first word of each run of words, and the one after its last."""
    for first in range(count):
        for last in range(first + 1, min(count, first + longest) + 1):
            yield first, last
