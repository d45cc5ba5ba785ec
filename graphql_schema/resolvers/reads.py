"""The reads that need no sign-in: menu, stores, markets, region."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from graphql_schema.context import Context
from graphql_schema.errors import CATALOG_NOT_PUBLISHED, BadInputError, CodedError
from graphql_schema.resolvers.views import (
    MenuView,
    NearbyStoreView,
    PageInfoView,
    RegionView,
    ReplicationLagView,
    StoreConnectionView,
    StoreEdgeView,
    StoreView,
)
from services.domain.markets import MARKETS, Market
from services.domain.menu import assemble
from services.domain.store_index import InvalidCursorError, Page
from services.storage.exceptions import CatalogMissingError

MAX_PAGE: Final = 100
MAX_RADIUS_KM: Final = 500.0
MAX_SEARCH: Final = 100
# Seconds a shared cache may answer for us. Prices and stock move; directories hardly do.
MENU_MAX_AGE_S: Final = 5
STORE_MAX_AGE_S: Final = 30
DIRECTORY_MAX_AGE_S: Final = 60
_STORE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)


def menu(
    context: Context, store_id: str, at: datetime | None, locale: str | None
) -> MenuView | None:
    """One DynamoDB request for the store; the catalog comes from memory.

    Raises:
        CodedError: `at` or `locale` means nothing, or the market has no catalog yet.
    """
    if at is not None and at.tzinfo is None:
        raise BadInputError("at needs an offset, such as 2026-05-01T08:00:00+02:00 or ...Z")
    if locale is not None and not _LOCALE.fullmatch(locale):
        raise BadInputError(f"locale {locale[:40]!r} is no BCP 47 tag such as `en` or `fr-CA`")
    context.cache.narrow(MENU_MAX_AGE_S, f"store:{store_id}")
    if not _STORE_ID.fullmatch(store_id):
        return None
    documents = context.services.stores.documents(store_id)
    if documents is None:
        return None
    market = documents.profile["market"]
    context.cache.narrow(MENU_MAX_AGE_S, f"market:{market}")
    try:
        catalog = context.services.catalogs.current(market)
    except CatalogMissingError as error:
        raise CodedError(str(error), CATALOG_NOT_PUBLISHED) from error
    when = at or context.at
    return MenuView.of(assemble(documents, catalog, at=when, locale=locale), when)


def store(context: Context, store_id: str) -> StoreView | None:
    """One DynamoDB request."""
    context.cache.narrow(STORE_MAX_AGE_S, f"store:{store_id}")
    if not _STORE_ID.fullmatch(store_id):
        return None
    profile = context.services.stores.profile(store_id)
    return None if profile is None else StoreView(profile, context.at)


def stores(
    context: Context, market: str | None, search: str | None, first: int, after: str | None
) -> StoreConnectionView:
    """The directory from memory, then one DynamoDB request for the page's profiles.

    Raises:
        CodedError: an argument is out of its range.
    """
    check_first(first)
    if search is not None and len(search) > MAX_SEARCH:
        raise BadInputError(f"search is longer than {MAX_SEARCH} characters")
    context.cache.narrow(DIRECTORY_MAX_AGE_S, *([f"market:{market}"] if market else []))
    try:
        page = context.services.directory.index().page(
            market=market, search=search, first=first, after=after
        )
    except InvalidCursorError as error:
        raise BadInputError(str(error)) from error
    return _connection(context, page)


def stores_near(
    context: Context, latitude: float, longitude: float, radius_km: float, first: int
) -> list[NearbyStoreView]:
    """The directory from memory, then one DynamoDB request for the profiles.

    Raises:
        CodedError: an argument is out of its range.
    """
    check_first(first)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004
        raise BadInputError("latitude is -90 to 90 degrees and longitude -180 to 180")
    if not 0 < radius_km <= MAX_RADIUS_KM:
        raise BadInputError(f"radiusKm is above 0 and at most {MAX_RADIUS_KM:g}")
    context.cache.narrow(DIRECTORY_MAX_AGE_S)
    found = context.services.directory.index().near(latitude, longitude, radius_km, first)
    known = _stores(context, [entry.store_id for entry, _ in found])
    return [
        NearbyStoreView(known[entry.store_id], round(distance, 3))
        for entry, distance in found
        if entry.store_id in known
    ]


def markets(context: Context) -> Iterable[Market]:
    """From the program itself."""
    context.cache.narrow(DIRECTORY_MAX_AGE_S)
    return list(MARKETS.values())


def region(context: Context) -> RegionView:
    """One DynamoDB request."""
    context.cache.narrow(0)
    services = context.services
    now_ms = context.at.timestamp() * 1000
    return RegionView(
        services.region,
        services.version,
        [
            ReplicationLagView(name, max(0.0, round((now_ms - ms) / 1000, 3)))
            for name, ms in sorted(services.regions.seen().heartbeats.items())
            if name != services.region
        ],
    )


def check_first(first: int) -> None:
    """A page's size is within its bounds.

    Raises:
        BadInputError: it is not.
    """
    if not 1 <= first <= MAX_PAGE:
        raise BadInputError(f"first is 1 to {MAX_PAGE}")


def _stores(context: Context, store_ids: list[str]) -> dict[str, StoreView]:
    profiles = context.services.stores.profiles(store_ids) if store_ids else {}
    context.cache.tags.update(f"store:{store_id}" for store_id in profiles)
    return {key: StoreView(profile, context.at) for key, profile in profiles.items()}


def _connection(context: Context, page: Page) -> StoreConnectionView:
    known = _stores(context, [entry.store_id for entry, _ in page.entries])
    return StoreConnectionView(
        edges=[
            StoreEdgeView(known[entry.store_id], cursor)
            for entry, cursor in page.entries
            if entry.store_id in known
        ],
        page_info=PageInfoView(
            page.has_next,
            page.has_previous,
            page.entries[0][1] if page.entries else None,
            page.entries[-1][1] if page.entries else None,
        ),
        total_count=page.total,
    )
