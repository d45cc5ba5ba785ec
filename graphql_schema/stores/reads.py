"""Reads of stores and markets, which need no sign-in."""

from collections.abc import Iterable
from typing import Final

from graphql_schema.context import Context
from graphql_schema.errors import BadInputError
from graphql_schema.pagination.reads import check_first
from graphql_schema.pagination.views import PageInfoView
from graphql_schema.stores.views import (
    NearbyStoreView,
    StoreConnectionView,
    StoreEdgeView,
    StoreView,
)
from services.domain.ids import is_id
from services.domain.markets import MARKETS, Market
from services.domain.search.cursors import InvalidCursorError
from services.domain.search.pages import Page, TooManyWordsError

MAX_RADIUS_KM: Final = 500.0
MAX_SEARCH: Final = 100
# Seconds for which a shared cache may answer.
STORE_MAX_AGE_S: Final = 30
DIRECTORY_MAX_AGE_S: Final = 60


def store(context: Context, store_id: str) -> StoreView | None:
    """Return a store, or None if the store does not exist. Makes one DynamoDB request."""
    context.cache.narrow(STORE_MAX_AGE_S, f"store:{store_id}")
    if not is_id(store_id):
        return None
    profile = context.services.stores.profile(store_id)
    return None if profile is None else StoreView(profile, context.at)


def stores(  # noqa: PLR0917 - the arguments of the field, in its order
    context: Context,
    market: str | None,
    search: str | None,
    first: int,
    after: str | None,
    near_latitude: float | None = None,
    near_longitude: float | None = None,
    *,
    open_first: bool = False,
) -> StoreConnectionView:
    """Return a page of stores: those that fit a search, the best first, or all in order.

    Searches the directory in memory; makes one DynamoDB request, for the profiles of the page.

    Args:
        context: The context of the request.
        market: Id of a market; None: all.
        search: What was typed; None or blank: stores by market, city and name.
        first: The most stores to return.
        after: The cursor of the store before the page.
        near_latitude: Where the guest is, degrees north, WGS 84; None: not known.
        near_longitude: Degrees east; given if and only if the latitude is.
        open_first: Whether those of the page that are open now come before the others.

    Raises:
        CodedError: An argument is out of its range.
    """
    check_first(first)
    if search is not None and len(search) > MAX_SEARCH:
        raise BadInputError(f"search is longer than {MAX_SEARCH} characters")
    context.cache.narrow(DIRECTORY_MAX_AGE_S, *([f"market:{market}"] if market else []))
    try:
        page = context.services.directory.index().page(
            market=market,
            search=search,
            first=first,
            after=after,
            near=point("near", near_latitude, near_longitude),
        )
    except (InvalidCursorError, TooManyWordsError) as error:
        raise BadInputError(str(error)) from error
    connection = _connection(context, page)
    if open_first:
        context.cache.narrow(STORE_MAX_AGE_S)
        # The sort is stable: within the open ones, and within the closed ones, the order stays.
        connection.edges.sort(key=lambda edge: not edge.node.open_now)
    return connection


def stores_near(
    context: Context, latitude: float, longitude: float, radius_km: float, first: int
) -> list[NearbyStoreView]:
    """Return the stores around a point, nearest first.

    Searches the directory in memory; makes one DynamoDB request, for the profiles.

    Args:
        context: The context of the request.
        latitude: Degrees north, WGS 84.
        longitude: Degrees east, WGS 84.
        radius_km: Kilometres, above 0 and up to 500.
        first: The most stores to return.

    Raises:
        CodedError: An argument is out of its range.
    """
    check_first(first)
    _check_point(latitude, longitude)
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


def point(name: str, latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Return a point that two optional arguments give, or None.

    Args:
        name: What the names of the arguments begin with, such as `near`.
        latitude: Degrees north, WGS 84.
        longitude: Degrees east.

    Raises:
        CodedError: One of them is missing, or out of its range.
    """
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        raise BadInputError(f"{name}Latitude and {name}Longitude are given both or not at all")
    _check_point(latitude, longitude)
    return latitude, longitude


def _check_point(latitude: float, longitude: float) -> None:
    # Only places check values by the rules of documents; importing them costs a cold start.
    from services.domain import validation

    try:
        validation.latitude("latitude", latitude)
        validation.longitude("longitude", longitude)
    except validation.InvalidFieldError as error:
        raise BadInputError(f"{error.field} {error.message}") from error


def markets(context: Context) -> Iterable[Market]:
    """Return all markets; they are part of the program."""
    context.cache.narrow(DIRECTORY_MAX_AGE_S)
    return list(MARKETS.values())


def _stores(context: Context, store_ids: list[str]) -> dict[str, StoreView]:
    profiles = context.services.stores.profiles(store_ids) if store_ids else {}
    context.cache.tags.update(f"store:{store_id}" for store_id in profiles)
    views = {key: StoreView(profile, context.at) for key, profile in profiles.items()}
    # The directory in memory is up to a minute old; the profiles are of now.
    return {key: view for key, view in views.items() if not view.hidden}


def _region(store: StoreView, page: Page) -> str | None:
    return None if store.address.state else page.regions.get(store.id)


def _connection(context: Context, page: Page) -> StoreConnectionView:
    known = _stores(context, [entry.store_id for entry, _ in page.entries])
    return StoreConnectionView(
        edges=[
            StoreEdgeView(known[entry.store_id], cursor, _region(known[entry.store_id], page))
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
