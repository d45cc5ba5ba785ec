"""What the current request used of DynamoDB, as DynamoDB reports it, and how long it may try."""

import time
from contextvars import ContextVar, Token
from typing import Any, Final, Self

_READS: Final = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}
CLEANUP_S: Final = 2.5
# After the deadline of the block around it: what was begun by then may have taken so long, and
# Lambda stops the invocation five seconds after it.
_OVERRUN_S: Final = 4.0


class Capacity:
    """Counts what a block of code costs; blocks nest, and each counts only its own.

    Attributes:
        requests: Calls to DynamoDB.
        read_units: Read request units, as `ReturnConsumedCapacity` reports them.
        write_units: Write request units in this region, without replication.
        deadline: Monotonic seconds after which nothing is tried again; None means no limit.
        strict: Whether an answer is not waited for beyond the deadline either.
    """

    __slots__ = ("_token", "deadline", "read_units", "requests", "strict", "write_units")

    _token: "Token[Capacity | None]"

    def __init__(self, deadline: float | None = None, *, strict: bool = False) -> None:
        self.deadline = deadline
        self.strict = strict
        self.requests = 0
        self.read_units = 0.0
        self.write_units = 0.0

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


_current: ContextVar[Capacity | None] = ContextVar("capacity", default=None)


def cleanup() -> Capacity:
    """Return a block for what undoes or ends something, whose own time may be over.

    It ends before Lambda stops the invocation.
    """
    now, around = time.monotonic(), _current.get()
    own = now + CLEANUP_S
    if around is not None and around.deadline is not None:
        own = min(own, around.deadline + _OVERRUN_S)
    return Capacity(own, strict=True)


def requests_so_far() -> int:
    """Return the number of calls to DynamoDB in the innermost block."""
    capacity = _current.get()
    return 0 if capacity is None else capacity.requests


def seconds_left() -> float | None:
    """Return the seconds until the deadline of the innermost block; None where it has none."""
    capacity = _current.get()
    if capacity is None or capacity.deadline is None:
        return None
    return capacity.deadline - time.monotonic()


def is_strict() -> bool:
    """Return whether no answer is waited for beyond the deadline of the innermost block."""
    capacity = _current.get()
    return capacity is not None and capacity.strict


def record(operation: str, answer: dict[str, Any]) -> None:
    """Add one answer of DynamoDB to the innermost block, if there is one."""
    capacity = _current.get()
    if capacity is None:
        return
    capacity.requests += 1
    consumed = answer.get("ConsumedCapacity") or []
    for one in consumed if isinstance(consumed, list) else [consumed]:
        units = float(one.get("CapacityUnits", 0.0))
        if operation in _READS:
            capacity.read_units += units
        else:
            capacity.write_units += units
