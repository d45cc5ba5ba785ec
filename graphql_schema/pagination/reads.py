"""The bounds of a page, and pages of lists that were read as a whole."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from graphql_schema.errors import BadInputError
from graphql_schema.pagination.views import ConnectionView, EdgeView, PageInfoView

MAX_PAGE: Final = 100

Entry = TypeVar("Entry")
Node = TypeVar("Node")
Place: TypeAlias = tuple[Any, ...]
"""Where an entry stands in its list: numbers and texts, the last one the entry's id."""


def check_first(first: int) -> None:
    """Check that the size of a page is 1 to 100.

    Raises:
        BadInputError: The size is lower or higher.
    """
    if not 1 <= first <= MAX_PAGE:
        raise BadInputError(f"first is 1 to {MAX_PAGE}")


def page_of(
    listed: Sequence[Entry],
    *,
    first: int,
    after: str | None,
    place: Callable[[Entry], Place],
    form: tuple[type, ...],
    node: Callable[[Entry], Node],
    what: str,
    now: Callable[[Place], Place] = lambda place: place,
) -> ConnectionView[Node]:
    """Return a page of a list; nodes are made of its entries only.

    A cursor is a place, so that a page begins behind it also where the entry has left the list, or
    stands elsewhere by now. The id of an entry is taken for a cursor, too: the version before made
    such ones. It does not read these, so where it answers a later page while a version is deployed,
    it refuses the cursor; the reader starts again from the first page, as the site does.

    Args:
        listed: The whole list, by place.
        first: Entries of a page.
        after: Cursor of the entry to continue after; None: from the start.
        place: Returns the place of an entry; no two have the same.
        form: The types of what a place consists of: `int` or `str`.
        node: Makes the node of an entry.
        what: Names the list, for the error.
        now: Returns the place that a cursor's place is by now.

    Raises:
        BadInputError: `after` is no cursor of this list.
    """
    places = [place(entry) for entry in listed]
    start = 0
    if after is not None:
        last = _read(after, form)
        known = [one for one in places if one[-1] == after]
        if last is None and not known:
            raise BadInputError(f"after is no cursor of {what}; leave it out to start anew")
        last = known[0] if last is None else now(last)
        start = sum(one <= last for one in places)
    end = start + first
    edges = [
        EdgeView(node(listed[at]), _cursor(places[at])) for at in range(len(listed))[start:end]
    ]
    where = PageInfoView.of(edges, has_next=end < len(listed), has_previous=start > 0)
    return ConnectionView(edges, where, len(listed))


def _cursor(place: Place) -> str:
    """Return the cursor of a place."""
    text = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read(cursor: str, form: tuple[type, ...]) -> Place | None:
    """Return the place that a cursor names; None: it is no cursor of such places."""
    try:
        place = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return None
    if not isinstance(place, list) or tuple(type(one) for one in place) != form:
        return None
    return tuple(place)
