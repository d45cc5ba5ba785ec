"""What clients did and saw during a check, kept in memory and written down as JSON lines."""

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
    """An operation as a client made it up; every attempt repeats it.

    Attributes:
        id: its operationId.
        client: number of the client.
        action: name of the mutation.
        document: what it changes.
        sets: registers by their path in the journal, and their values.
        sold: item id to pieces.
        input: the GraphQL input without the operationId.
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
    """One request for an operation, and what became of it.

    Attributes:
        sent: seconds since clients began.
        ended: the same; when the answer came, or the client gave up.
        outcome: `unknown` when no answer told whether it was applied.
        answer: the mutation's payload.
        why: of a refusal the type of error, of an unknown outcome what came instead.
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
    """What a client saw of a store: its menu and its stock.

    Attributes:
        prices: item id to price in minor units, of the items that the menu lists.
        counts: item id to the last count.
        sold: item id to net sales of the client's own region.
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
    """Everything that happened, in the order in which it ended."""

    def __init__(self, write: Callable[[str], object] = lambda _: None) -> None:
        """Start the clock.

        Args:
            write: takes each line, with its newline.
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

    def ask(self, asked: CheckOperation) -> None:
        """A client made up an operation."""
        self.operations[asked.id] = asked
        self._line("operation", asdict(asked))

    def attempt(self, attempt: Attempt) -> None:
        """A request for an operation ended."""
        self.attempts.append(attempt)
        self._line("attempt", asdict(attempt))

    def read(self, read: Read) -> None:
        """A client read."""
        self.reads.append(read)
        self._line("read", asdict(read))

    def note(self, kind: str, **what: Any) -> None:
        """Something else that explains what was seen: a fault, a stage of the check."""
        self._line(kind, {"at": self.now(), **what})

    def by_operation(self) -> dict[str, list[Attempt]]:
        """The attempts of each operation."""
        found: defaultdict[str, list[Attempt]] = defaultdict(list)
        for attempt in self.attempts:
            found[attempt.operation].append(attempt)
        return dict(found)

    def outcomes(self) -> dict[str, OperationOutcome]:
        """What the clients know of each operation: acknowledged once is acknowledged."""
        told = self.by_operation()
        return {name: _known(told.get(name, ())) for name in self.operations}

    def acknowledged(self) -> Iterator[CheckOperation]:
        """The operations that some region acknowledged."""
        outcomes = self.outcomes()
        return (asked for name, asked in self.operations.items() if outcomes[name] == "ok")

    def _line(self, kind: str, what: Mapping[str, Any]) -> None:
        text = json.dumps({"kind": kind, **what}, ensure_ascii=False, default=str)
        self._write(text + "\n")


def _known(attempts: "list[Attempt] | tuple[()]") -> OperationOutcome:
    told = {attempt.outcome for attempt in attempts}
    if "ok" in told:
        return "ok"
    return "refused" if told == {"refused"} else "unknown"
