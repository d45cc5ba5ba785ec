"""What the current request used of DynamoDB, as DynamoDB reports it, and how long it may try."""

import time
from contextvars import ContextVar, Token
from typing import Any, Final, Self

_READS: Final = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}


class Capacity:
    """Counts what a block of code costs; blocks nest, and each counts only its own.

    Attributes:
        requests: Calls to DynamoDB.
        read_units: Read request units, as `ReturnConsumedCapacity` reports them.
        write_units: Write request units in this region, without replication.
        deadline: Monotonic seconds after which nothing is tried again; None means no limit.
    """

    __slots__ = ("_token", "deadline", "read_units", "requests", "write_units")

    _token: "Token[Capacity | None]"

    def __init__(self, deadline: float | None = None) -> None:
        self.deadline = deadline
        self.requests = 0
        self.read_units = 0.0
        self.write_units = 0.0

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


_current: ContextVar[Capacity | None] = ContextVar("capacity", default=None)


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
