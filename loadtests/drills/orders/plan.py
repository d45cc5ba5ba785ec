"""What a drill's file says about its orders: `orders` of the extension `carte`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from loadtests.drills.exceptions import DrillError

_STORES: Final = 2
_PIECES: Final = 40
_MOST_PIECES: Final = 100_000


@dataclass(frozen=True, slots=True)
class OrdersPlan:
    """The stores that guests order from.

    Attributes:
        stores: How many there are.
        pieces: How many pieces of the counted item each has.
    """

    stores: int = _STORES
    pieces: int = _PIECES

    @classmethod
    def read(cls, carte: Mapping[str, Any]) -> Self | None:
        """Return the plan of an experiment's extension; None: the drill has no orders.

        Raises:
            DrillError: It states something else than numbers from 1.
        """
        found = carte.get("orders")
        if found is None:
            return None
        values = {"stores": _STORES, "pieces": _PIECES, **found}
        numbers = [isinstance(one, int) and 1 <= one <= _MOST_PIECES for one in values.values()]
        if values.keys() != {"stores", "pieces"} or not all(numbers):
            raise DrillError(
                "`orders` of the extension `carte` is wrong", "write {stores: 2, pieces: 40}"
            )
        return cls(**values)
