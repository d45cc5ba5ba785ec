"""Entries of a stored document that are decoded only where more than their values is needed.

A menu reads three values of each item and merges nothing. Making a register and a stamp of each
takes fifteen times as long as reading the values where they lie.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


class LazyEntries(Mapping[str, T]):
    """A map that is decoded, whole, at its first use as a map.

    Attributes:
        stored: The entries as they are stored, for whoever needs only their values.
    """

    __slots__ = ("_decode", "_decoded", "stored")

    def __init__(self, stored: Mapping[str, Any], decode: Callable[[], Mapping[str, T]]) -> None:
        self.stored = stored
        self._decode = decode
        self._decoded: Mapping[str, T] | None = None

    def _all(self) -> Mapping[str, T]:
        if self._decoded is None:
            self._decoded = self._decode()
        return self._decoded

    def __getitem__(self, key: str) -> T:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __eq__(self, other: object) -> bool:
        return dict(self._all()) == (dict(other) if isinstance(other, Mapping) else other)

    __hash__ = None  # type: ignore[assignment]  # equal to a dict, so as unhashable as one
