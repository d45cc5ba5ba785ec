"""The last-writer-wins register, by stamp and not by wall clock, and maps of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from services.domain.stamp import Stamp

T = TypeVar("T")
K = TypeVar("K", bound=str)


@dataclass(frozen=True, slots=True)
class Register(Generic[T]):
    """A value and the stamp of the write that set it."""

    value: T
    stamp: Stamp

    def merge(self, other: "Register[T]") -> "Register[T]":
        """Return the one with the higher stamp.

        Stamps are unique per document. Should two equal ones meet all the same (a broken writer),
        the values' JSON texts decide, so that every region decides alike.
        """
        if self.stamp != other.stamp:
            return self if self.stamp > other.stamp else other
        return self if _canonical(self.value) >= _canonical(other.value) else other


def _canonical(value: object) -> str:
    """Return a value's JSON text, equal for equal values whatever the order of their mappings."""
    return json.dumps(value, sort_keys=True, default=_as_mapping)


def _as_mapping(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def merge_registers(a: Mapping[K, Register[T]], b: Mapping[K, Register[T]]) -> dict[K, Register[T]]:
    """Join two maps of registers entry by entry; keys come out sorted, so equal joins are equal."""
    return {
        key: a[key].merge(b[key]) if key in a and key in b else (a[key] if key in a else b[key])
        for key in sorted(a.keys() | b.keys())
    }


def assign(
    registers: Mapping[K, Register[T]],
    changes: Mapping[K, T],
    stamp: Stamp,
    *,
    again: bool = False,
) -> dict[K, Register[T]]:
    """Set entries at a stamp.

    Args:
        registers: The entries so far.
        changes: Entry to value.
        stamp: Of the write.
        again: Also set entries that have the value already. Whoever says "true" where true stands
            means it, and must not lose to an older "false" that is still on its way. An import,
            which only wants the value to be there, leaves such entries alone.
    """
    written = {
        key: Register(value, stamp)
        for key, value in changes.items()
        if again or key not in registers or registers[key].value != value
    }
    return merge_registers(registers, written)
