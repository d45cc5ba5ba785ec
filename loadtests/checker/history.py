"""The history of a check: operations, attempts and reads, in memory and as JSON lines."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from services.storage.keys import Key

OperationOutcome = Literal["ok", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class CheckOperation:
    """An operation of a client; every attempt repeats it.

    Attributes:
        id: Its operationId.
        client: Number of the client.
        action: Name of the mutation.
        document: What it changes.
        sets: Registers by their path in the journal, and their values.
        sold: Item id to pieces.
        input: The GraphQL input without the operationId.
    """

    id: str
    client: int
    action: str
    document: Key
    input: Mapping[str, Any]
    sets: Mapping[str, Any] = field(default_factory=dict)
    sold: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request for an operation, and its outcome.

    Attributes:
        sent: Seconds since clients began.
        ended: The same; when the answer came, or the client gave up.
        outcome: `unknown` where no answer says whether it was applied.
        answer: The mutation's payload.
        why: Of a refusal the type of error, of an unknown outcome what came instead.
    """

    operation: str
    client: int
    region: str
    sent: float
    ended: float
    outcome: OperationOutcome
    answer: Any = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A client's read of a store: menu and stock.

    Attributes:
        prices: Item id to price in minor units, of the items that the menu lists.
        counts: Item id to the last count.
        sold: Item id to net sales of the client's own region.
    """

    client: int
    region: str
    store: str
    sent: float
    ended: float
    prices: Mapping[str, int]
    counts: Mapping[str, int | None]
    sold: Mapping[str, int]


class History:
    """Collects operations, attempts and reads in the order in which they ended."""

    def __init__(self, write: Callable[[str], object] = lambda _: None) -> None:
        """Start the clock.

        Args:
            write: Takes each line, with its newline.
        """
        self._write = write
        self._began = time.monotonic()
        self.operations: dict[str, CheckOperation] = {}
        self.attempts: list[Attempt] = []
        self.reads: list[Read] = []

    def begin(self) -> None:
        """Clients begin now: the moment that all times count from."""
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds since clients began."""
        return time.monotonic() - self._began

    def add(self, operation: CheckOperation) -> None:
        """Record a new operation."""
        self.operations[operation.id] = operation
        self._line("operation", asdict(operation))

    def attempt(self, attempt: Attempt) -> None:
        """Record a finished attempt."""
        self.attempts.append(attempt)
        self._line("attempt", asdict(attempt))

    def read(self, read: Read) -> None:
        """Record a finished read."""
        self.reads.append(read)
        self._line("read", asdict(read))

    def note(self, kind: str, **what: Any) -> None:
        """Record an event that explains the history, such as a fault."""
        self._line(kind, {"at": self.now(), **what})

    def by_operation(self) -> dict[str, list[Attempt]]:
        """The attempts of each operation."""
        found: defaultdict[str, list[Attempt]] = defaultdict(list)
        for attempt in self.attempts:
            found[attempt.operation].append(attempt)
        return dict(found)

    def outcomes(self) -> dict[str, OperationOutcome]:
        """Return the outcome of each operation: `ok` after one acknowledgement."""
        attempts = self.by_operation()
        return {name: _known(attempts.get(name, ())) for name in self.operations}

    def acknowledged(self) -> Iterator[CheckOperation]:
        """The operations that some region acknowledged."""
        outcomes = self.outcomes()
        return (operation for name, operation in self.operations.items() if outcomes[name] == "ok")

    def _line(self, kind: str, what: Mapping[str, Any]) -> None:
        text = json.dumps({"kind": kind, **what}, ensure_ascii=False, default=str)
        self._write(text + "\n")


def _known(attempts: "list[Attempt] | tuple[()]") -> OperationOutcome:
    outcomes = {attempt.outcome for attempt in attempts}
    if "ok" in outcomes:
        return "ok"
    return "refused" if outcomes == {"refused"} else "unknown"
