"""Every request of a run, counted by second, name and region, and what the generator used."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from loadtests.load.histogram import Histogram

ANY = "*"


@dataclass(slots=True)
class Cell:
    """What happened to requests of one name, in one region, in one second."""

    failures: int = 0
    times: Histogram = field(default_factory=Histogram)
    caches: Counter[str] = field(default_factory=Counter)

    @property
    def requests(self) -> int:
        """All of them, failed ones included."""
        return self.times.total

    def merge(self, other: "Cell") -> None:
        """Add what another process counted."""
        self.failures += other.failures
        self.times.merge(other.times)
        self.caches.update(other.caches)


Key = tuple[int, str, str]


class Recording:
    """Cells by (second, name, region), reasons of failures, and the generator's own figures.

    Attributes:
        users: by second.
        staleness_s: how long a price took to be seen from elsewhere, each time it was looked for.
        generators: by process of the generator, (second, share of a core, lag in milliseconds).
    """

    def __init__(self) -> None:
        self.cells: dict[Key, Cell] = defaultdict(Cell)
        self.reasons: Counter[str] = Counter()
        self.users: dict[int, int] = {}
        self.staleness_s: list[float] = []
        self.generators: dict[str, list[tuple[int, float, float]]] = defaultdict(list)

    def add(
        self, second: int, name: str, region: str, *, took_ms: float, wrong: str, cache: str
    ) -> None:
        """Count one request."""
        cell = self.cells[second, name, region]
        cell.times.add(took_ms)
        if wrong:
            cell.failures += 1
            self.reasons[f"{name}: {wrong}"] += 1
        if cache:
            cell.caches[cache] += 1

    def merge(self, other: Self) -> None:
        """Add what another process counted."""
        for key, cell in other.cells.items():
            self.cells[key].merge(cell)
        self.reasons.update(other.reasons)
        for second, users in other.users.items():
            self.users[second] = self.users.get(second, 0) + users
        self.staleness_s += other.staleness_s
        for name, rows in other.generators.items():
            self.generators[name] += rows

    def total(
        self, name: str = ANY, region: str = ANY, *, since: int = 0, until: int = 10**9
    ) -> Cell:
        """The sum of cells."""
        found = Cell()
        for (second, one, where), cell in self.cells.items():
            if name in {ANY, one} and region in {ANY, where} and since <= second < until:
                found.merge(cell)
        return found

    def names(self) -> list[str]:
        """Requests by name."""
        return sorted({name for _, name, _ in self.cells})

    def regions(self) -> list[str]:
        """Regions that answered; those of requests that none answered are empty."""
        return sorted({region for _, _, region in self.cells})

    def seconds(self) -> int:
        """How long it went."""
        return max((second for second, _, _ in self.cells), default=-1) + 1

    def windows(self, width: int) -> Iterator[tuple[int, int]]:
        """Seconds from and to, of equal width; the rest at the end is left out."""
        for start in range(0, self.seconds() - width + 1, width):
            yield start, start + width

    def to_json(self) -> dict[str, Any]:
        """For the wire and for files."""
        return {
            "cells": [
                [*key, cell.failures, cell.times.to_json(), dict(cell.caches)]
                for key, cell in sorted(self.cells.items())
            ],
            "reasons": dict(self.reasons),
            "users": {str(second): users for second, users in self.users.items()},
            "staleness_s": self.staleness_s,
            "generators": {name: list(rows) for name, rows in self.generators.items()},
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """What `to_json` made."""
        found = cls()
        for second, name, region, failures, times, caches in told["cells"]:
            found.cells[second, name, region] = Cell(failures, Histogram.of(times), Counter(caches))
        found.reasons.update(told["reasons"])
        found.users = {int(second): users for second, users in told["users"].items()}
        found.staleness_s = list(told["staleness_s"])
        for name, rows in told["generators"].items():
            found.generators[name] = [(row[0], row[1], row[2]) for row in rows]
        return found
