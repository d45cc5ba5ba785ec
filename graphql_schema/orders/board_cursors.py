"""Cursors of a store's board: places, which stay whatever becomes of the orders around them.

A cursor also names the day that is listed, so that "today" stays the same day in all pages of one
reading, and how many orders the pages up to it had.
"""

import re
from datetime import date
from typing import Final, NamedTuple, Self

from graphql_schema.errors import BadInputError
from services.domain.orders.identity import is_order_id
from services.domain.orders.listing import BoardPlace

_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ORDER: Final = "[0-9a-f]{16}@[a-z0-9-]{1,30}#[a-z2-7]{26}"
_CURSOR: Final = re.compile(f"({_DAY})/((?:{_ORDER}#z)?)#({_DAY})#([0-9]{{1,7}})/")
# Of the version before: an order, in the part of a long board that begins behind an item, or
# where a cursor of this version says.
_OF_PART: Final = re.compile(
    f"({_DAY})/((?:{_ORDER}#[a-z0-9-]{{1,30}})?)(?:#({_DAY})#[0-9]{{1,7}})?/([a-z2-7]{{26}})?"
)


class BoardCursor(NamedTuple):
    """Where the next page of a board begins.

    Attributes:
        place: Behind which place; None: only `after_order` is known.
        day: The day of the store's calendar that is listed; None: the cursor does not say.
        before: Orders of the list up to there; 0 where the cursor does not say.
        after_order: Id of the order behind which it begins, in a cursor of the version before;
            else empty.
    """

    place: BoardPlace | None
    day: date | None = None
    before: int = 0
    after_order: str = ""

    def __str__(self) -> str:
        """Return the cursor's text.

        The version before reads it as `day/place/order`, without an order: all behind the place.
        While a version is deployed, both answer pages of one reading: that one's next cursor is
        this text and an order. It lists its own day, so it refuses a cursor of another one; a
        reader whose cursor is refused starts again from the first page.
        """
        if self.place is None:
            return self.after_order
        return f"{self.place.day}/{self.place.place}#{self.day}#{self.before}/"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor that `str` made, or the version before.

        Raises:
            BadInputError: It is no cursor of a board.
        """
        if found := _CURSOR.fullmatch(text):
            day, place, listed, before = found.groups()
            return cls(BoardPlace(day, place), _date(listed), int(before))
        if is_order_id(text):
            return cls(None, after_order=text)
        if found := _OF_PART.fullmatch(text):
            day, place, listed, order_id = found.groups()
            on = _date(listed) if listed else None
            if order_id:
                return cls(None, on, after_order=order_id)
            return cls(BoardPlace(day, place), on)
        raise no_cursor()


def _date(text: str) -> date:
    """Return the day of a cursor.

    Raises:
        BadInputError: No calendar has it.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise no_cursor() from error


def no_cursor() -> BadInputError:
    """Return the error about a cursor that is none of the list."""
    return BadInputError("`after` is no cursor of this list; leave it out to start anew")
