"""Why an order cannot be placed: one type for each reason that a client handles by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.errors import CarteError

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be ordered.

    Attributes:
        message: What is wrong and what to do, for people.
        path: Where in the input, such as `("lines", "0", "quantity")`.
    """

    message: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class InvalidOrder(Refusal):
    """A value is out of its range."""


@dataclass(frozen=True, slots=True)
class OrderTooLarge(Refusal):
    """The order has more lines or pieces, or costs more, than an order may."""


@dataclass(frozen=True, slots=True)
class NotInCatalog(Refusal):
    """The market's published catalog has no such item."""


@dataclass(frozen=True, slots=True)
class NotListed(Refusal):
    """The store does not sell the item, or not at the time of the pickup."""


@dataclass(frozen=True, slots=True)
class SoldOut(Refusal):
    """Fewer pieces are left than the order wants.

    Attributes:
        item_id: The item.
        left: Pieces that can be ordered, 0 or more.
    """

    item_id: str = ""
    left: int = 0


@dataclass(frozen=True, slots=True)
class PriceChanged(Refusal):
    """The order costs something else than the client showed the guest.

    Attributes:
        total: What it costs now, tax included, in minor units.
        currency: ISO 4217 code.
    """

    total: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class StoreClosed(Refusal):
    """The store is closed at the time of the pickup, or closes before the order can be ready.

    Attributes:
        next_slot: Start of the first slot that can be chosen; None if there is none within a week.
    """

    next_slot: datetime | None = None


@dataclass(frozen=True, slots=True)
class SlotFull(Refusal):
    """The kitchen can make no further order in the pickup slot."""


class OrderRefusedError(CarteError):
    """An order cannot be placed.

    Attributes:
        refusals: All reasons that were found, at least one.
    """

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("; ".join(one.message for one in refusals))
        self.refusals = tuple(refusals)
