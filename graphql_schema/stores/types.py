"""GraphQL types of stores: where they are, when they are open. Their values are views."""

from datetime import date, datetime
from enum import Enum

import strawberry

from graphql_schema.cost.directives import Cost, sized
from graphql_schema.pagination.types import Edge, PageInfo


@strawberry.enum(description="A day of the week, in the store's own time zone.")
class Weekday(Enum):
    """Days in the order of `WeekHours.days`, whose indexes are the values."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@strawberry.type(description="A country in which the chain has a catalog and a currency.")
class Market:
    id: strawberry.ID = strawberry.field(
        description="Lower-case ISO 3166-1 alpha-2 code, such as `us`."
    )
    country: str = strawberry.field(description="The country's English name.")
    currency: str = strawberry.field(description="ISO 4217 code of all prices in this market.")
    locale: str = strawberry.field(description="BCP 47 language of menus unless you ask for one.")


@strawberry.type(description="A postal address.")
class Address:
    street: str | None = strawberry.field(description="Street and house number.")
    city: str = strawberry.field(description="City or town.")
    state: str | None = strawberry.field(description="State, province or region, as written there.")
    postal_code: str | None = strawberry.field(description="Postal code, as written there.")
    country: str = strawberry.field(description="Upper-case ISO 3166-1 alpha-2 code, such as `US`.")


@strawberry.type(description="One span of opening hours, in the store's own wall time.")
class OpeningHours:
    weekday: Weekday = strawberry.field(description="The day on which the span begins.")
    opens: str = strawberry.field(description="Wall time `HH:MM`.")
    closes: str = strawberry.field(
        description="Wall time `HH:MM`; `24:00` is midnight at the end of the day, and a time that "
        "is not after `opens` is on the next day."
    )


@strawberry.type(description="A store of the chain.")
class Store:
    """Values are of `StoreView`."""

    id: strawberry.ID = strawberry.field(description="The store's id, stable for ever.")
    name: str = strawberry.field(description="The store's name.")
    market: Market = strawberry.field(
        description="The market it belongs to: its catalog and its currency."
    )
    address: Address = strawberry.field(description="Where it is.")
    latitude: float = strawberry.field(description="Degrees north (WGS 84).")
    longitude: float = strawberry.field(description="Degrees east (WGS 84).")
    time_zone: str = strawberry.field(description="IANA time zone, such as `Europe/Paris`.")
    hours: list[OpeningHours] = strawberry.field(
        description="Opening hours from Monday to Sunday; a day off has no span.",
        directives=[sized(7)],
    )
    hours_stamp: str = strawberry.field(
        description="Stamp of the opening hours, under the entry `hours`: `expected` of "
        "updateStoreHours takes it."
    )
    open_now: bool = strawberry.field(
        description="Whether it is open at the time of the request (or `menu(at:)`)."
    )
    opens_at: datetime | None = strawberry.field(
        description="While closed: when it opens next, with the store's own UTC offset. Null while "
        "open, and where it does not open within nine days."
    )
    closes_at: datetime | None = strawberry.field(
        description="While open: when it closes, with the store's own UTC offset. Null while "
        "closed, and where it never closes."
    )
    closed_days: list[date] = strawberry.field(
        description="Days from today on which it is closed whatever its hours say, by its own "
        "calendar, in their order. What began the day before goes on until its end.",
        directives=[sized(10)],
    )
    closed_from: date | None = strawberry.field(
        description="The day from which it is closed for good, by its own calendar. Null: it is "
        "not. It keeps its menu, and takes no orders for that day or later."
    )
    hidden: bool = strawberry.field(
        description="Whether lists and searches leave it out; whoever has its id can read it."
    )


@strawberry.type(description="A store and how far it is.")
class NearbyStore:
    store: Store = strawberry.field(description="The store.", directives=[Cost(weight=10)])
    distance_km: float = strawberry.field(description="Great-circle distance in kilometres.")


@strawberry.type(description="An entry of a page, and its cursor.")
class StoreEdge(Edge[Store]):
    """Values are of `StoreEdgeView`."""

    region: str | None = strawberry.field(
        description="Of a search: the state, province or region that tells the store's city apart "
        "from others of its name in the market, where the address has no state. Null of all "
        "others."
    )


@strawberry.type(description="A page of stores (Relay connection), by market, city and name.")
class StoreConnection:
    """Values are of `StoreConnectionView`: a `Connection` whose edges have a region."""

    edges: list[StoreEdge] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    total_count: int = strawberry.field(description="How many entries there are in all pages.")
