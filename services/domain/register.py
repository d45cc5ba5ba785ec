"""The last-writer-wins register, by stamp and not by wall clock, and maps of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.domain.stamp import Stamp

T = TypeVar("T")
K = TypeVar("K", bound=str)


@dataclass(frozen=True, slots=True)
class Register(Generic[T]):
    """A value and the stamp of the write that set it."""

    value: T
    stamp: Stamp

    def merge(self, other: "Register[T]") -> "Register[T]":
        """The one with the higher stamp.

        Stamps are unique per document. Should two equal ones meet all the same (a broken writer),
        the values' JSON texts decide, so that every region decides alike.
        """
        if self.stamp != other.stamp:
            return self if self.stamp > other.stamp else other
        return self if _canonical(self.value) >= _canonical(other.value) else other


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def merge_registers(a: Mapping[K, Register[T]], b: Mapping[K, Register[T]]) -> dict[K, Register[T]]:
    """Join two maps of registers entry by entry; keys come out sorted, so equal joins are equal."""
    return {
        key: a[key].merge(b[key]) if key in a and key in b else (a[key] if key in a else b[key])
        for key in sorted(a.keys() | b.keys())
    }


def assign(
    registers: Mapping[K, Register[T]], changes: Mapping[K, T], stamp: Stamp
) -> dict[K, Register[T]]:
    """Set the entries that really change; an entry that already has the value keeps its stamp."""
    written = {
        key: Register(value, stamp)
        for key, value in changes.items()
        if key not in registers or registers[key].value != value
    }
    return merge_registers(registers, written)
