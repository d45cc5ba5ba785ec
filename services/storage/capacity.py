"""How much of DynamoDB the current request used, from what DynamoDB itself says."""

from contextvars import ContextVar, Token
from typing import Any, Final, Self

_READS: Final = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}


class Capacity:
    """What a block of code cost that runs within it; blocks nest, and each counts only its own.

    Attributes:
        requests: calls to DynamoDB.
        read_units: read request units, as `ReturnConsumedCapacity` reports them.
        write_units: write request units in this region, without replication.
    """

    __slots__ = ("_token", "read_units", "requests", "write_units")

    _token: "Token[Capacity | None]"

    def __init__(self) -> None:
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
    """Calls to DynamoDB in the innermost `measured` block."""
    capacity = _current.get()
    return 0 if capacity is None else capacity.requests


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
