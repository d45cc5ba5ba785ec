"""Entries of a stored document that are decoded only where more than their values is needed.

A menu reads three values of each item and merges nothing. Making a register and a stamp of each
takes fifteen times as long as reading the values where they lie.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from services.domain.register import more_of

T = TypeVar("T")


class DecodedEntries(Mapping[str, T]):
    """A map whose values are made at their first use, and which equals a dict of the same ones."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(dict(self))

    def __eq__(self, other: object) -> bool:
        return dict(self) == (dict(other) if isinstance(other, Mapping) else other)

    __hash__ = None  # type: ignore[assignment]  # equal to a dict, so as unhashable as one


class StoredEntries(DecodedEntries[T]):
    """Entries of which the stored ones are at hand.

    Attributes:
        stored: The entries as they are stored, for whoever needs only their values.
    """

    __slots__ = ("stored",)

    stored: Mapping[str, Any]


class LazyEntries(StoredEntries[T]):
    """A map that is decoded, whole, at its first use as a map."""

    __slots__ = ("_decode", "_decoded")

    def __init__(self, stored: Mapping[str, Any], decode: Callable[[], Mapping[str, T]]) -> None:
        self.stored = stored
        self._decode = decode
        self._decoded: Mapping[str, T] | None = None

    @property
    def more(self) -> Mapping[str, Any]:
        """What a newer version stored beside the entries; see `register.more_of`."""
        return more_of(self.decoded())

    def decoded(self) -> Mapping[str, T]:
        """Return the decoded map."""
        if self._decoded is None:
            self._decoded = self._decode()
        return self._decoded

    def __getitem__(self, key: str) -> T:
        return self.decoded()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.decoded())

    def __len__(self) -> int:
        return len(self.decoded())
