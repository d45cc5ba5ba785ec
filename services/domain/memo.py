"""What is derived from an immutable object and kept with it, so that it is made once."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Memo(Generic[_Key, _Value]):
    """A cache that an immutable object holds of values derived from it; no part of its value.

    Two threads may make a value at once: both are the same, and one is kept.
    """

    __slots__ = ("_kept", "get")

    def __init__(self) -> None:
        self._kept: dict[_Key, _Value] = {}
        self.get: Callable[[_Key], _Value | None] = self._kept.get

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._kept)

    def get_or_make(self, key: _Key, make: Callable[[], _Value], most: int | None = None) -> _Value:
        """Return the value that is kept, or make and keep it.

        Args:
            key: Its key.
            make: Makes it.
            most: Values that are kept at once; where there are as many, all are dropped before
                another is kept. None: any number.
        """
        found = self.get(key)
        if found is None:
            found = make()
            if most is not None and len(self._kept) >= most:
                self._kept.clear()
            self._kept[key] = found
        return found
