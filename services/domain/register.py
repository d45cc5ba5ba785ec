"""The last-writer-wins register, by stamp and not by wall clock, and maps of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from services.domain.stamp import Stamp

T = TypeVar("T")
K = TypeVar("K", bound=str)
V = TypeVar("V")

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class InvalidDocumentError(ValueError):
    """A stored document does not have its type's layout."""


class NewerDocumentError(InvalidDocumentError):
    """A stored document has parts of a newer version of carte which this one cannot write back."""


class EntriesAndMore(dict[K, V]):
    """Entries of a stored document, with what a newer version of carte stored beside them.

    Attributes:
        more: The parts of the document's body that this version does not read; written back.
    """

    __slots__ = ("more",)

    def __init__(self, entries: Mapping[K, V], more: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self.more = more


def more_of(entries: Mapping[Any, Any]) -> Mapping[str, Any]:
    """Return what a newer version stored beside entries; empty where there is nothing."""
    more: Mapping[str, Any] = getattr(entries, "more", _NOTHING)
    return more


def with_more(entries: dict[K, V], more: Mapping[str, Any]) -> dict[K, V]:
    """Return entries with what a newer version stored beside them."""
    return EntriesAndMore(entries, more) if more else entries


def join_more(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Join what a newer version stored in two versions of a document.

    How it merges is not known here. So nothing of it is chosen: what one of them has stays, and
    two that differ are left to the version that wrote them.

    Raises:
        NewerDocumentError: They have different values of one part.
    """
    if not one or not other or one == other:
        return one or other
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            raise _not_joined(name)
    return {**one, **other}


def join_tails(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    """Join what a newer version stored at the end of two versions of a row, as `join_more`.

    Raises:
        NewerDocumentError: They have different values.
    """
    if not one or not other or one == other:
        return one or other
    raise _not_joined("the end of a row")


def _not_joined(part: str) -> NewerDocumentError:
    return NewerDocumentError(
        f"two versions differ in {part}, which a newer version of carte wrote: this one keeps both "
        "as they are, and a region of that version joins them"
    )


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
    """Join two maps of registers entry by entry; keys come out sorted, so equal joins are equal.

    Raises:
        NewerDocumentError: What a newer version stored beside them cannot be joined.
    """
    joined = {
        key: a[key].merge(b[key]) if key in a and key in b else (a[key] if key in a else b[key])
        for key in sorted(a.keys() | b.keys())
    }
    return with_more(joined, join_more(more_of(a), more_of(b)))


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
