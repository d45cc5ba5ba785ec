"""The read of a menu, which needs no sign-in."""

from datetime import datetime
from typing import Final

from graphql_schema.context import Context
from graphql_schema.errors import CATALOG_NOT_PUBLISHED, BadInputError, CodedError
from graphql_schema.menu.views import MenuView
from services.domain.ids import is_id
from services.domain.locales import is_tag
from services.domain.menu import assemble
from services.storage.exceptions import CatalogMissingError

# Seconds for which a shared cache may answer: prices and stock move.
MENU_MAX_AGE_S: Final = 5
MIN_YEAR: Final = 1970
MAX_YEAR: Final = 2200


def menu(
    context: Context, store_id: str, at: datetime | None, locale: str | None
) -> MenuView | None:
    """Return the menu of a store, or None if the store does not exist.

    Makes one DynamoDB request, for the store; the catalog is in memory.

    Args:
        context: The context of the request.
        store_id: Of any form; None is returned for one that no store can have.
        at: When the menu is looked at, with a time zone; now if None.
        locale: BCP 47; the language of the market if None.

    Raises:
        CodedError: `at` or `locale` is malformed, or the market has no published catalog.
    """
    if at is not None and at.tzinfo is None:
        raise BadInputError("at needs an offset, such as 2026-05-01T08:00:00+02:00 or ...Z")
    # Zones and opening hours are computed days around the instant: not at the ends of the calendar.
    if at is not None and not MIN_YEAR <= at.year <= MAX_YEAR:
        raise BadInputError(f"at lies in the years {MIN_YEAR} to {MAX_YEAR}")
    check_locale(locale)
    context.cache.narrow(MENU_MAX_AGE_S, f"store:{store_id}")
    if not is_id(store_id):
        return None
    documents = context.services.stores.documents(store_id)
    if documents is None:
        return None
    market = documents.profile["market"]
    context.cache.narrow(MENU_MAX_AGE_S, f"market:{market}")
    try:
        catalog = context.services.catalogs.current(market)
    except CatalogMissingError as error:
        raise CodedError(f"{error}; {error.hint}", CATALOG_NOT_PUBLISHED) from error
    when = at or context.at
    return MenuView.of(assemble(documents, catalog, at=when, locale=locale), when)


def check_locale(locale: str | None) -> None:
    """Check that a locale has the form of a BCP 47 tag.

    Raises:
        BadInputError: The locale has another form.
    """
    if locale is not None and not is_tag(locale):
        raise BadInputError(f"locale {locale[:40]!r} is no BCP 47 tag such as `en` or `fr-CA`")
