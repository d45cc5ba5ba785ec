"""The root of all reads."""

import re
from datetime import datetime
from typing import Annotated, Final

import strawberry

from graphql_schema import staff_queries
from graphql_schema.context import Context, Info
from graphql_schema.errors import CATALOG_NOT_PUBLISHED, BadInputError, CodedError
from graphql_schema.types.menu import Menu
from graphql_schema.types.region import Region, ReplicationLag
from graphql_schema.types.staff import EditConflictConnection, Inventory
from graphql_schema.types.store import (
    Market,
    NearbyStore,
    PageInfo,
    Store,
    StoreConnection,
    StoreEdge,
)
from services.domain.markets import MARKETS
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

First = Annotated[int, strawberry.argument(description="Page size, 1 to 100.")]


@strawberry.type(description="Everything that can be read.")
class Query:
    """See the description."""

    @strawberry.field(description="What a store sells. Null: there is no such store.")
    def menu(
        self,
        info: Info,
        store_id: Annotated[strawberry.ID, strawberry.argument(description="The store's id.")],
        at: Annotated[
            datetime | None,
            strawberry.argument(
                description="Menu as of this instant (ISO 8601 with an offset); items of another "
                "daypart are left out. Default: now."
            ),
        ] = None,
        locale: Annotated[
            str | None,
            strawberry.argument(
                description="BCP 47 locale of names and descriptions; what is not translated falls "
                "back to the market's language, then English. Default: the market's."
            ),
        ] = None,
    ) -> Menu | None:
        """One DynamoDB request for the store; the catalog comes from memory."""
        context = info.context
        when = _aware(at) or context.at
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
        menu = assemble(documents, catalog, at=when, locale=locale)
        return Menu.of(menu, Store(profile=documents.profile, at=when))

    @strawberry.field(description="One store. Null: there is no such store.")
    def store(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The store's id.")],  # noqa: A002
    ) -> Store | None:
        """One DynamoDB request."""
        context = info.context
        context.cache.narrow(STORE_MAX_AGE_S, f"store:{id}")
        if not _STORE_ID.fullmatch(id):
            return None
        profile = context.services.stores.profile(id)
        return None if profile is None else Store(profile=profile, at=context.at)

    @strawberry.field(description="Stores by market, city and name; search narrows them down.")
    def stores(
        self,
        info: Info,
        market: Annotated[
            strawberry.ID | None, strawberry.argument(description="Id of a market. Default: all.")
        ] = None,
        search: Annotated[
            str | None,
            strawberry.argument(
                description="Words of which each must begin a word of the store's name, city, "
                "street, postal code or id; case and accents do not matter."
            ),
        ] = None,
        first: First = 20,
        after: Annotated[
            str | None, strawberry.argument(description="Cursor of the edge to continue after.")
        ] = None,
    ) -> StoreConnection:
        """The directory from memory, then one DynamoDB request for the page's profiles."""
        context = info.context
        _check_first(first)
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

    @strawberry.field(description="Stores around a point, nearest first.")
    def stores_near(
        self,
        info: Info,
        latitude: Annotated[float, strawberry.argument(description="Degrees north, -90 to 90.")],
        longitude: Annotated[float, strawberry.argument(description="Degrees east, -180 to 180.")],
        radius_km: Annotated[
            float, strawberry.argument(description="Kilometres, above 0 and up to 500.")
        ] = 25,
        first: First = 20,
    ) -> list[NearbyStore]:
        """The directory from memory, then one DynamoDB request for the profiles."""
        context = info.context
        _check_first(first)
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004
            raise BadInputError("latitude is -90 to 90 degrees and longitude -180 to 180")
        if not 0 < radius_km <= MAX_RADIUS_KM:
            raise BadInputError(f"radiusKm is above 0 and at most {MAX_RADIUS_KM:g}")
        context.cache.narrow(DIRECTORY_MAX_AGE_S)
        found = context.services.directory.index().near(latitude, longitude, radius_km, first)
        stores = _stores(context, [entry.store_id for entry, _ in found])
        return [
            NearbyStore(store=stores[entry.store_id], distance_km=round(distance, 3))
            for entry, distance in found
            if entry.store_id in stores
        ]

    inventory: Inventory | None = strawberry.field(
        resolver=staff_queries.inventory,
        description="A store's stock; staff only. Null: there is no such store.",
    )
    edit_conflicts: EditConflictConnection = strawberry.field(
        resolver=staff_queries.edit_conflicts,
        description="Edits that were made at once, of which one was lost; staff only.",
    )

    @strawberry.field(description="All markets of the chain.")
    def markets(self, info: Info) -> list[Market]:
        """From the program itself."""
        info.context.cache.narrow(DIRECTORY_MAX_AGE_S)
        return [Market.of(market) for market in MARKETS.values()]

    @strawberry.field(description="The region that answers this very request; never cached.")
    def region(self, info: Info) -> Region:
        """One DynamoDB request."""
        context = info.context
        context.cache.narrow(0)
        services = context.services
        now_ms = context.at.timestamp() * 1000
        return Region(
            name=services.region,
            version=services.version,
            replication_lag=[
                ReplicationLag(region=region, seconds=max(0.0, round((now_ms - ms) / 1000, 3)))
                for region, ms in sorted(services.regions.seen().heartbeats.items())
                if region != services.region
            ],
        )


def _aware(at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise BadInputError("at needs an offset, such as 2026-05-01T08:00:00+02:00 or ...Z")
    return at


def _check_first(first: int) -> None:
    if not 1 <= first <= MAX_PAGE:
        raise BadInputError(f"first is 1 to {MAX_PAGE}")


def _stores(context: Context, store_ids: list[str]) -> dict[str, Store]:
    profiles = context.services.stores.profiles(store_ids) if store_ids else {}
    context.cache.tags.update(f"store:{store_id}" for store_id in profiles)
    return {key: Store(profile=profile, at=context.at) for key, profile in profiles.items()}


def _connection(context: Context, page: Page) -> StoreConnection:
    stores = _stores(context, [entry.store_id for entry, _ in page.entries])
    edges = [
        StoreEdge(node=stores[entry.store_id], cursor=cursor)
        for entry, cursor in page.entries
        if entry.store_id in stores
    ]
    return StoreConnection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.entries[0][1] if page.entries else None,
            end_cursor=page.entries[-1][1] if page.entries else None,
        ),
        total_count=page.total,
    )
