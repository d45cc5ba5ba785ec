"""GraphQL types of stores: where they are, when they are open."""

from datetime import datetime
from enum import Enum
from typing import Self

import strawberry

from services.domain import hours as opening
from services.domain.documents.profile import StoreProfile
from services.domain.markets import MARKETS
from services.domain.markets import Market as DomainMarket


@strawberry.enum(description="A day of the week, in the store's own time zone.")
class Weekday(Enum):
    """Days in the order of `WeekHours.days`."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@strawberry.type(description="A country in which the chain has a catalog and a currency.")
class Market:
    """See the description."""

    id: strawberry.ID = strawberry.field(
        description="Lower-case ISO 3166-1 alpha-2 code, such as `us`."
    )
    country: str = strawberry.field(description="The country's English name.")
    currency: str = strawberry.field(description="ISO 4217 code of all prices in this market.")
    locale: str = strawberry.field(description="BCP 47 language of menus unless you ask for one.")

    @classmethod
    def of(cls, market: DomainMarket) -> Self:
        """The GraphQL object of a market."""
        return cls(
            id=strawberry.ID(market.id),
            country=market.country,
            currency=market.currency,
            locale=market.locale,
        )


@strawberry.type(description="A postal address.")
class Address:
    """See the description."""

    street: str | None = strawberry.field(description="Street and house number.")
    city: str = strawberry.field(description="City or town.")
    state: str | None = strawberry.field(description="State, province or region, as written there.")
    postal_code: str | None = strawberry.field(description="Postal code, as written there.")
    country: str = strawberry.field(description="Upper-case ISO 3166-1 alpha-2 code, such as `US`.")


@strawberry.type(description="One span of opening hours, in the store's own wall time.")
class OpeningHours:
    """See the description."""

    weekday: Weekday = strawberry.field(description="The day on which the span begins.")
    opens: str = strawberry.field(description="Wall time `HH:MM`.")
    closes: str = strawberry.field(
        description="Wall time `HH:MM`; `24:00` is midnight at the end of the day, and a time that "
        "is not after `opens` is on the next day."
    )


@strawberry.type(description="A store of the chain.")
class Store:
    """Wraps a profile; everything is read from it when asked."""

    profile: strawberry.Private[StoreProfile]
    at: strawberry.Private[datetime]

    @strawberry.field(description="The store's id, stable for ever.")
    def id(self) -> strawberry.ID:
        """Store id."""
        return strawberry.ID(self.profile.store_id)

    @strawberry.field(description="The store's name.")
    def name(self) -> str:
        """Name."""
        return str(self.profile["name"])

    @strawberry.field(description="The market it belongs to: its catalog and its currency.")
    def market(self) -> Market:
        """Market."""
        return Market.of(MARKETS[self.profile["market"]])

    @strawberry.field(description="Where it is.")
    def address(self) -> Address:
        """Address."""
        profile = self.profile
        return Address(
            street=profile["street"],
            city=profile["city"],
            state=profile["state"],
            postal_code=profile["postal_code"],
            country=MARKETS[profile["market"]].country_code,
        )

    @strawberry.field(description="Degrees north (WGS 84).")
    def latitude(self) -> float:
        """Degrees north."""
        return float(self.profile["latitude"])

    @strawberry.field(description="Degrees east (WGS 84).")
    def longitude(self) -> float:
        """Degrees east."""
        return float(self.profile["longitude"])

    @strawberry.field(description="IANA time zone, such as `Europe/Paris`.")
    def time_zone(self) -> str:
        """IANA name."""
        return str(self.profile["time_zone"])

    @strawberry.field(description="Opening hours from Monday to Sunday; a day off has no span.")
    def hours(self) -> list[OpeningHours]:
        """Spans of the week."""
        week = opening.parse_hours(self.profile["hours"])
        return [
            OpeningHours(
                weekday=Weekday(day),
                opens=opening.wall_time(start),
                closes=opening.wall_time(end),
            )
            for day, spans in enumerate(week.days)
            for start, end in spans
        ]

    @strawberry.field(description="Whether it is open at the time of the request (or `menu(at:)`).")
    def open_now(self) -> bool:
        """Open at `at`."""
        return self._state().open

    @strawberry.field(
        description="While closed: when it opens next, with the store's own UTC offset. Null while "
        "open, and where it does not open within nine days."
    )
    def opens_at(self) -> datetime | None:
        """Next opening."""
        return self._state().opens_at

    @strawberry.field(
        description="While open: when it closes, with the store's own UTC offset. Null while "
        "closed, and where it never closes."
    )
    def closes_at(self) -> datetime | None:
        """Next closing."""
        return self._state().closes_at

    def _state(self) -> opening.OpeningState:
        hours = opening.parse_hours(self.profile["hours"])
        return opening.opening_state(hours, self.profile["time_zone"], self.at)


@strawberry.type(description="A store and how far it is.")
class NearbyStore:
    """See the description."""

    store: Store = strawberry.field(description="The store.")
    distance_km: float = strawberry.field(description="Great-circle distance in kilometres.")


@strawberry.type(description="Where a page of a connection lies (Relay).")
class PageInfo:
    """See the description."""

    has_next_page: bool = strawberry.field(description="Whether more come after this page.")
    has_previous_page: bool = strawberry.field(description="Whether some come before this page.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last edge; pass it as `after`."
    )


@strawberry.type(description="A store in a page of stores.")
class StoreEdge:
    """See the description."""

    node: Store = strawberry.field(description="The store.")
    cursor: str = strawberry.field(description="Opaque; pass it as `after`.")


@strawberry.type(description="A page of stores (Relay connection), by market, city and name.")
class StoreConnection:
    """See the description."""

    edges: list[StoreEdge] = strawberry.field(description="The stores of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")
    total_count: int = strawberry.field(description="How many stores match in all.")
