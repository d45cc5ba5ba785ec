"""The read of suggestions, which needs no sign-in."""

from typing import TYPE_CHECKING, Final

from graphql_schema.context import Context
from graphql_schema.errors import BadInputError
from graphql_schema.menu.reads import check_locale
from graphql_schema.stores.reads import MAX_SEARCH, point
from graphql_schema.suggestions.views import SuggestionView, view_of

if TYPE_CHECKING:
    from services.domain.search.suggestions import Suggestion

# Seconds for which a shared cache may answer. Places come and go in weeks, and a store that was
# renamed or closed is purged by its tag, so beginnings of words may be shared for longer than
# results, which show what stores are open.
SUGGESTIONS_MAX_AGE_S: Final = 300


def search_suggestions(
    context: Context,
    text: str,
    near_latitude: float | None = None,
    near_longitude: float | None = None,
    locale: str | None = None,
) -> list[SuggestionView]:
    """Return what a guest may mean who has typed a part of a search, the best first.

    Searches the directory in memory, and makes no DynamoDB request but those that keep it current.

    Args:
        context: The context of the request.
        text: What was typed so far; blank: nothing is suggested.
        near_latitude: Where the guest is, degrees north, WGS 84; None: not known.
        near_longitude: Degrees east; given if and only if the latitude is.
        locale: The guest's, BCP 47; None: English.

    Raises:
        CodedError: An argument is out of its range.
    """
    if len(text) > MAX_SEARCH:
        raise BadInputError(f"text is longer than {MAX_SEARCH} characters")
    check_locale(locale)
    near = point("near", near_latitude, near_longitude)
    context.cache.narrow(SUGGESTIONS_MAX_AGE_S)
    suggested = _suggested(context, text, near, locale)
    context.cache.tags.update(
        f"store:{one.entry.store_id}" for one in suggested if one.entry is not None
    )
    return [view_of(one) for one in suggested]


def _suggested(
    context: Context, text: str, near: tuple[float, float] | None, locale: str | None
) -> "list[Suggestion]":
    from services.domain.search.pages import TooManyWordsError

    try:
        return context.services.directory.index().suggestions(text, near, locale)
    except TooManyWordsError as error:
        raise BadInputError(str(error)) from error
