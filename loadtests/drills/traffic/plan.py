"""The plan of a drill's traffic: `traffic.json` of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import orjson

from loadtests.drills.records import Route

REQUESTS: Final = "requests.jsonl"
COMMANDS: Final = "commands.jsonl"
SUMMARY: Final = "traffic-summary.json"
PLAN: Final = "traffic.json"


@dataclass(frozen=True, slots=True)
class TrafficPlan:
    """The clients of one drill.

    Attributes:
        url: Of the edge.
        name: Of the drill's dataset; starts every operationId.
        places: Regions that clients are next to.
        rates: Requests a second of each route, from each place.
        stores: Read and written by all places.
        prices: Place to the items whose prices its clients set, in every store; nobody else does.
        counts: Items that are counted; each store's once.
        sales: Items that are sold; each store's once.
        token: For mutations.
        read_patience_s: How long a reader waits before giving up.
        write_patience_s: How long a writer waits before trying again.
        retry_pause_s: Between two attempts of one operation.
        final_retry_s: How long, after the end, operations without an answer are tried again.
        fails_over: Whether clients repeat at once, at the edge's other paths, what is no persisted
            read; else they wait for health checks and DNS.
    """

    url: str
    name: str
    places: tuple[str, ...]
    rates: Mapping[Route, float]
    stores: tuple[str, ...]
    prices: Mapping[str, Sequence[str]]
    counts: tuple[str, ...]
    sales: tuple[str, ...]
    token: str
    read_patience_s: float = 10.0
    write_patience_s: float = 2.5
    retry_pause_s: float = 0.3
    final_retry_s: float = 20.0
    fails_over: bool = True

    def save(self, folder: Path) -> None:
        """Write the plan into a run's folder, readable by its owner only: it holds a token."""
        path = folder / PLAN
        path.touch(mode=0o600)
        path.write_bytes(orjson.dumps(asdict(self)))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read it, and remove the file with the token."""
        path = folder / PLAN
        data: dict[str, Any] = orjson.loads(path.read_bytes())
        path.unlink()
        for name in ("places", "stores", "counts", "sales"):
            data[name] = tuple(data[name])
        return cls(**data)
