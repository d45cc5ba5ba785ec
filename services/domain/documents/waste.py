"""What a store threw away: one immutable item for each operation and region that recorded it.

The region is part of the item's key, so no region ever overwrites another one's. Where a client's
retry reached a second region before the first one's record had, there are two items of one
operation, of which readers take one (`services.domain.waste.standing`). A record that is taken back
stays: an item beside it, also one a region, says so.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from services.domain.documents.layout import Body, InvalidDocumentError

RETENTION_S: Final = 400 * 24 * 3600
"""Seconds for which a record is kept: a year, and the month that is compared with it."""


class WasteReason(StrEnum):
    """Why something was thrown away."""

    EXPIRED = "EXPIRED"
    DAMAGED = "DAMAGED"
    MISTAKE = "MISTAKE"
    OTHER = "OTHER"


class WastedLine(NamedTuple):
    """Pieces of one item that were thrown away.

    Attributes:
        item_id: Id of the catalog item.
        pieces: Pieces.
        price: What the store's menu asked for one piece when it was recorded, in minor units.
    """

    item_id: str
    pieces: int
    price: int


@dataclass(frozen=True, slots=True)
class WasteRecord:
    """What one operation recorded as thrown away, as one region wrote it.

    Attributes:
        day: Day on which it was thrown away, by the store's calendar.
        operation_id: Made up by the client.
        region: AWS region that wrote this item.
        reason: Why.
        lines: The items, each once, by id.
        currency: ISO 4217 code of the prices.
        author: Subject of the token that it came with; None: not known, as of versions before 0.3.
    """

    day: date
    operation_id: str
    region: str
    reason: WasteReason
    lines: tuple[WastedLine, ...]
    currency: str
    author: str | None = None

    @property
    def name(self) -> tuple[date, str]:
        """Return the day and the operation id, by which the record is taken back."""
        return self.day, self.operation_id

    @property
    def content(self) -> tuple[date, str, WasteReason, tuple[tuple[str, int], ...]]:
        """Return the key that identifies duplicates of one operation.

        Two regions that recorded the same operation have equal keys; two operations under one id
        have different ones.
        """
        pieces = tuple((line.item_id, line.pieces) for line in self.lines)
        return self.day, self.operation_id, self.reason, pieces

    def dump(self) -> Body:
        """Return its stored layout; day, operation and region are in the item's key."""
        return {
            "reason": self.reason.value,
            "currency": self.currency,
            "lines": [[*line] for line in self.lines],
            **({} if self.author is None else {"by": self.author}),
        }

    @classmethod
    def load(cls, day: str, operation_id: str, region: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body, or the day, has another shape.
        """
        try:
            rows = [(item, pieces, price) for item, pieces, price, *_ in body["lines"]]
            return cls(
                date.fromisoformat(day),
                operation_id,
                region,
                _reason(body["reason"]),
                tuple(WastedLine(_text(item), _number(n), _number(p)) for item, n, p in rows),
                _text(body["currency"]),
                None if body.get("by") is None else _text(body["by"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidDocumentError(f"not a record of waste: {error!r}") from error


def _reason(value: Any) -> WasteReason:
    """Return a stored reason; one that only a newer version of carte knows is another one."""
    known = _text(value) in {*WasteReason}
    return WasteReason(value) if known else WasteReason.OTHER


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} where a number is expected")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r} where a text is expected")
    return value
