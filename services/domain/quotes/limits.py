"""How large an order may be, and from which size on somebody looks at it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from services.domain.quotes.refusals import InvalidOrder, OrderTooLarge, Refusal
from services.domain.validation import InvalidFieldError, text

MAX_NOTE: Final = 200  # characters

# About 150 euros.
_REVIEW: Final[Mapping[str, int]] = {
    **dict.fromkeys(("USD", "CAD", "EUR", "AUD", "SGD"), 15_000),
    "GBP": 13_000,
    "MYR": 70_000,
    "JPY": 25_000,
    "INR": 1_400_000,
}


class RequestedLine(NamedTuple):
    """A line of an order that a guest wants priced.

    Attributes:
        item_id: Id of a catalog item.
        quantity: Pieces.
        note: A wish of the guest; may be empty. Personal data: it is in no fact of the order.
    """

    item_id: str
    quantity: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrderLimits:
    """Limits of one order.

    Attributes:
        lines: Lines at most.
        quantity: Pieces in one line at most.
        pieces: Pieces in all at most.
        review_pieces: From so many pieces on, an order needs an approval.
        review_total: Currency to the total from which an order needs an approval, in minor units;
            in a currency that is not in it, every order does.
    """

    lines: int = 50
    quantity: int = 99
    pieces: int = 500
    review_pieces: int = 72
    review_total: Mapping[str, int] = field(default_factory=lambda: _REVIEW)

    def needs_review(self, pieces: int, total: int, currency: str) -> bool:
        """Return whether an order is large, so that somebody has to approve it.

        Args:
            pieces: Pieces in all.
            total: Tax included, in minor units.
            currency: ISO 4217 code.
        """
        return pieces >= self.review_pieces or total >= self.review_total.get(currency, 0)

    def refusals(self, lines: Sequence[RequestedLine]) -> list[Refusal]:
        """Return what is wrong with the size of the order, with quantities and with notes."""
        if not lines:
            return [InvalidOrder("an order has at least one line", ("lines",))]
        if len(lines) > self.lines:
            message = f"an order has at most {self.lines} lines, not {len(lines)}; place several"
            return [OrderTooLarge(message, ("lines",))]
        found = [
            refusal for at, line in enumerate(lines) for refusal in self._refusals_of(at, line)
        ]
        pieces = sum(line.quantity for line in lines)
        if not found and pieces > self.pieces:
            message = f"an order has at most {self.pieces} pieces, not {pieces}; call the store"
            found.append(OrderTooLarge(message, ("lines",)))
        return found

    def _refusals_of(self, at: int, line: RequestedLine) -> list[Refusal]:
        path = ("lines", str(at), "quantity")
        found: list[Refusal] = []
        if line.quantity < 1:
            found.append(InvalidOrder(f"quantity is 1 or more, not {line.quantity}", path))
        elif line.quantity > self.quantity:
            message = f"quantity is at most {self.quantity}, not {line.quantity}; call the store"
            found.append(OrderTooLarge(message, path))
        if line.note:
            found += note_refusals(line.note, ("lines", str(at), "note"))
        return found


def note_refusals(note: str, path: tuple[str, ...]) -> list[Refusal]:
    """Return why a note cannot be taken: too long, empty, or with characters that nobody reads."""
    try:
        text("note", note, MAX_NOTE)
    except InvalidFieldError as error:
        return [InvalidOrder(f"note: {error}", path)]
    return []
