"""How much of DynamoDB the current request used, from what DynamoDB itself says."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

_READS: Final = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}


@dataclass(slots=True)
class Capacity:
    """What a piece of work cost.

    Attributes:
        requests: calls to DynamoDB.
        read_units: read request units, as `ReturnConsumedCapacity` reports them.
        write_units: write request units in this region, without replication.
    """

    requests: int = 0
    read_units: float = 0.0
    write_units: float = 0.0


_current: ContextVar[Capacity | None] = ContextVar("capacity", default=None)


@contextmanager
def measured() -> Iterator[Capacity]:
    """Count what the block uses; blocks nest, and each counts only its own."""
    capacity = Capacity()
    token = _current.set(capacity)
    try:
        yield capacity
    finally:
        _current.reset(token)


def record(operation: str, answer: dict[str, Any]) -> None:
    """Add one answer of DynamoDB to the current count, if there is one."""
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
