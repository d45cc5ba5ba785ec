"""Every request of a load run, counted by second, name and region."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from localcloud.histogram import Histogram

ANY = "*"


@dataclass(slots=True)
class Cell:
    """Requests of one name, answered by one region, in one second.

    Attributes:
        failures: Requests without success.
        times: Response times of all requests.
        caches: Responses by what the edge's cache did.
    """

    failures: int = 0
    times: Histogram = field(default_factory=Histogram)
    caches: Counter[str] = field(default_factory=Counter)

    @property
    def requests(self) -> int:
        """The number of requests, failed ones included."""
        return self.times.total

    def merge(self, other: "Cell") -> None:
        """Add the counts of another process."""
        self.failures += other.failures
        self.times.merge(other.times)
        self.caches.update(other.caches)


Key = tuple[int, str, str]


class Recording:
    """Cells by (second, name, region), reasons of failures, and the generator's own figures.

    Attributes:
        cells: By second, name and region.
        reasons: Reasons of failures, and how often each occurred.
        users: By second.
        staleness_s: How long each watched price took to be seen from elsewhere, in seconds.
        generators: By process of the generator, (second, share of a core, lag in milliseconds).
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
        """Count one request; `wrong` is the reason of a failure, empty for a success."""
        cell = self.cells[second, name, region]
        cell.times.add(took_ms)
        if wrong:
            cell.failures += 1
            self.reasons[f"{name}: {wrong}"] += 1
        if cache:
            cell.caches[cache] += 1

    def merge(self, other: Self) -> None:
        """Add the counts of another process."""
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
        """Return the sum of the cells with a name, a region and a time."""
        found = Cell()
        for (second, one, where), cell in self.cells.items():
            if name in {ANY, one} and region in {ANY, where} and since <= second < until:
                found.merge(cell)
        return found

    def names(self) -> list[str]:
        """Return the names of all requests."""
        return sorted({name for _, name, _ in self.cells})

    def regions(self) -> list[str]:
        """Return the regions that answered; an empty name stands for no answer."""
        return sorted({region for _, _, region in self.cells})

    def seconds(self) -> int:
        """Return the length of the run in seconds; 0 if nothing was recorded."""
        return max((second for second, _, _ in self.cells), default=-1) + 1

    def windows(self, width: int) -> Iterator[tuple[int, int]]:
        """Return the first second and the end of windows of equal width; a rest is left out."""
        for start in range(0, self.seconds() - width + 1, width):
            yield start, start + width

    def to_json(self) -> dict[str, Any]:
        """Return the recording as JSON can hold it."""
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
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` returned."""
        found = cls()
        for second, name, region, failures, times, caches in data["cells"]:
            found.cells[second, name, region] = Cell(failures, Histogram.of(times), Counter(caches))
        found.reasons.update(data["reasons"])
        found.users = {int(second): users for second, users in data["users"].items()}
        found.staleness_s = list(data["staleness_s"])
        for name, rows in data["generators"].items():
            found.generators[name] = [(row[0], row[1], row[2]) for row in rows]
        return found
