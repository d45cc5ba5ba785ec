"""A request as its client recorded it: a line of `requests.jsonl`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import orjson

Route = Literal["persisted", "get", "post", "mutation"]
WriteKind = Literal["price", "count", "sale"]

ROUTES: Final[tuple[Route, ...]] = ("persisted", "get", "post", "mutation")
# The only route behind an origin group. CloudFront takes no POST there, and /graphql takes POST, so
# a GET of /graphql is not failed over either: its client repeats it at another path.
FAILED_OVER: Final[Route] = "persisted"
# Answers that the edge gave without asking a region: they prove nothing about the regions.
CACHE_HITS: Final = frozenset({"hit", "stale", "collapsed"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What one mutation writes: no other mutation of its kind is under way for the same cell.

    Attributes:
        value: Price in minor units, pieces counted, or pieces sold.
    """

    kind: WriteKind
    store: str
    item: str
    value: int


@dataclass(frozen=True, slots=True)
class Record:
    """One request. Times are seconds of the epoch, from one clock of this machine.

    Attributes:
        place: Where the client is: the name of the region it is next to.
        intended: When it was to be sent; latency counts from here.
        sent: When it was sent.
        done: When its whole answer was there, or the client gave up.
        status: HTTP status; 0: no answer.
        error: Why it is no success; empty on success.
        region: The region that answered, or that failed to where the edge says so.
        why: The edge's reason for that region.
        cache: What the edge's cache did.
        attempts: Number of regions that the edge tried.
        tries: How many requests the client made for it, each to another region; the record is about
            the last one's answer, and its times about all of them.
        shed: How many of those requests a region refused with 429, because it had too many.
        seen: For reads, the prices shown of items that the drill sets prices of.
        operation: The operationId of a mutation.
        attempt: 1 for its first attempt.
        cell: What the mutation writes.
        burst: Sent at once with others, beside the fixed rate.
    """

    place: str
    route: Route
    store: str
    intended: float
    sent: float
    done: float
    status: int
    error: str = ""
    region: str = ""
    why: str = ""
    cache: str = ""
    attempts: int = 0
    tries: int = 1
    shed: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)
    operation: str = ""
    attempt: int = 0
    cell: Cell | None = None
    burst: bool = False

    @property
    def ok(self) -> bool:
        """Whether the response is complete and has no error."""
        return not self.error

    @property
    def latency(self) -> float:
        """Seconds from when it was to be sent until it was answered: waiting is no excuse."""
        return self.done - self.intended

    @property
    def lag(self) -> float:
        """Seconds that the generator itself was late."""
        return self.sent - self.intended

    @property
    def from_cache(self) -> bool:
        """Whether the edge answered from its cache."""
        return self.cache in CACHE_HITS

    def line(self) -> bytes:
        """Its line in the file."""
        return orjson.dumps(self, option=orjson.OPT_APPEND_NEWLINE)


def parse(line: bytes) -> Record:
    """The record of a line."""
    data: dict[str, Any] = orjson.loads(line)
    cell = data.pop("cell")
    return Record(**data, cell=Cell(**cell) if cell else None)


def read_records(path: Path) -> list[Record]:
    """All records of a file, by intended time; a line that is still being written is left out."""
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines(keepends=True)
    records = [parse(line) for line in lines if line.endswith(b"\n")]
    return sorted(records, key=lambda one: one.intended)
