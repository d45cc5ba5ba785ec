"""Cursors of pages: where a page ended, as an opaque text."""

import base64
from typing import Final, NamedTuple

_RANK: Final = "\x1e"


class InvalidCursorError(ValueError):
    """A cursor was not made by carte, or is one of another list."""


class Cursor(NamedTuple):
    """A place in a list: the key of an entry, and in a search also the rank of it."""

    key: str
    rank: tuple[int, int] | None


def encoded(key: str, rank: tuple[int, int] | None = None) -> str:
    """Return the cursor of an entry."""
    text = key if rank is None else f"{rank[0]}{_RANK}{rank[1]}{_RANK}{key}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decoded(cursor: str) -> Cursor:
    """Return the place that a cursor names.

    Raises:
        InvalidCursorError: The text is no cursor.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        *rank, key = text.split(_RANK)
        if not rank:
            return Cursor(key, None)
        unfit, remote = rank
        return Cursor(key, (int(unfit), int(remote)))
    except ValueError as error:
        raise InvalidCursorError(
            f"{cursor[:80]!r} is no cursor; pass pageInfo.endCursor of a page, or leave it out"
        ) from error
